package faultmatrix

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
)

// A row is a fault, and the results that are expected of the data sources that meet it.
type row struct {
	group, name string
	address     string            // of the cloud; empty: http://127.0.0.1. Over https it speaks HTTP/2
	settings    map[string]any    // of the provider block, in addition to the usual ones
	columns     func(column) bool // the row's columns; nil: all
	fault       func(*env, column)
	times       int // requests or connections that meet the fault; 0: all
	want        func(column) expectation
}

// An expectation is the result of a cell.
type expectation struct {
	errors      []string       // texts of the one diagnostic, in this order; none: there is a value
	value       map[string]any // some attributes; nil: the value without the fault
	after       time.Duration  // it comes
	within      time.Duration
	requests    int // at most
	connections int // at most; 0: any number
	attempts    int // that the error names; 0: any number
}

// The provider's limits that the expectations follow from.
const (
	attempts       = 6                        // of a request of a data source
	backoffs       = 15500 * time.Millisecond // between them at most: 0.5, 1, 2, 4 and 8 s
	throttlePauses = 31 * time.Second         // between them if each is throttled: 1, 2, 4, 8 and 16 s
	maxJitter      = 1.2                      // by which an interval may be longer
	atOnce         = time.Second              // for results that need no time, with a reserve
)

// nextPoll returns when a wait polls again at the latest after a time: a tenth of it, or a second, later.
func nextPoll(after time.Duration) time.Duration {
	return after + time.Duration(maxJitter*float64(max(time.Second, after/10)))
}

// maxPolls is how many requests a wait for a healthy job sends at most: one each second, and a last one.
const maxPolls = 26

// maxFailedPolls is how many polls of a wait fail at most before it times out: after 0, 1, 3, 7, 15, 31, 61 s and so on.
const maxFailedPolls = 12

// expectValue expects the value that there is without the fault, after a delay of each request.
func expectValue(delay time.Duration) func(column) expectation {
	return func(c column) expectation {
		if c.waits() {
			return expectation{after: takes, within: nextPoll(takes+2*delay) + 2*delay, requests: maxPolls, connections: 1}
		}
		return expectation{within: delay + atOnce, requests: 1, connections: 1}
	}
}

// expectReconnects expects the same of a fault that closes each connection after an answer.
func expectReconnects(c column) expectation {
	e := expectValue(0)(c)
	e.connections = e.requests
	return e
}

// expectRecovery expects the same after two attempts that failed, each after a time.
func expectRecovery(each time.Duration) func(column) expectation {
	return func(c column) expectation {
		if c.waits() {
			return expectation{after: takes, within: takes + 2*each + 15*time.Second, requests: maxPolls + 2}
		}
		return expectation{within: 2*each + backoffs, requests: 3}
	}
}

// expectError expects an error at once.
func expectError(texts ...string) func(column) expectation {
	return func(c column) expectation {
		summary := "Cannot read "
		if c.waits() {
			summary = "Cannot wait for "
		}
		return expectation{errors: append([]string{summary}, texts...), within: atOnce, requests: 1, connections: 1}
	}
}

// expectRetries expects reads to fail after all attempts, each of which takes a time, and waits to go on until they time out.
func expectRetries(each time.Duration, texts ...string) func(column) expectation {
	return func(c column) expectation {
		if c.waits() {
			return expectation{
				errors: append(timedOut("Failed polls: "), texts...),
				after:  timeout, within: timeout, requests: maxFailedPolls,
			}
		}
		return expectation{
			errors: append([]string{"Cannot read "}, texts...), attempts: attempts,
			within: attempts*each + backoffs, requests: attempts,
		}
	}
}

// expectRetriesAtOnce expects the same of attempts that take no time.
func expectRetriesAtOnce(texts ...string) func(column) expectation { return expectRetries(0, texts...) }

