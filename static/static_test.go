package static

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func built(t *testing.T) *Assets {
	t.Helper()
	a, err := Load(fstest.MapFS{
		"manifest.json":   {Data: []byte(`{"app.css":{"file":"app.123.css","type":"text/css; charset=utf-8","size":5,"gzip":2,"brotli":1},"dot.svg":{"file":"dot.9.svg","type":"image/svg+xml","size":3}}`)},
		"app.123.css":     {Data: []byte("plain")},
		"app.123.css.gz":  {Data: []byte("gz")},
		"app.123.css.br":  {Data: []byte("b")},
		"dot.9.svg":       {Data: []byte("svg")},
		"left-behind.css": {Data: []byte("x")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestHandlerNegotiates(t *testing.T) {
	t.Parallel()
	a := built(t)
	for accept, want := range map[string][2]string{
		"":                        {"", "plain"},
		"gzip, deflate, br, zstd": {"br", "b"},
		"gzip":                    {"gzip", "gz"},
		"br;q=0, gzip;q=0.5":      {"gzip", "gz"},
		"BR":                      {"br", "b"},
		"*":                       {"br", "b"},
		"*;q=0":                   {"", "plain"},
		"br;q=abc":                {"", "plain"},
		"identity":                {"", "plain"},
	} {
		r := httptest.NewRequest(http.MethodGet, a.URL("app.css"), nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != want[0] || w.Body.String() != want[1] {
			t.Errorf("%q: %d %q %q", accept, w.Code, w.Header().Get("Content-Encoding"), w.Body)
		}
		for header, value := range map[string]string{
			"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding",
			"Content-Type": "text/css; charset=utf-8", "X-Content-Type-Options": "nosniff",
		} {
			if got := w.Header().Get(header); got != value {
				t.Errorf("%q: %s is %q", accept, header, got)
			}
		}
	}
}

func TestHandlerRefuses(t *testing.T) {
	t.Parallel()
	a := built(t)
	for target, want := range map[string]int{
		"GET /static/app.css": http.StatusNotFound, "GET /static/left-behind.css": http.StatusNotFound,
		"GET /static/": http.StatusNotFound, "GET /static/manifest.json": http.StatusNotFound,
		"GET /static/../static/app.123.css.br": http.StatusNotFound,
		"POST /static/app.123.css":             http.StatusMethodNotAllowed,
		"HEAD /static/dot.9.svg":               http.StatusOK,
	} {
		method, path, _ := strings.Cut(target, " ")
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
		if w.Code == http.StatusNotFound && w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a miss may be cached", target)
		}
		if method == http.MethodHead && (w.Body.Len() != 0 || w.Header().Get("Content-Length") != "3") {
			t.Errorf("%s: body of %d bytes, length %q", target, w.Body.Len(), w.Header().Get("Content-Length"))
		}
	}
}

func TestLoadSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	if _, err := Load(fstest.MapFS{".gitignore": {}}); !errors.Is(err, ErrNotBuilt) || !strings.Contains(err.Error(), "make assets") {
		t.Errorf("without a manifest: %v", err)
	}
	if _, err := Load(fstest.MapFS{"manifest.json": {Data: []byte(`{"app.js":{"file":"app.1.js"}}`)}}); err == nil || !strings.Contains(err.Error(), "app.js") {
		t.Errorf("with a file missing: %v", err)
	}
	if _, err := Load(fstest.MapFS{"manifest.json": {Data: []byte(`{`)}}); err == nil {
		t.Error("a broken manifest was taken")
	}
}

// What was built holds all that pages name, and the first load of a page stays small.
func TestBuiltAssets(t *testing.T) {
	t.Parallel()
	a, err := embedded()
	if errors.Is(err, ErrNotBuilt) {
		t.Skip("NOT RUN: " + err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	first := 0
	for _, name := range []string{"app.css", "app.js", "icons.svg", "favicon-red.svg"} {
		first += a.manifest[name].Brotli
	}
	if first == 0 || first > 40_000 {
		t.Errorf("the first load's assets are %d bytes", first)
	}
	for _, name := range []string{"chat.css", "chat.js", "embed.js", "favicon-neutral.svg", "favicon-green.svg", "favicon-yellow.svg"} {
		if !strings.HasPrefix(a.URL(name), Prefix) || a.URL(name) == Prefix+name {
			t.Errorf("%s was not built", name)
		}
	}
	if body, err := Body("embed.js"); err != nil || len(body) == 0 {
		t.Errorf("embed.js: %d bytes, %v", len(body), err)
	}
	if body := string(a.byFile[a.manifest["app.js"].File].bodies[""]); strings.Contains(body, "axe") && strings.Contains(body, "dequelabs") {
		t.Error("the test's own library is served")
	}
}
