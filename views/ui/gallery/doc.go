// Package gallery draws every component of the kit in pages that look like the product's, with made-up
// content. It is for looking at, and for the browser tests of the kit; nothing of the program imports it.
package gallery
