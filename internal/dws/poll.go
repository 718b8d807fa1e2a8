package dws

import (
	"context"
	"strconv"
	"strings"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

// JobStatuses are the statuses of jobs.
var JobStatuses = source.Statuses{
	Running:   []string{"INIT", "WAITING", "RUNNING", "DELAY_SCHEDULED"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAIL", "ERROR"},
	Cancelled: []string{"STOP"},
}

// PollJob returns a function that polls a job.
func PollJob(c *cloud.Client, t cloud.Target, jobID string, statuses source.Statuses) poll.Func {
	return func(ctx context.Context) (poll.Status, error) {
		job, err := GetJob(ctx, c, t, jobID)
		if err != nil {
			return poll.Status{}, source.ClassifyError(err)
		}
		status := source.Deref(job.Status)
		return poll.Status{
			State: statuses.Classify(status), Raw: status, Progress: percent(source.Deref(job.Progress)), Name: source.Deref(job.JobName),
			BeginTime: source.Deref(job.BeginTime), EndTime: source.Deref(job.EndTime),
			FailureCode: source.Deref(job.FailedCode), FailureReason: source.Deref(job.FailedDetail),
		}, nil
	}
}

// percent parses a progress such as "9%". It returns nil if the text is not one.
func percent(progress string) *int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(progress), "%")), 10, 64)
	if err != nil || n < 0 || n > 100 {
		return nil
	}
	return &n
}
