package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var keys = cloud.Credentials{AccessKey: DefaultAccessKey, SecretKey: DefaultSecretKey}

const project = "/dcs/v2/" + DefaultProjectID

// A job is an object of testService.
type job struct {
	ID string
	Timeline
}

func (j job) Added(at time.Time) Object {
	j.Timeline = j.Timeline.Added(at)
	return j
}

// testService has one call.
var testService = Service{Endpoint: "dcs", Calls: []Call{{Path: "/v2/{project}/jobs/{job}", Answer: func(q Query) Response {
	for _, j := range Objects[job](q) {
		if j.ID == q.PathValue("job") {
			_, status := j.At(q.Now, "RUNNING")
			return OK(object{"begin_time": UTC(j.Begin), "job_id": j.ID, "status": status})
		}
	}
	return GatewayError(http.StatusNotFound, NotFoundCode, "The job does not exist")
}}}}

func newSimulator(o Options) *Simulator {
	o.Services = []Service{testService}
	return New(o)
}

// get sends a signed GET request to the simulator without a network. change modifies it after it was signed.
func get(t *testing.T, s *Simulator, path string, change func(*http.Request)) (int, string, http.Header) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:9800"+path, nil)
	r.Header.Set(cloud.HeaderProjectID, DefaultProjectID)
	cloud.Sign(r, nil, keys, s.options.Now())
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}

func TestAuthentication(t *testing.T) {
	signWith := func(c cloud.Credentials, at time.Time) func(*http.Request) {
		return func(r *http.Request) { cloud.Sign(r, nil, c, at) }
	}
	replace := func(header, from, to string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(header, strings.Replace(r.Header.Get(header), from, to, 1)) }
	}
	setDate := func(date string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(cloud.HeaderDate, date) }
	}
	token := func(value string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Del("Authorization")
			r.Header.Set(cloud.HeaderAuthToken, value)
		}
	}
	now := time.Now()
	temporaryKeys := cloud.Credentials{AccessKey: DefaultAccessKey, SecretKey: DefaultSecretKey, SecurityToken: "x"}
	for _, test := range []struct {
		name          string
		securityToken string // that the simulator wants
		change        func(*http.Request)
		reason        string // why the response is 401; empty: it is 200
	}{
		{name: "signature"},
		{name: "14 minutes late", change: signWith(keys, now.Add(-14*time.Minute))},
		{name: "token", change: token(DefaultToken)},
		{name: "wrong token", change: token("x"), reason: "decrypt token fail"},
		{name: "nothing", change: func(r *http.Request) { r.Header.Del("Authorization") }, reason: "x-auth-token not found"},
		{
			name:   "wrong secret key",
			change: signWith(cloud.Credentials{AccessKey: DefaultAccessKey, SecretKey: "x"}, now),
			reason: "verify aksk signature fail",
		},
		{
			name:   "unknown access key",
			change: signWith(cloud.Credentials{AccessKey: "x", SecretKey: DefaultSecretKey}, now),
			reason: "ak not exist",
		},
		{name: "unexpected security token", change: signWith(temporaryKeys, now), reason: "security token invalid"},
		{name: "security token", securityToken: "x", change: signWith(temporaryKeys, now)},
		{name: "no security token", securityToken: "x", reason: "security token invalid"},
		{name: "16 minutes late", change: signWith(keys, now.Add(-16*time.Minute)), reason: "signature expired"},
		{name: "16 minutes early", change: signWith(keys, now.Add(16*time.Minute)), reason: "signature expired"},
		{name: "date changed", change: setDate(now.Add(time.Minute).UTC().Format(cloud.DateFormat)), reason: "verify aksk signature fail"},
		{name: "date malformed", change: setDate("today"), reason: "X-Sdk-Date"},
		{name: "date not signed", change: replace("Authorization", ";x-sdk-date", ""), reason: "SignedHeaders lacks x-sdk-date"},
		{name: "path changed", change: func(r *http.Request) { r.URL.Path = project + "/jobs/other" }, reason: "verify aksk signature fail"},
		{name: "query changed", change: func(r *http.Request) { r.URL.RawQuery = "a=b" }, reason: "verify aksk signature fail"},
		{name: "host changed", change: func(r *http.Request) { r.Host = "elsewhere.example.com" }, reason: "verify aksk signature fail"},
		{name: "fewer headers", change: replace("Authorization", "x-project-id;", ""), reason: "verify aksk signature fail"},
		{
			name:   "header that is not there",
			change: replace("Authorization", "=host;", "=accept;host;"),
			reason: "SignedHeaders names accept, but the request has no such header",
		},
		{name: "headers not sorted", change: replace("Authorization", "host;x-project-id", "x-project-id;host"), reason: "not sorted"},
		{
			name:   "other scheme",
			change: replace("Authorization", "SDK-HMAC-SHA256", "V11-HMAC-SHA256"),
			reason: "the simulator knows SDK-HMAC-SHA256 only, got V11-HMAC-SHA256",
		},
		{name: "no scheme", change: func(r *http.Request) { r.Header.Set("Authorization", "hunter2") }, reason: "SDK-HMAC-SHA256 only, got none"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSimulator(Options{Now: func() time.Time { return now }, SecurityToken: test.securityToken})
			s.Add(job{ID: "j"})
			status, body, header := get(t, s, project+"/jobs/j", test.change)
			wantStatus, want := http.StatusOK, `"job_id":"j"`
			if test.reason != "" {
				wantStatus, want = http.StatusUnauthorized, `"error_code":"APIGW.0301"`
			}
			if status != wantStatus || !strings.Contains(body, want) || !strings.Contains(body, test.reason) {
				t.Errorf("got %d %s, want %d with %s and %q", status, body, wantStatus, want, test.reason)
			}
			if id := header.Get("X-Request-Id"); len(id) != 32 {
				t.Errorf("got request ID %q, want 32 characters", id)
			}
		})
	}
}

