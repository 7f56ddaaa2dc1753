package flow_test

import (
	"slices"
	"time"
)

// refCalendars finds out by brute force whether a minute is open (§4).
type refCalendars struct {
	conf   refConfig
	loc    *time.Location
	minute map[string]map[int64]bool // by team and Unix time
	wall   map[time.Time]time.Time
}

func newRefCalendars(conf refConfig) *refCalendars {
	loc, err := time.LoadLocation(conf.Timezone)
	if err != nil {
		panic(err)
	}
	return &refCalendars{conf, loc, map[string]map[int64]bool{}, map[time.Time]time.Time{}}
}

// open tells whether the minute that begins at t is open for a conversation's team.
func (k *refCalendars) open(team string, t time.Time) bool {
	if k.minute[team] == nil {
		k.minute[team] = map[int64]bool{}
	}
	is, known := k.minute[team][t.Unix()]
	if !known {
		is = k.look(team, t)
		k.minute[team][t.Unix()] = is
	}
	return is
}

func (k *refCalendars) look(team string, t time.Time) bool {
	hours, holidays := k.conf.Hours, k.conf.Holidays
	for _, own := range k.conf.Teams {
		if own.ID == team && own.Hours != nil {
			hours, holidays = own.Hours, own.Holidays
		}
	}
	y, m, d := t.In(k.loc).Date()
	for shift := -1; shift <= 1; shift++ {
		date := time.Date(y, m, d+shift, 0, 0, 0, 0, time.UTC)
		if slices.Contains(holidays, date.Format("2006-01-02")) {
			continue
		}
		slots := [][2]string{{"00:00", "24:00"}}
		if hours != nil {
			slots = (*hours)[[]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}[date.Weekday()]]
		}
		for _, s := range slots {
			if !t.Before(k.instant(date, s[0])) && t.Before(k.instant(date, s[1])) {
				return true
			}
		}
	}
	return false
}

// instant is when the clocks on the wall first show hhmm of date, or have
// jumped past it: minute by minute from the earliest it could be.
func (k *refCalendars) instant(date time.Time, hhmm string) time.Time {
	hour, minute := int(hhmm[0]-'0')*10+int(hhmm[1]-'0'), int(hhmm[3]-'0')*10+int(hhmm[4]-'0')
	wall := date.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	at, known := k.wall[wall]
	if !known {
		at = wall.Add(-15 * time.Hour)
		for wallOf(at.In(k.loc)).Before(wall) {
			at = at.Add(time.Minute)
		}
		k.wall[wall] = at
	}
	return at
}

// wallOf is what t's clock shows, written as if it were UTC.
func wallOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)
}
