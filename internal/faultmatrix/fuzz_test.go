package faultmatrix

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// fuzz answers the columns that wait, or those that do not, with an input, and passes their values to a function. Its seeds are the
// answers of the reference pages, and some that are close to them.
func fuzz(f *testing.F, waits bool, check func(t *testing.T, c column, answer []byte, value map[string]any)) {
	f.Helper()
	files, err := filepath.Glob("../services/*/testdata/*.json")
	must(err)
	for _, file := range files {
		example, err := os.ReadFile(file)
		must(err)
		f.Add(example)
	}
	for _, seed := range []string{
		`{}`, `{"tasks":[null]}`, `{"tasks":[],"task_count":"0"}`, `{"step_details":[{"sub_step_details":[{}]},null]}`,
		`{"tasks":[{"details":{"rename_commands":[null,1,true]}}]}`, `{"progress":1e2,"remain_time":"7"}`, `{"job_id":{}}`, ``, "\v{}",
	} {
		f.Add([]byte(seed))
	}
	for _, status := range []string{"SUCCESS", "success", "RUNNING", "FAIL", "SUCCESSFUL", " SUCCESS", "\\u017fUCCESS"} {
		f.Add(fmt.Appendf(nil, `{"status":"%[2]s","tasks":[{"id":"%[1]s","status":"%[2]s"}]}`, task, status))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		for _, c := range columns {
			if c.waits() != waits {
				continue
			}
			synctest.Test(t, func(t *testing.T) {
				if waits {
					c.arguments = maps.Clone(c.arguments)
					c.arguments["poll_interval"] = "1m" // few polls, and so many inputs
				}
				r, _, _ := row{address: plain, fault: answering(with(200, string(answer)))}.read(t, c)
				if r.State != nil {
					check(t, c, answer, r.State)
				}
			})
		}
	})
}

// Every answer is a value or an error that can be shown, and no value comes from something else than JSON.
func FuzzRead(f *testing.F) {
	fuzz(f, false, func(t *testing.T, c column, answer []byte, value map[string]any) {
		t.Helper()
		if !json.Valid(bytes.TrimPrefix(answer, []byte("\uFEFF"))) {
			t.Errorf("%s: the answer %q became %v, want an error", c.name, answer, value)
		}
	})
}

// A wait succeeds only if the status says so.
func FuzzWait(f *testing.F) {
	fuzz(f, true, func(t *testing.T, c column, answer []byte, value map[string]any) {
		t.Helper()
		if status, _ := value["status"].(string); strings.ToUpper(status) != "SUCCESS" || len(status) != len("SUCCESS") {
			t.Errorf("%s: the wait succeeded with status %q of %q", c.name, status, answer)
		}
	})
}
