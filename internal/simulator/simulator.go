// Package simulator is a stand-in for the cloud: an http.Handler that answers the calls of services, and those with
// which IAM and the metadata of an ECS instance issue credentials and list projects, as the services and their gateway
// do. Its objects progress with time. It rejects requests that the real gateway would reject, and responds with errors
// where a test injects faults.
//
// It knows no service but IAM and the metadata: the services and the types of their objects come from their own
// packages of tests, and internal/services/servicestest has all of them. A service answers below its own path (such as
// /dcs or /iam), or for host names that begin with it.
package simulator

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// Options configure a Simulator. The zero value stands for the defaults that the constants below define.
type Options struct {
	AccessKey, SecretKey string
	SecurityToken        string // if set, required with the keys
	Token                string
	Projects             []Project
	Services             []Service        // besides IAM and the instance metadata
	Now                  func() time.Time // default: time.Now
	Log                  func(Request)    // called for each request, before its response is sent

	Domain        cloud.Domain // the simulated account
	Users         []User
	Agencies      []Agency      // of other accounts, which this one can assume
	TokenLifetime time.Duration // of tokens issued for a password; default: a day
	KeyLifetime   time.Duration // of keys from the instance metadata; default: an hour
	MetadataV1    bool          // the instance metadata also issues keys without a session token

	// Prefixes of issued tokens and keys, which are numbered.
	IssuedToken, IssuedAccessKey, IssuedSecretKey, IssuedSecurityToken string
}

// A Project is a project that IAM lists. Everything added to the simulator is in the first one.
type Project struct{ ID, Name string }

// Defaults of the Options.
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
	Service   cloud.Service `json:"service"`
	Method    string        `json:"method"`
	Path      string        `json:"path"` // without that of the service
	Query     string        `json:"query"`
	UserAgent string        `json:"user_agent"`
	Remote    string        `json:"remote"` // address of the client's end of the connection
	By        string        `json:"by"`     // keys, token, user NAME, agency NAME or instance; empty if not authenticated
	Status    int           `json:"status"` // of the response; 0 if the connection is reset instead
	RequestID string        `json:"request_id"`
}

const maxRequests = 10_000 // recorded requests; older ones are dropped

// A Simulator is a simulated cloud. It is safe for concurrent use.
type Simulator struct {
	options Options
	routes  map[cloud.Service]*http.ServeMux

	mu       sync.Mutex
	count    int
	requests []Request
	faults   []*Fault
	objects  []Object

	tokens                   map[string]principal
	keys                     map[string]temporaryKey
	sessions                 map[string]time.Time // expiry of the tokens of the instance metadata
	issuedTokens, issuedKeys int
}

// New returns a simulated cloud without any objects.
func New(o Options) *Simulator {
	o.AccessKey = cmp.Or(o.AccessKey, DefaultAccessKey)
	o.SecretKey = cmp.Or(o.SecretKey, DefaultSecretKey)
	o.Token = cmp.Or(o.Token, DefaultToken)
	if o.Projects == nil {
		o.Projects = []Project{{DefaultProjectID, DefaultRegion}}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.setIdentityDefaults()
	s := &Simulator{options: o}
	s.routes = s.mux()
	return s
}

// mux returns the routes of each service.
func (s *Simulator) mux() map[cloud.Service]*http.ServeMux {
	routes := make(map[cloud.Service]*http.ServeMux)
	handle := func(service cloud.Service, pattern string, h http.Handler) {
		if routes[service] == nil {
			routes[service] = http.NewServeMux()
			routes[service].HandleFunc("/", notPublished)
		}
		routes[service].Handle(pattern, h)
	}
	handled := make(map[string]bool)
	for _, service := range s.options.Services {
		for _, call := range service.Calls {
			pattern := string(service.Endpoint) + call.Path
			if handled[pattern] {
				continue // services that share an endpoint have the same call
			}
			handled[pattern] = true
			handle(service.Endpoint, "GET "+call.Path, s.authenticated(service, func(r *http.Request) Response {
				s.mu.Lock()
				q := Query{Request: r, Now: s.options.Now(), objects: slices.Clone(s.objects)}
				s.mu.Unlock()
				return call.Answer(q)
			}))
		}
	}
	handle(cloud.IAM, "GET /v3/projects", s.authenticated(Service{Endpoint: cloud.IAM}, s.iamProjects))
	handle(cloud.IAM, "POST /v3/auth/tokens", anonymous(s.iamToken))
	handle(cloud.IAM, "POST /v3.0/OS-CREDENTIAL/securitytokens", s.authenticated(Service{Endpoint: cloud.IAM}, s.iamAgencyKeys))
	handle(cloud.IMDS, "PUT /meta-data/latest/api/token", anonymous(s.metadataSession))
	handle(cloud.IMDS, "GET /openstack/latest/securitykey", anonymous(s.metadataKeys))
	return routes
}

func notPublished(w http.ResponseWriter, _ *http.Request) {
	GatewayError(http.StatusNotFound, "APIGW.0101", "The API does not exist or has not been published in the environment").write(w)
}

// Endpoints returns the services that answer, each below a path of its own.
func (s *Simulator) Endpoints() []cloud.Service { return slices.Sorted(maps.Keys(s.routes)) }

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
	var handler http.Handler = http.HandlerFunc(notPublished)
	name, rest, _ := strings.Cut(strings.TrimPrefix(record.Path, "/"), "/")
	if service, found := s.serviceOf(r.Host); found {
		record.Service, handler = service, s.routes[service]
	} else if mux := s.routes[cloud.Service(name)]; mux != nil {
		record.Service, record.Path, handler = cloud.Service(name), "/"+rest, mux
	}
	fault := s.receive(&record)
	w.Header().Set("X-Request-Id", record.RequestID)
	w.Header().Set("Date", s.options.Now().UTC().Format(http.TimeFormat))
	fault.delay(r)

	buffer := &responseBuffer{header: w.Header()}
	if !fault.respond(buffer) {
		inner := r.Clone(r.Context())
		inner.URL.Path, inner.URL.RawPath = record.Path, ""
		// The signature covers the path and the body as they were sent.
		raw := &rawRequest{request: r}
		raw.body, _ = io.ReadAll(http.MaxBytesReader(buffer, r.Body, 1<<20)) // the signature of a truncated body is invalid
		handler.ServeHTTP(buffer, withRawRequest(inner, raw))
		record.By = raw.caller.name
	}
	record.Status = buffer.status
	s.record(record)
	fault.send(w, buffer)
}

