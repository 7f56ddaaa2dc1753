package db

import (
	"context"
	"slices"
	"strings"

	"semaforo/flow"
)

// branch is one range of a list's index: equality on all but the order.
type branch struct {
	holder  string // "": any
	team    string // "": any
	channel string // "": any, in a search only: the indexes need one to keep the order
	queue   flow.Queue
	low     int // ranks
	high    int
}

// branches are the ranges that together are the list. Holders and channels are
// enumerated; of a store's many sellers a list names at most one.
func (q Queries) branches(ctx context.Context, store string, l ListQuery) ([]branch, error) {
	ranges := l.rankRanges()
	holders, some := l.holders()
	if len(ranges) == 0 || (some && len(holders) == 0) {
		return nil, nil
	}
	if !some && l.Team == "" && l.Queue == flow.TeamQueue {
		teams, err := q.teamIDs(ctx, store)
		if err != nil {
			return nil, err
		}
		for _, t := range teams {
			holders = append(holders, flow.Conversation{Team: t}.Holder())
		}
		some = true
	}
	if !some {
		holders = []string{""}
	}
	channels := []string{l.ChannelID}
	if l.ChannelID == "" && l.Search == "" {
		var err error
		if channels, err = q.channelIDs(ctx, store); err != nil {
			return nil, err
		}
	}
	var all []branch
	for _, h := range holders {
		for _, c := range channels {
			for _, r := range ranges {
				all = append(all, branch{holder: h, team: l.Team, channel: c, queue: l.Queue, low: r[0], high: r[1]})
			}
		}
	}
	return all, nil
}

// rankRanges are the tab's ranks that are asked for, as ranges.
func (l ListQuery) rankRanges() [][2]int {
	tab, ok := tabRanks[l.Tab]
	if !ok {
		return nil
	}
	if len(l.Ranks) == 0 {
		return [][2]int{tab}
	}
	var ranges [][2]int
	for r := tab[0]; r <= tab[1]; r++ {
		if !slices.Contains(l.Ranks, r) {
			continue
		}
		if n := len(ranges); n > 0 && ranges[n-1][1] == r-1 {
			ranges[n-1][1] = r
		} else {
			ranges = append(ranges, [2]int{r, r})
		}
	}
	return ranges
}

// holders are the holders that the tab, the filters and the visibility leave,
// if they name any; some is false when it may be anybody.
func (l ListQuery) holders() (holders []string, some bool) {
	mine := flow.Conversation{Seller: l.Me}.Holder()
	var teams []string
	for _, t := range l.MyTeams {
		teams = append(teams, flow.Conversation{Team: t}.Holder())
	}
	const waiting = "waiting"
	switch {
	case l.Tab == TabMine, l.Tab == TabPostponed && l.OnlyVisible:
		holders, some = []string{mine}, true
	case l.Tab == TabTeams:
		holders, some = teams, true
	case l.Tab == TabWaiting:
		holders, some = []string{waiting}, true
	case l.OnlyVisible:
		holders, some = append(teams, mine, waiting), true
	}
	keep := func(only ...string) {
		if some {
			holders = slices.DeleteFunc(holders, func(h string) bool { return !slices.Contains(only, h) })
		} else {
			holders, some = only, true
		}
	}
	if l.Seller != "" {
		keep(flow.Conversation{Seller: l.Seller}.Holder())
	}
	if l.Queue == flow.WaitingQueue {
		keep(waiting)
	}
	if l.Queue == flow.TeamQueue && l.Team != "" {
		keep(flow.Conversation{Team: l.Team}.Holder())
	}
	holders = slices.DeleteFunc(holders, func(h string) bool { return !l.admits(h) })
	slices.Sort(holders)
	return slices.Compact(holders), some
}

// index is the one whose range the branch is.
func (b branch) index() string {
	switch {
	case b.holder != "":
		return "conversations_holder"
	case b.team != "":
		return "conversations_team"
	}
	return "conversations_channel"
}

// admits reports whether conversations of a holder can meet the filters on queue
// and team.
func (l ListQuery) admits(holder string) bool {
	queue, id, _ := strings.Cut(holder, ":")
	return (l.Queue == "" || string(l.Queue) == queue) && (l.Team == "" || queue == "seller" || id == l.Team)
}

// where is the branch's condition, from the page's cursor on. Only one lower
// bound is stated, or SQLite may start its range at the wrong one.
func (b branch) where(a *arguments, l ListQuery) string {
	var w string
	equal := func(column, value string) {
		if value != "" {
			w += " AND c." + column + " = " + a.arg(value)
		}
	}
	equal("holder", b.holder)
	equal("team_id", b.team)
	equal("channel_id", b.channel)
	if b.holder == "" { // a holder has but one queue
		equal("queue", string(b.queue))
	}
	cursor, compare := l.After, ">"
	if l.Before != nil {
		cursor, compare = l.Before, "<"
	}
	if b.low == b.high {
		return w + b.oneRank(a, cursor, compare)
	}
	if cursor == nil || compare == "<" || cursor.Rank < b.low {
		w += " AND c.rank >= " + a.arg(b.low)
	}
	if cursor == nil || compare == ">" || cursor.Rank > b.high {
		w += " AND c.rank <= " + a.arg(b.high)
	}
	if cursor != nil {
		w += " AND (c.rank, c.sort_key, c.id) " + compare + " (" + a.arg(cursor.Rank) + ", " + a.arg(cursor.SortKey) +
			", " + a.arg(cursor.ID) + ")"
	}
	return w
}

// oneRank is the condition of a branch of a single rank: the cursor is within
// it, or all of it comes after the cursor, or before.
func (b branch) oneRank(a *arguments, cursor *Cursor, compare string) string {
	w := " AND c.rank = " + a.arg(b.low)
	switch {
	case cursor == nil:
		return w
	case cursor.Rank == b.low:
		return w + " AND (c.sort_key, c.id) " + compare + " (" + a.arg(cursor.SortKey) + ", " + a.arg(cursor.ID) + ")"
	case (cursor.Rank < b.low) == (compare == ">"):
		return w
	}
	return w + " AND 1 = 0"
}
