// Package simulator is a stand-in for the cloud: an http.Handler that answers the five documented
// calls, and those with which IAM and an ECS instance hand out credentials and list projects, as the services and their gateway do, with jobs and tasks that
// go on as time passes. It refuses what the real gateway would refuse, and fails when told to.
//
// Every service answers under its own path (/dcs, /dms, /dws, /iam, and /metadata for that of an ECS
// instance), where it refuses the calls of the others, and all of them answer at the root.
package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// Options are what a Simulator lets in. The zero value has the defaults that the constants name.
type Options struct {
	AccessKey, SecretKey string
	SecurityToken        string // if set, keys are taken only together with it
	Token                string
	Projects             []Project
	Now                  func() time.Time // default: time.Now
	Log                  func(Request)    // called for each request, before its answer is sent

	Domain        cloud.Domain // the simulated account
	Users         []User
	Agencies      []Agency      // of other accounts, for this one to assume
	TokenLifetime time.Duration // of tokens for a password; default: a day
	KeyLifetime   time.Duration // of keys from the instance metadata; default: an hour
	MetadataV1    bool          // the instance metadata gives keys without a token too

	// What the names of issued tokens and keys begin with. They are numbered.
	IssuedToken, IssuedAccessKey, IssuedSecretKey, IssuedSecurityToken string
}

// A Project is a project that IAM lists. Everything added to the simulator is in the first one.
type Project struct{ ID, Name string }

// What a Simulator lets in unless its Options say otherwise.
const (
	DefaultRegion    = "eu-west-101"
	DefaultProjectID = "0f3b5c9ad2804e6f8a1d7c4be59f2a60"
	DefaultAccessKey = "SIMULATEDACCESSKEY01"
	DefaultSecretKey = "simulated-secret-key-of-no-real-account-1"
	DefaultToken     = "simulated-token-of-no-real-account-000001"

	DefaultDomainName = "simulated-domain"
	DefaultDomainID   = "5d1a6f0c3e7b4d92a8c4b6e0f1d2c3a4"
	DefaultUserName   = "simulated-user"
	DefaultUserID     = "a7c0e4d2b8f64193b5d7e9f1a3c5e7d9"
	DefaultPassword   = "simulated-password-of-no-real-account-1"

	DefaultAgency           = "simulated-agency"
	DefaultAgencyDomainName = "simulated-delegating-domain"
	DefaultAgencyDomainID   = "b8d1f5e3c9a74204c6e8fa02b4d6f8e0"
	DefaultAgencyProjectID  = "c9e2a6f4dab85315d7f90b13c5e7a9f1" // the one project that the agency sees
)

// A Request is the record of a request.
type Request struct {
	Time      time.Time     `json:"time"`
	Service   cloud.Service `json:"service"` // that has the call
	Method    string        `json:"method"`
	Path      string        `json:"path"` // without the service's own path
	Query     string        `json:"query"`
	UserAgent string        `json:"user_agent"`
	Remote    string        `json:"remote"` // address of the client's end of the connection
	By        string        `json:"by"`     // keys, token, user NAME, agency NAME or instance; empty: nobody who is known
	Status    int           `json:"status"` // 0 where the connection is reset instead
	RequestID string        `json:"request_id"`
}

const recorded = 10_000 // requests that are remembered

// A Simulator is a simulated cloud. It is safe for concurrent use.
type Simulator struct {
	options Options
	routes  map[cloud.Service]*http.ServeMux

	mu       sync.Mutex
	count    int
	requests []Request
	faults   []*Fault
	objects  objects

	tokens                   map[string]principal
	keys                     map[string]temporaryKey
	sessions                 map[string]time.Time // expiry of the tokens of the instance metadata
	issuedTokens, issuedKeys int
}

// New makes a simulated cloud without any jobs or tasks.
func New(o Options) *Simulator {
	set := func(value *string, fallback string) {
		if *value == "" {
			*value = fallback
		}
	}
	set(&o.AccessKey, DefaultAccessKey)
	set(&o.SecretKey, DefaultSecretKey)
	set(&o.Token, DefaultToken)
	if o.Projects == nil {
		o.Projects = []Project{{DefaultProjectID, DefaultRegion}}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.setIdentities()
	s := &Simulator{options: o}
	s.routes = s.mux()
	return s
}

// mux makes the routes of each service, and under the empty name those of all together.
func (s *Simulator) mux() map[cloud.Service]*http.ServeMux {
	routes := map[cloud.Service]*http.ServeMux{"": http.NewServeMux()}
	for _, call := range []struct {
		service cloud.Service
		method  string
		path    string
		handler handler
	}{
		{cloud.DCS, "GET", "/v2/{project}/jobs/{job}", s.dcsJob},
		{cloud.DCS, "GET", "/v2/{project}/instances/{instance}/tasks", s.dcsTasks},
		{cloud.DCS, "GET", "/v2/{project}/instances/{instance}/tasks/{task}/progress", s.dcsProgress},
		{cloud.DMS, "GET", "/v2/{project}/instances/{instance}/tasks/{task}", s.kafkaTask},
		{cloud.DWS, "GET", "/v1.0/{project}/job/{job}", s.dwsJob},
		{cloud.IAM, "GET", "/v3/projects", s.iamProjects},
		{cloud.IAM, "POST", "/v3/auth/tokens", s.iamToken},
		{cloud.IAM, "POST", "/v3.0/OS-CREDENTIAL/securitytokens", s.iamAgencyKeys},
		{cloud.IMDS, "PUT", "/meta-data/latest/api/token", s.metadataSession},
		{cloud.IMDS, "GET", "/openstack/latest/securitykey", s.metadataKeys},
	} {
		if routes[call.service] == nil {
			routes[call.service] = http.NewServeMux()
		}
		h := s.guard(call.service, call.handler)
		if call.service == cloud.IMDS || strings.HasSuffix(call.path, "/auth/tokens") {
			h = unguarded(call.handler)
		}
		routes[call.service].Handle(call.method+" "+call.path, h)
		routes[""].Handle(call.method+" "+call.path, h)
	}
	for _, mux := range routes {
		mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
			gatewayError(http.StatusNotFound, "APIGW.0101", "The API does not exist or has not been published in the environment").write(w)
		})
	}
	return routes
}

