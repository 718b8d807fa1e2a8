// Package dbjob is what the jobs of the database services have in common: RDS, TaurusDB, GaussDB, DDS, GeminiDB and DDM.
package dbjob

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Codes are the error codes of a service whose job is not found.
var Codes = cloud.Codes{NotFound: []string{"DBS.200543"}} // with a 400

// Statuses are those of a job, unless its service has more.
var Statuses = service.Statuses{Running: []string{"Running"}, Succeeded: []string{"Completed"}, Failed: []string{"Failed"}}

// An Answer is the response of a call that reads a job by its ID.
type Answer[Job any] struct {
	Job *Job `json:"job" tfsdk:"job"`
}

// Instance is the instance of a job.
type Instance struct {
	ID   *lenient.String `json:"id"   tfsdk:"id"`
	Name *lenient.String `json:"name" tfsdk:"name"`
}

// A Job is a job of GaussDB and DDS.
type Job struct {
	ID         *lenient.String `json:"id"          tfsdk:"id"`
	Name       *lenient.String `json:"name"        tfsdk:"name"`
	Status     *lenient.String `json:"status"      tfsdk:"status"`
	Created    *lenient.String `json:"created"     tfsdk:"created"`
	Ended      *lenient.String `json:"ended"       tfsdk:"ended"`
	Progress   *lenient.String `json:"progress"    tfsdk:"progress"`
	Instance   *Instance       `json:"instance"    tfsdk:"instance"`
	FailReason *lenient.String `json:"fail_reason" tfsdk:"fail_reason"`
}

// JobAttributes returns the attributes of a Job.
func JobAttributes(kind string) map[string]schema.Attribute {
	attributes := Attributes(Names{ID: "id", Name: "name", Begin: "created", End: "ended", Progress: "progress"}, kind, Statuses)
	attributes["instance"], attributes["fail_reason"] = InstanceAttribute, FailReason
	return attributes
}

// StatusOf returns what a response says of a Job.
func StatusOf(j Job) poll.Status {
	return poll.Status{
		Raw: service.Deref(j.Status), Name: service.Deref(j.Name), Progress: service.Percent(j.Progress),
		BeginTime: service.Deref(j.Created), EndTime: service.Deref(j.Ended), FailureReason: service.Deref(j.FailReason),
	}
}

// Model is the configuration and the state of a data source that reads a job by its ID.
type Model[Job any] struct {
	service.Target
	JobID string `tfsdk:"job_id"`
	Answer[Job]
}

// Read returns the data source that reads a job by its ID. ID is an example of one.
func Read[Job any](
	name, object, description, id string, call service.Call[Answer[Job]], job map[string]schema.Attribute,
) service.DataSource {
	return service.DataSource{
		Model: reflect.TypeFor[Model[Job]](),
		Name:  name, Object: object, Description: description, Call: call.Info(),
		Attributes: map[string]schema.Attribute{
			"job_id": service.IDArgument("ID of the job, such as `" + id + "`."),
			"job":    service.Object("The job.", job),
		},
	}
}

// New returns the kind of job that a call reads. Status returns what a response says of a job.
func New[Job any](object string, call service.Call[Answer[Job]], statuses service.Statuses, status func(Job) poll.Status) service.Job {
	return service.NewJob(object, call, statuses, func(a Answer[Job]) poll.Status {
		if a.Job == nil {
			return poll.Status{}
		}
		s := status(*a.Job)
		s.Name = strings.TrimSpace(s.Name) // in some examples it begins with a space
		return s
	})
}

// Names are the names of members that differ.
type Names struct{ ID, Name, Begin, End, Progress string }

// Attributes returns the attributes of a job, besides those of its instance and what only some services have.
func Attributes(n Names, kind string, statuses service.Statuses) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		n.ID:     service.String("ID of the job."),
		n.Name:   service.String("Name of the job, such as `" + kind + "`."),
		"status": service.Status("job", statuses),
		n.Begin:  service.String("Begin time, such as `2018-08-06T10:41:14+0000`."),
		n.End:    service.String("End time, in the same format as `" + n.Begin + "`. It can have a value before the end."),
		n.Progress: service.String(
			"Progress of a running job in percent, as a text such as `60%`."),
	}
}

// InstanceAttribute is the attribute for an Instance.
var InstanceAttribute = service.Object("Instance of the job.", map[string]schema.Attribute{
	"id": service.String("ID of the instance."), "name": service.String("Name of the instance."),
})

// InListAttributes returns the attributes of the instance of a job in a list.
func InListAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"instance_id":     service.String("ID of the instance."),
		"instance_name":   service.String("Name of the instance."),
		"instance_status": service.String("Status of the instance."),
	}
}

// FailReason is the attribute for the reason of a failure.
var FailReason = service.String("Reason if the job failed.")

// InstanceList is what a wait needs of the response of a call that reads an instance by a query with its ID.
type InstanceList struct {
	Instances []struct {
		ID      *lenient.String `json:"id"`
		Status  *lenient.String `json:"status"`
		Actions any             `json:"actions"` // texts, where the service has them; anything else is not none
	} `json:"instances"`
}

// GetInstance returns the Instance.Get that makes a call with such a response. An instance that is not listed does not exist.
func GetInstance(
	call service.Call[InstanceList], statuses service.InstanceStatuses,
) func(context.Context, *cloud.Client, cloud.Target, string, service.Statuses) (poll.Instance, error) {
	return func(ctx context.Context, c *cloud.Client, t cloud.Target, id string, _ service.Statuses) (poll.Instance, error) {
		list, response, err := service.Query(ctx, call, c, t, nil, id)
		if err != nil {
			return poll.Instance{}, err
		}
		if list.Instances == nil {
			return poll.Instance{}, response.Reject(service.ErrNoInstanceStatus)
		}
		for _, i := range list.Instances {
			if !service.SameID(service.Deref(i.ID), id) {
				continue
			}
			status := service.Deref(i.Status)
			if status == "" {
				return poll.Instance{}, response.Reject(service.ErrNoInstanceStatus)
			}
			return poll.Instance{
				Status: status, Condition: statuses.Classify(status), Work: work(i.Actions),
				Endpoint: response.Endpoint, RequestID: response.RequestID,
			}, nil
		}
		return poll.Instance{}, response.Reject(&cloud.NotFoundError{Message: "the service does not list this instance"})
	}
}

// work returns the actions on an instance in words, or "" if there are none.
func work(actions any) string {
	if actions == nil {
		return ""
	}
	list, isList := actions.([]any)
	if !isList {
		return "actions of an unknown form"
	}
	if len(list) == 0 {
		return ""
	}
	var names []string
	for _, action := range list {
		names = append(names, fmt.Sprint(action))
	}
	return "actions " + strings.Join(names, ", ")
}
