package ui

import (
	"context"
	"strconv"

	"github.com/a-h/templ"
)

// JobProps describe something long that goes on by itself, on a page that follows it.
type JobProps struct {
	// Part is the id of the live part that the job is in, URL answers it alone.
	Part, URL string
	Progress  ProgressProps
	// Words say that nobody has to wait here.
	Words string
	// Stop is where a press ends it; empty, it cannot be ended.
	Stop string
}

// tick has the part fetch itself once more. Each answer has a tick of its own, as a
// morph does not set off the same one again.
func (p JobProps) tick(ctx context.Context) templ.Attributes {
	attrs := HX(ctx, "get", p.URL, "trigger", "load delay:1s", "target", "#"+p.Part, "swap", "outerMorph")
	attrs["id"] = "tick-" + strconv.FormatInt(Now(ctx).UnixMicro(), 36)
	return attrs
}

// PressProps describe a button that brings on what a live part shows.
type PressProps struct {
	ID, Label, Action string
	Part              string // the live part, which the answer replaces
	Variant           Variant
	Capitals          bool
}
