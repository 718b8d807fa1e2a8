package faultmatrix

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"unicode"
	"unicode/utf8"
)

// seeds are answers of the documented calls, and what is close to them.
func seeds(f *testing.F, files ...string) {
	f.Helper()
	for _, file := range files {
		example, err := os.ReadFile(file)
		must(err)
		f.Add(example)
	}
	for _, seed := range []string{
		`{}`, `{"tasks":[{}]}`, `{"tasks":[null]}`, `{"tasks":[],"task_count":"0"}`, `{"step_details":[{"sub_step_details":[{}]},null]}`, `{"status":"\u0000\u001b[31m\u202e"}`, "{\"status\":\"\xff\"}",
		`{"progress":1e2,"remain_time":"7"}`, `{"tasks":[{"details":{"rename_commands":[null,1,true]}}]}`, `{"job_id":{}}`, `null`, `[]`, ``,
	} {
		f.Add([]byte(seed))
	}
}

// fuzzAnswers answers the reads of a column with all kinds of bodies, through the plugin protocol: whatever comes, there is a value or an
// error that can be shown.
func fuzzAnswers(f *testing.F, name string, files ...string) {
	f.Helper()
	c := columnNamed(name)
	seeds(f, files...)
	w := newWorld(f, marked)
	var body []byte
	w.fault = func(rw http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) { _, _ = rw.Write(body) }
	p := serve(f, w.Dial)
	p.configure(f, settings("http", map[string]any{"max_retries": 0, "requests_per_second": 1000}))
	f.Fuzz(func(t *testing.T, answer []byte) {
		body = answer
		w.forget()
		r, err := c.readWith(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range r.problems(c.source) {
			t.Error(problem)
		}
		if r.value(c.source) != nil && !json.Valid(bytes.TrimPrefix(answer, []byte("\uFEFF"))) {
			t.Errorf("%q was taken for an answer", answer)
		}
	})
}

func columnNamed(name string) column {
	return columns[slices.IndexFunc(columns, func(c column) bool { return c.name == name })]
}

func FuzzDCSJob(f *testing.F) { fuzzAnswers(f, "dcs_job", "../dcs/testdata/dcs_job.json") }
func FuzzDCSTasks(f *testing.F) {
	fuzzAnswers(f, "dcs_background_tasks", "../dcs/testdata/dcs_background_tasks.json")
}
func FuzzDCSProgress(f *testing.F) {
	fuzzAnswers(f, "dcs_background_task_progress", "../dcs/testdata/dcs_background_task_progress.json")
}
func FuzzKafkaTask(f *testing.F) {
	fuzzAnswers(f, "kafka_background_task", "../kafka/testdata/kafka_background_task.json")
}
func FuzzDWSJob(f *testing.F) { fuzzAnswers(f, "dws_job", "../dws/testdata/dws_job.json") }

// FuzzWait answers the looks of a wait: it succeeds only where the status says so.
func FuzzWait(f *testing.F) {
	seeds(f, "../dcs/testdata/dcs_job.json", "../dcs/testdata/dcs_background_tasks.json", "../kafka/testdata/kafka_background_task.json", "../dws/testdata/dws_job.json")
	for _, status := range []string{"SUCCESS", "success", "RUNNING", "FAIL", "SUCCESSFUL", " SUCCESS", "\\u017fUCCESS"} {
		f.Add([]byte(fmt.Sprintf(`{"status":"%s","tasks":[{"id":"%s","status":"%s"}]}`, status, task, status)))
	}
	var waits []column
	for _, c := range columns {
		if c.waits {
			c.arguments = maps.Clone(c.arguments)
			c.arguments["poll_interval"] = "1m" // few looks, and so many inputs
			waits = append(waits, c)
		}
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, marked)
			w.fault = func(rw http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) { _, _ = rw.Write(answer) }
			p := serve(t, w.Dial)
			p.configure(t, settings("http", nil))
			for _, c := range waits {
				r, err := c.readWith(t.Context(), p)
				if err != nil {
					t.Fatal(err)
				}
				for _, problem := range r.problems(c.source) {
					t.Error(problem)
				}
				if value := r.value(c.source); value != nil && !regexp.MustCompile(`^[Ss][Uu][Cc][Cc][Ee][Ss][Ss]$`).MatchString(fmt.Sprint(value["status"])) {
					t.Errorf("%s: succeeded with %q", c.name, answer)
				}
			}
		})
	})
}

// FuzzArguments returns all kinds of texts as arguments: each is refused before anything is sent, or is its own segment or value of the
// request and nothing else.
func FuzzArguments(f *testing.F) {
	for _, seed := range hostile {
		f.Add(seed, seed)
	}
	f.Add("20200617073842", "20200618073842")
	f.Add("00000000000000", "99999999999999")
	f.Add("eu-de", "a_b-C9")
	w := newWorld(f, marked)
	w.fault = func(rw http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		_, _ = io.WriteString(rw, `{}`)
	}
	p := serve(f, w.Dial)
	p.configure(f, settings("http", map[string]any{"max_retries": 0, "requests_per_second": 1000}))
	f.Fuzz(func(t *testing.T, one, other string) {
		if !utf8.ValidString(one) || !utf8.ValidString(other) {
			return // Terraform has no such texts
		}
		for _, problem := range injected(t, w, p, one, other) {
			t.Error(problem)
		}
	})
}

// visible reports whether a text can be shown on a terminal.
func visible(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029')
	})
}

// problems tells what no reply may be.
func (r reply) problems(source string) []string {
	var problems []string
	for _, d := range r.Diagnostics {
		if text := d.String(); !visible(text) {
			problems = append(problems, fmt.Sprintf("a diagnostic cannot be shown: %q", text))
		} else if len(text) > longest {
			problems = append(problems, fmt.Sprintf("a diagnostic of %d bytes: %s…", len(text), text[:400]))
		}
		if secret := leaked([]byte(d.String())); secret != "" {
			problems = append(problems, fmt.Sprintf("the secret %s is told: %s", secret, d))
		}
	}
	if secret := leaked(r.State.Msgpack); secret != "" {
		problems = append(problems, "the secret "+secret+" is stored")
	}
	if !r.failed() && r.value(source) == nil {
		problems = append(problems, "neither a value nor an error")
	}
	return problems
}

// longest is how long a diagnostic may be, in bytes.
const longest = 4000
