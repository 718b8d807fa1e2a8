package provider

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/simulator/simulatortest"
)

// The guide Troubleshooting quotes messages as the code has them. In a quoted message, … stands for a value.
func TestTroubleshootingQuotesMessages(t *testing.T) {
	var code strings.Builder
	must(fs.WalkDir(os.DirFS(".."), ".", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			code.WriteString(simulatortest.Read(t, filepath.Join("..", path)))
		}
		return err
	}))
	messages := regexp.MustCompile(`" ?\+\s*"`).ReplaceAllString(code.String(), "") // literals that go over several lines

	guide := simulatortest.Read(t, filepath.Join("..", "..", "templates", "guides", "troubleshooting.md"))
	tables := regexp.MustCompile(`(?m)^\| Message \|.*\n\|---.*\n(?:\|.*\n)+`).FindAllString(guide, -1)
	rows := regexp.MustCompile("(?m)^\\| (`.*?`) \\|").FindAllStringSubmatch(strings.Join(tables, ""), -1)
	if len(rows) == 0 {
		t.Fatal("the guide has no table of messages")
	}
	for _, row := range rows {
		for quoted := range strings.SplitSeq(strings.Trim(row[1], "`"), "`, `") {
			for part := range strings.SplitSeq(quoted, "…") {
				if part = strings.TrimSpace(part); !strings.Contains(messages, part) {
					t.Errorf("the guide quotes %q, but no message has %q", quoted, part)
				}
			}
		}
	}
}
