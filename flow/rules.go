package flow

import (
	"slices"
	"time"
)

// Rules is a configuration made ready to decide with. It never changes after
// Compile and is safe for concurrent use.
type Rules struct {
	configuration Configuration
	location      *time.Location
	store         *calendar
	teams         map[string]*calendar // a known team's calendar
	sellers       map[string]bool
	members       map[string][]string // sellers of a team, by id
	flows         map[Queue]*flows
}

// flows are the active ones of a queue.
type flows struct {
	main        *Flow            // the default colours where there is none
	alternative map[string]*Flow // by target
}

// Compile checks a configuration and makes it ready. The error is a Problems.
func Compile(cfg Configuration) (*Rules, error) {
	if ps := cfg.Validate(); len(ps) > 0 {
		return nil, ps
	}
	loc, err := loadZone(cfg.Timezone)
	if err != nil {
		return nil, Problems{{Path: "timezone", Code: CodeZone, Arg: cfg.Timezone}}
	}
	r := &Rules{
		configuration: cfg,
		location:      loc,
		store:         newCalendar(loc, cfg.Hours, cfg.Holidays),
		teams:         make(map[string]*calendar, len(cfg.Teams)),
		sellers:       make(map[string]bool, len(cfg.Sellers)),
		members:       make(map[string][]string),
		flows:         make(map[Queue]*flows),
	}
	r.people(cfg)
	for _, queue := range Queues {
		colours := defaultFlow
		colours.Queue = queue
		r.flows[queue] = &flows{main: &colours, alternative: make(map[string]*Flow)}
	}
	for _, f := range cfg.Flows {
		r.index(f)
	}
	return r, nil
}

func (r *Rules) people(cfg Configuration) {
	for _, t := range cfg.Teams {
		r.teams[t.ID] = r.store
		if t.Hours != nil {
			r.teams[t.ID] = newCalendar(r.location, t.Hours, t.Holidays)
		}
	}
	for _, s := range cfg.Sellers {
		r.sellers[s.ID] = true
		for _, team := range s.Teams {
			r.members[team] = append(r.members[team], s.ID)
		}
	}
	for _, ids := range r.members {
		slices.Sort(ids)
	}
}

func (r *Rules) index(f Flow) {
	if !f.Active {
		return
	}
	if f.Kind == Main {
		r.flows[f.Queue].main = &f
		return
	}
	for _, target := range f.Targets {
		r.flows[f.Queue].alternative[target] = &f
	}
}

// Configuration returns what the rules were compiled from; not to be changed.
func (r *Rules) Configuration() Configuration { return r.configuration }

// Location is the store's time zone.
func (r *Rules) Location() *time.Location { return r.location }

// KnowsTeam reports whether the configuration names the team.
func (r *Rules) KnowsTeam(id string) bool { return r.teams[id] != nil }

// KnowsSeller reports whether the configuration names the seller.
func (r *Rules) KnowsSeller(id string) bool { return r.sellers[id] }

// Members lists the sellers of a team, sorted by id; not to be changed.
func (r *Rules) Members(team string) []string { return r.members[team] }

var defaultFlow = Flow{
	ID: DefaultFlow, Alert1: DefaultAlert1, Alert2: DefaultAlert2,
	Clock: Always, Action: Action{Type: ActionNone}, Active: true,
}

// FlowFor returns the flow that applies to the conversation where it is (§3):
// the active alternative flow that names its holder, else the queue's active
// main flow, else the default colours, whose id is DefaultFlow.
func (r *Rules) FlowFor(c Conversation) Flow { return *r.flowFor(&c) }

func (r *Rules) flowFor(c *Conversation) *Flow {
	return r.flowOf(c.Queue(), c.target())
}

// target is by what an alternative flow names the conversation's holder.
func (c *Conversation) target() string {
	switch c.Queue() {
	case SellerQueue:
		return c.Seller
	case TeamQueue:
		return c.Team
	}
	return c.Channel
}

// flowOf is the flow of a queue for a team, a seller or a channel (§3).
func (r *Rules) flowOf(queue Queue, target string) *Flow {
	flows := r.flows[queue]
	if f, named := flows.alternative[target]; named {
		return f
	}
	return flows.main
}

// Deadlines are a running clock's instants (§4), UTC; a zero one does not exist.
type Deadlines struct {
	Alert1, Alert2, Action time.Time
}

// Deadlines works out when the conversation's flow alerts and acts, on the
// clock that runs. Without a running clock all are zero. Action is the instant
// of the third step whatever its type, even none.
func (r *Rules) Deadlines(c Conversation) Deadlines {
	if c.ClockStart.IsZero() {
		return Deadlines{}
	}
	f := r.flowFor(&c)
	return Deadlines{
		Alert1: r.at(&c, f, f.Alert1),
		Alert2: r.at(&c, f, f.Alert2),
		Action: r.at(&c, f, f.limit()),
	}
}

// at is §4's at(clock_start, d) on the flow's clock; zero where it does not exist.
func (r *Rules) at(c *Conversation, f *Flow, d time.Duration) time.Time {
	if d > MaxDeadline {
		return time.Time{}
	}
	if f.Clock != BusinessHours {
		return c.ClockStart.Add(d)
	}
	t, ok := r.countsIn(c).at(c.ClockStart, d)
	if !ok {
		return time.Time{}
	}
	return t
}

// countsIn is the calendar that counts for a conversation (§4).
func (r *Rules) countsIn(c *Conversation) *calendar {
	if own := r.teams[c.Team]; own != nil {
		return own
	}
	return r.store
}

// Colour is the level the conversation's clock gives at now (§4), whatever
// alerts have fired: LevelNone when no clock runs.
func (r *Rules) Colour(c Conversation, now time.Time) Level {
	if c.ClockStart.IsZero() {
		return LevelNone
	}
	d := r.Deadlines(c)
	if reached(d.Alert2, now) {
		return Red
	}
	if reached(d.Alert1, now) {
		return Yellow
	}
	return Green
}

func reached(deadline, now time.Time) bool {
	return !deadline.IsZero() && !now.Before(deadline)
}
