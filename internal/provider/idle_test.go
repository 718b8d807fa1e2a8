package provider

import (
	"bytes"
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// idleWait configures a stand-in for an instance, whose size is updated in place, a wait until it is idle, with some more arguments, and a
// resource that depends on the wait.
func idleWait(address, size, arguments string) string {
	return requiredProviders + bareBlock(address) + `
resource "terraform_data" "instance" {
  input = "` + size + `"
}
resource "hwtasks_wait" "idle" {
  service       = "dcs"
  instance_id   = "i"
  poll_interval = "1s"
  settle        = "1s"
  triggers      = { size = "` + size + `" }
  depends_on    = [terraform_data.instance]
` + arguments + `}
resource "terraform_data" "after" {
  depends_on = [hwtasks_wait.idle]
}
`
}

// An idleTest has a resource that waits until an instance is idle, and a simulated cloud with the instance, on which nothing runs.
type idleTest struct {
	t       *testing.T
	cloud   *simulator.Simulator
	address string
	*workspace
}

// newIdleTest calls a function after each request to the cloud; it may be nil.
func newIdleTest(t *testing.T, requested func()) *idleTest {
	t.Helper()
	options := simulator.Options{}
	if requested != nil {
		options.Log = func(simulator.Request) { requested() }
	}
	s, address := simulatortest.Start(t, options)
	s.Add(dcstest.Instance{ID: "i"})
	w := newWorkspace(t, "", append(keysInEnvironment, "HW_PROJECT_ID="+simulator.DefaultProjectID)...)
	return &idleTest{t, s, address, w}
}

// begin starts a task of the instance.
func (i *idleTest) begin(name string, takes time.Duration, end string) {
	i.cloud.Add(dcstest.Task{InstanceID: "i", ID: name, Name: name, Timeline: simulator.Timeline{Takes: takes, End: end}})
}

// use writes a configuration.
func (i *idleTest) use(size, arguments string) {
	i.t.Helper()
	write(i.t, filepath.Join(i.dir, "main.tf"), idleWait(i.address, size, arguments))
}

// prints runs a command and checks what it prints, in this order, and whether it fails.
func (i *idleTest) prints(command string, fails bool, want ...string) string {
	i.t.Helper()
	out, err := i.cli.Output(i.t.Context(), i.dir, i.env, strings.Fields(command)...)
	if (err != nil) != fails || !inOrder(want...).MatchString(plain(out)) {
		i.t.Fatalf("%s: got error %v, want one: %t; it printed\n%s\nwant %q", command, err, fails, out, want)
	}
	return plain(out)
}

// A task that fails is an error that stores nothing; the next apply waits again, and only warns about it. Once it was created, it does not
// matter that the service forgets the task.
func TestIdleWaitAfterAFailure(t *testing.T) {
	t.Parallel()
	i := newIdleTest(t, nil)
	i.begin("EXTEND", 2*time.Second, "FAILED")
	i.use("1", "")
	i.prints("apply -auto-approve", true,
		"Error: DCS background task failed", "with hwtasks_wait.idle", "DCS background task EXTEND of instance i (EXTEND)", "Endpoint: ",
		"The next apply does not make the change again.")
	if out := i.run(t, "state", "list"); strings.TrimSpace(out) != "terraform_data.instance" {
		t.Errorf("the state has %s, want only the instance", out)
	}
	i.prints("apply -auto-approve", false,
		"hwtasks_wait.idle: Creation complete", "terraform_data.after: Creation complete", "Warning: A task failed before this wait",
		"Task EXTEND (EXTEND) failed on")
	i.cloud.InjectFault(simulator.Fault{Path: "/tasks", Body: `{"tasks":[]}`})
	i.cloud.Forget()
	i.prints("plan", false, "No changes.")
	if n := len(i.cloud.Requests()); n > 0 {
		t.Errorf("plan: got %d requests, want none", n)
	}
}

// With wait_on_destroy an update of the instance waits until nothing runs on it any more: the trigger replaces the wait, which Terraform
// destroys before it updates the instance, and creates after that.
func TestWaitBeforeAnUpdate(t *testing.T) {
	t.Parallel()
	i := newIdleTest(t, nil)
	i.use("1", "  wait_on_destroy = true\n")
	i.prints("apply -auto-approve", false, "3 added")
	const short = "  wait_on_destroy = true\n  timeouts {\n    delete = \"3s\"\n  }\n"
	i.use("1", short)
	i.prints("apply -auto-approve", false, "0 added, 1 changed, 0 destroyed")

	i.begin("BACKUP", time.Hour, "")
	i.use("2", short)
	out := i.prints("apply -auto-approve", true, "Timed out waiting for DCS instance", "is not idle after 3s (timeouts.delete)",
		"In progress: BACKUP (EXECUTING)", "terraform state rm")
	if strings.Contains(out, "terraform_data.instance: Modif") {
		t.Errorf("the instance was updated although it was not idle; apply printed\n%s", out)
	}

	// As advised: another limit is applied before, and without waiting.
	limit := regexp.MustCompile(`(?m)^  timeouts \{\n    delete = "[^"]*"\n  \}\n`).FindString(out)
	const size = `terraform_data.instance: Modifications complete`
	i.use("1", "  wait_on_destroy = true\n"+limit)
	i.prints("apply -auto-approve", false, "0 added, 1 changed, 0 destroyed")
	i.cloud.InjectFault(simulator.Fault{Path: "/tasks", Body: `{"tasks":[{"id":"b","name":"BACKUP","status":"EXECUTING"}]}`, Times: 2})
	i.cloud.InjectFault(simulator.Fault{Path: "/tasks", Body: `{"tasks":[{"id":"b","name":"BACKUP","status":"SUCCESS"}]}`})
	i.use("2", "  wait_on_destroy = true\n"+limit)
	i.prints("apply -auto-approve", false, "hwtasks_wait.idle: Destruction complete", size, "hwtasks_wait.idle: Creation complete")
}

// With wait_on_destroy the instance is destroyed only when nothing runs on it any more. Switched off by an apply before, it is destroyed at
// once.
func TestWaitBeforeDestroy(t *testing.T) {
	t.Parallel()
	i := newIdleTest(t, nil)
	i.use("1", "  wait_on_destroy = true\n")
	i.prints("apply -auto-approve", false, "3 added")
	i.begin("EXTEND", 2*time.Second, "FAILED")
	i.prints("destroy -auto-approve", false, "hwtasks_wait.idle: Destruction complete", "terraform_data.instance: Destruction complete",
		"Warning: DCS background task failed, which does not keep it from being destroyed", "3 destroyed")

	i.prints("apply -auto-approve", false, "3 added")
	i.begin("AddReplica", time.Hour, "")
	i.use("1", "  wait_on_destroy = false\n")
	i.prints("apply -auto-approve", false, "1 changed")
	i.cloud.Forget()
	i.prints("destroy -auto-approve", false, "3 destroyed")
	if n := len(i.cloud.Requests()); n > 0 {
		t.Errorf("destroy: got %d requests, want none", n)
	}
}

// Ctrl-C ends a wait before destroy, and keeps the wait and the instance.
func TestInterruptedDestroy(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var destroying atomic.Bool
	i := newIdleTest(t, func() {
		if destroying.Load() {
			interrupt()
		}
	})
	i.use("1", "  wait_on_destroy = true\n")
	i.prints("apply -auto-approve", false, "3 added")
	i.begin("AddReplica", time.Hour, "")
	destroying.Store(true)
	cmd := i.cli.Command(ctx, i.dir, i.env, "destroy", "-auto-approve", "-no-color")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cli.Run(cmd, syscall.SIGINT)
	want := inOrder("Wait for DCS instance interrupted", " stays, and so does what it refers to.")
	if err == nil || !want.MatchString(plain(out.String())) {
		t.Errorf("got error %v, want %s in\n%s", err, want, &out)
	}
	if list := i.run(t, "state", "list"); !inOrder("hwtasks_wait.idle", "terraform_data.instance").MatchString(list) {
		t.Errorf("the state has %s, want the wait and the instance", list)
	}
}
