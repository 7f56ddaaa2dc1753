package flow_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"
)

// day is where and when a random log begins: ordinary days and clock changes.
type day struct{ zone, begin string }

var days = []day{
	{"America/Sao_Paulo", "2026-11-23T08:30:00-03:00"}, // an ordinary Monday
	{"America/Sao_Paulo", "2018-11-03T20:00:00-03:00"}, // midnight does not exist
	{"America/Sao_Paulo", "2018-02-17T20:00:00-02:00"}, // 23:00 comes twice
	{"America/New_York", "2026-03-07T20:00:00-05:00"},  // 02:00 does not exist
	{"America/New_York", "2026-10-31T20:00:00-04:00"},  // 01:00 comes twice
	{"America/Manaus", "2026-12-31T20:00:00-04:00"},
	{"Pacific/Apia", "2011-12-29T12:00:00-10:00"}, // the 30th does not exist
	{"Australia/Lord_Howe", "2026-04-04T12:00:00+11:00"},
	{"Asia/Kathmandu", "2026-02-28T12:00:00+05:45"},
}

func drawDay(t *rapid.T) day { return pick(t, "day", days...) }

func (d day) base() time.Time {
	at, err := time.Parse(time.RFC3339, d.begin)
	if err != nil {
		panic(err)
	}
	return at.UTC()
}

// world is a random configuration with the instant its log begins.
type world struct {
	refConfig
	day  day
	base time.Time
}

// evenly draws 0 to 1023 with equal chances: rapid's own ranges favour the
// small ones, and a log of those is mostly refusals.
var evenly = rapid.Custom(func(t *rapid.T) int {
	n := 0
	for range 10 {
		n *= 2
		if rapid.Bool().Draw(t, "bit") {
			n++
		}
	}
	return n
})

func chance(t *rapid.T, percent int, label string) bool {
	return evenly.Draw(t, label)*100 < percent*1024
}

func between(t *rapid.T, low, high int, label string) int {
	return low + evenly.Draw(t, label)*(high-low+1)/1024
}

func pick[T any](t *rapid.T, label string, values ...T) T {
	return values[between(t, 0, len(values)-1, label)]
}

func drawConfig(t *rapid.T, d day) world {
	w := world{day: d, base: d.base()}
	w.Timezone = d.zone
	w.Hours, w.Holidays = drawHours(t, "store"), drawHolidays(t, w.base)
	for _, id := range subset(t, "team", "a", "b", "c") {
		team := refTeam{ID: id, Hours: drawHours(t, id)}
		if team.Hours != nil {
			team.Holidays = drawHolidays(t, w.base)
		}
		w.Teams = append(w.Teams, team)
	}
	for _, id := range subset(t, "seller", "s1", "s2", "s3", "s4") {
		w.Sellers = append(w.Sellers, refSeller{id, subset(t, id, "a", "b", "gone")})
	}
	w.drawFlows(t)
	w.Auto, w.Customer = drawAuto(t, w.base), drawAuto(t, w.base)
	return w
}

// subset keeps most of the values, in a random order.
func subset(t *rapid.T, label string, values ...string) []string {
	kept := rapid.Permutation(values).Draw(t, label+" order")
	return slices.DeleteFunc(slices.Clone(kept), func(string) bool { return chance(t, 15, label+" left out") })
}

func drawHours(t *rapid.T, label string) *map[string][][2]string {
	switch between(t, 0, 9, label+" hours") {
	case 0, 1, 2:
		return nil
	case 3:
		return &map[string][][2]string{} // never open
	}
	hours := map[string][][2]string{}
	for _, d := range []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} {
		// An even number of sorted marks, in steps of 30 minutes; equal
		// neighbours of different slots touch.
		marks := rapid.SliceOfNDistinct(rapid.IntRange(0, 48), 0, 6, rapid.ID[int]).Draw(t, label+" "+d)
		slices.Sort(marks)
		for i := 0; i+1 < len(marks); i += 2 {
			hours[d] = append(hours[d], [2]string{clockText(marks[i] * 30), clockText(marks[i+1] * 30)})
			if i+2 < len(marks) && chance(t, 30, "touch") {
				hours[d] = append(hours[d], [2]string{clockText(marks[i+1] * 30), clockText(marks[i+2] * 30)})
				i++
			}
		}
	}
	return &hours
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func drawHolidays(t *rapid.T, base time.Time) []string {
	var dates []string
	for i := -1; i < 4; i++ {
		if chance(t, 15, "holiday") {
			dates = append(dates, base.AddDate(0, 0, i).Format("2006-01-02"))
		}
	}
	return dates
}

