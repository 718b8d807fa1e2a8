package kafka_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/servicetest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// The arguments reach the service unchanged, the task count is a text, and values of other types on any page are null, with a warning.
func TestDataSource(t *testing.T) {
	first := make([]string, 100)
	for i := range first {
		first[i] = fmt.Sprintf(`{"id":"%d","name":[]}`, i+1)
	}
	s, p := servicetest.New(t, nil)
	s.InjectFault(
		simulator.Fault{Body: `{"task_count":101,"tasks":[` + strings.Join(first, ",") + `]}`, Times: 1},
		simulator.Fault{Body: `{"task_count":"7","tasks":[{"id":"101","status":{}}]}`},
	)
	const arguments = `{"instance_id":"i","begin_time":"20260601000000","end_time":"20260602000000"}`
	r := p.Read(t.Context(), "hwtasks_kafka_background_tasks",
		map[string]any{"instance_id": "i", "begin_time": "20260601000000", "end_time": "20260602000000"})
	tasks := make([]map[string]any, 101)
	for i := range tasks {
		tasks[i] = map[string]any{
			"id": strconv.Itoa(i + 1), "name": nil, "user_name": nil, "user_id": nil, "params": nil, "status": nil, "created_at": nil,
			"updated_at": nil,
		}
	}
	servicetest.CheckState(t, r.State, arguments, map[string]any{"task_count": "101", "tasks": tasks})
	for _, want := range []string{"tasks[].name is an array", "tasks[].status is an object"} {
		if !strings.Contains(r.Warnings(), want) {
			t.Errorf("got warnings %s, want …%s…", r.Warnings(), want)
		}
	}
	const window = "begin_time=20260601000000&end_time=20260602000000&limit=100"
	if got := s.Requests()[0].Query; got != window {
		t.Errorf("got query %s, want %s", got, window)
	}
}

// The errors name the instance, and a time that is not valid.
func TestDataSourceErrors(t *testing.T) {
	_, p := servicetest.New(t, nil)
	const (
		name     = "hwtasks_kafka_background_tasks"
		notFound = "Cannot read Kafka background tasks: Kafka background tasks of instance i in region "
	)
	r := p.Read(t.Context(), name, map[string]any{"instance_id": "i"})
	if r.State != nil || !strings.HasPrefix(r.Errors(), notFound) || !strings.Contains(r.Errors(), "HTTP 404") {
		t.Errorf("instance that is not there: got %v %s, want %s… HTTP 404 …", r.State, r.Errors(), notFound)
	}
	const want = `AttributeName("begin_time"): Invalid time range: begin_time 20260602000000 is after end_time 20260601000000.`
	arguments := map[string]any{"instance_id": "i", "begin_time": "20260602000000", "end_time": "20260601000000"}
	if got := p.Validate(name, arguments).Errors(); got != want {
		t.Errorf("times: got %s, want %s", got, want)
	}
}
