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

var (
	object = diagnose.Object{Kind: "DCS job", ID: "j"}
	job    = subject{object: object}
)

// The whole text of the error for each outcome, and for all that a poll may have shown.
func TestReportError(t *testing.T) {
	const (
		inProject = "DCS job j in region eu-de, project p"
		destroy   = "\n\nTo destroy without reading the job, run:\n\n  terraform destroy -refresh=false"
		another   = "\n\nEvery plan reads the same job again. To try again, start another one, and plan with its ID."
		failed    = another + "\n\nTo continue although the job failed, set in this data source:\n\n  tolerate = [\"failed\"]" + destroy
		cancelled = another + "\n\nTo continue although the job was cancelled, set in this data source:\n\n  tolerate = [\"cancelled\"]" + destroy
		notFound  = "\n\nCheck service, the IDs, region and project_id. The services delete the records of old jobs and tasks. " +
			"If it may appear later, set appear_within to a longer time." +
			"\n\nTo continue although the job was not found, set in this data source:\n\n  tolerate = [\"not_found\"]" +
			"\n\nIf a count or for_each uses the outcome, this may destroy what it has created." + destroy
		longer = "To wait longer, set a longer limit in this data source, such as:\n\n  timeouts {\n    read = \"3m\"\n  }" +
			"\n\nTo continue although the job has not finished in time, set in this data source:\n\n  tolerate = [\"timed_out\"]" + destroy
		correct  = "No poll has succeeded: correct this first. "
		goesOn   = "\n\nThe job continues in the cloud. To wait for the rest, run Terraform again. " + longer
		timedOut = "Timed out waiting for DCS job: "
	)
	noJob := &cloud.Error{Service: "dcs", Endpoint: "https://dcs.example.com", Status: 404, Code: "DCS.9", RequestID: "r404"}
	noResponse := &cloud.Error{Service: "dcs", Endpoint: "https://dcs.example.com", Err: errors.New("connection refused")}
	status408 := &cloud.Error{Service: "dcs", Endpoint: "https://dcs.example.com", Status: 408}
	began := time.Date(2026, 11, 22, 6, 20, 0, 0, time.UTC)
	for _, test := range []struct {
		name     string
		outcome  poll.Outcome
		last     *poll.Status // nil: no poll has found the job
		result   poll.Result  // the rest of the result
		began    time.Time    // the wait
		tolerate []string
		want     string
	}{
		{
			name: "failed, all details", outcome: poll.OutcomeFailed,
			last: &poll.Status{
				Raw: "FAIL", Name: "swap", Progress: new(int64(40)), EndTime: "1684191548248", End: time.UnixMilli(1684191548248),
				FailureCode: "DCS.1", FailureReason: "no standby", Endpoint: "https://dcs.example.com", RequestID: "r\n1",
			},
			want: "DCS job failed: DCS job j (swap) in region eu-de, project p failed with status FAIL at 40 % " +
				"on 1684191548248 (2023-05-15T22:59:08Z): no standby (DCS.1).\n\nEndpoint: https://dcs.example.com\nRequest ID: r 1" + failed,
		},
		{
			name: "failed, long before the wait", outcome: poll.OutcomeFailed, began: began,
			last: &poll.Status{Raw: "FAIL", FailureReason: "no standby", EndTime: "2026-11-21T10:20:00Z", End: began.Add(-20 * time.Hour)},
			want: "DCS job failed: " + inProject + " failed with status FAIL on 2026-11-21T10:20:00Z, 20h before this wait began: no standby." +
				failed,
		},
		{
			name: "failed, an end that the service does not tell", outcome: poll.OutcomeFailed, began: began,
			last: &poll.Status{Raw: "FAIL", FailureReason: "no standby", BeginTime: "2026-11-22T05:50:00Z", Begin: began.Add(-30 * time.Minute)},
			want: "DCS job failed: " + inProject + " failed with status FAIL, having begun on 2026-11-22T05:50:00Z, 30m before this wait began: " +
				"no standby." + failed,
		},
		{
			name: "failed, no request ID", outcome: poll.OutcomeFailed, last: &poll.Status{Raw: "FAIL", Endpoint: "https://dcs.example.com"},
			want: "DCS job failed: " + inProject + " failed with status FAIL. The service gives no reason: look at the job in its console.\n\n" +
				"Endpoint: https://dcs.example.com\nRequest ID: the response has none" + failed,
		},
		{
			name: "failed, a reason alone", outcome: poll.OutcomeFailed, last: &poll.Status{Raw: "FAIL", FailureReason: "no standby."},
			want: "DCS job failed: " + inProject + " failed with status FAIL: no standby." + failed,
		},
		{
			name: "failed, a code alone, at a time without a time zone", outcome: poll.OutcomeFailed,
			last: &poll.Status{Raw: "FAIL", FailureCode: "DWS.1", EndTime: "2026-11-21T10:20:00"},
			want: "DCS job failed: " + inProject + " failed with status FAIL on 2026-11-21T10:20:00 (without a time zone). " +
				"The service reports the error code DWS.1 and no reason: look up the code in its API reference." + failed,
		},
		{
			name: "failed, another outcome is tolerated", outcome: poll.OutcomeFailed, last: &poll.Status{Raw: "FAIL"},
			tolerate: []string{"not_found", "timed_out"},
			want: "DCS job failed: " + inProject + " failed with status FAIL. The service gives no reason: look at the job in its console." +
				strings.Replace(failed, `["failed"]`, `["not_found", "timed_out", "failed"]`, 1),
		},
		{
			name: "cancelled, no details", outcome: poll.OutcomeCancelled, last: &poll.Status{Raw: "STOP"},
			want: "DCS job cancelled: " + inProject + " was cancelled with status STOP. " +
				"The service gives no reason: look at the job in its console." + cancelled,
		},
		{
			name: "failed, texts that cannot be shown", outcome: poll.OutcomeFailed,
			last: &poll.Status{Raw: "FAIL\x1b[31m", Name: strings.Repeat("n", 101), FailureCode: "DCS\n1", FailureReason: strings.Repeat("r", 1001)},
			want: "DCS job failed: DCS job j (" + strings.Repeat("n", 100) + "…) in region eu-de, project p failed with status FAIL [31m: " +
				strings.Repeat("r", 1000) + "… (DCS 1)." + failed,
		},
		{
			name: "not found, with advice of the service", outcome: poll.OutcomeNotFound,
			result: poll.Result{LastError: &cloud.Error{
				Status: 400, Code: "X.1", Codes: &cloud.Codes{NotFound: []string{"X.1"}, Advice: map[string]string{"X.1": "Try taurusdb."}},
			}, Polls: 7, Elapsed: 30 * time.Second},
			want: "DCS job not found: " + inProject + " was not found: HTTP 400 Bad Request, code X.1. Polled 7 times in 30s." +
				strings.Replace(notFound, "Check service, the IDs, region and project_id.", "Try taurusdb.", 1),
		},
		{
			name: "not found", outcome: poll.OutcomeNotFound, result: poll.Result{LastError: noJob, Polls: 7, Elapsed: 30 * time.Second},
			want: "DCS job not found: " + inProject + " was not found: HTTP 404 Not Found, code DCS.9. Polled 7 times in 30s.\n\n" +
				"Endpoint: https://dcs.example.com\nRequest ID: r404" + notFound,
		},
		{
			name: "not found any more", outcome: poll.OutcomeNotFound,
			last:   &poll.Status{Raw: "RUN\nNING", Progress: new(int64(1)), RequestID: "r200"},
			result: poll.Result{LastError: noJob, Polls: 9, Elapsed: 99 * time.Second},
			want: "DCS job not found: " + inProject + " was RUN NING (1 %), and then was not found any more: " +
				"HTTP 404 Not Found, code DCS.9. Polled 9 times in 1m39s.\n\n" +
				"Endpoint: https://dcs.example.com\nRequest ID: r404" + notFound,
		},
		{
			name: "timed out, running", outcome: poll.OutcomeTimedOut,
			last: &poll.Status{
				Raw: "RUNNING", Progress: new(int64(35)), Remaining: new(120400 * time.Millisecond), Endpoint: "https://dcs.example.com",
				Steps: []string{"Mi\ngrate", strings.Repeat("s", 1001)}, RequestID: "r1",
			},
			result: poll.Result{Polls: 12, Elapsed: 88400 * time.Millisecond},
			want: timedOut + inProject + " is still RUNNING (35 %, about 2m left) after 1m30s (timeouts.read). In progress: Mi grate, " +
				strings.Repeat("s", 990) + "…. Polled 12 times in 1m28s.\n\nEndpoint: https://dcs.example.com\nRequest ID: r1" +
				strings.Replace(goesOn, `"3m"`, `"6m"`, 1),
		},
		{
			name: "timed out, until somebody pays", outcome: poll.OutcomeTimedOut, last: &poll.Status{Raw: "PENDING_PAYMENT", Blocked: true},
			result: poll.Result{Polls: 12, Elapsed: 88 * time.Second},
			want: timedOut + inProject + " is still PENDING_PAYMENT after 1m30s (timeouts.read). It does not continue until a person approves, " +
				"pays or decides: see the console of the service. Polled 12 times in 1m28s." + goesOn,
		},
		{
			name: "timed out, polls of other waits", outcome: poll.OutcomeTimedOut, last: &poll.Status{Raw: "RUNNING"},
			result: poll.Result{Polls: 12, Shared: 5, Failed: 2, Elapsed: 88 * time.Second},
			want: timedOut + inProject + " is still RUNNING after 1m30s (timeouts.read). " +
				"Polled 12 times in 1m28s (5 by other waits for the same job); 2 polls failed." + goesOn,
		},
		{
			name: "timed out, unknown status", outcome: poll.OutcomeTimedOut, last: &poll.Status{Raw: "PAUSED\x00"},
			result: poll.Result{UnknownStatus: "PAUSED\x00", Polls: 1},
			want: timedOut + inProject + " is still PAUSED after 1m30s (timeouts.read). Polled once in 0s.\n\n" +
				`The provider does not know the status "PAUSED". If the job ends with it, set one of these in this data source:` +
				"\n\n  success_statuses = [\"PAUSED\"]\n  failure_statuses = [\"PAUSED\"]" + goesOn,
		},
		{
			name: "timed out, never seen", outcome: poll.OutcomeTimedOut,
			result: poll.Result{Polls: 3, Failed: 3, LastError: errors.New("connection reset")},
			want: timedOut + inProject + " was not seen within 1m30s (timeouts.read). Polled 3 times in 0s; 3 polls failed.\n\n" +
				"The last poll failed: connection reset.\n\n" + correct + longer,
		},
		{
			name: "timed out, no response", outcome: poll.OutcomeTimedOut,
			result: poll.Result{Polls: 3, Failed: 3, LastError: noResponse},
			want: timedOut + inProject + " was not seen within 1m30s (timeouts.read). Polled 3 times in 0s; 3 polls failed.\n\n" +
				"The last poll failed: connection refused. " + diagnose.Advice(noResponse) +
				"\n\nEndpoint: https://dcs.example.com\n\n" + correct + longer,
		},
		{
			name: "timed out, failed poll with advice", outcome: poll.OutcomeTimedOut, last: &poll.Status{Raw: "RUNNING", Endpoint: "x"},
			result: poll.Result{Polls: 2, Failed: 1, LastError: status408},
			want: timedOut + inProject + " was last seen RUNNING after 1m30s (timeouts.read). Polled 2 times in 0s; 1 poll failed.\n\n" +
				"The last poll failed: HTTP 408 Request Timeout. " + diagnose.Advice(status408) +
				"\n\nEndpoint: https://dcs.example.com\nRequest ID: the response has none" + goesOn,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.result.Outcome = test.outcome
			if test.last != nil {
				test.result.Seen, test.result.Last = true, *test.last
			}
			r := report{
				form: asDataSource, subject: job, target: cloud.Target{Region: "eu-de", ProjectID: "p"}, timeout: 90 * time.Second,
				tolerate: test.tolerate, result: test.result, began: test.began,
			}.redacted(asIs)
			d := r.error()
			if diff := cmp.Diff(test.want+"\n\n"+diagnose.Outcomes.See(), d.Summary()+": "+d.Detail()); diff != "" {
				t.Errorf("text (- want, + got):\n%s", diff)
			}
			// The warning of a tolerated outcome says the same, without what to do.
			w := r.warning()
			if w.Summary() != d.Summary()+", which is tolerated" || !strings.HasPrefix(d.Detail(), w.Detail()+"\n\n") {
				t.Errorf("got warning %s: %s", w.Summary(), w.Detail())
			}
		})
	}
}

