package dws_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dws"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// ignoreResponse leaves out of a comparison what is tested with the wait.
var ignoreResponse = cmpopts.IgnoreFields(poll.Status{}, "Endpoint", "RequestID")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "2c9080e88459fa44018459fbeb600001"
	s, address := simulatortest.Start(t, simulator.Options{})
	pollJob := dws.Service.Jobs[0].NewPoll(simulatortest.Client(t, address), simulatortest.Target, []string{id}, dws.Service.Jobs[0].Statuses)
	for _, test := range []struct {
		name  string
		fault simulator.Fault
		want  poll.Status
		err   string // part of it
	}{
		{
			name: "of the reference page", fault: simulator.Fault{Body: simulatortest.Read(t, "testdata/dws_job.json")},
			want: poll.Status{
				State: poll.Failed, Raw: "FAIL", Progress: new(int64(9)), Name: "ecfClusterElbCreateJob",
				BeginTime: "2022-11-09T20:25:00", EndTime: "2022-11-09T20:30:00",
				FailureCode: "CreateELBTask-fail:DWS.0114", FailureReason: "DWS.0114:ELB private IP is not configured.",
			},
		},
		{name: "another job", fault: simulator.Fault{Body: `{"job_id":"other","status":"SUCCESS"}`}, err: `"other"`},
		{name: "not found", fault: simulator.Fault{Status: 404}, err: "HTTP 404"},
	} {
		s.ClearFaults()
		s.Forget()
		s.InjectFault(test.fault)
		got, err := pollJob(t.Context())
		if diff := cmp.Diff(test.want, got, ignoreResponse); diff != "" {
			t.Errorf("%s: status (- want, + got):\n%s", test.name, diff)
		}
		if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: got error %v, want one with %q", test.name, err, test.err)
		}
		var notFound *poll.NotFoundError
		if want := test.fault.Status == 404; errors.As(err, &notFound) != want {
			t.Errorf("%s: got error %#v, want one of not found: %v", test.name, err, want)
		}
		const path = "/v1.0/" + simulator.DefaultProjectID + "/job/" + id
		if r := s.Requests(); len(r) != 1 || r[0].Service != "dws" || r[0].Path != path || r[0].Query != "" {
			t.Errorf("%s: got requests %+v, want one to DWS of %s", test.name, r, path)
		}
	}
}

// The statuses of the reference page.
func TestStatuses(t *testing.T) {
	for status, want := range map[string]poll.State{
		"INIT": poll.Running, "WAITING": poll.Running, "RUNNING": poll.Running, "DELAY_SCHEDULED": poll.Running,
		"SUCCESS": poll.Succeeded, "FAIL": poll.Failed, "ERROR": poll.Failed, "STOP": poll.Cancelled,
	} {
		if got := dws.Service.Jobs[0].Statuses.Classify(status); got != want {
			t.Errorf("%s: got state %d, want %d", status, got, want)
		}
	}
}

func TestProgress(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	pollJob := dws.Service.Jobs[0].NewPoll(simulatortest.Client(t, address), simulatortest.Target, []string{"j"}, dws.Service.Jobs[0].Statuses)
	for text, want := range map[string]*int64{
		"0%": new(int64(0)), "100%": new(int64(100)), "35": new(int64(35)), "\t35 %\n": new(int64(35)),
		"": nil, "%": nil, "-1%": nil, "101%": nil, "9.5%": nil, "half": nil, "9%%": nil,
	} {
		s.ClearFaults()
		s.InjectFault(simulator.Fault{Body: fmt.Sprintf(`{"status":"RUNNING","progress":%q}`, text)})
		got, err := pollJob(t.Context())
		if diff := cmp.Diff(want, got.Progress); err != nil || diff != "" {
			t.Errorf("%q: got error %v, progress (- want, + got):\n%s", text, err, diff)
		}
	}
}
