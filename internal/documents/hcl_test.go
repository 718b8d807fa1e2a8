package documents

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cli"
	hwtasks "github.com/hwtasks/terraform-provider-hwtasks/internal/provider"
)

// The configurations in documents are valid. A configuration can be a part: what it refers to is taken from the other
// configurations of its document, and from testdata/context.tf. The module in the guide about tests of modules is run, as in examples/.
func TestConfigurations(t *testing.T) {
	validate := validator(t)
	var moduleTests strings.Builder
	for _, file := range find(t, "examples/testing-modules/*.tf", "examples/testing-modules/*/*.hcl") {
		moduleTests.WriteString(content(t, file))
	}
	validated := 0
	for _, file := range find(t, pages...) {
		_, all, _ := read(t, file)
		blocks := slices.DeleteFunc(all, func(b codeBlock) bool { return b.language != "terraform" })
		for _, block := range blocks {
			if strings.Contains(moduleTests.String(), block.text) {
				continue
			}
			validated++
			t.Run(fmt.Sprintf("%s:%d", file, block.line), func(t *testing.T) {
				t.Parallel()
				if formatted := string(hclwrite.Format([]byte(block.text))); formatted != block.text {
					t.Errorf("not formatted (-want, +got):\n%s", cmp.Diff(formatted, block.text))
				}
				if out, err := validate(t, complete(t, block, blocks)); err != nil {
					t.Errorf("%v:\n%s", err, out)
				}
			})
		}
	}
	if validated < 70 {
		t.Errorf("validated %d configurations, want more: is the language of the code blocks still terraform?", validated)
	}
}

// Mistakes that a configuration in a document could have are found.
func TestMistakesInConfigurations(t *testing.T) {
	validate := validator(t)
	for name, test := range map[string]struct{ config, want string }{
		"unknown argument of this provider": {`provider "hwtasks" { regoin = "eu-west-101" }`, `"regoin" is not expected here`},
		"unknown value": {
			`resource "hwtasks_wait" "w" {
				service = "dsc"
				job_id  = "j"
			}`, `no service "dsc"`,
		},
		"missing argument": {`data "hwtasks_dcs_job" "j" {}`, `"job_id" is required`},
		"unknown attribute of a vendor's resource": {
			`output "o" { value = huaweicloud_dcs_instance.redis.size }`, `attribute named "size"`,
		},
		"missing argument of a vendor's resource": {
			`resource "huaweicloud_dcs_instance_minor_version_upgrade" "u" { engine_minor_version = "latest" }`, `"instance_id" is required`,
		},
		"nothing that is declared": {`output "o" { value = hwtasks_wait.resize.outcome }`, "Reference to undeclared resource"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := validate(t, complete(t, codeBlock{text: test.config}, nil))
			words := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " ")
			if err == nil || !strings.Contains(words, test.want) {
				t.Errorf("got error %v, want one with %q in\n%s", err, test.want, out)
			}
		})
	}
}

// complete returns a configuration together with what it refers to and does not declare itself, and with the providers that it needs.
func complete(t *testing.T, block codeBlock, document []codeBlock) string {
	t.Helper()
	blocks := parse(t, block.text)
	available := parse(t, content(t, "internal/documents/testdata/context.tf"))
	for _, other := range document {
		available = append(available, parse(t, other.text)...)
	}
	text := block.text
	for i := 0; i < len(blocks); i++ { // grows
		for _, reference := range blocks[i].references {
			isReferred := func(b tfBlock) bool { return slices.Contains(b.addresses, reference) }
			if slices.ContainsFunc(blocks, isReferred) {
				continue
			}
			added := slices.IndexFunc(available, isReferred)
			name, isVariable := strings.CutPrefix(reference, "var.")
			switch {
			case added >= 0:
				blocks = append(blocks, available[added])
			case isVariable:
				blocks = append(blocks, tfBlock{addresses: []string{reference}, text: fmt.Sprintf("variable %q {}\n", name)})
			default: // it may be a name in a for expression; otherwise Terraform finds the mistake
				continue
			}
			text += "\n" + blocks[len(blocks)-1].text
		}
	}
	if !strings.Contains(text, "required_providers") {
		text += requiredProviders
	}
	return text + "\ndata \"hwtasks_dcs_job\" \"any\" { job_id = \"j\" } # without one, the provider block is not checked\n"
}

