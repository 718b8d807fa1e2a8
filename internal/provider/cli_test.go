package provider

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// install builds the provider and installs it for the CLI, once for all tests.
var install = sync.OnceValues(func() (*cli.CLI, error) {
	dir, err := os.MkdirTemp("", "hwtasks-test-")
	if err != nil {
		return nil, err
	}
	installedIn = dir
	binary := filepath.Join(dir, "provider")
	if err := cli.Build(context.Background(), binary); err != nil {
		return nil, err
	}
	return cli.New(dir, binary)
})

// installedIn is the folder of install, which TestMain removes.
var installedIn string

// A workspace is a folder with a configuration, and the environment in which the CLI runs there.
type workspace struct {
	cli *cli.CLI
	dir string
	env []string
}

const requiredProviders = `
terraform {
  required_providers {
    hwtasks = { source = "hwtasks/hwtasks" }
  }
}
`

// newWorkspace initializes a workspace with a configuration.
func newWorkspace(tb testing.TB, config string, env ...string) *workspace {
	tb.Helper()
	c, err := install()
	if err != nil {
		tb.Fatal(err)
	}
	w := &workspace{cli: c, dir: tb.TempDir(), env: env}
	write(tb, filepath.Join(w.dir, "main.tf"), requiredProviders+config)
	w.run(tb, "init")
	return w
}

