package provider

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

// TestMain makes the tests use the terraform or tofu on PATH, and none of the user's settings.
func TestMain(m *testing.M) {
	path, err := cli.Find()
	if err != nil {
		fmt.Fprintln(os.Stderr, "These tests drive the provider through Terraform or OpenTofu, but", err)
		os.Exit(1)
	}
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		for _, prefix := range []string{"HW_", "OS_", "TF_", "HTTP_PROXY", "HTTPS_PROXY"} {
			if strings.HasPrefix(strings.ToUpper(name), prefix) {
				must(os.Unsetenv(name))
			}
		}
	}
	must(os.Setenv("CHECKPOINT_DISABLE", "1"))
	must(os.Setenv("TF_ACC_TERRAFORM_PATH", path))
	if strings.Contains(filepath.Base(path), "tofu") {
		must(os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "hwtasks"))
		must(os.Setenv("TF_ACC_PROVIDER_HOST", "registry.opentofu.org"))
	}
	code := m.Run()
	if removeAtEnd != "" {
		must(os.RemoveAll(removeAtEnd))
	}
	os.Exit(code)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// factories make the provider that is under test.
var factories = map[string]func() (tfprotov6.ProviderServer, error){
	"hwtasks": providerserver.NewProtocol6WithError(New("test")()),
}

// providerBlock is a provider block for the simulated cloud at an address.
func providerBlock(address string, more ...string) string {
	var endpoints strings.Builder
	for _, service := range cloud.Services {
		fmt.Fprintf(&endpoints, "    %s = \"%s/%s\"\n", service, address, service)
	}
	return fmt.Sprintf(`
provider "hwtasks" {
  region     = %q
  access_key = %q
  secret_key = %q
  endpoints = {
%s  }
  %s
}
`, simulator.DefaultRegion, simulator.DefaultAccessKey, simulator.DefaultSecretKey, endpoints.String(), strings.Join(more, "\n  "))
}

// wholeState checks that the attributes of a data source are exactly those of a JSON object.
func wholeState(t *testing.T, address, object string) []statecheck.StateCheck {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(object))
	decoder.UseNumber()
	var attributes map[string]any
	if err := decoder.Decode(&attributes); err != nil {
		t.Fatal(err)
	}
	name := strings.Split(address, ".")[1]
	if want := len(dataSourceAttributes(t, name)); len(attributes) != want {
		t.Fatalf("%d attributes of %s are expected, but the schema has %d", len(attributes), name, want)
	}
	var checks []statecheck.StateCheck
	for attribute, value := range attributes {
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), known(value)))
	}
	return checks
}

// known makes the check that a value is exactly this.
func known(value any) knownvalue.Check {
	switch v := value.(type) {
	case string:
		return knownvalue.StringExact(v)
	case bool:
		return knownvalue.Bool(v)
	case json.Number:
		n, err := v.Int64()
		must(err)
		return knownvalue.Int64Exact(n)
	case []any:
		elements := make([]knownvalue.Check, len(v))
		for i, element := range v {
			elements[i] = known(element)
		}
		return knownvalue.ListExact(elements)
	case map[string]any:
		attributes := make(map[string]knownvalue.Check)
		for name, attribute := range v {
			attributes[name] = known(attribute)
		}
		return knownvalue.ObjectExact(attributes)
	}
	return knownvalue.Null()
}
