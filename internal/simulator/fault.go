package simulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// A Fault delays, replaces or breaks the responses to requests.
type Fault struct {
	Service cloud.Service `json:"service,omitempty"` // only requests to this service; empty: to any
	Path    string        `json:"path,omitempty"`    // only requests whose path contains this
	Times   int           `json:"times,omitempty"`   // number of requests that it applies to; 0: all

	Delay    Duration          `json:"delay,omitzero"`     // before the response
	Status   int               `json:"status,omitempty"`   // sent with Body instead of the real response; 0: the real one, or 200 with a Body
	Body     string            `json:"body,omitempty"`     // sent unchanged
	Header   map[string]string `json:"header,omitempty"`   // added to the response, such as Retry-After
	Reset    bool              `json:"reset,omitempty"`    // resets the connection instead of sending a response
	Truncate int               `json:"truncate,omitempty"` // closes the connection after this number of bytes of the body
}

// A Duration is a time.Duration that is a string in JSON, such as "1.5s".
type Duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// InjectFault adds faults. To a request the oldest one that matches applies.
func (s *Simulator) InjectFault(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		s.faults = append(s.faults, &f)
	}
}

// Faults returns the faults that still apply, the oldest first. Times is the number of requests that each still applies to.
func (s *Simulator) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Fault, len(s.faults))
	for i, f := range s.faults {
		all[i] = *f
	}
	return all
}

// ClearFaults removes all faults.
func (s *Simulator) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

func (f *Fault) matches(r *Request) bool {
	return (f.Service == "" || f.Service == r.Service) && strings.Contains(r.Path, f.Path)
}

// delay waits as long as the fault demands, or until the client is gone.
func (f *Fault) delay(r *http.Request) {
	if f.Delay == 0 {
		return
	}
	timer := time.NewTimer(time.Duration(f.Delay))
	defer timer.Stop()
	select {
	case <-r.Context().Done():
	case <-timer.C:
	}
}

// respond writes the fault's own response, and reports whether there is one: if not, the real one is sent.
func (f *Fault) respond(b *responseBuffer) bool {
	for name, value := range f.Header {
		b.header.Set(name, value)
	}
	switch {
	case f.Reset:
		return true
	case f.Status == 0 && f.Body == "":
		return false
	}
	b.status = cmp.Or(f.Status, http.StatusOK)
	b.body.WriteString(f.Body)
	return true
}

// send sends the buffered response, unless the fault resets the connection or closes it early.
func (f *Fault) send(w http.ResponseWriter, b *responseBuffer) {
	switch {
	case f.Reset:
		reset(w)
		return
	case f.Truncate > 0 && f.Truncate < b.body.Len():
		w.Header().Set("Content-Length", strconv.Itoa(b.body.Len()))
		b.body.Truncate(f.Truncate)
		b.send(w)
		_ = http.NewResponseController(w).Flush() // so that the client receives the first part
		panic(http.ErrAbortHandler)
	}
	b.send(w)
}

// reset aborts the connection: over TCP with a reset, else by closing it.
func reset(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if tcp, isTCP := conn.(*net.TCPConn); isTCP {
			_ = tcp.SetLinger(0) // if it fails, the connection is closed without a reset
		}
		_ = conn.Close()
		return
	}
	panic(http.ErrAbortHandler)
}

// A responseBuffer holds a response until it is sent, so that a fault can change it.
type responseBuffer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (b *responseBuffer) Header() http.Header         { return b.header }
func (b *responseBuffer) WriteHeader(status int)      { b.status = status }
func (b *responseBuffer) Write(p []byte) (int, error) { return b.body.Write(p) }

func (b *responseBuffer) send(w http.ResponseWriter) {
	w.WriteHeader(b.status)
	_, _ = w.Write(b.body.Bytes()) // the client may be gone
}

// Below controlPath, a simulator that runs as a process of its own is controlled:
//
//   - GET /simulator/requests lists the recorded requests, DELETE clears them;
//   - POST /simulator/faults adds a Fault, DELETE removes all; both and GET answer with those that apply then;
//   - DELETE /simulator/tokens revokes all issued tokens and keys.
const controlPath = "/simulator/"

func (s *Simulator) control(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, controlPath) {
	case "GET requests":
		reply(w, s.Requests())
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
			if !slices.Contains(s.Endpoints(), f.Service) {
				http.Error(w, fmt.Sprintf("the service %q is none of %v", f.Service, s.Endpoints()), http.StatusBadRequest)
				return
			}
		}
		s.InjectFault(f)
		reply(w, s.Faults())
	case "GET faults":
		reply(w, s.Faults())
	case "DELETE faults":
		s.ClearFaults()
		reply(w, s.Faults())
	case "DELETE tokens":
		s.Revoke()
	default:
		http.NotFound(w, r)
	}
}

// reply answers with a value in JSON.
func reply(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value) // the client may be gone
}