// run runs a command that must succeed, and returns all that it printed.
func (w *workspace) run(tb testing.TB, args ...string) string {
	tb.Helper()
	out, err := w.cli.Output(tb.Context(), w.dir, w.env, args...)
	if err != nil {
		tb.Fatalf("%s: got %v, want success; it printed\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// fail runs a command that must fail and print some texts, in this order.
func (w *workspace) fail(ctx context.Context, tb testing.TB, args []string, want ...string) {
	tb.Helper()
	out, err := w.cli.Output(ctx, w.dir, w.env, args...)
	if err == nil || !inOrder(want...).MatchString(out) {
		tb.Errorf("%s: got %v, want a failure with %q; it printed\n%s", strings.Join(args, " "), err, want, out)
	}
}

// inOrder returns an expression for a text that has all of these texts in this order, with lines broken anywhere.
func inOrder(texts ...string) *regexp.Regexp {
	patterns := make([]string, len(texts))
	for i, text := range texts {
		words := strings.Fields(text)
		for j, word := range words {
			words[j] = regexp.QuoteMeta(word)
		}
		patterns[i] = strings.Join(words, `[\s│]+`)
	}
	return regexp.MustCompile("(?s)" + strings.Join(patterns, ".*"))
}

// serve serves a handler on a loopback address until the test ends, and returns its URL.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// keysInEnvironment are the region and keys of the simulated cloud.
var keysInEnvironment = []string{
	"HW_REGION_NAME=" + simulator.DefaultRegion, "HW_ACCESS_KEY=" + simulator.DefaultAccessKey, "HW_SECRET_KEY=" + simulator.DefaultSecretKey,
}

// bareBlock returns a provider block with nothing but the endpoints of a simulated cloud.
func bareBlock(address string) string {
	return fmt.Sprintf(`
provider "hwtasks" {
  endpoints = { for service in ["dcs", "dms", "dws", "iam", "metadata"] : service => "%s/${service}" }
}
`, address)
}

// jobs configures n reads of the jobs j0, j1 and so on.
func jobs(n int) string {
	return fmt.Sprintf("data \"hwtasks_dcs_job\" \"test\" {\n  count  = %d\n  job_id = \"j${count.index}\"\n}\n", n)
}

// jobWait configures a wait for the job j, with further arguments.
func jobWait(arguments string) string {
	return "data \"hwtasks_wait\" \"test\" {\n  service = \"dcs\"\n  job_id  = \"j\"\n" + arguments + "}\n"
}

// startAtFirstPoll makes the clock of a simulated cloud start with the first request to a service, so that jobs which were
// added before run for their time after it, however slow the machine is.
func startAtFirstPoll(o *simulator.Options) {
	added := time.Now()
	var first atomic.Pointer[time.Time]
	o.Now = func() time.Time {
		if start := first.Load(); start != nil {
			return added.Add(time.Since(*start))
		}
		return added
	}
	o.Log = func(r simulator.Request) {
		if now := time.Now(); r.Service != cloud.IAM {
			first.CompareAndSwap(nil, &now)
		}
	}
}

// Each data source is stored as a whole, and reading it again changes nothing.
func TestStatesThroughTheCLI(t *testing.T) {
	t.Parallel()
	s, address := simulatortest.Start(t, simulator.Options{})
	var config strings.Builder
	want := make(map[string]any)
	for _, r := range referencePages(t) {
		s.InjectFault(simulator.Fault{Service: r.service, Path: r.path, Body: r.answer})
		fmt.Fprintf(&config, "data %q \"test\" {\n", r.source)
		for argument, value := range r.arguments {
			fmt.Fprintf(&config, "  %s = %q\n", argument, value)
		}
		fmt.Fprintf(&config, "}\noutput %q {\n  value = data.%s.test\n}\n", r.source, r.source)
		want[r.source] = r.wholeState(t)
	}
	w := newWorkspace(t, bareBlock(address)+config.String(), keysInEnvironment...)
	w.run(t, "apply", "-auto-approve")
	shown, _ := object(t, w.run(t, "show", "-json"))["values"].(map[string]any)
	resources, _ := shown["root_module"].(map[string]any)["resources"].([]any)
	got := make(map[string]any)
	for _, resource := range resources {
		attributes, _ := resource.(map[string]any)
		name, _ := attributes["type"].(string)
		got[name] = attributes["values"]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("state (-want, +got):\n%s", diff)
	}
	w.run(t, "plan", "-detailed-exitcode") // which fails if an output changes
}

func TestRequestsOfAPlan(t *testing.T) {
	for name, test := range map[string]struct {
		reads        int
		env          []string
		lookups, all int
	}{
		"one read with a project ID": {reads: 1, env: []string{"HW_PROJECT_ID=" + simulator.DefaultProjectID}, lookups: 0, all: 1},
		"ten reads without one":      {reads: 10, lookups: 1, all: 11},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, address := simulatortest.Start(t, simulator.Options{})
			for i := range test.reads {
				s.Add(simulator.DCSJob{ID: fmt.Sprintf("j%d", i)})
			}
			newWorkspace(t, bareBlock(address)+jobs(test.reads), append(test.env, keysInEnvironment...)...).run(t, "plan")
			lookups := 0
			for _, r := range s.Requests() {
				if r.Service == cloud.IAM {
					lookups++
				}
				if want := regexp.MustCompile(`^terraform-provider-hwtasks/dev \(Terraform \d+\.\d+\.\d+.*\)`); !want.MatchString(r.UserAgent) {
					t.Errorf("got User-Agent %q, want %s", r.UserAgent, want)
				}
			}
			if all := len(s.Requests()); lookups != test.lookups || all != test.all {
				t.Errorf("got %d lookups of %d requests, want %d of %d", lookups, all, test.lookups, test.all)
			}
		})
	}
}

// The CLI prints a diagnostic whole, with the place in the configuration.
func TestErrorOnTheScreen(t *testing.T) {
	t.Parallel()
	_, address := simulatortest.Start(t, simulator.Options{})
	newWorkspace(t, bareBlock(address)+jobs(1), keysInEnvironment...).fail(t.Context(), t, []string{"plan"},
		"Error: Cannot read DCS job", "with data.hwtasks_dcs_job.test[0]", "DCS job j0 in region eu-west-101",
		`HTTP 404 Not Found, code SIMULATOR.0404: "The job does not exist"`, "Endpoint: http://127.0.0.1:", "Request ID: ", "Check the IDs")
}

// A dependent of a wait is created after the job's end. When the job turns out to have failed, a postcondition stops the plan,
// and everything can be destroyed.
func TestOrderOfADependentAndDestroy(t *testing.T) {
	t.Parallel()
	options := simulator.Options{}
	startAtFirstPoll(&options)
	startClock := options.Log
	dependent := filepath.Join(t.TempDir(), "dependent")
	options.Log = func(r simulator.Request) {
		startClock(r)
		if _, err := os.Stat(dependent); !errors.Is(err, fs.ErrNotExist) && r.Service == cloud.DCS {
			t.Errorf("%+v was sent although the dependent of the wait exists already: %v", r, err)
		}
	}
	s, address := simulatortest.Start(t, options)
	s.Add(simulator.DCSJob{ID: "j", Timeline: simulator.Timeline{Takes: 2 * time.Second}})
	w := newWorkspace(t, bareBlock(address)+`
resource "terraform_data" "before" {}
resource "terraform_data" "after" {
  depends_on = [data.hwtasks_wait.test]
  provisioner "local-exec" {
    command = "touch `+dependent+`"
  }
}
`+jobWait(`
  tolerate   = ["failed"]
  depends_on = [terraform_data.before] # so that it is read at apply
  lifecycle {
    postcondition {
      condition     = self.outcome == "succeeded"
      error_message = "It ended as ${self.outcome}."
    }
  }
`), keysInEnvironment...)
	w.run(t, "apply", "-auto-approve")
	if err := os.Remove(dependent); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Requests()); n < 3 {
		t.Errorf("got %d requests, want at least 3: the project, the job while it ran, and its end", n)
	}
	s.InjectFault(simulator.Fault{Service: cloud.DCS, Body: `{"status":"FAIL"}`})
	w.fail(t.Context(), t, []string{"plan"}, "It ended as failed.")
	if out := w.run(t, "destroy", "-auto-approve"); !strings.Contains(out, "2 destroyed") {
		t.Errorf("destroy: got %s, want 2 destroyed", out)
	}
}

