package cloud

import (
	"encoding/json"
	"html"
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// secrets are the texts that must never be shown: those that are configured and those that the cloud
// handed out.
type secrets struct {
	mu    sync.RWMutex
	known map[string]bool // in all forms; whether it is a whole secret, and not a word of one

	whole    *strings.Replacer
	words    *strings.Replacer
	inValues *strings.Replacer // of whole ones that are no ordinary words or numbers
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
				for _, f := range []string{form, singleLine(form)} {
					s.known[f] = s.known[f] || part == text
				}
			}
		}
	}
	delete(s.known, "")
	// The longest come first, so that one that contains another is hidden whole.
	longestFirst := slices.SortedFunc(maps.Keys(s.known), func(a, b string) int { return len(b) - len(a) })
	var whole, words, inValues []string // each with what stands in its place
	for _, text := range longestFirst {
		switch {
		case !s.known[text]:
			words = append(words, text, "(secret)")
			continue
		case len(text) >= shortestInValues:
			inValues = append(inValues, text, "(secret)")
		}
		whole = append(whole, text, "(secret)")
	}
	s.whole, s.words, s.inValues = strings.NewReplacer(whole...), strings.NewReplacer(words...), strings.NewReplacer(inValues...)
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
	if s.whole == nil {
		return text
	}
	text = s.whole.Replace(text)
	// Services escape in more ways than one can list. Where a secret appears once that is undone, it stays undone.
	plain := text
	for range escapedTimes {
		if !strings.ContainsAny(plain, `\%&`) {
			break
		}
		plain = singleLine(unescape(plain))
		if hidden := s.whole.Replace(plain); hidden != plain {
			text, plain = hidden, hidden
		}
	}
	return s.words.Replace(text)
}

const escapedTimes = 3 // as in a JSON text within a JSON text

var escaped = regexp.MustCompile(`\\u[0-9a-fA-F]{4}|\\.|%[0-9a-fA-F]{2}|&#?[0-9a-zA-Z]+;`)

// unescape undoes the escapes of JSON, URLs and HTML.
func unescape(text string) string {
	return escaped.ReplaceAllStringFunc(text, func(form string) string {
		switch {
		case form[0] == '&':
			return html.UnescapeString(form)
		case form[0] == '%' || form[1] == 'u' && len(form) == len(`\u0000`):
			code, _ := strconv.ParseUint(strings.TrimLeft(form, `\u%`), 16, 32) // digits, as the pattern says
			return string(rune(code))                                           //nolint:gosec // of four digits at the most
		}
		switch form[1] {
		case 'b', 'f', 'n', 'r', 't':
			return " "
		}
		return form[1:]
	})
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
