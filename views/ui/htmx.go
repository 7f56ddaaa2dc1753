package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
)

// HX builds the attributes of an element that htmx handles, from pairs of a name without its hx-
// prefix and a value: HX(ctx, "get", "/x", "target", "#panel"). It adds the page's nonce, without which
// the scripts leave the element inert, so markup that slipped into a message can do nothing. An odd
// number of pairs is a mistake of the caller and panics.
func HX(ctx context.Context, pairs ...string) templ.Attributes {
	if len(pairs)%2 != 0 {
		panic(fmt.Sprintf("ui.HX: a name without a value in %q", pairs))
	}
	attrs := templ.Attributes{"hx-nonce": templ.GetNonce(ctx)}
	for i := 0; i < len(pairs); i += 2 {
		attrs["hx-"+pairs[i]] = pairs[i+1]
	}
	return attrs
}

// PanelLink are the attributes of a link or button that opens url in the side panel. The element needs
// an id of its own, to which focus returns when the panel closes.
func PanelLink(ctx context.Context, url string) templ.Attributes {
	return HX(ctx, "get", url, "target", "#"+PanelID, "swap", "innerHTML")
}

// PanelForm are the attributes of a form inside the side panel: its answer takes the panel's place, or
// closes it (see SetPanel).
func PanelForm(ctx context.Context, url string) templ.Attributes {
	return HX(ctx, "post", url, "target", "#"+PanelID, "swap", "innerHTML", "sync", "this:drop")
}

// ModalLink are the attributes of a link or button that opens url in the small centred dialog.
func ModalLink(ctx context.Context, url string) templ.Attributes {
	return HX(ctx, "get", url, "target", "#"+ModalID, "swap", "innerHTML")
}

// ModalForm are the attributes of a form inside the centred dialog.
func ModalForm(ctx context.Context, url string) templ.Attributes {
	return HX(ctx, "post", url, "target", "#"+ModalID, "swap", "innerHTML", "sync", "this:drop")
}

// Live are the attributes of a part of a page that fetches itself anew when one of the named stream
// events arrives, when the stream comes back, and when a held list is released. The part's answer
// replaces it by an outer morph, so it must be the same element with the same id.
func Live(ctx context.Context, url string, events ...string) templ.Attributes {
	trigger := EventRefresh + " from:body throttle:100ms"
	for _, event := range events {
		trigger += ", " + event + " from:body throttle:100ms"
	}
	attrs := HX(ctx, "get", url, "trigger", trigger, "target", "this", "swap", "outerMorph", "sync", "this:queue last")
	attrs["data-live"] = true
	return attrs
}

// The ids of the elements the layout provides and the scripts know.
const (
	PanelID = "panel"
	ModalID = "modal"
	MainID  = "main"
	// ToastsID is the region of polite messages, AlertsID that of urgent ones.
	ToastsID = "toasts"
	AlertsID = "alerts"
)

// What the server says to the scripts beside its HTML: answer headers, and events of the live stream.
const (
	// HeaderPanel is "open" with a panel's or dialog's content, "close" when it has done its work.
	HeaderPanel = "Panel"
	// HeaderToast carries one Toast as ASCII JSON, shown after the panel has closed.
	HeaderToast = "Toast"
	// HeaderNow is the server's clock in Unix milliseconds; the page sets its own by it.
	HeaderNow = "Now"

	// EventRefresh tells every live part to fetch itself.
	EventRefresh = "refresh"
	// EventToast carries one Toast as JSON.
	EventToast = "toast"
	// EventSummary carries a Summary as JSON: the title's count and the favicon's colour.
	EventSummary = "summary"
	// EventLeft tells a page that its store was left in another tab: it loads anew.
	EventLeft = "left"
	// EventClock carries a ClockEvent as JSON: the clock jumped or its speed changed.
	EventClock = "clock"
)

// SetPanel tells the scripts to open or to close the dialog the answer belongs to.
func SetPanel(h http.Header, open bool) {
	if open {
		h.Set(HeaderPanel, "open")
		return
	}
	h.Set(HeaderPanel, "close")
}

// Toast is a short message that appears in a corner and goes by itself; an urgent one stays until it
// is dismissed.
type Toast struct {
	// Tone gives the sign: Neutral (or empty) for what was done, Accent for what is worth knowing, and the
	// colours of the light for what a conversation came to.
	Tone Tone   `json:"tone,omitempty"`
	Text string `json:"text"`
	// Href and Link make a link under the text.
	Href string `json:"href,omitempty"`
	Link string `json:"link,omitempty"`
	// Key replaces an earlier toast of the same key instead of adding one.
	Key string `json:"key,omitempty"`
	// Urgent toasts interrupt a screen reader and do not disappear by themselves.
	Urgent bool `json:"urgent,omitempty"`
	// Sound goes with it; nil is silence.
	Sound *Sound `json:"sound,omitempty"`
}

// Sound is the sound of an alert. Of the tabs of a browser one sounds, and of each ID,
// which sorts by time, once.
type Sound struct {
	ID     string `json:"id"`
	Step   int    `json:"step"`   // 1 or 2: the 1st or the 2nd alert's
	Volume int    `json:"volume"` // 1 to 100
}

// SetToast has the scripts show t after the answer is in place. For answers without scripts pass the
// toast to the page instead (layout.Page.Toasts).
func SetToast(h http.Header, t Toast) {
	h.Set(HeaderToast, asciiJSON(t))
}

// Summary is what a tab shows while nobody looks at it.
type Summary struct {
	// Count stands before the title; 0 shows none.
	Count int `json:"count"`
	// Colour is the worst colour among one's own conversations: Green, Yellow, Red or Neutral.
	Colour Tone `json:"colour,omitempty"`
}

// ClockEvent tells the scripts what time it is and how fast it runs.
type ClockEvent struct {
	// Now is in Unix milliseconds.
	Now   int64   `json:"now"`
	Speed float64 `json:"speed"`
}

// JSON is the data line of a stream event.
func JSON(v any) string { return asciiJSON(v) }

// asciiJSON escapes what a header line cannot carry. The values are this package's own structs of
// strings and numbers, which always marshal.
func asciiJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("ui: " + err.Error())
	}
	out := make([]byte, 0, len(raw))
	for _, r := range string(raw) {
		switch {
		case r < 0x80:
			out = append(out, byte(r))
		case r < 0x10000:
			out = append(out, fmt.Sprintf(`\u%04x`, r)...)
		default:
			r -= 0x10000
			out = append(out, fmt.Sprintf(`\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))...)
		}
	}
	return string(out)
}

// merge returns the attributes of all maps; later ones win.
func merge(all ...templ.Attributes) templ.Attributes {
	out := templ.Attributes{}
	for _, attrs := range all {
		for k, v := range attrs {
			out[k] = v
		}
	}
	return out
}

func itoa(n int) string { return strconv.Itoa(n) }

// region is the id of the stack a toast goes to.
func (t Toast) region() string {
	if t.Urgent {
		return AlertsID
	}
	return ToastsID
}

func (t Toast) icon() IconName {
	if t.Tone.class() == string(Neutral) {
		return IconCircleCheck
	}
	return t.Tone.icon()
}
