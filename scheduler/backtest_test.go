package scheduler

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// backtest asks about all that has ended.
func (h *byHand) backtest(t Trial) flow.Backtest {
	h.t.Helper()
	if t.Since.IsZero() {
		t.Since = dbtest.Start.AddDate(-1, 0, 0)
	}
	b, err := h.Backtest(h.ctx, h.Store.ID, t)
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

// asItIs is a draft that changes nothing: a queue's main flow, or the default colours.
func (h *byHand) asItIs(queue flow.Queue) flow.Flow {
	h.t.Helper()
	flows, err := h.DB.QueueFlows(h.ctx, h.Store.ID, queue)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, f := range flows {
		return f.Flow
	}
	return flow.Flow{Queue: queue, Kind: flow.Main, Alert1: flow.DefaultAlert1, Alert2: flow.DefaultAlert2, Clock: flow.Always,
		Action: flow.Action{Type: flow.ActionNone}}
}

// happened is how far the waits of a queue really came, by the alerts and actions in
// the logs of their conversations.
func (h *byHand) happened(queue flow.Queue) (v flow.Verdicts) {
	h.t.Helper()
	stays, err := h.DB.Stays(h.ctx, h.Store.ID, dbtest.Start, h.now.Add(time.Hour), 1<<20)
	if err != nil {
		h.t.Fatal(err)
	}
	logs := map[string][]db.Event{}
	for _, y := range stays {
		logs[y.Conversation] = nil
	}
	for id := range logs {
		var state flow.Conversation
		count := &v.Green
		for _, e := range h.events(id) {
			before := state
			state = flow.Evolve(state, e.Record)
			switch e.Type {
			case flow.Alert1:
				count = &v.Yellow
			case flow.Alert2:
				count = &v.Red
			case flow.ActionTaken, flow.ActionSkipped:
				count = &v.Acted
			}
			if stay, ended := flow.StayEnded(before, e.Record, state); ended && stay.Queue == queue {
				*count++
			}
			if !state.ClockStart.Equal(before.ClockStart) || state.Holder() != before.Holder() {
				count = &v.Green
			}
		}
	}
	return v
}

// Backtesting what has been in force all the time gives what the logs say happened,
// whether the waits are in blocks or have just ended; the parts sum up to the whole.
func TestBacktestIsWhatHappened(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newByHand(t, d)
		h.storm(rand.New(rand.NewPCG(4, 16)), 200)
		half := h.now
		h.stir(rand.New(rand.NewPCG(5, 16)), 40) // of which no block knows
		waits := 0
		for _, queue := range flow.Queues {
			whole := h.backtest(Trial{Draft: h.asItIs(queue)})
			if diff := cmp.Diff(h.happened(queue), whole.Draft.Verdicts); diff != "" {
				t.Errorf("%s: happened (-), says the backtest (+):\n%s", queue, diff)
			}
			if diff := cmp.Diff(whole.Present, whole.Draft); diff != "" {
				t.Errorf("%s: an unchanged draft (+) and what is in force (-):\n%s", queue, diff)
			}
			h.sumsUp(queue, whole, half)
			waits += whole.Waits
		}
		if waits < 100 {
			t.Errorf("only %d waits", waits)
		}
		before := h.backtest(Trial{Draft: h.asItIs(flow.TeamQueue)})
		if err := h.RebuildFigures(h.ctx, h.Store.ID); err != nil {
			t.Fatal(err)
		}
		h.sum()
		if diff := cmp.Diff(before, h.backtest(Trial{Draft: h.asItIs(flow.TeamQueue)}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("little by little (-), and entered anew (+):\n%s", diff)
		}
	})
}

// stir is a storm that nothing sums.
func (h *byHand) stir(random *rand.Rand, steps int) {
	for i := range steps {
		c := h.says(fmt.Sprint("late ", i), []string{"Vendas", ""}[random.IntN(2)])
		h.now = h.now.Add(time.Duration(random.IntN(900)) * time.Second)
		h.settle()
		h.reply(c.ID, []string{"Ana", "Bia"}[random.IntN(2)])
		h.says(fmt.Sprint("late ", i), "")
		h.now = h.now.Add(time.Duration(random.IntN(900)) * time.Second)
		h.settle()
		h.reply(c.ID, "Bia")
		h.act(c.ID, Act{Type: flow.Close})
	}
}

