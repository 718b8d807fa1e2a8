package provider

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// installed is where the provider that runs as a process of its own is, built once.
var installed = sync.OnceValues(func() (*cli.CLI, error) {
	dir, err := os.MkdirTemp("", "hwtasks-test-")
	if err != nil {
		return nil, err
	}
	removeAtEnd = dir
	return cli.New(context.Background(), dir)
})

// removeAtEnd is a folder that TestMain removes.
var removeAtEnd string

// A workspace is a folder with a configuration, and the environment to run it in.
type workspace struct {
	cli *cli.CLI
	dir string
	env []string
}

// initialise makes a workspace for a configuration.
func initialise(tb testing.TB, config string, env ...string) *workspace {
	tb.Helper()
	c, err := installed()
	if err != nil {
		tb.Fatal(err)
	}
	w := &workspace{c, tb.TempDir(), env}
	config = "terraform {\n  required_providers {\n    hwtasks = {\n      source = \"hwtasks/hwtasks\"\n    }\n  }\n}\n" + config
	if err := os.WriteFile(filepath.Join(w.dir, "main.tf"), []byte(config), 0o600); err != nil {
		tb.Fatal(err)
	}
	if err := c.Init(tb.Context(), w.dir); err != nil {
		tb.Fatal(err)
	}
	return w
}

// run runs a command and gives all that it printed.
func (w *workspace) run(tb testing.TB, args ...string) (string, error) {
	tb.Helper()
	var out bytes.Buffer
	cmd := w.cli.Command(tb.Context(), w.dir, w.env, append(args, "-no-color")...)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cli.Run(cmd)
	return out.String(), err
}

// keysInEnvironment are the simulator's keys.
var keysInEnvironment = []string{
	"HW_REGION_NAME=" + simulator.DefaultRegion, "HW_ACCESS_KEY=" + simulator.DefaultAccessKey, "HW_SECRET_KEY=" + simulator.DefaultSecretKey,
}

// bareBlock is a provider block that leaves all but the endpoints to the environment.
func bareBlock(address string) string {
	return fmt.Sprintf("provider \"hwtasks\" {\n  endpoints = { for s in [\"dcs\", \"dms\", \"dws\", \"iam\", \"metadata\"] : s => \"%s/${s}\" }\n}\n", address)
}

// jobs configures n reads of n jobs.
func jobs(n int) string {
	return fmt.Sprintf("data \"hwtasks_dcs_job\" \"test\" {\n  count  = %d\n  job_id = \"j${count.index}\"\n}\n", n)
}

func TestRequestsOfAPlan(t *testing.T) {
	for name, test := range map[string]struct {
		reads        int
		env          string
		lookups, all int
	}{
		"one read with a project ID": {1, "HW_PROJECT_ID=" + simulator.DefaultProjectID, 0, 1},
		"ten reads without one":      {10, "", 1, 11},
	} {
		t.Run(name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			for i := range test.reads {
				s.Add(simulator.DCSJob{ID: fmt.Sprintf("j%d", i)})
			}
			w := initialise(t, bareBlock(address)+jobs(test.reads), append(keysInEnvironment, test.env)...)
			if out, err := w.run(t, "plan"); err != nil {
				t.Fatal(out)
			}
			lookups := 0
			for _, r := range s.Requests() {
				if r.Service == cloud.IAM {
					lookups++
				}
				if !regexp.MustCompile(`^terraform-provider-hwtasks/dev \(Terraform \d+\.\d+\.\d+.*\)$`).MatchString(r.UserAgent) {
					t.Errorf("User-Agent: %s", r.UserAgent)
				}
			}
			if all := len(s.Requests()); lookups != test.lookups || all != test.all {
				t.Errorf("%d lookups of %d requests, want %d of %d", lookups, all, test.lookups, test.all)
			}
		})
	}
}

