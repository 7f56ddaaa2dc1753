package ui

import "github.com/a-h/templ"

// Crumb is one step of the way to a page; the last has no Href.
type Crumb struct{ Label, Href string }

// PageHeaderProps describe the head of a page: its one h1 with the way to it and its actions.
type PageHeaderProps struct {
	Title string
	// Lead is one sentence under the title.
	Lead    string
	Crumbs  []Crumb
	Actions templ.Component
	// Compact keeps the title small, for pages whose content is the header (Conversas).
	Compact bool
}

// CardProps describe a framed part of a page.
type CardProps struct {
	ID    string
	Title string
	Lead  string
	Icon  IconName
	// Actions stand at the title's end, Footer under a line.
	Actions templ.Component
	Footer  templ.Component
	// Flush lets the content touch the frame (lists, tables).
	Flush bool
	Attrs templ.Attributes
}

// SectionProps describe a titled part of a page without a frame.
type SectionProps struct {
	ID, Title, Lead string
	Actions         templ.Component
	Attrs           templ.Attributes
}

// Tab is one view of a list. Count below 0 shows none.
type Tab struct {
	ID, Label, Href string
	Icon            IconName
	Count           int
	Current         bool
	Attrs           templ.Attributes
}

// Counter is a number that filters by its colour: a link that is on or off.
// Count below 0 shows none.
type Counter struct {
	ID    string
	State State
	Count int
	// Href leads to the filtered list, or, when on, back to the whole.
	Href  string
	On    bool
	Attrs templ.Attributes
}

func (c Counter) current() string {
	if c.On {
		return "true"
	}
	return "false"
}

// SearchProps describe a search form, sent by GET.
type SearchProps struct {
	ID, Action, Name, Value, Label, Placeholder string
	// Values are hidden inputs that keep the rest of the list's state.
	Values []Option
	// Clear is where the × leads while there is a value.
	Clear string
	Form  templ.Attributes
}

// MenuProps describe a button that opens a list of links and actions.
type MenuProps struct {
	// ID is the popover's; the button's is ID-button.
	ID   string
	Icon IconName
	// Label names the menu; with Text it is only for screen readers.
	Label string
	// Text is written on the button.
	Text    string
	Variant Variant
	Small   bool
	// Start aligns the menu with the button's start; else it ends where the button ends.
	Start bool
	// Wide leaves room for forms inside.
	Wide bool
	// Capitals writes Text in capitals.
	Capitals bool
	Disabled bool
}

// MenuItemProps describe a line of a menu: a link with Href, else a submit button for the form around
// the menu or named by Form.
type MenuItemProps struct {
	ID, Label, Hint   string
	Icon              IconName
	Href              string
	Form, Name, Value string
	FormAction        string
	Danger            bool
	Current           bool
	Disabled          bool
	Attrs             templ.Attributes
}

func (p MenuItemProps) attrs() templ.Attributes {
	return merge(optional("id", p.ID, "form", p.Form, "name", p.Name, "value", p.Value, "formaction", p.FormAction), p.Attrs)
}

// StateProps describe what stands where there is nothing, or nothing could be had.
type StateProps struct {
	Icon    IconName
	Title   string
	Text    string
	Actions templ.Component
	// Small fits into a card or a list.
	Small bool
	// Page says that this is all there is on the page: its title is the page's heading.
	Page bool
}

// PagerProps describe the ends of a list read page by page; an empty Href is an end.
type PagerProps struct {
	Newer, Older string
	// NewerLabel and OlderLabel are "Anteriores" and "Próximas" unless given.
	NewerLabel, OlderLabel string
	// Note stands between them ("51–100").
	Note                   string
	NewerAttrs, OlderAttrs templ.Attributes
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// Term is one line of a definition list; Value is used unless Body is given.
type Term struct {
	Label, Value string
	Icon         IconName
	Body         templ.Component
}

// NoticeProps describe a framed message in the flow of a page.
type NoticeProps struct {
	Tone  Tone
	Icon  IconName
	Title string
}

func (p NoticeProps) icon() IconName {
	if p.Icon != "" {
		return p.Icon
	}
	return p.Tone.icon()
}
