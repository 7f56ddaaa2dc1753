package flow_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// reference is a second engine, written from the specification alone and in
// the most naive way there is: it steps from minute to minute and, at each,
// looks at every conversation. It shares no code with the package: what both
// print must be the same line for line (differential_test.go). Everything in
// its world falls on whole minutes.
type reference struct {
	conf  refConfig
	hours *refCalendars
	convs map[string]*refConversation
	now   time.Time
	lines []string
}

type refConversation struct {
	id, team, seller, channel string
	wait, clock, idle         time.Time // zero: empty
	lastFrom                  string
	lastAt                    time.Time
	postponed, answered       time.Time
	level                     string
	done                      bool
	visited                   []string
}

// refConfig is the configuration's document, for encoding/json.
type refConfig struct {
	Timezone string                  `json:"timezone"`
	Hours    *map[string][][2]string `json:"hours,omitempty"`
	Holidays []string                `json:"holidays,omitempty"`
	Teams    []refTeam               `json:"teams,omitempty"`
	Sellers  []refSeller             `json:"sellers,omitempty"`
	Flows    []refFlow               `json:"flows,omitempty"`
	Auto     refAuto                 `json:"auto_close"`
	Customer refAuto                 `json:"auto_close_customer"`
}

type refTeam struct {
	ID       string                  `json:"id"`
	Hours    *map[string][][2]string `json:"hours,omitempty"`
	Holidays []string                `json:"holidays,omitempty"`
}

type refSeller struct {
	ID    string   `json:"id"`
	Teams []string `json:"teams,omitempty"`
}

type refFlow struct {
	ID      string    `json:"id"`
	Queue   string    `json:"queue"`
	Kind    string    `json:"kind"`
	Targets []string  `json:"targets,omitempty"`
	Alert1  string    `json:"alert1"`
	Alert2  string    `json:"alert2"`
	Clock   string    `json:"clock,omitempty"`
	Active  *bool     `json:"active,omitempty"`
	Action  refAction `json:"action"`
}

type refAction struct {
	Type   string `json:"type,omitempty"`
	Team   string `json:"team,omitempty"`
	Seller string `json:"seller,omitempty"`
	Delay  string `json:"delay,omitempty"`
}

type refAuto struct {
	Enabled bool       `json:"enabled"`
	After   string     `json:"after,omitempty"`
	At      *time.Time `json:"enabled_at,omitempty"`
}

// refEvent is a line of the log.
type refEvent struct {
	At           time.Time  `json:"at"`
	Conversation string     `json:"conversation,omitempty"`
	Type         string     `json:"type"`
	Team         string     `json:"team,omitempty"`
	Seller       string     `json:"seller,omitempty"`
	Channel      string     `json:"channel,omitempty"`
	Until        *time.Time `json:"until,omitempty"`
	Config       *refConfig `json:"config,omitempty"`
}

func refSimulate(conf refConfig, events []refEvent, until time.Time) []string {
	r := &reference{convs: map[string]*refConversation{}}
	r.configure(conf)
	if len(events) == 0 {
		return nil
	}
	for r.now = events[0].At; !r.now.After(until); r.now = r.now.Add(time.Minute) {
		for len(events) > 0 && events[0].At.Equal(r.now) {
			r.event(events[0])
			events = events[1:]
		}
		for _, id := range r.ids() {
			for r.fireOne(id) {
			}
		}
	}
	r.now = until
	for _, id := range r.ids() {
		r.state(r.convs[id])
	}
	return r.lines
}

func (r *reference) configure(conf refConfig) {
	r.conf, r.hours = conf, newRefCalendars(conf)
}

// ids are the open conversations: a closed one is forgotten, as nothing of it is kept.
func (r *reference) ids() []string { return slices.Sorted(maps.Keys(r.convs)) }

// print writes a line from keys and values, leaving out empty values.
func (r *reference) print(pairs ...string) {
	var members []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			value, _ := json.Marshal(pairs[i+1])
			members = append(members, `"`+pairs[i]+`": `+string(value))
		}
	}
	r.lines = append(r.lines, "{"+strings.Join(members, ", ")+"}")
}

func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

func (c *refConversation) queue() string {
	switch {
	case c.seller != "":
		return "seller"
	case c.team != "":
		return "team"
	}
	return "waiting"
}

func refHolder(team, seller string) string {
	if seller != "" {
		return "seller:" + seller
	}
	if team != "" {
		return "team:" + team
	}
	return "waiting"
}

func (c *refConversation) holder() string { return refHolder(c.team, c.seller) }

func (c *refConversation) start(at time.Time) { c.clock, c.done, c.level = at, false, "green" }

// --- §2, events

func (r *reference) event(e refEvent) {
	if e.Type == "config" {
		r.config(*e.Config)
		return
	}
	c := r.convs[e.Conversation]
	if why := r.mayNot(c, e); why != "" {
		r.print("at", utc(e.At), "conversation", e.Conversation, "type", "refused", "event", e.Type, "reason", "why")
		return
	}
	switch e.Type {
	case "customer_message":
		r.customerMessage(c, e)
	case "seller_message", "no_reply_needed":
		r.sellerMessage(c, e)
	case "delivery_failed":
		if c.wait.IsZero() && c.lastFrom == "seller" && !c.answered.IsZero() {
			c.wait, c.lastFrom, c.idle = c.answered, "customer", r.now
			if c.postponed.IsZero() {
				c.start(r.now)
			}
		}
	case "assume":
		r.assume(c, e.Seller)
	case "transfer":
		r.transfer(c, e.Team, e.Seller)
		c.postponed, c.idle, c.visited = time.Time{}, r.now, []string{c.holder()}
	case "postpone":
		c.postponed, c.clock, c.level = *e.Until, time.Time{}, "none"
	case "resume":
		r.endPostponement(c)
	case "close":
		delete(r.convs, c.id)
	}
}

