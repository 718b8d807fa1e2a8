package simulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// A Fault is what a request meets instead of, or on the way to, its answer.
type Fault struct {
	Service cloud.Service `json:"service"` // only requests that address this service; empty: any
	Path    string        `json:"path"`    // only requests whose path contains this
	Times   int           `json:"times"`   // how many requests it meets; 0: all

	Delay    Duration          `json:"delay"`    // before anything else
	Status   int               `json:"status"`   // answers with this status and Body; 0: with the real answer, or 200 if there is a Body
	Body     string            `json:"body"`     // sent as it is
	Header   map[string]string `json:"header"`   // added to the answer, such as Retry-After
	Reset    bool              `json:"reset"`    // resets the connection instead of answering
	Truncate int               `json:"truncate"` // cuts the connection after so many bytes of the body
}

// A Duration is a time.Duration that JSON has as a text such as "1.5s".
type Duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) {
	return []byte(time.Duration(d).String()), nil
}

// InjectFault adds faults. A request meets the oldest one that fits.
func (s *Simulator) InjectFault(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		s.faults = append(s.faults, &f)
	}
}

// ClearFaults removes all faults.
func (s *Simulator) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

func (f *Fault) meets(r *Request) bool {
	return (f.Service == "" || f.Service == r.Service) && strings.Contains(r.Path, f.Path)
}

// wait delays a request.
func (f *Fault) wait(r *http.Request) {
	if f.Delay == 0 {
		return
	}
	timer := time.NewTimer(time.Duration(f.Delay))
	defer timer.Stop()
	select {
	case <-r.Context().Done(): // the client is gone
	case <-timer.C:
	}
}

// change puts the fault's answer in the place of the real one. It tells whether there is any.
func (f *Fault) change(a *answer) bool {
	for name, value := range f.Header {
		a.header.Set(name, value)
	}
	switch {
	case f.Reset:
		return true
	case f.Status == 0 && f.Body == "":
		return false
	}
	a.status = cmp.Or(f.Status, http.StatusOK)
	a.body.WriteString(f.Body)
	return true
}

// send sends an answer, as far as the fault lets it.
func (f *Fault) send(w http.ResponseWriter, a *answer) {
	switch {
	case f.Reset:
		reset(w)
		return
	case f.Truncate > 0 && f.Truncate < a.body.Len():
		w.Header().Set("Content-Length", strconv.Itoa(a.body.Len()))
		a.body.Truncate(f.Truncate)
		a.send(w)
		_ = http.NewResponseController(w).Flush() // so that the client sees the part
		panic(http.ErrAbortHandler)
	}
	a.send(w)
}

// reset cuts the connection. The client sees a reset where the protocol allows, else an end.
func reset(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if tcp, isTCP := conn.(*net.TCPConn); isTCP {
			_ = tcp.SetLinger(0) // an error leaves an ordinary end
		}
		_ = conn.Close()
		return
	}
	panic(http.ErrAbortHandler)
}

// An answer is kept in memory until it is sent, so that a fault can change it.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }

func (a *answer) send(w http.ResponseWriter) {
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // a client that is gone does not matter
}

// controlPath is where a simulator that runs on its own is told to fail:
// GET /simulator/requests lists the requests so far, DELETE forgets them;
// POST /simulator/faults adds a Fault, DELETE removes them all; DELETE /simulator/tokens revokes all tokens
// and keys that were handed out.
const controlPath = "/simulator/"

func (s *Simulator) control(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, controlPath) {
	case "GET requests":
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.Requests()) // a client that is gone does not matter
	case "DELETE requests":
		s.Forget()
	case "POST faults":
		var f Fault
		decoder := json.NewDecoder(r.Body)
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&f); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if f.Service != "" {
			if _, err := cloud.ParseService(string(f.Service)); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		}
		s.InjectFault(f)
	case "DELETE faults":
		s.ClearFaults()
	case "DELETE tokens":
		s.Revoke()
	default:
		http.NotFound(w, r)
	}
}
