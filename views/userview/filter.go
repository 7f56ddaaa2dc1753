package userview

import (
	"net/url"
	"slices"
	"strings"

	"semaforo/views/ui"
)

// The tabs, by the value in an address.
const (
	TabActive   = ""
	TabInvites  = "invites"
	TabDisabled = "disabled"
)

// maxSearch is how many characters of a search count.
const maxSearch = 200

// Filter is which people are listed, as the address says it.
type Filter struct {
	Tab      string `query:"tab"`
	Search   string `query:"q"`
	Team     string `query:"team"`
	Role     string `query:"role"`
	Presence string `query:"presence"`
	After    string `query:"after"`
	Before   string `query:"before"`
}

// Cleaned is the filter with what an address may not say, or what means nothing
// on its tab, left out.
func (f Filter) Cleaned() Filter {
	if !slices.Contains([]string{TabInvites, TabDisabled}, f.Tab) {
		f.Tab = TabActive
	}
	if !slices.ContainsFunc(roles, func(r role) bool { return r.value == f.Role }) {
		f.Role = ""
	}
	if f.Tab == TabInvites {
		f.Team = ""
	}
	known := []string{string(ui.PresenceAvailable), string(ui.PresenceAway), string(ui.PresenceOffline)}
	if f.Tab != TabActive || !slices.Contains(known, f.Presence) {
		f.Presence = ""
	}
	f.Search = strings.TrimSpace(strings.ToValidUTF8(f.Search, ""))
	if letters := []rune(f.Search); len(letters) > maxSearch {
		f.Search = string(letters[:maxSearch])
	}
	if f.After != "" {
		f.Before = ""
	}
	return f
}

// Narrowed reports whether anything beside the tab leaves people out.
func (f Filter) Narrowed() bool {
	return f.Search != "" || f.Team != "" || f.Role != "" || f.Presence != ""
}

// URL is the address of the filter's list.
func (f Filter) URL() string {
	values := url.Values{}
	for _, p := range f.pairs() {
		values.Set(p.Value, p.Label)
	}
	if len(values) == 0 {
		return Base
	}
	return Base + "?" + values.Encode()
}

// pairs are the parameters that say something, as hidden inputs take them.
func (f Filter) pairs() []ui.Option {
	var pairs []ui.Option
	for _, p := range []ui.Option{{Value: "tab", Label: f.Tab}, {Value: "q", Label: f.Search}, {Value: "team", Label: f.Team},
		{Value: "role", Label: f.Role}, {Value: "presence", Label: f.Presence}, {Value: "after", Label: f.After}, {Value: "before", Label: f.Before}} {
		if p.Label != "" {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// hidden are the pairs but those named, from the list's first page.
func (f Filter) hidden(but ...string) []ui.Option {
	but = append(but, "after", "before")
	return slices.DeleteFunc(f.pairs(), func(p ui.Option) bool { return slices.Contains(but, p.Value) })
}

// with is the filter from its first page, changed.
func (f Filter) with(change func(*Filter)) Filter {
	f.After, f.Before = "", ""
	change(&f)
	return f
}

// clear is the tab's whole list.
func (f Filter) clear() Filter { return Filter{Tab: f.Tab} }
