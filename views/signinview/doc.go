// Package signinview draws the pages before anybody is signed in: the sign-in
// form and the set-up of a fresh database.
package signinview
