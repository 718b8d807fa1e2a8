package provider

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// quoting are answers that quote what the cloud was sent, in every place of an answer. QUOTED stands for it, JSON for it in a JSON
// text, ESCAPED for it with all but letters and digits escaped, ELSEWHERE for a host that nobody configured.
var quoting = []string{
	// The shapes in which errors are told.
	"HTTP/1.1 401 Unauthorized\n\n" + `{"error_code":"APIGW.0301","error_msg":"JSON","error_ext_msg":null,"request_id":"JSON"}`,
	"HTTP/1.1 403 Forbidden\n\n" + `{"errCode":"JSON","externalMessage":"JSON"}`,
	"HTTP/1.1 400 Bad Request\n\n" + `{"errorCode":"JSON","errorMsg":"JSON"}`,
	"HTTP/1.1 404 Not Found\n\n" + `{"error":{"code":"JSON","message":"JSON","title":"JSON"}}`,
	"HTTP/1.1 500 Internal Server Error\n\n" + `{"error":{"error_code":"JSON","error_msg":"JSON"}}`,
	"HTTP/1.1 503 Service Unavailable\n\n" + `{"errors":[{"error_code":"JSON","error_msg":"JSON"}]}`,
	"HTTP/1.1 429 Too Many Requests\nRetry-After: QUOTED\n\n" + `{"code":"JSON","message":"JSON"}`,
	"HTTP/1.1 502 Bad Gateway\nContent-Type: text/html\n\n<html><head><title>QUOTED</title></head></html>",
	"HTTP/1.1 504 QUOTED\n\nQUOTED",
	// Headers, and what is none.
	"HTTP/1.1 400 Bad Request\nX-Request-Id: QUOTED\nDate: QUOTED\nServer: QUOTED\nSet-Cookie: a=QUOTED\nWww-Authenticate: QUOTED\n\n{}",
	"HTTP/1.1 302 Found\nLocation: ELSEWHERE/QUOTED?a=QUOTED\n\n",
	"HTTP/1.1 307 Temporary Redirect\nLocation: http://QUOTED:QUOTED@127.0.0.1:1/\n\n",
	"HTTP/1.1 308 Permanent Redirect\nLocation: http://QUOTED.example.com/\n\n",
	"HTTP/1.1 200 OK\nContent-Encoding: QUOTED\n\n{}",
	"HTTP/1.1 200 OK\nContent-Type: QUOTED\n\n{}",
	"HTTP/1.1 200 OK\nQUOTED\n\n{}",
	"HTTP/1.1 QUOTED\n\n{}",
	"QUOTED",
	"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nQUOTED",
	"HTTP/1.1 200 OK\nTransfer-Encoding: QUOTED\n\n{}",
	"HTTP/1.1 200 OK\nContent-Length: QUOTED\n\n{}",
	"HTTP/1.1 200 OK\nContent-Length: 2\nConnection: keep-alive\n\n{}QUOTED", // which Go's client logs
	"HTTP/1.1 103 Early Hints\nLink: QUOTED\n\nHTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
	// Answers, from what is no JSON to a value.
	"HTTP/1.1 200 OK\n\nQUOTED",
	"HTTP/1.1 200 OK\n\n<title>QUOTED</title>",
	"HTTP/1.1 200 OK\n\n\"JSON\"",
	"HTTP/1.1 400 Bad Request\n\n" + `{"reason":"ESCAPED"}`,
	"HTTP/1.1 200 OK\n\n{\"a\":\"JSON",
	"HTTP/1.1 200 OK\n\n{} JSON",
	"HTTP/1.1 200 OK\nContent-Length: 5000\n\n{\"a\":\"JSON",
	"HTTP/1.1 200 OK\n\n" + `{"status":["JSON"],"tasks":"JSON","step_details":"JSON"}`,
	"HTTP/1.1 200 OK\n\n" + `{"progress":{"JSON":"JSON"},"tasks":{"JSON":"JSON"},"status":{"JSON":"JSON"}}`,
	"HTTP/1.1 200 OK\n\n" + `{"job_id":"JSON"}`,
	"HTTP/1.1 200 OK\n\n" + `{"status":"FAIL","job_type":"JSON","job_name":"JSON","begin_time":"JSON","end_time":"JSON","fail_reason":"JSON","failed_code":"JSON","failed_detail":"JSON",` +
		`"task_count":"1","tasks":[{"id":"t","name":"JSON","user_name":"JSON","params":"{\"a\":\"JSON\"}","status":"FAILED","error_code":"JSON","created_at":"JSON","updated_at":"JSON",` +
		`"details":{"source_ip":"JSON","rename_commands":["JSON"]}}],"step_details":[{"step_name":"JSON","step_status":"FAILED","error_code":"JSON","sub_step_details":[{"detail":"JSON"}]}]}`,
	"HTTP/1.1 200 OK\n\n" + `{"status":"JSON","tasks":[{"id":"t","status":"JSON"}]}`,
}

