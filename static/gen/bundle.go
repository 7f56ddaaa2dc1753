package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// entries are the sources a page names; everything else in src is imported by one of them.
var entries = []struct {
	source string
	format api.Format
}{
	{"app.css", api.FormatDefault},
	{"chat.css", api.FormatDefault},
	{"app.js", api.FormatESModule},
	{"chat.js", api.FormatESModule},
	// The shop's page loads embed.js as a classic script, so that it may read document.currentScript.
	{"embed.js", api.FormatIIFE},
	// The service worker is answered at a fixed path of the root, whose pages it serves.
	{"sw.js", api.FormatIIFE},
}

// bundle returns the minified entries by their plain names.
func bundle(root string) (map[string][]byte, error) {
	if _, err := os.Stat(filepath.Join(root, "node_modules", "htmx.org")); err != nil {
		return nil, fmt.Errorf("the browser libraries are not installed: run npm ci --prefix %s", root)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		source, err := filepath.Abs(filepath.Join(root, "src", e.source))
		if err != nil {
			return nil, err
		}
		result := api.Build(api.BuildOptions{
			EntryPoints:       []string{source},
			Bundle:            true,
			Format:            e.format,
			Engines:           engines,
			Charset:           api.CharsetUTF8,
			LegalComments:     api.LegalCommentsNone,
			MinifyIdentifiers: true,
			MinifySyntax:      true,
			MinifyWhitespace:  true,
			Outfile:           filepath.Join("dist", e.source),
		})
		if len(result.Errors) > 0 {
			return nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "\n"))
		}
		for _, w := range api.FormatMessages(result.Warnings, api.FormatMessagesOptions{Kind: api.WarningMessage}) {
			fmt.Fprint(os.Stderr, w)
		}
		files[e.source] = result.OutputFiles[0].Contents
	}
	return files, nil
}

// engines are the oldest browsers that have everything the sources use without a fallback (popover,
// nesting, container queries); given here, esbuild lowers none of it.
var engines = []api.Engine{
	{Name: api.EngineChrome, Version: "125"},
	{Name: api.EngineFirefox, Version: "128"},
	{Name: api.EngineSafari, Version: "18"},
}
