package dws

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func str(s string) *lenient.String { return new(lenient.String(s)) }

const id = "2c9080e88459fa44018459fbeb600001"

func TestJob(t *testing.T) {
	for _, test := range []struct {
		name string
		body string
		want Job
	}{
		{
			name: "of the reference page",
			body: simulatortest.Read(t, "testdata/dws_job.json"),
			want: Job{
				JobID: str(id), JobName: str("ecfClusterElbCreateJob"), Status: str("FAIL"), Progress: str("9%"),
				BeginTime: str("2022-11-09T20:25:00"), EndTime: str("2022-11-09T20:30:00"),
				FailedCode: str("CreateELBTask-fail:DWS.0114"), FailedDetail: str("DWS.0114:ELB private IP is not configured."),
			},
		},
		{
			name: "running",
			body: `{"job_id":"` + id + `","status":"RUNNING","progress":9,"end_time":null}`,
			want: Job{JobID: str(id), Status: str("RUNNING"), Progress: str("9")},
		},
		{
			name: "with an error code of success",
			body: `{"status":"SUCCESS","error_code":"DWS.0000"}`,
			want: Job{JobID: str(id), Status: str("SUCCESS")},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			s.InjectFault(simulator.Fault{Body: test.body})
			got, err := GetJob(t.Context(), simulatortest.Client(t, address), simulatortest.Target, id)
			if err != nil {
				t.Fatalf("got error %v, want none", err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("job (- want, + got):\n%s", diff)
			}
			const path = "/v1.0/" + simulator.DefaultProjectID + "/job/" + id
			if r := s.Requests(); len(r) != 1 || r[0].Service != cloud.DWS || r[0].Path != path || r[0].Query != "" {
				t.Errorf("got requests %+v, want one to DWS of %s", r, path)
			}
		})
	}
}

func TestJobOfAnotherIDIsRefused(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	s.InjectFault(simulator.Fault{Body: `{"job_id":"other","status":"SUCCESS"}`})
	_, err := GetJob(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "mine")
	if err == nil || !strings.Contains(err.Error(), `"other"`) {
		t.Errorf("got error %v, want one with the other ID", err)
	}
}

func TestPollJob(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	pollJob := PollJob(simulatortest.Client(t, address), simulatortest.Target, id, JobStatuses)
	s.InjectFault(simulator.Fault{Body: simulatortest.Read(t, "testdata/dws_job.json"), Times: 1}, simulator.Fault{Status: 404})
	got, err := pollJob(t.Context())
	want := poll.Status{
		State: poll.Failed, Raw: "FAIL", Progress: new(int64(9)), Name: "ecfClusterElbCreateJob",
		BeginTime: "2022-11-09T20:25:00", EndTime: "2022-11-09T20:30:00",
		FailureCode: "CreateELBTask-fail:DWS.0114", FailureReason: "DWS.0114:ELB private IP is not configured.",
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("got error %v, status (- want, + got):\n%s", err, diff)
	}
	var notFound *poll.NotFoundError
	if _, err := pollJob(t.Context()); !errors.As(err, &notFound) {
		t.Errorf("job that is not there: got error %#v, want %T", err, notFound)
	}
}

// The statuses of the reference page.
func TestStatuses(t *testing.T) {
	for status, want := range map[string]poll.State{
		"INIT": poll.Running, "WAITING": poll.Running, "RUNNING": poll.Running, "DELAY_SCHEDULED": poll.Running,
		"SUCCESS": poll.Succeeded, "FAIL": poll.Failed, "ERROR": poll.Failed, "STOP": poll.Cancelled, "PAUSED": poll.Unknown,
	} {
		if got := JobStatuses.Classify(status); got != want {
			t.Errorf("%s: got state %d, want %d", status, got, want)
		}
	}
}

func TestPercent(t *testing.T) {
	for text, want := range map[string]*int64{
		"0%": new(int64(0)), "9%": new(int64(9)), "100%": new(int64(100)), "35": new(int64(35)), "\t35 %\n": new(int64(35)),
		"": nil, "%": nil, "-1%": nil, "101%": nil, "9.5%": nil, "half": nil, "9%%": nil,
	} {
		if diff := cmp.Diff(want, percent(text)); diff != "" {
			t.Errorf("%q (- want, + got):\n%s", text, diff)
		}
	}
}
