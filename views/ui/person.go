package ui

import "github.com/a-h/templ"

// Presence is whether somebody is there, as a badge says it.
type Presence string

// The presences.
const (
	PresenceAvailable Presence = "available"
	PresenceAway      Presence = "away"
	PresenceOffline   Presence = "offline"
)

// Word is what people read.
func (p Presence) Word() string {
	switch p {
	case PresenceAvailable:
		return "Disponível"
	case PresenceAway:
		return "Ausente"
	}
	return "Offline"
}

func (p Presence) class() string {
	switch p {
	case PresenceAvailable, PresenceAway:
		return "presence-" + string(p)
	}
	return "presence-" + string(PresenceOffline)
}

// Icon is its sign: the colours of the light belong to conversations.
func (p Presence) Icon() IconName {
	switch p {
	case PresenceAvailable:
		return IconUserCheck
	case PresenceAway:
		return IconMoon
	}
	return IconPower
}

// CellPersonProps describe a table's cell that names a person and opens them.
type CellPersonProps struct {
	Name string
	// Note is a side remark under the name: the login.
	Note string
	// Href and Attrs make the name a link with this ID; without them it is only said.
	ID, Href string
	Attrs    templ.Attributes
	// Badge stands after the name where it is not empty ("você").
	Badge string
}

// SecretProps describe a link that is shown once, with what it opens.
type SecretProps struct {
	ID, Label, Help, URL string
	// Copy names the copy button.
	Copy string
}