// Other clients sign other headers than this provider, and add some after they have signed. The signatures are those of their signers.
func TestSignaturesOfOtherClients(t *testing.T) {
	const (
		access = "Access=" + DefaultAccessKey
		scoped = "Credential=" + DefaultAccessKey + "/20260101///sdk_request"
		query  = "?limit=5&Offset=0&name=a%20b&name=c"
	)
	for _, test := range []struct{ name, query, key, headers, signature string }{
		{
			name: "Terraform provider of Huawei Cloud", key: access, headers: "accept;content-type;user-agent;x-sdk-date",
			signature: "51d2b297259742ba3acc33b382334e8d493927cc792756457a07a4a99b58beaa",
		},
		{
			name: "Terraform provider of Huawei Cloud, with a query", query: query, key: access,
			headers:   "accept;content-type;user-agent;x-sdk-date",
			signature: "6000efbecec43a1370503b62427ec46e26a2d5e382324a5796d3213ae65f1c55",
		},
		{
			name: "client of Open Telekom Cloud", key: scoped, headers: "accept;content-type;host;user-agent;x-sdk-date",
			signature: "2f71e331cbe7811c0c367e8c4a052a3c528761d4d08ed4f45efd2e7ed36e6aac",
		},
		{
			name: "client of Open Telekom Cloud, with a query", query: query, key: scoped,
			headers:   "accept;content-type;host;user-agent;x-sdk-date",
			signature: "57e9014e537826f16f03859cc928c1083331c107b354465eb4f52be130033a04",
		},
		{
			name: "date alone, no slash after the path", key: access, headers: "x-sdk-date",
			signature: "ac4a37d06670f2d336bcb7493eed10b1f23d16d2c756dee8bc176f56cc6b8840",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			s := newSimulator(Options{Now: func() time.Time { return now }, SecurityToken: "t"})
			s.Add(job{ID: "j"})
			authorization := "SDK-HMAC-SHA256 " + test.key + ", SignedHeaders=" + test.headers + ", Signature=" + test.signature
			send := func(path string) int {
				return send(s, http.MethodGet, project+path, "", cloud.HeaderDate, "20260101T000000Z", "Accept", "application/json",
					"Content-Type", "application/json", "User-Agent", "terraform-provider-iac", cloud.HeaderSecurityToken, "t",
					cloud.HeaderProjectID, DefaultProjectID, "X-Domain-Id", DefaultDomainID, "Authorization", authorization).Code
			}
			if got := send("/jobs/j" + test.query); got != http.StatusOK {
				t.Errorf("got status %d, want 200", got)
			}
			for _, other := range []string{"/jobs/j?limit=6", "/jobs/k" + test.query} {
				if got := send(other); got != http.StatusUnauthorized {
					t.Errorf("%s, which is another request: got status %d, want 401", other, got)
				}
			}
		})
	}
}

