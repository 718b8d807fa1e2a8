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

const project = "/v2/" + DefaultProjectID

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
		{name: "date not signed", change: replace("Authorization", ";x-sdk-date", ""), reason: "SignedHeaders"},
		{name: "path changed", change: func(r *http.Request) { r.URL.Path = project + "/jobs/other" }, reason: "verify aksk signature fail"},
		{name: "query changed", change: func(r *http.Request) { r.URL.RawQuery = "a=b" }, reason: "verify aksk signature fail"},
		{name: "host changed", change: func(r *http.Request) { r.Host = "elsewhere.example.com" }, reason: "verify aksk signature fail"},
		{name: "project not signed", change: replace("Authorization", "x-project-id;", ""), reason: "X-Project-Id is not signed"},
		{name: "other algorithm", change: replace("Authorization", "SDK-HMAC-SHA256", "HMAC"), reason: "x-auth-token not found"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := New(Options{Now: func() time.Time { return now }, SecurityToken: test.securityToken})
			s.Add(DCSJob{ID: "j"})
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

func TestErrors(t *testing.T) {
	s := New(Options{})
	s.AddExamples()
	const (
		dcs       = project + "/instances/" + exampleDCSInstance
		kafka     = project + "/instances/" + exampleKafkaInstance
		dws       = "/v1.0/" + DefaultProjectID
		published = `404 {"error_code":"APIGW.0101","error_msg":"The API does not exist or has not been published in the environment"}`
	)
	for _, test := range []struct{ name, path, want string }{ // want: the beginning of status and body
		{name: "unknown path", path: "/v2", want: published},
		{name: "slash after the path", path: project + "/jobs/j/", want: published},
		{name: "DCS job at DWS", path: "/dws" + project + "/jobs/j", want: published},
		{name: "DCS tasks at Kafka", path: "/dms" + dcs + "/tasks", want: published},

		{name: "other project", path: "/v2/ffffffffffffffffffffffffffffffff/jobs/j", want: `403 {"error_code":"APIGW.0302"`},

		{name: "unknown DCS job", path: project + "/jobs/unknown", want: `404 {"error_code":"SIMULATOR.0404"`},
		{name: "unknown DCS instance", path: project + "/instances/nowhere/tasks", want: `404 {"error_code":"DCS.3022"`},
		{name: "unknown DCS task", path: dcs + "/tasks/unknown/progress", want: `404 {"error_code":"SIMULATOR.0404"`},
		{name: "unknown Kafka instance", path: project + "/instances/nowhere/tasks/t", want: `404 {"error_code":"DMS.00404022"`},
		{name: "unknown Kafka task", path: kafka + "/tasks/unknown", want: `200 {"task_count":"0","tasks":[]}`},
		{name: "unknown DWS job", path: dws + "/job/unknown", want: `404 {"errCode":"SIMULATOR.0404"`},

		{
			name: "DCS task without progress",
			path: dcs + "/tasks/8abf6e1e72c12e7c0172c15b508500ab/progress",
			want: `400 {"error_code":"DCS.4094"`,
		},
		{
			name: "limit too low",
			path: dcs + "/tasks?limit=0",
			want: `400 {"error_code":"111400063","error_msg":"Invalid limit parameter in the request."}`,
		},
		{name: "limit too high", path: dcs + "/tasks?limit=1001", want: `400 {"error_code":"111400063"`},
		{name: "negative offset", path: dcs + "/tasks?offset=-1", want: `400 {"error_code":"111400063"`},
		{name: "malformed time", path: dcs + "/tasks?start_time=2026", want: `400 {"error_code":"111400063"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, body, _ := get(t, s, test.path, func(r *http.Request) { cloud.Sign(r, nil, keys, time.Now()) })
			if got := fmt.Sprint(status, " ", body); !strings.HasPrefix(got, test.want) {
				t.Errorf("%s: got %swant %s…", test.path, got, test.want)
			}
		})
	}
	if w := send(s, http.MethodPost, project+"/jobs/j", ""); w.Code != http.StatusNotFound {
		t.Errorf("POST of a call that is a GET: got %d, want 404", w.Code)
	}
}

// Jobs and tasks progress until they end, and then stay as they are.
func TestTimeline(t *testing.T) {
	const (
		isJob = `{"begin_time":"1767225600000","end_time":%s,"fail_reason":%s,"job_id":"j","job_type":"swap","status":"%s"}`
		isDWS = `{"begin_time":"2026-01-01T00:00:00","end_time":%s,"failed_code":null,"failed_detail":null,` +
			`"job_id":"w","job_name":"resize","progress":"%s","status":"%s"}`
		isStep = `{"begin_time":%s,"end_time":%s,"error_code":%s,"step_id":"%s","step_name":"%s","step_status":"%s","sub_step_details":%s}`
		isSub  = `{"begin_time":%s,"detail":"","end_time":%s,"error_code":%s,"sub_step_id":"%s","sub_step_name":"%s","sub_step_status":"%s"}`
		null   = "null"
		begin  = `"2026-01-01 00:00:00"`
		middle = `"2026-01-01 00:00:50"`
		late   = `"2026-01-01 00:01:15"`
		end    = `"2026-01-01 00:01:40"`
	)
	for _, test := range []struct {
		after     time.Duration
		dcsJob    string
		dcsTask   string // a part of the list
		progress  string
		dwsJob    string
		kafkaTask string // a part of the list
	}{
		{
			after:   40 * time.Second,
			dcsJob:  fmt.Sprintf(isJob, null, null, "RUNNING"),
			dcsTask: `"status":"EXECUTING","updated_at":"2026-01-01T00:00:40.000Z"`,
			progress: `{"progress":40,"remain_time":60,"step_details":[` +
				fmt.Sprintf(isStep, begin, null, null, "ID0", "one", "EXECUTING", null) + "," +
				fmt.Sprintf(isStep, null, null, null, "ID1", "two", "WAITING", "["+
					fmt.Sprintf(isSub, null, null, null, "ID1.0", "two.one", "WAITING")+","+
					fmt.Sprintf(isSub, null, null, null, "ID1.1", "two.two", "WAITING")+"]") + "]}",
			dwsJob:    fmt.Sprintf(isDWS, null, "40%", "RUNNING"),
			kafkaTask: `"status":"EXECUTING","updated_at":"2026-01-01T00:00:40.000Z"`,
		},
		{
			after:   500 * time.Second,
			dcsJob:  fmt.Sprintf(isJob, `"1767225700000"`, `"because"`, "FAIL"),
			dcsTask: `"error_code":"DCS.4064","id":"t","name":"EXTEND","status":"FAILED","updated_at":"2026-01-01T00:01:40.000Z"`,
			progress: `{"progress":100,"remain_time":0,"step_details":[` +
				fmt.Sprintf(isStep, begin, middle, null, "ID0", "one", "FINISH", null) + "," +
				fmt.Sprintf(isStep, middle, end, `"DCS.4064"`, "ID1", "two", "FAILED", "["+
					fmt.Sprintf(isSub, middle, late, null, "ID1.0", "two.one", "FINISH")+","+
					fmt.Sprintf(isSub, late, end, `"DCS.4064"`, "ID1.1", "two.two", "FAILED")+"]") + "]}",
			dwsJob:    fmt.Sprintf(isDWS, `"2026-01-01T00:01:40"`, "100%", "SUCCESS"),
			kafkaTask: `"status":"CANCELLED","updated_at":"2026-01-01T00:01:40.000Z"`,
		},
	} {
		t.Run(test.after.String(), func(t *testing.T) {
			now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			s := New(Options{Now: func() time.Time { return now }})
			takes := func(end string) Timeline { return Timeline{Takes: 100 * time.Second, End: end} }
			s.Add(
				DCSJob{ID: "j", Type: "swap", Timeline: takes("FAIL"), FailReason: "because"},
				DCSTask{
					InstanceID: "i", ID: "t", Name: "EXTEND", Timeline: takes("FAILED"), ErrorCode: "DCS.4064",
					Steps: []Step{{Name: "one"}, {Name: "two", SubSteps: []string{"two.one", "two.two"}}},
				},
				DWSJob{ID: "w", Name: "resize", Timeline: takes("")},
				KafkaTask{InstanceID: "k", ID: "t", Name: "bind", Timeline: takes("CANCELLED")},
			)
			now = now.Add(test.after)
			read := func(path string) string {
				_, body, _ := get(t, s, path, nil)
				return strings.TrimSpace(body)
			}
			stepIDs := strings.NewReplacer(uuid("t 0"), "ID0", uuid("t 1"), "ID1", uuid("t 1.0"), "ID1.0", uuid("t 1.1"), "ID1.1")
			if diff := cmp.Diff(test.dcsJob, read(project+"/jobs/j")); diff != "" {
				t.Errorf("DCS job (-want +got): %s", diff)
			}
			if got := read(project + "/instances/i/tasks"); !strings.Contains(got, test.dcsTask) {
				t.Errorf("DCS tasks: got %s\nwant …%s…", got, test.dcsTask)
			}
			if diff := cmp.Diff(test.progress, stepIDs.Replace(read(project+"/instances/i/tasks/t/progress"))); diff != "" {
				t.Errorf("progress of the DCS task (-want +got): %s", diff)
			}
			if diff := cmp.Diff(test.dwsJob, read("/v1.0/"+DefaultProjectID+"/job/w")); diff != "" {
				t.Errorf("DWS job (-want +got): %s", diff)
			}
			if got := read(project + "/instances/k/tasks/t"); !strings.Contains(got, test.kafkaTask) {
				t.Errorf("Kafka task: got %s\nwant …%s…", got, test.kafkaTask)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	s := New(Options{})
	s.Add(DCSJob{ID: "j"})
	server := httptest.NewServer(s)
	defer server.Close()
	defer http.DefaultClient.CloseIdleConnections()
	// fetch returns status, Retry-After and body as a client receives them.
	fetch := func() string {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/dcs"+project+"/jobs/j", nil)
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
		{name: "other service", fault: Fault{Service: cloud.DWS, Status: 500, Times: 1}, want: []string{unchanged}},
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
	s := New(Options{})
	s.Add(DCSJob{ID: "j"})
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
		if status, _, _ := get(t, s, "/dcs"+project+"/jobs/j", nil); status != want {
			t.Errorf("%s: got status %d, want %d", when, status, want)
		}
	}
	const fault = `{"service":"dcs","path":"/jobs/","times":1,"delay":"1ms","status":503}`
	control(http.MethodPost, "/simulator/faults", fault, http.StatusOK)
	read("after a fault was added", http.StatusServiceUnavailable)
	control(http.MethodPost, "/simulator/faults", `{"status":500}`, http.StatusOK)
	control(http.MethodDelete, "/simulator/faults", "", http.StatusOK)
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
