package cloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// WithDefaults completes a target with the default region, and with the project ID that is configured for it.
func (c *Client) WithDefaults(t Target) Target {
	if t.Region == "" {
		t.Region = c.config.Region
	}
	if home := c.config.homeRegion(t.Region); t.ProjectID == "" && t.Region == home {
		t.ProjectID = c.config.ProjectID
	}
	return t
}

// Resolve completes a target with the default region and project. A project ID that is not configured is looked up by name,
// once for each region.
func (c *Client) Resolve(ctx context.Context, t Target) (Target, error) {
	t = c.WithDefaults(t)
	if t.ProjectID != "" {
		return t, nil
	}
	name := c.projectName(t.Region)
	if name == "" {
		return t, errNoRegion
	}
	var err error
	t.ProjectID, err = c.projectID(ctx, t.Region, name)
	return t, err
}

// projectName returns the name of the project in a region whose ID is not configured. The configured project belongs to the home region.
// That of another region has the name of its region.
func (c *Client) projectName(region string) string {
	if region == c.config.homeRegion(region) && c.config.ProjectName != "" {
		return c.config.ProjectName
	}
	return region
}

// CheckRegion returns the error of a request to a service that needs no request to be found: that there is no region, or that it belongs
// to another cloud.
func (c *Client) CheckRegion(s Service, hosts Hosts, t Target) error {
	t = c.WithDefaults(t)
	_, err := c.config.endpoint(s, hosts, t.Region)
	if err == nil && t.ProjectID == "" {
		_, err = c.config.endpoint(IAM, Hosts{}, t.Region)
		if c.projectName(t.Region) == "" {
			err = errNoRegion
		}
	}
	return err
}

// projectID returns the ID of a project. Concurrent callers share one request.
func (c *Client) projectID(ctx context.Context, region, name string) (string, error) {
	return c.projects.get(ctx, region+"/"+name,
		func(string) bool { return true },
		func(string) (string, error) { return c.lookUpProject(ctx, region, name) })
}

// A ProjectError reports that the ID of a project could not be looked up.
type ProjectError struct {
	Name string // of the project
	Err  error  // an *Error of IAM
}

func (e *ProjectError) Error() string {
	return fmt.Sprintf("the ID of project %q: %s", e.Name, e.Err)
}

func (e *ProjectError) Unwrap() error { return e.Err }

func (c *Client) lookUpProject(ctx context.Context, region, name string) (string, error) {
	var answer struct {
		Projects []struct{ ID, Name string }
	}
	err := c.exchange(ctx, &request{method: http.MethodGet, credentials: c.credentials, Request: Request{
		Service: IAM,
		Target:  Target{Region: region},
		Path:    []string{"v3", "projects"},
		Query:   url.Values{"name": {name}},
	}}, &answer)
	// Who may not list projects may get a token for one, which has its ID.
	if source, ok := c.credentials.(*cachingSource); ok && source.projectID != nil && forbidden(err) {
		if id, err := source.projectID(ctx, region, name); err == nil && ID.MatchString(id) {
			return id, nil
		}
	}
	var setting *SettingError
	var identity *CredentialsError
	switch {
	case errors.As(err, &setting), errors.As(err, &identity):
		return "", err
	case err != nil:
		return "", &ProjectError{name, err}
	}
	var ids []string
	for _, p := range answer.Projects {
		if p.Name == name {
			ids = append(ids, p.ID)
		}
	}
	endpoint, _ := c.config.endpoint(IAM, Hosts{}, region) // never fails here, since the request was sent
	switch {
	case len(ids) == 0:
		return "", &SettingError{"Region or project not found", "region", fmt.Sprintf("IAM at %s lists no project named %q for region %q. "+
			"Check the region and project_name (also in HW_PROJECT_NAME, OS_PROJECT_NAME and OS_TENANT_NAME), or set project_id.",
			endpoint, name, region)}
	case len(ids) > 1:
		return "", &SettingError{"Several projects found", "project_id", fmt.Sprintf("IAM at %s lists %d projects named %q for region %q (%s). "+
			"Set project_id to one of them.", endpoint, len(ids), name, region, c.quote(strings.Join(ids, ", ")))}
	case !ID.MatchString(ids[0]):
		return "", &ProjectError{name, fmt.Errorf("IAM at %s returned %q, which is not an ID", endpoint, c.quote(ids[0]))}
	}
	return ids[0], nil
}

// forbidden reports whether an error is a response of IAM with status 403.
func forbidden(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Err == nil && e.Service == IAM && e.Status == http.StatusForbidden
}
