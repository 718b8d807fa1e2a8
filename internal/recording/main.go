// Recording applies two configurations with the provider of this checkout against the simulated cloud, one whose wait succeeds and
// one whose wait fails, and writes what a terminal shows as an asciicast, for the README. It is run in the root of the repository.
package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws/dwstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

const (
	redis = "5560df16-cebf-4473-95c4-d1b573c16e79"
	job   = "2c9080e88459fa44018459fbeb600001"

	width, height = 92, 30
)

// A scene is a configuration that is shown and applied.
type scene struct {
	folder, title string
	outputs       string             // beside the configuration, not shown
	objects       []simulator.Object // that the cloud has
	fails         bool
}

var scenes = []scene{
	{
		folder:  "succeeds",
		title:   "somebody has started a switchover of a Redis instance",
		outputs: outputs,
		objects: []simulator.Object{
			dcstest.Task{
				InstanceID: redis, ID: "8abf6e1e72c12e7c0172c15b508500aa", Name: "masterStandbySwapJob",
				Timeline: simulator.Timeline{Takes: 4 * time.Second},
			},
		},
	},
	{
		folder: "fails",
		title:  "a data warehouse is being scaled out",
		objects: []simulator.Object{dwstest.Job{
			ID: job, Name: "scaleOut", Timeline: simulator.Timeline{Takes: 12 * time.Second, End: "FAIL"},
			FailedCode: "DWS.0114", FailedDetail: "no capacity for 3 nodes",
		}},
		fails: true,
	},
}

//go:embed succeeds fails
var configurations embed.FS

const settings = `
terraform {
  required_providers {
    hwtasks = { source = "hwtasks/hwtasks" }
  }
}

provider "hwtasks" {
  endpoints = { for service in ["dcs", "dws", "iam"] : service => "${var.endpoint}/${service}" }
}

variable "endpoint" {}

variable "redis_id" {
  default = "` + redis + `"
}

variable "job_id" {
  default = "` + job + `"
}
`

const outputs = `
output "waited_for" {
  value = join(", ", [for task in hwtasks_wait.switchover.tasks : "${task.name}: ${task.outcome}"])
}
`

func main() {
	file := flag.String("o", "recording.cast", "file to write")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	r, err := record(ctx)
	stop()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*file, r.cast.Bytes(), 0o600); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s shows %.0f seconds.\n", *file, r.clock.Seconds())
}

func record(ctx context.Context) (*recorder, error) {
	dir, err := os.MkdirTemp("", "hwtasks-recording-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	binary := filepath.Join(dir, "provider")
	if err := cli.Build(ctx, binary); err != nil {
		return nil, err
	}
	terraform, err := cli.New(dir, binary)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:9800") // as make simulator, since errors show it
	if err != nil {
		return nil, err
	}
	simulated := servicestest.New(simulator.Options{})
	server := &http.Server{Handler: simulated, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	defer server.Close()                       //nolint:errcheck // the process ends

	r := newRecorder()
	for _, s := range scenes {
		work := filepath.Join(dir, s.folder)
		if err := os.Mkdir(work, 0o750); err != nil {
			return nil, err
		}
		shown, err := configurations.ReadFile(s.folder + "/main.tf")
		if err != nil {
			return nil, err
		}
		for name, content := range map[string]string{"main.tf": string(shown), "settings.tf": settings, "outputs.tf": s.outputs} {
			if err := os.WriteFile(filepath.Join(work, name), []byte(content), 0o600); err != nil {
				return nil, err
			}
		}
		env := []string{
			"HW_REGION_NAME=" + simulator.DefaultRegion,
			"HW_ACCESS_KEY=" + simulator.DefaultAccessKey,
			"HW_SECRET_KEY=" + simulator.DefaultSecretKey,
			"TF_VAR_endpoint=http://" + listener.Addr().String(),
		}
		for _, args := range [][]string{{"init"}, {"plan", "-out=tfplan"}} {
			if out, err := terraform.Output(ctx, work, env, args...); err != nil {
				return nil, fmt.Errorf("%s: %w\n%s", args[0], err, out)
			}
		}

		r.clear()
		r.prompt("cat main.tf # " + s.title)
		_, _ = r.Write(shown)
		r.pause(2 * time.Second)
		simulated.Add(s.objects...)
		r.prompt("terraform apply tfplan")
		apply := terraform.Command(ctx, work, env, "apply", "-input=false", "tfplan")
		apply.Stdout, apply.Stderr = r, r
		r.follow()
		err = cli.Run(apply, syscall.SIGINT)
		var exit *exec.ExitError
		if failed := errors.As(err, &exit); err != nil && !failed || failed != s.fails {
			return nil, fmt.Errorf("apply of %s: got error %w, want one: %t\n%s", s.folder, err, s.fails, r.cast.String())
		}
		r.pause(5 * time.Second)
	}
	r.event("\x1b[0m") // so that the last pause is shown
	return r, nil
}

// A recorder writes an asciicast, version 2. Pauses are cut to a second, and what differs from run to run is replaced.
type recorder struct {
	cast  bytes.Buffer
	clock time.Duration // of the recording
	last  time.Time     // of the last output
}

func newRecorder() *recorder {
	r := new(recorder)
	fmt.Fprintf(&r.cast, "{\"version\": 2, \"width\": %d, \"height\": %d}\n", width, height)
	return r
}

var _ io.Writer = (*recorder)(nil)

// Write records output at the time at which it is printed.
func (r *recorder) Write(p []byte) (int, error) {
	if !r.last.IsZero() {
		now := time.Now()
		r.clock += min(now.Sub(r.last), time.Second)
		r.last = now
	}
	text := string(p)
	for _, c := range changing {
		text = c.pattern.ReplaceAllString(text, c.text)
	}
	r.event(strings.ReplaceAll(text, "\n", "\r\n"))
	return len(p), nil
}

// changing has the IDs that Terraform invents, and times.
var changing = []struct {
	pattern *regexp.Regexp
	text    string
}{
	{regexp.MustCompile(`\[id=[^]]*\]`), ""},
	{regexp.MustCompile(`20\d\d-\d\d-\d\dT\d\d`), "2026-01-01T12"},
}

// follow records from now on how much time passes between outputs.
func (r *recorder) follow() { r.last = time.Now() }

// pause adds a pause, and stops to follow.
func (r *recorder) pause(d time.Duration) {
	r.clock += d
	r.last = time.Time{}
}

func (r *recorder) clear() { r.event("\x1b[2J\x1b[H") }

// prompt types a command.
func (r *recorder) prompt(command string) {
	r.event("\x1b[1;32m$\x1b[0m ")
	r.pause(300 * time.Millisecond)
	for word := range strings.SplitAfterSeq(command, " ") {
		r.event(word)
		r.pause(80 * time.Millisecond)
	}
	r.event("\r\n")
	r.pause(300 * time.Millisecond)
}

func (r *recorder) event(text string) {
	line, err := json.Marshal([]any{r.clock.Seconds(), "o", text})
	if err != nil {
		panic(err) // strings and numbers can be encoded
	}
	r.cast.Write(append(line, '\n'))
}
