package plugintest_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/plugintest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// A wait of a minute, through the plugin protocol, in no time.
func TestPlugin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := servicestest.New(simulator.Options{})
		s.Add(dcstest.Job{ID: "j", Timeline: simulator.Timeline{Begin: time.Now(), Takes: time.Minute}})
		p := plugintest.New(t, providerserver.NewProtocol6(provider.NewOver("test", simulatortest.Dial(t, s))())())
		configured := p.Configure(servicestest.Block(simulatortest.Address))
		if len(configured.Diagnostics) > 0 {
			t.Fatal(configured.Errors(), configured.Warnings())
		}
		if r := p.Validate("hwtasks_wait", map[string]any{"service": "dcs"}); !strings.Contains(r.Errors(), "job_id") {
			t.Errorf("validation: got %q, want an error about job_id", r.Errors())
		}
		start := time.Now()
		r := p.Read(t.Context(), "hwtasks_wait", map[string]any{"service": "dcs", "job_id": "j"})
		if r.Errors() != "" || r.State["outcome"] != "succeeded" || r.State["progress"] != nil {
			t.Errorf("got %v %s, want outcome succeeded", r.State, r.Errors())
		}
		if took := time.Since(start); took < time.Minute || took > 70*time.Second {
			t.Errorf("took %s, want one minute", took)
		}
		if log := p.Log(); !strings.Contains(log, "RUNNING") {
			t.Errorf("the log has no status: %s", log)
		}
	})
}
