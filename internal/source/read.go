package source

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// A ReadSpec is what a data source reads, given its configuration.
type ReadSpec struct {
	Object Object
	Target *Target                  // the arguments of the configuration
	Get    func(cloud.Target) error // fills the answer into the model
}

// Read reads a data source: it decodes the configuration into a model, completes the target, gets
// the answer and stores the model.
func Read[Model any](ctx context.Context, b *Base, req datasource.ReadRequest, resp *datasource.ReadResponse, reading func(*Model) ReadSpec) {
	var m Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r := reading(&m)
	target, err := b.Resolve(ctx, r.Target)
	if err == nil {
		err = r.Get(target)
	}
	if err != nil {
		resp.Diagnostics.Append(Diagnose("Cannot read "+r.Object.Kind, r.Object, err)...)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
