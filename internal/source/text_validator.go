package source

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// A TextValidator refuses the texts of an argument that are not valid.
type TextValidator struct {
	Summary string            // of the error, such as "Invalid time"
	Must    string            // what a text must be, such as "must be a time"
	Valid   func(string) bool // tells whether a text is
}

// Description implements validator.Describer.
func (v TextValidator) Description(context.Context) string { return v.Must }

// MarkdownDescription implements validator.Describer.
func (v TextValidator) MarkdownDescription(context.Context) string { return v.Must }

// ValidateString implements validator.String.
func (v TextValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if text := req.ConfigValue.ValueString(); !v.Valid(text) {
		resp.Diagnostics.AddAttributeError(req.Path, v.Summary, fmt.Sprintf("%q %s.", text, v.Must))
	}
}
