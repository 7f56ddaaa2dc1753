// Package hoursview draws Horários: the week's editor, the preview of a deadline, and the holidays of a
// store or a team.
//
// Everything is a pure function of its view-model and the context; the form structs stand beside the
// templates that draw them and hold what was typed, not what it means. Addresses are made in paths.go alone.
package hoursview
