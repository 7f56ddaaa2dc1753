package flow

import "time"

// OpenTime is how much of the time from an instant to another a team is open: by
// its own hours, else the store's (§4).
func (r *Rules) OpenTime(team string, from, to time.Time) time.Duration {
	if own := r.teams[team]; own != nil {
		return own.open(from, to)
	}
	return r.store.open(from, to)
}

// open is the open time between two instants.
func (c *calendar) open(from, to time.Time) (sum time.Duration) {
	if c.shut || !to.After(from) {
		return 0
	}
	local := from.In(c.loc)
	// One day early: a clock set back around midnight repeats part of it.
	day := Date{local.Year(), local.Month(), local.Day()}.midnightUTC().Unix()/secondsPerDay - 1
	for last := to.Unix()/secondsPerDay + 1; day <= last; day++ {
		for _, sp := range c.spans(day) {
			begin, end := time.Unix(sp.open, 0), time.Unix(sp.close, 0)
			if from.After(begin) {
				begin = from
			}
			if to.Before(end) {
				end = to
			}
			sum += max(0, end.Sub(begin))
		}
	}
	return sum
}
