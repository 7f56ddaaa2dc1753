// Package web is the front door: what wraps a handler, never what answers.
//
// routes.go is the table of every address with the permission it asks for; a
// row without one does not exist. server.go lists what every request passes, in
// order. What it guarantees:
//
//   - No handler behind a permission runs without somebody who has it.
//   - Who owes something first (handlers.Owes: a password of their own, the second
//     step that the store requires) reaches nothing else of the store.
//   - A session's secret and a token are random, and only their hashes are stored;
//     a session ends when its row is deleted, at the latest after 30 days.
//   - Every answer carries the strict content policy; nothing another site sends
//     in a person's name is accepted.
//   - An error is answered as a page in Portuguese that says what to do next, or
//     as problem+json to the API; the cause of a 500 is in the log alone.
package web
