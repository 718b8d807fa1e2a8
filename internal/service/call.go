package service

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/lenient"
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
	var answer Answer
	request := c.Request(t, nil, ids...)
	if c.JobID != nil {
		request.Required = "job_id"
	}
	request.Check = func() error {
		if c.JobID != nil {
			if err := checkJobID(ids[len(ids)-1], c.JobID(&answer)); err != nil {
				return err
			}
		}
		if check != nil {
			return check(answer)
		}
		return nil
	}
	response, err := client.Get(ctx, request, &answer)
	return answer, response, err
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
	return cloud.Request{Service: c.API.Endpoint, Codes: &c.API.Codes, Target: t, Path: segments, Query: query}
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
