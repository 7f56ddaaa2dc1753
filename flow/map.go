package flow

import (
	"slices"
	"time"
)

// Passage is one way in which a flow's action moves conversations: of whom it
// takes them, after how long, and to whom. It is read off the rules that act.
type Passage struct {
	Flow   string // id; DefaultFlow for the default colours
	Queue  Queue
	Source string // the team, seller or channel the flow names; empty: everybody whom no alternative flow of the queue names
	Action Action
	After  time.Duration // from the clock's start
	Clock  Clock
	To     []string // holders, as Conversation.Holder; empty where nothing moves
}

// Passages lists what the flows do, queue by queue: for each team, seller or
// channel that an active alternative flow names its own, then each queue's main
// flow or the default colours. Teams under the main flow have one each, since
// each can be left for another.
func (r *Rules) Passages() []Passage {
	var all []Passage
	for _, queue := range Queues {
		named := make([]string, 0, len(r.flows[queue].alternative))
		for target := range r.flows[queue].alternative {
			if r.known(queue, target) {
				named = append(named, target)
			}
		}
		if queue == TeamQueue {
			named = named[:0]
			for _, t := range r.configuration.Teams {
				named = append(named, t.ID)
			}
		}
		slices.Sort(named)
		for _, target := range named {
			all = append(all, r.passage(queue, target))
		}
		if queue != TeamQueue {
			all = append(all, r.passage(queue, ""))
		}
	}
	return all
}

// known reports whether a flow's target is there; of channels nothing is known.
func (r *Rules) known(queue Queue, target string) bool {
	switch queue {
	case TeamQueue:
		return r.KnowsTeam(target)
	case SellerQueue:
		return r.KnowsSeller(target)
	}
	return true
}

func (r *Rules) passage(queue Queue, source string) Passage {
	f := r.flowOf(queue, source)
	from := holderWaiting
	switch {
	case queue == TeamQueue:
		from = holderTeam + source
	case queue == SellerQueue:
		from = holderSeller + source
	}
	return Passage{Flow: f.ID, Queue: queue, Source: source, Action: f.Action, After: f.limit(), Clock: f.Clock, To: r.targetsAt(from, *f)}
}

// FindingKind says what is remarkable about a flow or a team.
type FindingKind string

// What Findings finds.
const (
	FindingLoop            FindingKind = "loop"             // transfers lead round; the last step is skipped
	FindingDeadEnd         FindingKind = "dead_end"         // nothing happens after the 2nd alert
	FindingClosed          FindingKind = "closed"           // the target team is closed whenever the flow acts
	FindingSometimesClosed FindingKind = "sometimes_closed" // the target team is closed at some of those times
	FindingUnknown         FindingKind = "unknown"          // the target is archived or inactive: the action is skipped
	FindingEmpty           FindingKind = "empty"            // the target team has no seller
	FindingUnreached       FindingKind = "unreached"        // the flow applies to nobody
)

// Finding is one such thing.
type Finding struct {
	Kind   FindingKind
	Flow   string   // id
	Source string   // as Passage.Source, where it is about one
	Target string   // the team or seller it leads to
	Loop   []string // holders in their order, the first again at the end
}

// Findings checks the flows as they act on each other, in the order of the
// configuration's flows. channels are the names of those that are in use.
func (r *Rules) Findings(channels []string) []Finding {
	var all []Finding
	for _, f := range r.configuration.Flows {
		all = append(all, r.findings(f, channels)...)
	}
	return all
}

func (r *Rules) findings(f Flow, channels []string) []Finding {
	if r.unreached(f, channels) {
		return []Finding{{Kind: FindingUnreached, Flow: f.ID}}
	}
	var all []Finding
	if loop := r.Circle(f.ID); loop != nil {
		all = append(all, Finding{Kind: FindingLoop, Flow: f.ID, Loop: loop})
	}
	switch f.Action.Type {
	case ActionNone:
		return append(all, Finding{Kind: FindingDeadEnd, Flow: f.ID})
	case TransferSeller:
		if !r.KnowsSeller(f.Action.Seller) {
			all = append(all, Finding{Kind: FindingUnknown, Flow: f.ID, Target: f.Action.Seller})
		}
	case TransferTeam:
		switch {
		case !r.KnowsTeam(f.Action.Team):
			all = append(all, Finding{Kind: FindingUnknown, Flow: f.ID, Target: f.Action.Team})
		case len(r.members[f.Action.Team]) == 0:
			all = append(all, Finding{Kind: FindingEmpty, Flow: f.ID, Target: f.Action.Team})
		default:
			all = append(all, r.closedTarget(f)...)
		}
	}
	return all
}

// unreached reports whether a flow applies to nobody: it is switched off, all
// that it names is gone, or others name everybody whom it would apply to.
func (r *Rules) unreached(f Flow, channels []string) bool {
	if !f.Active {
		return true
	}
	if f.Kind == Alternative {
		return !slices.ContainsFunc(f.Targets, func(target string) bool {
			if f.Queue == WaitingQueue {
				return slices.Contains(channels, target)
			}
			return r.known(f.Queue, target)
		})
	}
	left := func(target string) bool { return r.flows[f.Queue].alternative[target] == nil }
	switch f.Queue {
	case TeamQueue:
		return !slices.ContainsFunc(r.configuration.Teams, func(t Team) bool { return left(t.ID) })
	case SellerQueue:
		return !slices.ContainsFunc(r.configuration.Sellers, func(s Seller) bool { return left(s.ID) })
	}
	return !slices.ContainsFunc(channels, left)
}

// closedTarget compares the weeks of who the flow takes conversations from and of
// the team it gives them to. A flow that counts always acts at any time, one that
// counts business hours while its source is open.
func (r *Rules) closedTarget(f Flow) []Finding {
	goal := r.calendarOf(f.Action.Team).minutes()
	var open, shut int
	for _, source := range r.sources(f) {
		acts := everyDay.minutes()
		if f.Clock == BusinessHours {
			acts = r.calendarOf(source).minutes()
		}
		for minute := range acts {
			switch {
			case acts[minute] && goal[minute]:
				open++
			case acts[minute]:
				shut++
			}
		}
	}
	switch {
	case shut == 0:
		return nil
	case open == 0:
		return []Finding{{Kind: FindingClosed, Flow: f.ID, Target: f.Action.Team}}
	}
	return []Finding{{Kind: FindingSometimesClosed, Flow: f.ID, Target: f.Action.Team}}
}

// sources are the teams whose hours a flow counts: of the team queue those it
// applies to, else the store's, which has no name.
func (r *Rules) sources(f Flow) []string {
	if f.Queue != TeamQueue {
		return []string{""}
	}
	var teams []string
	for _, t := range r.configuration.Teams {
		if r.flowOf(TeamQueue, t.ID).ID == f.ID && t.ID != f.Action.Team {
			teams = append(teams, t.ID)
		}
	}
	return teams
}

func (r *Rules) calendarOf(team string) Week {
	if own := r.teams[team]; own != nil {
		return own.week
	}
	return r.store.week
}

// minutes says of each minute of a week, from Sunday 00:00 on, whether it is open.
func (w Week) minutes() []bool {
	open := make([]bool, 7*minutesPerDay)
	for day, slots := range w {
		for _, s := range slots {
			for minute := s.Open; minute < s.Close; minute++ {
				open[day*minutesPerDay+minute] = true
			}
		}
	}
	return open
}
