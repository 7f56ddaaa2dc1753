// Package teamview draws the teams of a store (Times): their list, a team's page, the panel that edits
// one and the dialog that archives it.
package teamview