// serviceOf returns the service that a host name begins with, as on the real cloud: dcs.eu-west-101.myhuaweicloud.eu.
func (s *Simulator) serviceOf(host string) (service cloud.Service, found bool) {
	label, _, _ := strings.Cut(host, ".")
	name, _, _ := strings.Cut(host, ":")
	hosts := make(map[cloud.Service]cloud.Hosts)
	for _, service := range s.options.Services {
		hosts[service.Endpoint] = service.Hosts
	}
	for service := range s.routes {
		if hosts[service].Label(service, name) == label {
			return service, true
		}
	}
	return "", false
}

// receive numbers a request and returns the fault that applies to it, or one without effect.
func (s *Simulator) receive(record *Request) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	sum := sha256.Sum256(fmt.Appendf(nil, "request %d", s.count))
	record.RequestID = hex.EncodeToString(sum[:16])
	for i, f := range s.faults {
		if !f.matches(record) {
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
	if len(s.requests) == maxRequests {
		s.requests = s.requests[1:]
	}
	s.requests = append(s.requests, record)
	s.mu.Unlock()
	if s.options.Log != nil {
		s.options.Log(record)
	}
}

// Requests returns the recorded requests, the oldest first. A request is recorded before its response is sent. Only the
// last 10,000 are kept.
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

// A Response is the result of a call.
type Response struct {
	Status int
	Header http.Header // in addition to those of all responses
	Body   any         // sent as JSON
	Text   string      // sent instead of the body, if set
}

// object is a JSON object in a response.
type object = map[string]any

// OK returns the response with a JSON object.
func OK(body map[string]any) Response { return Response{Status: http.StatusOK, Body: body} }

// GatewayError returns an error in the form of the gateway and of most services.
func GatewayError(status int, code, message string) Response {
	return Response{Status: status, Body: object{"error_code": code, "error_msg": message}}
}

// write sends the response. To errors of authentication it adds the request ID, as the gateway does.
func (r Response) write(w http.ResponseWriter) {
	if body, isObject := r.Body.(object); isObject && r.Status == http.StatusUnauthorized {
		body["request_id"] = w.Header().Get("X-Request-Id")
	}
	maps.Copy(w.Header(), r.Header)
	if r.Text != "" {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(r.Status)
		_, _ = io.WriteString(w, r.Text) // into memory
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(r.Status)
	_ = json.NewEncoder(w).Encode(r.Body) // of plain values into memory
}

type handler func(r *http.Request) Response

// authenticated returns a handler that passes on requests which are authenticated and authorized.
func (s *Simulator) authenticated(service Service, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller, rejection := s.authenticate(service.Endpoint, r)
		if rejection == nil && service.Endpoint != cloud.IAM {
			rejection = authorize(r, caller)
		}
		if rejection != nil {
			rejection.write(w)
			return
		}
		h(r).write(w)
	})
}

// anonymous returns a handler that passes on all requests.
func anonymous(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h(r).write(w) })
}
