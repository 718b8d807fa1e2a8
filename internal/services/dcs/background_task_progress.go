package dcs

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
)

// Progress is the response of "Querying Background Task Details".
type Progress struct {
	Progress    *lenient.Int64 `json:"progress"     tfsdk:"progress"`
	RemainTime  *lenient.Int64 `json:"remain_time"  tfsdk:"remain_time"`
	StepDetails []Step         `json:"step_details" tfsdk:"step_details"`
}

// Step is a StepDetail of the reference page.
type Step struct {
	StepID         *lenient.String `json:"step_id"          tfsdk:"step_id"`
	StepName       *lenient.String `json:"step_name"        tfsdk:"step_name"`
	StepStatus     *lenient.String `json:"step_status"      tfsdk:"step_status"`
	BeginTime      *lenient.String `json:"begin_time"       tfsdk:"begin_time"`
	EndTime        *lenient.String `json:"end_time"         tfsdk:"end_time"`
	ErrorCode      *lenient.String `json:"error_code"       tfsdk:"error_code"`
	SubStepDetails []SubStep       `json:"sub_step_details" tfsdk:"sub_step_details"`
}

// SubStep is a SubStepDetail of the reference page.
type SubStep struct {
	SubStepID     *lenient.String `json:"sub_step_id"     tfsdk:"sub_step_id"`
	SubStepName   *lenient.String `json:"sub_step_name"   tfsdk:"sub_step_name"`
	SubStepStatus *lenient.String `json:"sub_step_status" tfsdk:"sub_step_status"`
	BeginTime     *lenient.String `json:"begin_time"      tfsdk:"begin_time"`
	EndTime       *lenient.String `json:"end_time"        tfsdk:"end_time"`
	Detail        *lenient.String `json:"detail"          tfsdk:"detail"`
	ErrorCode     *lenient.String `json:"error_code"      tfsdk:"error_code"`
}

// GetProgress is "Querying Background Task Details".
var GetProgress = service.NewCall[Progress](service.CallInfo{
	API:        api,
	Path:       "/v2/{project_id}/instances/{instance_id}/tasks/{task_id}/progress",
	Reference:  "Querying Background Task Details",
	OnlyHuawei: true,
	Permission: "dcs:instance:getBackgroundTask",
})

// stepStatuses are the statuses of steps and sub-steps.
var stepStatuses = service.Statuses{
	Running:   []string{"WAITING", "EXECUTING", "SUSPEND"},
	Succeeded: []string{"FINISH"},
	Failed:    []string{"FAILED"},
	Cancelled: []string{"CANCELED"},
}

type progressModel struct {
	service.Target
	InstanceID string `tfsdk:"instance_id"`
	TaskID     string `tfsdk:"task_id"`
	Progress
}

// stepBegin returns the attribute for the time when a step or sub-step began.
func stepBegin(object string) schema.StringAttribute {
	return service.String(fmt.Sprintf(
		"Begin time of the %s: `2022-09-01 11:52:24` (without a time zone) or `2020-06-17T07:38:42.503Z`.", object))
}

var progressDataSource = service.DataSource{
	Model:       reflect.TypeFor[progressModel](),
	Name:        "dcs_background_task_progress",
	Object:      "progress of DCS background task",
	Description: "The progress of a background task of an instance of the Distributed Cache Service (DCS), step by step.",
	Call:        GetProgress.Info(),
	Attributes: map[string]schema.Attribute{
		"instance_id": service.IDArgument("ID of the instance, such as `5560df16-cebf-4473-95c4-d1b573c16e79`."),
		"task_id":     service.IDArgument("ID of the background task, such as `8abf6e1e72c12e7c0172c15b508500aa`."),
		"progress":    service.Int64("Progress in percent, 0 to 100. A task with 100 may still run."),
		"remain_time": service.Int64("Estimated remaining time in seconds."),
		"step_details": service.List("Steps of the task, in the order of the response.", map[string]schema.Attribute{
			"step_id":     service.String("ID of the step."),
			"step_name":   service.String("Name of the step, such as `Data migration.`"),
			"step_status": service.Status("step", stepStatuses),
			"begin_time":  stepBegin("step"),
			"end_time":    service.String("End time of the step, in the same format as `begin_time`."),
			"error_code": service.String("Error code of the step, such as `DCS.4064`. " +
				"Steps that succeeded can have one too: `step_status` is decisive."),
			"sub_step_details": service.List("Sub-steps of the step.", map[string]schema.Attribute{
				"sub_step_id":     service.String("ID of the sub-step."),
				"sub_step_name":   service.String("Name of the sub-step, such as `Resource check.`"),
				"sub_step_status": service.String("Status of the sub-step, with the same values as `step_status`."),
				"begin_time":      stepBegin("sub-step"),
				"end_time":        service.String("End time of the sub-step, in the same format as `begin_time`."),
				"detail":          service.String("Details of the sub-step, as free text."),
				"error_code":      service.String("Error code of the sub-step, such as `DCS.4065`. Sub-steps that succeeded can have one too."),
			}),
		}),
	},
}

// suggestsEnd reports whether no step is left. A step that failed ends the task at once. Without steps of a known status
// it returns true, so that the list is read.
func (p Progress) suggestsEnd() bool {
	for _, step := range p.StepDetails {
		switch stepStatuses.Classify(service.Deref(step.StepStatus)) {
		case poll.Running:
			return false
		case poll.Failed, poll.Cancelled:
			return true
		case poll.Succeeded, poll.Unknown, poll.Missing:
		}
	}
	return true
}

// steps returns the names of the steps and sub-steps that match, with their error codes if withCodes is set.
func (p Progress) steps(matches func(poll.State, string) bool, withCodes bool) []string {
	var names []string
	add := func(name, status, code *lenient.String) {
		if !matches(stepStatuses.Classify(service.Deref(status)), service.Deref(status)) {
			return
		}
		text := strings.TrimSuffix(service.Deref(name), ".")
		if withCodes && service.Deref(code) != "" {
			text += " (" + service.Deref(code) + ")"
		}
		names = append(names, text)
	}
	for _, step := range p.StepDetails {
		add(step.StepName, step.StepStatus, step.ErrorCode)
		for _, sub := range step.SubStepDetails {
			add(sub.SubStepName, sub.SubStepStatus, sub.ErrorCode)
		}
	}
	return names
}
