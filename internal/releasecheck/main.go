// Releasecheck looks at what goreleaser has put into a folder as a registry would, and installs it as a user
// does: through a filesystem mirror, with init, to read a data source of the simulated cloud.
package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cli"
	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := errors.New("usage: releasecheck FOLDER")
	if len(os.Args) == 2 {
		err = check(ctx, os.Args[1])
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "The release is not as it should be:", err)
		os.Exit(1)
	}
}

const name = "terraform-provider-hwtasks"

func check(ctx context.Context, dist string) (err error) {
	version, err := published(dist)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "hwtasks-release-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return install(ctx, dist, version, dir)
}

// published checks the names and sums of what would be published, and gives its version.
func published(dist string) (version string, err error) {
	sums, err := filepath.Glob(filepath.Join(dist, name+"_*_SHA256SUMS"))
	if err != nil || len(sums) != 1 {
		return "", fmt.Errorf("%d files %s_VERSION_SHA256SUMS in %s", len(sums), name, dist)
	}
	version = strings.TrimSuffix(strings.TrimPrefix(filepath.Base(sums[0]), name+"_"), "_SHA256SUMS")
	content, err := os.ReadFile(sums[0]) //nolint:gosec // a file of the release
	if err != nil {
		return "", err
	}
	named := make(map[string]bool)
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(line)
		if len(fields) != 2 {
			return "", fmt.Errorf("%s: line %q", sums[0], line)
		}
		named[fields[1]] = true
		file := filepath.Join(dist, fields[1])
		if strings.HasSuffix(file, "_manifest.json") {
			file = "terraform-registry-manifest.json"
		}
		data, err := os.ReadFile(file) //nolint:gosec // a file of the release
		if err != nil {
			return "", err
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != fields[0] {
			return "", fmt.Errorf("%s has another sum than in %s", fields[1], sums[0])
		}
		if strings.HasSuffix(file, ".json") {
			if err := manifest(data); err != nil {
				return "", err
			}
		}
	}
	for _, file := range []string{archive(version), name + "_" + version + "_manifest.json"} {
		if !named[file] {
			return "", fmt.Errorf("%s does not name %s", sums[0], file)
		}
	}
	return version, inside(filepath.Join(dist, archive(version)), version)
}

// archive is the name of the archive for this machine.
func archive(version string) string {
	return fmt.Sprintf("%s_%s_%s_%s.zip", name, version, runtime.GOOS, runtime.GOARCH)
}

func manifest(data []byte) error {
	var m struct {
		Version  int
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		}
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return err
	}
	if m.Version != 1 || len(m.Metadata.ProtocolVersions) != 1 || m.Metadata.ProtocolVersions[0] != "6.0" {
		return fmt.Errorf("the manifest is %+v", m)
	}
	return nil
}

// inside checks that an archive has the program and its license.
func inside(file, version string) error {
	r, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // it was only read
	has := make(map[string]bool)
	for _, f := range r.File {
		has[strings.TrimSuffix(f.Name, ".exe")] = true
	}
	for _, wanted := range []string{name + "_v" + version, "LICENSE", "README.md", "CHANGELOG.md"} {
		if !has[wanted] {
			return fmt.Errorf("%s has no %s", file, wanted)
		}
	}
	return nil
}

// install applies a configuration with the released provider.
func install(ctx context.Context, dist, version, dir string) error {
	mirror := filepath.Join(dir, "mirror")
	content, err := os.ReadFile(filepath.Join(dist, archive(version))) //nolint:gosec // a file of the release
	if err != nil {
		return err
	}
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := filepath.Join(mirror, registry, "hwtasks", "hwtasks")
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, archive(version)), content, 0o600); err != nil { //nolint:gosec // in a folder made for it
			return err
		}
	}
	terraform, err := cli.FromMirror(mirror, dir)
	if err != nil {
		return err
	}

	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	cloud := simulator.New(simulator.Options{})
	cloud.Add(simulator.DCSJob{ID: "job"})
	server := &http.Server{Handler: cloud, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	defer server.Close()                       //nolint:errcheck // the process ends

	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o750); err != nil {
		return err
	}
	config := fmt.Sprintf(`
terraform {
  required_providers {
    hwtasks = {
      source  = "hwtasks/hwtasks"
      version = %q
    }
  }
}
provider "hwtasks" {
  region     = %q
  project_id = %q
  endpoints  = { dcs = "http://%s/dcs" }
}
data "hwtasks_dcs_job" "test" {
  job_id = "job"
}
output "status" {
  value = data.hwtasks_dcs_job.test.status
}
`, version, simulator.DefaultRegion, simulator.DefaultProjectID, listener.Addr())
	if err := os.WriteFile(filepath.Join(work, "main.tf"), []byte(config), 0o600); err != nil {
		return err
	}
	if err := terraform.Init(ctx, work); err != nil {
		return err
	}
	var out bytes.Buffer
	apply := terraform.Command(ctx, work, []string{"HW_ACCESS_KEY=" + simulator.DefaultAccessKey, "HW_SECRET_KEY=" + simulator.DefaultSecretKey}, "apply", "-auto-approve", "-no-color")
	apply.Stdout, apply.Stderr = &out, &out
	if err := cli.Run(apply); err != nil {
		return fmt.Errorf("apply: %w\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), `status = "SUCCESS"`) {
		return fmt.Errorf("apply read no status:\n%s", out.String())
	}
	agent := regexp.MustCompile(`^` + regexp.QuoteMeta(name+"/"+version) + ` `)
	for _, r := range cloud.Requests() {
		if !agent.MatchString(r.UserAgent) {
			return fmt.Errorf("the provider calls itself %q, not version %s", r.UserAgent, version)
		}
	}
	fmt.Printf("%s: installed from a mirror, read a job.\n", archive(version))
	return nil
}
