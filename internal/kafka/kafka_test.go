package kafka

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func str(s string) *lenient.String { return new(lenient.String(s)) }

func TestBackgroundTask(t *testing.T) {
	const params = `{"public_ip_id":"1aea7aed-e7d8-40ea-b3de-6f3ee9d5db9f","public_ip_address":"100.93.2.18","enable_public_ip":true}`
	for name, test := range map[string]struct {
		body string
		want BackgroundTask
	}{
		"of the page": {simulatortest.Read(t, "testdata/kafka_background_task.json"), BackgroundTask{
			TaskCount: str("1"),
			Tasks: []Task{{
				ID: str("8abfa7b272adc5b40172b73130065ae7"), Name: str("bindInstancePublicIp"),
				UserName: str("paas_dms"), UserID: str("3df5acbc24a54fadb62a043c9000a307"), Params: str(params), Status: str("SUCCESS"),
				CreatedAt: str("2020-06-15T08:55:53.606Z"), UpdatedAt: str("2020-06-15T08:55:56.600Z"),
			}},
		}},
		"unknown to the service": {`{"task_count":"0","tasks":[]}`, BackgroundTask{TaskCount: str("0"), Tasks: []Task{}}},
		"count as a number":      {`{"task_count":1,"tasks":[{"id":"a"}]}`, BackgroundTask{TaskCount: str("1"), Tasks: []Task{{ID: str("a")}}}},
		"nothing":                {`{}`, BackgroundTask{}},
	} {
		t.Run(name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			s.InjectFault(simulator.Fault{Body: test.body})
			got, err := GetBackgroundTask(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "i", "t")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if r := s.Requests(); len(r) != 1 || r[0].Service != cloud.DMS || r[0].Path != "/v2/"+simulator.DefaultProjectID+"/instances/i/tasks/t" || r[0].Query != "" {
				t.Errorf("requests %+v", r)
			}
			if name == "of the page" && !json.Valid([]byte(*got.Tasks[0].Params)) {
				t.Errorf("params is no JSON text: %s", *got.Tasks[0].Params)
			}
		})
	}
}
