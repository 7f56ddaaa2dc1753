package layout

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"semaforo/static"
	"semaforo/views/ui"
)

// Page is what a frame shows around its content.
type Page struct {
	// Title names the page; the document's title is "(3) Title · Semáforo".
	Title string
	// Summary is the title's count and the favicon's colour.
	Summary ui.Summary
	// Sections are the sidebar's, with only what this person may open.
	Sections []Section
	// Store is the shop's name, User the person signed in (nil on bare pages).
	Store string
	User  *User
	// StoreID has the stream say whose page it belongs to; Stores are those the person can go to, this one
	// among them.
	StoreID string
	Stores  []Store
	// Notice stands over the page's content.
	Notice templ.Component
	// Presence is the control by which the person says whether they are there.
	Presence templ.Component
	// Theme is "light" or "dark"; empty, it is the system's.
	Theme string
	// Demo shows the demonstration's banner.
	Demo *Demo
	// Now and Speed let the counters run by the server's clock: UTC, and how many seconds pass in one.
	Now   time.Time
	Speed float64
	// StreamURL is the live stream's; empty on pages without live parts. SummaryURL answers a
	// ui.Summary as JSON; it is asked now and then while the tab is in the background.
	StreamURL, SummaryURL string
	// Panel and Modal are rendered open in their dialogs: the full page of a panel's address. Back
	// is the address of the page without them.
	Panel, Modal templ.Component
	Back         string
	// Toasts are those a redirect brought along.
	Toasts []ui.Toast
	// Wide gives the content the whole width (lists, conversations); else it is held to a readable one.
	Wide bool
	// Fill makes the content exactly as high as the window, with scrollers inside (a conversation).
	Fill bool
	// Secret says that the page's address is one: it is told to nobody.
	Secret bool
	// Refresh reloads the page after so many seconds where scripts are off; 0 never.
	Refresh int
}

// Section is a titled part of the sidebar.
type Section struct {
	Label string
	Items []Item
}

// Item is one link of the sidebar.
type Item struct {
	Label, Href string
	Icon        ui.IconName
	Current     bool
	// Count, above 0, stands at the end.
	Count int
}

// Store is one of a person's stores.
type Store struct {
	ID, Name string
	Current  bool
}

func (s Store) attrs() templ.Attributes {
	if s.Current {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

// User is who is signed in; Role is in words ("Supervisão"). Current says that the page is of their account.
type User struct {
	Name, Role string
	Current    bool
}

// Demo describes the demonstration's banner.
type Demo struct {
	// Text says what is shown; without it a general sentence.
	Text string
	// Chat is where one can write as a customer; empty shows no link.
	Chat string
	// Paused says whether the movement stands still. The button posts paused=true or false to Action;
	// without an Action there is none.
	Paused bool
	Action string
	// Form are the form's htmx attributes.
	Form templ.Attributes
}

// The addresses the frame's own forms post to, and its own link.
const (
	ThemePath       = "/tema"
	SignOutPath     = "/sair"
	SwitchStorePath = "/trocar-loja"
	AccountPath     = "/minha-conta"
)

// Htmx's settings, decided by what held in a real browser: no eval, no inline style, no history of
// its own, focus and open menus kept through a morph.
var htmxConfig = func() string {
	raw, err := json.Marshal(map[string]any{
		"includeIndicatorCSS": false, "history": false, "extensions": "hx-csp,sse",
		"defaultTimeout": 15000, "defaultSettleDelay": 0,
		"morphIgnore": []string{"data-htmx-powered", "data-sujo", "open"},
	})
	if err != nil {
		panic("layout: " + err.Error())
	}
	return string(raw)
}()

func (p Page) title() string {
	title := p.Title + " · Semáforo"
	if p.Summary.Count > 0 {
		title = "(" + strconv.Itoa(p.Summary.Count) + ") " + title
	}
	return title
}

// root are the attributes of <html>: the theme, and the clock the counters run by.
func (p Page) root() templ.Attributes {
	attrs := templ.Attributes{}
	if p.Theme == "light" || p.Theme == "dark" {
		attrs["data-theme"] = p.Theme
	}
	if !p.Now.IsZero() {
		speed := p.Speed
		if speed <= 0 {
			speed = 1
		}
		attrs["data-now"] = strconv.FormatInt(p.Now.UnixMilli(), 10)
		attrs["data-speed"] = strconv.FormatFloat(speed, 'g', -1, 64)
	}
	if p.SummaryURL != "" {
		attrs["data-summary"] = p.SummaryURL
	}
	return attrs
}

func favicon(colour ui.Tone) string {
	switch colour {
	case ui.Green, ui.Yellow, ui.Red:
		return static.URL("favicon-" + string(colour) + ".svg")
	}
	return static.URL("favicon-neutral.svg")
}

// icons are the favicon's addresses by colour, for the scripts.
func icons() templ.Attributes {
	attrs := templ.Attributes{}
	for _, tone := range []ui.Tone{ui.Neutral, ui.Green, ui.Yellow, ui.Red} {
		attrs["data-"+string(tone)] = favicon(tone)
	}
	return attrs
}

func (p Page) mainClass() templ.CSSClasses {
	return templ.CSSClasses{"main", templ.KV("main-wide", p.Wide || p.Fill), templ.KV("main-fill", p.Fill)}
}

// referrer is what the page tells others of its address.
func (p Page) referrer() string {
	if p.Secret {
		return "no-referrer"
	}
	return "same-origin"
}

// next is the state the banner's button asks for.
func (d Demo) next() string { return strconv.FormatBool(!d.Paused) }

func (p Page) stream(nonce string) templ.Attributes {
	url := p.StreamURL
	if p.StoreID != "" {
		mark := "?"
		if strings.Contains(url, "?") {
			mark = "&"
		}
		url += mark + "store=" + p.StoreID
	}
	return templ.Attributes{"hx-sse:connect": url, "hx-trigger": "load, reconnect", "hx-nonce": nonce}
}
