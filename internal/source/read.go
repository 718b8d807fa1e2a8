package source

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// A ReadSpec describes the read of a data source.
type ReadSpec struct {
	Object Object
	Target *Target                  // in the model
	Get    func(cloud.Target) error // sends the request and stores the response in the model
}

// Read reads a data source: it decodes the configuration into a model, resolves the target, gets the response and stores the model.
func Read[Model any](
	ctx context.Context, b *Base, req datasource.ReadRequest, resp *datasource.ReadResponse, spec func(*Model) ReadSpec,
) {
	var m Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r := spec(&m)
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
