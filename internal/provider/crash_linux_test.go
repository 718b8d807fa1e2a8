package provider

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// A provider that crashes in the middle of a read, as seen in what Terraform prints and logs of it, tells no secret.
func TestCrashTellsNoSecret(t *testing.T) {
	for _, name := range []string{"token", "temporary keys", "user name", "profile", "clouds.yaml", "metadata", "agency with keys"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := marked
			if ways[name].temporary {
				options.SecurityToken = markedSecurityToken
			}
			s := simulator.New(options)
			s.InjectFault(simulator.Fault{Service: cloud.DCS, Delay: simulator.Duration(time.Minute)})
			var reading atomic.Bool // with all credentials at hand
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/dcs/") {
					reading.Store(true)
				}
				s.ServeHTTP(rw, r)
			}))
			t.Cleanup(server.Close)
			w := initialise(t, bareBlock(server.URL)+jobs(1), ways[name].environment(t)...)
			w.env = append(w.env, "TF_LOG=TRACE", "TF_LOG_PATH=trace.log")
			out := w.crash(t, reading.Load)
			log := simulatortest.Read(t, filepath.Join(w.dir, "trace.log"))
			if !strings.Contains(out+log, "goroutine ") {
				t.Errorf("no stack trace: %s", out)
			}
			if strings.Contains(out, "MARKED-") || strings.Contains(log, "MARKED-") {
				t.Error("a secret is shown: ", regexp.MustCompile(".*MARKED-.*").FindString(out+log))
			}
		})
	}
}

// crash runs a plan, makes its provider crash when it is time, and gives what was printed. It finds the provider by /proc.
func (w *workspace) crash(t *testing.T, isTime func() bool) string {
	t.Helper()
	var out bytes.Buffer
	cmd := w.cli.Command(t.Context(), w.dir, w.env, "plan", "-no-color")
	cmd.Stdout, cmd.Stderr = &out, &out
	ran := make(chan struct{})
	go func() {
		_ = cli.Run(cmd) // it fails, as its provider does
		close(ran)
	}()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for crashed := false; ; {
		select {
		case <-ran:
			if !crashed {
				t.Fatalf("it ended by itself:\n%s", out.String())
			}
			return out.String()
		case <-tick.C:
		}
		if crashed || !isTime() {
			continue
		}
		links, err := filepath.Glob("/proc/[0-9]*/cwd")
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range links {
			process := filepath.Dir(link)
			cwd, _ := os.Readlink(link) // of others it cannot be read
			program, _ := os.Readlink(filepath.Join(process, "exe"))
			if cwd == w.dir && strings.Contains(filepath.Base(program), "terraform-provider-hwtasks") {
				var pid int
				if _, err := fmt.Sscan(filepath.Base(process), &pid); err != nil {
					t.Fatal(err)
				}
				if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
					t.Fatal(err)
				}
				crashed = true
			}
		}
	}
}
