package wait

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/source"
)

// asIs redacts nothing.
func asIs(text string) string { return text }

var object = source.Object{Kind: "DCS job", ID: "j", Permission: "dcs:job:get"}

// The whole text of the error for each outcome, and for all that a poll may have shown.
func TestDiagnostic(t *testing.T) {
	const (
		tolerate = "\n\nTo plan or destroy regardless, add the outcome to tolerate and state what is required in a postcondition on outcome, " +
			"which does not block destroy, or use -refresh=false."
		notFound = "\n\nCheck the IDs, and that they belong to this project and region. The services delete the records of old jobs and tasks. " +
			"To plan or destroy regardless, add the outcome to tolerate and state what is required in a postcondition on outcome, " +
			"which does not block destroy, or use -refresh=false."
		goesOn = "\n\nThe job itself goes on. To wait longer, set timeouts = { read = \"2h\" }, say. " +
			"To plan or destroy regardless, add the outcome to tolerate and state what is required in a postcondition on outcome, " +
			"which does not block destroy, or use -refresh=false."
	)
	for _, test := range []struct {
		name   string
		result poll.Result
		want   string
	}{
		{
			name: "failed, all details",
			result: poll.Result{Outcome: poll.OutcomeFailed, Seen: true, Last: poll.Status{
				Raw: "FAIL", Name: "swap", FailureCode: "DCS.1", FailureReason: "no standby",
			}},
			want: "DCS job failed: DCS job j (swap) ended with status FAIL, code DCS.1: no standby." + tolerate,
		},
		{
			name:   "cancelled, no details",
			result: poll.Result{Outcome: poll.OutcomeCancelled, Seen: true, Last: poll.Status{Raw: "STOP"}},
			want:   "DCS job cancelled: DCS job j ended with status STOP. The service gives no reason." + tolerate,
		},
		{
			name: "failed, texts that cannot be shown",
			result: poll.Result{Outcome: poll.OutcomeFailed, Seen: true, Last: poll.Status{
				Raw: "FAIL\x1b[31m", Name: strings.Repeat("n", 101), FailureCode: "DCS\n1", FailureReason: strings.Repeat("r", 1001),
			}},
			want: "DCS job failed: DCS job j (" + strings.Repeat("n", 100) + "…) ended with status FAIL [31m, code DCS 1: " +
				strings.Repeat("r", 1000) + "…." + tolerate,
		},
		{
			name:   "not found",
			result: poll.Result{Outcome: poll.OutcomeNotFound, NotFound: errors.New("no such job")},
			want:   "DCS job not found: DCS job j is not there: no such job." + notFound,
		},
		{
			name: "not found any more",
			result: poll.Result{
				Outcome: poll.OutcomeNotFound, NotFound: errors.New("no such job"), Seen: true, Last: poll.Status{Raw: "RUN\nNING"},
			},
			want: "DCS job not found: DCS job j was there with status RUN NING, and then vanished: no such job." + notFound,
		},
		{
			name: "timed out, running",
			result: poll.Result{
				Outcome: poll.OutcomeTimedOut, Seen: true, Polls: 12, Elapsed: 90400 * time.Millisecond,
				Last: poll.Status{
					Raw: "RUNNING", Progress: new(int64(35)), Remaining: new(130400 * time.Millisecond), Steps: []string{"Check", "Mi\ngrate"},
				},
			},
			want: "Timed out waiting for DCS job: DCS job j did not end within 1m30s. Last seen: RUNNING 35 %, about 2m10s left, " +
				"in progress: Check, Mi grate. Polled 12 times in 1m30s." + goesOn,
		},
		{
			name: "timed out, steps too long",
			result: poll.Result{Outcome: poll.OutcomeTimedOut, Seen: true, Polls: 2, Last: poll.Status{
				Raw: "RUNNING", Steps: []string{strings.Repeat("s", 1001)},
			}},
			want: "Timed out waiting for DCS job: DCS job j did not end within 1m30s. Last seen: RUNNING, " +
				"in progress: " + strings.Repeat("s", 1000) + "…. Polled 2 times in 0s." + goesOn,
		},
		{
			name:   "timed out, no status",
			result: poll.Result{Outcome: poll.OutcomeTimedOut, Seen: true, Polls: 1, Elapsed: 90 * time.Second},
			want: "Timed out waiting for DCS job: DCS job j did not end within 1m30s. Last seen: no status. " +
				"Polled once in 1m30s." + goesOn,
		},
		{
			name: "timed out, unknown status",
			result: poll.Result{
				Outcome: poll.OutcomeTimedOut, Seen: true, Polls: 2, Last: poll.Status{Raw: "PAUSED\x00"}, UnknownStatus: "PAUSED\x00",
			},
			want: "Timed out waiting for DCS job: DCS job j did not end within 1m30s. Last seen: PAUSED. Polled 2 times in 0s.\n\n" +
				`The provider does not know the status "PAUSED". If the job ends with it, add it to success_statuses or failure_statuses.` + goesOn,
		},
		{
			name: "timed out, failed polls",
			result: poll.Result{
				Outcome: poll.OutcomeTimedOut, Polls: 3, TransientErrors: 3, LastError: errors.New("connection reset"),
			},
			want: "Timed out waiting for DCS job: DCS job j did not end within 1m30s, and no poll found it. Polled 3 times in 0s.\n\n" +
				"Failed polls: 3. Last error: connection reset." + goesOn,
		},
		{
			name: "timed out, failed poll with advice",
			result: poll.Result{
				Outcome: poll.OutcomeTimedOut, Seen: true, Last: poll.Status{Raw: "RUNNING"}, Polls: 2, TransientErrors: 1,
				NotFound:  errors.New("no such job"), // but it was seen
				LastError: &cloud.Error{Service: cloud.DCS, Endpoint: "https://dcs.example.com", Status: 408},
			},
			want: "Timed out waiting for DCS job: DCS job j did not end within 1m30s. Last seen: RUNNING. Polled 2 times in 0s.\n\n" +
				"Failed polls: 1. Last error: dcs at https://dcs.example.com: HTTP 408 Request Timeout. " +
				source.Advice(object, &cloud.Error{Status: 408}) + goesOn,
		},
		{
			name:   "timed out, not found",
			result: poll.Result{Outcome: poll.OutcomeTimedOut, Polls: 3, NotFound: errors.New("no such job")},
			want: "Timed out waiting for DCS job: DCS job j did not end within 1m30s, and no poll found it. Polled 3 times in 0s.\n\n" +
				"The last answer: no such job." + goesOn,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := diagnostic(object, test.result, 90*time.Second, asIs)
			if diff := cmp.Diff(test.want, d.Summary()+": "+d.Detail()); diff != "" {
				t.Errorf("text (- want, + got):\n%s", diff)
			}
		})
	}
}

