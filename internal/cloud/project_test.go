package cloud

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestResolve(t *testing.T) {
	for name, test := range map[string]struct {
		config        Config
		given, want   Target
		lookedUp      string // name of the project that IAM is asked for
		lookedUpAtIAM string
	}{
		"all given":                         {Config{Region: "eu-de", ProjectID: "p"}, Target{"eu-nl", "q"}, Target{"eu-nl", "q"}, "", ""},
		"all from the provider":             {Config{Region: "eu-de", ProjectID: "p"}, Target{}, Target{"eu-de", "p"}, "", ""},
		"the provider's region named":       {Config{Region: "eu-de", ProjectID: "p"}, Target{"eu-de", ""}, Target{"eu-de", "p"}, "", ""},
		"project without region":            {Config{ProjectID: "p"}, Target{}, Target{"", "p"}, "", ""},
		"project by region":                 {Config{Region: "eu-de"}, Target{}, Target{"eu-de", "found"}, "eu-de", "iam.eu-de.otc.t-systems.com"},
		"project by name":                   {Config{Region: "eu-de", ProjectName: "eu-de_team"}, Target{}, Target{"eu-de", "found"}, "eu-de_team", "iam.eu-de.otc.t-systems.com"},
		"ID wins over name":                 {Config{Region: "eu-de", ProjectName: "eu-de_team", ProjectID: "p"}, Target{}, Target{"eu-de", "p"}, "", ""},
		"another region has its own":        {Config{Region: "eu-de", ProjectID: "p"}, Target{"eu-nl", ""}, Target{"eu-nl", "found"}, "eu-nl", "iam.eu-nl.otc.t-systems.com"},
		"another region, with project name": {Config{Region: "eu-de", ProjectName: "eu-de_team"}, Target{"eu-nl", ""}, Target{"eu-nl", "found"}, "eu-nl", "iam.eu-nl.otc.t-systems.com"},
	} {
		t.Run(name, func(t *testing.T) {
			lookedUp, at := "", ""
			test.config.Credentials = keys
			c := newClient(test.config, transport(func(r *http.Request) (*http.Response, error) {
				if lookedUp != "" || r.URL.Path != "/v3/projects" || r.Header.Get(HeaderProjectID) != "" {
					t.Errorf("request for %s with project %q", r.URL, r.Header.Get(HeaderProjectID))
				}
				lookedUp, at = r.URL.Query().Get("name"), r.URL.Host
				return answering(200, `{"projects":[{"id":"other","name":"`+lookedUp+`x"},{"id":"found","name":"`+lookedUp+`"}]}`), nil
			}))
			for range 2 { // the second time it is known
				got, err := c.Resolve(t.Context(), test.given)
				if err != nil || got != test.want {
					t.Errorf("%+v, %v, want %+v", got, err, test.want)
				}
			}
			if lookedUp != test.lookedUp || at != test.lookedUpAtIAM {
				t.Errorf("looked up %q at %q, want %q at %q", lookedUp, at, test.lookedUp, test.lookedUpAtIAM)
			}
		})
	}
}

func TestProjectThatCannotBeFound(t *testing.T) {
	for name, test := range map[string]struct {
		status             int
		body, setting, why string
	}{
		"none":           {200, `{"projects":[]}`, "project_id", `IAM at https://iam.eu-de.otc.t-systems.com lists no project named "eu-de" for region "eu-de".`},
		"no exact match": {200, `{"projects":[{"id":"p","name":"eu-de_team"},{"id":"q","name":"EU-DE"}]}`, "project_id", `lists no project named "eu-de"`},
		"several":        {200, `{"projects":[{"id":"p","name":"eu-de"},{"id":"q","name":"eu-de"}]}`, "project_id", `lists 2 projects named "eu-de" for region "eu-de" (p, q)`},
		"nonsense":       {200, `{"projects":[{"id":"../../v3","name":"eu-de"}]}`, "", `gave it the ID "../../v3", which cannot be one`},
		"refused":        {403, `{"error":{"code":403,"message":"no"}}`, "", `HTTP 403 Forbidden, code 403: "no"`},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(Config{Region: "eu-de", Credentials: keys}, transport(func(*http.Request) (*http.Response, error) {
				return answering(test.status, test.body), nil
			}))
			_, err := c.Resolve(t.Context(), Target{})
			var setting *SettingError
			if errors.As(err, &setting); (setting != nil) != (test.setting != "") || setting != nil && setting.Setting != test.setting {
				t.Errorf("%#v", err)
			}
			if err == nil || !strings.Contains(err.Error(), test.why) {
				t.Errorf("%v, want …%s…", err, test.why)
			}
		})
	}
	_, err := newClient(Config{Credentials: keys}, nil).Resolve(t.Context(), Target{})
	var setting *SettingError
	if !errors.As(err, &setting) || setting.Setting != "region" {
		t.Errorf("without region: %v", err)
	}
}

// Of many readers one looks up the project. When it is cancelled, another one takes over.
func TestLookupIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lookups := 0
		c := newClient(Config{Region: "eu-de", Credentials: keys}, transport(func(r *http.Request) (*http.Response, error) {
			lookups++
			select {
			case <-r.Context().Done():
				return nil, r.Context().Err()
			case <-time.After(2 * time.Second):
				return answering(200, `{"projects":[{"id":"p","name":"eu-de"}]}`), nil
			}
		}))
		first, cancel := context.WithCancel(t.Context())
		var readers sync.WaitGroup
		readers.Go(func() {
			if _, err := c.Resolve(first, Target{}); !errors.Is(err, context.Canceled) {
				t.Errorf("first reader: %v", err)
			}
		})
		synctest.Wait() // until it has asked
		for range 9 {
			readers.Go(func() {
				if got, err := c.Resolve(t.Context(), Target{}); err != nil || got.ProjectID != "p" {
					t.Errorf("%+v, %v", got, err)
				}
			})
		}
		synctest.Wait()
		cancel()
		readers.Wait()
		if lookups != 2 {
			t.Errorf("%d lookups, want the cancelled one and one more", lookups)
		}
	})
}
