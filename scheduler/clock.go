package scheduler

import "time"

// Clock is where the time of the whole program comes from: one for all shells,
// so that screens, sessions and timers agree.
type Clock struct {
	// Now is the present instant, in UTC, in whole microseconds: what is stored is
	// what was decided with.
	Now func() time.Time
	// Speed is how many seconds of Now pass in one real second.
	Speed float64
}

// RealClock is the machine's clock.
func RealClock() Clock {
	return Clock{Now: func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }, Speed: 1}
}

// FastClock runs speed times as fast as the machine's, from start on.
func FastClock(start time.Time, speed float64) Clock {
	began := time.Now()
	return Clock{Speed: speed, Now: func() time.Time {
		passed := time.Duration(float64(time.Since(began)) * speed)
		return start.Add(passed).UTC().Truncate(time.Microsecond)
	}}
}

// real is how long d of the clock's time takes. It is rounded up, so that a
// timer never wakes before its deadline.
func (c Clock) real(d time.Duration) time.Duration {
	if c.Speed == 1 {
		return d
	}
	return time.Duration(float64(d)/c.Speed) + time.Microsecond
}

// fast is how much of the clock's time passes in the real duration d.
func (c Clock) fast(d time.Duration) time.Duration {
	return time.Duration(float64(d) * c.Speed)
}
