package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
)

// holder is a team or a seller; the zero one is nobody.
type holder struct{ team, seller string }

func (h holder) none() bool { return h == holder{} }

// queue is the queue whose exceptions name the holder.
func (h holder) queue() flow.Queue {
	if h.seller != "" {
		return flow.SellerQueue
	}
	return flow.TeamQueue
}

// id is the holder among its queue's exceptions.
func (h holder) id() string { return h.team + h.seller }

// isGoal reports whether an action leads to the holder.
func (h holder) isGoal(a flow.Action) bool {
	return a.Type == flow.TransferTeam && h.team != "" && a.Team == h.team ||
		a.Type == flow.TransferSeller && h.seller != "" && a.Seller == h.seller
}

// toward is an action that leads to the holder instead; to nobody it is none.
func (h holder) toward(a flow.Action) flow.Action {
	switch {
	case h.team != "":
		return flow.Action{Type: flow.TransferTeam, Team: h.team, Delay: a.Delay}
	case h.seller != "":
		return flow.Action{Type: flow.TransferSeller, Seller: h.seller, Delay: a.Delay}
	}
	return flow.Action{Type: flow.ActionNone}
}

// name is what people call the holder.
func (h holder) name(d flowview.Directory) string {
	switch {
	case h.team != "":
		return d.Team(h.team)
	case h.seller != "":
		return d.Seller(h.seller)
	}
	return ""
}

// replacement is what it means for the store's flows and channels that a team or
// a seller is put away and another takes over. What a page shows of it before is
// what do does.
type replacement struct {
	from, to  holder
	flows     []flowChange
	schedules []scheduleChange
	channels  []db.Channel // that route to from, as they are
	directory flowview.Directory
}

// flowChange is one flow before and after; one that is deleted has no after.
type flowChange struct {
	before, after db.Flow
	words         flowview.Change
}

// planReplacement works out what changes where from is put away. To nobody an
// action that leads to from becomes none.
func planReplacement(ctx context.Context, q db.Queries, store string, from, to holder) (replacement, error) {
	r := replacement{from: from, to: to}
	all, err := q.Flows(ctx, store)
	if err != nil {
		return r, err
	}
	channels, err := q.Channels(ctx, store)
	if err != nil {
		return r, err
	}
	if r.directory, err = directoryOf(ctx, q, store); err != nil {
		return r, err
	}
	for _, f := range all {
		if change, changes := r.change(f, all); changes {
			r.flows = append(r.flows, change)
		}
	}
	if err := r.planSchedules(ctx, q, store, all); err != nil {
		return r, err
	}
	for _, h := range channels {
		if from.team != "" && h.Team == from.team {
			r.channels = append(r.channels, h)
		}
	}
	return r, nil
}

// change is what becomes of a flow; false where it does not name who is put away.
func (r replacement) change(f db.Flow, all []db.Flow) (flowChange, bool) {
	after, w := f, flowview.Change{Queue: f.Queue, Kind: f.Kind, Name: f.Name, Active: f.Active}
	if w.Goal = r.from.isGoal(f.Action); w.Goal {
		after.Action = r.to.toward(f.Action)
	}
	if w.Exception = f.Queue == r.from.queue() && slices.Contains(f.Targets, r.from.id()); w.Exception {
		after.Targets, w.Instead, w.Taken = r.targets(after, all)
	}
	switch {
	case !w.Goal && !w.Exception:
		return flowChange{}, false
	case f.Kind == flow.Alternative && len(after.Targets) == 0:
		w.Deleted = true
		return flowChange{before: f, words: w}, true
	}
	// A flow never transfers to its own exception: the conversation would go to where it is.
	if w.Goal && r.toItself(after) {
		after.Action, w.ToItself = flow.Action{Type: flow.ActionNone}, true
	}
	if w.Goal {
		w.Action = r.directory.ActionWord(after.Action)
	}
	return flowChange{before: f, after: after, words: w}, true
}

// toItself reports whether a flow's action leads to where its conversations are:
// to one of its exceptions, or to the only one that is left.
func (r replacement) toItself(f db.Flow) bool {
	if r.to.none() || f.Queue != r.to.queue() {
		return false
	}
	if f.Kind == flow.Alternative {
		return slices.Contains(f.Targets, r.to.id())
	}
	return !slices.ContainsFunc(flowview.Live(r.directory.Targets(f.Queue)), func(e flowview.Entry) bool {
		return e.ID != r.to.id() && (f.Queue != r.from.queue() || e.ID != r.from.id())
	})
}

// targets are a flow's exceptions without who is put away. Who takes over is one
// instead, unless it cannot be: it is one of another flow (taken, by its name) or
// of this one already, or the goal of this flow's action.
func (r replacement) targets(f db.Flow, all []db.Flow) (targets []string, instead bool, taken string) {
	instead = !r.to.none() && r.to.queue() == f.Queue && !slices.Contains(f.Targets, r.to.id()) && !r.to.isGoal(f.Action)
	for _, other := range all {
		if instead && other.Queue == f.Queue && other.ID != f.ID && slices.Contains(other.Targets, r.to.id()) {
			instead, taken = false, other.Name
		}
	}
	for _, t := range f.Targets {
		switch {
		case t != r.from.id():
			targets = append(targets, t)
		case instead:
			targets = append(targets, r.to.id())
		}
	}
	return targets, instead, taken
}

