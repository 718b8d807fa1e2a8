package services_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/diagnose"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

var update = flag.Bool("update", false, "write the tables of services into the documents")

// A wait finds what it waits for by the arguments that are set, so no two kinds of a service take the same ones.
func TestArgumentsIdentifyTheKind(t *testing.T) {
	for _, s := range services.All {
		for _, kind := range s.Kinds() {
			reversed := slices.Clone(kind.Arguments)
			slices.Reverse(reversed)
			for _, arguments := range [][]string{kind.Arguments, reversed} {
				got, found := services.FindKind(s.Name, arguments)
				if !found || got.Object != kind.Object || got.Mode != kind.Mode {
					t.Errorf("%s %v: found %t %q in mode %d, want %q in mode %d",
						s.Name, arguments, found, got.Object, got.Mode, kind.Object, kind.Mode)
				}
			}
		}
		for _, arguments := range [][]string{
			nil, {"job_id", "instance_id"}, {"job_id", "instance_id", "task_id"}, {"instance_id", "task_id", "task_name"},
		} {
			if got, found := services.FindKind(s.Name, arguments); found {
				t.Errorf("%s %v: found %q, want none", s.Name, arguments, got.Object)
			}
		}
	}
	if got, found := services.FindKind("obs", []string{"job_id"}); found {
		t.Errorf("unknown service: found %q, want none", got.Object)
	}
}

