// Package auditview draws Auditoria: who changed what, when and from where, in
// a manager's words. It never fetches.
package auditview
