// Package accountview draws a person's own account (Minha conta): profile,
// password and two-step sign-in, sessions.
package accountview
