package simulator

import (
	"encoding/json"
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

// get sends a request straight to the simulator. change may spoil it after it was signed.
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

func TestOnlyTheRightCredentialsAreTaken(t *testing.T) {
	sign := func(c cloud.Credentials, at time.Time) func(*http.Request) {
		return func(r *http.Request) { cloud.Sign(r, nil, c, at) }
	}
	replace := func(name, old, other string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, strings.Replace(r.Header.Get(name), old, other, 1)) }
	}
	token := func(value string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Del("Authorization")
			r.Header.Set(cloud.HeaderAuthToken, value)
		}
	}
	now := time.Now()
	for name, test := range map[string]struct {
		change func(*http.Request)
		status int
		why    string
	}{
		"signature":          {nil, 200, ""},
		"14 minutes of skew": {sign(keys, now.Add(-14*time.Minute)), 200, ""},
		"token":              {token(DefaultToken), 200, ""},
		"wrong token":        {token("x"), 401, "decrypt token fail"},
		"nothing":            {func(r *http.Request) { r.Header.Del("Authorization") }, 401, "x-auth-token not found"},
		"wrong secret":       {sign(cloud.Credentials{AccessKey: DefaultAccessKey, SecretKey: "x"}, now), 401, "verify aksk signature fail"},
		"unknown key":        {sign(cloud.Credentials{AccessKey: "x", SecretKey: DefaultSecretKey}, now), 401, "ak not exist"},
		"16 minutes late":    {sign(keys, now.Add(-16*time.Minute)), 401, "signature expired"},
		"16 minutes early":   {sign(keys, now.Add(16*time.Minute)), 401, "signature expired"},
		"date changed": {func(r *http.Request) {
			r.Header.Set(cloud.HeaderDate, now.Add(time.Minute).UTC().Format(cloud.DateFormat))
		}, 401, "verify aksk signature fail"},
		"date malformed":          {func(r *http.Request) { r.Header.Set(cloud.HeaderDate, "today") }, 401, "X-Sdk-Date"},
		"path changed":            {func(r *http.Request) { r.URL.Path = project + "/jobs/other" }, 401, "verify aksk signature fail"},
		"query changed":           {func(r *http.Request) { r.URL.RawQuery = "a=b" }, 401, "verify aksk signature fail"},
		"host changed":            {func(r *http.Request) { r.Host = "elsewhere.example.com" }, 401, "verify aksk signature fail"},
		"date unsigned":           {replace("Authorization", ";x-sdk-date", ""), 401, "SignedHeaders"},
		"project unsigned":        {replace("Authorization", "x-project-id;", ""), 401, "X-Project-Id is not signed"},
		"security token unwanted": {sign(cloud.Credentials{AccessKey: DefaultAccessKey, SecretKey: DefaultSecretKey, SecurityToken: "x"}, now), 401, "security token invalid"},
		"other algorithm":         {replace("Authorization", "SDK-HMAC-SHA256", "HMAC"), 401, "x-auth-token not found"},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(Options{Now: func() time.Time { return now }})
			s.Add(DCSJob{ID: "j"})
			status, body, header := get(t, s, project+"/jobs/j", test.change)
			if status != test.status || !strings.Contains(body, test.why) || status == 401 && !strings.Contains(body, `"error_code":"APIGW.0301"`) {
				t.Errorf("%d %s", status, body)
			}
			if len(header.Get("X-Request-Id")) != 32 {
				t.Errorf("request ID %q", header.Get("X-Request-Id"))
			}
		})
	}
}

func TestSecurityTokenIsWantedWithTemporaryKeys(t *testing.T) {
	s := New(Options{SecurityToken: "temporary"})
	s.Add(DCSJob{ID: "j"})
	if status, body, _ := get(t, s, project+"/jobs/j", nil); status != 401 || !strings.Contains(body, "security token invalid") {
		t.Errorf("without: %d %s", status, body)
	}
	with := keys
	with.SecurityToken = "temporary"
	if status, body, _ := get(t, s, project+"/jobs/j", func(r *http.Request) { cloud.Sign(r, nil, with, time.Now()) }); status != 200 {
		t.Errorf("with: %d %s", status, body)
	}
}

