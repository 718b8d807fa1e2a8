package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// The printed configuration has each endpoint, and IDs of jobs that the simulated cloud has.
func TestInstructions(t *testing.T) {
	text := instructions(servicestest.Endpoints(), "http://127.0.0.1:9800", "/folder")
	for _, e := range servicestest.Endpoints() {
		if want := regexp.MustCompile(string(e) + ` += "http://127.0.0.1:9800/` + string(e) + `"`); !want.MatchString(text) {
			t.Errorf("got no %s in\n%s", want, text)
		}
	}
	if !strings.Contains(text, `"registry.terraform.io/hwtasks/hwtasks" = "/folder"`) {
		t.Errorf("got no folder of the provider in\n%s", text)
	}
	jobs, err := json.Marshal(servicestest.Examples(time.Now(), 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range regexp.MustCompile(`_id +?= "([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(string(jobs), id[1]) {
			t.Errorf("no job has the ID %s", id[1])
		}
	}
}

// Each service has something that runs or has succeeded, and something that fails or has failed; what runs takes as long as is asked for.
// Each service with instances has one.
func TestWaitables(t *testing.T) {
	text := waitables(time.Now(), 5*time.Minute)
	for _, s := range services.All {
		line := func(rest string) *regexp.Regexp { return regexp.MustCompile(`(?m)^` + s.Name + ` +` + rest + `$`) }
		want := []*regexp.Regexp{
			line(`.*_id = "[^"]+": \w+, ended \S+ ago with (?i:fail)\w*`),
			line(`.*_id = "[^"]+": \w+, (ends in 5m0s|ended \S+ ago with SUCCESS)`),
		}
		if s.Instance != nil {
			want = append(want, line(`instance_id = "[^"]+": until it is idle(, or with task_name)?`))
		}
		for _, w := range want {
			if !w.MatchString(text) {
				t.Errorf("got\n%s\nwant %s", text, w)
			}
		}
	}
	want := `instance_id = "5560df16-cebf-4473-95c4-d1b573c16e79", task_id = "8abf6e1e72c12e7c0172c15b508500ab": `
	if !strings.Contains(text, want) {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

// The page has the credentials of the simulated cloud.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		simulator.DefaultToken, simulator.DefaultUserName, simulator.DefaultPassword, simulator.DefaultDomainName,
		simulator.DefaultAgency, simulator.DefaultAgencyDomainName, simulator.DefaultProjectID,
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page has no %s", want)
		}
	}
}
