package cloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// A Password gives tokens to a user: project-scoped ones for the services, domain-scoped ones for IAM.
type Password struct {
	UserName, UserID string // one of them
	Password         string
	Domain           Domain // of the user; may be zero with a user ID, where no token for IAM itself is needed
	ProjectDomain    Domain // of the projects; zero: that of the user
	Origin           string // see Identity.String
}

// A Domain is an account, by name or ID.
type Domain struct {
	Name string `json:"name,omitempty"`
	ID   string `json:"id,omitempty"`
}

func (p Password) String() string { return p.Origin }

// Format keeps the password out of whatever it is printed into.
func (p Password) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, p.Origin) }

func (p Password) secrets() []string { return []string{p.Password} }

func (p Password) issuer(c *Client) credentialsSource {
	var l login
	return &cachingSource{
		identity: p,
		client:   c,
		key: func(t Target) string {
			return c.config.addressOfIAM(t.Region) + " " + t.ProjectID
		},
		fetch: func(ctx context.Context, c *Client, t Target) (*cachedCredentials, error) {
			return l.token(ctx, p, c, t)
		},
	}
}

// A login makes sure that a wrong password is not sent for each project: IAM locks users after several wrong ones. Until
// the password has been right, one token is asked of each IAM at a time.
type login struct {
	turns   sync.Map // by address of IAM: a channel that holds a token while it is someone's turn
	right   atomic.Bool
	refusal atomic.Pointer[Error] // with which the password was refused
}

func (l *login) token(ctx context.Context, p Password, c *Client, t Target) (*cachedCredentials, error) {
	if l.right.Load() {
		return p.token(ctx, c, t)
	}
	own, _ := l.turns.LoadOrStore(c.config.addressOfIAM(t.Region), make(chan struct{}, 1))
	turn, _ := own.(chan struct{}) // nothing else is stored
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case turn <- struct{}{}:
		defer func() { <-turn }()
	}
	if refusal := l.refusal.Load(); refusal != nil {
		return nil, refusal
	}
	got, err := p.token(ctx, c, t)
	refused := refusedWith401(err)
	if refused != nil && t.ProjectID != "" && p.scope() != (Domain{}) {
		// Keystone says the same of a project that is not the user's. Whether it is the password, the domain tells.
		_, err := p.token(ctx, c, Target{Region: t.Region})
		if refused = refusedWith401(err); err == nil {
			l.right.Store(true)
		}
	}
	if err == nil {
		l.right.Store(true)
	}
	if refused != nil {
		l.refusal.Store(refused)
	}
	return got, err
}

// refusedWith401 returns the error with which IAM refused, and nil for any other.
func refusedWith401(err error) *Error {
	var e *Error
	if errors.As(err, &e) && e.Err == nil && e.Status == http.StatusUnauthorized {
		return e
	}
	return nil
}

// scope is the domain of tokens for IAM itself.
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

// token asks for a token, with the call "Obtaining a User Token Through Password Authentication" of IAM.
func (p Password) token(ctx context.Context, c *Client, t Target) (*cachedCredentials, error) {
	var body tokenRequest
	body.Auth.Identity.Methods = []string{"password"}
	user := &body.Auth.Identity.Password.User
	user.Password = p.Password
	if user.ID = p.UserID; user.ID == "" {
		user.Name, user.Domain = p.UserName, &p.Domain
	}
	switch domain := p.scope(); {
	case t.ProjectID != "":
		body.Auth.Scope.Project = &struct {
			ID string `json:"id"`
		}{t.ProjectID}
	case domain != Domain{}:
		body.Auth.Scope.Domain = &domain
	default:
		return nil, &SettingError{"domain_name", "To look up a project or to assume an agency, " +
			"IAM needs the domain (account) of the user besides the user ID. " +
			"Set domain_name or domain_id, or HW_DOMAIN_NAME, OS_USER_DOMAIN_NAME or OS_DOMAIN_NAME."}
	}
	var answer struct {
		Token struct {
			ExpiresAt string `json:"expires_at"`
		} `json:"token"`
	}
	ask := &request{
		Request: Request{Service: IAM, Target: Target{Region: t.Region}, Path: []string{"v3", "auth", "tokens"}},
		method:  http.MethodPost, body: body, credentials: anonymous{},
	}
	ask.Check = func() error {
		if ask.responseHeader.Get(headerSubjectToken) == "" {
			return errors.New("the answer has no token (header " + headerSubjectToken + ")")
		}
		return nil
	}
	if err := c.exchange(ctx, ask, &answer); err != nil {
		return nil, err
	}
	return newCachedCredentials(Credentials{Token: ask.responseHeader.Get(headerSubjectToken)}, timeOf(answer.Token.ExpiresAt), ask.responseHeader), nil
}

// timeOf reads a time of IAM, such as 2020-01-08T03:50:07.574000Z. It is zero where there is none.
func timeOf(text string) time.Time {
	t, _ := time.Parse(time.RFC3339, text) // zero on error
	return t
}
