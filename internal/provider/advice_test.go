package provider

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// What the error of a wait advises works: each of the printed ways on is put into the configuration or on the command line.
func TestAdviceOfAWait(t *testing.T) {
	running := simulator.Fault{Path: "/jobs/j", Body: `{"status":"RUNNING"}`}
	for _, test := range []struct {
		outcome string
		limit   string // in the configuration
		fault   simulator.Fault
		says    string
	}{
		{outcome: "failed", fault: simulator.Fault{Path: "/jobs/j", Body: `{"status":"FAIL","fail_reason":"no standby"}`}, says: "no standby"},
		{outcome: "cancelled", fault: simulator.Fault{Path: "/job/j", Body: `{"status":"STOP"}`}, says: "was cancelled with status STOP"},
		// It takes half a minute to tell. That tolerate works is tested in the package of the wait.
		{outcome: "not_found", fault: simulator.Fault{Path: "/jobs/j", Status: 404}, says: "was not found: HTTP 404 Not Found"},
		{outcome: "timed_out", limit: "2s", fault: running, says: "is still RUNNING after 2s"},
	} {
		t.Run(test.outcome, func(t *testing.T) {
			t.Parallel()
			s, address := simulatortest.Start(t, simulator.Options{})
			s.Add(dcstest.Job{ID: "j"})
			service := "dcs"
			if test.outcome == "cancelled" { // which a DCS job cannot be
				service = "dws"
				s.InjectFault(simulator.Fault{Path: "/job/j", Body: `{"status":"SUCCESS"}`, Times: 2}) // at plan, and at apply
			}
			config := func(wait string) string {
				return bareBlock(address) + "data \"hwtasks_wait\" \"test\" {\n  service = \"" + service + "\"\n  job_id  = \"j\"\n" + wait + "}\n" +
					"resource \"terraform_data\" \"after\" {\n  depends_on = [data.hwtasks_wait.test]\n}\n"
			}
			limited := ""
			if test.limit != "" {
				limited = "  timeouts {\n    read = \"" + test.limit + "\"\n  }\n"
			}
			w := newWorkspace(t, config(limited), keysInEnvironment...)
			use := func(wait string) { write(t, filepath.Join(w.dir, "main.tf"), requiredProviders+config(wait)) }
			w.run(t, "apply", "-auto-approve")
			s.ClearFaults()

			s.InjectFault(test.fault)
			fails := func(args ...string) string {
				out, err := w.cli.Output(t.Context(), w.dir, w.env, args...)
				if err == nil || !inOrder(test.says, "Endpoint: ", "Request ID: ").MatchString(out) {
					t.Fatalf("%s: got error %v, want one that says %q; it printed\n%s", args, err, test.says, out)
				}
				return out
			}
			out := fails("plan")
			longer := regexp.MustCompile(`(?m)^  timeouts \{\n    read = "[^"]*"\n  \}\n`).FindString(plain(out))
			if (longer != "") != (test.limit != "") {
				t.Errorf("got advice on the limit %q, want some: %t", longer, test.limit != "")
			}
			if longer != "" {
				use(longer)
				s.ClearFaults() // the job ends within the longer limit
				w.run(t, "plan")
				use(limited)
				s.InjectFault(running)
			}

			tolerate := regexp.MustCompile(`(?m)^  tolerate = \[.*\]$`).FindString(plain(out))
			if want := `  tolerate = ["` + test.outcome + `"]`; tolerate != want {
				t.Fatalf("got advice %q, want %q", tolerate, want)
			}
			if test.outcome != "not_found" {
				use(limited + tolerate + "\n")
				if out := w.run(t, "apply", "-auto-approve"); !strings.Contains(out, "which is tolerated") {
					t.Errorf("the tolerated outcome is not shown; apply printed\n%s", out)
				}
				use(limited)
				out = fails("destroy", "-auto-approve")
			}
			command := regexp.MustCompile(`(?m)^  terraform (destroy .*)$`).FindStringSubmatch(plain(out))
			if command == nil {
				t.Fatalf("got no command to destroy in\n%s", out)
			}
			if out := w.run(t, append(strings.Fields(command[1]), "-auto-approve")...); !strings.Contains(out, "Resources: 1 destroyed") {
				t.Errorf("%s printed\n%s\nwant 1 resource destroyed", command[1], out)
			}
		})
	}
}

// plain returns what a CLI printed without the lines that it draws beside an error.
func plain(out string) string {
	return regexp.MustCompile(`(?m)^[│╷╵] ?| +$`).ReplaceAllString(out, "")
}