// empty reports that no flow, nothing scheduled and no channel names who is put away.
func (r replacement) empty() bool {
	return len(r.flows) == 0 && len(r.channels) == 0 && len(r.schedules) == 0
}

// view is the replacement as a page shows it.
func (r replacement) view() flowview.Changes {
	v := flowview.Changes{From: r.from.name(r.directory), To: r.to.name(r.directory), Chosen: !r.to.none()}
	for _, f := range r.flows {
		v.Flows = append(v.Flows, f.words)
	}
	for _, g := range r.schedules {
		v.Flows = append(v.Flows, g.words)
	}
	for _, h := range r.channels {
		v.Channels = append(v.Channels, h.Name)
	}
	return v
}

// print is a short mark of the replacement: the same one means that nothing of
// what was shown has changed since.
func (r replacement) print() string {
	h := sha256.New()
	_, _ = fmt.Fprintln(h, r.from, r.to, r.from.name(r.directory), r.to.name(r.directory)) // a hash never fails
	for _, f := range r.flows {
		_, _ = fmt.Fprintln(h, f.before.ID, f.before.Version, f.after.Targets, f.after.Action)
	}
	for _, g := range r.schedules {
		_, _ = fmt.Fprintln(h, g.before.ID, g.before.Version, g.after.Becomes.Targets, g.after.Becomes.Action, g.after.Start.State)
	}
	for _, c := range r.channels {
		_, _ = io.WriteString(h, c.ID+"\n")
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// do writes the replacement and records each flow and channel that it changes.
// Call it inside Door.Configure with what planReplacement says in there.
func (r replacement) do(ctx context.Context, tx *db.Tx, c echo.Context, by stamp) error {
	for _, g := range r.schedules { // before the flows that they run on
		if err := g.do(ctx, tx, c, by); err != nil {
			return err
		}
	}
	for _, f := range r.flows {
		if err := f.do(ctx, tx, c, by); err != nil {
			return err
		}
	}
	for _, h := range r.channels {
		h.Team = r.to.team
		if err := tx.UpdateChannel(ctx, h); err != nil {
			return err
		}
		var changed changes
		changed.add("team", r.from.name(r.directory), holder{team: r.to.team}.name(r.directory))
		err := record(ctx, tx, c, by.at, db.Audit{Noun: db.NounChannel, NounID: h.ID, NounName: h.Name, Action: db.AuditChanged, Changes: changed})
		if err != nil {
			return err
		}
	}
	return nil
}

func (f flowChange) do(ctx context.Context, tx *db.Tx, c echo.Context, by stamp) error {
	var err error
	if f.words.Deleted {
		err = tx.DeleteFlow(ctx, by.signed(f.before))
	} else {
		err = errors.Join(tx.UpdateFlow(ctx, by.signed(f.after)), tx.FollowFlow(ctx, by.store, f.before.ID, f.before.Version))
	}
	if err != nil {
		return err
	}
	return recordFlow(ctx, tx, c, by.at, f.before, f.after)
}

// circles are the ways round that the transfers would lead with the replacement
// and do not lead now, in words; empty where there are none.
func (r replacement) circles(ctx context.Context, q db.Queries, store string) (string, error) {
	cfg, err := q.BuildConfiguration(ctx, store)
	if err != nil {
		return "", err
	}
	now, err := flow.Compile(cfg)
	if err != nil {
		return "", err
	}
	then, err := flow.Compile(r.applied(cfg))
	if err != nil {
		return "", err
	}
	var words []string
	for _, f := range then.Configuration().Flows {
		if circle := then.Circle(f.ID); circle != nil && now.Circle(f.ID) == nil {
			words = append(words, circleWords(r.directory, circle))
		}
	}
	return strings.Join(slices.Compact(words), " "), nil
}

// applied is a configuration after the replacement.
func (r replacement) applied(cfg flow.Configuration) flow.Configuration {
	cfg.Teams = slices.DeleteFunc(slices.Clone(cfg.Teams), func(t flow.Team) bool { return t.ID == r.from.team })
	cfg.Sellers = slices.DeleteFunc(slices.Clone(cfg.Sellers), func(s flow.Seller) bool { return s.ID == r.from.seller })
	var flows []flow.Flow
	for _, f := range cfg.Flows {
		i := slices.IndexFunc(r.flows, func(c flowChange) bool { return c.before.ID == f.ID })
		switch {
		case i < 0:
			flows = append(flows, f)
		case !r.flows[i].words.Deleted:
			flows = append(flows, r.flows[i].after.Flow)
		}
	}
	cfg.Flows = flows
	return cfg
}
