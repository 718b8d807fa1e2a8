package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/dcs/dcstest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// BenchmarkPlan prints the cost of whole plans, beside that of a plan that reads nothing with the same provider. They take turns,
// so that noise meets all alike.
func BenchmarkPlan(b *testing.B) {
	const rounds = 11
	s, address := simulatortest.Start(b, simulator.Options{})
	for i := range 10 {
		s.Add(dcstest.Job{ID: fmt.Sprintf("j%d", i)})
	}
	type cost struct {
		reads                 int
		workspace             *workspace
		took                  []time.Duration
		requests, connections int
	}
	costs := []*cost{{reads: 0}, {reads: 2}, {reads: 10}}
	for _, c := range costs {
		c.workspace = newWorkspace(b, bareBlock(address)+jobs(c.reads), keysInEnvironment...)
	}
	for b.Loop() {
		for range rounds {
			for _, c := range costs {
				s.Forget()
				start := time.Now()
				c.workspace.run(b, "plan")
				c.took = append(c.took, time.Since(start))
				remotes := make(map[string]bool)
				for _, r := range s.Requests() {
					remotes[r.Remote] = true
				}
				c.requests, c.connections = len(s.Requests()), len(remotes)
			}
		}
	}
	median := func(c *cost) time.Duration {
		slices.Sort(c.took)
		return c.took[len(c.took)/2]
	}
	var table strings.Builder
	fmt.Fprintf(&table, "\n%-20s %10s %8s %9s %12s\n", "plan with", "time", "× empty", "requests", "connections")
	for _, c := range costs {
		fmt.Fprintf(&table, "%-20s %10s %8.2f %9d %12d\n", fmt.Sprintf("%d data sources", c.reads),
			median(c).Round(time.Millisecond), float64(median(c))/float64(median(costs[0])), c.requests, c.connections)
	}
	fmt.Println(table.String()) // b.Log would cut it
}

// BenchmarkBinary reports the size of the provider as it is released.
func BenchmarkBinary(b *testing.B) {
	for b.Loop() {
		b.ReportMetric(float64(binarySize(b))/1e6, "MB")
	}
}
