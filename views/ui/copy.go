package ui

// CopyProps describe a text to be taken elsewhere: an address, a code, a secret.
type CopyProps struct {
	ID, Label, Help, Text string
	// Href makes the text a link, which opens in a tab of its own.
	Href string
}
