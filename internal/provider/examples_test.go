package provider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
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

	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// Every example is applied exactly as it stands, against a simulated cloud that answers at the real addresses: a proxy leads
// there, whose certificate authority the provider is told to trust. What an example configures and the addresses that follow
// from it are tested too.
func TestExamples(t *testing.T) {
	const redis, kafka = "5560df16-cebf-4473-95c4-d1b573c16e79", "b1c6f3a2-7d54-4f0e-9d38-2a6f0c51e7aa"
	const task, other, job, dwsJob = "8abf6e1e72c12e7c0172c15b508500aa", "8abf6e1e72c12e7c0172c15b508500ab", "ff8080818822bbf70188235afc24141a", "2c9080e88459fa44018459fbeb600001"
	clouds := "clouds:\n  otc:\n    region_name: eu-de\n    auth: {auth_url: 'https://iam.eu-de.otc.t-systems.com/v3', username: " + simulator.DefaultUserName +
		", password: " + simulator.DefaultPassword + ", user_domain_name: " + simulator.DefaultDomainName + ", project_name: eu-de_team}\n"
	resize := func() simulator.DCSTask {
		return simulator.DCSTask{InstanceID: redis, ID: task, Name: "EXTEND", Timeline: runs(6*time.Second, ""), Steps: steps}
	}
	europe := []string{"dcs.eu-west-101.myhuaweicloud.eu:443", "iam.eu-west-101.myhuaweicloud.eu:443"}
	dws := []string{"dws.eu-west-101.myhuaweicloud.eu:443", "iam.eu-west-101.myhuaweicloud.eu:443"}
	tests := map[string]struct {
		objects func() []any // made when the example begins, as they run from then on
		args    []string     // of apply
		want    []string     // in what it prints, in this order
		fails   bool
		hosts   []string // that were asked
	}{
		"after-dcs-resize": {
			func() []any {
				return []any{resize(), simulator.DCSTask{InstanceID: redis, ID: other, Name: "UpdatePort", Timeline: ended("")}}
			}, nil,
			[]string{"terraform_data.redis: Creation complete", "data.hwtasks_wait.resize: Read complete", "terraform_data.application: Creation complete", `resize = "succeeded"`}, false, europe,
		},
		"after-dcs-resize, of which there is none": {
			func() []any {
				return []any{simulator.DCSTask{InstanceID: redis, ID: other, Name: "UpdatePort", Timeline: ended("")}}
			}, nil,
			[]string{"terraform_data.application: Creation complete", `resize = "not_found"`}, false, europe,
		},
		"wait-for-running-tasks": {
			func() []any {
				return []any{resize(), simulator.DCSTask{InstanceID: redis, ID: other, Name: "UpdatePort", Timeline: runs(5*time.Second, "")}, simulator.DCSTask{InstanceID: redis, ID: "old", Name: "Restart", Timeline: ended("FAILED")}}
			}, nil,
			[]string{"terraform_data.maintenance: Creation complete", "waited_for = {", `"` + task + `" = "EXTEND: succeeded"`, `"` + other + `" = "UpdatePort: succeeded"`, "}"}, false, europe,
		},
		"alert-on-failed-tasks": {
			func() []any {
				return []any{simulator.DCSTask{InstanceID: redis, ID: task, Name: "EXTEND", Timeline: runs(0, "FAILED")}, simulator.DCSTask{InstanceID: redis, ID: other, Name: "UpdatePort", Timeline: ended("FAILED")}}
			}, nil,
			[]string{"Warning: Check block assertion failed", "Tasks failed in the last day: EXTEND of ", "Apply complete!"}, false, europe,
		},
		"dws-job-that-may-fail": {
			func() []any {
				return []any{simulator.DWSJob{ID: dwsJob, Name: "scale", Timeline: runs(5*time.Second, "")}}
			}, nil,
			[]string{"terraform_data.load: Creation complete", `scale_out = "succeeded"`}, false, dws,
		},
		"dws-job-that-may-fail, failing": {
			func() []any {
				return []any{simulator.DWSJob{ID: dwsJob, Name: "scale", Timeline: ended("FAIL"), FailedCode: "DWS.7", FailedDetail: "no quota"}}
			}, nil,
			[]string{"Resource postcondition failed", "The job ended as failed: no quota."}, true, dws,
		},
		"open-telekom-cloud": {
			func() []any {
				return []any{simulator.DCSJob{ID: job, Type: "masterStandbySwapJob", Timeline: ended("")}}
			}, nil,
			[]string{`swap = "masterStandbySwapJob: succeeded"`}, false, []string{"dcs.eu-de.otc.t-systems.com:443", "iam.eu-de.otc.t-systems.com:443"},
		},
		"provider": {func() []any { return nil }, nil, []string{"Apply complete!"}, false, nil},
		"data-sources/hwtasks_dcs_job": {
			func() []any {
				return []any{simulator.DCSJob{ID: job, Type: "masterStandbySwapJob", Timeline: ended("")}}
			}, nil, []string{`swap = "masterStandbySwapJob: SUCCESS"`, `swap_took = "60 s"`}, false, europe,
		},
		"data-sources/hwtasks_dcs_background_tasks": {
			func() []any {
				return []any{simulator.DCSTask{InstanceID: redis, ID: task, Name: "EXTEND", Timeline: runs(0, "FAILED")}}
			}, nil, []string{`"EXTEND of `, `resizes = {`, `= "FAILED"`}, false, europe,
		},
		"data-sources/hwtasks_dcs_background_task_progress": {
			func() []any {
				return []any{simulator.DCSTask{InstanceID: redis, ID: task, Name: "EXTEND", Timeline: ended(""), Steps: steps}}
			}, nil, []string{"active = []", `"progress" = "100 %"`, `"Data migration." = "FINISH"`}, false, europe,
		},
		"data-sources/hwtasks_kafka_background_task": {
			func() []any {
				return []any{simulator.KafkaTask{InstanceID: kafka, ID: "8abfa7b272adc5b40172b73130065ae7", Name: "bind", Timeline: ended(""), Params: `{"public_ip_address":"100.93.2.18"}`}}
			}, nil,
			[]string{`bootstrap = "100.93.2.18"`, `public_ip = "SUCCESS: 100.93.2.18"`}, false, []string{"dms.eu-west-101.myhuaweicloud.eu:443", "iam.eu-west-101.myhuaweicloud.eu:443"},
		},
		"data-sources/hwtasks_dws_job": {
			func() []any { return []any{simulator.DWSJob{ID: dwsJob, Name: "scale", Timeline: ended("")}} }, nil, []string{`cluster = "100%"`}, false, dws,
		},
		"data-sources/hwtasks_wait": {
			func() []any {
				return []any{resize(), simulator.DWSJob{ID: dwsJob, Name: "scale", Timeline: ended("")}}
			}, []string{"-var=job_id=" + dwsJob}, []string{"terraform_data.after: Creation complete"}, false,
			[]string{"dcs.eu-west-101.myhuaweicloud.eu:443", "dws.eu-west-101.myhuaweicloud.eu:443", "iam.eu-west-101.myhuaweicloud.eu:443"},
		},
	}
	for name := range dataSources(t) {
		if _, tested := tests["data-sources/"+name]; !tested {
			t.Errorf("%s has no example", name)
		}
	}
	folders, err := filepath.Glob("../../examples/data-sources/*")
	if err != nil {
		t.Fatal(err)
	}
	others, err := filepath.Glob("../../examples/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range append(folders, others...) {
		name := strings.TrimPrefix(filepath.ToSlash(folder), "../../examples/")
		if _, tested := tests[name]; !tested && name != "data-sources" && name != "demo" { // the demo has its own test
			t.Errorf("the example %s is not tested", name)
		}
	}
	for folder, test := range tests {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			name, _, _ := strings.Cut(folder, ", ")
			options := simulator.Options{Projects: []simulator.Project{{ID: simulator.DefaultProjectID, Name: simulator.DefaultRegion}}}
			env := []string{"HW_ACCESS_KEY=" + simulator.DefaultAccessKey, "HW_SECRET_KEY=" + simulator.DefaultSecretKey, "HW_REGION_NAME=" + simulator.DefaultRegion}
			if name == "open-telekom-cloud" {
				options.Projects[0].Name = "eu-de_team"
				env = []string{"OS_CLIENT_CONFIG_FILE=" + write(t, filepath.Join(t.TempDir(), "clouds.yaml"), clouds)}
			}
			s := simulator.New(options)
			s.Add(test.objects()...)
			p := newProxy(t, s)
			c, err := installed()
			if err != nil {
				t.Fatal(err)
			}
			w := &workspace{c, t.TempDir(), append(env, "HTTPS_PROXY="+p.address, "OS_CACERT="+p.authority)}
			if err := os.CopyFS(w.dir, os.DirFS(filepath.Join("..", "..", "examples", name))); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(name, "data-sources/") { // which say what to add to a configuration
				write(t, filepath.Join(w.dir, "terraform.tf"), "terraform {\n  required_providers {\n    hwtasks = { source = \"hwtasks/hwtasks\" }\n  }\n}\n")
			}
			if err := c.Init(t.Context(), w.dir); err != nil {
				t.Fatal(err)
			}
			out, err := w.run(t, append([]string{"apply", "-auto-approve"}, test.args...)...)
			if (err != nil) != test.fails || !inOrder(test.want...).MatchString(out) {
				t.Errorf("%v: want %q in\n%s", err, test.want, out)
			}
			if hosts := p.asked(); !slices.Equal(hosts, test.hosts) {
				t.Errorf("asked %q, want %q", hosts, test.hosts)
			}
		})
	}
}

