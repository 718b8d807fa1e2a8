package provider

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// waitResource configures a resource hwtasks_wait with some arguments, and one that depends on it.
func waitResource(address, arguments string) string {
	return requiredProviders + bareBlock(address) + `
resource "hwtasks_wait" "test" {
` + arguments + `}
resource "terraform_data" "after" {
  depends_on = [hwtasks_wait.test]
}
`
}

// The life of a resource hwtasks_wait, in the order in which it happens. Only its creation sends requests.
func TestWaitResource(t *testing.T) {
	t.Parallel()
	s, address := simulatortest.Start(t, simulator.Options{})
	s.Add(dcstest.Job{ID: "j"}, dcstest.Job{ID: "k"}) // which have succeeded
	answer := func(status string, times int) []simulator.Fault {
		return []simulator.Fault{{Path: "/jobs/j", Body: fmt.Sprintf(`{"status":%q,"fail_reason":"no standby"}`, status), Times: times}}
	}
	const dcsJob = "  service = \"dcs\"\n  job_id  = \"j\"\n"
	trigger := func(value string) string { return "  triggers = { change = \"" + value + "\", none = null }\n" }
	w := newWorkspace(t, "", append(keysInEnvironment, "HW_PROJECT_ID="+simulator.DefaultProjectID)...)
	for _, step := range []struct {
		name      string
		arguments string
		faults    []simulator.Fault
		command   string // default: apply
		want      []string
		fails     bool
		requests  int
	}{
		{
			name: "plan", arguments: dcsJob + trigger("1"), command: "plan",
			want: []string{"+ outcome", "(known after apply)", "Plan: 2 to add"},
		},
		{
			name: "create", arguments: dcsJob + trigger("1"), faults: answer("RUNNING", 1),
			want:     []string{"hwtasks_wait.test: Creation complete", "terraform_data.after: Creation complete", "2 added, 0 changed, 0 destroyed"},
			requests: 2,
		},
		{
			name: "no change, though the job fails", arguments: dcsJob + trigger("1"), faults: answer("FAIL", 0), command: "plan",
			want: []string{"No changes."},
		},
		{
			name: "arguments of the next wait",
			arguments: dcsJob + trigger("1") +
				"  poll_interval = \"2s\"\n  tolerate = [\"cancelled\", null]\n  timeouts {\n    create = \"5m\"\n  }\n",
			want: []string{"0 added, 1 changed, 0 destroyed"},
		},
		{
			name: "null in triggers", arguments: dcsJob + "  triggers = { change = \"1\" }\n" +
				"  poll_interval = \"2s\"\n  tolerate = [\"cancelled\", null]\n  timeouts {\n    create = \"5m\"\n  }\n",
			want: []string{"0 added, 1 changed, 0 destroyed"},
		},
		{name: "another trigger", arguments: dcsJob + trigger("2"), want: []string{"1 added, 0 changed, 1 destroyed"}, requests: 1},
		{
			name: "another job", arguments: strings.Replace(dcsJob, `"j"`, `"k"`, 1) + trigger("2"),
			want: []string{`"j" -> "k" # forces replacement`, "1 added, 0 changed, 1 destroyed"}, requests: 1,
		},
		{
			name: "fails", arguments: dcsJob + trigger("2"), faults: answer("FAIL", 0), fails: true, requests: 1,
			want: []string{"Error: DCS job failed", "with hwtasks_wait.test", "no standby", "set in this resource:", `tolerate = ["failed"]`},
		},
		{name: "nothing is stored of the failure", command: "state list", want: []string{"terraform_data.after"}},
		{
			name: "waits again at the next apply", arguments: dcsJob + trigger("2"), want: []string{"1 added, 0 changed, 0 destroyed"}, requests: 1,
		},
		{
			name: "a tolerated failure", arguments: dcsJob + trigger("3") + "  tolerate = [\"failed\"]\n", faults: answer("FAIL", 0),
			want:     []string{"DCS job failed, which is tolerated", "To wait for another job, change its ID.", "1 added, 0 changed, 1 destroyed"},
			requests: 1,
		},
		{
			name: "destroy", arguments: dcsJob + trigger("3") + "  tolerate = [\"failed\"]\n", faults: answer("FAIL", 0),
			command: "destroy -auto-approve", want: []string{"2 destroyed"},
		},
		{
			name: "arguments that turn out wrong at apply", fails: true,
			arguments: "  service = terraform_data.unknown.output\n  job_id = \"j\"\n" +
				"  timeouts {\n    create = terraform_data.unknown.output\n  }\n}\n" +
				"resource \"terraform_data\" \"unknown\" {\n  input = \"dms\"\n",
			want: []string{`There is no service "dms". Did you mean "kafka"?`},
		},
		{
			name: "import", arguments: dcsJob, command: "import hwtasks_wait.test j", fails: true,
			want: []string{"Nothing to import", "hwtasks_wait is no object of the cloud"},
		},
	} {
		s.Forget()
		s.ClearFaults()
		s.InjectFault(step.faults...)
		if step.command == "" {
			step.command = "apply -auto-approve"
		}
		write(t, filepath.Join(w.dir, "main.tf"), waitResource(address, step.arguments))
		out, err := w.cli.Output(t.Context(), w.dir, w.env, strings.Fields(step.command)...)
		if (err != nil) != step.fails || !inOrder(step.want...).MatchString(out) {
			t.Fatalf("%s: got error %v, want one: %t; it printed\n%s\nwant %q", step.name, err, step.fails, out, step.want)
		}
		if got := len(s.Requests()); got != step.requests {
			t.Errorf("%s: got %d requests, want %d", step.name, got, step.requests)
		}
		if step.command == "state list" && strings.Contains(out, "hwtasks_wait") {
			t.Errorf("%s: the state has %s, want no wait", step.name, out)
		}
	}
}

