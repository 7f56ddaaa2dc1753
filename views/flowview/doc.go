// Package flowview draws Gestão de Inatividade: the three queues at a glance, a queue's flows, the side
// panel that edits one step by step, and automatic closing.
//
// Everything is a pure function of its view-model and the context; the form structs stand beside the
// templates that draw them and hold what was typed, not what it means. Addresses are made in paths.go alone.
package flowview