// expectErrorOfReads expects reads to fail at once, and waits to go on until they time out.
func expectErrorOfReads(texts ...string) func(column) expectation {
	return func(c column) expectation {
		if c.waits() {
			return expectRetries(0, texts...)(c)
		}
		return expectError(texts...)(c)
	}
}

// expectNotFound expects reads to fail at once, and waits after half a minute, in which a new job may appear.
func expectNotFound(texts ...string) func(column) expectation {
	return func(c column) expectation {
		if c.waits() {
			return expectation{
				errors: append([]string{" not found", "is not there: "}, texts...),
				after:  30 * time.Second, within: 31 * time.Second, requests: 33,
			}
		}
		return expectError(texts...)(c)
	}
}

// expectTimeout expects a wait to time out after a job was seen.
func expectTimeout(texts ...string) func(column) expectation {
	return func(column) expectation {
		return expectation{errors: append(timedOut("Last seen: "), texts...), after: timeout, within: timeout, requests: 3 * maxPolls}
	}
}

func timedOut(texts ...string) []string {
	return append([]string{"Timed out waiting for ", "did not end within 3m0s"}, texts...)
}

// transient returns a row for a fault that lasts and one for a fault that only two requests or connections meet. An attempt that
// meets it fails after a time.
func transient(r row, each time.Duration, texts ...string) []row {
	r.want = expectRetries(each, texts...)
	twice := r
	twice.name += ", twice"
	twice.times = 2
	twice.want = expectRecovery(each)
	return []row{r, twice}
}

// answering returns a fault that answers requests instead of the simulated cloud.
func answering(respond responder) func(*env, column) {
	return func(e *env, _ column) { e.respond = respond }
}

// healthyValues has the value of each column without a fault.
var healthyValues = map[string]map[string]any{}

func TestFaultMatrix(t *testing.T) {
	for _, c := range columns {
		synctest.Test(t, func(t *testing.T) {
			r, _, _ := row{}.read(t, c)
			if r.State["status"] == nil && r.State["tasks"] == nil && r.State["step_details"] == nil {
				t.Fatalf("%s: got %v and %q without a fault, want a value", c.name, r.State, r.Errors())
			}
			healthyValues[c.name] = r.State
		})
	}
	rows := slices.Concat(connectionRows(), tlsRows(), proxyRows(), http2Rows(), httpRows(), redirectRows(), statusRows(), codeRows(),
		throttlingRows(), bodyRows(), textRows(), secretRows(), timelineRows(), listRows(), progressRows(), clockRows())
	for _, r := range rows {
		t.Run(r.group+"/"+r.name, func(t *testing.T) {
			t.Parallel()
			for _, c := range columns {
				if r.columns == nil || r.columns(c) {
					t.Run(c.name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { r.check(t, c) }) })
				}
			}
		})
	}
}

// read reads the data source of a column, and returns how long that took.
func (r row) read(t *testing.T, c column) (plugintest.Reply, *env, time.Duration) {
	t.Helper()
	e := newEnv(t, options)
	c.addJobs(e.Simulator)
	if r.times > 0 {
		e.times = r.times
	}
	if r.fault != nil {
		r.fault(e, c)
	}
	all := settings("http://" + host)
	if r.address != "" {
		all = settings(r.address)
	}
	for name, value := range r.settings {
		all[name] = value
	}
	p := configured(t, e.network, all)
	start := time.Now()
	reply := p.Read(t.Context(), c.source, c.withTimeout())
	took := time.Since(start)
	e.Close()
	time.Sleep(time.Minute) // for responders that are still busy
	checkTexts(t, p, reply)
	if log := p.Log(); !strings.Contains(log, c.path) {
		t.Errorf("the log does not have the request to %s: %s", c.path, log)
	}
	return reply, e, took
}