const requiredProviders = `
terraform {
  required_providers {
    hwtasks     = { source = "hwtasks/hwtasks" }
    huaweicloud = { source = "huaweicloud/huaweicloud" }
    time        = { source = "hashicorp/time" }
  }
}
`

// A tfBlock is a block of a configuration.
type tfBlock struct {
	addresses  []string // such as var.job_id, local.id, hwtasks_wait.resize or data.hwtasks_wait.resize
	text       string
	references []string // addresses to which it may refer
}

func parse(t *testing.T, config string) []tfBlock {
	t.Helper()
	parsed, diagnostics := hclsyntax.ParseConfig([]byte(config), "", hcl.InitialPos)
	if diagnostics.HasErrors() {
		t.Fatalf("%v in\n%s", diagnostics, config)
	}
	var blocks []tfBlock
	for _, b := range parsed.Body.(*hclsyntax.Body).Blocks {
		prefix := map[string]string{"data": "data.", "variable": "var."}[b.Type]
		block := tfBlock{
			addresses: []string{prefix + strings.Join(b.Labels, ".")},
			text:      config[b.TypeRange.Start.Byte:b.CloseBraceRange.End.Byte] + "\n",
		}
		if b.Type == "locals" {
			for name := range b.Body.Attributes {
				block.addresses = append(block.addresses, "local."+name)
			}
		}
		_ = hclsyntax.VisitAll(b.Body, func(node hclsyntax.Node) hcl.Diagnostics {
			if e, ok := node.(*hclsyntax.ScopeTraversalExpr); ok {
				block.references = append(block.references, address(e.Traversal))
			}
			return nil
		})
		blocks = append(blocks, block)
	}
	return blocks
}

// address returns the address of the object to which a traversal refers.
func address(traversal hcl.Traversal) string {
	length := 2
	if traversal.RootName() == "data" {
		length = 3
	}
	names := []string{traversal.RootName()}
	for _, step := range traversal[1:min(length, len(traversal))] {
		if attribute, ok := step.(hcl.TraverseAttr); ok {
			names = append(names, attribute.Name)
		}
	}
	return strings.Join(names, ".")
}

// The CLI starts this test as each provider, by the name of its file.
func TestMain(m *testing.M) {
	name, isProvider := strings.CutPrefix(strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"), "terraform-provider-")
	if !isProvider {
		os.Exit(m.Run())
	}
	providers := map[string]func() provider.Provider{"hwtasks": hwtasks.New("test"), "huaweicloud": newHuaweicloud, "time": newTime}
	options := providerserver.ServeOpts{Address: "registry.terraform.io/test/" + name}
	if err := providerserver.Serve(context.Background(), providers[name], options); err != nil {
		log.Fatal(err)
	}
}

// validator returns a function that validates a configuration with the CLI, and returns what it printed.
func validator(t *testing.T) func(t *testing.T, config string) (string, error) {
	t.Helper()
	path, err := cli.Find()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	providers := t.TempDir()
	for _, name := range []string{"hwtasks", "huaweicloud", "time"} {
		if err := os.Symlink(program, filepath.Join(providers, "terraform-provider-"+name)); err != nil {
			t.Fatal(err)
		}
	}
	settings := filepath.Join(providers, "cli.tfrc")
	write(t, settings, fmt.Sprintf(`
		provider_installation {
		  dev_overrides {
		    "hwtasks/hwtasks"         = %[1]q
		    "huaweicloud/huaweicloud" = %[1]q
		    "hashicorp/time"          = %[1]q
		  }
		}`, providers))
	return func(t *testing.T, config string) (string, error) {
		t.Helper()
		dir := t.TempDir()
		write(t, filepath.Join(dir, "main.tf"), config)
		cmd := exec.CommandContext(t.Context(), path, "validate", "-no-color")
		cmd.Dir = dir
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE=" + settings}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
