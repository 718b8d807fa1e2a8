package faultmatrix

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// secrets are what all those of the tests begin with.
var secrets = []string{"MARKED"}

// hostile are texts that would change a request if they became part of it as they are.
var hostile = []string{
	"", ".", "..", "../..", "a/b", "a/../b", "a//b", "/", "a%2fb", "%2e%2e", "a?b=c", "a&limit=1", "a#b", "a b", "a+b", "a\\b", "a;b", "a:b", "a@b", "http://elsewhere.test/", "//elsewhere.test/", "elsewhere.test",
	"elsewhere.test/", "elsewhere.test#", "x.elsewhere.test", "a\r\nHost: elsewhere.test", "a\nb", "a\x00b", "a\tb", "ä", "a\u202eb", "\u2028", "a\u0301", "${a}", "{a}", "*", "'", "\"", "<a>", "a,b", "a=b", "eu-west-101.", "EU-DE", "-", "_", "é",
	"20200617073842 ", "2020061707384", "２０２００６１７０７３８４２", "20201317073842",
}

// An argument is one that becomes part of a request.
type argument struct {
	source, name string
	others       map[string]any
	path         string            // of the request, with %s for the argument
	query        map[string]string // that the argument becomes, by name; nil: none
}

var injectable = []argument{
	{"hwtasks_dcs_job", "job_id", nil, "/dcs/v2/" + project + "/jobs/%s", nil},
	{"hwtasks_dcs_job", "project_id", map[string]any{"job_id": job}, "/dcs/v2/%s/jobs/" + job, nil},
	{"hwtasks_dcs_background_tasks", "instance_id", nil, "/dcs/v2/" + project + "/instances/%s/tasks", nil},
	{"hwtasks_dcs_background_task_progress", "instance_id", map[string]any{"task_id": task}, "/dcs/v2/" + project + "/instances/%s/tasks/" + task + "/progress", nil},
	{"hwtasks_dcs_background_task_progress", "task_id", map[string]any{"instance_id": instance}, "/dcs/v2/" + project + "/instances/" + instance + "/tasks/%s/progress", nil},
	{"hwtasks_kafka_background_task", "instance_id", map[string]any{"task_id": task}, "/dms/v2/" + project + "/instances/%s/tasks/" + task, nil},
	{"hwtasks_kafka_background_task", "task_id", map[string]any{"instance_id": instance}, "/dms/v2/" + project + "/instances/" + instance + "/tasks/%s", nil},
	{"hwtasks_dws_job", "job_id", nil, "/dws/v1.0/" + project + "/job/%s", nil},
	{"hwtasks_dcs_background_tasks", "start_time", map[string]any{"instance_id": instance}, tasksPath, map[string]string{"start_time": "%s", "begin_time": "%s"}},
	{"hwtasks_dcs_background_tasks", "end_time", map[string]any{"instance_id": instance}, tasksPath, map[string]string{"end_time": "%s"}},
}

// injected returns two texts as arguments, one at a time and both together, and tells what they change that is not theirs.
func injected(t *testing.T, w *world, p *plugin, one, other string) []string {
	t.Helper()
	var problems []string
	for _, a := range injectable {
		for _, text := range []string{one, other} {
			problems = append(problems, a.injected(t, w, p, text)...)
		}
	}
	return problems
}

func (a argument) injected(t *testing.T, w *world, p *plugin, text string) []string {
	t.Helper()
	var problems []string
	problem := func(format string, values ...any) {
		problems = append(problems, fmt.Sprintf("%s.%s = %q: ", a.source, a.name, text)+fmt.Sprintf(format, values...))
	}
	arguments := map[string]any{a.name: text}
	for name, value := range a.others {
		arguments[name] = value
	}
	w.forget()
	r, err := p.validate(t.Context(), a.source, arguments)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Diagnostics) > 0 {
		for _, d := range r.Diagnostics {
			if len(d.Attribute.Steps) != 1 || d.Attribute.Steps[0].AttributeName != a.name {
				problem("the error is not at the argument: %s", d)
			}
		}
		return problems
	}
	if r, err = p.read(t.Context(), a.source, arguments); err != nil {
		t.Fatal(err)
	}
	for _, found := range r.problems(a.source) {
		problem("%s", found)
	}
	requests := w.asked()
	if len(requests) != 1 {
		problem("%d requests", len(requests))
		return problems
	}
	request := requests[0]
	want := url.Values{}
	if a.source == "hwtasks_dcs_background_tasks" {
		want.Set("offset", "0")
		want.Set("limit", "1000")
	}
	for name, pattern := range a.query {
		want.Set(name, strings.ReplaceAll(pattern, "%s", text))
	}
	sent := strings.ReplaceAll(a.path, "%s", text)
	if len(want) > 0 {
		sent += "?" + want.Encode()
	}
	if request.RequestURI != sent {
		problem("asked for %s, not %s", request.RequestURI, sent)
	}
	if request.Host != host {
		problem("asked %s", request.Host)
	}
	for name := range request.Header {
		if !slices.Contains(headers, name) {
			problem("the header %s was sent", name)
		}
	}
	return problems
}

