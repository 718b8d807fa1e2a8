// Package iaasjob is the job that the infrastructure services have in common: ECS, EVS, IMS, BMS and SDRS. The members of a job are those
// of the response, and which entities it has depends on the service.
package iaasjob

import (
	"cmp"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// A Job is a job, or a sub job of a batch job. Its members code and message, which only an error has, are left out.
type Job[Entities any] struct {
	JobID      *lenient.String `json:"job_id"      tfsdk:"job_id"`
	JobType    *lenient.String `json:"job_type"    tfsdk:"job_type"`
	Status     *lenient.String `json:"status"      tfsdk:"status"`
	BeginTime  *lenient.String `json:"begin_time"  tfsdk:"begin_time"`
	EndTime    *lenient.String `json:"end_time"    tfsdk:"end_time"`
	ErrorCode  *lenient.String `json:"error_code"  tfsdk:"error_code"`
	FailReason *lenient.String `json:"fail_reason" tfsdk:"fail_reason"`
	Entities   *Entities       `json:"entities"    tfsdk:"entities"`
}

// Model is the configuration and the state of a data source that reads a job.
type Model[Entities any] struct {
	service.Target
	Job[Entities]
}

// Statuses are those of a job, unless its service has more.
var Statuses = service.Statuses{
	Running: []string{"INIT", "RUNNING"}, Succeeded: []string{"SUCCESS"}, Failed: []string{"FAIL"},
}

// OrderStatuses are those of a job that may wait until its order is paid.
var OrderStatuses = service.Statuses{
	Running: Statuses.Running, Blocked: []string{"PENDING_PAYMENT"}, Succeeded: Statuses.Succeeded, Failed: Statuses.Failed,
}

// Call returns the call that reads a job. Reference is the title of its page, none of which names a permission.
func Call[Entities any](api *service.API, reference string) service.Call[Job[Entities]] {
	return service.NewCall[Job[Entities]](service.CallInfo{
		API: api, Path: "/v1/{project_id}/jobs/{job_id}", Reference: reference, Permission: "a permission to read " + abbreviation(api),
		JobID: "job_id",
	})
}

// abbreviation returns the name of a service in texts, such as ECS.
func abbreviation(api *service.API) string { return strings.ToUpper(string(api.Endpoint)) }

// Read returns the data source that reads a job. Title is the name of the service; id and kind are an example of a job and of its
// job_type.
func Read[Entities any](
	title, id, kind string, call service.Call[Job[Entities]], statuses service.Statuses, entities map[string]schema.Attribute,
) service.DataSource {
	return service.DataSource{
		Model:       reflect.TypeFor[Model[Entities]](),
		Name:        string(call.Info().API.Endpoint) + "_job",
		Object:      abbreviation(call.Info().API) + " job",
		Description: "A job of the " + title + " (" + abbreviation(call.Info().API) + ").",
		Call:        call.Info(),
		Attributes:  attributes("job", statuses, service.IDArgument("ID of the job, such as `"+id+"`."), kind, entities),
	}
}

// SubJobs returns the attribute for the sub jobs of a job. Kind is an example of a job_type.
func SubJobs(kind string, statuses service.Statuses, entities map[string]schema.Attribute) schema.Attribute {
	return service.List("Sub jobs of a batch job.",
		attributes("sub job", statuses, service.String("ID of the sub job."), kind, entities))
}

// attributes returns the attributes of a job or sub job.
func attributes(
	object string, statuses service.Statuses, id schema.Attribute, kind string, entities map[string]schema.Attribute,
) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"job_id":      id,
		"job_type":    service.String("Type of the " + object + ", such as `" + kind + "`."),
		"status":      service.Status(object, statuses),
		"begin_time":  service.String("Begin time of the " + object + " in UTC, such as `2016-04-25T20:04:34.604Z`."),
		"end_time":    service.String("End time of the " + object + ", in the same format as `begin_time`. It can be empty before the end."),
		"error_code":  service.String("Error code if the " + object + " failed."),
		"fail_reason": service.String("Reason if the " + object + " failed."),
		"entities": service.Object(
			"Objects of the "+object+". Which attributes have a value depends on its type.", entities),
	}
}

// Details are what the entities of a job say about it.
type Details struct {
	Progress *int64    // in percent; nil if the service does not report it
	Failures []Failure // such as those of its sub jobs, in the order in which they count
}

// New returns the kind of job that a call reads.
func New[Entities any](call service.Call[Job[Entities]], statuses service.Statuses, details func(Entities) Details) service.Job {
	return service.NewJob(abbreviation(call.Info().API)+" job", call, statuses, func(j Job[Entities]) poll.Status {
		s := poll.Status{
			Raw: service.Deref(j.Status), Name: service.Deref(j.JobType),
			BeginTime: service.Deref(j.BeginTime), EndTime: service.Deref(j.EndTime),
			FailureCode: service.Deref(j.ErrorCode), FailureReason: service.Deref(j.FailReason),
		}
		if j.Entities != nil {
			d := details(*j.Entities)
			s.Progress = d.Progress
			for _, f := range d.Failures { // those of a batch job can be in its sub jobs alone
				s.FailureCode, s.FailureReason = cmp.Or(s.FailureCode, f.Code), cmp.Or(s.FailureReason, f.Reason)
			}
		}
		return s
	})
}

// A Failure is an error code and a reason. Both are empty if there was no failure.
type Failure struct{ Code, Reason string }

// Failures returns the failures of sub jobs.
func Failures[Entities any](subJobs []Job[Entities]) []Failure {
	var all []Failure
	for _, sub := range subJobs {
		all = append(all, Failure{service.Deref(sub.ErrorCode), service.Deref(sub.FailReason)})
	}
	return all
}
