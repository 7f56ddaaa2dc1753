package scheduler

import (
	"context"
	"fmt"
	"slices"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// Trial is the question that Backtest answers: what would have become of the waits
// of a period, had a draft been in force.
type Trial struct {
	// Draft takes the place of the flow with its id, or else, a main one, of its
	// queue's; it counts as active. An alternative one that names nobody yet is tried
	// on everybody whom it could name.
	Draft flow.Flow
	// Since and Until are the period by when the waits ended; Until is not in it. Zero,
	// it is up to now.
	Since, Until time.Time
	// To narrow it: in the team queue to a team, in the seller queue to a seller, or to
	// those who came from a team, in Aguardando to a channel's name. The others find
	// nothing.
	Team, Seller, Channel string
}

// newStays is how many stays that are in no block yet an answer counts; there are
// more only while a whole past is being entered.
const newStays = 5000

// Backtest tries a draft on a store's past. It only reads, one question after the
// other, so that however many are asked, the rest of the store is not kept waiting.
// Errors: flow.Problems where the draft is none, db.ErrNotFound.
func (d *Door) Backtest(ctx context.Context, store string, t Trial) (flow.Backtest, error) {
	select {
	case d.trying <- struct{}{}:
		defer func() { <-d.trying }()
	case <-ctx.Done():
		return flow.Backtest{}, ctx.Err()
	}
	now := d.clock.Now()
	if t.Until.IsZero() || t.Until.After(now) {
		t.Until = now.Add(time.Microsecond) // what ends now has ended
	}
	r := trialRun{Trial: t, store: store}
	err := d.db.Snapshot(ctx, func(q db.Queries) error {
		r.queries = q
		if err := r.prepare(ctx, d.rules); err != nil {
			return err
		}
		if err := r.count(ctx); err != nil {
			return err
		}
		return r.logs(ctx)
	})
	if err != nil {
		return flow.Backtest{}, err
	}
	b := r.out.Backtest(now)
	b.Since, b.Earliest, b.Behind = t.Since.UTC(), r.earliest, r.behind
	return b, nil
}

// trialRun reads what an answer is made of.
type trialRun struct {
	Trial
	store    string
	queries  db.Queries
	channel  []string  // the names, present and former, of the one it is narrowed to
	fresh    []db.Stay // that are in no block yet
	behind   bool      // there are more of those
	earliest time.Time
	out      *flow.Tryout
}

func (r *trialRun) prepare(ctx context.Context, books *rulebook) error {
	s, err := r.queries.Store(ctx, r.store)
	if err != nil {
		return err
	}
	present, err := books.present(ctx, r.queries, s)
	if err != nil {
		return err
	}
	if r.Draft, err = r.queries.WithFormerNames(ctx, r.store, r.Draft); err != nil {
		return err
	}
	named, err := r.queries.WithFormerNames(ctx, r.store, flow.Flow{Queue: flow.WaitingQueue, Targets: []string{r.Channel}})
	if err != nil {
		return err
	}
	r.channel = named.Targets
	if r.earliest, err = r.queries.FirstWait(ctx, r.store, r.Draft.Queue); err != nil {
		return err
	}
	if r.fresh, err = r.queries.NewStays(ctx, r.store, newStays); err != nil {
		return err
	}
	r.behind = len(r.fresh) == newStays
	r.fresh = slices.DeleteFunc(r.fresh, func(y db.Stay) bool { return y.Queue != r.Draft.Queue })
	if len(r.fresh) > 0 && (r.earliest.IsZero() || r.fresh[0].End.Before(r.earliest)) {
		r.earliest = r.fresh[0].End
	}
	waits, err := r.queries.CountWaits(ctx, r.store, r.Draft.Queue, r.Since, r.Until)
	if err != nil {
		return err
	}
	r.out, err = flow.NewTryout(present.rules, r.Draft, later(r.Since, r.earliest), r.Until, waits+len(r.fresh))
	return err
}

// judge is how a holder's waits are counted: nil where they are not asked for.
func (r *trialRun) judge(team, seller, channel string) *flow.Judge {
	if r.Team != "" && team != r.Team || r.Seller != "" && seller != r.Seller || r.Channel != "" && !slices.Contains(r.channel, channel) {
		return nil
	}
	return r.out.Judge(team, seller, channel)
}

// channelOf is a wait's channel where flows are looked for by it.
func (r *trialRun) channelOf(channel string) string {
	if r.Draft.Queue == flow.WaitingQueue {
		return channel
	}
	return ""
}

// count tries the draft on the waits of the period.
func (r *trialRun) count(ctx context.Context) error {
	names, err := r.queries.WaitNames(ctx, r.store)
	if err != nil {
		return err
	}
	j := jury{seats: make([][]seat, len(names)), names: names, queue: r.Draft.Queue, judge: r.judge}
	err = r.queries.EachWait(ctx, r.store, r.Draft.Queue, r.Since, r.Until, func(w *db.Wait) {
		if judge := j.of(w); judge != nil {
			r.out.Try(judge, w.Wait)
		}
	})
	if err != nil {
		return err
	}
	for _, y := range r.fresh {
		if y.End.Before(r.Since) || !y.End.Before(r.Until) {
			continue
		}
		if judge := r.judge(y.Team, y.Seller, r.channelOf(y.Channel)); judge != nil {
			r.out.Try(judge, flow.Wait{Start: y.Start.UnixMicro(), End: y.End.UnixMicro(), Outcome: y.Outcome, Imported: y.Imported})
		}
	}
	return nil
}

// jury finds the judges of waits by the numbers of their holders, fast.
type jury struct {
	names []string
	queue flow.Queue
	judge func(team, seller, channel string) *flow.Judge
	seats [][]seat // by team, then by seller or channel
}

type seat struct {
	judge *flow.Judge
	taken bool
}

func (j *jury) of(w *db.Wait) *flow.Judge {
	other := 0
	switch j.queue {
	case flow.SellerQueue:
		other = w.Seller
	case flow.WaitingQueue:
		other = w.Channel
	}
	if j.seats[w.Team] == nil {
		j.seats[w.Team] = make([]seat, len(j.names))
	}
	s := &j.seats[w.Team][other]
	if !s.taken {
		channel := ""
		if j.queue == flow.WaitingQueue {
			channel = j.names[w.Channel]
		}
		*s = seat{j.judge(j.names[w.Team], j.names[w.Seller], channel), true}
	}
	return s.judge
}

// logs reads the logs of the waits that are to be replayed.
func (r *trialRun) logs(ctx context.Context) error {
	reruns := r.out.Reruns()
	if len(reruns) == 0 {
		return nil
	}
	at := make([]time.Time, len(reruns))
	for i, p := range reruns {
		at[i] = time.UnixMicro(p.End)
	}
	stays, err := r.queries.StaysEnded(ctx, r.store, r.Draft.Queue, at)
	if err != nil {
		return err
	}
	found := map[rerunKey][]db.Stay{}
	for _, y := range stays {
		key := rerunKey{y.Start.UnixMicro(), y.End.UnixMicro(), y.Team, y.Seller, r.channelOf(y.Channel)}
		found[key] = append(found[key], y)
	}
	of := make([]db.Stay, len(reruns))
	ids := make([]string, len(reruns))
	for i, p := range reruns {
		key := rerunKey{p.Start, p.End, p.Team, p.Seller, p.Channel}
		same := found[key]
		if len(same) == 0 {
			return fmt.Errorf("backtest: a block of store %s has a wait that ended at %s, and no stay has", r.store, time.UnixMicro(p.End).UTC())
		}
		of[i], ids[i] = same[0], same[0].Conversation
		found[key] = append(same[1:], same[0]) // of those that only their conversations tell apart, each in turn
	}
	slices.Sort(ids)
	logs, err := r.queries.EventsOf(ctx, r.store, slices.Compact(ids))
	if err != nil {
		return err
	}
	for i, p := range reruns {
		replayable(p, of[i], logs[of[i].Conversation])
	}
	return nil
}

type rerunKey struct {
	start, end            int64
	team, seller, channel string
}

// replayable gives a wait its conversation's log, or what the stay itself tells where
// there is none: it was imported.
func replayable(p *flow.Rerun, y db.Stay, log []db.Event) {
	if y.Seq < 1 || int(y.Seq) > len(log) {
		p.Log, p.Ended = flow.LogOf(y.Stay)
		return
	}
	p.Log, p.Ended = make([]flow.Record, len(log)), int(y.Seq)-1
	for i, e := range log {
		p.Log[i] = e.Record
	}
}