// ServeHTTP implements http.Handler.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, controlPath) {
		s.control(w, r)
		return
	}
	record := Request{
		Time: s.options.Now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		UserAgent: r.UserAgent(), Remote: r.RemoteAddr,
	}
	for _, service := range cloud.Services {
		if rest, ok := strings.CutPrefix(record.Path, "/"+string(service)+"/"); ok {
			record.Service, record.Path = service, "/"+rest
		}
	}
	mux := s.routes[record.Service]
	if record.Service == "" {
		record.Service = serviceOf(record.Path)
	}
	fault := s.receive(&record)
	w.Header().Set("X-Request-Id", record.RequestID)
	w.Header().Set("Date", s.options.Now().UTC().Format(http.TimeFormat))
	fault.wait(r)

	answer := &answer{header: w.Header()}
	if !fault.change(answer) {
		inner := r.Clone(r.Context())
		inner.URL.Path, inner.URL.RawPath = record.Path, ""
		// The signature is over the path and the body as they were sent.
		sent := &rawRequest{request: r}
		sent.body, _ = io.ReadAll(http.MaxBytesReader(answer, r.Body, 1<<20)) // what is missing makes it invalid
		mux.ServeHTTP(answer, withRawRequest(inner, sent))
		record.By = sent.by.name
	}
	record.Status = answer.status
	s.record(record)
	fault.send(w, answer)
}

// serviceOf tells which service has a path that names none.
func serviceOf(path string) cloud.Service {
	switch {
	case strings.HasPrefix(path, "/v3/"), strings.HasPrefix(path, "/v3.0/"):
		return cloud.IAM
	case strings.HasPrefix(path, "/meta-data/"), strings.HasPrefix(path, "/openstack/"):
		return cloud.IMDS
	case strings.HasPrefix(path, "/v1.0/"):
		return cloud.DWS
	case strings.Contains(path, "/tasks/") && !strings.HasSuffix(path, "/progress"):
		return cloud.DMS
	}
	return cloud.DCS
}

// receive numbers a request and picks the fault that it meets, or one without effect.
func (s *Simulator) receive(record *Request) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	sum := sha256.Sum256(fmt.Appendf(nil, "request %d", s.count))
	record.RequestID = hex.EncodeToString(sum[:16])
	for i, f := range s.faults {
		if !f.meets(record) {
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			}
		}
		return f
	}
	return &Fault{}
}

func (s *Simulator) record(record Request) {
	s.mu.Lock()
	if len(s.requests) == recorded {
		s.requests = s.requests[1:]
	}
	s.requests = append(s.requests, record)
	s.mu.Unlock()
	if s.options.Log != nil {
		s.options.Log(record)
	}
}

// Requests returns the requests so far, the oldest first, as soon as their answer is about to be sent. Only the last 10,000 are kept.
func (s *Simulator) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Forget clears the record of requests.
func (s *Simulator) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// A reply is what a call answers.
type reply struct {
	status int
	header http.Header // besides those that all answers have
	body   any         // sent as JSON
	text   string      // sent instead
}

// object is a JSON object of an answer.
type object = map[string]any

func ok(body object) reply { return reply{status: http.StatusOK, body: body} }

func gatewayError(status int, code, message string) reply {
	return reply{status: status, body: object{"error_code": code, "error_msg": message}}
}

// write adds the request ID, as the gateway does, and sends the reply.
func (r reply) write(w http.ResponseWriter) {
	if body, isObject := r.body.(object); isObject && r.status == http.StatusUnauthorized {
		body["request_id"] = w.Header().Get("X-Request-Id")
	}
	maps.Copy(w.Header(), r.header)
	if r.text != "" {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(r.status)
		_, _ = io.WriteString(w, r.text) // into memory
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(r.status)
	_ = json.NewEncoder(w).Encode(r.body) // of plain values into memory
}

type handler func(r *http.Request) reply

// guard lets only those through to a call who may make it.
func (s *Simulator) guard(service cloud.Service, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		by, refused := s.authenticate(service, r)
		if refused == nil && service != cloud.IAM {
			refused = authorize(r, by)
		}
		if refused == nil {
			refused = malformed(service, r)
		}
		if refused != nil {
			refused.write(w)
			return
		}
		h(r).write(w)
	})
}

// unguarded lets everyone through to a call.
func unguarded(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h(r).write(w) })
}