func (w *world) drawFlows(t *rapid.T) {
	targets := map[string][]string{"team": {"a", "b", "c"}, "seller": {"s1", "s2", "s3", "s4"}, "waiting": {"x", "y"}}
	for _, queue := range []string{"team", "seller", "waiting"} {
		if chance(t, 75, queue+" main") {
			w.Flows = append(w.Flows, drawFlow(t, queue, "main", nil))
		}
		free := targets[queue]
		for len(free) > 0 && chance(t, 40, queue+" alternative") {
			n := between(t, 1, len(free), "targets")
			w.Flows = append(w.Flows, drawFlow(t, queue, "alternative", free[:n]))
			free = free[n:]
		}
	}
	for i := range w.Flows {
		w.Flows[i].ID = fmt.Sprintf("f%d", i)
	}
}

func drawFlow(t *rapid.T, queue, kind string, targets []string) refFlow {
	first := between(t, 1, 20, "alert1")
	second := first + between(t, 1, 20, "alert2")
	if chance(t, 3, "never") {
		second = 367 * 24 * 60
	}
	f := refFlow{Queue: queue, Kind: kind, Targets: targets, Alert1: inMinutes(first), Alert2: inMinutes(second)}
	f.Clock = pick(t, "clock", "", "always", "business_hours", "business_hours")
	if chance(t, 20, "switch") {
		active := chance(t, 30, "active")
		f.Active = &active
	}
	f.Action = drawAction(t)
	return f
}

func inMinutes(n int) string { return fmt.Sprintf("%dm", n) }

func drawAction(t *rapid.T) refAction {
	kind := pick(t, "action", "", "none", "transfer_team", "transfer_seller", "redistribute", "redistribute",
		"return_to_waiting", "close")
	a := refAction{Type: kind}
	switch kind {
	case "transfer_team":
		a.Team = pick(t, "to team", "a", "b", "c", "gone")
	case "transfer_seller":
		a.Seller = pick(t, "to seller", "s1", "s2", "s3", "gone")
	}
	if chance(t, 50, "delayed") {
		a.Delay = inMinutes(between(t, 0, 15, "delay"))
	}
	return a
}

func drawAuto(t *rapid.T, base time.Time) refAuto {
	if !chance(t, 50, "auto close") {
		return refAuto{}
	}
	at := base.Add(time.Duration(between(t, -60, 60, "enabled at")) * time.Minute)
	return refAuto{Enabled: true, After: inMinutes(between(t, 5, 600, "after")), At: &at}
}

var eventKinds = []string{
	"customer_message", "customer_message", "customer_message", "customer_message",
	"seller_message", "no_reply_needed", "delivery_failed", "bot_message", "note", "assume",
	"transfer", "transfer", "postpone", "postpone", "resume", "close", "config",
}

func drawEvents(t *rapid.T, w world) []refEvent {
	at := w.base
	var events []refEvent
	for _, id := range []string{"c1", "c2"} {
		events = append(events, drawMessage(t, refEvent{At: at, Conversation: id, Type: "customer_message"}))
	}
	for range between(t, 0, 30, "events") {
		gap := pick(t, "gap", 0, 0, 0, 1, 3, 7, 15, 40, 90, 400)
		if gap > 1 {
			gap = between(t, 1, gap, "exact gap")
		}
		at = at.Add(time.Duration(gap) * time.Minute)
		events = append(events, drawEvent(t, w, at))
	}
	return events
}

func drawEvent(t *rapid.T, w world, at time.Time) refEvent {
	e := refEvent{At: at, Type: pick(t, "event", eventKinds...)}
	if e.Type == "config" {
		conf := drawConfig(t, w.day).refConfig
		if chance(t, 50, "flows only") {
			changed := w
			changed.Flows = nil
			changed.drawFlows(t)
			conf = changed.refConfig
		}
		e.Config = &conf
		return e
	}
	e.Conversation = pick(t, "conversation", "c1", "c1", "c2", "c3", "c10")
	switch e.Type {
	case "customer_message":
		return drawMessage(t, e)
	case "seller_message", "no_reply_needed", "assume":
		e.Seller = drawSeller(t)
	case "transfer":
		if chance(t, 50, "to a team") {
			e.Team = drawTeam(t)
		} else {
			e.Seller = drawSeller(t)
		}
	case "postpone":
		until := at.Add(time.Duration(between(t, -1, 60, "until")) * time.Minute)
		e.Until = &until
	}
	return e
}

func drawTeam(t *rapid.T) string   { return pick(t, "team", "a", "a", "b", "c") }
func drawSeller(t *rapid.T) string { return pick(t, "seller", "s1", "s1", "s2", "s3", "s4") }

func drawMessage(t *rapid.T, e refEvent) refEvent {
	if chance(t, 60, "with team") {
		e.Team = drawTeam(t)
	}
	if chance(t, 50, "with seller") {
		e.Seller = drawSeller(t)
	}
	if chance(t, 70, "with channel") {
		e.Channel = pick(t, "channel", "x", "y", "z")
	}
	return e
}
