package source_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

// The region and the project of a read are those of its arguments, or else of the provider; they are stored.
func TestRead(t *testing.T) {
	s := simulator.New(simulator.Options{})
	p := plugintest.New(t, providerserver.NewProtocol6(provider.NewOver("test", simulatortest.Dial(t, s))())())
	if r := p.Configure(map[string]any{
		"region": simulator.DefaultRegion, "project_id": simulator.DefaultProjectID, "max_retries": 0,
		"token": simulator.DefaultToken, "endpoints": map[string]string{"dcs": simulatortest.Address + "/dcs"},
	}); len(r.Diagnostics) > 0 {
		t.Fatalf("configuring the provider: got %s%s, want no diagnostics", r.Errors(), r.Warnings())
	}
	for _, test := range []struct {
		name            string
		arguments       map[string]any
		region, project string
	}{
		{name: "of the provider", arguments: map[string]any{"job_id": "j"}, region: simulator.DefaultRegion, project: simulator.DefaultProjectID},
		{name: "project", arguments: map[string]any{"job_id": "j", "project_id": "p"}, region: simulator.DefaultRegion, project: "p"},
		{name: "both", arguments: map[string]any{"job_id": "j", "region": "eu-west-102", "project_id": "p"}, region: "eu-west-102", project: "p"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.ClearFaults()
			s.InjectFault(simulator.Fault{Path: "/v2/" + test.project + "/jobs/j", Body: `{"status":"RUNNING"}`})
			r := p.Read(t.Context(), "hwtasks_dcs_job", test.arguments)
			if r.Errors() != "" || r.State["region"] != test.region || r.State["project_id"] != test.project || r.State["status"] != "RUNNING" {
				t.Errorf("got %v %s, want region %s, project %s, status RUNNING", r.State, r.Errors(), test.region, test.project)
			}
		})
	}
	s.ClearFaults()
	const want = "Cannot read DCS job: DCS job j in region "
	if r := p.Read(t.Context(), "hwtasks_dcs_job", map[string]any{"job_id": "j"}); r.State != nil || !strings.HasPrefix(r.Errors(), want) {
		t.Errorf("job that is not there: got %v %s, want %s…", r.State, r.Errors(), want)
	}
}

func TestConfigure(t *testing.T) {
	data := new(source.ProviderData)
	for _, test := range []struct {
		name string
		data any
		want *source.ProviderData
		err  string
	}{
		{name: "provider not configured yet", data: nil},
		{name: "data of the provider", data: data, want: data},
		{name: "other data", data: 1, err: "The provider handed over a int. This is a bug of the provider, please report it."},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b source.Base
			var resp datasource.ConfigureResponse
			b.Configure(t.Context(), datasource.ConfigureRequest{ProviderData: test.data}, &resp)
			got := ""
			for _, d := range resp.Diagnostics {
				got += d.Detail()
			}
			if got != test.err || b.ProviderData != test.want {
				t.Errorf("got error %q, data %p; want %q, %p", got, b.ProviderData, test.err, test.want)
			}
		})
	}
}