func TestRefusals(t *testing.T) {
	s := New(Options{})
	s.AddExamples()
	dcs, kafka := project+"/instances/"+exampleDCSInstance, project+"/instances/"+exampleKafkaInstance
	other := "/v2/ffffffffffffffffffffffffffffffff/jobs/j"
	for path, want := range map[string]string{
		"/v2":                                       `404 {"error_code":"APIGW.0101","error_msg":"The API does not exist or has not been published in the environment"}`,
		project + "/jobs/j/":                        `404 {"error_code":"APIGW.0101"`,
		"/dws" + project + "/jobs/j":                `404 {"error_code":"APIGW.0101"`, // a DCS call at another service
		"/dms" + dcs + "/tasks":                     `404 {"error_code":"APIGW.0101"`,
		other:                                       `403 {"error_code":"APIGW.0302"`,
		project + "/jobs/unknown":                   `404 {"error_code":"SIMULATOR.0404"`,
		project + "/jobs/a.b":                       `400 {"error_code":"DCS.4070"`,
		dcs + "/tasks/a.b/progress":                 `400 {"error_code":"DCS.4070"`,
		kafka + "/tasks/a.b":                        `400 {"error_code":"DMS.00400070"`,
		"/v1.0/" + DefaultProjectID + "/job/a.b":    `400 {"errCode":"SIMULATOR.0400"`,
		"/v1.0/" + DefaultProjectID + "/job/nobody": `404 {"errCode":"SIMULATOR.0404"`,
		project + "/instances/nowhere/tasks":        `404 {"error_code":"DCS.3022"`,
		project + "/instances/nowhere/tasks/t":      `404 {"error_code":"DMS.00404022"`,
		dcs + "/tasks/unknown/progress":             `404 {"error_code":"SIMULATOR.0404"`,
		dcs + "/tasks/8abf6e1e72c12e7c0172c15b508500ab/progress": `400 {"error_code":"DCS.4094"`,
		dcs + "/tasks?limit=0":         `400 {"error_code":"111400063","error_msg":"Invalid limit parameter in the request."}`,
		dcs + "/tasks?limit=1001":      `400 {"error_code":"111400063"`,
		dcs + "/tasks?offset=-1":       `400 {"error_code":"111400063"`,
		dcs + "/tasks?start_time=2026": `400 {"error_code":"111400063"`,
		kafka + "/tasks/unknown":       `200 {"task_count":"0","tasks":[]}`,
	} {
		status, body, _ := get(t, s, path, func(r *http.Request) { cloud.Sign(r, nil, keys, time.Now()) })
		got := jsonNumber(status) + " " + strings.TrimSpace(body)
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s\nwant %s…", path, got, want)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:9800"+project+"/jobs/j", nil)
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Code != 404 {
		t.Errorf("POST: %d", w.Code)
	}
}

func jsonNumber(n int) string {
	text, _ := json.Marshal(n)
	return string(text)
}

