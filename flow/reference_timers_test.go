package flow_test

import (
	"cmp"
	"slices"
	"time"
)

// --- §5, timers

func (r *reference) passed(c *refConversation, f refFlow, n int) bool {
	at := r.deadline(c, f, n, r.now)
	return !at.IsZero() && !at.After(r.now)
}

// deadline is at(clock_start, n minutes), zero where it is later than the horizon.
func (r *reference) deadline(c *refConversation, f refFlow, n int, horizon time.Time) time.Time {
	if c.clock.IsZero() {
		return time.Time{}
	}
	last := c.clock.Add(366 * 24 * time.Hour)
	if horizon.Before(last) {
		last = horizon
	}
	for t := c.clock; !t.After(last); t = t.Add(time.Minute) {
		if n == 0 {
			return t
		}
		if f.Clock != "business_hours" || r.hours.open(c.team, t) {
			n--
		}
	}
	return time.Time{}
}

// timers are what the conversation waits for up to the horizon, in the order
// of the table, each with its deadline.
func (r *reference) timers(c *refConversation, horizon time.Time) []refTimer {
	if !c.postponed.IsZero() {
		return []refTimer{{"postpone_ended", c.postponed}}
	}
	f := r.flow(c)
	d1, d2 := minutes(f.Alert1), minutes(f.Alert2)
	var timers []refTimer
	if refLevels[c.level] < refLevels["yellow"] {
		timers = append(timers, refTimer{"alert1", r.deadline(c, f, d1, horizon)})
	}
	if refLevels[c.level] < refLevels["red"] {
		timers = append(timers, refTimer{"alert2", r.deadline(c, f, d2, horizon)})
	}
	if !c.done && cmp.Or(f.Action.Type, "none") != "none" {
		timers = append(timers, refTimer{"action", r.deadline(c, f, d2+minutes(f.Action.Delay), horizon)})
	}
	auto := r.conf.Auto
	applies := !c.wait.IsZero() && auto.Enabled && !c.wait.Before(*auto.At)
	if c.wait.IsZero() {
		auto = r.conf.Customer
		applies = c.lastFrom == "seller" && auto.Enabled && !c.lastAt.Before(*auto.At)
	}
	if applies {
		after, _ := time.ParseDuration(auto.After)
		timers = append(timers, refTimer{"auto_close", c.idle.Add(after)})
	}
	return slices.DeleteFunc(timers, func(t refTimer) bool { return t.due.IsZero() })
}

type refTimer struct {
	name string
	due  time.Time
}

// fireOne fires the first timer of the table that is due, and tells whether there was one.
func (r *reference) fireOne(id string) bool {
	c := r.convs[id]
	if c == nil {
		return false
	}
	for _, t := range r.timers(c, r.now) {
		if !t.due.After(r.now) {
			r.fire(c, t)
			return true
		}
	}
	return false
}

func (r *reference) fire(c *refConversation, t refTimer) {
	due := ""
	if t.due.Before(r.now) {
		due = utc(t.due)
	}
	head := []string{"at", utc(r.now), "due", due, "conversation", c.id, "type", t.name,
		"queue", c.queue(), "team", c.team, "seller", c.seller}
	switch t.name {
	case "postpone_ended":
		r.print(head...)
		r.endPostponement(c)
	case "alert1":
		r.print(append(head, "flow", r.flow(c).ID)...)
		c.level = "yellow"
	case "alert2":
		r.print(append(head, "flow", r.flow(c).ID)...)
		c.level = "red"
	case "action":
		r.action(c, head)
	case "auto_close":
		reason := "inactivity"
		if c.wait.IsZero() {
			reason = "customer_inactivity"
		}
		r.print(append(head, "reason", reason)...)
		delete(r.convs, c.id)
	}
}

func (r *reference) action(c *refConversation, head []string) {
	f := r.flow(c)
	a := f.Action
	c.done = true
	toTeam, toSeller, skipped := "", "", ""
	switch a.Type {
	case "transfer_team":
		if toTeam = a.Team; !r.knowsTeam(toTeam) {
			skipped = "no_target"
		}
	case "transfer_seller":
		if toSeller = a.Seller; !r.knowsSeller(toSeller) {
			skipped = "no_target"
		}
	case "redistribute":
		if toSeller = r.fewest(c); toSeller == "" {
			skipped = "no_target"
		}
	}
	to := refHolder(toTeam, toSeller)
	if skipped == "" && a.Type != "close" && slices.Contains(c.visited, to) {
		skipped = "cycle"
	}
	if skipped != "" {
		head[7] = "action_skipped"
	}
	r.print(append(head, "flow", f.ID, "action", a.Type, "to_team", toTeam, "to_seller", toSeller, "reason", skipped)...)
	switch {
	case skipped != "":
	case a.Type == "close":
		delete(r.convs, c.id)
	default:
		r.transfer(c, toTeam, toSeller)
		c.visited = append(slices.Clone(c.visited), to)
	}
}

func (r *reference) fewest(c *refConversation) string {
	return refFewest(r.conf, c.team, c.seller, c.visited, func(seller string) int {
		n := 0
		for _, other := range r.convs {
			if other.seller == seller {
				n++
			}
		}
		return n
	}, nil)
}

// refFewest is §5's redistribute: among the sellers of the team, who are there and
// have not had the conversation, the one who holds the fewest; nil: all are there.
func refFewest(conf refConfig, team, holder string, visited []string, holds func(string) int, there map[string]bool) string {
	best, least := "", 0
	for _, s := range conf.Sellers {
		if team == "" || !slices.Contains(s.Teams, team) || s.ID == holder || slices.Contains(visited, "seller:"+s.ID) {
			continue
		}
		if there != nil && !there[s.ID] {
			continue
		}
		n := holds(s.ID)
		if best == "" || n < least || n == least && s.ID < best {
			best, least = s.ID, n
		}
	}
	return best
}

// --- simulate --state

func (r *reference) state(c *refConversation) {
	var next refTimer
	for _, t := range r.timers(c, r.now.Add(366*24*time.Hour)) {
		if next.name == "" || t.due.Before(next.due) {
			next = t
		}
	}
	r.print("at", utc(r.now), "conversation", c.id, "type", "state",
		"queue", c.queue(), "team", c.team, "seller", c.seller, "level", c.level,
		"wait_start", utc(c.wait), "clock_start", utc(c.clock), "postponed_until", utc(c.postponed),
		"next", next.name, "next_at", utc(next.due))
}
