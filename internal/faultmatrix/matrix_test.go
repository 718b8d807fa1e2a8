package faultmatrix

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
)

// A row is a fault, and the results that are expected of the data sources that meet it.
type row struct {
	name     string
	address  string            // of the cloud; empty: that of the group
	settings map[string]any    // of the provider block, in addition to the usual ones
	columns  func(column) bool // the row's columns; nil: all
	fault    func(*env, column)
	times    int // requests or connections that meet the fault; 0: all
	want     func(column) expectation
	recovery func(column) expectation // if only two requests or connections meet the fault; nil: that is not tried
}

// An expectation is the result of a cell.
type expectation struct {
	errors      []string      // texts of the one diagnostic, in this order; none: there is the value that there is without the fault
	after       time.Duration // it comes
	within      time.Duration
	requests    int // at most
	connections int // at most; 0: any number
}

// The provider's limits that the expectations follow from.
const (
	backoffs       = 15500 * time.Millisecond // between the six attempts of a read at most: 0.5, 1, 2, 4 and 8 s
	throttlePauses = 25 * time.Second         // between them if each is throttled: 1, 2, 4, 8 and 10 s
	maxJitter      = 1.2                      // by which an interval may be longer
	lastPoll       = 2 * time.Second          // before the timeout of a wait
	atOnce         = time.Second              // for results that need no time, with a reserve
	maxPolls       = 26                       // of a wait for a healthy job: one each second, and a last one
	maxFailedPolls = 25                       // of a wait until it times out: after 0, 1, 3, 7, 15, 25, 35 s and so on
	forbiddenGrace = 10 * time.Second         // in which a wait polls again although it is forbidden
	invalidGrace   = 2 * time.Minute          // in which a wait that has seen its job polls again whatever the answer is
)

// nextPoll returns when a wait polls again at the latest after a time: a tenth of it, or a second, later.
func nextPoll(after time.Duration) time.Duration {
	return after + time.Duration(maxJitter*float64(max(time.Second, after/10)))
}

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
func expectReconnects(delay time.Duration) func(column) expectation {
	return func(c column) expectation {
		e := expectValue(delay)(c)
		e.connections = e.requests
		return e
	}
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

// expectLateSuccess expects a wait to succeed, at the next poll after a time.
func expectLateSuccess(after time.Duration) func(column) expectation {
	return func(column) expectation {
		return expectation{after: after, within: nextPoll(after), requests: 3 * maxPolls}
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
			e := expectTimeout(append([]string{" failed.", "The last poll failed: "}, texts...)...)(c)
			e.requests = maxFailedPolls
			return e
		}
		all := append(append([]string{"Cannot read "}, texts...), "\nAttempts: 6\n")
		return expectation{errors: all, within: 6*each + backoffs, requests: 6}
	}
}

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
			all := append([]string{" not found", "was not found: "}, texts...)
			return expectation{errors: all, after: 30 * time.Second, within: 31 * time.Second, requests: 16}
		}
		return expectError(texts...)(c)
	}
}

// expectBadRequest expects an error at once, but of the task list after two smaller pages.
func expectBadRequest(texts ...string) func(column) expectation {
	return func(c column) expectation {
		e := expectError(texts...)(c)
		if strings.HasSuffix(c.path, "/tasks") {
			e.requests = 3
		}
		return e
	}
}

// expectForbidden expects reads to fail at once, and waits after some seconds, in which a new grant may spread.
func expectForbidden(texts ...string) func(column) expectation {
	return func(c column) expectation {
		e := expectError(texts...)(c)
		if c.waits() {
			e.after, e.within, e.requests = forbiddenGrace, forbiddenGrace+atOnce, 6
		}
		return e
	}
}

// expectTimeout expects a wait to time out.
func expectTimeout(texts ...string) func(column) expectation {
	return func(column) expectation {
		all := append([]string{"Timed out waiting for "}, texts...)
		return expectation{errors: all, after: timeout - lastPoll, within: timeout, requests: 4 * maxPolls}
	}
}

// transient returns a row for a fault because of which an attempt fails after a time.
func transient(name string, fault func(*env, column), each time.Duration, texts ...string) row {
	return row{name: name, fault: fault, want: expectRetries(each, texts...), recovery: expectRecovery(each)}
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
			r, _, _ := row{address: plain}.read(t, c)
			if r.State == nil || r.Errors() != "" {
				t.Fatalf("%s: got %v and %q without a fault, want a value", c.name, r.State, r.Errors())
			}
			healthyValues[c.name] = r.State
		})
	}
	for _, group := range []struct {
		name    string
		address string
		rows    []row
	}{
		{name: "connection", address: plain, rows: connectionRows()},
		{name: "TLS", address: encrypted, rows: tlsRows()},
		{name: "proxy", address: proxied, rows: proxyRows()},
		{name: "HTTP/2", address: encrypted, rows: http2Rows()},
		{name: "status", address: plain, rows: statusRows()},
		{name: "throttling", address: plain, rows: throttlingRows()},
		{name: "body", address: plain, rows: bodyRows()},
		{name: "text", address: plain, rows: textRows()},
		{name: "timeline", address: plain, rows: timelineRows()},
		{name: "clock", address: plain, rows: clockRows()},
	} {
		for _, r := range group.rows {
			if r.address == "" {
				r.address = group.address
			}
			t.Run(group.name+"/"+r.name, r.run)
			if r.recovery != nil {
				r.times, r.want = 2, r.recovery
				t.Run(group.name+"/"+r.name+", twice", r.run)
			}
		}
	}
}

// run runs the cells of a row.
func (r row) run(t *testing.T) {
	t.Parallel()
	for _, c := range columns {
		if r.columns == nil || r.columns(c) {
			t.Run(c.name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { r.check(t, c) }) })
		}
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
	p := configured(t, e, r.address, r.settings)
	start := time.Now()
	reply := p.Read(t.Context(), c.source, c.arguments)
	took := time.Since(start)
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
	if n := len(e.Requests()); n > want.requests {
		t.Errorf("sent %d requests, want at most %d", n, want.requests)
	}
	if r.times > 0 && !e.over() {
		t.Error("the fault is not over: too few requests or connections met it")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := len(e.dialed); want.connections > 0 && n > want.connections {
		t.Errorf("opened %d connections, want at most %d", n, want.connections)
	}
	for _, address := range e.dialed {
		if e.hosts[address] == nil {
			t.Errorf("connected to %s", address)
		}
	}
	if len(want.errors) > 0 {
		c.checkError(t, got, want.errors)
	} else if len(got.Diagnostics) > 0 {
		t.Errorf("got this error or warning, want a value: %s%s", got.Errors(), got.Warnings())
	} else if diff := cmp.Diff(healthyValues[c.name], got.State); diff != "" {
		t.Errorf("value (-want +got): %s", diff)
	}
}

// checkError checks that a reply is one error with some texts, in this order, which names the object and ends with a next step.
func (c column) checkError(t *testing.T, got plugintest.Reply, texts []string) {
	t.Helper()
	text := got.Errors()
	if len(got.Diagnostics) != 1 || text == "" {
		t.Errorf("got %d diagnostics and %v, want one error with %q", len(got.Diagnostics), got.State, texts)
		return
	}
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
