package faultmatrix

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"time"
)

// A listed task, of which only ID and status matter.
func listed(id, status string) map[string]any {
	return map[string]any{"id": id, "status": status, "enable_show": false}
}

// listedAs is what the data source makes of it.
func listedAs(id, status string) map[string]any {
	entry := listed(id, status)
	for _, name := range []string{"name", "details", "user_name", "user_id", "params", "created_at", "updated_at", "job_id", "error_code"} {
		entry[name] = nil
	}
	return entry
}

// pages serves a list of tasks by offset and limit. The list may change with each request.
func pages(tasks func(request int) []map[string]any) behavior {
	requests := 0
	return func(w http.ResponseWriter, r *http.Request, answer *httptest.ResponseRecorder) {
		all := tasks(requests)
		requests++
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
		if err != nil {
			limit = 10
		}
		page := all[min(offset, len(all)):min(offset+limit, len(all))]
		body, err := json.Marshal(map[string]any{"task_count": len(all), "tasks": page})
		must(err)
		with(200, string(body))(w, r, answer)
	}
}

// listRows are about the list of tasks, and the waits that look into a list.
func listRows() []row {
	var all []row
	reads := func(c column) bool { return c.name == "dcs_background_tasks" }
	waits := func(c column) bool { return c.waits && (c.path == tasksPath || c.path == kafkaPath) }
	numbered := func(from, to int) []map[string]any {
		var tasks []map[string]any
		for n := from; n < to; n++ {
			tasks = append(tasks, listed(fmt.Sprintf("task-%05d", n), "SUCCESS"))
		}
		return tasks
	}
	values := func(tasks []map[string]any) []any {
		list := make([]any, len(tasks))
		for i, task := range tasks {
			list[i] = listedAs(task["id"].(string), task["status"].(string))
		}
		return list
	}
	read := func(name string, tasks func(int) []map[string]any, count int, want []map[string]any) {
		all = append(all, row{group: "lists", name: name, only: reads, install: func(w *world) { w.fault = pages(tasks) }, want: func(column) expectation {
			return expectation{changed: map[string]any{"task_count": strconv.Itoa(count), "tasks": values(want)}, within: 2 * time.Second}
		}})
	}
	same := make([]map[string]any, 1000)
	for i := range same {
		same[i] = listed(task, "SUCCESS")
	}
	still := func(tasks []map[string]any) func(int) []map[string]any {
		return func(int) []map[string]any { return tasks }
	}
	read("1,000 tasks of the same ID", still(same), 1000, same)
	read("1,001 tasks of the same ID", still(slices.Concat(same, same[:1])), 1001, nil)
	all[len(all)-1].want = func(column) expectation {
		return expectation{errors: []string{"Cannot read DCS background tasks", "the service repeats tasks instead of going on: it counts 1001, but sent only 1000", "Request ID: ", "If this stays, check endpoints.dcs"}, within: 2 * time.Second}
	}
	read("no task", still([]map[string]any{}), 0, nil)
	read("exactly one page", still(numbered(0, 1000)), 1000, numbered(0, 1000))
	read("two pages and a half", still(numbered(0, 2500)), 2500, numbered(0, 2500))
	read("a task begins between two pages", func(request int) []map[string]any {
		return append(numbered(90_000, 90_000+request), numbered(0, 2500)...)
	}, 2500, numbered(0, 2500))
	read("ten tasks begin between two pages", func(request int) []map[string]any {
		return append(numbered(90_000, 90_000+10*request), numbered(0, 2500)...)
	}, 2500, numbered(0, 2500))
	read("the last task ends and goes between two pages", func(request int) []map[string]any { return numbered(0, 2500-request) }, 2500, numbered(0, 2498))

	wait := func(name string, tasks []map[string]any, want func(column) expectation) {
		all = append(all, row{group: "lists", name: name, only: waits, install: func(w *world) { w.fault = pages(still(tasks)) }, want: want})
	}
	bare := map[string]any{"status": "SUCCESS", "name": nil, "begin_time": nil, "end_time": nil, "progress": nil}
	succeeds := func(column) expectation { return expectation{changed: bare, within: 2 * time.Second} }
	runs := func(column) expectation {
		return expectation{errors: []string{"Timed out waiting for ", "Last seen: EXECUTING"}, within: timeout}
	}
	wait("1,000 tasks of the same ID that succeeded", same, succeeds)
	wait("two of the same ID, the first runs", []map[string]any{listed(task, "EXECUTING"), listed(task, "SUCCESS")}, runs)
	wait("two of the same ID, the second runs", []map[string]any{listed(task, "SUCCESS"), listed(task, "EXECUTING")}, runs)
	wait("two of the same ID, one failed", []map[string]any{listed(task, "SUCCESS"), listed(task, "FAILED")}, func(column) expectation {
		return expectation{errors: []string{" failed", "ended with status FAILED"}, within: 2 * time.Second}
	})
	wait("others before it", []map[string]any{listed("other", "FAILED"), listed("another", "EXECUTING"), listed(task, "SUCCESS")}, succeeds)
	wait("others alone", []map[string]any{listed("other", "SUCCESS")}, func(column) expectation {
		return expectation{errors: []string{" not found", "is not there: the service "}, within: 31 * time.Second}
	})
	wait("ID in capitals", []map[string]any{listed("8ABF6E1E72C12E7C0172C15B508500AA", "SUCCESS")}, succeeds)
	return all
}