// In a check block a job that failed is a warning.
func TestCheckBlock(t *testing.T) {
	t.Parallel()
	s, address := simulatortest.Start(t, simulator.Options{})
	s.Add(simulator.DCSJob{ID: "j", Timeline: simulator.Timeline{End: "FAIL"}})
	w := newWorkspace(t, bareBlock(address)+"check \"job\" {\n"+jobWait("")+`
  assert {
    condition     = data.hwtasks_wait.test.outcome == "succeeded"
    error_message = "It failed."
  }
}
`, keysInEnvironment...)
	if out := w.run(t, "apply", "-auto-approve"); !strings.Contains(out, "Warning: DCS job failed") {
		t.Errorf("got %s, want a warning that the DCS job failed", out)
	}
}

// Ctrl-C ends a read during a plan, when Terraform stops its providers, and a wait during an apply that is still planning, when it
// does not and only the signal reaches the provider.
func TestInterrupt(t *testing.T) {
	for name, test := range map[string]struct {
		config string
		answer string // of the job; empty: none
		args   []string
		want   []string
	}{
		"read": {config: jobs(1), args: []string{"plan"}, want: []string{"DCS job j0: the read was interrupted"}},
		"wait": {
			config: jobWait(""), answer: `{"status":"RUNNING"}`, args: []string{"apply", "-auto-approve"},
			want: []string{"Wait for DCS job interrupted", "The job itself goes on"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			address := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				interrupt()
				if test.answer == "" {
					<-r.Context().Done()
				}
				_, _ = w.Write([]byte(test.answer)) // nobody may be there
			}))
			w := newWorkspace(t, bareBlock(address)+test.config, append(keysInEnvironment, "HW_PROJECT_ID=p")...)
			w.fail(ctx, t, test.args, test.want...)
		})
	}
}

func TestBinaryIsSmall(t *testing.T) {
	if _, err := install(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(installedIn, "provider"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 20e6 {
		t.Errorf("the provider has %d bytes, want at most 20 MB", info.Size())
	}
}