// A job and a task go on as time passes, and when they have ended they stay as they are.
func TestCourse(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	now := begin
	s := New(Options{Now: func() time.Time { return now }})
	s.Add(
		DCSJob{ID: "j", Type: "swap", Timeline: Timeline{Takes: 100 * time.Second, End: "FAIL"}, FailReason: "because"},
		DCSTask{InstanceID: "i", ID: "t", Name: "EXTEND", Timeline: Timeline{Takes: 100 * time.Second, End: "FAILED"}, ErrorCode: "DCS.4064",
			Steps: []Step{{"one", nil}, {"two", []string{"two.one", "two.two"}}}},
		DWSJob{ID: "w", Name: "resize", Timeline: Timeline{Takes: 100 * time.Second}},
		KafkaTask{InstanceID: "k", ID: "t", Name: "bind", Timeline: Timeline{Takes: 100 * time.Second, End: "CANCELLED"}},
	)
	read := func(path string) string {
		_, body, _ := get(t, s, path, nil)
		return strings.TrimSpace(body)
	}
	stepIDs := strings.NewReplacer(uuid("t 0"), "ID0", uuid("t 1"), "ID1", uuid("t 1.0"), "ID1.0", uuid("t 1.1"), "ID1.1")
	for _, test := range []struct {
		after                                time.Duration
		job, task, progress, dwsJob, kafkaTk string
	}{
		{
			40 * time.Second,
			`{"begin_time":"1767225600000","end_time":null,"fail_reason":null,"job_id":"j","job_type":"swap","status":"RUNNING"}`,
			`"status":"EXECUTING","updated_at":"2026-01-01T00:00:40.000Z"`,
			`{"progress":40,"remain_time":60,"step_details":[{"begin_time":"2026-01-01 00:00:00","end_time":null,"error_code":null,"step_id":"ID0","step_name":"one","step_status":"EXECUTING","sub_step_details":null},` +
				`{"begin_time":null,"end_time":null,"error_code":null,"step_id":"ID1","step_name":"two","step_status":"WAITING","sub_step_details":[` +
				`{"begin_time":null,"detail":"","end_time":null,"error_code":null,"sub_step_id":"ID1.0","sub_step_name":"two.one","sub_step_status":"WAITING"},` +
				`{"begin_time":null,"detail":"","end_time":null,"error_code":null,"sub_step_id":"ID1.1","sub_step_name":"two.two","sub_step_status":"WAITING"}]}]}`,
			`{"begin_time":"2026-01-01T00:00:00","end_time":null,"failed_code":null,"failed_detail":null,"job_id":"w","job_name":"resize","progress":"40%","status":"RUNNING"}`,
			`"status":"EXECUTING","updated_at":"2026-01-01T00:00:40.000Z"`,
		},
		{
			500 * time.Second,
			`{"begin_time":"1767225600000","end_time":"1767225700000","fail_reason":"because","job_id":"j","job_type":"swap","status":"FAIL"}`,
			`"error_code":"DCS.4064","id":"t","name":"EXTEND","status":"FAILED","updated_at":"2026-01-01T00:01:40.000Z"`,
			`{"progress":100,"remain_time":0,"step_details":[{"begin_time":"2026-01-01 00:00:00","end_time":"2026-01-01 00:00:50","error_code":null,"step_id":"ID0","step_name":"one","step_status":"FINISH","sub_step_details":null},` +
				`{"begin_time":"2026-01-01 00:00:50","end_time":"2026-01-01 00:01:40","error_code":"DCS.4064","step_id":"ID1","step_name":"two","step_status":"FAILED","sub_step_details":[` +
				`{"begin_time":"2026-01-01 00:00:50","detail":"","end_time":"2026-01-01 00:01:15","error_code":null,"sub_step_id":"ID1.0","sub_step_name":"two.one","sub_step_status":"FINISH"},` +
				`{"begin_time":"2026-01-01 00:01:15","detail":"","end_time":"2026-01-01 00:01:40","error_code":"DCS.4064","sub_step_id":"ID1.1","sub_step_name":"two.two","sub_step_status":"FAILED"}]}]}`,
			`{"begin_time":"2026-01-01T00:00:00","end_time":"2026-01-01T00:01:40","failed_code":null,"failed_detail":null,"job_id":"w","job_name":"resize","progress":"100%","status":"SUCCESS"}`,
			`"status":"CANCELLED","updated_at":"2026-01-01T00:01:40.000Z"`,
		},
	} {
		now = begin.Add(test.after)
		if diff := cmp.Diff(test.job, read(project+"/jobs/j")); diff != "" {
			t.Error(diff)
		}
		if body := read(project + "/instances/i/tasks"); !strings.Contains(body, test.task) {
			t.Errorf("%s\nwant …%s…", body, test.task)
		}
		if diff := cmp.Diff(test.progress, stepIDs.Replace(read(project+"/instances/i/tasks/t/progress"))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(test.dwsJob, read("/v1.0/"+DefaultProjectID+"/job/w")); diff != "" {
			t.Error(diff)
		}
		if body := read(project + "/instances/k/tasks/t"); !strings.Contains(body, test.kafkaTk) {
			t.Errorf("%s\nwant …%s…", body, test.kafkaTk)
		}
	}
}

func TestFaults(t *testing.T) {
	s := New(Options{})
	s.Add(DCSJob{ID: "j"})
	server := httptest.NewServer(s)
	defer server.Close()
	defer http.DefaultClient.CloseIdleConnections()
	// fetch returns what a client sees, faults included.
	fetch := func() string {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/dcs"+project+"/jobs/j", nil)
		if err != nil {
			t.Fatal(err)
		}
		cloud.Sign(req, nil, keys, time.Now())
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return "no answer"
		}
		defer resp.Body.Close() //nolint:errcheck // read or not
		body, err := io.ReadAll(resp.Body)
		got := jsonNumber(resp.StatusCode) + " " + resp.Header.Get("Retry-After") + " " + strings.TrimSpace(string(body))
		if err != nil {
			got += " then cut"
		}
		return got
	}
	genuine := fetch()
	if !strings.HasPrefix(genuine, `200  {"begin_time"`) {
		t.Fatal(genuine)
	}
	for _, test := range []struct {
		fault Fault
		want  []string // what requests in turn see
	}{
		{Fault{Status: 503, Times: 2}, []string{"503  ", "503  ", genuine}},
		{Fault{Status: 429, Header: map[string]string{"Retry-After": "7"}, Body: `{"error_code":"APIGW.0308"}`, Times: 1}, []string{`429 7 {"error_code":"APIGW.0308"}`, genuine}},
		{Fault{Body: "garbage", Times: 1}, []string{"200  garbage", genuine}},
		{Fault{Truncate: 5, Times: 1}, []string{`200  {"beg then cut`, genuine}},
		{Fault{Body: "0123456789", Truncate: 3, Times: 1}, []string{"200  012 then cut", genuine}},
		{Fault{Delay: Duration(time.Millisecond), Times: 1}, []string{genuine, genuine}},
		{Fault{Service: cloud.DWS, Status: 500, Times: 1}, []string{genuine}},
		{Fault{Path: "/jobs/", Status: 500}, []string{"500  ", "500  ", "500  "}},
	} {
		s.ClearFaults()
		s.InjectFault(test.fault)
		for i, want := range test.want {
			if got := fetch(); got != want {
				t.Errorf("%+v, request %d: %s\nwant %s", test.fault, i, got, want)
			}
		}
	}
	// A client sends a request again by itself when a connection that it used before is reset.
	s.ClearFaults()
	s.InjectFault(Fault{Reset: true})
	if got := fetch(); got != "no answer" {
		t.Errorf("reset: %s", got)
	}
}