func (r *reference) mayNot(c *refConversation, e refEvent) string {
	acts := e.Type == "seller_message" || e.Type == "no_reply_needed" || e.Type == "assume"
	gives := e.Type == "transfer" || e.Type == "customer_message" && c == nil
	switch {
	case c == nil && e.Type != "customer_message":
		return "unknown or closed"
	case acts && !r.knowsSeller(e.Seller):
		return "unknown seller acts"
	case gives && e.Team != "" && !r.knowsTeam(e.Team), gives && e.Seller != "" && !r.knowsSeller(e.Seller):
		return "unknown holder"
	case e.Type == "transfer" && refHolder(e.Team, e.Seller) == c.holder():
		return "present holder"
	case e.Type == "postpone" && (c.seller == "" || !e.Until.After(e.At)):
		return "cannot be postponed"
	case e.Type == "resume" && c.postponed.IsZero():
		return "not postponed"
	}
	return ""
}

func (r *reference) customerMessage(c *refConversation, e refEvent) {
	if c == nil {
		c = &refConversation{id: e.Conversation, team: e.Team, seller: e.Seller, channel: e.Channel, level: "none"}
		c.visited = []string{c.holder()}
		r.convs[c.id] = c
	}
	c.idle, c.lastAt, c.lastFrom, c.answered = r.now, r.now, "customer", time.Time{}
	if c.wait.IsZero() {
		c.wait = r.now
		if c.postponed.IsZero() {
			c.start(r.now)
		}
	}
}

func (r *reference) sellerMessage(c *refConversation, e refEvent) {
	r.assume(c, e.Seller)
	if !c.wait.IsZero() {
		c.answered, c.wait, c.clock, c.level = c.wait, time.Time{}, time.Time{}, "none"
	}
	if e.Type == "no_reply_needed" {
		c.answered = time.Time{}
	}
	c.idle, c.lastAt, c.lastFrom, c.visited = r.now, r.now, "seller", []string{c.holder()}
}

func (r *reference) assume(c *refConversation, seller string) {
	if c.seller == seller {
		return
	}
	c.seller, c.postponed, c.idle = seller, time.Time{}, r.now
	c.visited = []string{c.holder()}
	if !c.wait.IsZero() {
		c.start(r.now)
	}
}

// transfer is what a person's and an automatic one have in common.
func (r *reference) transfer(c *refConversation, team, seller string) {
	if seller != "" {
		c.seller = seller
	} else {
		c.team, c.seller = team, ""
	}
	if c.wait.IsZero() {
		c.wait = r.now
	}
	c.start(r.now)
}

func (r *reference) endPostponement(c *refConversation) {
	c.postponed, c.idle = time.Time{}, r.now
	if !c.wait.IsZero() {
		c.start(r.now)
	}
}

// --- §6, configuration

func (r *reference) config(conf refConfig) {
	r.configure(conf)
	for _, id := range r.ids() {
		c := r.convs[id]
		if colour := r.colour(c); refLevels[colour] < refLevels[c.level] {
			c.level = colour
			r.print("at", utc(r.now), "conversation", id, "type", "level_lowered",
				"queue", c.queue(), "team", c.team, "seller", c.seller, "level", colour)
		}
	}
}

var refLevels = map[string]int{"none": 0, "green": 1, "yellow": 2, "red": 3}

func (r *reference) colour(c *refConversation) string {
	f := r.flow(c)
	switch {
	case c.clock.IsZero():
		return "none"
	case r.passed(c, f, minutes(f.Alert2)):
		return "red"
	case r.passed(c, f, minutes(f.Alert1)):
		return "yellow"
	}
	return "green"
}

func (r *reference) knowsTeam(id string) bool {
	return slices.ContainsFunc(r.conf.Teams, func(t refTeam) bool { return t.ID == id })
}

func (r *reference) knowsSeller(id string) bool {
	return slices.ContainsFunc(r.conf.Sellers, func(s refSeller) bool { return s.ID == id })
}

// --- §3, the flow that applies

func (r *reference) flow(c *refConversation) refFlow {
	named := map[string]string{"seller": c.seller, "team": c.team, "waiting": c.channel}[c.queue()]
	of := func(kind string) int {
		return slices.IndexFunc(r.conf.Flows, func(f refFlow) bool {
			return f.Queue == c.queue() && f.Kind == kind && (f.Active == nil || *f.Active) &&
				(kind == "main" || slices.Contains(f.Targets, named))
		})
	}
	if i := cmp.Or(of("alternative")+1, of("main")+1); i > 0 {
		return r.conf.Flows[i-1]
	}
	return refFlow{ID: "default", Alert1: "5m", Alert2: "15m"}
}

func minutes(duration string) int {
	d, _ := time.ParseDuration(cmp.Or(duration, "0s"))
	return int(d / time.Minute)
}
