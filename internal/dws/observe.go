package dws

import (
	"context"
	"strconv"
	"strings"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

// JobWords are the status words of jobs.
var JobWords = source.Words{
	Running:   []string{"INIT", "WAITING", "RUNNING", "DELAY_SCHEDULED"},
	Succeeded: []string{"SUCCESS"},
	Failed:    []string{"FAIL", "ERROR"},
	Cancelled: []string{"STOP"},
}

// ObserveJob looks at a job.
func ObserveJob(c *cloud.Client, t cloud.Target, jobID string, words source.Words) poll.Observer {
	return func(ctx context.Context) (poll.Observation, error) {
		job, err := GetJob(ctx, c, t, jobID)
		if err != nil {
			return poll.Observation{}, source.LookError(err)
		}
		status := source.Text(job.Status)
		return poll.Observation{
			State: words.State(status), Status: status, Progress: percent(source.Text(job.Progress)), Name: source.Text(job.JobName),
			BeginTime: source.Text(job.BeginTime), EndTime: source.Text(job.EndTime),
			FailureCode: source.Text(job.FailedCode), FailureReason: source.Text(job.FailedDetail),
		}, nil
	}
}

// percent reads a progress such as "9%", and gives nil for what is none.
func percent(progress string) *int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(progress), "%")), 10, 64)
	if err != nil || n < 0 || n > 100 {
		return nil
	}
	return &n
}
