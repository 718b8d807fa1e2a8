package cloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// A Password provides tokens with the password of a user: project-scoped ones for the services, domain-scoped ones for IAM.
type Password struct {
	UserName, UserID string // one of them
	Password         string
	Domain           Domain // of the user; may be zero with a user ID if no token for IAM itself is needed
	ProjectDomain    Domain // of the projects; zero: the one of the user
	Origin           string // see CredentialsProvider.String
}

// A Domain is an account, by name or ID.
type Domain struct {
	Name string `json:"name,omitempty"`
	ID   string `json:"id,omitempty"`
}

func (p Password) String() string { return p.Origin }

// Format keeps the password out of everything that it is printed into.
func (p Password) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, p.Origin) }

func (p Password) secrets() []string { return []string{p.Password} }

func (p Password) source(c *Client) credentialsSource {
	l := login{turn: make(chan struct{}, 1)}
	return &cachingSource{
		provider: p,
		client:   c,
		key: func(t Target) string {
			return c.config.addressOfIAM(t.Region) + " " + t.ProjectID
		},
		fetch: func(ctx context.Context, c *Client, t Target) (*cachedCredentials, error) {
			s, err := p.scopeOf(t)
			if err != nil {
				return nil, err
			}
			got, _, err := l.token(ctx, p, c, t.Region, s)
			return got, err
		},
		projectID: func(ctx context.Context, region, name string) (string, error) {
			domain := p.domainOfProjects()
			_, id, err := l.token(ctx, p, c, region, scope{Project: &projectScope{Name: name, Domain: &domain}})
			return id, err
		},
	}
}

// A login keeps a wrong password from being sent for each project: IAM locks users after several wrong ones. One request at a time
// sends the password.
type login struct {
	turn     chan struct{} // has one element during a request
	rejected *Error        // with which IAM rejected the password; guarded by turn
}

// token returns a token, and the ID of the project in its scope.
func (l *login) token(ctx context.Context, p Password, c *Client, region string, s scope) (*cachedCredentials, string, error) {
	select {
	case <-ctx.Done():
		return nil, "", context.Cause(ctx)
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	}
	if l.rejected != nil {
		return nil, "", l.rejected
	}
	got, projectID, err := p.token(ctx, c, region, s)
	passwordErr := err
	if domain := p.domainOfProjects(); unauthorized(err) != nil && s.Project != nil && domain != (Domain{}) {
		// IAM also answers with 401 if the project is not one of the user. A token for the domain shows whether it is the password.
		_, _, passwordErr = p.token(ctx, c, region, scope{Domain: &domain})
	}
	l.rejected = unauthorized(passwordErr)
	return got, projectID, err
}

// unauthorized returns an error that is a response with status 401, and nil for any other.
func unauthorized(err error) *Error {
	var e *Error
	if errors.As(err, &e) && e.Err == nil && e.Status == http.StatusUnauthorized {
		return e
	}
	return nil
}

// domainOfProjects returns the domain in which projects are looked up.
func (p Password) domainOfProjects() Domain { return cmp.Or(p.ProjectDomain, p.Domain) }

// scopeOf returns the scope of the token that a target needs: its project, or the domain for IAM itself.
func (p Password) scopeOf(t Target) (scope, error) {
	domain := p.domainOfProjects()
	switch {
	case t.ProjectID != "":
		return scope{Project: &projectScope{ID: t.ProjectID}}, nil
	case domain != (Domain{}):
		return scope{Domain: &domain}, nil
	}
	return scope{}, &SettingError{Setting: "domain_name", Message: "To look up a project or to assume an agency, " +
		"IAM needs the domain (account) of the user besides the user ID. " +
		"Set domain_name or domain_id, or HW_DOMAIN_NAME, OS_USER_DOMAIN_NAME or OS_DOMAIN_NAME."}
}

type tokenRequest struct {
	Auth struct {
		Identity struct {
			Methods  []string `json:"methods"`
			Password struct {
				User struct {
					Name     string  `json:"name,omitempty"`
					ID       string  `json:"id,omitempty"`
					Password string  `json:"password"`
					Domain   *Domain `json:"domain,omitempty"`
				} `json:"user"`
			} `json:"password"`
		} `json:"identity"`
		Scope scope `json:"scope"`
	} `json:"auth"`
}

// A scope is what a token is for: a project or a domain.
type scope struct {
	Project *projectScope `json:"project,omitempty"`
	Domain  *Domain       `json:"domain,omitempty"`
}

// A projectScope is a project, by its ID or by its name in a domain.
type projectScope struct {
	ID     string  `json:"id,omitempty"`
	Name   string  `json:"name,omitempty"`
	Domain *Domain `json:"domain,omitempty"`
}

const headerSubjectToken = "X-Subject-Token"

// token gets a token, with the call "Obtaining a User Token Through Password Authentication" of IAM. It also returns the ID of the
// project in its scope.
func (p Password) token(ctx context.Context, c *Client, region string, s scope) (*cachedCredentials, string, error) {
	var body tokenRequest
	body.Auth.Identity.Methods = []string{"password"}
	user := &body.Auth.Identity.Password.User
	user.Password = p.Password
	if user.ID = p.UserID; user.ID == "" {
		user.Name, user.Domain = p.UserName, &p.Domain
	}
	body.Auth.Scope = s
	var result struct {
		Token struct {
			ExpiresAt string `json:"expires_at"`
			Project   struct {
				ID string `json:"id"`
			} `json:"project"`
		} `json:"token"`
	}
	r := &request{
		Request: Request{Service: IAM, Target: Target{Region: region}, Path: []string{"v3", "auth", "tokens"}},
		method:  http.MethodPost, body: body, credentials: anonymous{},
	}
	r.Check = func() error {
		if r.responseHeader.Get(headerSubjectToken) == "" {
			return errors.New("the answer has no token (header " + headerSubjectToken + ")")
		}
		return nil
	}
	if err := c.exchange(ctx, r, &result); err != nil {
		return nil, "", err
	}
	token := Credentials{Token: r.responseHeader.Get(headerSubjectToken)}
	c.secrets.add(token.Token)
	return newCachedCredentials(token, timeOf(result.Token.ExpiresAt), r.responseHeader), result.Token.Project.ID, nil
}

// timeOf parses a time of IAM, such as 2020-01-08T03:50:07.574000Z. It returns the zero time for any other text.
func timeOf(text string) time.Time {
	t, _ := time.Parse(time.RFC3339, text) // zero on error
	return t
}
