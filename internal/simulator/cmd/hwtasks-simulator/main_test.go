package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
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
	jobs, err := json.Marshal(servicestest.Examples(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range regexp.MustCompile(`_id +?= "([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(string(jobs), id[1]) {
			t.Errorf("no job has the ID %s", id[1])
		}
	}
}