func TestPaths(t *testing.T) {
	s := newSimulator(Options{})
	s.Add(job{ID: "j"})
	const notPublished = `404 {"error_code":"APIGW.0101","error_msg":"The API does not exist or has not been published in the environment"}`
	for _, test := range []struct{ name, path, want string }{ // want: the beginning of status and body
		{name: "unknown path", path: "/dcs/v2", want: notPublished},
		{name: "slash after the path", path: project + "/jobs/j/", want: notPublished},
		{name: "without the path of a service", path: strings.TrimPrefix(project, "/dcs") + "/jobs/j", want: notPublished},
		{name: "another service", path: "/dws" + strings.TrimPrefix(project, "/dcs") + "/jobs/j", want: notPublished},
		{name: "other project", path: "/dcs/v2/ffffffffffffffffffffffffffffffff/jobs/j", want: `403 {"error_code":"APIGW.0302"`},
		{name: "unknown job", path: project + "/jobs/unknown", want: `404 {"error_code":"SIMULATOR.0404"`},
	} {
		status, body, _ := get(t, s, test.path, nil)
		if got := fmt.Sprint(status, " ", body); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: %s: got %swant %s…", test.name, test.path, got, test.want)
		}
	}
	if w := send(s, http.MethodPost, project+"/jobs/j", ""); w.Code != http.StatusNotFound {
		t.Errorf("POST of a call that is a GET: got %d, want 404", w.Code)
	}
}

func TestFaults(t *testing.T) {
	s := newSimulator(Options{})
	s.Add(job{ID: "j"})
	server := httptest.NewServer(s)
	defer server.Close()
	defer http.DefaultClient.CloseIdleConnections()
	// fetch returns status, Retry-After and body as a client receives them.
	fetch := func() string {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+project+"/jobs/j", nil)
		if err != nil {
			t.Fatal(err)
		}
		cloud.Sign(req, nil, keys, time.Now())
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return "no response"
		}
		defer resp.Body.Close() //nolint:errcheck // only read
		body, err := io.ReadAll(resp.Body)
		got := fmt.Sprint(resp.StatusCode, " ", resp.Header.Get("Retry-After"), " ", strings.TrimSpace(string(body)))
		if err != nil {
			got += " then closed"
		}
		return got
	}
	unchanged := fetch()
	if want := `200  {"begin_time"`; !strings.HasPrefix(unchanged, want) {
		t.Fatalf("without a fault: got %s, want %s…", unchanged, want)
	}
	throttled := Fault{Status: 429, Header: map[string]string{"Retry-After": "7"}, Body: `{"error_code":"APIGW.0308"}`, Times: 1}
	for _, test := range []struct {
		name  string
		fault Fault
		want  []string // the responses to consecutive requests
	}{
		{name: "status twice", fault: Fault{Status: 503, Times: 2}, want: []string{"503  ", "503  ", unchanged}},
		{name: "status with header and body", fault: throttled, want: []string{`429 7 {"error_code":"APIGW.0308"}`, unchanged}},
		{name: "body without status", fault: Fault{Body: "garbage", Times: 1}, want: []string{"200  garbage", unchanged}},
		{name: "truncated", fault: Fault{Truncate: 5, Times: 1}, want: []string{`200  {"beg then closed`, unchanged}},
		{
			name:  "own body truncated",
			fault: Fault{Body: "0123456789", Truncate: 3, Times: 1},
			want:  []string{"200  012 then closed", unchanged},
		},
		{name: "delay", fault: Fault{Delay: Duration(time.Millisecond), Times: 1}, want: []string{unchanged, unchanged}},
		{name: "other service", fault: Fault{Service: "dws", Status: 500, Times: 1}, want: []string{unchanged}},
		{name: "path, always", fault: Fault{Path: "/jobs/", Status: 500}, want: []string{"500  ", "500  ", "500  "}},
		{name: "other path", fault: Fault{Path: "/tasks/", Status: 500}, want: []string{unchanged}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.ClearFaults()
			s.InjectFault(test.fault)
			for i, want := range test.want {
				if got := fetch(); got != want {
					t.Errorf("request %d: got %s, want %s", i, got, want)
				}
			}
		})
	}
	// Always: a client repeats a request once if a connection that it has used before is reset.
	s.ClearFaults()
	s.InjectFault(Fault{Reset: true})
	if got, want := fetch(), "no response"; got != want {
		t.Errorf("reset: got %s, want %s", got, want)
	}
}

