package cloud

import (
	"encoding/json"
	"html"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// secrets are the texts that must never be shown: those that are configured and those that the cloud
// handed out.
type secrets struct {
	mu       sync.RWMutex
	known    map[string]bool
	replacer *strings.Replacer
}

// add makes texts secret, in all the forms in which an answer may have them.
func (s *secrets) add(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = make(map[string]bool)
	}
	for _, text := range texts {
		for _, form := range []string{text, inJSON(text), html.EscapeString(text), url.QueryEscape(text)} {
			s.known[form], s.known[normalise(form)] = true, true
		}
	}
	delete(s.known, "")
	// The longest come first, so that one that contains another is hidden whole.
	longestFirst := slices.SortedFunc(maps.Keys(s.known), func(a, b string) int { return len(b) - len(a) })
	replacements := make([]string, 0, 2*len(longestFirst))
	for _, text := range longestFirst {
		replacements = append(replacements, text, "(secret)")
	}
	s.replacer = strings.NewReplacer(replacements...)
}

// inJSON is how a text looks inside a JSON string.
func inJSON(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		return ""
	}
	return string(quoted[1 : len(quoted)-1])
}

// hide takes all secrets out of a text.
func (s *secrets) hide(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.replacer == nil {
		return text
	}
	return s.replacer.Replace(text)
}
