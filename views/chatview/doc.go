// Package chatview draws the store's web chat for its customers: one small page
// of its own, alone on a phone or in a shop's frame.
package chatview