// check reads the data source of a column and compares the result with the expectation.
func (r row) check(t *testing.T, c column) {
	t.Helper()
	got, e, took := r.read(t, c)
	want := r.want(c)
	if took < want.after || took > want.within {
		t.Errorf("took %s, want %s to %s", took, want.after, want.within)
	}
	if n := len(e.received()); n > want.requests {
		t.Errorf("sent %d requests, want at most %d", n, want.requests)
	}
	connections := e.connections()
	if want.connections > 0 && len(connections) > want.connections {
		t.Errorf("opened %d connections, want at most %d", len(connections), want.connections)
	}
	for _, address := range connections {
		if !strings.HasPrefix(address, host+":") && !strings.HasPrefix(address, proxyHost+":") {
			t.Errorf("connected to %s", address)
		}
	}
	if len(e.misdirected) > 0 {
		t.Errorf("sent elsewhere: %q", e.misdirected)
	}
	if r.times > 0 && !e.over() {
		t.Errorf("%d more requests should have met the fault", e.times)
	}
	if len(want.errors) > 0 {
		c.checkError(t, got, want.errors)
		if text := fmt.Sprintf("\nAttempts: %d\n", want.attempts); want.attempts > 0 && !strings.Contains(got.Errors(), text) {
			t.Errorf("got this error, want %q in it: %s", text, got.Errors())
		}
		return
	}
	if got.Errors() != "" {
		t.Errorf("got this error, want a value: %s", got.Errors())
		return
	}
	value, wanted := got.State, want.value
	if wanted == nil {
		wanted = healthyValues[c.name]
	} else {
		value = make(map[string]any)
		for name := range wanted {
			value[name] = got.State[name]
		}
	}
	if diff := cmp.Diff(wanted, value); diff != "" {
		t.Errorf("value (-want +got): %s", diff)
	}
}

// checkError checks that a reply is one error with some texts, in this order, which names the object and ends with a next step.
func (c column) checkError(t *testing.T, got plugintest.Reply, texts []string) {
	t.Helper()
	if len(got.Diagnostics) != 1 || got.Errors() == "" {
		t.Errorf("got %d diagnostics and %v, want one error with %q", len(got.Diagnostics), got.State, texts)
		return
	}
	text := got.Errors()
	rest := text
	for _, want := range texts {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Errorf("got this error: %s\nwant in it, in this order: %q", text, texts)
			return
		}
		rest = after
	}
	if !strings.Contains(text, c.id) {
		t.Errorf("the error does not name %s: %s", c.id, text)
	}
	paragraphs := strings.Split(text, "\n\n")
	if last := paragraphs[len(paragraphs)-1]; len(paragraphs) < 2 || strings.HasPrefix(last, "Endpoint:") {
		t.Errorf("the error has no next step: %s", text)
	}
}

// maxDiagnostic is how many bytes a diagnostic has at most, whatever it quotes.
const maxDiagnostic = 4000

// checkTexts checks that no diagnostic and no line of the log has a secret, and that diagnostics can be shown on a terminal.
func checkTexts(t *testing.T, p *plugintest.Plugin, r plugintest.Reply) {
	t.Helper()
	for _, d := range r.Diagnostics {
		text := plugintest.String(d)
		switch {
		case !printable(text):
			t.Errorf("a diagnostic cannot be shown: %q", text)
		case len(text) > maxDiagnostic:
			t.Errorf("a diagnostic has %d bytes, want at most %d: %s…", len(text), maxDiagnostic, text[:400])
		case strings.Contains(text, mark):
			t.Errorf("a diagnostic has a secret: %s", text)
		}
		if d.Severity != tfprotov6.DiagnosticSeverityError {
			t.Errorf("a diagnostic is not an error: %s", text)
		}
	}
	if r.State == nil && r.Errors() == "" {
		t.Error("the reply has neither a value nor an error")
	}
	if line := regexp.MustCompile(".*" + mark + ".*").FindString(p.Log()); line != "" {
		t.Errorf("the log has a secret: %s", line)
	}
}

// printable reports whether a text can be shown on a terminal.
func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029')
	})
}
