// Package journey goes through the product as people do: the program itself, a
// database file of its own for each journey, and real clicks in a real browser.
package journey
