package faultmatrix

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"text/tabwriter"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

var table = flag.String("table", "", "add the table of the fault matrix and the figures of the load to this file")

// report shows what a test came to.
func report(t *testing.T, text string) {
	t.Helper()
	t.Log("\n" + text)
	if *table == "" {
		return
	}
	file, err := os.OpenFile(*table, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	must(err)
	_, err = file.WriteString(text + "\n")
	must(err)
	must(file.Close())
}

// A row is a fault, and what is expected of a data source that meets it.
type row struct {
	group, name string
	install     func(w *world)             // brings the fault into the world, once the healthy one stands
	want        func(c column) expectation // of a column
	secure      bool                       // over TLS, and so over HTTP/2
	only        func(c column) bool        // columns that the row is for; nil: all
	settings    map[string]any             // of the provider block, beside those of the healthy world
}

// An expectation is what a cell must come to.
type expectation struct {
	errors   []string       // texts of the diagnostic, in this order; none: a value
	changed  map[string]any // attributes of the value that are not those of the healthy world
	within   time.Duration
	requests int // at the most; 0: any number
}

// attempts are those of a read, and pauses how long it pauses at the most between them.
const (
	attempts = 6
	pauses   = 15500 * time.Millisecond
)

// harmless expects the healthy value in spite of a fault that holds up each request by so much.
func harmless(cost time.Duration) func(column) expectation {
	return func(c column) expectation {
		within := 2*cost + pauses
		if c.waits {
			within = takes + 2*cost + 15*time.Second // the longest pause between two looks, and between two after trouble
		}
		return expectation{within: within}
	}
}

// final expects an error at once.
func final(texts ...string) func(column) expectation {
	return func(c column) expectation {
		first := "Cannot read "
		if c.waits {
			first = "Cannot wait for "
		}
		return expectation{errors: append([]string{first}, texts...), requests: 1, within: time.Second}
	}
}

// passing expects a read to try again and then to give up, and a wait to go on until its time is over.
func passing(cost time.Duration, texts ...string) func(column) expectation {
	return func(c column) expectation {
		if c.waits {
			return expectation{errors: append([]string{"Timed out waiting for ", "did not end within 3m0s", "no poll found it", "Failed polls: "}, texts...), within: timeout}
		}
		return expectation{errors: append([]string{"Cannot read "}, texts...), requests: attempts, within: attempts*cost + pauses}
	}
}

// lasting returns a row for a fault that stays, and one for a fault that two requests meet.
func lasting(r row, cost time.Duration, texts ...string) []row {
	r.want = passing(cost, texts...)
	twice := r
	twice.name += ", twice"
	twice.want = harmless(cost)
	twice.install = func(w *world) {
		r.install(w)
		w.limited, w.times = true, 2
	}
	return []row{r, twice}
}

// answering installs a behavior.
func answering(b behavior) func(*world) {
	return func(w *world) { w.fault = b }
}

// rows are those of the matrix: all, or with the race detector some of each kind.
func rows() []row {
	all := slices.Concat(connectionRows(), tlsRows(), http2Rows(), httpRows(), redirectRows(), statusRows(), bodyRows(), fieldRows(), displayRows(), secretRows(), courseRows(), listRows())
	slices.SortFunc(all, func(a, b row) int { return cmp.Compare(a.group+"/"+a.name, b.group+"/"+b.name) }) // so that it is always the same part
	var some []row
	for i, r := range all {
		if i%every == 0 {
			some = append(some, r)
		}
	}
	return some
}

// A healthy value is what a column reads where all is well.
var healthy = map[string]map[string]any{}

// TestFaultMatrix sets every data source against every fault.
func TestFaultMatrix(t *testing.T) {
	for _, c := range columns {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, marked)
			add(w, c.waits)
			r, err := c.readIn(t, w, settings("http", nil))
			if err != nil || len(r.Diagnostics) > 0 {
				t.Fatal(c.name, err, r.Diagnostics)
			}
			healthy[c.name] = r.value(c.source)
		})
	}
	var counts tally
	t.Run("cells", func(t *testing.T) {
		for _, r := range rows() {
			t.Run(r.group+"/"+r.name, func(t *testing.T) {
				t.Parallel()
				for _, c := range columns {
					if r.only != nil && !r.only(c) {
						continue
					}
					var problems []string
					synctest.Test(t, func(t *testing.T) { problems = r.cell(t, c) })
					counts.add(r.group, c.name, len(problems) == 0)
					for _, problem := range problems {
						t.Errorf("%s: %s", c.name, problem)
					}
				}
			})
		}
	})
	report(t, counts.String())
}

