package provider

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// TestMain makes the tests use the CLI that cli.Find finds, and none of the user's settings.
func TestMain(m *testing.M) {
	path, err := cli.Find()
	if err != nil {
		fmt.Fprintln(os.Stderr, "These tests run the provider with Terraform or OpenTofu, but", err)
		os.Exit(1)
	}
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		for _, prefix := range []string{"HW_", "OS_", "TF_", "HTTP_PROXY", "HTTPS_PROXY"} {
			if strings.HasPrefix(strings.ToUpper(name), prefix) {
				must(os.Unsetenv(name))
			}
		}
	}
	must(os.Setenv("CHECKPOINT_DISABLE", "1"))
	must(os.Setenv("TF_ACC_TERRAFORM_PATH", path))
	if strings.Contains(filepath.Base(path), "tofu") {
		must(os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "hwtasks"))
		must(os.Setenv("TF_ACC_PROVIDER_HOST", "registry.opentofu.org"))
	}
	code := m.Run()
	if installedIn != "" {
		must(os.RemoveAll(installedIn))
	}
	os.Exit(code)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// factories make the provider for terraform-plugin-testing.
var factories = map[string]func() (tfprotov6.ProviderServer, error){
	"hwtasks": providerserver.NewProtocol6WithError(New("test")()),
}

// connect returns a plugin that reaches a simulated cloud in memory. Its provider block has the simulator's keys, region and
// project, except for the given arguments.
func connect(t *testing.T, handler http.Handler, arguments map[string]any) *plugintest.Plugin {
	t.Helper()
	all := servicestest.Block(simulatortest.Address)
	maps.Copy(all, arguments)
	p := plugintest.New(t, providerserver.NewProtocol6(NewOver("test", simulatortest.Dial(t, handler))())())
	if r := p.Configure(all); len(r.Diagnostics) > 0 {
		t.Fatalf("configuring: got errors %q, warnings %q; want none", r.Errors(), r.Warnings())
	}
	return p
}

// object merges JSON objects, given as texts or as Go values.
func object(t *testing.T, parts ...any) map[string]any {
	t.Helper()
	merged := make(map[string]any)
	for _, part := range parts {
		text, isText := part.(string)
		if !isText {
			encoded, err := json.Marshal(part)
			must(err)
			text = string(encoded)
		}
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var attributes map[string]any
		if err := decoder.Decode(&attributes); err != nil {
			t.Fatalf("%s: %s", text, err)
		}
		maps.Copy(merged, attributes)
	}
	return merged
}

// byPassword and byMetadata are arguments of the provider block.
var (
	byPassword = map[string]any{
		"access_key": nil, "secret_key": nil,
		"user_name": "user", "password": marked.Users[0].Password, "domain_name": simulator.DefaultDomainName,
	}
	byMetadata = map[string]any{"access_key": nil, "secret_key": nil, "ecs_metadata": true}
)

// Requests are sent with the credentials that the provider block and the environment lead to. The log has their origin, and the settings
// that are not used.
func TestCredentialsOfRequests(t *testing.T) {
	t.Setenv("HW_ACCESS_KEY", "left-over")
	t.Setenv("HW_ASSUME_ROLE_AGENCY_NAME", simulator.DefaultAgency)
	s := servicestest.New(marked)
	s.Add(dcstest.Job{ID: "j"})
	p := connect(t, s, object(t, byPassword, map[string]any{
		"project_id": nil, "assume_role": map[string]any{"domain_id": simulator.DefaultAgencyDomainID, "duration": 3600},
	}))
	if r := p.Read(t.Context(), "hwtasks_dcs_job", map[string]any{"job_id": "j"}); r.Errors() != "" {
		t.Errorf("got errors %q, want none", r.Errors())
	}
	requests := s.Requests()
	if got, want := requests[len(requests)-1].By, "agency "+simulator.DefaultAgency; got != want {
		t.Errorf("the last request was sent by %s, want %s", got, want)
	}
	for _, want := range []string{
		"Not used: HW_ACCESS_KEY", "(from HW_ASSUME_ROLE_AGENCY_NAME), assumed with the user from user_name in the provider block",
	} {
		if log := p.Log(); !strings.Contains(log, want) {
			t.Errorf("got log\n%s\nwant %q in it", log, want)
		}
	}
}

// During a wait of half an hour, credentials that expire are replaced in time, and those that are revoked after the first request that is
// refused.
func TestWaitOutlivesItsCredentials(t *testing.T) {
	for _, test := range []struct {
		name     string
		block    map[string]any
		lifetime time.Duration
		revoked  time.Duration // when they are revoked; 0: never
		issued   int           // sets of credentials
		refused  int           // requests
	}{
		{name: "password, expiring", block: byPassword, lifetime: 15 * time.Minute, issued: 3},
		{name: "metadata, expiring", block: byMetadata, lifetime: 15 * time.Minute, issued: 3},
		{name: "password, revoked", block: byPassword, lifetime: time.Hour, revoked: 5 * time.Minute, issued: 2, refused: 1},
		{name: "metadata, revoked", block: byMetadata, lifetime: time.Hour, revoked: 5 * time.Minute, issued: 2, refused: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options := marked
				options.TokenLifetime, options.KeyLifetime = test.lifetime, test.lifetime
				s := servicestest.New(options)
				s.Add(dcstest.Job{ID: "j", Timeline: simulator.Timeline{Takes: 29 * time.Minute}})
				if test.revoked > 0 {
					time.AfterFunc(test.revoked, s.Revoke)
				}
				r := connect(t, s, test.block).Read(t.Context(), "hwtasks_wait", map[string]any{"service": "dcs", "job_id": "j"})
				refused := 0
				for _, request := range s.Requests() {
					if request.Status == http.StatusUnauthorized {
						refused++
					}
				}
				tokens, keys := s.Issued()
				if issued := tokens + keys; r.State["outcome"] != "succeeded" || issued != test.issued || refused != test.refused {
					t.Errorf("got outcome %v, errors %q, %d sets of credentials, %d requests refused; want succeeded, %d, %d",
						r.State["outcome"], r.Errors(), issued, refused, test.issued, test.refused)
				}
			})
		})
	}
}