// headers are those of a request that is signed with temporary keys.
var headers = []string{"Accept", "Accept-Encoding", "Authorization", "Content-Type", "User-Agent", "X-Project-Id", "X-Sdk-Date", "X-Security-Token"}

// Whatever is given as an argument of a data source is refused there, or becomes its own segment or value of the request, and nothing
// else. FuzzArguments looks for more.
func TestArgumentsOfDataSourcesStayInTheirPlace(t *testing.T) {
	w := newWorld(t, marked)
	w.fault = with(200, `{}`)
	p := serve(t, w.Dial)
	p.configure(t, settings("http", map[string]any{"max_retries": 0, "requests_per_second": 1000}))
	for _, text := range hostile {
		for _, problem := range injected(t, w, p, text, text) {
			t.Error(problem)
		}
	}
}

// Whatever is given as a region or a cloud is refused, or is part of that one host name, to which alone something is sent.
func TestRegionAndCloudStayInTheHostName(t *testing.T) {
	refused, used := 0, 0
	for _, text := range append(hostile, "eu-de", "x", "example.com", "127.0.0.1", "localhost") {
		for _, name := range []string{"region", "cloud", "region of the data source"} {
			if text == "" && name == "cloud" {
				continue // it is as if it were not set
			}
			w := newWorld(t, marked)
			p := serve(t, w.Dial)
			arguments := settings("http", map[string]any{"endpoints": nil, "max_retries": 0, "cloud": "cloud.test", "region": "eu-test"})
			read := map[string]any{"job_id": job}
			want := map[string]string{"region": "dcs." + text + ".cloud.test:443", "cloud": "dcs.eu-test." + text + ":443", "region of the data source": "dcs." + text + ".cloud.test:443"}[name]
			if name == "region of the data source" {
				read["region"], read["project_id"] = text, project
			} else {
				arguments[name] = text
			}
			r, err := p.call(t.Context(), "ConfigureProvider", "ConfigureProvider", map[string]any{"config": config("", arguments)})
			if err != nil {
				t.Fatal(err)
			}
			if !r.failed() {
				if r, err = p.validate(t.Context(), "hwtasks_dcs_job", read); err != nil {
					t.Fatal(err)
				}
			}
			if !r.failed() {
				if _, err = p.read(t.Context(), "hwtasks_dcs_job", read); err != nil {
					t.Fatal(err)
				}
			}
			switch {
			case len(w.dialed) == 0:
				refused++
			case len(w.dialed) == 1 && w.dialed[0] == want:
				used++
			default:
				t.Errorf("%s = %q: connected to %q", name, text, w.dialed)
			}
			for _, d := range r.Diagnostics {
				if !visible(d.String()) {
					t.Errorf("%s = %q: the error cannot be shown: %q", name, text, d)
				}
			}
		}
	}
	if refused == 0 || used == 0 {
		t.Errorf("%d refused, %d used", refused, used)
	}
}

