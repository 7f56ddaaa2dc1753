// Package storeview draws the store itself: its first steps, and Loja.
package storeview
