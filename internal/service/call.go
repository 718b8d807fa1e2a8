package service

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"strings"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

// A Call is a documented GET call. Answer is the struct of its response, whose fields have both json and tfsdk tags.
type Call[Answer any] struct{ info *CallInfo }

// A CallInfo describes a call. What calls do is written for it, since generic code is compiled for each type.
type CallInfo struct {
	API        *API
	Path       string   // as documented, such as "/v2/{project_id}/jobs/{job_id}" or "/v3/{project_id}/jobs?id={job_id}"; arguments in braces
	Parameters []string // of the query that requests may have, besides those in the path
	Reference  string   // title of its page in the vendor's API reference
	OnlyHuawei bool     // Open Telekom Cloud does not document the call
	Permission string   // needed for the call, such as "dcs:job:get", or "a permission to read ECS" if the page names none

	// JobID is the field of a response with the job ID, such as "job.id". The ID must be the requested one, unless it is missing. It is
	// empty if the response has no ID, or a list of jobs.
	JobID string

	Answer reflect.Type // set by NewCall
}

// NewCall returns the call that a CallInfo describes.
func NewCall[Answer any](info CallInfo) Call[Answer] {
	info.Answer = reflect.TypeFor[Answer]()
	return Call[Answer]{&info}
}

// Info returns the description of the call.
func (c Call[Answer]) Info() *CallInfo { return c.info }

// Get makes a call. The IDs are those in the path besides the project ID, in its order. It is no method: those of generic types are linked
// for each type, even if nobody uses them.
func Get[Answer any](
	ctx context.Context, c Call[Answer], client *cloud.Client, t cloud.Target, ids ...string,
) (Answer, cloud.Response, error) {
	answer, response, err := c.info.get(ctx, client, t, ids, nil)
	return *answer.(*Answer), response, err //nolint:forcetypeassert // that is its type
}

// Query makes a call with a query, whose answer is not checked. Waits share the calls of their polls: what is in an answer must not be
// changed.
func Query[Answer any](
	ctx context.Context, c Call[Answer], client *cloud.Client, t cloud.Target, query url.Values, ids ...string,
) (Answer, cloud.Response, error) {
	answer, response, err := c.info.query(ctx, client, t, query, ids)
	return *answer.(*Answer), response, err //nolint:forcetypeassert // that is its type
}

// get makes the call, and returns a pointer to the answer. Check rejects an answer by an error; it may be nil.
func (c *CallInfo) get(
	ctx context.Context, client *cloud.Client, t cloud.Target, ids []string, check func(any) error,
) (any, cloud.Response, error) {
	answer, response, err := c.query(ctx, client, t, nil, ids)
	if err != nil {
		return answer, response, err
	}
	if c.JobID != "" {
		err = checkJobID(ids[len(ids)-1], stringAt(reflect.ValueOf(answer).Elem(), c.JobID))
	}
	if err == nil && check != nil {
		err = check(answer)
	}
	if err != nil {
		err = response.Reject(err)
	}
	return answer, response, err
}

// query makes the call with a query, and returns a pointer to the answer, which is not checked.
func (c *CallInfo) query(
	ctx context.Context, client *cloud.Client, t cloud.Target, query url.Values, ids []string,
) (any, cloud.Response, error) {
	type exchange struct {
		answer   any
		response cloud.Response
	}
	request := c.Request(t, query, ids...)
	get := func(ctx context.Context) (e exchange, err error) {
		e.answer = reflect.New(c.Answer).Interface()
		e.response, err = client.Get(ctx, request, e.answer)
		if poll.IsPoll(ctx) {
			err = PollError(err)
		}
		return e, err
	}
	e, err := poll.Shared(ctx, strings.Join(request.Path, "/")+"?"+request.Query.Encode(), get)
	if e.answer == nil { // it was not sent
		e.answer = reflect.New(c.Answer).Interface()
	}
	return e.answer, e.response, err
}

// Request returns the request of the call.
func (c *CallInfo) Request(t cloud.Target, query url.Values, ids ...string) cloud.Request {
	value := func(text string) string {
		switch {
		case text == "{project_id}":
			text = t.ProjectID
		case strings.HasPrefix(text, "{"):
			text, ids = ids[0], ids[1:]
		}
		return text
	}
	path, fixed, _ := strings.Cut(c.Path, "?")
	var segments []string
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		segments = append(segments, value(segment))
	}
	if fixed != "" {
		query = maps.Clone(query)
		if query == nil {
			query = make(url.Values)
		}
		for parameter := range strings.SplitSeq(fixed, "&") {
			name, text, _ := strings.Cut(parameter, "=")
			query.Set(name, value(text))
		}
	}
	return cloud.Request{
		Service: c.API.Endpoint, Hosts: c.API.Hosts, Codes: &c.API.Codes, Permission: c.Permission, OnlyHuawei: c.OnlyHuawei,
		Target: t, Path: segments, Query: query, Required: c.JobID,
	}
}

// argument matches an argument in the path of a call.
var argument = regexp.MustCompile(`\{([a-z_]+)\}`)

// arguments returns the names of the IDs in the path besides the project ID, in its order.
func (c *CallInfo) arguments() []string {
	var names []string
	for _, match := range argument.FindAllStringSubmatch(c.Path, -1) {
		if match[1] != "project_id" {
			names = append(names, match[1])
		}
	}
	return names
}

// documentation returns the sentences that name the call, the permission that it needs, and where it is documented.
func (c *CallInfo) documentation() string {
	permission := FormatPermission(c.Permission)
	if strings.HasPrefix(permission, "`") {
		permission = "the permission " + permission
	}
	text := fmt.Sprintf("Reads `GET %s` (%q in the API reference), which needs %s.", c.Path, c.Reference, permission)
	if c.OnlyHuawei {
		text += " Open Telekom Cloud does not document this call."
	}
	return text
}

// FormatPermission returns a permission in Markdown: one that the reference page names is code.
func FormatPermission(permission string) string {
	if strings.Contains(permission, ":") {
		return "`" + permission + "`"
	}
	return permission
}

// checkJobID checks that a response is about the requested job. Some services write the same ID with and without hyphens.
func checkJobID(requested string, answered *lenient.String) error {
	if id := Deref(answered); id != "" && !SameID(id, requested) {
		return fmt.Errorf("the service answered with job %q instead", id)
	}
	return nil
}

// SameID reports whether two IDs differ at most in letter case and hyphens.
func SameID(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "-", ""), strings.ReplaceAll(b, "-", ""))
}

// stringAt returns the documented String at a field such as "job.id" of a struct, or nil if an object around it is null.
func stringAt(v reflect.Value, field string) *lenient.String {
	if at := fieldAt(v, field); at.IsValid() {
		s, _ := at.Interface().(*lenient.String)
		return s
	}
	return nil
}

// fieldAt returns the field of a struct with a name such as "job.id". It is not valid if an object around it is null.
func fieldAt(v reflect.Value, field string) reflect.Value {
	name, rest, nested := strings.Cut(field, ".")
	for f, value := range v.Fields() {
		switch {
		case f.Anonymous:
			if found := fieldAt(value, field); found.IsValid() {
				return found
			}
		case f.Tag.Get("json") != name:
		case !nested:
			return value
		case !value.IsNil():
			return fieldAt(value.Elem(), rest)
		}
	}
	return reflect.Value{}
}

// Deref returns a documented String, or "" if it is null.
func Deref(s *lenient.String) string {
	if s == nil {
		return ""
	}
	return string(*s)
}
