package ui

import (
	"strings"

	"github.com/a-h/templ"
)

// Field is what every input has: a label, a help text, an error and the ids that tie them together.
type Field struct {
	// ID is the input's; empty, it is the Name.
	ID    string
	Name  string
	Label string
	// Help stands under the label and stays when there is an error.
	Help string
	// Error is the problem in words; it marks the input invalid.
	Error string
	// HideLabel keeps the label for screen readers alone.
	HideLabel bool
	Required  bool
	Disabled  bool
	// Autofocus puts the cursor here when the page or panel opens: the first bad field of a 422.
	Autofocus bool
	Attrs     templ.Attributes
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return f.Name
}

func (f Field) describedBy() string {
	var ids []string
	if f.Help != "" {
		ids = append(ids, f.id()+"-help")
	}
	if f.Error != "" {
		ids = append(ids, f.id()+"-error")
	}
	return strings.Join(ids, " ")
}

// control are the attributes every kind of input shares.
func (f Field) control() templ.Attributes {
	attrs := optional("id", f.id(), "name", f.Name, "aria-describedby", f.describedBy())
	if f.Error != "" {
		attrs["aria-invalid"] = "true"
	}
	for name, on := range map[string]bool{"required": f.Required, "disabled": f.Disabled, "autofocus": f.Autofocus} {
		if on {
			attrs[name] = true
		}
	}
	return merge(attrs, f.Attrs)
}

// InputProps describe a line of text; Type is "text" unless given.
type InputProps struct {
	Field
	Type, Value, Placeholder, Autocomplete string
	// Mode is the keyboard a phone shows ("numeric", "tel", "email").
	Mode           string
	Min, Max, Step string
	MaxLength      int
	Icon           IconName
	// Narrow is for a few digits.
	Narrow bool
}

func (p InputProps) kind() string {
	if p.Type == "" {
		return "text"
	}
	return p.Type
}

func (p InputProps) attrs() templ.Attributes {
	limit := ""
	if p.MaxLength > 0 {
		limit = itoa(p.MaxLength)
	}
	return merge(optional(
		"placeholder", p.Placeholder, "autocomplete", p.Autocomplete, "inputmode", p.Mode,
		"min", p.Min, "max", p.Max, "step", p.Step, "maxlength", limit,
	), p.control())
}

// Option is one line of a Select. Note stands after the label ("— já no fluxo Plantão"); neighbours of one
// Group stand under its name.
type Option struct {
	Value, Label, Note string
	Group              string
	Selected, Disabled bool
}

// SelectProps describe a list to choose one of. Empty is the label of the choice of nothing; without
// it there is none.
type SelectProps struct {
	Field
	Empty   string
	Options []Option
}

// QuantityProps describe a number with its unit beside it, as two inputs under one label.
type QuantityProps struct {
	Field
	Value string
	// UnitName is the name of the unit's input; with no Units, UnitLabel is written as text.
	UnitName  string
	Units     []Option
	UnitLabel string
}

// TextareaProps describe several lines of text; the box grows with them.
type TextareaProps struct {
	Field
	Value, Placeholder string
	MaxLength, Rows    int
}

func (p TextareaProps) attrs() templ.Attributes {
	limit := ""
	if p.MaxLength > 0 {
		limit = itoa(p.MaxLength)
	}
	rows := p.Rows
	if rows == 0 {
		rows = 3
	}
	return merge(optional("placeholder", p.Placeholder, "maxlength", limit, "rows", itoa(rows)), p.control())
}

// Choice is one of a set of radio cards or checkboxes.
type Choice struct {
	Value, Label, Help string
	Icon               IconName
	Checked, Disabled  bool
	// Reason says why it cannot be taken ("Já está no fluxo Noturno").
	Reason string
	// More is drawn inside the card and shows only while it is chosen: the inputs that go with it.
	More templ.Component
}

// ChoicesProps describe a set of choices under one legend.
type ChoicesProps struct {
	Field
	Choices []Choice
	// Columns lays the cards side by side where there is room.
	Columns bool
	// Empty is said in place of the set when there is nothing to choose from.
	Empty string
	// Filter names a box that narrows a long set down to what is typed into it.
	Filter string
}

// manyChoices is how many are seen at a glance; more are worth a filter.
const manyChoices = 12

func (p ChoicesProps) choiceID(i int) string { return p.id() + "-" + itoa(i+1) }

func (p ChoicesProps) choiceHelp(i int) string {
	if p.Choices[i].Help == "" && p.Choices[i].Reason == "" {
		return ""
	}
	return p.choiceID(i) + "-help"
}

// focusAt is the choice that takes the field's autofocus: the chosen one, else the first free one.
func (p ChoicesProps) focusAt() int {
	if !p.Autofocus {
		return -1
	}
	first := -1
	for i, c := range p.Choices {
		if c.Checked {
			return i
		}
		if first < 0 && !c.Disabled {
			first = i
		}
	}
	return first
}

func (p ChoicesProps) choiceAttrs(i int) templ.Attributes {
	c := p.Choices[i]
	attrs := optional("id", p.choiceID(i), "name", p.Name, "aria-describedby", p.choiceHelp(i))
	for name, on := range map[string]bool{
		"checked": c.Checked, "disabled": c.Disabled || p.Disabled, "autofocus": p.focusAt() == i,
	} {
		if on {
			attrs[name] = true
		}
	}
	return merge(attrs, p.Attrs)
}

// CheckboxProps describe one box to tick.
type CheckboxProps struct {
	Field
	Value   string
	Checked bool
}

// SwitchProps describe a switch that acts at once: a form of one button, which posts the state it
// would change to as Name ("true" or "false").
type SwitchProps struct {
	ID, Action, Name string
	On               bool
	// Label names what is switched; it shows beside the switch unless HideLabel.
	Label     string
	HideLabel bool
	Disabled  bool
	// Reason says why a switch is disabled.
	Reason string
	// Values are further hidden inputs, in order.
	Values []Option
	// Form are the form's htmx attributes.
	Form templ.Attributes
}

func (p SwitchProps) next() string {
	if p.On {
		return "false"
	}
	return "true"
}

func (p SwitchProps) checked() string {
	if p.On {
		return "true"
	}
	return "false"
}
