package service

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// QueryTime is the layout of times in the queries of task lists.
const QueryTime = "20060102150405"

// ParseTime returns the time that a text of a service means: RFC 3339, also without a colon in the time zone, Go's own form such as
// "2020-02-02 08:12:40.672772389 +0000 UTC", or milliseconds since 1970.
// It returns the zero time for other texts, and for those that do not tell the time zone.
func ParseTime(text string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05 -0700 MST"} {
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

// ValidateTimes returns a Read.Validate for a data source with two arguments in the form yyyyMMddHHmmss, between which lies what it
// reads. It checks that the times exist, and that the first is not after the last.
func ValidateTimes(
	first, last string,
) func(context.Context, datasource.ValidateConfigRequest, *datasource.ValidateConfigResponse) {
	return func(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
		times := make(map[string]string)
		for _, argument := range []string{first, last} {
			var value types.String
			resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(argument), &value)...)
			if value.IsNull() || value.IsUnknown() {
				continue
			}
			// Parse alone would accept a fraction of a second at the end.
			if _, err := time.Parse(QueryTime, value.ValueString()); err != nil || len(value.ValueString()) != len(QueryTime) {
				resp.Diagnostics.AddAttributeError(path.Root(argument), "Invalid time",
					fmt.Sprintf("%q must be a time in the form yyyyMMddHHmmss, such as 20200609160000.", value.ValueString()))
				continue
			}
			times[argument] = value.ValueString()
		}
		// Digits of the same length compare like times.
		if times[last] != "" && times[first] > times[last] {
			resp.Diagnostics.AddAttributeError(path.Root(first), "Invalid time range",
				fmt.Sprintf("%s %s is after %s %s.", first, times[first], last, times[last]))
		}
	}
}
