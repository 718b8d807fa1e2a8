package provider

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
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

// All reads of a plan share one client, which names the version of Terraform.
func TestRequestsOfAPlan(t *testing.T) {
	t.Parallel()
	const reads = 10
	s, address := simulatortest.Start(t, simulator.Options{})
	for i := range reads {
		s.Add(dcstest.Job{ID: fmt.Sprintf("j%d", i)})
	}
	newWorkspace(t, bareBlock(address)+jobs(reads), keysInEnvironment...).run(t, "plan")
	want := regexp.MustCompile(`^terraform-provider-hwtasks/dev \(Terraform \d+\.\d+\.\d+.*\)`)
	for _, r := range s.Requests() {
		if !want.MatchString(r.UserAgent) {
			t.Errorf("got User-Agent %q, want %s", r.UserAgent, want)
		}
	}
	if got, want := len(s.Requests()), 1+reads; got != want {
		t.Errorf("got %d requests, want %d: one for the project ID, and one for each read", got, want)
	}
}

// The CLI prints errors whole, with their place in the configuration, and its unknown values reach the provider as such.
func TestErrorsOnTheScreen(t *testing.T) {
	const job = "data \"hwtasks_dcs_job\" \"test\" {\n  job_id = \"j\"\n}\n"
	_, address := simulatortest.Start(t, simulator.Options{})
	for _, test := range []struct {
		name, config string
		want         []string // in this order
	}{
		{
			name: "read",
			config: fmt.Sprintf("provider \"hwtasks\" {\n  token     = %q\n  region    = \"eu-west-101\"\n", simulator.DefaultToken) +
				fmt.Sprintf("  endpoints = { iam = \"%[1]s/iam\", dcs = \"%[1]s/dcs\" }\n}\n", address),
			want: []string{
				"Error: Cannot read DCS job", "with data.hwtasks_dcs_job.test", "DCS job j in region eu-west-101",
				`HTTP 404 Not Found, code SIMULATOR.0404: "The job does not exist"`, "Endpoint: http://127.0.0.1:", "Request ID: ", "Check the IDs",
			},
		},
		{
			name:   "incomplete credentials",
			config: "provider \"hwtasks\" {\n  access_key = \"a\"\n}\n",
			want:   []string{"Missing secret_key", `provider "hwtasks"`, "Set secret_key, or HW_SECRET_KEY or OS_SECRET_KEY"},
		},
		{
			name:   "unknown value",
			config: "resource \"terraform_data\" \"r\" {}\nprovider \"hwtasks\" {\n  region = terraform_data.r.id\n}\n",
			want:   []string{"Unknown region", "with data.hwtasks_dcs_job.test", "region in the provider block is known only after apply"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps:                    []resource.TestStep{{Config: test.config + job, ExpectError: inOrder(test.want...)}},
			})
		})
	}
}

// While arguments of the provider block are unknown, a plan works that reads nothing, or only during apply. Any other one fails, until
// what the arguments depend on has been applied.
func TestArgumentsKnownAfterApply(t *testing.T) {
	t.Parallel()
	s, address := simulatortest.Start(t, simulator.Options{})
	s.Add(dcstest.Job{ID: "j"})
	config := fmt.Sprintf(`
resource "terraform_data" "known_after_apply" { input = { project = %q, address = %q } }
provider "hwtasks" {
  project_id = terraform_data.known_after_apply.output.project
  endpoints  = { dcs = "${terraform_data.known_after_apply.output.address}/dcs" }
}
data "hwtasks_dcs_job" "none" {
  count  = 0
  job_id = "j"
}
`, simulator.DefaultProjectID, address)
	const read = "data \"hwtasks_wait\" \"test\" {\n  service = \"dcs\"\n  job_id = \"j\"\n"

	w := newWorkspace(t, config+read+"depends_on = [terraform_data.known_after_apply]\n}\n", keysInEnvironment...)
	w.run(t, "plan")
	if requests := s.Requests(); len(requests) > 0 {
		t.Errorf("plan: got %d requests, want none", len(requests))
	}
	w.run(t, "apply", "-auto-approve")
	w.run(t, "plan", "-detailed-exitcode")
	if got := len(s.Requests()); got != 2 {
		t.Errorf("apply and another plan: got %d requests, want 2, one for each", got)
	}

	w = newWorkspace(t, config+read+"}\n", keysInEnvironment...)
	out, err := w.cli.Output(t.Context(), w.dir, w.env, "plan")
	want := inOrder("with data.hwtasks_wait.test", `endpoints["dcs"] in the provider block is known only after apply`, "first with -target")
	if err == nil || !want.MatchString(out) {
		t.Errorf("plan with a read: got %v, want an error; it printed\n%s\nwant %s", err, out, want)
	}
	w.run(t, "apply", "-auto-approve", "-target=terraform_data.known_after_apply")
	w.run(t, "plan")
}