// sumsUp narrows a backtest to every team and seller, and to two periods.
func (h *byHand) sumsUp(queue flow.Queue, whole flow.Backtest, half time.Time) {
	h.t.Helper()
	draft := h.asItIs(queue)
	parts := map[string][]Trial{"periods": {{Draft: draft, Until: half}, {Draft: draft, Since: half}}}
	switch queue {
	case flow.TeamQueue:
		parts["teams"] = []Trial{{Draft: draft, Team: h.teams["Vendas"]}, {Draft: draft, Team: h.teams["Plantão"]}}
	case flow.SellerQueue:
		parts["sellers"] = []Trial{{Draft: draft, Seller: h.sellers["Ana"]}, {Draft: draft, Seller: h.sellers["Bia"]}}
	case flow.WaitingQueue:
		parts["channels"] = []Trial{{Draft: draft, Channel: h.channel.Name}, {Draft: draft, Channel: "outro"}}
	}
	for what, trials := range parts {
		var sum flow.Verdicts
		for _, trial := range trials {
			v := h.backtest(trial).Draft.Verdicts
			sum = flow.Verdicts{Green: sum.Green + v.Green, Yellow: sum.Yellow + v.Yellow, Red: sum.Red + v.Red, Acted: sum.Acted + v.Acted}
		}
		if diff := cmp.Diff(whole.Draft.Verdicts, sum); diff != "" {
			h.t.Errorf("%s: the whole (-) and its %s (+):\n%s", queue, what, diff)
		}
	}
}

// Of the seller queue, those who came from a team are told apart by it.
func TestBacktestOfSellersByTeam(t *testing.T) {
	t.Parallel()
	h := newByHand(t, dbtest.New(t))
	for i, team := range []string{"Vendas", "Vendas", "Plantão", ""} {
		customer := fmt.Sprint("customer ", i)
		c := h.says(customer, team)
		h.reply(c.ID, "Bia")
		h.now = h.now.Add(time.Minute)
		h.says(customer, "")
		h.now = h.now.Add(time.Minute)
		h.reply(c.ID, "Bia")
	}
	for team, want := range map[string]int{"Vendas": 2, "Plantão": 1, "": 4} {
		trial := Trial{Draft: h.asItIs(flow.SellerQueue), Team: h.teams[team]}
		if got := h.backtest(trial); got.Waits != want {
			t.Errorf("from %q: %d waits, not %d", team, got.Waits, want)
		}
		trial.Seller = h.sellers["Ana"]
		if got := h.backtest(trial); got.Waits != 0 || got.Earliest.IsZero() {
			t.Errorf("from %q with Ana: %d waits, the first at %v", team, got.Waits, got.Earliest)
		}
	}
}

