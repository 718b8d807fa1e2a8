package service

import (
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{
		"2020-06-17T07:38:42.503Z":                "2020-06-17T07:38:42.503Z",
		"2020-06-17T09:38:42+02:00":               "2020-06-17T07:38:42Z",
		"2020-06-17T09:38:42+0200":                "2020-06-17T07:38:42Z",
		"2020-02-02 08:12:40.672772389 +0000 UTC": "2020-02-02T08:12:40.672772389Z",
		"2025-09-02 11:26:03 +0000 UTC":           "2025-09-02T11:26:03Z",
		"1684191545379":                           "2023-05-15T22:59:05.379Z",
		"2022-11-09T20:25:00":                     "", // without a time zone
		"2022-09-01 11:52:24":                     "",
		"946684800000":                            "2000-01-01T00:00:00Z",
		"1684191545":                              "", // could be seconds
		"2020-06-31T07:38:42Z":                    "",
		"":                                        "",
		"2020-06-17T07:38:42.503Z\n":              "",
		"99999999999999999999999999999":           "",
	} {
		got := ""
		if parsed := ParseTime(text); !parsed.IsZero() {
			got = parsed.Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