// An argument that is known only after apply is an error of the data sources that are read before. Its environment variables, and any
// default, are not used instead.
func TestUnknownArguments(t *testing.T) {
	const after = " in the provider block is known only after apply, but this data source is read before that. Set it to a value that is known"
	unknown := func(kind tftypes.Type) tftypes.Value { return tftypes.NewValue(kind, tftypes.UnknownValue) }
	role := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"agency_name": tftypes.String, "domain_name": tftypes.String, "domain_id": tftypes.String, "duration": tftypes.Number,
	}}
	addresses := tftypes.Map{ElementType: tftypes.String}
	type test struct {
		name  string
		block map[string]any
		want  string // the beginning of the error
	}
	tests := []test{
		{
			name: "with variables", block: map[string]any{"region": unknown(tftypes.String)},
			want: "Unknown region: The value of region" + after + ", or set HW_REGION_NAME or OS_REGION_NAME or OS_REGION instead, " +
				"or apply what it depends on first with -target, or add that to depends_on of this data source, which is then read during apply.",
		},
		{
			name: "element of a map",
			block: map[string]any{"endpoints": tftypes.NewValue(addresses, map[string]tftypes.Value{
				"dcs": tftypes.NewValue(tftypes.String, simulatortest.Address), "dws": unknown(tftypes.String),
			})},
			want: `Unknown endpoints["dws"]: The value of endpoints["dws"]` + after + ", or apply what it depends on first with -target",
		},
		{
			name: "argument of a block",
			block: map[string]any{"assume_role": tftypes.NewValue(role, map[string]tftypes.Value{
				"agency_name": unknown(tftypes.String), "domain_name": tftypes.NewValue(tftypes.String, "d"),
				"domain_id": tftypes.NewValue(tftypes.String, nil), "duration": tftypes.NewValue(tftypes.Number, nil),
			})},
			want: "Unknown assume_role.agency_name: The value of assume_role.agency_name" + after + ", or set HW_ASSUME_ROLE_AGENCY_NAME instead",
		},
		{
			name: "block", block: map[string]any{"assume_role": unknown(role)},
			want: "Unknown assume_role: The value of assume_role" + after + ", or apply",
		},
	}
	for _, a := range schemas(t).Provider.Block.Attributes {
		want := "Unknown " + a.Name + ": The value of " + a.Name + after
		tests = append(tests, test{name: a.Name, block: map[string]any{a.Name: unknown(a.Type)}, want: want})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("HW_REGION_NAME", simulator.DefaultRegion)
			s := servicestest.New(simulator.Options{})
			s.Add(dcstest.Job{ID: "j"})
			p := connect(t, s, test.block)
			for name, arguments := range map[string]map[string]any{
				"hwtasks_dcs_job": {"job_id": "j"}, "hwtasks_wait": {"service": "dcs", "job_id": "j"},
			} {
				if got := p.Read(t.Context(), name, arguments).Errors(); !strings.HasPrefix(got, test.want) {
					t.Errorf("%s: got the error\n%s\nwant\n%s…", name, got, test.want)
				}
			}
			if requests := s.Requests(); len(requests) > 0 {
				t.Errorf("got %d requests, want none", len(requests))
			}
		})
	}
}

// A null element of a map is ignored, as if its key were not there.
func TestNullElements(t *testing.T) {
	s := servicestest.New(simulator.Options{})
	s.Add(dcstest.Job{ID: "j"})
	p := connect(t, s, map[string]any{"endpoints": map[string]any{"dcs": simulatortest.Address + "/dcs", "dws": nil, "iam": nil, "x": nil}})
	if r := p.Read(t.Context(), "hwtasks_dcs_job", map[string]any{"job_id": "j"}); r.Errors() != "" {
		t.Errorf("got errors %q, want none", r.Errors())
	}
}

// Configuring sends no request, and StopProvider ends a read. What else a read can be busy with is tested with the client.
func TestConfigureAndStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		p := connect(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			requests++
			_, _ = io.Copy(io.Discard, r.Body) // or the server does not notice that the client has gone
			<-r.Context().Done()
		}), nil)
		synctest.Wait()
		if requests != 0 {
			t.Errorf("configuring: got %d requests, want none", requests)
		}
		read := make(chan plugintest.Reply)
		go func() { read <- p.Read(t.Context(), "hwtasks_dcs_job", map[string]any{"job_id": "j"}) }()
		synctest.Wait()
		start := time.Now()
		p.Stop()
		const want = "Cannot read DCS job: DCS job j: the read was interrupted."
		if got := (<-read).Errors(); got != want || requests != 1 || time.Since(start) > 0 {
			t.Errorf("stopped: got %d requests, error %q after %s; want 1, %q at once", requests, got, time.Since(start), want)
		}
	})
}
