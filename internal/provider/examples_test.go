package provider

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws/dwstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/kafka/kafkatest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Every example is applied exactly as it stands, through a proxy behind which a simulated cloud answers for every host. So the
// addresses that follow from the example are tested too. Only settle is shortened, since the tests run by a real clock.
func TestExamples(t *testing.T) {
	const (
		redis  = "5560df16-cebf-4473-95c4-d1b573c16e79"
		resize = "8abf6e1e72c12e7c0172c15b508500aa"
		port   = "8abf6e1e72c12e7c0172c15b508500ab"
		kafka  = "b1c6f3a2-7d54-4f0e-9d38-2a6f0c51e7aa"
		job    = "ff8080818822bbf70188235afc24141a"
		dwsJob = "2c9080e88459fa44018459fbeb600001"

		// The instances of the resource's examples before destroy and before an update.
		cache    = "5560df16-cebf-4473-95c4-d1b573c16e80"
		resizing = "5560df16-cebf-4473-95c4-d1b573c16e81"

		dcsHost = "dcs.eu-west-101.myhuaweicloud.eu:443"
		dmsHost = "dms.eu-west-101.myhuaweicloud.eu:443"
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

	type step struct {
		objects []simulator.Object // that the cloud has from now on
		command string             // default: apply
		args    []string           // of the command
		want    []string           // printed, in this order
		fails   bool
	}
	type test struct {
		step
		then   []step
		settle []string // the waits that settle within a second
		hosts  []string // that are connected to
	}
	tests := map[string]test{ // by folder, with the case after a comma
		"after-dcs-upgrade": {
			step: step{
				objects: []simulator.Object{dcstest.Task{InstanceID: redis, ID: "upgrade", Name: "upgrade", Timeline: runs}, endedPort},
				want: []string{
					"terraform_data.upgrade: Creation complete", "hwtasks_wait.upgrade: Creation complete",
					"terraform_data.application: Creation complete", `tasks = [`, `"upgrade: succeeded"`,
				},
			},
			then: []step{
				{want: []string{"No changes."}},
				{
					objects: []simulator.Object{
						dcstest.Task{InstanceID: redis, ID: "again", Name: "upgrade", Timeline: simulator.Timeline{Takes: 4 * time.Second}},
					},
					args: []string{"-var=redis_version=7.2.6"},
					want: []string{
						"hwtasks_wait.upgrade: Destruction complete", "terraform_data.upgrade: Creation complete",
						"hwtasks_wait.upgrade: Creation complete", "terraform_data.application: Modifications complete", `"upgrade: succeeded"`,
					},
				},
			},
			settle: []string{"hwtasks_wait.upgrade"},
			hosts:  []string{dcsHost, iamHost},
		},
		"module-that-waits": {
			step: step{
				objects: []simulator.Object{runningResize},
				want: []string{
					"module.redis.terraform_data.redis: Creation complete", "module.redis.hwtasks_wait.idle: Creation complete",
					"terraform_data.application: Creation complete",
				},
			},
			then: []step{{
				args: []string{"-var=capacity=8"},
				want: []string{ // the application stays as it is, as the ID is known
					"module.redis.terraform_data.redis: Modifications complete", "module.redis.hwtasks_wait.idle: Creation complete",
					"Resources: 1 added, 1 changed, 1 destroyed",
				},
			}},
			settle: []string{"redis/hwtasks_wait.idle"},
			hosts:  []string{dcsHost, iamHost},
		},
		"testing-modules": {step: step{command: "test", want: []string{"failed.tftest.hcl... pass", "succeeded.tftest.hcl... pass", "2 passed"}}},
		"wait-for-running-tasks": {
			step: step{
				objects: []simulator.Object{
					runningResize,
					dcstest.Task{InstanceID: redis, ID: port, Name: "UpdatePort", Timeline: runs},
					dcstest.Task{InstanceID: redis, ID: "old", Name: "Restart", Timeline: failed},
				},
				want: []string{
					"terraform_data.maintenance: Creation complete",
					"waited_for = {", `"` + resize + `" = "EXTEND: succeeded"`, `"` + port + `" = "UpdatePort: succeeded"`, "}",
				},
			},
			settle: []string{"data.hwtasks_wait.running"},
			hosts:  []string{dcsHost, iamHost},
		},
		"alert-on-failed-tasks": {
			step: step{
				objects: []simulator.Object{
					dcstest.Task{InstanceID: redis, ID: resize, Name: "EXTEND", Timeline: simulator.Timeline{End: "FAILED"}}, // now
					dcstest.Task{InstanceID: redis, ID: port, Name: "UpdatePort", Timeline: failed},
				},
				want: []string{"Warning: Check block assertion failed", "Tasks failed in the last day: EXTEND of ", "Apply complete!"},
			},
			hosts: []string{dcsHost, iamHost},
		},
		"dws-job-that-may-fail": {
			step: step{
				objects: []simulator.Object{dwstest.Job{ID: dwsJob, Name: "scale", Timeline: runs}},
				want:    []string{"terraform_data.load: Creation complete", `scale_out = "succeeded"`},
			},
			hosts: []string{dwsHost, iamHost},
		},
		"dws-job-that-may-fail, failing": {
			step: step{
				objects: []simulator.Object{dwstest.Job{ID: dwsJob, Timeline: simulator.Timeline{End: "FAIL"}, FailedDetail: "no quota"}},
				want:    []string{"Resource postcondition failed", "The job ended as failed: no quota."},
				fails:   true,
			},
			hosts: []string{dwsHost, iamHost},
		},
		"open-telekom-cloud": {
			step:  step{objects: []simulator.Object{swap}, want: []string{`swap = "masterStandbySwapJob: succeeded"`}},
			hosts: []string{"dcs.eu-de.otc.t-systems.com:443", "iam.eu-de.otc.t-systems.com:443"},
		},
		"provider": {
			step: step{
				objects: []simulator.Object{runningResize},
				want:    []string{"hwtasks_wait.redis: Creation complete", "terraform_data.after: Creation complete"},
			},
			settle: []string{"hwtasks_wait.redis"},
			hosts:  []string{dcsHost, iamHost},
		},
		"resources/hwtasks_wait": {
			step: step{
				objects: []simulator.Object{
					dcstest.Task{InstanceID: redis, ID: "upgrade", Name: "upgrade", Timeline: runs},
					dcstest.Instance{ID: cache}, dcstest.Instance{ID: resizing},
					dwstest.Job{ID: dwsJob, Timeline: ended},
					kafkatest.Task{InstanceID: kafka, ID: "modify", Name: "kafkaConfigModify", Timeline: runs},
				},
				args: []string{"-var=job_id=" + dwsJob},
				want: []string{
					"terraform_data.upgrade: Creation complete", "hwtasks_wait.upgrade: Creation complete",
					"terraform_data.application: Creation complete", "Resources: 12 added",
				},
			},
			then: []step{
				{ // a task of another origin holds back the update
					objects: []simulator.Object{
						dcstest.Task{InstanceID: resizing, ID: "backup", Name: "backup", Timeline: simulator.Timeline{Takes: 12 * time.Second}},
					},
					args: []string{"-var=job_id=" + dwsJob, "-var=capacity=8"},
					want: []string{
						"hwtasks_wait.redis: Destroying...", "hwtasks_wait.redis: Still destroying...", "hwtasks_wait.redis: Destruction complete",
						"terraform_data.redis: Modifying...", "terraform_data.redis: Modifications complete",
						"hwtasks_wait.redis: Creating...", "hwtasks_wait.redis: Creation complete", "Resources: 1 added, 1 changed, 1 destroyed",
					},
				},
				{ // another one holds back the destruction
					objects: []simulator.Object{
						dcstest.Task{InstanceID: cache, ID: "backup", Name: "backup", Timeline: simulator.Timeline{Takes: 12 * time.Second}},
					},
					command: "destroy", args: []string{"-var=job_id=" + dwsJob},
					want: []string{
						"hwtasks_wait.before_destroy: Destroying...", "hwtasks_wait.before_destroy: Still destroying...",
						"hwtasks_wait.before_destroy: Destruction complete", "terraform_data.cache: Destroying...", "12 destroyed",
					},
				},
			},
			settle: []string{
				"hwtasks_wait.upgrade", "hwtasks_wait.configuration", "hwtasks_wait.before_destroy", "hwtasks_wait.redis",
			},
			hosts: []string{dcsHost, dmsHost, dwsHost, iamHost},
		},
		"data-sources/hwtasks_wait": {
			step: step{
				objects: []simulator.Object{
					runningResize, dwstest.Job{ID: dwsJob, Timeline: ended},
					dcstest.Job{ID: job, Timeline: simulator.Timeline{Begin: ended.Begin, Takes: ended.Takes, End: "FAIL"}},
				},
				args: []string{"-var=job_id=" + dwsJob},
				want: []string{"DCS job failed, which is tolerated", "Resources: 1 added"}, // without the cutover
			},
			hosts: []string{dcsHost, dwsHost, iamHost},
		},
	}

	for _, s := range services.All {
		hosts := []string{s.API.Hosts.Label(s.API.Endpoint, "myhuaweicloud.eu") + ".eu-west-101.myhuaweicloud.eu:443", iamHost}
		slices.Sort(hosts)
		for _, r := range servicestest.All[s.Name].Reads {
			tests["data-sources/hwtasks_"+r.Name] = test{step: step{objects: r.ExampleObjects, want: r.ExampleOutput}, hosts: hosts}
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
			for _, address := range test.settle {
				module, address := path.Split(address)
				parts := strings.Split(address, ".")
				kind := "resource"
				if len(parts) == 3 {
					kind, parts = "data", parts[1:]
				}
				override := fmt.Sprintf("%s %q %q {\n  settle = \"1s\"\n}\n", kind, parts[0], parts[1])
				write(t, filepath.Join(w.dir, module, parts[1]+"_override.tf"), override)
			}
			if test.command == "test" && regexp.MustCompile(`^(Terraform v1\.[0-6]|OpenTofu v1\.[67])\.`).MatchString(w.run(t, "version")) {
				t.Skip("this version has no mock_provider")
			}
			w.run(t, "init")
			for _, step := range append([]step{test.step}, test.then...) {
				s.Add(step.objects...)
				args := append([]string{cmp.Or(step.command, "apply"), "-auto-approve"}, step.args...)
				if step.command == "test" {
					args = args[:1]
				}
				out, err := w.cli.Output(t.Context(), w.dir, w.env, args...)
				if (err != nil) != step.fails || !inOrder(step.want...).MatchString(out) {
					t.Fatalf("%q: got error %v, want one: %t; want %q in\n%s", args, err, step.fails, step.want, out)
				}
				t.Logf("%q printed\n%s", args, out)
			}
			if diff := gocmp.Diff(test.hosts, p.connected()); diff != "" {
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
