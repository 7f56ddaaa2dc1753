package flow

import (
	"math"
	"time"
)

// openings are a calendar's opening intervals over a stretch of time, made ready to
// measure many waits: one after the other on the instant line, in microseconds, each
// with how much was open before it.
type openings struct {
	calendar *calendar
	from, to int64 // what they cover
	spans    []opening
	hours    []int32 // by hour from the first instant: the first span that closes at or after its beginning
}

type opening struct{ open, close, before int64 }

const (
	microsPerSecond = int64(time.Second / time.Microsecond)
	microsPerHour   = int64(time.Hour / time.Microsecond)
)

func newOpenings(c *calendar, from, to int64) *openings {
	o := &openings{calendar: c, from: from, to: to}
	last := to/microsPerSecond/secondsPerDay + 1
	sum := int64(0)
	for day := from/microsPerSecond/secondsPerDay - 1; day <= last; day++ {
		for _, sp := range c.spans(day) {
			open, close := sp.open*microsPerSecond, sp.close*microsPerSecond
			if n := len(o.spans); n > 0 && o.spans[n-1].close == open {
				o.spans[n-1].close = close
			} else if close > open {
				o.spans = append(o.spans, opening{open, close, sum})
			}
			sum += max(0, close-open)
		}
	}
	o.spans = append(o.spans, opening{math.MaxInt64, math.MaxInt64, sum}) // what closes never
	next := int32(0)
	for hour := from; hour <= to; hour += microsPerHour {
		for o.spans[next].close < hour {
			next++
		}
		o.hours = append(o.hours, next)
	}
	return o
}

// length is that of a wait in open time. later tells that its end came after the
// earliest instant by which so much had passed: at closed time.
func (o *openings) length(start, end int64) (open int64, later bool) {
	if start < o.from || end > o.to || start >= end {
		return o.walk(start, end)
	}
	before, _ := o.until(start)
	after, closed := o.until(end)
	return after - before, closed
}

// until is how much was open up to an instant, and whether the moment before it was
// closed time.
func (o *openings) until(at int64) (open int64, closed bool) {
	i := o.hours[(at-o.from)/microsPerHour]
	for o.spans[i].close < at {
		i++
	}
	s := o.spans[i]
	if at <= s.open {
		return s.before, true
	}
	return s.before + at - s.open, false
}

// walk is length by the calendar itself.
func (o *openings) walk(start, end int64) (int64, bool) {
	from, to := time.UnixMicro(start), time.UnixMicro(end)
	open := o.calendar.open(from, to)
	at, ok := o.calendar.at(from, open)
	return open.Microseconds(), ok && at.Before(to)
}