// A resource can be destroyed after its wait has failed, and waits again at the next apply.
func TestReportOfAResource(t *testing.T) {
	for _, test := range []struct {
		outcome poll.Outcome
		want    string
	}{
		{
			outcome: poll.OutcomeFailed,
			want: "DCS job j failed with status RUNNING. The service gives no reason: look at the job in its console.\n\n" +
				"The next apply reads the same job again. To try again, start another one, and apply with its ID.\n\n" +
				"To continue although the job failed, and change what depends on the wait, set in this resource:\n\n  tolerate = [\"failed\"]",
		},
		{
			outcome: poll.OutcomeTimedOut,
			want: "DCS job j is still RUNNING after 1h (timeouts.create). Polled once in 0s.\n\n" +
				"The job continues in the cloud. To wait for the rest, plan and apply again. " +
				"To wait longer, set a longer limit in this resource, such as:\n\n  timeouts {\n    create = \"2h\"\n  }\n\n" +
				"To continue although the job has not finished in time, and change what depends on the wait, set in this resource:" +
				"\n\n  tolerate = [\"timed_out\"]",
		},
	} {
		r := report{form: asResource, subject: job, timeout: time.Hour, result: poll.Result{
			Outcome: test.outcome, Seen: true, Last: poll.Status{Raw: "RUNNING"}, Polls: 1,
		}}
		if diff := cmp.Diff(test.want+"\n\n"+diagnose.Outcomes.See(), r.error().Detail()); diff != "" {
			t.Errorf("%s (- want, + got):\n%s", test.outcome, diff)
		}
		stored := "\n\nThe outcome is stored. To wait for another job, change its ID."
		if test.outcome == poll.OutcomeTimedOut {
			stored = "\n\nThe outcome is stored. To wait again, change a trigger, " +
				"or run terraform apply -replace with the address of this resource."
		}
		if got := r.warning().Detail(); !strings.HasSuffix(got, stored) {
			t.Errorf("%s: got warning %q, want …%q", test.outcome, got, stored)
		}
	}
}

