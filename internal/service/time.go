package service

import (
	"strconv"
	"time"
)

// ParseTime returns the time that a text of a service means: RFC 3339, also without a colon in the time zone, or milliseconds since 1970.
// It returns the zero time for other texts, and for those that do not tell the time zone.
func ParseTime(text string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	// Since 1973; fewer digits could be seconds.
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil && (len(text) == len("946684800000") || len(text) == len("1684191545379")) {
		return time.UnixMilli(ms).UTC()
	}
	return time.Time{}
}
