package ui

import "github.com/a-h/templ"

// TableProps describe a table of things with the same facts. Where there is no room for its columns each
// row becomes a block, every cell with its column's label before it.
type TableProps struct {
	ID string
	// Caption says what the rows are, for screen readers.
	Caption string
	Columns []Column
	Rows    []TableRow
	// Check is the name of a checkbox before each row, of which any number is ticked; empty, there is none.
	Check string
	// Dense is for many columns of figures: their heads wrap.
	Dense bool
}

// Column is a table's column. The first one names the row.
type Column struct {
	Label string
	// Number aligns figures at their end.
	Number bool
	// Bare shows no label in front of its cells where rows are blocks, and hides it in the head: buttons.
	Bare bool
}

// TableRow is one row; its id does not depend on its position. Cells are as many as the table's columns.
type TableRow struct {
	ID    string
	Cells []templ.Component
	// Quiet sets a row back: archived, revoked, switched off.
	Quiet bool
	// Value is what the row's checkbox sends, Label names it for screen readers.
	Value, Label string
}

// FormProps describe a form that is a page or a card of its own; its children are the fields.
type FormProps struct {
	ID, Action string
	// Form are the form's htmx attributes.
	Form templ.Attributes
	// Values are hidden inputs.
	Values []Option
	// Submit is the action's word, "Salvar" unless given.
	Submit string
	Danger bool
	// Cancel is the address that leaves without saving; empty shows no link.
	Cancel string
	// Guard asks before what was typed is left behind.
	Guard bool
	// Multipart is for forms with a file.
	Multipart bool
}

func (p FormProps) variant() Variant {
	if p.Danger {
		return Danger
	}
	return Primary
}

func (p FormProps) attrs() templ.Attributes {
	attrs := optional("id", p.ID)
	if p.Guard {
		attrs["data-guard"] = true
	}
	if p.Multipart {
		attrs["enctype"] = "multipart/form-data"
	}
	return merge(attrs, p.Form)
}

// Changed is one field of a change, in words; Before is empty for what is new, After for what is gone.
type Changed struct{ Label, Before, After string }