func TestControl(t *testing.T) {
	s := New(Options{})
	s.Add(DCSJob{ID: "j"})
	do := func(method, path, body string) (int, string) {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
		return w.Code, w.Body.String()
	}
	if status, body := do("POST", "/simulator/faults", `{"service":"dcs","path":"/jobs/","times":1,"delay":"1ms","status":503}`); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	if status, _, _ := get(t, s, "/dcs"+project+"/jobs/j", nil); status != 503 {
		t.Errorf("the fault was not met: %d", status)
	}
	if status, _ := do("POST", "/simulator/faults", `{"unknown":1}`); status != 400 {
		t.Errorf("unknown member: %d", status)
	}
	do("POST", "/simulator/faults", `{"status":500}`)
	do("DELETE", "/simulator/faults", "")
	if status, _, _ := get(t, s, "/dcs"+project+"/jobs/j", nil); status != 200 {
		t.Errorf("the fault is still there: %d", status)
	}
	var record []Request
	if _, body := do("GET", "/simulator/requests", ""); json.Unmarshal([]byte(body), &record) != nil || len(record) != 2 || record[0].Status != 503 || record[1].Status != 200 {
		t.Errorf("record %s", body)
	}
	if strings.Contains(jsonOf(t, record), "SDK-HMAC") {
		t.Error("the record has signatures")
	}
	do("DELETE", "/simulator/requests", "")
	if n := len(s.Requests()); n != 0 {
		t.Errorf("%d requests are still there", n)
	}
	if status, _ := do("GET", "/simulator/else", ""); status != 404 {
		t.Errorf("unknown command: %d", status)
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
