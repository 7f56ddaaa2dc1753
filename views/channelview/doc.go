// Package channelview draws Canais: where customers write from, the keys by which programs use the
// store's API, and the webhooks that are told what happens.
//
// Everything is a pure function of its view-model and the context; the form structs stand beside the
// templates that draw them. Addresses are made in paths.go alone.
package channelview
