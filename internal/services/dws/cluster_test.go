package dws

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/polltest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// How a cluster is by its status, task_status and action_progress.
func TestCluster(t *testing.T) {
	available := func(work, failure string) poll.Instance {
		return poll.Instance{Status: "AVAILABLE", Condition: poll.AtRest, Work: work, Failure: failure}
	}
	for _, test := range []struct {
		name, cluster string
		want          poll.Instance
	}{
		{
			name: "at rest", cluster: `{"status":"AVAILABLE","task_status":null,"sub_status":"NORMAL","action_progress":null}`,
			want: available("", ""),
		},
		{name: "empty members", cluster: `{"status":"AVAILABLE","task_status":"","action_progress":{}}`, want: available("", "")},
		{name: "the word of Huawei Cloud", cluster: `{"status":"ACTIVE"}`, want: poll.Instance{Status: "ACTIVE", Condition: poll.AtRest}},
		{
			name: "at work", cluster: `{"status":"AVAILABLE","task_status":"SNAPSHOTTING","action_progress":{"SNAPSHOTTING":"20%"}}`,
			want: available("task_status SNAPSHOTTING", ""),
		},
		{
			name: "a progress alone", cluster: `{"status":"AVAILABLE","action_progress":{"REPAIRING":"20%","CREATING":1}}`,
			want: available("action_progress CREATING 1, REPAIRING 20%", ""),
		},
		{name: "a progress as a text", cluster: `{"status":"AVAILABLE","action_progress":"20%"}`, want: available("action_progress 20%", "")},
		{
			name: "a progress of another form", cluster: `{"status":"AVAILABLE","action_progress":20}`,
			want: available("action_progress of an unknown form", ""),
		},
		{name: "a progress that is an empty list", cluster: `{"status":"AVAILABLE","action_progress":[]}`, want: available("", "")},
		{
			name: "a task_status of another form", cluster: `{"status":"AVAILABLE","task_status":["RESIZING"]}`,
			want: available("task_status of an unknown form", ""),
		},
		{name: "an unknown word", cluster: `{"status":"AVAILABLE","task_status":"DANCING"}`, want: available("task_status DANCING", "")},
		{name: "a failure", cluster: `{"status":"AVAILABLE","task_status":"RESIZE_FAILURE"}`, want: available("", "task_status RESIZE_FAILURE")},
		{
			name: "a failure with ING in it, and a progress", want: available("", "task_status ELB_SWITCHING_FAILED"),
			cluster: `{"status":"AVAILABLE","task_status":"ELB_SWITCHING_FAILED","action_progress":{"ELB_SWITCHING":"90%"}}`,
		},
		{name: "waits for a person", cluster: `{"status":"AVAILABLE","task_status":"WAITING_REDISTRIBUTION"}`, want: available("", "")},
		{
			name: "waits for a person, and a progress", want: available("action_progress GROWING 9%", ""),
			cluster: `{"status":"AVAILABLE","task_status":"ORDER_PENDING","action_progress":{"GROWING":"9%"}}`,
		},
		{name: "created", cluster: `{"status":"CREATING"}`, want: poll.Instance{Status: "CREATING"}},
		{name: "not well", cluster: `{"status":"UNAVAILABLE"}`, want: poll.Instance{Status: "UNAVAILABLE", Condition: poll.Unwell}},
		{name: "an unknown status", cluster: `{"status":"DANCING"}`, want: poll.Instance{Status: "DANCING"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			s.InjectFault(simulator.Fault{Body: `{"cluster":` + test.cluster + `}`})
			got, err := instance.Get(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "c", service.Statuses{})
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreFields(poll.Instance{}, "Endpoint", "RequestID")); err != nil || diff != "" {
				t.Errorf("got error %v, cluster (- want, + got):\n%s", err, diff)
			}
			if r := s.Requests(); len(r) != 1 || r[0].Path != "/v1.0/"+simulator.DefaultProjectID+"/clusters/c" {
				t.Errorf("got requests %+v, want one for the cluster", r)
			}
		})
	}
}

func TestClusterErrors(t *testing.T) {
	for _, test := range []struct {
		fault simulator.Fault
		err   string
	}{
		{fault: simulator.Fault{Body: `{}`}, err: "invalid"},
		{fault: simulator.Fault{Body: `{"cluster":null}`}, err: "invalid"},
		{fault: simulator.Fault{Body: `{"cluster":{"task_status":null}}`}, err: "invalid"},
		{fault: simulator.Fault{Status: http.StatusNotFound}, err: "not found"},
		{fault: simulator.Fault{Body: `{"cluster":{"status":"deleted"}}`}, err: "not found"},
	} {
		s, address := simulatortest.Start(t, simulator.Options{})
		s.InjectFault(test.fault)
		_, err := instance.Get(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "c", service.Statuses{})
		if got := polltest.Kind(service.PollError(err)); got != test.err {
			t.Errorf("%+v: got error %v, want kind %q", test.fault, err, test.err)
		}
	}
}