// The tables of services in the documents follow from the list.
func TestTables(t *testing.T) {
	var rows, waits strings.Builder
	rows.WriteString("| Data source | Reads | Permission |\n|---|---|---|\n" +
		"| [`hwtasks_wait`](data-sources/wait.md), also a [resource](resources/wait.md) " +
		"| A job or task of any of these services until it has ended, or an instance until it is idle. | those of the calls that it reads |\n")
	for _, s := range services.All {
		for _, d := range s.DataSources {
			fmt.Fprintf(&rows, "| [`hwtasks_%s`](data-sources/%s.md) | %s | %s |\n", d.Name, d.Name, d.Description,
				service.FormatPermission(d.Call.Permission))
		}
	}
	permissions, named := permissionsTable()
	waits.WriteString("| Arguments | Waits | Services |\n|---|---|---|\n")
	for _, k := range []struct {
		arguments, waits string
		mode             service.Mode
	}{
		{"`job_id`", "until the job has ended", service.ByID},
		{"`instance_id`, `task_id`", "until the task has ended", service.ByID},
		{"`task_id` alone", "until the task has ended", service.ByID},
		{"`instance_id`, `task_name`", "until the tasks of this name have ended", service.ByName},
		{"`instance_id` alone", "until nothing runs on the instance, or on the DWS cluster with this ID", service.Idle},
	} {
		var names []string
		for _, s := range services.All {
			arguments := strings.Split(strings.TrimSuffix(strings.ReplaceAll(k.arguments, "`", ""), " alone"), ", ")
			if kind, found := services.FindKind(s.Name, arguments); found && kind.Mode == k.mode {
				names = append(names, "`"+s.Name+"`")
			}
		}
		fmt.Fprintf(&waits, "| %s | %s | %s |\n", k.arguments, k.waits, strings.Join(names, ", "))
	}
	clouds := cloudsTable()
	policy := "```json\n{\n  \"Version\": \"1.1\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": [\n" +
		"        \"" + strings.Join(named, "\",\n        \"") + "\"" + "\n      ]\n    }\n  ]\n}\n```\n"
	var titles strings.Builder
	for _, s := range services.All {
		prefix := "hwtasks_" + s.Name + "_"
		fmt.Fprintf(&titles, "{{ if eq (index (split .Name %q) 0) \"\" }}"+
			"{{ $title = %q }}{{ $folder = %q }}{{ $page = index (split .Name %[1]q) 1 }}{{ end -}}\n", prefix, s.Title, s.Name)
	}
	for _, test := range []struct{ file, name, want string }{
		{file: "../../templates/data-sources.md.tmpl", name: "titles", want: titles.String()},
		{file: "../wait/forms.md", name: "waits", want: waits.String()},
		{file: "../../templates/guides/where-the-id-comes-from.md", name: "waits", want: waits.String()},
		{file: "../../README.md", name: "services", want: servicesTable()},
		{file: "../../templates/index.md.tmpl", name: "data sources", want: rows.String()},
		{file: "../../templates/guides/permissions.md", name: "permissions", want: permissions},
		{file: "../../templates/guides/permissions.md", name: "policy", want: policy},
		{file: "../../templates/guides/clouds.md", name: "clouds", want: clouds},
	} {
		content, err := os.ReadFile(test.file)
		if err != nil {
			t.Fatal(err)
		}
		begin, end := fmt.Sprintf("<!-- %s: written by make generate -->\n\n", test.name), fmt.Sprintf("\n<!-- end of %s -->", test.name)
		if test.name == "titles" { // not to be seen
			begin, end = "{{/* titles: written by make generate */ -}}\n", "{{/* end of titles */ -}}"
		}
		before, rest, _ := strings.Cut(string(content), begin)
		got, after, found := strings.Cut(rest, end)
		switch {
		case !found:
			t.Errorf("%s has no table of %s", test.file, test.name)
		case *update:
			if err := os.WriteFile(test.file, []byte(before+begin+test.want+end+after), 0o600); err != nil {
				t.Fatal(err)
			}
		case got != test.want:
			t.Errorf("%s is out of date, run make generate (- want, + got):\n%s", test.file, cmp.Diff(test.want, got))
		}
	}
}

// servicesTable returns the table of services, the data sources that read their jobs and tasks, and what a wait can wait for. Services
// that share an endpoint share a row.
func servicesTable() string {
	type row struct {
		title, waits string
		names, links []string
	}
	var rows []*row
	byEndpoint := make(map[cloud.Service]*row)
	for _, s := range services.All {
		r := byEndpoint[s.API.Endpoint]
		if waits := strings.Join(waitsFor(s), ", "); r == nil || r.waits != waits {
			r = &row{title: s.Title, waits: waits}
			rows, byEndpoint[s.API.Endpoint] = append(rows, r), r
		} else { // without the words that both begin with
			words, others := strings.Fields(r.title), strings.Fields(s.Title)
			for len(words) > 0 && words[0] == others[0] {
				words, others = words[1:], others[1:]
			}
			r.title += ", " + strings.Join(others, " ")
		}
		r.names = append(r.names, "`"+s.Name+"`")
		for _, d := range s.DataSources {
			r.links = append(r.links, fmt.Sprintf("[`%s`](docs/data-sources/%[1]s.md)", d.Name))
		}
	}
	var b strings.Builder
	b.WriteString("| Service | `service` | Data sources `hwtasks_…` | `hwtasks_wait` waits for |\n|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.title, strings.Join(r.names, ", "), strings.Join(r.links, ", "), r.waits)
	}
	return b.String()
}

// waitsFor says what a wait can wait for, the usual choice first.
func waitsFor(s service.Service) []string {
	var all []string
	for _, k := range slices.Backward(s.Kinds()) {
		all = append(all, waitFor(k))
	}
	return all
}

// waitFor says what a kind of wait waits for.
func waitFor(k service.Kind) string {
	switch k.Mode {
	case service.Idle:
		return "idle " + diagnose.Object{Kind: k.Object}.Noun()
	case service.ByName:
		return "task name"
	case service.ByID:
	}
	return strings.ReplaceAll(k.Arguments[len(k.Arguments)-1], "_id", " ID")
}

// permissionsTable returns the table of permissions by service, and all that have a name.
func permissionsTable() (table string, named []string) {
	var b strings.Builder
	b.WriteString("| Service | Permission | For |\n|---|---|---|\n")
	for _, s := range services.All {
		uses := make(map[string][]string)
		for _, d := range s.DataSources {
			uses[d.Call.Permission] = append(uses[d.Call.Permission], "`hwtasks_"+d.Name+"`")
		}
		waits := make(map[string][]string)
		for _, k := range slices.Backward(s.Kinds()) {
			waits[k.Permission] = append(waits[k.Permission], waitFor(k))
		}
		for permission, kinds := range waits {
			uses[permission] = append(uses[permission], "`hwtasks_wait` ("+strings.Join(kinds, ", ")+")")
		}
		if s.Instance != nil && uses[s.Instance.Call.Permission] == nil {
			uses[s.Instance.Call.Permission] = []string{"`hwtasks_wait` (idle instance), recommended"}
		}
		for _, permission := range slices.Sorted(maps.Keys(uses)) {
			if strings.Contains(permission, ":") {
				named = append(named, permission)
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.Name, service.FormatPermission(permission), strings.Join(uses[permission], ", "))
		}
	}
	slices.Sort(named)
	return b.String(), slices.Compact(named)
}

// cloudsTable returns the table of calls and of the clouds that document them.
func cloudsTable() string {
	var b strings.Builder
	b.WriteString("| Service | Call | Huawei Cloud | Open Telekom Cloud |\n|---|---|---|---|\n")
	for _, s := range services.All {
		for _, c := range s.Calls() {
			otc := "documented"
			if c.OnlyHuawei {
				otc = "unknown"
			}
			fmt.Fprintf(&b, "| `%s` | `GET %s` (%s) | documented | %s |\n", s.Name, c.Path, c.Reference, otc)
		}
	}
	return b.String()
}

// The codes of each service, as a poll meets them.
func TestErrorCodes(t *testing.T) {
	for _, s := range services.All {
		for _, test := range servicestest.All[s.Name].Errors {
			simulated, address := simulatortest.Start(t, simulator.Options{})
			simulated.InjectFault(simulator.Fault{Status: test.Status, Body: `{"error_code":"` + test.Code + `"}`})
			job := s.Jobs[0]
			_, err := job.NewPoll(simulatortest.Client(t, address), simulatortest.Target, job.Arguments, job.Statuses)(t.Context())
			var e *cloud.Error
			if !errors.As(err, &e) {
				t.Fatalf("%s %s: got error %v, want one of the service", s.Name, test.Code, err)
			}
			got := e.Advice()
			switch {
			case e.Throttled():
				got = "throttled"
			case e.Retryable():
				got = "transient"
			case e.NotFound():
				got = "not found"
			}
			if !strings.Contains(got, test.Means) || got == "not found" && test.Means != got {
				t.Errorf("%s %d %s: got %q, want %q", s.Name, test.Status, test.Code, got, test.Means)
			}
		}
	}
}

var (
	exampleHeading = regexp.MustCompile(`^# [A-Z].*[^.]\n[^#\n]`)
)

// The template of the documents takes the text of a page up to the first code fence, and adds rows to the table at its end. It takes the
// heading of an example from its first line.
func TestPages(t *testing.T) {
	for _, s := range services.All {
		for _, d := range s.DataSources {
			page := strings.TrimPrefix(d.Name, s.Name+"_") + ".md"
			text, err := os.ReadFile(filepath.Join(s.Name, page))
			if err != nil {
				t.Error(err)
				continue
			}
			lines := strings.Split(strings.TrimSpace(string(text)), "\n")
			if strings.Contains(string(text), "```") {
				t.Errorf("%s/%s has a code fence", s.Name, page)
			}
			if !strings.Contains(string(text), "\n## Errors\n\n| Error | Meaning |\n|---|---|\n") || !strings.HasPrefix(lines[len(lines)-1], "| ") {
				t.Errorf("%s/%s does not end with the table of errors", s.Name, page)
			}
			if !strings.Contains(string(text), "`hwtasks_wait`") {
				t.Errorf("%s/%s does not name the attributes of hwtasks_wait that have the same values", s.Name, page)
			}
			examples, err := filepath.Glob(filepath.Join("..", "..", "examples", "data-sources", "hwtasks_"+d.Name, "*.tf"))
			if err != nil || len(examples) == 0 {
				t.Errorf("%s has no example: %v", d.Name, err)
			}
			for _, example := range examples {
				if text, err := os.ReadFile(example); err != nil || !exampleHeading.Match(text) {
					t.Errorf("%s does not begin with a comment that is a heading, such as \"# Warn if a job has failed\": %v", example, err)
				}
			}
		}
	}
}