// Ctrl-C and SIGTERM to the process group, as a pipeline sends it, end a read during a plan, when Terraform stops its providers, and
// a wait during an apply that is still planning, when it does not and only the signal reaches the provider. The state is unlocked.
func TestInterrupt(t *testing.T) {
	const wait = "data \"hwtasks_wait\" \"test\" {\n  service = \"dcs\"\n  job_id  = \"j\"\n}\n"
	const readEnded, waitEnded = "DCS job j0: the read was interrupted", "Wait for DCS job interrupted"
	for _, test := range []struct {
		name, config, command string
		signal                syscall.Signal
		want                  string
	}{
		{name: "read, Ctrl-C", config: jobs(1), command: "plan", signal: syscall.SIGINT, want: readEnded},
		{name: "read, SIGTERM", config: jobs(1), command: "plan", signal: syscall.SIGTERM, want: readEnded},
		{name: "wait, Ctrl-C", config: wait, command: "apply", signal: syscall.SIGINT, want: waitEnded},
		{name: "wait, SIGTERM", config: wait, command: "apply", signal: syscall.SIGTERM, want: waitEnded},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			address := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				interrupt()
				if test.want == readEnded {
					<-r.Context().Done()
				}
				_, _ = w.Write([]byte(`{"status":"RUNNING"}`)) // the client may have gone
			}))
			w := newWorkspace(t, bareBlock(address)+test.config, append(keysInEnvironment, "HW_PROJECT_ID=p")...)
			cmd := w.cli.Command(ctx, w.dir, w.env, test.command, "-input=false", "-no-color")
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			err := cli.Run(cmd, test.signal)
			if code := cmd.ProcessState.ExitCode(); code != 1 || !inOrder(test.want).MatchString(out.String()) {
				t.Errorf("got exit code %d (%v), want 1 and %q; it printed\n%s", code, err, test.want, &out)
			}
			if locks, _ := filepath.Glob(filepath.Join(w.dir, ".*.lock.info")); len(locks) > 0 { // the pattern is valid
				t.Errorf("the state is locked by %s, want it unlocked", locks)
			}
		})
	}
}

// A provider that Terraform has left behind can be terminated: the first SIGTERM ends reads, the second one the process.
func TestTerminate(t *testing.T) {
	t.Parallel()
	_, err := install()
	must(err)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(installedIn, "provider"))
	cmd.Env = []string{ // without them it only says that it is a plugin
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2", "PLUGIN_PROTOCOL_VERSIONS=6",
	}
	out, err := cmd.StdoutPipe()
	must(err)
	must(cmd.Start())
	_, err = bufio.NewReader(out).ReadString('\n') // its address: it is ready
	must(err)
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the state is checked
		close(ended)
	}()
	for running := true; running; {
		_ = cmd.Process.Signal(syscall.SIGTERM) // fails once it has ended
		select {
		case <-ended:
			running = false
		case <-time.After(10 * time.Millisecond): // a flood of signals can crash a process while it exits
		}
	}
	if got, want := cmd.ProcessState.String(), "signal: terminated"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// binarySize returns the size of the provider in bytes.
func binarySize(tb testing.TB) int64 {
	tb.Helper()
	_, err := install()
	must(err)
	info, err := os.Stat(filepath.Join(installedIn, "provider"))
	must(err)
	return info.Size()
}

// The size guards against a dependency that brings a lot with it. A service is about 0.1 MB.
func TestBinaryIsSmall(t *testing.T) {
	if got := binarySize(t); got > 24e6 {
		t.Errorf("the provider has %d bytes, want at most 24 MB", got)
	}
}
