package chatview

import (
	"time"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// Page is what a customer sees.
type Page struct {
	Store string // the shop's name
	// Name is the customer's, empty before the first message: then the form asks for it.
	Name string
	// Messages are the latest, oldest first; Earlier says that there were more.
	Messages []Message
	Earlier  bool
	// State is who answers, or that somebody will; Notice what ended.
	State, Notice string
	// Closed says that the chat is switched off; empty while it is open.
	Closed string
	// Cursor is the place of the last message, for the scripts.
	Cursor string

	Form  Form
	Paths Paths
	// Error is why the form was not taken as a whole; Blocked that the browser keeps no cookies here, so that the chat
	// has to be opened in a tab of its own.
	Error   string
	Blocked bool
}

// Form is what was typed, and what is wrong with it by field, in words.
type Form struct {
	Name, Phone, Text string
	Key               string // the message's: a repeated post is recognised by it
	Errors            map[string]string
}

// Paths are the page's addresses. Events is empty as long as there is nothing to listen to.
type Paths struct{ Page, Messages, Events, Leave string }

// Message is one bubble.
type Message struct {
	ID   string `json:"id"`
	From string `json:"from"` // customer, seller, bot, system
	Name string `json:"name,omitempty"`
	Text string `json:"text"`
	// At is when, for programs; Time the same for people, in the store's zone; Day heads a day that begins with the message.
	At   time.Time `json:"at"`
	Time string    `json:"time"`
	Day  string    `json:"day,omitempty"`
}

// News is what a page that is open is told.
type News struct {
	Cursor   string    `json:"cursor"`
	State    string    `json:"state"`
	Notice   string    `json:"notice"`
	Closed   string    `json:"closed"`
	Messages []Message `json:"messages"`
}

// Days gives the first message of each day its heading. last is the message before the first, zero where there is none.
func Days(messages []Message, last, now time.Time, loc *time.Location) {
	for i := range messages {
		if day := ui.DayBreak(now, messages[i].At, loc); last.IsZero() || ui.DayBreak(now, last, loc) != day {
			messages[i].Day = day
		}
		last = messages[i].At
	}
}

// body are the attributes that the scripts read.
func (p Page) body() templ.Attributes {
	attrs := templ.Attributes{"data-chat": true, "data-messages": p.Paths.Messages, "data-cursor": p.Cursor}
	if p.Paths.Events != "" {
		attrs["data-events"] = p.Paths.Events
	}
	return attrs
}

func (p Page) title() string { return "Conversa com " + p.Store }

func (p Page) known() bool { return p.Name != "" }

// hello greets who has not written yet.
func (p Page) hello() string {
	if p.known() {
		return "Olá, " + p.Name + ". Como podemos ajudar?"
	}
	return "Olá! Diga seu nome e como podemos ajudar. A resposta chega nesta mesma página."
}

// invalid are the attributes of a field that was refused.
func (p Page) invalid(field string) templ.Attributes {
	if p.Form.Errors[field] == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": "chat-" + field + "-error", "autofocus": true}
}
