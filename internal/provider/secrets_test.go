package provider

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// marked is a simulated cloud whose secrets are easily found in any output. An access key is no secret.
var marked = simulator.Options{
	AccessKey: "SIMULATED-ACCESS-KEY-2c6d", SecretKey: "MARKED-SECRET-KEY-7f3d", SecurityToken: "MARKED-SECURITY-TOKEN-9a1c",
	Users:       []simulator.User{{Name: "user", ID: "0123456789abcdef", Password: `MARKED-PASSWORD-4d1e/with+"signs`}},
	IssuedToken: strings.Repeat("MARKED-ISSUED-TOKEN-8b2f", 50), IssuedAccessKey: "SIMULATED-ISSUED-KEY-3a7c-", // longer than what is shown
	IssuedSecretKey: "MARKED-ISSUED-SECRET-6e9d", IssuedSecurityToken: strings.Repeat("MARKED-ISSUED-SECURITY-1f5a", 50),
}

// echoes returns HTTP responses that have a text in a place from which it could reach an error or a log. The fault matrix has more.
func echoes(text, elsewhere string) []string {
	encoded, err := json.Marshal(text)
	must(err)
	inJSON := string(encoded)
	response := func(status, body string, headers ...string) string {
		return "HTTP/1.1 " + status + "\r\n" + strings.Join(append(headers, "", ""), "\r\n") + body
	}
	return []string{
		response("401 Unauthorized", `{"error_code":"APIGW.0301","error_msg":`+inJSON+`}`),
		response("504 "+text, ""),
		response("429 Too Many Requests", "{}", "Retry-After: "+text),
		response("302 Found", "", "Location: "+elsewhere+"/"+text+"?a="+text),
		response("308 Permanent Redirect", "", "Location: https://"+text+".example.com/"),
		response("200 OK", `{"status":`+inJSON, "Content-Length: 100000"),
		response("200 OK", "{}", "Content-Encoding: "+text),
		response("200 OK", "{}", "Transfer-Encoding: "+text),
		response("200 OK", "{}", "Content-Length: "+text),
		response("200 OK", text, "Transfer-Encoding: chunked"),
		response("200 OK", "{}", text),
		response("200 OK", "{}"+text, "Content-Length: 2", "Connection: keep-alive"), // net/http logs bytes after a response
		response("103 Early Hints", response("200 OK", "{}", "Content-Length: 2"), "Link: "+text),
		"HTTP/1.1 " + text + "\r\n\r\n",
		text,
	}
}