// A proxy leads all that is asked through it to one handler, whatever the host.
type proxy struct {
	address   string // of the proxy
	authority string // file of the certificate authority that vouches for every host

	mu    sync.Mutex
	hosts map[string]bool
}

// newProxy starts a proxy until the test ends.
func newProxy(t *testing.T, h http.Handler) *proxy {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	authority, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{hosts: make(map[string]bool)}
	p.authority = write(t, filepath.Join(t.TempDir(), "ca.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority})))

	cloud := httptest.NewUnstartedServer(h)
	cloud.TLS = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		leaf := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: []string{hello.ServerName}, NotBefore: template.NotBefore, NotAfter: template.NotAfter}
		der, err := x509.CreateCertificate(rand.Reader, leaf, template, &key.PublicKey, key)
		return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
	}}
	cloud.StartTLS()
	t.Cleanup(cloud.Close)

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
			return
		}
		p.mu.Lock()
		p.hosts[r.Host] = true
		p.mu.Unlock()
		inner, err := net.Dial("tcp", cloud.Listener.Addr().String())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer inner.Close() //nolint:errcheck // the tunnel has ended
		outer, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer outer.Close()                                                         //nolint:errcheck // the tunnel has ended
		_, _ = io.WriteString(outer, "HTTP/1.1 200 Connection established\r\n\r\n") // a client that is gone does not matter
		go func() {
			_, _ = io.Copy(inner, outer)
			_ = inner.Close()
		}()
		_, _ = io.Copy(outer, inner)
	}))
	t.Cleanup(server.Close)
	p.address = server.URL
	return p
}

// asked lists the hosts that were asked for.
func (p *proxy) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var hosts []string
	for host := range p.hosts {
		hosts = append(hosts, host)
	}
	slices.Sort(hosts)
	return hosts
}
