package ics

import (
	"strconv"
	"strings"
	"time"
)

// units of a duration, in their order; T parts days from hours.
var units = []struct {
	letter byte
	time   time.Duration
}{{'W', 7 * day}, {'D', day}, {'T', 0}, {'H', time.Hour}, {'M', time.Minute}, {'S', time.Second}}

// parseDuration reads P1W, P2D, PT8H, P1DT12H and the like, up to a hundred years
// of each unit.
func parseDuration(s string) (time.Duration, bool) {
	rest, found := strings.CutPrefix(strings.TrimPrefix(s, "+"), "P")
	if !found || rest == "" {
		return 0, false
	}
	total, clock := time.Duration(0), false
	for _, u := range units {
		if u.letter == 'T' {
			rest, clock = strings.CutPrefix(rest, "T")
			if clock && rest == "" {
				return 0, false
			}
			continue
		}
		number, after, has := strings.Cut(rest, string(u.letter))
		if !has {
			continue
		}
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil || u.time < day && !clock {
			return 0, false
		}
		total, rest = total+time.Duration(n)*u.time, after
	}
	return total, rest == ""
}

func itoa(n int) string { return strconv.Itoa(n) }