// Whatever is given as a name or a secret in the provider block is refused, or is that one value of the requests to IAM and to the
// services.
func TestSettingsStayInTheirPlace(t *testing.T) {
	for name, others := range map[string]map[string]any{
		"project_name": {"token": marked.Token}, "project_id": {"token": marked.Token}, "token": nil,
		"access_key": {"secret_key": "s"}, "secret_key": {"access_key": "a"}, "security_token": {"access_key": "a", "secret_key": "s"},
		"user_name": {"password": "p", "domain_name": "d"}, "user_id": {"password": "p", "domain_name": "d"}, "domain_name": {"password": "p", "user_name": "u"}, "password": {"user_name": "u", "domain_name": "d"},
	} {
		ordinary, err := sentWith(t, name, "an-ordinary-1", others)
		if err != nil || len(ordinary) == 0 {
			t.Fatal(name, ordinary, err)
		}
		taken := 0
		for _, text := range append(hostile, "AK,SignedHeaders=host,Signature=0", `","x":"`, "a value") {
			sent, err := sentWith(t, name, text, others)
			switch {
			case err != nil:
				t.Errorf("%s = %q: %s", name, text, err)
			case len(sent) > 0 && text != "": // which is as if it were not set
				taken++
				if diff := cmp.Diff(ordinary, sent); diff != "" {
					t.Errorf("%s = %q: other requests: %s", name, text, diff)
				}
			}
		}
		if taken == 0 {
			t.Errorf("no text was taken as %s", name)
		}
	}
}

// sentWith reads a job with a setting and gives the requests, as the cloud understands them, with X where the setting is.
func sentWith(t *testing.T, name, text string, others map[string]any) ([]string, error) {
	t.Helper()
	w := newWorld(t, marked)
	var requests []string
	w.fault = func(rw http.ResponseWriter, r *http.Request, answer *httptest.ResponseRecorder) {
		w.mu.Lock()
		requests = append(requests, understood(r, text))
		w.mu.Unlock()
		rw.Header().Set("X-Subject-Token", "issued")
		body := `{"projects":[{"id":"p","name":` + quoted(r.URL.Query().Get("name")) + `}],"token":{"expires_at":"2999-01-01T00:00:00.000000Z"}}`
		with(map[bool]int{true: 201, false: 200}[r.Method == http.MethodPost], body)(rw, r, answer)
	}
	p := serve(t, w.Dial)
	arguments := map[string]any{"region": region, "endpoints": endpoints("http"), "max_retries": 0, name: text}
	maps.Copy(arguments, others)
	r, err := p.call(t.Context(), "ConfigureProvider", "ConfigureProvider", map[string]any{"config": config("", arguments)})
	if err != nil {
		return nil, err
	}
	if !r.failed() {
		if r, err = p.read(t.Context(), "hwtasks_dcs_job", map[string]any{"job_id": job}); err != nil {
			return nil, err
		}
	}
	for _, d := range r.Diagnostics {
		if !visible(d.String()) {
			return nil, fmt.Errorf("the error cannot be shown: %q", d)
		}
	}
	for _, address := range w.dialed {
		if address != host+":80" {
			return nil, fmt.Errorf("connected to %s", address)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(requests) > 0 && r.failed() {
		return nil, fmt.Errorf("the cloud's answers led to %s", r.Diagnostics)
	}
	return requests, nil
}

// understood puts a request in words, with X where a part of it is the text, and without what is different each time.
func understood(r *http.Request, text string) string {
	x := func(part string) string {
		if part == text {
			return "X"
		}
		return part
	}
	segments := strings.Split(r.URL.EscapedPath(), "/")
	for i, segment := range segments {
		segments[i] = x(segment)
	}
	lines := []string{r.Method, r.Host, strings.Join(segments, "/")}
	for name, values := range r.URL.Query() {
		for _, value := range values {
			lines = append(lines, "query "+name+"="+x(value))
		}
	}
	for name, values := range r.Header {
		for _, value := range values {
			switch name {
			case "Authorization":
				value = strings.Replace(value, "Access="+text+", SignedHeaders=", "Access=X, SignedHeaders=", 1)
				value, _, _ = strings.Cut(value, "Signature=")
			case "X-Sdk-Date", "Content-Length":
				value = ""
			}
			lines = append(lines, "header "+name+"="+x(value))
		}
	}
	body, _ := io.ReadAll(r.Body) // in memory
	var value any
	if len(body) > 0 {
		must(json.Unmarshal(body, &value))
		lines = append(lines, bodyLines("body", value, x)...)
	}
	slices.Sort(lines[3:])
	return strings.Join(lines, "\n")
}

// bodyLines puts a JSON value in lines, one for each text.
func bodyLines(path string, value any, x func(string) string) []string {
	var lines []string
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			lines = append(lines, bodyLines(path+"."+name, member, x)...)
		}
	case []any:
		for _, element := range value {
			lines = append(lines, bodyLines(path+"[]", element, x)...)
		}
	default:
		lines = append(lines, fmt.Sprintf("%s=%s", path, x(fmt.Sprint(value))))
	}
	return lines
}