// readers are the data sources, each in a check, so that its errors are warnings and all else is stored. FAULT stands for the answer.
const readers = `
check "job_FAULT" {
  data "hwtasks_dcs_job" "fFAULT" {
    job_id = "fFAULT"
  }
  assert {
    condition     = data.hwtasks_dcs_job.fFAULT.status == "SUCCESS"
    error_message = "status: ${coalesce(data.hwtasks_dcs_job.fFAULT.fail_reason, "none")}"
  }
}
check "tasks_FAULT" {
  data "hwtasks_dcs_background_tasks" "fFAULT" {
    instance_id = "fFAULT"
  }
  assert {
    condition     = data.hwtasks_dcs_background_tasks.fFAULT.tasks == null
    error_message = jsonencode(data.hwtasks_dcs_background_tasks.fFAULT)
  }
}
check "progress_FAULT" {
  data "hwtasks_dcs_background_task_progress" "fFAULT" {
    instance_id = "fFAULT"
    task_id     = "t"
  }
  assert {
    condition     = data.hwtasks_dcs_background_task_progress.fFAULT.step_details == null
    error_message = jsonencode(data.hwtasks_dcs_background_task_progress.fFAULT)
  }
}
check "kafka_FAULT" {
  data "hwtasks_kafka_background_task" "fFAULT" {
    instance_id = "fFAULT"
    task_id     = "t"
  }
  assert {
    condition     = data.hwtasks_kafka_background_task.fFAULT.tasks == null
    error_message = jsonencode(data.hwtasks_kafka_background_task.fFAULT)
  }
}
check "dws_FAULT" {
  data "hwtasks_dws_job" "fFAULT" {
    job_id = "fFAULT"
  }
  assert {
    condition     = data.hwtasks_dws_job.fFAULT.status == "SUCCESS"
    error_message = "status: ${coalesce(data.hwtasks_dws_job.fFAULT.failed_detail, "none")}"
  }
}
check "wait_FAULT" {
  data "hwtasks_wait" "fFAULT" {
    service  = "dcs"
    job_id   = "fFAULT"
    timeouts = { read = "3s" }
    tolerate = FAULT % 2 == 0 ? [] : ["failed", "timed_out"]
  }
  assert {
    condition     = data.hwtasks_wait.fFAULT.outcome == "succeeded"
    error_message = "outcome: ${coalesce(data.hwtasks_wait.fFAULT.failure_reason, "none")}"
  }
}
`

// Nothing secret is in what Terraform prints, logs at TRACE or stores, and nothing at all goes to another host, whatever the cloud
// answers to any data source. What a crash tells is tested by TestCrashTellsNoSecret.
func TestSecretsUnderEveryFault(t *testing.T) {
	for _, name := range []string{"temporary keys", "user name"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			way := ways[name]
			options := marked
			if way.temporary {
				options.SecurityToken = markedSecurityToken
			}
			s := simulator.New(options)
			var mu sync.Mutex
			strayed := 0
			elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				strayed++
			}))
			t.Cleanup(elsewhere.Close)
			given, _ := way.secrets()
			met := make(map[string]bool) // answers that were given
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				fault := regexp.MustCompile(`/f(\d+)\b`).FindStringSubmatch(r.URL.Path)
				if fault == nil {
					s.ServeHTTP(rw, r)
					return
				}
				mu.Lock()
				met[fault[1]] = true
				mu.Unlock()
				var n int
				if _, err := fmt.Sscan(fault[1], &n); err != nil {
					t.Error(err)
				}
				// What it was sent, and what nobody should have told it.
				quoted := append(slices.Clone(given), r.Header.Get("X-Auth-Token"), r.Header.Get("X-Security-Token"),
					strings.TrimPrefix(regexp.MustCompile(`Access=[^,]*`).FindString(r.Header.Get("Authorization")), "Access="))
				answer(t, rw, quoting[n], strings.Join(quoted, "."), elsewhere.URL)
			}))
			t.Cleanup(server.Close)

			var config strings.Builder
			for n := range quoting {
				config.WriteString(strings.ReplaceAll(readers, "FAULT", fmt.Sprint(n)))
			}
			w := initialise(t, bareBlock(server.URL)+config.String(), way.environment(t)...)
			w.env = append(w.env, "TF_LOG=TRACE", "TF_LOG_PATH=trace.log", "HW_REQUESTS_PER_SECOND=1000")
			printed := ""
			for _, args := range [][]string{{"plan", "-out=plan", "-parallelism=50"}, {"show", "-json", "plan"}, {"apply", "-parallelism=50", "plan"}, {"show", "-json"}} {
				out, err := w.run(t, args...)
				if err != nil {
					t.Fatal(args, out)
				}
				printed += out
			}
			if len(met) != len(quoting) {
				t.Errorf("%d of %d answers were given", len(met), len(quoting))
			}
			if strayed > 0 {
				t.Errorf("%d requests went to another host", strayed)
			}
			if !strings.Contains(printed, "(secret)") {
				t.Error("nothing of what was quoted was shown")
			}
			files := w.files(t)
			files["what was printed"] = printed
			for file, content := range files {
				for _, secret := range []string{"SDK-HMAC-SHA256", "MARKED-"} {
					if strings.Contains(content, secret) {
						t.Errorf("%s has %s: …%s…", file, secret, regexp.MustCompile(".*"+secret+".*").FindString(content))
					}
				}
			}
		})
	}
}

// answer sends an answer as it is, after which the connection is closed.
func answer(t *testing.T, w http.ResponseWriter, text, quoted, elsewhere string) {
	t.Helper()
	inJSON, err := json.Marshal(quoted)
	if err != nil {
		t.Error(err)
	}
	escaped := regexp.MustCompile(`[^A-Za-z0-9]`).ReplaceAllStringFunc(quoted, func(c string) string { return fmt.Sprintf(`\u%04x`, c[0]) })
	text = strings.NewReplacer("ESCAPED", escaped, "QUOTED", quoted, "JSON", strings.Trim(string(inJSON), `"`), "ELSEWHERE", elsewhere).Replace(text)
	head, body, found := strings.Cut(text, "\n\n")
	if found {
		text = strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n" + strings.ReplaceAll(body, "\n", "\r\n")
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_, _ = io.WriteString(conn, text) // a client that is gone does not matter
	_ = conn.Close()
}
