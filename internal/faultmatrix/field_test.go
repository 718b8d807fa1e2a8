package faultmatrix

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// answered is the documented object of each reading data source: its attributes but for the arguments.
func answered(source string) tftypes.Object {
	arguments := map[string][]string{
		"hwtasks_dcs_job":                      {"region", "project_id"},
		"hwtasks_dcs_background_tasks":         {"region", "project_id", "instance_id", "start_time", "end_time", "offset", "limit"},
		"hwtasks_dcs_background_task_progress": {"region", "project_id", "instance_id", "task_id"},
		"hwtasks_kafka_background_task":        {"region", "project_id", "instance_id", "task_id"},
		"hwtasks_dws_job":                      {"region", "project_id"},
	}[source]
	attributes := maps.Clone(schemas()[source].(tftypes.Object).AttributeTypes)
	for _, argument := range arguments {
		delete(attributes, argument)
	}
	return tftypes.Object{AttributeTypes: attributes}
}

// fixed are the texts that a wait looks at, and the count that paging does.
var fixed = map[string]string{"job_id": job, "id": task, "status": "SUCCESS", "task_count": "1", "step_status": "FINISH", "sub_step_status": "FINISH"}

// whole makes a value of each documented field: a text, a number, a boolean, a list of one.
func whole(kind tftypes.Type, name string) any {
	switch kind := kind.(type) {
	case tftypes.Object:
		object := make(map[string]any)
		for name, kind := range kind.AttributeTypes {
			object[name] = whole(kind, name)
		}
		return object
	case tftypes.List:
		return []any{whole(kind.ElementType, name)}
	}
	switch {
	case kind.Is(tftypes.Number):
		return json.Number("7")
	case kind.Is(tftypes.Bool):
		return true
	}
	if text, isFixed := fixed[name]; isFixed {
		return text
	}
	return "a " + name
}

// A field is one of a documented object.
type field struct {
	path []string // names, without the list elements in between, of which there is one each
	kind tftypes.Type
}

func (f field) String() string { return strings.Join(f.path, ".") }

// fields are all of an object, the outer ones first.
func fields(kind tftypes.Type, path ...string) []field {
	var all []field
	switch kind := kind.(type) {
	case tftypes.Object:
		for _, name := range slices.Sorted(maps.Keys(kind.AttributeTypes)) {
			inner := append(slices.Clone(path), name)
			all = append(all, field{inner, kind.AttributeTypes[name]})
			all = append(all, fields(kind.AttributeTypes[name], inner...)...)
		}
	case tftypes.List:
		return fields(kind.ElementType, path...)
	}
	return all
}

// put returns a copy of a value in which a field is another.
func put(value any, path []string, replacement any) any {
	switch value := value.(type) {
	case map[string]any:
		object := maps.Clone(value)
		if len(path) == 1 {
			object[path[0]] = replacement
		} else {
			object[path[0]] = put(object[path[0]], path[1:], replacement)
		}
		return object
	case []any:
		return []any{put(value[0], path, replacement)}
	}
	return value
}

// odd are values that a field may not have been meant to have.
var odd = []string{
	`null`, `"a text"`, `""`, `7`, `-7`, `7.0`, `7.5`, `70e-1`, `1e400`, `123456789012345678901234567890`, `"7"`, `true`, `"TRUE"`, `{}`, `[]`, `[null]`, `[[]]`, `["a",1,true,null]`, `[{}]`, `{"a":[{}]}`,
	`"\u0000\u001b[31m\u202e"`, `"SUCCESS"`, `"FINISH"`, `"<b>"`,
}

// read is what a documented type makes of a value: a String takes a number and a boolean too, an Integer a whole number in any form, a
// Boolean the texts "true" and "false", and null is null. It tells whether there is a value.
func read(kind tftypes.Type, text string) (value any, ok bool) {
	var sent any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	must(decoder.Decode(&sent))
	if sent == nil {
		return nil, true
	}
	switch kind := kind.(type) {
	case tftypes.Object:
		if text != `{}` && text != `{"a":[{}]}` {
			return nil, false
		}
		object := make(map[string]any)
		for name := range kind.AttributeTypes {
			object[name] = nil
		}
		return object, true
	case tftypes.List:
		elements, isList := sent.([]any)
		if !isList {
			return nil, false
		}
		list := make([]any, len(elements))
		for i, element := range elements {
			inner, err := json.Marshal(element)
			must(err)
			if list[i], ok = read(kind.ElementType, string(inner)); !ok {
				return nil, false
			}
			if object, isObject := kind.ElementType.(tftypes.Object); isObject && list[i] == nil {
				list[i], _ = read(object, `{}`) // an element that is null is one without values
			}
		}
		return list, true
	}
	switch {
	case kind.Is(tftypes.Number):
		whole := map[string]string{`7`: "7", `-7`: "-7", `7.0`: "7", `70e-1`: "7", `"7"`: "7"}[text]
		return json.Number(whole), whole != ""
	case kind.Is(tftypes.Bool):
		return true, text == `true` || text == `"TRUE"`
	}
	switch sent := sent.(type) {
	case string:
		return sent, true
	case json.Number, bool:
		return text, true
	}
	return nil, false
}

