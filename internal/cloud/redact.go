package cloud

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

const (
	redacted = "(secret)"

	// A shorter secret may be part of any word, and is redacted only as a word of its own.
	minSecretInWords = 8
)

// secrets are the texts that must not be shown: those that are configured and those that the cloud issued.
type secrets struct {
	mu       sync.RWMutex
	long     []string // in all forms, longest first
	short    []string
	replacer *strings.Replacer // of the long ones
	words    *regexp.Regexp    // matches the short ones; nil if there are none
}

// add makes texts secret. Empty ones are ignored.
func (s *secrets) add(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range texts {
		if utf8.RuneCountInString(text) >= minSecretInWords {
			s.long = append(s.long, forms(text)...)
		} else {
			s.short = append(s.short, forms(text)...)
		}
	}
	s.long, s.short = longestFirst(s.long), longestFirst(s.short)
	var pairs []string
	for _, form := range s.long {
		pairs = append(pairs, form, redacted)
	}
	s.replacer = strings.NewReplacer(pairs...)
	var words []string
	for _, form := range s.short {
		words = append(words, word(form))
	}
	if len(words) > 0 {
		s.words = regexp.MustCompile(strings.Join(words, "|"))
	}
}

// forms returns a secret as it is and as JSON and URLs escape it, and each of these as singleLine leaves it.
func forms(text string) []string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	all := []string{text, url.QueryEscape(text), url.PathEscape(text)}
	for _, escapeHTML := range []bool{false, true} {
		var quoted bytes.Buffer
		encoder := json.NewEncoder(&quoted)
		encoder.SetEscapeHTML(escapeHTML)
		_ = encoder.Encode(text) // a text can be encoded
		all = append(all, strings.TrimSuffix(quoted.String()[1:], "\"\n"))
	}
	for _, form := range all {
		all = append(all, singleLine(form))
	}
	return all
}

// longestFirst sorts texts so that one that contains another comes before it, and drops empty and equal ones.
func longestFirst(texts []string) []string {
	texts = slices.DeleteFunc(texts, func(text string) bool { return text == "" })
	slices.SortFunc(texts, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return slices.Compact(texts)
}

var startsWord, endsWord = regexp.MustCompile(`^\w`), regexp.MustCompile(`\w$`)

// word returns a regular expression that matches a text if no letter or digit precedes or follows it. Those of an escaped character of
// JSON or a URL before it, such as \n or %20, do not count.
func word(text string) string {
	expression := regexp.QuoteMeta(text)
	if startsWord.MatchString(text) {
		expression = `(?:\b|\\[bfnrt]|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2})` + expression
	}
	if endsWord.MatchString(text) {
		expression += `\b`
	}
	return expression
}

// redact takes all secrets out of a text.
func (s *secrets) redact(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.replacer != nil {
		text = s.replacer.Replace(text)
	}
	if s.words != nil {
		text = s.words.ReplaceAllString(text, redacted)
	}
	return text
}

// Redact takes the credentials out of a text that may quote a service, for an error.
func (c *Client) Redact(text string) string { return c.secrets.redact(text) }

// MaskLog returns a context for tflog that takes the credentials out of messages and fields. It is good for one entry: the cloud may
// issue others until the next one, and tflog is not safe for concurrent use with such a context.
func (c *Client) MaskLog(ctx context.Context) context.Context {
	s := c.secrets
	s.mu.RLock()
	defer s.mu.RUnlock()
	ctx = tflog.MaskLogStrings(ctx, s.long...)
	if s.words != nil {
		ctx = tflog.MaskLogRegexes(ctx, s.words)
	}
	return ctx
}

// AbbreviateAccessKey returns the first and the last four characters of the ID of an access key, which is no secret, so that people see
// which one is used. Of an ID that is too short for that it shows nothing.
func AbbreviateAccessKey(id string) string {
	if len(id) < 12 {
		return "…"
	}
	return id[:4] + "…" + id[len(id)-4:]
}
