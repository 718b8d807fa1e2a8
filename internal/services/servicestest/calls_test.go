package servicestest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws/dwstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/kafka/kafkatest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

const (
	project      = "/dcs/v2/" + simulator.DefaultProjectID
	kafkaProject = "/dms/v2/" + simulator.DefaultProjectID
)

// get sends a signed GET request to the simulator without a network.
func get(s *simulator.Simulator, path string, now time.Time) (int, string) {
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil)
	cloud.Sign(r, nil, cloud.Credentials{AccessKey: simulator.DefaultAccessKey, SecretKey: simulator.DefaultSecretKey}, now)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestErrors(t *testing.T) {
	s := New(simulator.Options{})
	s.Add(Examples(time.Now(), 0)...)
	const (
		dcs   = project + "/instances/5560df16-cebf-4473-95c4-d1b573c16e79"
		kafka = kafkaProject + "/instances/b1c6f3a2-7d54-4f0e-9d38-2a6f0c51e7aa"
		dws   = "/dws/v1.0/" + simulator.DefaultProjectID
	)
	for _, test := range []struct{ name, path, want string }{ // want: the beginning of status and body
		{name: "unknown DCS job", path: project + "/jobs/unknown", want: `404 {"error_code":"SIMULATOR.0404"`},
		{name: "unknown DCS instance", path: project + "/instances/nowhere/tasks", want: `404 {"error_code":"DCS.3022"`},
		{name: "unknown DCS task", path: dcs + "/tasks/unknown/progress", want: `404 {"error_code":"SIMULATOR.0404"`},
		{name: "unknown Kafka instance", path: kafkaProject + "/instances/nowhere/tasks/t", want: `404 {"error_code":"DMS.00404022"`},
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

		{name: "tasks of an unknown Kafka instance", path: kafkaProject + "/instances/nowhere/tasks", want: `404 {"error_code":"DMS.00404022"`},
		{name: "Kafka limit too high", path: kafka + "/tasks?limit=101", want: `400 {"error_code":"SIMULATOR.0400"`},
		{name: "Kafka limit too low", path: kafka + "/tasks?limit=0", want: `400 {"error_code":"SIMULATOR.0400"`},
		{name: "Kafka start too low", path: kafka + "/tasks?start=0", want: `400 {"error_code":"SIMULATOR.0400"`},
		{name: "Kafka start too high", path: kafka + "/tasks?start=4", want: `200 {"task_count":"3","tasks":[]}`},
		{name: "malformed Kafka time", path: kafka + "/tasks?begin_time=2026", want: `400 {"error_code":"SIMULATOR.0400"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, body := get(s, test.path, time.Now())
			if got := fmt.Sprint(status, " ", body); !strings.HasPrefix(got, test.want) {
				t.Errorf("%s: got %swant %s…", test.path, got, test.want)
			}
		})
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
			s := New(simulator.Options{Now: func() time.Time { return now }})
			takes := func(end string) simulator.Timeline { return simulator.Timeline{Takes: 100 * time.Second, End: end} }
			s.Add(
				dcstest.Job{ID: "j", Type: "swap", Timeline: takes("FAIL"), FailReason: "because"},
				dcstest.Task{
					InstanceID: "i", ID: "t", Name: "EXTEND", Timeline: takes("FAILED"), ErrorCode: "DCS.4064",
					Steps: []dcstest.Step{{Name: "one"}, {Name: "two", SubSteps: []string{"two.one", "two.two"}}},
				},
				dwstest.Job{ID: "w", Name: "resize", Timeline: takes("")},
				kafkatest.Task{InstanceID: "k", ID: "t", Name: "bind", Timeline: takes("CANCELLED")},
			)
			now = now.Add(test.after)
			read := func(path string) string {
				_, body := get(s, path, now)
				return strings.TrimSpace(body)
			}
			stepIDs := strings.NewReplacer(
				simulator.ID("t 0"), "ID0", simulator.ID("t 1"), "ID1", simulator.ID("t 1.0"), "ID1.0", simulator.ID("t 1.1"), "ID1.1")
			if diff := cmp.Diff(test.dcsJob, read(project+"/jobs/j")); diff != "" {
				t.Errorf("DCS job (-want +got): %s", diff)
			}
			if got := read(project + "/instances/i/tasks"); !strings.Contains(got, test.dcsTask) {
				t.Errorf("DCS tasks: got %s\nwant …%s…", got, test.dcsTask)
			}
			if diff := cmp.Diff(test.progress, stepIDs.Replace(read(project+"/instances/i/tasks/t/progress"))); diff != "" {
				t.Errorf("progress of the DCS task (-want +got): %s", diff)
			}
			if diff := cmp.Diff(test.dwsJob, read("/dws/v1.0/"+simulator.DefaultProjectID+"/job/w")); diff != "" {
				t.Errorf("DWS job (-want +got): %s", diff)
			}
			if got := read(kafkaProject + "/instances/k/tasks/t"); !strings.Contains(got, test.kafkaTask) {
				t.Errorf("Kafka task: got %s\nwant …%s…", got, test.kafkaTask)
			}
		})
	}
}
