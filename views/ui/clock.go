package ui

import (
	"context"
	"time"
)

type clockKey struct{}

type clock struct {
	now time.Time
	loc *time.Location
}

// WithClock puts the page's one instant and the store's location into the context, from which RelTime
// and the other times of a page are written. Every time on one page is relative to the same instant.
func WithClock(ctx context.Context, now time.Time, loc *time.Location) context.Context {
	if loc == nil {
		loc = time.UTC
	}
	return context.WithValue(ctx, clockKey{}, clock{now, loc})
}

// Now is the page's instant; the zero time when WithClock was not called.
func Now(ctx context.Context) time.Time {
	c, _ := ctx.Value(clockKey{}).(clock)
	return c.now
}

// Location is the store's; UTC when WithClock was not called.
func Location(ctx context.Context) *time.Location {
	if c, ok := ctx.Value(clockKey{}).(clock); ok {
		return c.loc
	}
	return time.UTC
}
