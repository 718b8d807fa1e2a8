// Package iaasjob is the job that the infrastructure services have in common: ECS, EVS, IMS, BMS and SDRS. The members of a job are those
// of the response, and which entities it has depends on the service.
package iaasjob

import (
	"cmp"

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

// Attributes returns the attributes of a job or sub job. Kind is an example of its job_type, code of its error_code.
func Attributes(object string, statuses service.Statuses, id schema.Attribute, kind, code string,
	entities map[string]schema.Attribute,
) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"job_id":      id,
		"job_type":    service.String("Type of the " + object + ", such as `" + kind + "`."),
		"status":      service.Status(object, statuses),
		"begin_time":  service.String("Begin time of the " + object + " in UTC, such as `2016-04-25T20:04:34.604Z`."),
		"end_time":    service.String("End time of the " + object + ", in the same format as `begin_time`. It can be empty before the end."),
		"error_code":  service.String("Error code if the " + object + " failed, such as `" + code + "`."),
		"fail_reason": service.String("Reason if the " + object + " failed."),
		"entities": service.Object(
			"Objects of the "+object+". Which attributes have a value depends on its type.", entities),
	}
}

// New returns the kind of job that a call reads. SubJobs returns what the sub jobs of a job say about their failure; it may be nil.
func New[Entities any](
	object string, call service.Call[Job[Entities]], statuses service.Statuses, subJobs func(Entities) []Failure,
) service.Job {
	return service.NewJob(object, call, statuses, func(j Job[Entities]) poll.Status {
		s := poll.Status{
			Raw: service.Deref(j.Status), Name: service.Deref(j.JobType),
			BeginTime: service.Deref(j.BeginTime), EndTime: service.Deref(j.EndTime),
			FailureCode: service.Deref(j.ErrorCode), FailureReason: service.Deref(j.FailReason),
		}
		if j.Entities != nil && subJobs != nil { // those of a batch job can be in its sub jobs alone
			for _, f := range subJobs(*j.Entities) {
				s.FailureCode, s.FailureReason = cmp.Or(s.FailureCode, f.Code), cmp.Or(s.FailureReason, f.Reason)
			}
		}
		return s
	})
}

// A Failure is the error code and the reason of a sub job. Both are empty if it has none.
type Failure struct{ Code, Reason string }

// Failures returns the failures of sub jobs.
func Failures[Entities any](subJobs []Job[Entities]) []Failure {
	var all []Failure
	for _, sub := range subJobs {
		all = append(all, Failure{service.Deref(sub.ErrorCode), service.Deref(sub.FailReason)})
	}
	return all
}
