// Package ccejob is the job that clusters of the Cloud Container Engine and its Autopilot clusters have in common.
package ccejob

import (
	"cmp"
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// API is how the calls of both services are made.
var API = &service.API{
	Endpoint: "cce",
	Codes: cloud.Codes{
		Transient: []string{"CCE.01429002"}, // a 429 about a resource that is locked, which does not concern other requests
	},
}

// A Job is a job, or a sub job, whose own sub jobs are Sub.
type Job[Sub any] struct {
	Kind       *lenient.String `json:"kind"       tfsdk:"kind"`
	APIVersion *lenient.String `json:"apiVersion" tfsdk:"api_version"`
	Metadata   *Metadata       `json:"metadata"   tfsdk:"metadata"`
	Spec       *Spec[Sub]      `json:"spec"       tfsdk:"spec"`
	Status     *Status         `json:"status"     tfsdk:"status"`
}

// Metadata is what a job is.
type Metadata struct {
	UID               *lenient.String `json:"uid"               tfsdk:"uid"`
	CreationTimestamp *lenient.String `json:"creationTimestamp" tfsdk:"creation_timestamp"`
	UpdateTimestamp   *lenient.String `json:"updateTimestamp"   tfsdk:"update_timestamp"`
}

// Spec is what a job does.
type Spec[Sub any] struct {
	Type         *lenient.String            `json:"type"         tfsdk:"type"`
	ClusterUID   *lenient.String            `json:"clusterUID"   tfsdk:"cluster_uid"`
	ResourceID   *lenient.String            `json:"resourceID"   tfsdk:"resource_id"`
	ResourceName *lenient.String            `json:"resourceName" tfsdk:"resource_name"`
	ExtendParam  map[string]*lenient.String `json:"extendParam"  tfsdk:"extend_param"`
	SubJobs      Sub                        `json:"subJobs"      tfsdk:"sub_jobs"`
}

// Status is how a job is.
type Status struct {
	Phase  *lenient.String `json:"phase"  tfsdk:"phase"`
	Reason *lenient.String `json:"reason" tfsdk:"reason"`
}

// Root is the job of a response. Its sub jobs have sub jobs, to any depth: those of the second level are JSON.
type Root struct {
	Job[[]Job[[]Job[*lenient.JSON]]]
}

var statuses = service.Statuses{
	Running:   []string{"Initializing", "Running"},
	Succeeded: []string{"Success"},
	Failed:    []string{"Failed"},
}

type model struct {
	service.Target
	JobID string `tfsdk:"job_id"`
	Root
}

// Read returns the data source that reads a job.
func Read(name, object, description string, call service.Call[Root]) service.DataSource {
	all := attributes("job", service.List("Sub jobs.", attributes("sub job", service.List("Sub jobs of the sub job.",
		attributes("sub job", service.JSON("Sub jobs of this sub job, as a JSON text for `jsondecode`."))))))
	maps.Copy(all, map[string]schema.Attribute{
		"job_id": service.IDArgument("ID of the job, such as `354331b2-229a-11e8-9c75-0255ac100ceb`."),
	})
	return service.DataSource{
		Model: reflect.TypeFor[model](),
		Name:  name, Object: object, Description: description, Call: call.Info(), Attributes: all,
	}
}

func attributes(object string, subJobs schema.Attribute) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"kind":        service.String("`Job`."),
		"api_version": service.String("`v3`."),
		"metadata": service.Object("Metadata of the "+object+".", map[string]schema.Attribute{
			"uid":                service.String("ID of the " + object + "."),
			"creation_timestamp": service.String("Begin time, such as `2020-02-02 08:12:40.672772389 +0000 UTC`."),
			"update_timestamp":   service.String("Time of the last change, in the same format as `creation_timestamp`."),
		}),
		"spec": service.Object("What the "+object+" does.", map[string]schema.Attribute{
			"type":          service.String("Type of the " + object + ", such as `CreateCluster`."),
			"cluster_uid":   service.String("ID of the cluster."),
			"resource_id":   service.String("ID of the resource."),
			"resource_name": service.String("Name of the resource."),
			"extend_param": schema.MapAttribute{
				Computed: true, ElementType: types.StringType, MarkdownDescription: "Further parameters, such as `serverID`.",
			},
			"sub_jobs": subJobs,
		}),
		"status": service.Object("Status of the "+object+".", map[string]schema.Attribute{
			"phase":  service.Status(object, statuses),
			"reason": service.String("Reason of the phase, such as that of a failure."),
		}),
	}
}

// New returns the kind of job that a call reads. A job that failed may say why in its sub jobs alone.
func New(object string, call service.Call[Root]) service.Job {
	return service.NewJob(object, call, statuses, func(r Root) poll.Status {
		var s poll.Status
		s.Raw, s.FailureReason = status(r.Status)
		if r.Metadata != nil {
			s.BeginTime, s.EndTime = service.Deref(r.Metadata.CreationTimestamp), service.Deref(r.Metadata.UpdateTimestamp)
		}
		if r.Spec == nil {
			return s
		}
		s.Name = service.Deref(r.Spec.Type)
		for _, sub := range r.Spec.SubJobs {
			_, reason := status(sub.Status)
			s.FailureReason = cmp.Or(s.FailureReason, reason)
			if sub.Spec == nil {
				continue
			}
			for _, part := range sub.Spec.SubJobs {
				_, reason := status(part.Status)
				s.FailureReason = cmp.Or(s.FailureReason, reason)
			}
		}
		return s
	})
}

// status returns the phase, and the reason if it is that of a failure.
func status(s *Status) (phase, failure string) {
	if s == nil {
		return "", ""
	}
	phase = service.Deref(s.Phase)
	if statuses.Classify(phase) == poll.Failed {
		failure = service.Deref(s.Reason)
	}
	return phase, failure
}
