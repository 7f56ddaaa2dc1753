package ui

// ProgressProps describe how far something long has come.
type ProgressProps struct {
	ID string
	// Label names what goes on, Words say how far it is ("1.200 de 5.000 linhas").
	Label, Words string
	// Value of Max is done; with Max 0 nobody knows how much there is.
	Value, Max int
}