// Terraform prints, logs and stores no secret, wherever a service echoes the credentials that it was sent, and no request follows a
// redirect.
func TestSecretsStaySecret(t *testing.T) {
	for name, env := range map[string][]string{
		"keys": {"HW_ACCESS_KEY=" + marked.AccessKey, "HW_SECRET_KEY=" + marked.SecretKey, "HW_SECURITY_TOKEN=" + marked.SecurityToken},
		"agency with a user": {
			"OS_USERNAME=user", "OS_PASSWORD=" + marked.Users[0].Password, "OS_USER_DOMAIN_NAME=" + simulator.DefaultDomainName,
			"HW_ASSUME_ROLE_AGENCY_NAME=" + simulator.DefaultAgency, "HW_ASSUME_ROLE_DOMAIN_NAME=" + simulator.DefaultAgencyDomainName,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := servicestest.New(marked)
			s.Add(dcstest.Job{ID: "j0"})
			var strayed, echoed atomic.Int32
			elsewhere := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed.Add(1) }))
			address := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, number, isEcho := strings.Cut(r.URL.Path, "/jobs/echo")
				if !isEcho {
					s.ServeHTTP(w, r)
					return
				}
				secrets := append(slices.Clone(env), r.Header.Get("X-Auth-Token"), r.Header.Get("X-Security-Token"))
				var n int
				_, err := fmt.Sscan(number, &n)
				must(err)
				conn, _, err := http.NewResponseController(w).Hijack()
				must(err)
				_, _ = io.WriteString(conn, echoes(strings.Join(secrets, "."), elsewhere)[n]) // the client may have gone
				_ = conn.Close()
				echoed.Add(1)
			}))

			config := bareBlock(address) + jobs(1)
			for n := range echoes("", "") { // in checks, so that errors are warnings
				config += fmt.Sprintf(`
check "echo%[1]d" {
  data "hwtasks_dcs_job" "echo%[1]d" {
    job_id = "echo%[1]d"
  }
  assert {
    condition     = data.hwtasks_dcs_job.echo%[1]d.job_id == "echo%[1]d"
    error_message = "never"
  }
}
`, n)
			}
			w := newWorkspace(t, config, append(env, "HW_REGION_NAME="+simulator.DefaultRegion, "HW_MAX_RETRIES=0")...)
			w.env = append(w.env, "TF_LOG=TRACE", "TF_LOG_PATH=trace.log")
			files := map[string]string{
				"output of plan":      w.run(t, "plan", "-out=plan", "-parallelism=50"),
				"output of show plan": w.run(t, "show", "-json", "plan"),
				"output of apply":     w.run(t, "apply", "plan"),
				"output of show":      w.run(t, "show", "-json"),
				"state":               simulatortest.Read(t, filepath.Join(w.dir, "terraform.tfstate")),
				"log":                 simulatortest.Read(t, filepath.Join(w.dir, "trace.log")),
			}
			plan, err := zip.OpenReader(filepath.Join(w.dir, "plan"))
			must(err)
			defer plan.Close() //nolint:errcheck // only read
			for _, entry := range plan.File {
				r, err := entry.Open()
				must(err)
				text, err := io.ReadAll(r)
				must(err)
				files["plan/"+entry.Name] = string(text)
			}
			all := len(echoes("", ""))
			if n := strings.Count(files["output of plan"], "(secret)"); n < all/2 || int(echoed.Load()) < all {
				t.Errorf("got %d echoes, want %d; got %d redacted secrets, want at least half as many, in\n%s",
					echoed.Load(), all, n, files["output of plan"])
			}
			if !strings.Contains(files["log"], "Configured provider") {
				t.Error("got a log without a line of the provider")
			}
			for file, content := range files {
				if leak := regexp.MustCompile(".*(MARKED-|SDK-HMAC-SHA256).*").FindString(content); leak != "" { // a signature is one too
					t.Errorf("%s: got a secret in %s", file, leak)
				}
			}
			if n := strayed.Load(); n > 0 {
				t.Errorf("got %d requests at another host, want none", n)
			}
		})
	}
}

// A secret that IAM or the instance metadata echoes is not in the error either, nor in the log.
func TestSecretsInErrorsOfAuthentication(t *testing.T) {
	keys := map[string]any{"access_key": marked.AccessKey, "secret_key": marked.SecretKey, "security_token": marked.SecurityToken}
	for _, test := range []struct {
		name    string
		block   map[string]any
		service cloud.Service
		path    string
		echoed  string
	}{
		{name: "password", block: byPassword, service: cloud.IAM, path: "/auth/tokens", echoed: marked.Users[0].Password},
		{
			name: "keys, for those of an agency", block: object(t, keys, `{"assume_role":{"agency_name":"a","domain_name":"d"}}`),
			service: cloud.IAM, path: "/OS-CREDENTIAL/securitytokens", echoed: marked.SecretKey,
		},
		{
			name: "keys, for a project", block: object(t, keys, `{"project_id":null}`),
			service: cloud.IAM, path: "/projects", echoed: marked.SecretKey,
		},
		{
			name: "session of the metadata", block: byMetadata,
			service: cloud.IMDS, path: "securitykey", echoed: marked.IssuedToken + "-session-000001",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			body, err := json.Marshal(map[string]string{"error_code": "X.1", "error_msg": "cannot verify " + test.echoed})
			must(err)
			s := servicestest.New(marked)
			s.InjectFault(simulator.Fault{Service: test.service, Path: test.path, Status: http.StatusForbidden, Body: string(body)})
			p := connect(t, s, test.block)
			got := p.Read(t.Context(), "hwtasks_dcs_job", map[string]any{"job_id": "j"}).Errors()
			if !strings.Contains(got, "cannot verify (secret)") || strings.Contains(got+p.Log(), "MARKED-") {
				t.Errorf("got error %q and log\n%s\nwant a redacted secret", got, p.Log())
			}
		})
	}
}
