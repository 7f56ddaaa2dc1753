package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
)

// spriteOf writes one SVG file with a symbol for each name listed in list, drawn from the icon set.
// A line of the list is a lucide name, or "name lucide-name" for an icon known here by another.
func spriteOf(list, set string) ([]byte, error) {
	raw, err := os.ReadFile(set)
	if err != nil {
		return nil, fmt.Errorf("the icon set is not installed: run npm ci --prefix static (%w)", err)
	}
	var icons struct {
		Icons map[string]struct {
			Body string `json:"body"`
		} `json:"icons"`
		Aliases map[string]struct {
			Parent string `json:"parent"`
		} `json:"aliases"`
	}
	if err := json.Unmarshal(raw, &icons); err != nil {
		return nil, fmt.Errorf("%s: %w", set, err)
	}
	names, err := readList(list)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for _, name := range sortedKeys(names) {
		from := names[name]
		if alias, ok := icons.Aliases[from]; ok {
			from = alias.Parent
		}
		icon, ok := icons.Icons[from]
		if !ok {
			return nil, fmt.Errorf("%s: the set has no icon %q", list, names[name])
		}
		fmt.Fprintf(&out, `<symbol id="%s" viewBox="0 0 24 24">%s</symbol>`, name, icon.Body)
	}
	out.WriteString(`</svg>`)
	return out.Bytes(), nil
}

func readList(path string) (map[string]string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		line, _, _ = strings.Cut(line, "#")
		switch fields := strings.Fields(line); len(fields) {
		case 0:
		case 1:
			names[fields[0]] = fields[0]
		case 2:
			names[fields[0]] = fields[1]
		default:
			return nil, fmt.Errorf("%s: one or two names a line, not %q", path, line)
		}
	}
	return names, nil
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
