package provider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"io/fs"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws/dwstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Every example is applied exactly as it stands, through a proxy behind which a simulated cloud answers for every host. So the
// addresses that follow from the example are tested too.
func TestExamples(t *testing.T) {
	const (
		redis  = "5560df16-cebf-4473-95c4-d1b573c16e79"
		resize = "8abf6e1e72c12e7c0172c15b508500aa"
		port   = "8abf6e1e72c12e7c0172c15b508500ab"
		job    = "ff8080818822bbf70188235afc24141a"
		dwsJob = "2c9080e88459fa44018459fbeb600001"

		dcsHost = "dcs.eu-west-101.myhuaweicloud.eu:443"
		dwsHost = "dws.eu-west-101.myhuaweicloud.eu:443"
		iamHost = "iam.eu-west-101.myhuaweicloud.eu:443"
	)
	runs := simulator.Timeline{Takes: 2 * time.Second}
	ended := simulator.Timeline{Begin: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Takes: time.Minute}
	failed := simulator.Timeline{Begin: ended.Begin, Takes: time.Minute, End: "FAILED"}
	steps := []dcstest.Step{{Name: "Pre-check."}, {Name: "Data migration.", SubSteps: []string{"Full migration."}}}
	runningResize := dcstest.Task{InstanceID: redis, ID: resize, Name: "EXTEND", Timeline: runs, Steps: steps}
	endedPort := dcstest.Task{InstanceID: redis, ID: port, Name: "UpdatePort", Timeline: ended}
	swap := dcstest.Job{ID: job, Type: "masterStandbySwapJob", Timeline: ended}

	type test struct {
		objects []simulator.Object // that the cloud has
		faults  []simulator.Fault
		args    []string // of apply
		want    []string // printed, in this order
		fails   bool
		hosts   []string // that are connected to
	}
	tests := map[string]test{ // by folder, with the case after a comma
		"after-dcs-resize": {
			objects: []simulator.Object{runningResize, endedPort},
			want: []string{
				"terraform_data.redis: Creation complete", "data.hwtasks_wait.resize: Read complete",
				"terraform_data.application: Creation complete", `resize = "succeeded"`,
			},
			hosts: []string{dcsHost, iamHost},
		},
		"after-dcs-resize, never resized": {
			faults: []simulator.Fault{{Service: "dcs", Body: `{"task_count":"0","tasks":[]}`}},
			want:   []string{"terraform_data.application: Creation complete", `resize = "not_found"`},
			hosts:  []string{dcsHost, iamHost},
		},
		"wait-for-running-tasks": {
			objects: []simulator.Object{
				runningResize,
				dcstest.Task{InstanceID: redis, ID: port, Name: "UpdatePort", Timeline: runs},
				dcstest.Task{InstanceID: redis, ID: "old", Name: "Restart", Timeline: failed},
			},
			want: []string{
				"terraform_data.maintenance: Creation complete",
				"waited_for = {", `"` + resize + `" = "EXTEND: succeeded"`, `"` + port + `" = "UpdatePort: succeeded"`, "}",
			},
			hosts: []string{dcsHost, iamHost},
		},
		"alert-on-failed-tasks": {
			objects: []simulator.Object{
				dcstest.Task{InstanceID: redis, ID: resize, Name: "EXTEND", Timeline: simulator.Timeline{End: "FAILED"}}, // now
				dcstest.Task{InstanceID: redis, ID: port, Name: "UpdatePort", Timeline: failed},
			},
			want:  []string{"Warning: Check block assertion failed", "Tasks failed in the last day: EXTEND of ", "Apply complete!"},
			hosts: []string{dcsHost, iamHost},
		},
		"dws-job-that-may-fail": {
			objects: []simulator.Object{dwstest.Job{ID: dwsJob, Name: "scale", Timeline: runs}},
			want:    []string{"terraform_data.load: Creation complete", `scale_out = "succeeded"`},
			hosts:   []string{dwsHost, iamHost},
		},
		"dws-job-that-may-fail, failing": {
			objects: []simulator.Object{dwstest.Job{ID: dwsJob, Timeline: simulator.Timeline{End: "FAIL"}, FailedDetail: "no quota"}},
			want:    []string{"Resource postcondition failed", "The job ended as failed: no quota."},
			fails:   true,
			hosts:   []string{dwsHost, iamHost},
		},
		"open-telekom-cloud": {
			objects: []simulator.Object{swap},
			want:    []string{`swap = "masterStandbySwapJob: succeeded"`},
			hosts:   []string{"dcs.eu-de.otc.t-systems.com:443", "iam.eu-de.otc.t-systems.com:443"},
		},
		"provider": {want: []string{"Apply complete!"}},
		"resources/hwtasks_wait": {
			objects: []simulator.Object{dwstest.Job{ID: dwsJob, Timeline: ended}},
			args:    []string{"-var=job_id=" + dwsJob},
			want:    []string{"hwtasks_wait.resize: Creation complete", "terraform_data.after: Creation complete"},
			hosts:   []string{dwsHost, iamHost},
		},
		"data-sources/hwtasks_wait": {
			objects: []simulator.Object{
				runningResize, dwstest.Job{ID: dwsJob, Timeline: ended},
				dcstest.Job{ID: "ff8080818822bbf70188235afc24141a", Timeline: simulator.Timeline{Begin: ended.Begin, Takes: ended.Takes, End: "FAIL"}},
			},
			args:  []string{"-var=job_id=" + dwsJob},
			want:  []string{"DCS job failed, which is tolerated", "Resources: 1 added"}, // without the cutover
			hosts: []string{dcsHost, dwsHost, iamHost},
		},
	}

	for _, s := range services.All {
		hosts := []string{string(s.API.Endpoint) + ".eu-west-101.myhuaweicloud.eu:443", iamHost}
		slices.Sort(hosts)
		for _, r := range servicestest.All[s.Name].Reads {
			tests["data-sources/hwtasks_"+r.Name] = test{objects: r.ExampleObjects, want: r.ExampleOutput, hosts: hosts}
		}
	}
	for name := range schemas(t).DataSourceSchemas {
		if _, tested := tests["data-sources/"+name]; !tested {
			t.Errorf("the data source %s has no example", name)
		}
	}
	for _, pattern := range []string{"*", "data-sources/*", "resources/*"} {
		folders, err := fs.Glob(os.DirFS("../../examples"), pattern)
		must(err)
		for _, folder := range folders {
			others := []string{"data-sources", "resources", "demo"} // the demo has its own test
			if _, tested := tests[folder]; !tested && !slices.Contains(others, folder) {
				t.Errorf("the example %s is not tested", folder)
			}
		}
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, _, _ := strings.Cut(name, ", ")
			options := simulator.Options{Projects: []simulator.Project{{ID: simulator.DefaultProjectID, Name: simulator.DefaultRegion}}}
			env := keysInEnvironment
			if folder == "open-telekom-cloud" {
				options.Projects[0].Name = "eu-de_team"
				env = []string{"OS_CLIENT_CONFIG_FILE=" + write(t, filepath.Join(t.TempDir(), "clouds.yaml"), `
clouds:
  otc:
    region_name: eu-de
    auth:
      auth_url: https://iam.eu-de.otc.t-systems.com/v3
      username: `+simulator.DefaultUserName+`
      password: `+simulator.DefaultPassword+`
      user_domain_name: `+simulator.DefaultDomainName+`
      project_name: eu-de_team
`)}
			}
			startAtFirstPoll(&options)
			s := servicestest.New(options)
			s.Add(test.objects...)
			for _, fault := range test.faults {
				s.InjectFault(fault)
			}
			p := newProxy(t, s)
			c, err := install()
			must(err)
			w := &workspace{cli: c, dir: t.TempDir(), env: slices.Concat(env, []string{"HTTPS_PROXY=" + p.address, "OS_CACERT=" + p.authority})}
			if err := os.CopyFS(w.dir, os.DirFS(filepath.Join("..", "..", "examples", folder))); err != nil {
				t.Fatalf("examples/%s: %v", folder, err)
			}
			if strings.Contains(folder, "/") { // part of a configuration
				write(t, filepath.Join(w.dir, "terraform.tf"), requiredProviders)
			}
			w.run(t, "init")
			out, err := w.cli.Output(t.Context(), w.dir, w.env, append([]string{"apply", "-auto-approve"}, test.args...)...)
			if (err != nil) != test.fails || !inOrder(test.want...).MatchString(out) {
				t.Errorf("got error %v, want one: %t; want %q in\n%s", err, test.fails, test.want, out)
			}
			if diff := cmp.Diff(test.hosts, p.connected()); diff != "" {
				t.Errorf("hosts (-want, +got):\n%s", diff)
			}
		})
	}
}

