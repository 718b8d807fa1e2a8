package ecs_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/ecs"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPollJob(t *testing.T) {
	const id = "2c9eb2c5544cbf6101544f0602af2b4f"
	for _, test := range []struct {
		name     string
		answer   string // default: that of a cloud without the job
		want     poll.Status
		notFound bool
	}{
		{
			name: "of the reference page", answer: simulatortest.Read(t, "testdata/ecs_job.json"),
			want: poll.Status{
				State: poll.Succeeded, Raw: "SUCCESS", Name: "createServer",
				BeginTime: "2016-04-25T20:04:34.604Z", EndTime: "2016-04-25T20:08:41.593Z",
			},
		},
		{
			name: "a job's own reason", answer: `{"status":"FAIL","error_code":"Ecs.0014","fail_reason":"no quota",
				"entities":{"sub_jobs":[{"error_code":"Ecs.1","fail_reason":"other"}]}}`,
			want: poll.Status{State: poll.Failed, Raw: "FAIL", FailureCode: "Ecs.0014", FailureReason: "no quota"},
		},
		{
			name: "the reason of the first sub job that has one", answer: `{"status":"FAIL","entities":{"sub_jobs":[
				{"status":"SUCCESS"},{"status":"FAIL","error_code":"Ecs.0015","fail_reason":"no address"},
				{"status":"FAIL","error_code":"Ecs.1","fail_reason":"other"}]}}`,
			want: poll.Status{State: poll.Failed, Raw: "FAIL", FailureCode: "Ecs.0015", FailureReason: "no address"},
		},
		{
			name: "the message of a sub job", answer: `{"status":"FAIL","fail_reason":"","entities":{"sub_jobs":[
				{"entities":{}},{"entities":{"errorcode_message":"the flavor is sold out"}}]}}`,
			want: poll.Status{State: poll.Failed, Raw: "FAIL", FailureReason: "the flavor is sold out"},
		},
		{name: "unknown ID", notFound: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			if test.answer != "" {
				s.InjectFault(simulator.Fault{Body: test.answer})
			}
			job := ecs.Service.Jobs[0]
			got, err := job.NewPoll(simulatortest.Client(t, address), simulatortest.Target, []string{id}, job.Statuses)(t.Context())
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreFields(poll.Status{}, "Endpoint", "RequestID")); diff != "" {
				t.Errorf("status (- want, + got):\n%s", diff)
			}
			var notFound *poll.NotFoundError
			if errors.As(err, &notFound) != test.notFound || (err != nil) != test.notFound {
				t.Errorf("got error %v, want one of not found: %v", err, test.notFound)
			}
			const path = "/v1/" + simulator.DefaultProjectID + "/jobs/" + id
			if r := s.Requests(); len(r) != 1 || r[0].Service != "ecs" || r[0].Path != path {
				t.Errorf("got requests %+v, want one to ECS of %s", r, path)
			}
		})
	}
}

// The statuses of the reference page.
func TestStatuses(t *testing.T) {
	for status, want := range map[string]poll.State{
		"INIT": poll.Running, "RUNNING": poll.Running, "PENDING_PAYMENT": poll.Running, "SUCCESS": poll.Succeeded, "FAIL": poll.Failed,
	} {
		if got := ecs.Service.Jobs[0].Statuses.Classify(status); got != want {
			t.Errorf("%s: got state %d, want %d", status, got, want)
		}
	}
}
