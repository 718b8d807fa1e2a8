package provider

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/service"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/service/fixture"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/services/servicestest"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// The example of each reference page, and an answer that leaves out all that it can, result in exactly this state.
// The states of hwtasks_wait are tested with it.
func TestStates(t *testing.T) {
	for name, f := range servicestest.All {
		for _, r := range f.Reads {
			for _, test := range r.States {
				t.Run(r.Name+" "+test.Name, func(t *testing.T) {
					answer, state := test.Answer, test.State
					if answer == "" {
						answer = simulatortest.Read(t, "../services/"+name+"/testdata/"+r.Name+".json")
					}
					if state == "" {
						state = answer
					}
					s := servicestest.New(simulator.Options{})
					s.InjectFault(simulator.Fault{Body: answer})
					got := connect(t, s, nil).Read(t.Context(), "hwtasks_"+r.Name, object(t, test.Arguments))
					want := object(t, fmt.Sprintf(`{"region":%q,"project_id":%q}`, simulator.DefaultRegion, simulator.DefaultProjectID),
						test.Arguments, state)
					if diff := cmp.Diff(want, got.State); diff != "" {
						t.Errorf("errors %q, state (-want, +got):\n%s", got.Errors(), diff)
					}
				})
			}
		}
	}
}

// An error names the object twice, and the permission that the call needs.
func TestErrorOfADataSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // a wait puts up with a 403 for some seconds
		s := servicestest.New(simulator.Options{})
		s.InjectFault(simulator.Fault{Status: 403})
		p := connect(t, s, nil)
		check := func(source, id string, arguments map[string]any, permission string) {
			got := p.Read(t.Context(), source, arguments).Errors()
			summary, detail, _ := strings.Cut(got, ": ")
			_, object, _ := strings.Cut(summary, " read ")
			if source == "hwtasks_wait" {
				_, object, _ = strings.Cut(summary, " wait for ")
			}
			subject, _, found := strings.Cut(strings.ToLower(detail), " in region ")
			named := strings.HasPrefix(subject+" ", strings.ToLower(object)+" ") && strings.Contains(subject, strings.ToLower(id))
			if object == "" || !found || !named || permission == "" ||
				!strings.Contains(got, "Reading needs "+permission+";") {
				t.Errorf("%s %v: got error %q, want object, ID and permission %q", source, arguments, got, permission)
			}
		}
		for name, f := range servicestest.All {
			for _, r := range f.Reads {
				check("hwtasks_"+r.Name, r.ID, r.Arguments, r.Permission)
			}
			for _, w := range f.Waits {
				arguments := maps.Clone(w.Arguments)
				arguments["service"] = name
				check("hwtasks_wait", w.ID, arguments, w.Permission)
			}
		}
	})
}

// Requests have only the parameters that their calls document.
func TestQueriesAreDocumented(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, each := range services.All {
			f := servicestest.All[each.Name]
			s := servicestest.New(simulator.Options{})
			s.Add(f.Objects(fixture.Ended)...)
			p := connect(t, s, nil)
			for _, r := range f.Reads {
				p.Read(t.Context(), "hwtasks_"+r.Name, r.Arguments)
			}
			for _, w := range f.Waits {
				arguments := maps.Clone(w.Arguments)
				arguments["service"] = each.Name
				p.Read(t.Context(), "hwtasks_wait", arguments)
			}
			requested := make(map[*service.CallInfo]bool)
			for _, request := range s.Requests() {
				query, err := url.ParseQuery(request.Query)
				must(err)
				isDocumented := func(c *service.CallInfo) bool {
					path, fixed, _ := strings.Cut(c.Path, "?")
					name, _, _ := strings.Cut(fixed, "=")
					parameters := append([]string{name}, c.Parameters...)
					for parameter := range query {
						if !slices.Contains(parameters, parameter) {
							return false
						}
					}
					segments := regexp.MustCompile(`\\\{[a-z_]+\\\}`).ReplaceAllString(regexp.QuoteMeta(path), "[^/]+")
					return regexp.MustCompile("^" + segments + "$").MatchString(request.Path)
				}
				i := slices.IndexFunc(each.Calls(), isDocumented)
				if i < 0 {
					t.Errorf("%s: no call documents %s?%s", each.Name, request.Path, request.Query)
					continue
				}
				requested[each.Calls()[i]] = true
			}
			if len(requested) == 0 {
				t.Errorf("%s: no requests", each.Name)
			}
		}
	})
}

// The arguments of the task list reach the service unchanged. Which times are valid is tested with the data source.
func TestArgumentsOfTheTaskList(t *testing.T) {
	s := servicestest.New(simulator.Options{})
	s.InjectFault(simulator.Fault{Service: "dcs", Body: `{}`})
	p := connect(t, s, nil)
	p.Read(t.Context(), "hwtasks_dcs_background_tasks",
		object(t, `{"instance_id":"i","offset":3,"limit":7,"start_time":"20260101000000","end_time":"20260102000000"}`))
	got, err := url.ParseQuery(s.Requests()[0].Query)
	must(err)
	want := url.Values{
		"offset": {"3"}, "limit": {"7"}, "begin_time": {"20260101000000"}, "start_time": {"20260101000000"}, "end_time": {"20260102000000"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("query (-want, +got):\n%s", diff)
	}
	for argument, want := range map[string]string{
		`"offset":-1`: "must be at least 0", `"offset":0`: "",
		`"limit":0`: "must be between 1 and 1000", `"limit":1`: "", `"limit":1000`: "", `"limit":1001`: "must be between 1 and 1000",
	} {
		got := p.Validate("hwtasks_dcs_background_tasks", object(t, `{"instance_id":"i",`+argument+`}`)).Errors()
		if !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("%s: got error %q, want %q", argument, got, want)
		}
	}
}