// An error ends a wait: as an interruption if its context was cancelled, else with the advice for the error.
func TestWaitError(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	const (
		interrupted = "Wait for DCS job interrupted: The wait for DCS job j was interrupted, by Ctrl-C or because the run was cancelled " +
			"or reached a time limit."
		again = " To wait again, run Terraform again."
	)
	see := "\n\n" + diagnose.Outcomes.See()
	for _, test := range []struct {
		name           string
		ctx            context.Context
		seen, settling bool
		polls          int
		last           error // of the last poll
		err            error
		want           string
	}{
		{
			name: "cancelled after failed polls", ctx: t.Context(), last: errors.New("connection refused"), err: context.Canceled,
			want: interrupted + again + "\n\nThe last poll failed: connection refused." + see,
		},
		{
			name: "cancelled while the endpoint could not be reached", ctx: t.Context(), err: context.Canceled,
			last: &cloud.Error{Service: "dcs", Endpoint: "https://dcs.example.com", Err: errors.New("connection refused")},
			want: interrupted + again + "\n\nThe last poll failed: connection refused. Check that this machine reaches the endpoint, directly or " +
				"through the proxy variables, and endpoints.dcs if it is set.\n\nEndpoint: https://dcs.example.com" + see,
		},
		{name: "cancelled", ctx: t.Context(), err: fmt.Errorf("poll: %w", context.Canceled), want: interrupted + again + see},
		{
			name: "cancelled, seen", ctx: t.Context(), seen: true, err: context.Canceled,
			want: interrupted + " The last status was RUNNING. The job continues in the cloud. To wait for the rest, run Terraform again." + see,
		},
		{
			name: "cancelled while the end settles", ctx: t.Context(), seen: true, settling: true, err: context.Canceled,
			want: interrupted + " It had come to an end, but not for the 30s of settle." + again + see,
		},
		{name: "another error of a cancelled wait", ctx: cancelled, err: errors.New("connection reset"), want: interrupted + again + see},
		{
			name: "error", ctx: t.Context(), seen: true, err: errors.New("connection reset"),
			want: "Cannot wait for DCS job: DCS job j: connection reset.",
		},
		{
			name: "error after several polls", ctx: t.Context(), polls: 35,
			err: &cloud.Error{Service: "dcs", Endpoint: "https://dcs.example.com", Err: errors.New("connection refused")},
			want: "Cannot wait for DCS job: DCS job j: connection refused.\n\nEndpoint: https://dcs.example.com\n\n" +
				"Check that this machine reaches the endpoint, directly or through the proxy variables, and endpoints.dcs if it is set.\n\n" +
				"Polled 35 times in 5m. To wait again, run Terraform again.\n\n" +
				"See https://registry.terraform.io/providers/hwtasks/hwtasks/latest/docs/guides/troubleshooting#network-proxies-and-certificates",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			result := poll.Result{
				Seen: test.seen, Settling: test.settling, LastError: test.last, Polls: test.polls, Elapsed: 5 * time.Minute,
			}
			r := report{form: asDataSource, subject: job, settle: 30 * time.Second, result: result}
			if test.seen {
				r.result.Last.Raw = "RUNNING"
			}
			d := r.endedBy(test.ctx, test.err)
			if got := d[0].Summary() + ": " + d[0].Detail(); len(d) != 1 || got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// The log of a wait that polls every 5 seconds. At INFO it has changes of the status, and else a line every 10 seconds; at DEBUG it has
// each poll. Times are rounded, texts of the service are made fit to be shown.
func TestLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		r := &reporter{ctx: tflogtest.RootLogger(t.Context(), &log), subject: job, redact: asIs}
		running := poll.Status{Raw: "RUN\nNING", Name: "swap", Remaining: new(90400 * time.Millisecond)}
		halfway := poll.Status{Raw: "RUNNING", Name: "swap", Progress: new(int64(50))}
		later := poll.Status{Raw: "RUNNING", Name: "swap", Progress: new(int64(60))}
		paused := poll.Status{Raw: "PAUSED", State: poll.Unknown}
		reset := errors.New("connection reset")
		for i, result := range []poll.Result{
			{Last: running}, {Last: halfway}, {Last: later}, {Last: later},
			{Last: later, Failed: 1, LastError: reset}, {Last: later, LastError: reset},
			{Last: paused, UnknownStatus: "PAUSED"}, {Last: paused, UnknownStatus: "PAUSED"}, {Last: paused, LastError: reset},
		} {
			result.Polls = i + 1
			r.report(poll.Report{Result: result, Next: 5260 * time.Millisecond})
			time.Sleep(5 * time.Second)
		}
		timedOut := poll.Result{Outcome: poll.OutcomeTimedOut, Seen: true, Polls: 9, Shared: 4, Elapsed: 45400 * time.Millisecond, Last: running}
		r.ended(timedOut, nil)
		r.ended(poll.Result{Outcome: poll.OutcomeNotFound, Polls: 1}, nil)
		r.ended(poll.Result{}, reset) // which the diagnostic has
		lines, err := tflogtest.MultilineJSONDecode(&log)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, line := range lines {
			text := fmt.Sprint(line["@level"], " ", line["@message"])
			if line["@message"] == "Polled" {
				text += fmt.Sprint(" ", line["job"], " ", line["polls"], " ", line["status"], " ", line["failed"], " ", line["next"])
			}
			got = append(got, text)
		}
		want := []string{
			"info dcs job swap (j): RUN NING, about 1m30s left; next poll in 5.3s",
			"debug Polled j 1 RUN NING 0 5.26s",
			"info dcs job swap (j): RUNNING 50 %; next poll in 5.3s",
			"debug Polled j 2 RUNNING 0 5.26s",
			"debug Polled j 3 RUNNING 0 5.26s",
			"info dcs job swap (j): RUNNING 60 %; next poll in 5.3s",
			"debug Polled j 4 RUNNING 0 5.26s",
			"debug Polled j 5 RUNNING 1 5.26s",
			"info dcs job swap (j): connection reset; next poll in 5.3s",
			"debug Polled j 6 RUNNING 0 5.26s",
			"info dcs job j: PAUSED; next poll in 5.3s",
			"debug Polled j 7 PAUSED 0 5.26s",
			`warn dcs job j: the status "PAUSED" is unknown, and taken as running; ` +
				"if the job ends with it, add it to success_statuses or failure_statuses",
			"debug Polled j 8 PAUSED 0 5.26s",
			"info dcs job j: connection reset; next poll in 5.3s",
			"debug Polled j 9 PAUSED 0 5.26s",
			"info dcs job swap (j): timed_out after 9 polls in 45s, of which other waits made 4, last seen: RUN NING, about 1m30s left",
			"info dcs job j: not_found after 1 poll in 0s",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("log (- want, + got):\n%s", diff)
		}
	})
}

// Of a service that never gave a valid response, no outcome can be tolerated.
func TestReportWithoutAResponse(t *testing.T) {
	result := poll.Result{Outcome: poll.OutcomeTimedOut, Polls: 6, Failed: 6, LastError: errors.New("connection refused")}
	for name, r := range map[string]report{
		"create": {form: asResource, subject: job, timeout: time.Minute, result: result},
		"delete": {form: asDestroy, subject: job, timeout: time.Minute, result: result},
	} {
		got := r.error().Detail()
		if !strings.Contains(got, "\n\nNo poll has succeeded: correct this first. ") || strings.Contains(got, "tolerate") ||
			strings.Contains(got, "continues in the cloud") {
			t.Errorf("%s: got %s", name, got)
		}
	}
}