// While a whole past is being entered, an answer says that it is not complete.
func TestBacktestSaysThatItIsBehind(t *testing.T) {
	t.Parallel()
	h := newByHand(t, dbtest.New(t))
	dbtest.Exec(t, h.DB, fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
	  INSERT INTO stays (store_id, conversation_id, seq, queue, team_id, seller_id, channel, wait_start, started_at, ended_at, level, outcome, answered_by,
	    first, imported) SELECT '%s', 'past ' || i, 1, 'waiting', '', '', 'api', %[3]d + i, %[3]d + i, %[3]d + i + 60000000, 'green', 'answered', 'ana', TRUE, TRUE FROM n`,
		newStays+700, h.Store.ID, dbtest.Start.AddDate(0, 0, -1).UnixMicro()))
	draft := h.asItIs(flow.WaitingQueue)
	if got := h.backtest(Trial{Draft: draft}); !got.Behind || got.Waits != newStays {
		t.Errorf("before it is entered: behind %v, %d waits", got.Behind, got.Waits)
	}
	h.sum()
	if got := h.backtest(Trial{Draft: draft}); got.Behind || got.Waits != newStays+700 {
		t.Errorf("once it is entered: behind %v, %d waits", got.Behind, got.Waits)
	}
}

// Who gives up waiting for the questions before is let go.
func TestBacktestTakesTurns(t *testing.T) {
	t.Parallel()
	h := newByHand(t, dbtest.New(t))
	h.trying <- struct{}{}
	ctx, cancel := context.WithCancel(h.ctx)
	cancel()
	if _, err := h.Backtest(ctx, h.Store.ID, Trial{Draft: h.asItIs(flow.TeamQueue)}); !errors.Is(err, context.Canceled) {
		t.Errorf("while another is being answered: %v", err)
	}
	<-h.trying
	h.backtest(Trial{Draft: h.asItIs(flow.TeamQueue)})
	h.backtest(Trial{Draft: h.asItIs(flow.TeamQueue)})
}

// A draft that acts earlier than anything did: what people did later is replayed
// against it, also by those who are gone since, and a flow's own moves are taken back.
func TestBacktestReplaysWhatTheDraftChanges(t *testing.T) {
	t.Parallel()
	h := newByHand(t, dbtest.New(t))
	h.flow(flow.TeamQueue, 5*time.Minute, 20*time.Minute, flow.Action{Type: flow.TransferTeam, Team: h.teams["Plantão"]})
	answered, left := h.says("answered", "Vendas"), h.says("left", "Vendas")
	h.to(12 * time.Minute)
	h.reply(answered.ID, "Ana")
	h.to(20 * time.Minute)
	h.settle() // the other goes to Plantão, where it is answered
	h.to(33 * time.Minute)
	h.reply(left.ID, "Bia")
	h.configure(func(tx *db.Tx, _ time.Time) error {
		seller, err := tx.Seller(h.ctx, h.Store.ID, h.sellers["Bia"])
		if err != nil {
			return err
		}
		seller.Active = false
		return tx.UpdateSeller(h.ctx, seller)
	})
	draft := h.asItIs(flow.TeamQueue)
	draft.Alert1, draft.Alert2 = time.Minute, 10*time.Minute
	got := h.backtest(Trial{Draft: draft, Team: h.teams["Vendas"]})
	// In Plantão: answered after 2 minutes, in yellow, and after 23, when its own flow had acted: skipped, it was there.
	if diff := cmp.Diff(flow.Aftermath{Of: 2, Replayed: 2, Yellow: 1, Again: 1}, got.After); diff != "" {
		t.Errorf("acted on after 10 minutes (- want):\n%s", diff)
	}
	draft.Alert2, draft.Action = 30*time.Minute, flow.Action{Type: flow.CloseAction, Delay: 5 * time.Minute}
	got = h.backtest(Trial{Draft: draft, Team: h.teams["Vendas"]})
	want := flow.Tried{Verdicts: flow.Verdicts{Yellow: 1, Red: 1}, Cut: flow.Cut{Verdicts: flow.Verdicts{Red: 1}, Replayed: 1}}
	if diff := cmp.Diff(want, got.Draft); diff != "" {
		t.Errorf("left alone until it was answered after 33 minutes (- want):\n%s", diff)
	}
	want = flow.Tried{Verdicts: flow.Verdicts{Yellow: 1, Acted: 1}}
	if diff := cmp.Diff(want, got.Present); diff != "" {
		t.Errorf("in force (- want):\n%s", diff)
	}
}

// What was imported counts in backtests and in no figures; it is replayed from what
// little is known of it.
func TestBacktestOfImportedWaits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newByHand(t, d)
		if got := h.backtest(Trial{Draft: h.asItIs(flow.TeamQueue)}); !got.Earliest.IsZero() || got.Waits != 0 || got.Percentiles != nil {
			t.Errorf("without a past: %+v", got)
		}
		first := dbtest.Start.AddDate(0, 0, -40)
		err := d.Tx(h.ctx, func(tx *db.Tx) error {
			for i := range 30 {
				start := first.Add(time.Duration(i) * 24 * time.Hour)
				stay := flow.Stay{Conversation: fmt.Sprint("theirs ", i), Queue: flow.TeamQueue, Team: h.teams["Vendas"], Channel: "antigo", Wait: start, Start: start,
					End: start.Add(time.Duration(1+i) * time.Minute), Level: flow.Green, Outcome: flow.Answered, By: "quem saiu"}
				if err := tx.InsertStay(h.ctx, db.Stay{Store: h.Store.ID, Seq: 1, Imported: true, Stay: stay}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		draft := flow.Flow{Queue: flow.TeamQueue, Kind: flow.Main, Alert1: 5 * time.Minute, Alert2: 10 * time.Minute, Clock: flow.Always,
			Action: flow.Action{Type: flow.TransferTeam, Team: h.teams["Plantão"], Delay: 5 * time.Minute}}
		fresh := h.backtest(Trial{Draft: draft})
		h.sum()
		got := h.backtest(Trial{Draft: draft})
		if diff := cmp.Diff(fresh, got); diff != "" {
			t.Errorf("just inserted (-) and in blocks (+):\n%s", diff)
		}
		want := flow.Backtest{Waits: 30, Imported: 30, Answered: 30, Earliest: first.Add(time.Minute), InForce: []string{flow.DefaultFlow},
			Draft:       flow.Tried{Verdicts: flow.Verdicts{Green: 5, Yellow: 5, Red: 5, Acted: 15}},
			Present:     flow.Tried{Verdicts: flow.Verdicts{Green: 5, Yellow: 10, Red: 15}},
			Percentiles: []flow.Percentile{{Share: 0.5, Within: 15 * time.Minute}, {Share: 0.8, Within: 24 * time.Minute}, {Share: 0.9, Within: 27 * time.Minute}, {Share: 0.95, Within: 29 * time.Minute}},
			Suggested:   flow.Suggestion{Alert1: 25 * time.Minute, Alert2: 30 * time.Minute, Share1: 25.0 / 30, Share2: 1},
			// Plantão answers up to 15 minutes later, by the draft, which is for all teams.
			After: flow.Aftermath{Of: 15, Replayed: 15, Green: 5, Yellow: 5, Red: 5}}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(flow.Backtest{}, "Since", "Until", "Bins")); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
		if all := h.all(); len(all) != 0 {
			t.Errorf("somebody's figures hold what was imported: %v", all)
		}
	})
}

// A draft of an alternative flow is tried on those it names; before it names anybody,
// on all whom it can. Another's targets are not its own.
func TestBacktestOfAnAlternative(t *testing.T) {
	t.Parallel()
	h := newByHand(t, dbtest.New(t))
	for i, team := range []string{"Vendas", "Vendas", "Plantão"} {
		c := h.says(fmt.Sprint("customer ", i), team)
		h.now = h.now.Add(7 * time.Minute)
		h.reply(c.ID, "Bia")
	}
	draft := flow.Flow{Queue: flow.TeamQueue, Kind: flow.Alternative, Alert1: 10 * time.Minute, Alert2: time.Hour, Clock: flow.Always,
		Action: flow.Action{Type: flow.ActionNone}}
	counts := func() (n []int) {
		for _, targets := range [][]string{nil, {h.teams["Vendas"]}, {h.teams["Plantão"]}} {
			draft.Targets = targets
			got := h.backtest(Trial{Draft: draft})
			n = append(n, got.Waits)
			if got.Draft.Green != got.Waits || got.Present.Yellow != got.Waits {
				t.Errorf("for %v: %+v", targets, got)
			}
		}
		return n
	}
	if diff := cmp.Diff([]int{3, 2, 1}, counts()); diff != "" {
		t.Error(diff)
	}
	h.configure(func(tx *db.Tx, now time.Time) error {
		return tx.InsertFlow(h.ctx, db.Flow{Store: h.Store.ID, Name: "Noite", UpdatedAt: now, UpdatedBy: "test", Flow: flow.Flow{ID: "night", Queue: flow.TeamQueue,
			Kind: flow.Alternative, Targets: []string{h.teams["Plantão"]}, Alert1: 5 * time.Minute, Alert2: time.Hour, Clock: flow.Always,
			Action: flow.Action{Type: flow.ActionNone}, Active: true}})
	})
	draft.Targets = nil
	if got := h.backtest(Trial{Draft: draft}); got.Waits != 2 {
		t.Errorf("beside another that has Plantão it is tried on %d waits", got.Waits)
	}
	draft.ID, draft.Targets = "night", []string{h.teams["Plantão"]}
	if got := h.backtest(Trial{Draft: draft}); got.Waits != 1 || got.InForce[0] != "night" {
		t.Errorf("in the other's place: %+v", got)
	}
	draft.ID = ""
	var problems flow.Problems
	if _, err := h.Backtest(h.ctx, h.Store.ID, Trial{Draft: draft}); !errors.As(err, &problems) {
		t.Errorf("two flows name Plantão: %v", err)
	}
	if _, err := h.Backtest(h.ctx, "nobody", Trial{Draft: draft}); !errors.Is(err, db.ErrNotFound) {
		t.Errorf("of no store: %v", err)
	}
}