func TestControl(t *testing.T) {
	s := newSimulator(Options{})
	s.Add(job{ID: "j"})
	control := func(method, path, body string, want int) string {
		t.Helper()
		w := send(s, method, path, body)
		if w.Code != want {
			t.Errorf("%s %s with %q: got %d %s, want %d", method, path, body, w.Code, w.Body, want)
		}
		return w.Body.String()
	}
	read := func(when string, want int) {
		t.Helper()
		if status, _, _ := get(t, s, project+"/jobs/j", nil); status != want {
			t.Errorf("%s: got status %d, want %d", when, status, want)
		}
	}
	const fault = `{"service":"dcs","path":"/jobs/","times":1,"delay":"1ms","status":503}`
	listed := func(when, got, want string) {
		t.Helper()
		if got = strings.TrimSpace(got); got != want {
			t.Errorf("faults %s: got %s, want %s", when, got, want)
		}
	}
	listed("at first", control(http.MethodGet, "/simulator/faults", "", http.StatusOK), `[]`)
	listed("after one was added", control(http.MethodPost, "/simulator/faults", fault, http.StatusOK), "["+fault+"]")
	read("after a fault was added", http.StatusServiceUnavailable)
	listed("after it was met", control(http.MethodGet, "/simulator/faults", "", http.StatusOK), `[]`)
	listed("after another one was added", control(http.MethodPost, "/simulator/faults", `{"status":500}`, http.StatusOK), `[{"status":500}]`)
	listed("after all were removed", control(http.MethodDelete, "/simulator/faults", "", http.StatusOK), `[]`)
	read("after the faults were removed", http.StatusOK)

	var requests []Request
	body := control(http.MethodGet, "/simulator/requests", "", http.StatusOK)
	if err := json.Unmarshal([]byte(body), &requests); err != nil {
		t.Fatalf("requests: %v in %s", err, body)
	}
	var statuses []int
	for _, r := range requests {
		statuses = append(statuses, r.Status)
	}
	if diff := cmp.Diff([]int{503, 200}, statuses); diff != "" {
		t.Errorf("statuses of the recorded requests (-want +got): %s", diff)
	}
	if strings.Contains(body, "SDK-HMAC") {
		t.Errorf("the recorded requests contain signatures: %s", body)
	}
	for _, invalid := range []string{`{"service":"kafka"}`, `{"service":"DCS"}`, `{"unknown":1}`, `{"delay":"soon"}`} {
		control(http.MethodPost, "/simulator/faults", invalid, http.StatusBadRequest)
	}
	control(http.MethodDelete, "/simulator/requests", "", http.StatusOK)
	if got := len(s.Requests()); got != 0 {
		t.Errorf("requests after they were cleared: got %d, want 0", got)
	}
	control(http.MethodGet, "/simulator/else", "", http.StatusNotFound)
}
