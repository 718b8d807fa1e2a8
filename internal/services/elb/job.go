package elb

import (
	"cmp"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Answer is the response of "Querying the Status of an Asynchronous Task".
type Answer struct {
	RequestID *lenient.String `json:"request_id" tfsdk:"request_id"`
	Job       *Job            `json:"job"        tfsdk:"job"`
}

// Job is a job.
type Job struct {
	Fields
	SubJobs []SubJob `json:"sub_jobs" tfsdk:"sub_jobs"`
}

// SubJob is a part of a job.
type SubJob struct {
	Fields
	Entities []Entity `json:"entities" tfsdk:"entities"`
}

// Fields are the members that a Job and a SubJob have in common.
type Fields struct {
	JobID      *lenient.String `json:"job_id" tfsdk:"job_id"`
	JobType    *lenient.String `json:"job_type" tfsdk:"job_type"`
	Status     *lenient.String `json:"status" tfsdk:"status"`
	BeginTime  *lenient.String `json:"begin_time" tfsdk:"begin_time"`
	EndTime    *lenient.String `json:"end_time" tfsdk:"end_time"`
	ErrorCode  *lenient.String `json:"error_code" tfsdk:"error_code"`
	ErrorMsg   *lenient.String `json:"error_msg" tfsdk:"error_msg"`
	ProjectID  *lenient.String `json:"project_id" tfsdk:"project_id"`
	ResourceID *lenient.String `json:"resource_id" tfsdk:"resource_id"`
}

// Entity is an object of a SubJob.
type Entity struct {
	ResourceID   *lenient.String `json:"resource_id" tfsdk:"resource_id"`
	ResourceType *lenient.String `json:"resource_type" tfsdk:"resource_type"`
}

// GetJob is "Querying the Status of an Asynchronous Task". It needs no permission of an identity policy.
var GetJob = service.NewCall[Answer](service.CallInfo{
	API:        api,
	Path:       "/v3/{project_id}/elb/jobs/{job_id}",
	Reference:  "Querying the Status of an Asynchronous Task",
	OnlyHuawei: true,
	Permission: "a permission to read ELB",
	JobID:      "job.job_id",
})

var jobStatuses = service.Statuses{
	Running:   []string{"INIT", "RUNNING", "ROLLBACKING"},
	Succeeded: []string{"SUCCESS", "COMPLETE"},
	Failed:    []string{"FAIL", "ROLLBACK_FAIL"},
	Cancelled: []string{"CANCEL"},
}

type jobModel struct {
	service.Target
	JobID string `tfsdk:"job_id"`
	Answer
}

var jobDataSource = service.DataSource{
	Model:       reflect.TypeFor[jobModel](),
	Name:        "elb_job",
	Object:      "ELB job",
	Description: "A job of the Elastic Load Balance (ELB): one that clones, or that creates or deletes several objects.",
	Call:        GetJob.Info(),
	Attributes: map[string]schema.Attribute{
		"job_id":     service.IDArgument("ID of the job, such as `2c9eb2c5544cbf6101544f0602af2b4f`."),
		"request_id": service.String("ID of the request."),
		"job":        service.Object("The job.", jobAttributes()),
	},
}

func jobAttributes() map[string]schema.Attribute {
	job := fieldAttributes("job")
	subJob := fieldAttributes("sub job")
	subJob["entities"] = service.List("Objects of the sub job.", map[string]schema.Attribute{
		"resource_id":   service.String("ID of the object."),
		"resource_type": service.String("Type of the object, such as `loadbalancer`."),
	})
	job["sub_jobs"] = service.List("Sub jobs.", subJob)
	return job
}

func fieldAttributes(object string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"job_id":      service.String("ID of the " + object + "."),
		"job_type":    service.String("Type of the " + object + ", such as `cloneLoadbalancer`."),
		"status":      service.Status(object, jobStatuses),
		"begin_time":  service.String("Begin time, such as `2026-01-12T02:36:51`."),
		"end_time":    service.String("End time, in the same format as `begin_time`."),
		"error_code":  service.String("Error code if the " + object + " failed."),
		"error_msg":   service.String("Reason if the " + object + " failed."),
		"project_id":  service.String("ID of the project."),
		"resource_id": service.String("ID of the load balancer or listener."),
	}
}

var job = service.Job{
	Object:     "ELB job",
	Arguments:  []string{"job_id"},
	Permission: GetJob.Info().Permission,
	Statuses:   jobStatuses,
	NewPoll: service.PollCall(GetJob, func(a Answer, _ []string, statuses service.Statuses) (poll.Status, error) {
		if a.Job == nil {
			return poll.Status{}, nil
		}
		return a.Job.poll(statuses), nil
	}),
}

// poll returns what a response says of the job. It is documented nowhere how a job ends that was rolled back: one that is complete has
// succeeded only if neither it nor a sub job has an error code, and no sub job failed.
func (j Job) poll(statuses service.Statuses) poll.Status {
	s := poll.Status{
		Raw: service.Deref(j.Status), Name: service.Deref(j.JobType), BeginTime: service.Deref(j.BeginTime), EndTime: service.Deref(j.EndTime),
		FailureCode: service.Deref(j.ErrorCode), FailureReason: service.Deref(j.ErrorMsg),
	}
	failed := s.FailureCode != ""
	succeeded := statuses.Classify(s.Raw) == poll.Succeeded
	for _, sub := range j.SubJobs {
		status := service.Deref(sub.Status)
		state := statuses.Classify(status)
		if status != "" && !state.Ended() && succeeded { // such as a rollback
			s.Raw = status
			return s
		}
		if state != poll.Failed && state != poll.Cancelled && service.Deref(sub.ErrorCode) == "" {
			continue
		}
		failed = true
		s.FailureCode = cmp.Or(s.FailureCode, service.Deref(sub.ErrorCode))
		s.FailureReason = cmp.Or(s.FailureReason, service.Deref(sub.ErrorMsg))
	}
	if failed && succeeded {
		s.State = poll.Failed
	}
	return s
}
