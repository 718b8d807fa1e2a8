package cloud

import (
	"encoding/json"
	"html"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// secrets are the texts that must never be shown: those that are configured and those that the cloud
// handed out.
type secrets struct {
	mu       sync.RWMutex
	known    map[string]bool
	replacer *strings.Replacer
	inValues *strings.Replacer // of those that are no ordinary words or numbers
}

// shortestInValues is how many bytes a secret has at least that is hidden in values, and a word of a secret that is hidden at all. A
// shorter one might be part of any text.
const shortestInValues = 8

// add makes texts secret, in all the forms in which an answer may have them.
func (s *secrets) add(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = make(map[string]bool)
	}
	for _, text := range texts {
		parts := []string{text}
		if words := strings.Fields(text); len(words) > 1 {
			// Errors about an answer that is no HTTP quote words of it.
			parts = append(parts, slices.DeleteFunc(words, func(word string) bool { return len(word) < shortestInValues })...)
		}
		for _, part := range parts {
			quoted := strconv.Quote(part)
			for _, form := range []string{part, inJSON(part), quoted[1 : len(quoted)-1], html.EscapeString(part), url.QueryEscape(part)} {
				s.known[form], s.known[normalise(form)] = true, true
			}
		}
	}
	delete(s.known, "")
	// The longest come first, so that one that contains another is hidden whole.
	longestFirst := slices.SortedFunc(maps.Keys(s.known), func(a, b string) int { return len(b) - len(a) })
	replacements := make([]string, 0, 2*len(longestFirst))
	long := 0 // replacements, which come first
	for _, text := range longestFirst {
		replacements = append(replacements, text, "(secret)")
		if len(text) >= shortestInValues {
			long = len(replacements)
		}
	}
	s.replacer, s.inValues = strings.NewReplacer(replacements...), strings.NewReplacer(replacements[:long]...)
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

// hideIn takes the secrets out of the texts of a decoded answer.
func (s *secrets) hideIn(answer any) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.inValues != nil {
		replaceIn(reflect.ValueOf(answer), s.inValues)
	}
}

func replaceIn(v reflect.Value, r *strings.Replacer) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			replaceIn(v.Elem(), r)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			replaceIn(v.Field(i), r)
		}
	case reflect.Slice:
		for i := range v.Len() {
			replaceIn(v.Index(i), r)
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString(r.Replace(v.String()))
		}
	default: // numbers and booleans
	}
}
