package ui

import "github.com/a-h/templ"

// SettingProps describe one setting of a card: what it does in words, its inputs (the children) and a
// switch that saves them and turns the setting on or off. Enter in an input saves without switching.
type SettingProps struct {
	ID, Title, Lead string
	// Status stands under the words: since when it is on.
	Status templ.Component
	// Save is the button's word, "Salvar" unless given.
	Save   string
	Action string
	Form   templ.Attributes
	// Switch is the setting's own; its Values become the form's hidden inputs. ReadOnly leaves out every
	// control.
	Switch   SwitchProps
	ReadOnly bool
}

// SettingSwitchProps describe a setting that is only on or off.
type SettingSwitchProps struct {
	ID, Title, Lead string
	// Switch acts at once; its label is the title's.
	Switch SwitchProps
}

// OtherValue is the choice of a Select that shows the inputs in an Other of the same form.
const OtherValue = "other"

// ComparedLine is one field of two versions of the same thing.
type ComparedLine struct{ Label, Theirs, Mine string }

func (l ComparedLine) differs() bool { return l.Theirs != l.Mine }

// CompareProps describe two versions side by side, the lines that differ marked.
type CompareProps struct {
	Caption, Theirs, Mine string
	Lines                 []ComparedLine
}
