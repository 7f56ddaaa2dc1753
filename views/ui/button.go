package ui

import "github.com/a-h/templ"

// Variant is how much a button asks for attention. A page has one primary action.
type Variant string

// The variants.
const (
	Secondary Variant = "secondary"
	Primary   Variant = "primary"
	Ghost     Variant = "ghost"
	Danger    Variant = "danger"
)

// ButtonProps describe a button or a link that looks like one; its children are the label.
type ButtonProps struct {
	ID      string
	Variant Variant
	Icon    IconName
	// IconEnd stands after the label.
	IconEnd IconName
	// Type is "submit" unless given.
	Type        string
	Name, Value string
	// Form is the id of the form a button outside it submits.
	Form string
	// FormAction posts the form to another address.
	FormAction string
	// Href is where a LinkButton leads.
	Href string
	// Label names a button that shows an icon alone, and is its tooltip.
	Label string
	// Disabled takes the button out of use; Reason says why, beside it.
	Disabled bool
	Reason   string
	Small    bool
	Wide     bool
	// Capitals writes the label in capitals, as a surface's main action (Primary, Danger) always is.
	Capitals bool
	// Opens is the id of the popover the button opens.
	Opens string
	// NoValidate lets the form go without the browser's own checks (VOLTAR).
	NoValidate bool
	Attrs      templ.Attributes
}

func (p ButtonProps) classes() templ.CSSClasses {
	v := p.Variant
	if v == "" {
		v = Secondary
	}
	return templ.CSSClasses{
		"button", "button-" + string(v),
		templ.KV("button-small", p.Small), templ.KV("button-wide", p.Wide),
		templ.KV("button-icon", p.Label != ""), templ.KV("capitals", p.Capitals || v == Primary || v == Danger),
	}
}

func (p ButtonProps) kind() string {
	if p.Type == "" {
		return "submit"
	}
	return p.Type
}

func (p ButtonProps) reasonID() string {
	if p.Reason == "" || p.ID == "" {
		return ""
	}
	return p.ID + "-reason"
}

// attrs are the optional attributes, so that an absent one is not written as an empty one.
func (p ButtonProps) attrs() templ.Attributes {
	return merge(optional(
		"id", p.ID, "name", p.Name, "form", p.Form, "formaction", p.FormAction,
		"aria-label", p.Label, "title", p.Label, "popovertarget", p.Opens, "aria-describedby", p.reasonID(),
	), p.Attrs)
}

// optional builds attributes from pairs of a name and a value and leaves out the empty ones.
func optional(pairs ...string) templ.Attributes {
	attrs := templ.Attributes{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			attrs[pairs[i]] = pairs[i+1]
		}
	}
	return attrs
}
