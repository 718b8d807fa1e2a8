package source

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// A TextValidator refuses the texts of an argument that are not valid. It shows them quoted, so that what does not show, such as a line
// break at the end, is seen, and does no harm to a terminal.
type TextValidator struct {
	Summary string            // of the error, such as "Invalid time"
	Must    string            // what a text must be, such as "must be a time"
	Valid   func(string) bool // tells whether a text is
}

const longestQuote = 100 // characters

// Description implements validator.Describer.
func (v TextValidator) Description(context.Context) string { return v.Must }

// MarkdownDescription implements validator.Describer.
func (v TextValidator) MarkdownDescription(context.Context) string { return v.Must }

// ValidateString implements validator.String.
func (v TextValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	text := req.ConfigValue.ValueString()
	if v.Valid(text) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, v.Summary, fmt.Sprintf("%s %s.", Quote(text), v.Must))
}

// Quote shows a text as Go does: so that what does not show, such as a line break, is seen. It shortens one that is long.
func Quote(text string) string {
	if runes := []rune(text); len(runes) > longestQuote {
		text = string(runes[:longestQuote]) + "…"
	}
	return strconv.Quote(text)
}
