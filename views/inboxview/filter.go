package inboxview

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"semaforo/views/ui"
)

// The tabs, by the value in an address.
const (
	TabMine      = "mine"
	TabTeams     = "teams"
	TabWaiting   = "waiting"
	TabPostponed = "postponed"
	TabClosed    = "closed"
	TabAll       = "all"
	// TabAny is what a search over all tabs shows; it has no tab of its own.
	TabAny = "any"
)

// The colours, by the value in an address.
const (
	ColourGreen  = "green"
	ColourYellow = "yellow"
	ColourRed    = "red"
)

// ListPath is the list's address; a conversation's is below it.
const ListPath = "/conversas"

// MaxSearch is how many characters of a search count.
const MaxSearch = 200

// Filter is which conversations are listed, as the address says it.
type Filter struct {
	Tab     string `query:"tab"`
	Colour  string `query:"color"`
	Team    string `query:"team"`
	Seller  string `query:"seller"`
	Channel string `query:"channel"`
	Search  string `query:"q"`
	After   string `query:"after"`
	Before  string `query:"before"`
	// Beside is the conversation next to which the list stands, compact.
	Beside string `query:"beside"`
}

// Cleaned is the filter with what an address may not say left out: unknown tabs
// and colours, a tab the reader may not have, a search too long to mean anything.
// An address that names no tab shows those who see everything Todas, others Minhas.
func (f Filter) Cleaned(all bool) Filter {
	tabs, usual := []string{TabMine, TabTeams, TabWaiting, TabPostponed, TabClosed, TabAny}, TabMine
	if all {
		tabs, usual = append(tabs, TabAll), TabAll
	}
	if !slices.Contains(tabs, f.Tab) {
		f.Tab = usual
	}
	if !slices.Contains([]string{ColourGreen, ColourYellow, ColourRed}, f.Colour) || !f.coloured() {
		f.Colour = ""
	}
	f.Search = strings.TrimSpace(strings.ToValidUTF8(f.Search, ""))
	if utf8.RuneCountInString(f.Search) > MaxSearch {
		f.Search = string([]rune(f.Search)[:MaxSearch])
	}
	if f.After != "" {
		f.Before = ""
	}
	return f
}

// coloured reports whether the tab's conversations have colours.
func (f Filter) coloured() bool { return f.Tab != TabPostponed && f.Tab != TabClosed }

// Narrowed reports whether anything beside the tab leaves conversations out.
func (f Filter) Narrowed() bool {
	return f.Colour != "" || f.Team != "" || f.Seller != "" || f.Channel != "" || f.Search != ""
}

// URL is the address of the filter's list.
func (f Filter) URL() string { return f.at(ListPath) }

// ConversationURL is the address of a conversation reached from the list: it
// knows the way back.
func (f Filter) ConversationURL(id string) string {
	f.After, f.Before, f.Beside = "", "", ""
	return f.at(ListPath + "/" + url.PathEscape(id))
}

// Query is the filter as the query of an address, without its question mark.
func (f Filter) Query() string {
	values := url.Values{}
	for _, p := range f.pairs() {
		values.Set(p.Value, p.Label)
	}
	for name, value := range map[string]string{"after": f.After, "before": f.Before, "beside": f.Beside} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return values.Encode()
}

func (f Filter) at(path string) string {
	if query := f.Query(); query != "" {
		return path + "?" + query
	}
	return path
}

// pairs are the filter's own parameters, without a place in the list. The tab is
// always said: without it an address means another list to another reader.
func (f Filter) pairs() []ui.Option {
	all := []ui.Option{{Value: "tab", Label: f.Tab}, {Value: "color", Label: f.Colour}, {Value: "team", Label: f.Team},
		{Value: "seller", Label: f.Seller}, {Value: "channel", Label: f.Channel}, {Value: "q", Label: f.Search}}
	return slices.DeleteFunc(all, func(o ui.Option) bool {
		return o.Label == ""
	})
}

// hidden are the parameters a form keeps, but for those it asks itself.
func (f Filter) hidden(but ...string) []ui.Option {
	return slices.DeleteFunc(f.pairs(), func(o ui.Option) bool { return slices.Contains(but, o.Value) })
}

func (f Filter) with(change func(*Filter)) Filter {
	f.After, f.Before = "", ""
	change(&f)
	return f
}

// clear is the tab without anything that narrows it.
func (f Filter) clear() Filter { return Filter{Tab: f.Tab} }
