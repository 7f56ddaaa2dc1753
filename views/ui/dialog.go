package ui

import "github.com/a-h/templ"

// PanelProps describe the content of the side panel. With Action it is a form; its children are the
// fields, Footer its buttons, of which the one that goes on stands first (Enter takes it).
type PanelProps struct {
	Title string
	// Lead is a sentence under the title.
	Lead string
	// Close is the address of the page without the panel, where × leads.
	Close string
	// Steps are the names of the steps, Step the index of the present one; no Steps, no progress.
	Steps []string
	Step  int
	// FocusTitle puts the focus on the title when a step opens without a bad field.
	FocusTitle bool
	Action     string
	// Form are the form's attributes (PanelForm).
	Form   templ.Attributes
	Footer templ.Component
	// Side stands beside the fields that it bears on, where there is room: a panel with it is wider. Else
	// it stands below them, and SideLabel leads there.
	Side      templ.Component
	SideLabel string
}

func (p PanelProps) stepState(i int) string {
	switch {
	case i < p.Step:
		return "done"
	case i == p.Step:
		return "current"
	}
	return "coming"
}

// DialogProps describe the content of the centred dialog, or of a page that asks the same.
type DialogProps struct {
	Title string
	Icon  IconName
	// Close is the address of the page without the dialog; it is where the cancel button leads.
	Close string
	// CloseLabel is "Cancelar" unless given.
	CloseLabel string
	Action     string
	Form       templ.Attributes
	// Submit is the action's word, empty where nothing can be done; Danger draws it as one that destroys.
	Submit string
	Danger bool
	// Values are hidden inputs.
	Values []Option
	// Get sends the form by GET: a step that changes nothing.
	Get bool
}

func (p DialogProps) method() string {
	if p.Get {
		return "get"
	}
	return "post"
}

func (p DialogProps) variant() Variant {
	if p.Danger {
		return Danger
	}
	return Primary
}

// ToldProps describe the content of the centred dialog that asks nothing.
type ToldProps struct {
	ID    string // of the button
	Title string
	Icon  IconName
	// Close leads back, and its word.
	Close, CloseLabel string
}
