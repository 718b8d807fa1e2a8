// Package documents checks the form of the documents, and the links between them.
package documents

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// root is the repository.
var root = os.DirFS("../..")

// sources are the files that people write. Those in docs follow from them.
var sources = []string{
	"*.md", "templates/*.tmpl", "templates/*/*.md", "templates/*/*.tmpl", "internal/*/*.md", "internal/*/*/*.md",
}

// pages are the files that people read.
var pages = []string{"*.md", "docs/*.md", "docs/*/*.md", "internal/*/README.md"}

func find(t *testing.T, patterns ...string) []string {
	t.Helper()
	var files []string
	for _, pattern := range patterns {
		found, err := fs.Glob(root, pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: found %d files, error %v", pattern, len(found), err)
		}
		files = append(files, found...)
	}
	return files
}

// content returns the text of a file.
func content(t *testing.T, file string) string {
	t.Helper()
	text, err := fs.ReadFile(root, file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A line is a line of a document, outside of its front matter and its code.
type line struct {
	number int // from 1
	text   string
}

// A codeBlock is a fenced block of code in a document.
type codeBlock struct {
	line     int // of its first line, from 1
	language string
	text     string
}

// read returns the lines of a document, its code, and what is wrong with its fences.
func read(t *testing.T, file string) (lines []line, blocks []codeBlock, mistakes []string) {
	t.Helper()
	var fence, indent string // of the code block
	frontMatter := false
	for i, text := range strings.Split(content(t, file), "\n") {
		trimmed := strings.TrimLeft(text, " ")
		switch {
		case text == "---" && (i == 0 || frontMatter):
			frontMatter = !frontMatter
		case frontMatter:
		case fence != "" && strings.TrimRight(trimmed, " ") == fence:
			fence = ""
		case fence != "":
			blocks[len(blocks)-1].text += strings.TrimPrefix(text, indent) + "\n"
		case strings.HasPrefix(trimmed, "```"):
			language := strings.TrimLeft(trimmed, "`")
			fence, indent = strings.TrimSuffix(trimmed, language), strings.TrimSuffix(text, trimmed)
			blocks = append(blocks, codeBlock{line: i + 2, language: language})
			if language == "" {
				mistakes = append(mistakes, fmt.Sprintf("line %d: the code has no language", i+1))
			}
		default:
			lines = append(lines, line{i + 1, text})
		}
	}
	if fence != "" {
		mistakes = append(mistakes, "the last code block does not end")
	}
	return lines, blocks, mistakes
}

const columns = 100

// tooLong reports whether a line could be broken earlier. Tables, images and a link as long as a line cannot, and templates need not.
func tooLong(text string) bool {
	unbroken := func(prefix string) bool { return strings.HasPrefix(text, prefix) }
	if utf8.RuneCountInString(text) <= columns || slices.ContainsFunc([]string{"|", "![", "[![", "{{"}, unbroken) {
		return false
	}
	words := strings.Fields(text)
	return len(words) > 2 || len(words) == 2 && !listMark.MatchString(words[0])
}

// headerMistake returns what is wrong with the header of a table.
func headerMistake(text string) string {
	for cell := range strings.SplitSeq(strings.Trim(strings.TrimSpace(text), "|"), "|") {
		cell = strings.TrimSpace(cell)
		if first, _ := utf8.DecodeRuneInString(cell); cell == "" || unicode.IsLower(first) {
			return fmt.Sprintf("the header %q of the table is empty or does not begin with a capital letter", cell)
		}
	}
	return ""
}

var (
	listMark  = regexp.MustCompile(`^([-*]|\d+\.)$`)
	goTest    = regexp.MustCompile(`\b(Test|Fuzz|Benchmark)[A-Z]\w+`)
	delimiter = regexp.MustCompile(`^ *\|( *:?-+:? *\|)+$`)
)

func TestForm(t *testing.T) {
	for _, file := range find(t, sources...) {
		t.Run(file, func(t *testing.T) {
			lines, _, mistakes := read(t, file)
			if strings.HasSuffix(file, ".tmpl") { // fences are part of the templates' code too
				mistakes = nil
			}
			titles := 0
			for i, l := range lines {
				report := func(text string) { mistakes = append(mistakes, fmt.Sprintf("line %d: %s", l.number, text)) }
				switch {
				case tooLong(l.text):
					report(fmt.Sprintf("more than %d columns", columns))
				case strings.HasPrefix(l.text, "# "):
					titles++
				case delimiter.MatchString(l.text) && i > 0:
					if mistake := headerMistake(lines[i-1].text); mistake != "" {
						report(mistake)
					}
				}
				if test := goTest.FindString(l.text); test != "" && file != "CONTRIBUTING.md" {
					report("names the test " + test)
				}
			}
			if titles > 1 {
				mistakes = append(mistakes, fmt.Sprintf("%d titles", titles))
			}
			for _, mistake := range mistakes {
				t.Errorf("%s: %s", file, mistake)
			}
		})
	}
}

// README.md stays short.
func TestLengthOfREADME(t *testing.T) {
	if lines := strings.Count(content(t, "README.md"), "\n"); lines > 120 {
		t.Errorf("README.md has %d lines, want at most 120", lines)
	}
}

var (
	link     = regexp.MustCompile(`\]\(([^()\s]+)\)|<img [^>]*src="([^"]+)"`)
	code     = regexp.MustCompile("`[^`]*`")
	anchor   = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)
	linkText = regexp.MustCompile(`\[([^]]*)\]\([^()]*\)`)
	own      = regexp.MustCompile(
		`^https://(?:github|raw\.githubusercontent)\.com/hwtasks/terraform-provider-hwtasks/(?:blob/|tree/)?main/(.*)`)
)

// anchors returns the anchors of a document, as GitHub and the registries make them of its headings.
func anchors(t *testing.T, file string) []string {
	t.Helper()
	lines, _, _ := read(t, file)
	var all []string
	for _, l := range lines {
		for _, match := range anchor.FindAllStringSubmatch(l.text, -1) {
			all = append(all, match[1])
		}
		heading := strings.TrimLeft(l.text, "#")
		if level := len(l.text) - len(heading); level == 0 || !strings.HasPrefix(heading, " ") {
			continue
		}
		name := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, strings.TrimSpace(linkText.ReplaceAllString(heading, "$1")))
		unique := name
		for n := 1; slices.Contains(all, unique); n++ {
			unique = fmt.Sprintf("%s-%d", name, n)
		}
		all = append(all, unique)
	}
	return all
}

