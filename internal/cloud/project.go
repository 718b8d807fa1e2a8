package cloud

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"golang.org/x/sync/singleflight"
)

// projects remembers the IDs of projects that were looked up.
type projects struct {
	known  sync.Map // of project IDs by lookup key
	flight singleflight.Group
}

// Resolve completes a target with the default region and project. A project ID that nobody gave
// is looked up by name, once for each region. It makes no request where the ID is known.
func (c *Client) Resolve(ctx context.Context, t Target) (Target, error) {
	if t.Region == "" {
		t.Region = c.config.Region
	}
	if t.ProjectID != "" {
		return t, nil
	}
	name := t.Region
	// Projects belong to a region: another region has another project, named like that region.
	if c.config.Region == "" || t.Region == c.config.Region {
		if c.config.ProjectID != "" {
			t.ProjectID = c.config.ProjectID
			return t, nil
		}
		if c.config.ProjectName != "" {
			name = c.config.ProjectName
		}
	}
	if name == "" {
		return t, errNoRegion
	}
	var err error
	t.ProjectID, err = c.projectID(ctx, t.Region, name)
	return t, err
}

// errAbandoned tells those who wait for a lookup that whoever made it was cancelled.
var errAbandoned = errors.New("project lookup abandoned")

// projectID finds the ID of the project of a name. Of many callers one makes the request.
func (c *Client) projectID(ctx context.Context, region, name string) (string, error) {
	key := region + "/" + name
	for {
		result := c.projects.flight.DoChan(key, func() (any, error) {
			if id, ok := c.projects.known.Load(key); ok {
				return id, nil
			}
			id, err := c.lookUpProject(ctx, region, name)
			if err == nil {
				c.projects.known.Store(key, id)
			} else if ctx.Err() != nil {
				return nil, errAbandoned
			}
			return id, err
		})
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case r := <-result:
			if r.Err == nil {
				return r.Val.(string), nil //nolint:forcetypeassert // only IDs are stored
			}
			if !errors.Is(r.Err, errAbandoned) {
				return "", r.Err
			}
		}
	}
}

// A ProjectError is a project ID that could not be found.
type ProjectError struct {
	Name string // name that was looked for
	Err  error  // an *Error of the IAM service
}

func (e *ProjectError) Error() string {
	return fmt.Sprintf("the ID of project %q: %s", e.Name, e.Err)
}

func (e *ProjectError) Unwrap() error { return e.Err }

func (c *Client) lookUpProject(ctx context.Context, region, name string) (string, error) {
	var answer struct {
		Projects []struct{ ID, Name string }
	}
	err := c.Get(ctx, Request{
		Service: IAM,
		Target:  Target{Region: region},
		Path:    []string{"v3", "projects"},
		Query:   url.Values{"name": {name}},
	}, &answer)
	var setting *SettingError
	switch {
	case errors.As(err, &setting):
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
	endpoint, _ := c.config.endpoint(IAM, region) // known: the request went there
	switch {
	case len(ids) == 0:
		return "", &SettingError{"project_id", fmt.Sprintf("IAM at %s lists no project named %q for region %q. "+
			"Set project_id, or project_name to the name of a project of this account.", endpoint, name, region)}
	case len(ids) > 1:
		return "", &SettingError{"project_id", fmt.Sprintf("IAM at %s lists %d projects named %q for region %q (%s). "+
			"Set project_id to the one that is meant.", endpoint, len(ids), name, region, shorten(normalise(strings.Join(ids, ", "))))}
	case !ID.MatchString(ids[0]):
		return "", &ProjectError{name, fmt.Errorf("IAM at %s gave it the ID %q, which cannot be one", endpoint, shorten(normalise(ids[0])))}
	}
	return ids[0], nil
}
