package ui

import (
	"time"

	"github.com/a-h/templ"
)

// RowProps describe one conversation of a list. Rows have a fixed height and ids that do not depend on
// their position, so that a refresh moves nodes instead of rebuilding them.
type RowProps struct {
	// ID is the conversation's; the element's is "row-" + ID.
	ID     string
	Href   string
	Status StatusProps
	Name   string
	// Preview is the last message, From who wrote it ("Você", "Bot"), empty for the customer.
	From, Preview string
	Channel       string
	ChannelIcon   IconName
	// Holder is the seller or team that has it, in words.
	Holder     string
	HolderIcon IconName
	// Wait is how long the customer has waited ("espera há 12 min"); Next what comes ("muda para
	// vermelho em 3 min"). A zero instant leaves it out; WaitText and NextText are said instead.
	Wait, Next         TimeProps
	WaitText, NextText string
	// Last is when the last message was written.
	Last time.Time
	// Current marks the row whose conversation is open beside the list.
	Current bool
	// Menu is drawn at the row's end (SharedMenuButton).
	Menu templ.Component
}

// StepProps describe one step of a flow at a glance.
type StepProps struct {
	// ID is the link's, to which focus returns from the panel.
	ID    string
	State State
	// Label is "1º alerta", "2º alerta", "Ação"; Value what is set ("5 min", "Transferir para Plantão").
	Label, Value string
	// Note stands under the value ("até lá, verde").
	Note string
	// Icon overrides the state's.
	Icon IconName
	// Unset draws the step as not configured.
	Unset bool
	// Href opens the step; without it the step is only shown.
	Href  string
	Attrs templ.Attributes
}

func (p StepProps) icon() IconName {
	if p.Icon != "" {
		return p.Icon
	}
	return p.State.Icon()
}

func (p StepProps) tone() string {
	if p.State == "" {
		return string(Accent)
	}
	return p.State.Tone().class()
}

// Side is who wrote a message.
type Side string

// The sides.
const (
	FromCustomer Side = "customer"
	FromSeller   Side = "seller"
	FromBot      Side = "bot"
	FromNote     Side = "note"
	FromSystem   Side = "system"
)

// Delivery is how far a message of ours has come.
type Delivery string

// The deliveries; the empty one shows nothing.
const (
	DeliveryPending   Delivery = "pending"
	DeliverySent      Delivery = "sent"
	DeliveryDelivered Delivery = "delivered"
	DeliveryRead      Delivery = "read"
	DeliveryFailed    Delivery = "failed"
)

func (d Delivery) word() string {
	return map[Delivery]string{
		DeliveryPending: "Enviando", DeliverySent: "Enviada", DeliveryDelivered: "Entregue",
		DeliveryRead: "Lida", DeliveryFailed: "Não entregue",
	}[d]
}

func (d Delivery) icon() IconName {
	return map[Delivery]IconName{
		DeliveryPending: IconClock, DeliverySent: IconCheck, DeliveryDelivered: IconCheckCheck,
		DeliveryRead: IconCheckCheck, DeliveryFailed: IconCircleX,
	}[d]
}

// MessageProps describe one message of a conversation.
type MessageProps struct {
	// ID is the element's; it names the message, not its place.
	ID     string
	Side   Side
	Author string
	// Text is written as it is, line breaks kept.
	Text string
	At   time.Time
	// Follows hides the author of a message right after another of his.
	Follows  bool
	Delivery Delivery
	// Problem says why a delivery failed.
	Problem string
}

func (p MessageProps) label() string {
	switch p.Side {
	case FromNote:
		return "Nota privada"
	case FromBot:
		return "Bot"
	case FromSystem:
		return "Sistema"
	}
	return ""
}

func (p MessageProps) problem() string {
	if p.Problem == "" {
		return "Não entregue"
	}
	return "Não entregue: " + p.Problem
}

// EventProps describe something that happened, in line with the messages or in a timeline.
type EventProps struct {
	ID   string
	Tone Tone
	Icon IconName
	Text string
	At   time.Time
	// When is said instead of the time of At ("em 3 min").
	When templ.Component
	// Detail stands under the text.
	Detail string
	// More leads to more about it; nil: there is none.
	More *EventMore
}

// EventMore is a link in an event's line: a word or two, and About what for who does
// not see the line. Its id is its own, for the focus to return to.
type EventMore struct {
	ID, Href    string
	Text, About string
	Attrs       templ.Attributes
}

func (p EventProps) icon() IconName {
	if p.Icon != "" {
		return p.Icon
	}
	return p.Tone.icon()
}

// ThreadProps describe the messages of a conversation. Older is the address of the page with the
// messages before, OlderAttrs fetch them in place.
type ThreadProps struct {
	ID, Label  string
	Older      string
	OlderAttrs templ.Attributes
	Attrs      templ.Attributes
}

// ComposerProps describe the box one writes a message in.
type ComposerProps struct {
	// Conversation is the id under which the draft is kept in the browser.
	Conversation string
	Action       string
	Form         templ.Attributes
	// Text and Note are what was typed and which mode, when a refused answer comes back.
	Text string
	Note bool
	// Notes offers the private note as a second mode.
	Notes       bool
	Placeholder string
	Error       string
	// Closed takes the box out of use and says why.
	Closed string
	// State stands over the box and follows the conversation: who would assume it, hidden inputs.
	State templ.Component
}

func (p ComposerProps) describedBy() string {
	if p.Error != "" {
		return "composer-error composer-hint"
	}
	return "composer-hint"
}