// The links between documents, to headings, and to files of the repository lead somewhere. Links of templates are those of docs.
func TestLinks(t *testing.T) {
	for _, file := range find(t, pages...) {
		lines, _, _ := read(t, file)
		for _, l := range lines {
			for _, match := range link.FindAllStringSubmatch(code.ReplaceAllString(l.text, "code"), -1) {
				target, fragment, _ := strings.Cut(match[1]+match[2], "#")
				to := path.Join(path.Dir(file), target)
				switch inRepository := own.FindStringSubmatch(target); {
				case inRepository != nil:
					to = strings.TrimSuffix(inRepository[1], "/")
				case strings.Contains(target, ":"):
					continue
				case target == "":
					to = file
				}
				if _, err := fs.Stat(root, to); err != nil {
					t.Errorf("%s, line %d: the link %s leads nowhere", file, l.number, match[0])
				} else if fragment != "" && strings.HasSuffix(to, ".md") && !slices.Contains(anchors(t, to), fragment) {
					t.Errorf("%s, line %d: %s has no heading #%s", file, l.number, to, fragment)
				}
			}
		}
	}
}

// Code in other languages than Terraform's can be parsed.
func TestCode(t *testing.T) {
	for _, file := range find(t, pages...) {
		_, blocks, _ := read(t, file)
		for _, block := range blocks {
			var err error
			switch block.language {
			case "json":
				err = json.Unmarshal([]byte(block.text), new(any))
			case "yaml":
				err = yaml.Unmarshal([]byte(block.text), new(any))
			case "sh":
				cmd := exec.CommandContext(t.Context(), "sh", "-n")
				cmd.Stdin = strings.NewReader(block.text)
				var out []byte
				if out, err = cmd.CombinedOutput(); err != nil {
					err = fmt.Errorf("%w: %s", err, out)
				}
			case "terraform", "mermaid", "text": // configurations have their own test
			default:
				err = fmt.Errorf("no test knows the language %q", block.language)
			}
			if err != nil {
				t.Errorf("%s:%d: %v", file, block.line, err)
			}
		}
	}
}

// Errors name sections of the guide Troubleshooting.
func TestSectionsOfErrors(t *testing.T) {
	sections := regexp.MustCompile(`Section = "(.+)"`).FindAllStringSubmatch(content(t, "internal/diagnose/diagnose.go"), -1)
	if len(sections) == 0 {
		t.Error("found no sections")
	}
	for _, section := range sections {
		if !slices.Contains(anchors(t, "docs/guides/troubleshooting.md"), section[1]) {
			t.Errorf("the guide has no section #%s", section[1])
		}
	}
}

func TestRules(t *testing.T) {
	long := strings.Repeat("word ", 25)
	url := "https://" + strings.Repeat("a", columns)
	for _, test := range []struct {
		text string
		want bool
	}{
		{long, true}, {"- " + url, false}, {url, false}, {"see " + url, true}, {"| " + long, false}, {"![" + long + "](a)", false},
		{"short", false},
	} {
		if got := tooLong(test.text); got != test.want {
			t.Errorf("%q: got too long %t, want %t", test.text, got, test.want)
		}
	}
	for header, want := range map[string]bool{
		"| Error | Meaning |": true, "| `service` | URL |": true, "| | Meaning |": false, "| error | Meaning |": false, "|A|b|": false,
	} {
		if got := headerMistake(header); (got == "") != want {
			t.Errorf("%q: got mistake %q, want none: %t", header, got, want)
		}
	}
}
