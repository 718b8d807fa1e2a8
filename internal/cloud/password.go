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
			return l.token(ctx, p, c, t)
		},
	}
}

// A login keeps a wrong password from being sent for each project: IAM locks users after several wrong ones. One request at a time
// sends the password.
type login struct {
	turn     chan struct{} // has one element during a request
	rejected *Error        // with which IAM rejected the password; guarded by turn
}

func (l *login) token(ctx context.Context, p Password, c *Client, t Target) (*cachedCredentials, error) {
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	}
	if l.rejected != nil {
		return nil, l.rejected
	}
	got, err := p.token(ctx, c, t)
	passwordErr := err
	if unauthorized(err) != nil && t.ProjectID != "" && p.scope() != (Domain{}) {
		// IAM also answers with 401 if the project is not one of the user. A token for the domain shows whether it is the password.
		_, passwordErr = p.token(ctx, c, Target{Region: t.Region})
	}
	l.rejected = unauthorized(passwordErr)
	return got, err
}

// unauthorized returns an error that is a response with status 401, and nil for any other.
func unauthorized(err error) *Error {
	var e *Error
	if errors.As(err, &e) && e.Err == nil && e.Status == http.StatusUnauthorized {
		return e
	}
	return nil
}

// scope returns the domain of tokens for IAM itself.
func (p Password) scope() Domain { return cmp.Or(p.ProjectDomain, p.Domain) }

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

type scope struct {
	Project *struct {
		ID string `json:"id"`
	} `json:"project,omitempty"`
	Domain *Domain `json:"domain,omitempty"`
}

const headerSubjectToken = "X-Subject-Token"

// token gets a token, with the call "Obtaining a User Token Through Password Authentication" of IAM.
func (p Password) token(ctx context.Context, c *Client, t Target) (*cachedCredentials, error) {
	var body tokenRequest
	body.Auth.Identity.Methods = []string{"password"}
	user := &body.Auth.Identity.Password.User
	user.Password = p.Password
	if user.ID = p.UserID; user.ID == "" {
		user.Name, user.Domain = p.UserName, &p.Domain
	}
	if t.ProjectID != "" {
		body.Auth.Scope.Project = &struct {
			ID string `json:"id"`
		}{t.ProjectID}
	} else if domain := p.scope(); domain != (Domain{}) {
		body.Auth.Scope.Domain = &domain
	} else {
		return nil, &SettingError{"domain_name", "To look up a project or to assume an agency, " +
			"IAM needs the domain (account) of the user besides the user ID. " +
			"Set domain_name or domain_id, or HW_DOMAIN_NAME, OS_USER_DOMAIN_NAME or OS_DOMAIN_NAME."}
	}
	var result struct {
		Token struct {
			ExpiresAt string `json:"expires_at"`
		} `json:"token"`
	}
	r := &request{
		Request: Request{Service: IAM, Target: Target{Region: t.Region}, Path: []string{"v3", "auth", "tokens"}},
		method:  http.MethodPost, body: body, credentials: anonymous{},
	}
	r.Check = func() error {
		if r.responseHeader.Get(headerSubjectToken) == "" {
			return errors.New("the answer has no token (header " + headerSubjectToken + ")")
		}
		return nil
	}
	if err := c.exchange(ctx, r, &result); err != nil {
		return nil, err
	}
	token := Credentials{Token: r.responseHeader.Get(headerSubjectToken)}
	return newCachedCredentials(token, timeOf(result.Token.ExpiresAt), r.responseHeader), nil
}

// timeOf parses a time of IAM, such as 2020-01-08T03:50:07.574000Z. It returns the zero time for any other text.
func timeOf(text string) time.Time {
	t, _ := time.Parse(time.RFC3339, text) // zero on error
	return t
}
