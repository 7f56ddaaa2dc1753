package web_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"semaforo/web"
)

// request is a route with what is asked of it; <nouns> are still to be filled in.
type request struct {
	method, path, document string
	part                   bool // htmx asks, for a part of the page
}

var placeholder = regexp.MustCompile(`<[a-z ]+>`)

// slots are the placeholders, in order and as often as they stand there.
func (r request) slots() []string { return placeholder.FindAllString(r.path+" "+r.document, -1) }

// fill puts a value into each placeholder.
func (r request) fill(value func(slot int, noun string) string) request {
	slot := -1
	put := func(text string) string {
		return placeholder.ReplaceAllStringFunc(text, func(p string) string {
			slot++
			return value(slot, strings.Trim(p, "<>"))
		})
	}
	return request{r.method, put(r.path), put(r.document), r.part}
}

// addressed puts placeholders for a route's parameters. One that nobody has told
// this test about fails it.
func addressed(t *testing.T, r web.Route) string {
	t.Helper()
	parts := strings.Split(r.Path, "/")
	for i, part := range parts {
		if !strings.HasPrefix(part, ":") && part != "*" {
			continue
		}
		noun := strings.TrimPrefix(part, ":")
		if part == ":id" {
			noun = nounsOfID[parts[i-1]]
		}
		switch value, constant := constants[part]; {
		case constant:
			parts[i] = value
		case nouns[noun] != nil:
			parts[i] = "<" + noun + ">"
		default:
			t.Errorf("%s %s: this test does not know what %s names; add it to nouns, or to constants", r.Method, r.Path, part)
		}
	}
	return strings.Join(parts, "/")
}

// requests are all that a route is asked.
func requests(t *testing.T, r web.Route) []request {
	t.Helper()
	path, name := addressed(t, r), r.Method+" "+r.Path
	all := []request{{r.Method, path, "", false}}
	for _, document := range documents[name] {
		all = append(all, request{r.Method, path, document, false})
	}
	writes := r.Method == http.MethodPost || r.Method == http.MethodPut
	if r.Permission.OfAPI() {
		if documents[name] == nil && writes {
			t.Errorf("%s takes a document that this test does not know; add it to documents", name)
		}
		return all
	}
	var everything []string
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		everything = append(everything, field+"=<"+fields[field]+">")
	}
	document := strings.Join(everything, "&")
	if !writes {
		document = "?" + document
	}
	return append(all, request{r.Method, path, document, false}, request{r.Method, path, "", true})
}

// told is what can be told from an answer.
type told struct {
	Status  int
	Headers map[string]string
	Body    string
}

var (
	anyID    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyNonce = regexp.MustCompile(`nonce="[^"]*"`)
	// whoever is of both stores may go to the other
	wayOver = regexp.MustCompile(`(?s)<form method="post" action="/trocar-loja">.*?</form>`)
	// what an answer to a change counts, the change before it has moved
	anyCount  = regexp.MustCompile(`<span class="count">\d+</span>`)
	anySecret = regexp.MustCompile(`[A-Za-z0-9_-]{43}`)
	// an entry of the trail, on its page or in its file, that somebody took customers out
	anyExport = regexp.MustCompile(`(?s)<tr[^>]*><th scope="row"><span>Exportou .*?</tr>|[0-9/]{10} [0-9:]{8};[^;\n]*;[^;\n]*;Exportou [^\n]*\n`)
)

// send asks. What the asker wrote is blanked wherever the answer repeats it, and
// so is what differs from one answer to the next by chance.
func (w *world) send(r request, header []string, wrote ...string) (raw string, answer told) {
	w.t.Helper()
	path, body := r.path, r.document
	if strings.HasPrefix(r.document, "?") {
		path, body = path+r.document, ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	a := httptest.NewRequest(r.method, strings.ReplaceAll(path, " ", "+"), strings.NewReader(body)).WithContext(ctx)
	a.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(body, "{") {
		a.Header.Set("Content-Type", "application/json")
	}
	if r.part {
		header = append([]string{"HX-Request", "true", "HX-Request-Type", "partial"}, header...)
	}
	for i := 0; i < len(header); i += 2 {
		a.Header.Set(header[i], header[i+1])
	}
	out := httptest.NewRecorder()
	w.web.Handler().ServeHTTP(out, a)
	answer = told{Status: out.Code, Headers: map[string]string{}, Body: wayOver.ReplaceAllString(out.Body.String(), "")}
	for _, name := range []string{"Location", "Content-Type", "HX-Redirect", "HX-Reswap", "Panel", "Toast", "Retry-After", "Allow"} {
		answer.Headers[name] = out.Header().Get(name)
	}
	blank := func(text string) string {
		for _, value := range wrote {
			text = strings.ReplaceAll(text, value, "WROTE")
			text = strings.ReplaceAll(text, url.QueryEscape(value), "WROTE")
		}
		return text
	}
	raw = blank(answer.Body)
	for name, value := range answer.Headers {
		raw += "\n" + blank(value)
		answer.Headers[name] = anySecret.ReplaceAllString(anyID.ReplaceAllString(blank(value), "ID"), "SECRET")
	}
	body = anyNonce.ReplaceAllString(anyID.ReplaceAllString(blank(answer.Body), "ID"), "NONCE")
	if r.method != http.MethodGet {
		body = anyCount.ReplaceAllString(body, "COUNT")
	}
	answer.Body = anySecret.ReplaceAllString(body, "SECRET")
	return raw, answer
}

// where is the first difference of two answers, with what stands around it.
func where(a, b told) string {
	if a.Status != b.Status || !cmp.Equal(a.Headers, b.Headers) {
		return cmp.Diff(told{a.Status, a.Headers, ""}, told{b.Status, b.Headers, ""})
	}
	at := 0
	for at < min(len(a.Body), len(b.Body)) && a.Body[at] == b.Body[at] {
		at++
	}
	around := func(text string) string { return text[max(0, at-200):min(len(text), at+200)] }
	return fmt.Sprintf("- %s\n+ %s", around(a.Body), around(b.Body))
}

// silent fails where an answer holds anything of the other store.
func (w *world) silent(what, raw string, foreign map[string]string) {
	w.t.Helper()
	if strings.Contains(strings.ToLower(raw), theirs) {
		w.t.Errorf("%s: the answer names the other store:\n%s", what, raw)
	}
	for noun, id := range foreign {
		if noun != "words" && strings.Contains(raw, id) {
			w.t.Errorf("%s: the answer holds the other store's %s", what, noun)
		}
	}
}
