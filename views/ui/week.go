package ui

import "github.com/a-h/templ"

// WeekDayProps describe one day of a week's editor; its children are the slots.
type WeekDayProps struct {
	// ID is the day's own ("mon").
	ID, Name string
	// Empty is said in place of slots.
	Empty string
	// Actions are the day's buttons.
	Actions templ.Component
}

// SlotProps describe one slot of a day: from and to, as inputs of the browser's own for times.
type SlotProps struct {
	// ID is the slot's ("mon-0"); its inputs are ID-from and ID-to.
	ID string
	// Label says which slot of which day, for screen readers.
	Label            string
	FromName, ToName string
	From, To         string
	// Note stands after it ("até sábado").
	Note           string
	Error          string
	BadFrom, BadTo bool
	// Focus is the id of the page's control that takes the focus.
	Focus string
	// Remove are the remove button's name and value.
	RemoveName, RemoveValue string
	Disabled                bool
}

func (p SlotProps) input(what, name string, bad bool) templ.Attributes {
	attrs := optional("id", p.ID+"-"+what, "name", name)
	if p.Error != "" {
		attrs["aria-describedby"] = p.ID + "-error"
	}
	if bad {
		attrs["aria-invalid"] = "true"
	}
	if p.Focus == p.ID+"-"+what {
		attrs["autofocus"] = true
	}
	if p.Disabled {
		attrs["disabled"] = true
	}
	return attrs
}

// YearsProps describe the links from year to year; an empty address is an end.
type YearsProps struct {
	Year          int
	Before, After string
}
