package scheduler

import "time"

// SeenWithin is how recent, in real time, the last heartbeat of a seller's pages
// is for them to be online.
const SeenWithin = 2 * time.Minute

// SeenSince is the earliest heartbeat that counts at now, on a clock of this speed.
func (c Clock) SeenSince(now time.Time) time.Time { return now.Add(-c.fast(SeenWithin)) }
