package service

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
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

// A TimeForm is the form of the times in a query.
type TimeForm struct {
	Name, Example string
	parse         func(string) (time.Time, error)
}

// Forms of the times that data sources have as arguments.
var (
	// CompactTime is that of the message services and DCS, which get the times as they are.
	CompactTime = TimeForm{"yyyyMMddHHmmss", "20200609160000", func(text string) (time.Time, error) {
		if len(text) != len(QueryTime) { // Parse alone would accept a fraction of a second at the end
			return time.Time{}, errors.New("too long or too short")
		}
		return time.Parse(QueryTime, text)
	}}
	// RFC3339 is that of Terraform's functions. The service gets the times in its own form.
	RFC3339 = TimeForm{"RFC 3339", "2026-06-09T16:00:00Z", func(text string) (time.Time, error) { return time.Parse(time.RFC3339, text) }}
)

// Times are two arguments in a form, between which lies what a data source reads.
type Times struct {
	Form        TimeForm
	First, Last string // names
}

// Validate is a Read.Validate. It checks that the times exist, and that the first is not after the last.
func (a Times) Validate(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	times := make(map[string]time.Time)
	texts := make(map[string]string)
	for _, argument := range []string{a.First, a.Last} {
		var value types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(argument), &value)...)
		if value.IsNull() || value.IsUnknown() {
			continue
		}
		parsed, err := a.Form.parse(value.ValueString())
		if err != nil {
			resp.Diagnostics.AddAttributeError(path.Root(argument), "Invalid time",
				fmt.Sprintf("%q must be a time in the form %s, such as %s.", value.ValueString(), a.Form.Name, a.Form.Example))
			continue
		}
		times[argument], texts[argument] = parsed, value.ValueString()
	}
	if len(times) == 2 && times[a.First].After(times[a.Last]) {
		resp.Diagnostics.AddAttributeError(path.Root(a.First), "Invalid time range",
			fmt.Sprintf("%s %s is after %s %s.", a.First, texts[a.First], a.Last, texts[a.Last]))
	}
}

// A Window are the arguments of a data source that reads the tasks of a time, in RFC 3339.
type Window struct {
	StartTime *string `tfsdk:"start_time"`
	EndTime   *string `tfsdk:"end_time"`
}

// Times returns the times of the window, which were validated. They are zero if they are null.
func (w Window) Times() (start, end time.Time) {
	if w.StartTime != nil {
		start, _ = time.Parse(time.RFC3339, *w.StartTime)
	}
	if w.EndTime != nil {
		end, _ = time.Parse(time.RFC3339, *w.EndTime)
	}
	return start, end
}

// WindowAttributes returns the attributes of a Window, for tasks that are kept so long.
func WindowAttributes(kept string) map[string]schema.Attribute {
	argument := func(meaning, unless string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: fmt.Sprintf(
			"Only tasks that began %s this time, in RFC 3339, such as `%s`. Defaults to %s.", meaning, RFC3339.Example, unless)}
	}
	return map[string]schema.Attribute{
		"start_time": argument("after", kept), "end_time": argument("before", "now"),
	}
}

// The forms in which services take times in queries.

// Milliseconds returns a time in milliseconds since 1970.
func Milliseconds(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// Compact returns a time in UTC without separators.
func Compact(t time.Time) string { return t.UTC().Format(QueryTime) }

// WithOffset returns a time with a numeric time zone without a colon.
func WithOffset(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05-0700") }

// WithZ returns a time in UTC.
func WithZ(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
