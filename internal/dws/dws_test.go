package dws

import (
	"strings"
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

func TestJob(t *testing.T) {
	const id = "2c9080e88459fa44018459fbeb600001"
	for name, test := range map[string]struct {
		body string
		want Job
	}{
		"of the page": {simulatortest.Read(t, "testdata/dws_job.json"), Job{
			JobID: str(id), JobName: str("ecfClusterElbCreateJob"), Status: str("FAIL"), Progress: str("9%"),
			BeginTime: str("2022-11-09T20:25:00"), EndTime: str("2022-11-09T20:30:00"),
			FailedCode: str("CreateELBTask-fail:DWS.0114"), FailedDetail: str("DWS.0114:ELB private IP is not configured."),
		}},
		"that runs":           {`{"job_id":"` + id + `","status":"RUNNING","progress":9,"end_time":null}`, Job{JobID: str(id), Status: str("RUNNING"), Progress: str("9")}},
		"with a success code": {`{"status":"SUCCESS","error_code":"DWS.0000"}`, Job{JobID: str(id), Status: str("SUCCESS")}},
	} {
		t.Run(name, func(t *testing.T) {
			s, address := simulatortest.Start(t, simulator.Options{})
			s.InjectFault(simulator.Fault{Body: test.body})
			got, err := GetJob(t.Context(), simulatortest.Client(t, address), simulatortest.Target, id)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if r := s.Requests(); len(r) != 1 || r[0].Service != cloud.DWS || r[0].Path != "/v1.0/"+simulator.DefaultProjectID+"/job/"+id || r[0].Query != "" {
				t.Errorf("requests %+v", r)
			}
		})
	}
}

func TestJobOfAnotherIDIsRefused(t *testing.T) {
	s, address := simulatortest.Start(t, simulator.Options{})
	s.InjectFault(simulator.Fault{Body: `{"job_id":"other","status":"SUCCESS"}`})
	if _, err := GetJob(t.Context(), simulatortest.Client(t, address), simulatortest.Target, "mine"); err == nil || !strings.Contains(err.Error(), `"other"`) {
		t.Errorf("error %v", err)
	}
}
