package wait

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/diagnose"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

// asIs redacts nothing.
func asIs(text string) string { return text }

var object = diagnose.Object{Kind: "DCS job", ID: "j", Permission: "dcs:job:get"}

// The whole text of the error for each outcome, and for all that a poll may have shown.
func TestDiagnostic(t *testing.T) {
	const (
		tolerate = "To plan or destroy regardless, add the outcome to tolerate and state what is required in a postcondition on outcome, " +
			"which does not block destroy, or use -refresh=false."
		check    = "Check the IDs, and that they belong to this project and region. The services delete the records of old jobs and tasks. "
		goesOn   = "\n\nThe job itself goes on. To wait longer, set timeouts = { read = \"2h\" }, say. " + tolerate
		timedOut = "Timed out waiting for DCS job: DCS job j did not end within 1m30s"
	)
	noJob := errors.New("no such job")
	status408 := &cloud.Error{Service: "dcs", Endpoint: "https://dcs.example.com", Status: 408}
	for _, test := range []struct {
		name    string
		outcome poll.Outcome
		last    *poll.Status // nil: no poll has found the job
		result  poll.Result  // the rest of the result
		want    string
	}{
		{
			name: "failed, all details", outcome: poll.OutcomeFailed,
			last: &poll.Status{
				Raw: "FAIL", Name: "swap", FailureCode: "DCS.1", FailureReason: "no standby", Endpoint: "https://dcs.example.com", RequestID: "r\n1",
			},
			want: "DCS job failed: DCS job j (swap) ended with status FAIL, code DCS.1: no standby.\n\n" +
				"Endpoint: https://dcs.example.com\nRequest ID: r 1\n\n" + tolerate,
		},
		{
			name: "failed, no request ID", outcome: poll.OutcomeFailed, last: &poll.Status{Raw: "FAIL", Endpoint: "https://dcs.example.com"},
			want: "DCS job failed: DCS job j ended with status FAIL. The service gives no reason.\n\n" +
				"Endpoint: https://dcs.example.com\nRequest ID: the answer has none\n\n" + tolerate,
		},
		{
			name: "cancelled, no details", outcome: poll.OutcomeCancelled, last: &poll.Status{Raw: "STOP"},
			want: "DCS job cancelled: DCS job j ended with status STOP. The service gives no reason.\n\n" + tolerate,
		},
		{
			name: "failed, texts that cannot be shown", outcome: poll.OutcomeFailed,
			last: &poll.Status{Raw: "FAIL\x1b[31m", Name: strings.Repeat("n", 101), FailureCode: "DCS\n1", FailureReason: strings.Repeat("r", 1001)},
			want: "DCS job failed: DCS job j (" + strings.Repeat("n", 100) + "…) ended with status FAIL [31m, code DCS 1: " +
				strings.Repeat("r", 1000) + "….\n\n" + tolerate,
		},
		{
			name: "not found", outcome: poll.OutcomeNotFound, result: poll.Result{NotFound: noJob},
			want: "DCS job not found: DCS job j is not there: no such job.\n\n" + check + tolerate,
		},
		{
			name: "not found any more", outcome: poll.OutcomeNotFound, last: &poll.Status{Raw: "RUN\nNING"},
			result: poll.Result{NotFound: noJob},
			want:   "DCS job not found: DCS job j was there with status RUN NING, and then vanished: no such job.\n\n" + check + tolerate,
		},
		{
			name: "timed out, running", outcome: poll.OutcomeTimedOut,
			last: &poll.Status{
				Raw: "RUNNING", Progress: new(int64(35)), Remaining: new(130400 * time.Millisecond),
				Steps: []string{"Mi\ngrate", strings.Repeat("s", 1001)},
			},
			result: poll.Result{Polls: 12, Elapsed: 90400 * time.Millisecond},
			want: timedOut + ". Last seen: RUNNING 35 %, about 2m10s left, in progress: Mi grate, " + strings.Repeat("s", 990) + "…. " +
				"Polled 12 times in 1m30s." + goesOn,
		},
		{
			name: "timed out, no status", outcome: poll.OutcomeTimedOut, last: &poll.Status{},
			result: poll.Result{Polls: 1, Elapsed: 90 * time.Second},
			want:   timedOut + ". Last seen: no status. Polled once in 1m30s." + goesOn,
		},
		{
			name: "timed out, unknown status", outcome: poll.OutcomeTimedOut, last: &poll.Status{Raw: "PAUSED\x00"},
			result: poll.Result{UnknownStatus: "PAUSED\x00"},
			want: timedOut + ". Last seen: PAUSED. Polled 0 times in 0s.\n\n" +
				`The provider does not know the status "PAUSED". If the job ends with it, add it to success_statuses or failure_statuses.` + goesOn,
		},
		{
			name: "timed out, failed polls", outcome: poll.OutcomeTimedOut,
			result: poll.Result{Polls: 3, TransientErrors: 3, LastError: errors.New("connection reset")},
			want: timedOut + ", and no poll found it. Polled 3 times in 0s.\n\n" +
				"Failed polls: 3. Last error: connection reset." + goesOn,
		},
		{
			name: "timed out, failed poll with advice", outcome: poll.OutcomeTimedOut, last: &poll.Status{Raw: "RUNNING"},
			result: poll.Result{TransientErrors: 1, NotFound: noJob, LastError: status408}, // but the job was seen
			want: timedOut + ". Last seen: RUNNING. Polled 0 times in 0s.\n\n" +
				"Failed polls: 1. Last error: dcs at https://dcs.example.com: HTTP 408 Request Timeout. " + diagnose.Advice(object, status408) + goesOn,
		},
		{
			name: "timed out, not found", outcome: poll.OutcomeTimedOut, result: poll.Result{NotFound: noJob},
			want: timedOut + ", and no poll found it. Polled 0 times in 0s.\n\nThe last answer: no such job." + goesOn,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.result.Outcome = test.outcome
			if test.last != nil {
				test.result.Seen, test.result.Last = true, *test.last
			}
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

// The log of a wait that polls every 5 seconds. At INFO it has changes, and else a line every 10 seconds; at DEBUG it has
// each poll. Times are rounded, texts of the service are made fit to be shown.
func TestReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		r := &reporter{ctx: tflogtest.RootLogger(t.Context(), &log), object: object, redact: asIs}
		running := poll.Status{Raw: "RUN\nNING", Remaining: new(90400 * time.Millisecond)}
		halfway := poll.Status{Raw: "RUNNING", Progress: new(int64(50))}
		paused := poll.Status{Raw: "PAUSED", State: poll.Unknown}
		reset := errors.New("connection reset")
		for i, p := range []poll.Report{
			{Result: poll.Result{Last: running}}, {Result: poll.Result{Last: halfway}},
			{Result: poll.Result{Last: halfway}}, {Result: poll.Result{Last: halfway}},
			{Result: poll.Result{Last: halfway, TransientErrors: 1}, Err: reset}, {Result: poll.Result{Last: halfway}, Err: reset},
			{Result: poll.Result{Last: paused}}, {Result: poll.Result{Last: paused}}, {Result: poll.Result{Last: paused}, Err: reset},
		} {
			p.Polls, p.Next = i+1, 5260*time.Millisecond
			r.report(p)
			time.Sleep(5 * time.Second)
		}
		r.ended(poll.Result{Outcome: poll.OutcomeTimedOut, Polls: 9, Elapsed: 45400 * time.Millisecond, Last: running}, nil)
		r.ended(poll.Result{}, reset) // which the diagnostic has
		lines, err := tflogtest.MultilineJSONDecode(&log)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, line := range lines {
			text := fmt.Sprint(line["@level"], " ", line["@message"])
			if line["@message"] == "Polled" {
				text += fmt.Sprint(" ", line["job"], " ", line["polls"], " ", line["status"], " ", line["transient_errors"], " ", line["next"])
			}
			got = append(got, text)
		}
		want := []string{
			"info dcs job j RUN NING, about 1m30s left, next poll in 5.3s",
			"debug Polled j 1 RUN NING 0 5.26s",
			"info dcs job j RUNNING 50 %, next poll in 5.3s",
			"debug Polled j 2 RUNNING 0 5.26s",
			"debug Polled j 3 RUNNING 0 5.26s",
			"info dcs job j RUNNING 50 %, next poll in 5.3s",
			"debug Polled j 4 RUNNING 0 5.26s",
			"debug Polled j 5 RUNNING 1 5.26s",
			"info dcs job j: connection reset, next poll in 5.3s",
			"debug Polled j 6 RUNNING 0 5.26s",
			"info dcs job j PAUSED, next poll in 5.3s",
			"debug Polled j 7 PAUSED 0 5.26s",
			`warn dcs job j has the unknown status "PAUSED", which is taken as running; ` +
				"if the job ends with it, add it to success_statuses or failure_statuses",
			"debug Polled j 8 PAUSED 0 5.26s",
			"info dcs job j: connection reset, next poll in 5.3s",
			"debug Polled j 9 PAUSED 0 5.26s",
			"info dcs job j timed_out after 9 polls in 45s, last seen: RUN NING, about 1m30s left",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("log (- want, + got):\n%s", diff)
		}
	})
}