// Nothing secret is in what Terraform prints, logs at TRACE or stores, whatever the cloud answers.
func TestSecretsStaySecret(t *testing.T) {
	for name, way := range ways {
		given, issued := way.secrets()
		echoed := strings.Join(append(issued, given...), ".") // by a service
		asked := strings.Join(given, ".")                     // by IAM, before it hands out anything
		echo := fmt.Sprintf(`{"error_code":"X.1","error_msg":"cannot verify %s"}`, echoed)
		faults := map[string]simulator.Fault{
			"success":           {Service: "none"},
			"refused, echoing":  {Service: cloud.DCS, Status: 401, Body: echo},
			"in the code":       {Service: cloud.DCS, Status: 500, Body: `{"error_code":"` + echoed + `"}`},
			"in the request ID": {Service: cloud.DCS, Status: 500, Header: map[string]string{"X-Request-Id": echoed}},
			"no JSON, echoing":  {Service: cloud.DCS, Body: echoed},
			"wrong type":        {Service: cloud.DCS, Body: `{"status":["` + echoed + `"]}`},
			"wrong kind":        {Service: cloud.DCS, Body: `{"job_id":"` + echoed + `"}`},
			"unknown":           {Service: "none"},
			"project, echoing":  {Service: cloud.IAM, Path: "/projects", Status: 403, Body: echo},
			"redirect":          {Service: cloud.DCS, Status: 302, Header: map[string]string{"Location": "https://" + echoed + "/"}},
			"reset":             {Service: cloud.DCS, Reset: true},
		}
		if name != "token" && name != "temporary keys" {
			// What was handed out is hidden by the same means as what was given.
			maps.DeleteFunc(faults, func(name string, _ simulator.Fault) bool {
				return !slices.Contains([]string{"success", "refused, echoing", "in the code", "unknown"}, name)
			})
			if name == "metadata" {
				faults["metadata, echoing"] = simulator.Fault{Service: cloud.IMDS, Path: "securitykey", Status: 403, Body: strings.Replace(echo, echoed, marked.IssuedToken+"-session-000001", 1)}
			}
			faults["IAM, echoing"] = simulator.Fault{Service: cloud.IAM, Status: 403, Body: strings.Replace(echo, echoed, asked, 1)}
		}
		for answer, fault := range faults {
			t.Run(name+", "+answer, func(t *testing.T) {
				t.Parallel()
				s, w := way.start(t, func(o *simulator.Options) {
					if answer == "unknown" {
						o.AccessKey, o.Token, o.Users, o.Agencies = "another", "another", []simulator.User{}, []simulator.Agency{}
					}
				})
				s.InjectFault(fault)
				w.env = append(w.env, "TF_LOG=TRACE", "TF_LOG_PATH=trace.log")
				printed, err := w.run(t, "plan", "-out=plan")
				// To the instance itself its keys are never unknown.
				if succeeds := answer == "success" || answer == "unknown" && name == "metadata"; (err == nil) != succeeds {
					t.Fatalf("%v: %s", err, printed)
				}
				if err == nil {
					for _, args := range [][]string{{"show", "-json", "plan"}, {"apply", "plan"}, {"show", "-json"}} {
						out, err := w.run(t, args...)
						if err != nil {
							t.Fatal(out)
						}
						printed += out
					}
				}
				files := w.files(t)
				files["what was printed"] = printed
				if log := files["trace.log"]; !strings.Contains(log, "Configured provider") {
					t.Error("the log has no line of the provider")
				}
				for file, content := range files {
					for _, secret := range []string{"SDK-HMAC-SHA256", "MARKED-"} { // no signature either
						if strings.Contains(content, secret) {
							t.Errorf("%s has %s: …%s…", file, secret, regexp.MustCompile(".*"+secret+".*").FindString(content))
						}
					}
				}
			})
		}
	}
}

// files returns the content of all files of a workspace but the provider, those in the plan's archive included.
func (w *workspace) files(t *testing.T) map[string]string {
	t.Helper()
	files := make(map[string]string)
	for _, name := range []string{"trace.log", "plan", "terraform.tfstate"} {
		content, err := os.ReadFile(filepath.Join(w.dir, name))
		if err != nil {
			continue // a run that failed leaves none
		}
		files[name] = string(content)
		archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			continue
		}
		for _, entry := range archive.File {
			r, err := entry.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			files[name+"/"+entry.Name] = string(text)
		}
	}
	return files
}

// Ctrl-C in the middle of a request, and in the middle of a pause between two, ends the run.
func TestInterrupt(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter, *http.Request){
		"request": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"pause": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "100")
			w.WriteHeader(http.StatusTooManyRequests)
		},
	} {
		t.Run(name, func(t *testing.T) {
			asked := make(chan bool, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked <- true
				answer(w, r)
			}))
			defer server.Close()
			w := initialise(t, bareBlock(server.URL)+jobs(1), append(keysInEnvironment, "HW_PROJECT_ID=p")...)
			out, _ := w.interrupt(t, func() bool { return len(asked) > 0 }, "plan")
			if !inOrder("DCS job j0: the read was interrupted").MatchString(out) {
				t.Error(out)
			}
		})
	}
}

// interrupt runs a command, presses Ctrl-C when it is time, and gives what was printed and how long
// the command went on after that.
func (w *workspace) interrupt(t *testing.T, isTime func() bool, args ...string) (string, time.Duration) {
	t.Helper()
	var out bytes.Buffer
	cmd := w.cli.Command(t.Context(), w.dir, w.env, append(args, "-no-color")...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ran := make(chan struct{})
	go func() {
		_ = cmd.Wait() // an interrupted command fails
		close(ran)
	}()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !isTime() {
		select {
		case <-ran:
			t.Fatalf("it ended by itself:\n%s", out.String())
		case <-tick.C:
		}
	}
	start := time.Now()
	if err := cli.Interrupt(cmd); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ran:
	case <-time.After(10 * time.Second): // far longer than it should take
		t.Fatal("it goes on")
	}
	return out.String(), time.Since(start)
}

func TestBinaryIsSmall(t *testing.T) {
	c, err := installed()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(c.Binary())
	if err != nil {
		t.Fatal(err)
	}
	if size := info.Size(); size > 20e6 {
		t.Errorf("the provider has %d bytes", size)
	}
}