// fieldRows put every odd value at every documented field.
func fieldRows() []row {
	var all []row
	for _, c := range columns[:5] {
		object := answered(c.source)
		answer := whole(object, "").(map[string]any)
		for _, f := range fields(object) {
			for _, text := range odd {
				all = append(all, fieldRow(c, answer, f, text))
			}
		}
	}
	return all
}

func fieldRow(c column, answer map[string]any, f field, text string) row {
	body, err := json.Marshal(put(answer, f.path, json.RawMessage(text)))
	must(err)
	value, ok := read(f.kind, text)
	waits := func(other column) bool {
		return other.waits && (other.path == c.path || c.path == progressPath && other.path == tasksPath)
	}
	return row{
		group: "field types", name: fmt.Sprintf("%s %s: %s", c.name, f, text),
		only: func(other column) bool { return other.name == c.name || waits(other) },
		install: func(w *world) {
			w.meets = c.path
			w.fault = func(rw http.ResponseWriter, r *http.Request, answer *httptest.ResponseRecorder) {
				if strings.HasSuffix(r.URL.Path, "/progress") != (c.path == progressPath) {
					relay(rw, answer)
					return
				}
				if offset := r.URL.Query().Get("offset"); offset != "" && offset != "0" {
					with(200, `{"tasks":[]}`)(rw, r, answer)
					return
				}
				with(200, string(body))(rw, r, answer)
			}
		},
		want: func(other column) expectation {
			if !ok {
				e := final("the answer's field "+f.String(), " is ", " as the reference page says", "Request ID: ", "heck endpoints.")(other)
				if c.path == progressPath && other.waits {
					return harmless(0)(other) // a wait follows the progress only as long as it is of use
				}
				return e
			}
			if other.waits {
				return waited(c, answer, f, value)
			}
			if f.String() == "job_id" {
				switch value {
				case nil, "":
					value = job
				default:
					return final("the service answered with job ", "instead", "Request ID: ", "heck endpoints.")(other)
				}
			}
			e := harmless(0)(other)
			e.changed = put(answer, f.path, value).(map[string]any)
			return e
		},
	}
}

// waited is what a wait makes of an answer in which a field has a value.
func waited(c column, answer map[string]any, f field, value any) expectation {
	if c.path == progressPath {
		return harmless(0)(column{waits: true}) // the list is the authority
	}
	seen := put(answer, f.path, value).(map[string]any)
	if c.path == jobPath || c.path == dwsPath {
		if id := seen["job_id"]; id != nil && id != "" && id != job {
			return final("the service answered with job ", "instead")(column{waits: true})
		}
	} else {
		missing := expectation{errors: []string{" not found", "is not there: the service "}, within: 31e9}
		tasks, _ := seen["tasks"].([]any)
		if len(tasks) == 0 {
			return missing
		}
		seen, _ = tasks[0].(map[string]any)
		if id, _ := seen["id"].(string); id != task {
			return missing
		}
	}
	if seen["status"] != "SUCCESS" {
		return expectation{errors: []string{"Timed out waiting for ", "did not end within 3m0s", "Last seen: "}, within: timeout}
	}
	shown := func(name string) any {
		if seen[name] == "" {
			return nil
		}
		return seen[name]
	}
	results := map[string]any{"status": "SUCCESS", "progress": nil, "failure_code": nil, "failure_reason": nil}
	switch c.path {
	case jobPath:
		results["name"], results["begin_time"], results["end_time"], results["failure_reason"] = shown("job_type"), shown("begin_time"), shown("end_time"), shown("fail_reason")
	case dwsPath:
		results["name"], results["begin_time"], results["end_time"] = shown("job_name"), shown("begin_time"), shown("end_time")
		results["failure_code"], results["failure_reason"] = shown("failed_code"), shown("failed_detail")
		if progress, _ := shown("progress").(string); progress == "7" {
			results["progress"] = json.Number("7")
		}
	default:
		results["name"], results["begin_time"], results["end_time"] = shown("name"), shown("created_at"), shown("updated_at")
		if enabled, isBool := seen["enable_show"].(bool); c.path == tasksPath && (!isBool || enabled) {
			results["progress"] = json.Number("100")
		}
	}
	e := harmless(0)(column{waits: true})
	e.changed = results
	return e
}