// A region with which no request can be sent is refused by plan, before apply has made the changes that come first.
func TestRegionOfPlannedWait(t *testing.T) {
	t.Parallel()
	keys := keysInEnvironment[1:]
	for name, test := range map[string]struct {
		region string // argument of the wait
		env    []string
		want   []string
		fails  bool
	}{
		"none": {
			fails: true, want: []string{"Error: Cannot wait", "with hwtasks_wait.test", "The region is not set.", "HW_REGION_NAME"},
		},
		"of no cloud": {
			region: `"nowhere-1"`, fails: true,
			want: []string{`region = "nowhere-1"`, `Region "nowhere-1" belongs to no cloud that this provider knows`},
		},
		"of another cloud": {
			region: `"eu-de"`, env: []string{"HW_REGION_NAME=eu-west-101"}, fails: true,
			want: []string{`Region "eu-de" belongs to the cloud otc.t-systems.com`},
		},
		"of the provider":        {env: []string{"HW_REGION_NAME=eu-west-101"}, want: []string{"Plan: 2 to add"}},
		"of the wait":            {region: `"eu-west-101"`, want: []string{"Plan: 2 to add"}},
		"known only after apply": {region: "terraform_data.after.id", want: []string{"Plan: 2 to add"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := `
provider "hwtasks" {}
resource "hwtasks_wait" "test" {
  service = "dcs"
  job_id  = "j"
`
			if test.region != "" {
				config += "  region  = " + test.region + "\n"
			}
			w := newWorkspace(t, config+"}\nresource \"terraform_data\" \"after\" {}\n", append(test.env, keys...)...)
			out, err := w.cli.Output(t.Context(), w.dir, w.env, "plan")
			if (err != nil) != test.fails || !inOrder(test.want...).MatchString(out) {
				t.Errorf("got error %v, want one: %t; it printed\n%s\nwant %q", err, test.fails, out, test.want)
			}
		})
	}
}

// Ctrl-C ends the creation of a resource hwtasks_wait, which stores nothing.
func TestInterruptedCreation(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	address := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"status":"RUNNING"}`)) // the client may have gone
		interrupt()
	}))
	w := newWorkspace(t, "", append(keysInEnvironment, "HW_PROJECT_ID=p")...)
	write(t, filepath.Join(w.dir, "main.tf"), waitResource(address, "  service = \"dcs\"\n  job_id = \"j\"\n"))
	cmd := w.cli.Command(ctx, w.dir, w.env, "apply", "-auto-approve", "-no-color")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cli.Run(cmd, syscall.SIGINT)
	want := inOrder("Wait for DCS job interrupted", "plan and apply again.")
	if err == nil || !want.MatchString(out.String()) {
		t.Errorf("got error %v, want %s in\n%s", err, want, &out)
	}
	if list := w.run(t, "state", "list"); strings.TrimSpace(list) != "" {
		t.Errorf("the state has %q, want nothing", list)
	}
}
