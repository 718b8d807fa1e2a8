package service

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/poll"
)

// A Call is a documented GET call. Answer is the struct of its answer, whose fields have both json and tfsdk tags.
type Call[Answer any] struct {
	API        *API
	Path       string // as documented, such as "/v2/{project_id}/jobs/{job_id}"; what is in braces are arguments
	Permission string // needed for the call, such as "dcs:job:get", or "a permission to read ECS" if the page names none

	// JobID returns the job ID in an answer, which must be the requested one. It is nil if the answer has none.
	JobID func(*Answer) **lenient.String
}

// Get makes the call. The IDs are those in the path besides the project ID, in its order.
func (c Call[Answer]) Get(ctx context.Context, client *cloud.Client, t cloud.Target, ids ...string) (Answer, cloud.Response, error) {
	return c.get(ctx, client, t, ids, nil)
}

// get makes the call. Check rejects an answer by an error; it may be nil.
func (c Call[Answer]) get(
	ctx context.Context, client *cloud.Client, t cloud.Target, ids []string, check func(Answer) error,
) (Answer, cloud.Response, error) {
	answer, response, err := c.Query(ctx, client, t, nil, ids...)
	if err != nil {
		return answer, response, err
	}
	if c.JobID != nil {
		err = checkJobID(ids[len(ids)-1], c.JobID(&answer))
	}
	if err == nil && check != nil {
		err = check(answer)
	}
	if err != nil {
		err = response.Reject(err)
	}
	return answer, response, err
}

// Query makes the call with a query, whose answer is not checked. Waits share the calls of their polls: what is in an answer must not be
// changed.
func (c Call[Answer]) Query(
	ctx context.Context, client *cloud.Client, t cloud.Target, query url.Values, ids ...string,
) (Answer, cloud.Response, error) {
	type exchange struct {
		answer   Answer
		response cloud.Response
	}
	request := c.Request(t, query, ids...)
	if c.JobID != nil {
		request.Required = "job_id"
	}
	get := func(ctx context.Context) (e exchange, err error) {
		e.response, err = client.Get(ctx, request, &e.answer)
		if poll.IsPoll(ctx) {
			err = PollError(err)
		}
		return e, err
	}
	e, err := poll.Shared(ctx, strings.Join(request.Path, "/")+"?"+query.Encode(), get)
	return e.answer, e.response, err
}

// Request returns the request of the call.
func (c Call[Answer]) Request(t cloud.Target, query url.Values, ids ...string) cloud.Request {
	var segments []string
	for segment := range strings.SplitSeq(strings.TrimPrefix(c.Path, "/"), "/") {
		switch {
		case segment == "{project_id}":
			segment = t.ProjectID
		case strings.HasPrefix(segment, "{"):
			segment, ids = ids[0], ids[1:]
		}
		segments = append(segments, segment)
	}
	return cloud.Request{
		Service: c.API.Endpoint, Codes: &c.API.Codes, Permission: c.Permission, Target: t, Path: segments, Query: query,
	}
}

// arguments returns the names of the IDs in the path besides the project ID, in its order.
func (c Call[Answer]) arguments() []string {
	var names []string
	for segment := range strings.SplitSeq(c.Path, "/") {
		if name, isArgument := strings.CutPrefix(segment, "{"); isArgument && segment != "{project_id}" {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// documentation returns the sentence that names the call and the permission that it needs.
func (c Call[Answer]) documentation() string {
	permission := FormatPermission(c.Permission)
	if strings.HasPrefix(permission, "`") {
		permission = "the permission " + permission
	}
	return fmt.Sprintf("Reads `GET %s`, which needs %s.", c.Path, permission)
}

// FormatPermission returns a permission in Markdown: one that the reference page names is code.
func FormatPermission(permission string) string {
	if strings.Contains(permission, ":") {
		return "`" + permission + "`"
	}
	return permission
}

// checkJobID checks that an answer is about the requested job. It sets the job ID if the answer has none.
func checkJobID(requested string, answered **lenient.String) error {
	if id := Deref(*answered); id != "" && !strings.EqualFold(id, requested) {
		return fmt.Errorf("the service answered with job %q instead", id)
	}
	*answered = new(lenient.String(requested))
	return nil
}

// Deref returns a documented String, or "" if it is null.
func Deref(s *lenient.String) string {
	if s == nil {
		return ""
	}
	return string(*s)
}
