// Package handlers answers requests: one file per noun, each handler in four
// beats, decode · decide · do · draw. It guarantees:
//
//   - Nothing of conversations or a store's configuration is written but through
//     scheduler's door.
//   - Who signed in, out, or failed to, and what people changed of their own
//     account, is in the audit trail by the transaction that did it.
//   - Nobody is shown, or may act on, what the one permission matrix
//     (permission.go) does not give them; what they may not see does not exist.
//   - Refused input is answered at its field, in the reader's words, with what was
//     typed kept, and changes nothing.
//   - A page and the part of it that is fetched anew are drawn by one template.
//
// Who asks, and what they may, package web has found out before a handler runs.
package handlers