// cell runs a cell and tells what is wrong with what came of it.
func (r row) cell(t *testing.T, c column) []string {
	t.Helper()
	w := newWorld(t, marked)
	add(w, c.waits)
	if r.install != nil {
		r.install(w)
	}
	scheme := "http"
	if r.secure {
		scheme = "https"
	}
	want := r.want(c)
	begin := time.Now()
	got, err := c.readIn(t, w, settings(scheme, r.settings))
	took := time.Since(begin)
	w.Close()
	<-time.After(time.Minute) // for servers that are still at it
	if err != nil {
		return []string{fmt.Sprintf("the plugin protocol failed: %s", err)}
	}

	problems := got.problems(c.source)
	problem := func(format string, values ...any) { problems = append(problems, fmt.Sprintf(format, values...)) }
	if took > want.within {
		problem("took %s, and not at most %s", took, want.within)
	}
	requests := w.asked()
	if want.requests > 0 && len(requests) > want.requests {
		problem("%d requests, and not at most %d", len(requests), want.requests)
	}
	switch connections := w.connections(); {
	case want.requests == 1 && connections > 1, want.requests == attempts && connections > 4*attempts:
		problem("%d connections for %d requests", connections, len(requests))
	}
	if len(w.strayed) > 0 {
		problem("sent elsewhere: %q", w.strayed)
	}
	for _, address := range w.dialed {
		if !strings.HasPrefix(address, host+":") {
			problem("connected to %s", address)
		}
	}
	if len(want.errors) == 0 {
		expected := maps.Clone(healthy[c.name])
		maps.Copy(expected, want.changed)
		if len(got.Diagnostics) > 0 {
			problem("not a value, but: %s", got.Diagnostics)
		} else if diff := gocmp.Diff(expected, got.value(c.source)); diff != "" {
			problem("another value: %s", diff)
		}
		return problems
	}
	if len(got.Diagnostics) != 1 {
		problem("not one error, but value %v and %s", got.value(c.source), got.Diagnostics)
		return problems
	}
	text := got.Diagnostics[0].String()
	rest := text
	for _, expected := range want.errors {
		_, after, found := strings.Cut(rest, expected)
		if !found {
			problem("not %q in (the rest of) this error: %s", expected, text)
			return problems
		}
		rest = after
	}
	if want.requests == attempts && !strings.Contains(text, fmt.Sprintf("\nAttempts: %d\n", attempts)) {
		problem("not after %d attempts: %s", attempts, text)
	}
	// What every error tells: what was read, and what to do.
	if id := c.arguments["job_id"]; id != nil && !strings.Contains(text, job) || id == nil && !strings.Contains(text, instance) {
		problem("the error does not name the object: %s", text)
	}
	paragraphs := strings.Split(text, "\n\n")
	if advice := paragraphs[len(paragraphs)-1]; len(paragraphs) < 2 || strings.HasPrefix(advice, "Endpoint:") {
		problem("the error does not tell what to do: %s", text)
	}
	return problems
}

// A tally counts cells.
type tally struct {
	mu     sync.Mutex
	groups []string
	run    map[[2]string]int
	passed map[[2]string]int
}

func (c *tally) add(group, column string, passed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.run == nil {
		c.run, c.passed = make(map[[2]string]int), make(map[[2]string]int)
	}
	if !slices.Contains(c.groups, group) {
		c.groups = append(c.groups, group)
	}
	for _, key := range [][2]string{{group, column}, {group, ""}, {"", column}, {"", ""}} {
		c.run[key]++
		if passed {
			c.passed[key]++
		}
	}
}

// String is the table: a line per group of faults, a column per data source.
func (c *tally) String() string {
	var lines strings.Builder
	line := func(title, group string) {
		lines.WriteString(title + "\t")
		for _, column := range append(slices.Clone(columns), column{}) {
			cell := "-"
			if key := [2]string{group, column.name}; c.run[key] > 0 {
				cell = fmt.Sprintf("%d/%d", c.passed[key], c.run[key])
			}
			lines.WriteString(cell + "\t")
		}
		lines.WriteString("\n")
	}
	lines.WriteString("\t")
	for _, column := range columns {
		lines.WriteString(strings.ReplaceAll(column.name, "background_", "") + "\t")
	}
	lines.WriteString("all\t\n")
	for _, group := range slices.Sorted(slices.Values(c.groups)) {
		line(group, group)
	}
	line("all", "")

	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, err := io.WriteString(w, lines.String())
	must(err)
	must(w.Flush())
	return b.String() + fmt.Sprintf("\nCells passed of cells run: %d of %d.", c.passed[[2]string{}], c.run[[2]string{}])
}
