package static

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// Prefix is the path under which Handler expects to be mounted and with which every URL starts.
const Prefix = "/static/"

// ErrNotBuilt says that the program was built before its browser files were.
var ErrNotBuilt = errors.New("the browser files are missing from this build: run `make assets` and build again")

//go:embed all:dist
var dist embed.FS

// Entry is one asset of the manifest.
type Entry struct {
	// File is the hashed name inside dist.
	File string `json:"file"`
	// Type is the answer's Content-Type.
	Type string `json:"type"`
	// Size is the uncompressed length in bytes; Gzip and Brotli are those of the siblings, 0 when
	// compressing did not pay.
	Size   int `json:"size"`
	Gzip   int `json:"gzip,omitempty"`
	Brotli int `json:"brotli,omitempty"`
}

// Manifest maps the plain name of an asset ("app.css") to what was built for it.
type Manifest map[string]Entry

var embedded = sync.OnceValues(func() (*Assets, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return Load(sub)
})

// Assets are the built files of one dist folder.
type Assets struct {
	manifest Manifest
	byFile   map[string]asset
}

type asset struct {
	kind string
	// bodies by content coding: "br", "gzip", "" for the plain bytes
	bodies map[string][]byte
}

// Load reads a dist folder with its manifest. It returns ErrNotBuilt when there is no manifest, and
// another error when the manifest names a file that is not there.
func Load(dir fs.FS) (*Assets, error) {
	raw, err := fs.ReadFile(dir, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, fmt.Errorf("static: read manifest: %w", err)
	}
	a := &Assets{manifest: Manifest{}, byFile: map[string]asset{}}
	if err := json.Unmarshal(raw, &a.manifest); err != nil {
		return nil, fmt.Errorf("static: parse manifest: %w", err)
	}
	for name, e := range a.manifest {
		built, err := loadAsset(dir, e)
		if err != nil {
			return nil, fmt.Errorf("static: %s: %w", name, err)
		}
		a.byFile[e.File] = built
	}
	return a, nil
}

func loadAsset(dir fs.FS, e Entry) (asset, error) {
	built := asset{kind: e.Type, bodies: map[string][]byte{}}
	for coding, suffix := range map[string]string{"": "", "gzip": ".gz", "br": ".br"} {
		if coding == "gzip" && e.Gzip == 0 || coding == "br" && e.Brotli == 0 {
			continue
		}
		body, err := fs.ReadFile(dir, e.File+suffix)
		if err != nil {
			return asset{}, err
		}
		built.bodies[coding] = body
	}
	return built, nil
}

// Built returns nil when the browser files are in the program, else an error that says which command
// builds them. The program calls it before it starts to serve.
func Built() error {
	_, err := embedded()
	return err
}

// URL is the path of an asset by its plain name, as URL("app.css") = "/static/app.3f9c….css". A name
// the manifest does not know, or a program built without its assets, gives the plain name under
// Prefix: the page still renders and the missing file shows as a 404.
func URL(name string) string {
	a, err := embedded()
	if err != nil {
		return Prefix + name
	}
	return a.URL(name)
}

// Handler serves the embedded assets under Prefix. In a program built without them every request is
// answered 503 with ErrNotBuilt's text.
func Handler() http.Handler {
	a, err := embedded()
	if err != nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		})
	}
	return a
}

// Body returns the plain bytes of an asset by its plain name, for the few answered at a fixed path
// (/embed.js).
func Body(name string) ([]byte, error) {
	a, err := embedded()
	if err != nil {
		return nil, err
	}
	built, ok := a.byFile[a.manifest[name].File]
	if !ok {
		return nil, fmt.Errorf("static: %s: %w", name, fs.ErrNotExist)
	}
	return built.bodies[""], nil
}

// URL is the path of an asset of this folder by its plain name; see the function URL.
func (a *Assets) URL(name string) string {
	if e, ok := a.manifest[name]; ok {
		return Prefix + e.File
	}
	return Prefix + name
}

// ServeHTTP answers a hashed name with the smallest coding the client takes, immutable for one year.
// Anything else is a 404 that must not be cached, so that a page of a newer build asked of an older
// process does not poison a cache.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		head.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	file := strings.TrimPrefix(path.Clean(r.URL.Path), strings.TrimSuffix(Prefix, "/"))
	built, ok := a.byFile[strings.TrimPrefix(file, "/")]
	if !ok {
		head.Set("Cache-Control", "no-store")
		http.NotFound(w, r)
		return
	}
	coding := negotiate(r.Header.Get("Accept-Encoding"), built.bodies)
	body := built.bodies[coding]
	head.Set("Content-Type", built.kind)
	head.Set("Cache-Control", "public, max-age=31536000, immutable")
	head.Set("Vary", "Accept-Encoding")
	head.Set("X-Content-Type-Options", "nosniff")
	if coding != "" {
		head.Set("Content-Encoding", coding)
	}
	head.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		// A client that went away is no error of ours: nothing is left to tell it.
		_, _ = bytes.NewReader(body).WriteTo(w)
	}
}

// negotiate picks br before gzip among the codings a client accepts; q=0 refuses one.
func negotiate(header string, bodies map[string][]byte) string {
	accepted := map[string]bool{}
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		accepted[strings.ToLower(strings.TrimSpace(name))] = !refused(params)
	}
	for _, coding := range []string{"br", "gzip"} {
		ok, named := accepted[coding]
		if !named {
			ok = accepted["*"]
		}
		if _, built := bodies[coding]; built && ok {
			return coding
		}
	}
	return ""
}

func refused(params string) bool {
	for p := range strings.SplitSeq(params, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(strings.TrimSpace(key), "q") {
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			return err != nil || q <= 0
		}
	}
	return false
}

// TypeOf is the Content-Type the generator records for a file name.
func TypeOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(path.Ext(name))
}