// A proxy connects its clients to one handler, for whatever host they ask.
type proxy struct {
	address   string // of the proxy
	authority string // file of the certificate that the cloud has

	mu    sync.Mutex
	hosts map[string]bool
}

// newProxy starts a proxy until the test ends.
func newProxy(t *testing.T, handler http.Handler) *proxy {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	certificate := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"*.eu-west-101.myhuaweicloud.eu", "*.eu-de.otc.t-systems.com"},
	}
	der, err := x509.CreateCertificate(rand.Reader, certificate, certificate, &key.PublicKey, key)
	must(err)
	p := &proxy{hosts: make(map[string]bool)}
	p.authority = write(t, filepath.Join(t.TempDir(), "ca.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))

	backend := httptest.NewUnstartedServer(handler)
	backend.TLS = &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
	}
	backend.StartTLS()
	t.Cleanup(backend.Close)

	p.address = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.hosts[r.Host] = true
		p.mu.Unlock()
		inner, err := net.Dial("tcp", backend.Listener.Addr().String())
		must(err)
		defer inner.Close() //nolint:errcheck // the tunnel has ended
		outer, _, err := http.NewResponseController(w).Hijack()
		must(err)
		defer outer.Close()                                                         //nolint:errcheck // the tunnel has ended
		_, _ = io.WriteString(outer, "HTTP/1.1 200 Connection established\r\n\r\n") // the client may have gone
		go func() {
			_, _ = io.Copy(inner, outer)
			_ = inner.Close()
		}()
		_, _ = io.Copy(outer, inner)
	}))
	return p
}

// connected returns the hosts to which clients have connected.
func (p *proxy) connected() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.hosts))
}