// An error ends a wait: as an interruption if its context was cancelled, else with the advice for the error.
func TestWaitError(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	const interrupted = "Wait for DCS job interrupted: The wait for DCS job j was interrupted. " +
		"The job itself goes on: a later run takes up the wait again."
	for _, test := range []struct {
		name string
		ctx  context.Context
		err  error
		want string
	}{
		{name: "cancelled", ctx: t.Context(), err: fmt.Errorf("poll: %w", context.Canceled), want: interrupted},
		{name: "another error of a cancelled wait", ctx: cancelled, err: errors.New("connection reset"), want: interrupted},
		{name: "error", ctx: t.Context(), err: errors.New("connection reset"), want: "Cannot wait for DCS job: DCS job j: connection reset."},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := waitError(test.ctx, object, test.err)
			if got := d[0].Summary() + ": " + d[0].Detail(); len(d) != 1 || got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Times in the log are rounded, texts of the service are made fit to be shown.
func TestReport(t *testing.T) {
	var log bytes.Buffer
	r := &reporter{ctx: tflogtest.RootLogger(t.Context(), &log), object: object, redact: asIs}
	r.report(poll.Report{
		Result: poll.Result{Last: poll.Status{Raw: "RUN\nNING", Remaining: new(90400 * time.Millisecond)}}, Next: 1260 * time.Millisecond,
	})
	r.ended(poll.Result{Outcome: poll.OutcomeTimedOut, Polls: 1, Elapsed: 90400 * time.Millisecond, Last: poll.Status{Raw: "RUN\nNING"}}, nil)
	r.ended(poll.Result{}, errors.New("connection reset"))
	lines, err := tflogtest.MultilineJSONDecode(&log)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, line := range lines {
		got = append(got, fmt.Sprint(line["@level"], " ", line["@message"]))
	}
	want := []string{
		"info dcs job j RUN NING, about 1m30s left, next poll in 1.3s",
		"debug Polled",
		"info dcs job j timed_out after 1 polls in 1m30s, last seen: RUN NING",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log (- want, + got):\n%s", diff)
	}
}
