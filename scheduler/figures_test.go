package scheduler

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// storm lets customers, sellers, bots and flows do this and that for some days.
func (h *byHand) storm(random *rand.Rand, steps int) {
	h.flow(flow.TeamQueue, 5*time.Minute, 10*time.Minute, flow.Action{Type: flow.TransferTeam, Team: h.teams["Plantão"]})
	h.autoClose(48 * time.Hour)
	at := time.Minute
	open := map[string]string{}
	for range steps {
		at += time.Duration(random.IntN(3600)) * time.Second
		h.to(at)
		h.settle()
		customer := fmt.Sprint("customer", random.IntN(6))
		id := open[customer]
		if id == "" || !h.conversation(id).IsOpen() {
			open[customer] = h.says(customer, []string{"Vendas", "Plantão", ""}[random.IntN(3)]).ID
			continue
		}
		switch random.IntN(8) {
		case 0, 1:
			h.says(customer, "")
		case 2, 3, 4:
			h.reply(id, []string{"Ana", "Bia"}[random.IntN(2)])
		case 5:
			if c := h.conversation(id); c.Seller != "" && !c.Postponed() {
				h.act(id, Act{Type: flow.Postpone, Until: h.now.Add(time.Hour)})
			}
		case 6:
			h.act(id, Act{Type: flow.Close})
		case 7:
			if _, _, err := h.Say(h.ctx, h.Store.ID, By{Kind: db.BySystem}, Outbound{Conversation: id, From: FromBot, Text: "Já vamos!"}); err != nil {
				h.t.Fatal(err)
			}
		}
		if random.IntN(5) == 0 {
			h.sum() // in batches of every size
		}
	}
	h.sum()
}

func (h *byHand) sum() {
	h.t.Helper()
	if err := h.SumFigures(h.ctx); err != nil {
		h.t.Fatal(err)
	}
}

var always = db.Period{From: "2025-01-01", To: "2028-12-31"}

// all are the store's figures of every kind, as text.
func (h *byHand) all() map[string]string {
	h.t.Helper()
	got := map[string]string{}
	for _, kind := range db.FigureKinds {
		of, err := h.DB.FiguresOf(h.ctx, h.Store.ID, kind, always)
		if err != nil {
			h.t.Fatal(err)
		}
		for id, f := range of {
			got[fmt.Sprint(kind, " ", id)] = fmt.Sprint(*f)
			days, err := h.DB.FiguresByDay(h.ctx, h.Store.ID, kind, id, always)
			if err != nil {
				h.t.Fatal(err)
			}
			for day, f := range days {
				got[fmt.Sprint(kind, " ", id, " ", day)] = fmt.Sprint(*f)
			}
		}
	}
	return got
}

// What was summed little by little is what summing anew gives; the days, the teams,
// the sellers, the channels and the hours each add up to the whole; and the whole is
// what the stays say, with nothing of bots.
func TestFiguresAddUp(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newByHand(t, d)
		h.storm(rand.New(rand.NewPCG(14, 26)), 150)
		before := h.all()
		if err := h.RebuildFigures(h.ctx, h.Store.ID); err != nil {
			t.Fatal(err)
		}
		h.sum()
		if diff := cmp.Diff(before, h.all()); diff != "" {
			t.Errorf("little by little (-) and anew (+):\n%s", diff)
		}
		h.addsUp()
		h.sumsTheStays()
	})
}

func (h *byHand) addsUp() {
	t := h.t
	whole := h.figures(db.OfStore)[""]
	if whole == nil || whole.Answer.Real.Len() == 0 || whole.First.Real.Len() == 0 {
		t.Fatalf("nothing happened: %v", whole)
	}
	sums := map[string]*db.Figures{"days": {}, "hours": {}}
	days, err := h.DB.FiguresByDay(h.ctx, h.Store.ID, db.OfStore, "", always)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range days {
		sums["days"].Merge(*f)
	}
	hours, err := h.DB.FiguresByHour(h.ctx, h.Store.ID, db.OfStore, "", always)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range hours {
		sums["hours"].Merge(*f)
	}
	for _, kind := range []db.FigureKind{db.OfTeam, db.OfSeller, db.OfChannel} {
		sum := &db.Figures{}
		for _, f := range h.figures(kind) {
			sum.Merge(*f)
		}
		sums[string(kind)] = sum
	}
	for what, sum := range sums {
		if diff := cmp.Diff(fmt.Sprint(*whole), fmt.Sprint(*sum)); diff != "" {
			t.Errorf("the whole (-) and its %s (+):\n%s", what, diff)
		}
	}
}

func (h *byHand) figures(kind db.FigureKind) map[string]*db.Figures {
	h.t.Helper()
	f, err := h.DB.FiguresOf(h.ctx, h.Store.ID, kind, always)
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

func (h *byHand) sumsTheStays() {
	t := h.t
	stays, err := h.DB.Stays(h.ctx, h.Store.ID, dbtest.Start, h.now.Add(time.Hour), 10000)
	if err != nil {
		t.Fatal(err)
	}
	rules, _, err := h.Rules(h.ctx, h.Store.ID)
	if err != nil {
		t.Fatal(err)
	}
	var sum db.Figures
	answered := int64(0)
	for _, y := range stays {
		sum.Merge(FiguresOf(rules, y))
		if y.Outcome == flow.Answered {
			answered++
		}
	}
	if diff := cmp.Diff(fmt.Sprint(sum), fmt.Sprint(*h.figures(db.OfStore)[""])); diff != "" {
		t.Errorf("the stays (-) and the figures (+):\n%s", diff)
	}
	h.countsTheEvents(answered)
}

// countsTheEvents holds the deeds against the log.
func (h *byHand) countsTheEvents(answered int64) {
	want := map[db.DeedKind]int64{db.DeedAnswered: answered}
	for after := ""; ; {
		events, err := h.DB.EventFeed(h.ctx, h.Store.ID, after, 100)
		if err != nil {
			h.t.Fatal(err)
		}
		if len(events) == 0 {
			break
		}
		for _, e := range events {
			after = e.ID
			if kind, ok := map[flow.EventType]db.DeedKind{flow.Alert1: db.DeedAlert1, flow.Alert2: db.DeedAlert2, flow.ActionTaken: db.DeedMoved,
				flow.ActionSkipped: db.DeedSkipped, flow.AutoClosed: db.DeedTimedOut, flow.Close: db.DeedClosed, flow.Postpone: db.DeedPostponed}[e.Type]; ok {
				want[kind]++
			}
		}
	}
	deeds, err := h.DB.Deeds(h.ctx, h.Store.ID, db.DeedQuery{Period: always})
	if err != nil {
		h.t.Fatal(err)
	}
	got := map[db.DeedKind]int64{}
	for _, s := range deeds {
		got[s.Kind] += s.N
	}
	if diff := cmp.Diff(want, got); diff != "" {
		h.t.Errorf("the log (-) and the deeds (+):\n%s", diff)
	}
}

// One stay's figures, by the hours in force when it ended; what was imported is
// nobody's.
func TestFiguresOfAStay(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	h := newByHand(t, d)
	start := time.Date(2026, 11, 27, 20, 30, 0, 0, time.UTC) // Friday, 17:30 in São Paulo
	stay := func(conversation string, imported bool) db.Stay {
		return db.Stay{Store: h.Store.ID, Seq: 1, Imported: imported, Stay: flow.Stay{Conversation: conversation, Queue: flow.TeamQueue, Team: h.teams["Vendas"],
			Channel: "api", Wait: start, Start: start.Add(10 * time.Minute), End: start.Add(time.Hour), Level: flow.Yellow, Outcome: flow.Answered, By: "ana"}}
	}
	nine := flow.Week{5: {{Open: 540, Close: 1080}}} // until 18:00 on Fridays
	h.configure(func(tx *db.Tx, _ time.Time) error {
		return tx.SetCalendar(h.ctx, db.Calendar{Store: h.Store.ID, Hours: &nine})
	})
	h.now = start.Add(2 * time.Hour)
	h.configure(func(tx *db.Tx, _ time.Time) error { return tx.SetCalendar(h.ctx, db.Calendar{Store: h.Store.ID}) })
	if err := d.Tx(h.ctx, func(tx *db.Tx) error {
		if err := tx.InsertStay(h.ctx, stay("theirs", true)); err != nil {
			return err
		}
		return tx.InsertStay(h.ctx, stay("ours", false))
	}); err != nil {
		t.Fatal(err)
	}
	h.sum()
	f := h.figures(db.OfSeller)["ana"]
	if f == nil || f.Answer.Real.Len() != 1 || f.First.Real.Len() != 1 || f.Yellow != 1 || f.Green+f.Red != 0 {
		t.Fatalf("the one answer of ours: %v", f)
	}
	for what, pair := range map[string][2]time.Duration{
		"answered after":             {median(t, f.Answer.Real), time.Hour},
		"of that in business hours":  {median(t, f.Answer.Business), 30 * time.Minute},
		"held for":                   {median(t, f.Held.Real), 50 * time.Minute},
		"held for in business hours": {median(t, f.Held.Business), 20 * time.Minute},
	} {
		if ratio := float64(pair[0]) / float64(pair[1]); ratio < 0.99 || ratio > 1.01 {
			t.Errorf("%s %v, not %v", what, pair[0], pair[1])
		}
	}
	hours, err := d.FiguresByHour(h.ctx, h.Store.ID, db.OfStore, "", always)
	if err != nil || len(hours) != 1 || hours[5*24+17] == nil {
		t.Errorf("it began on Friday at 17: %v, %v", hours, err)
	}
}

func median(t *testing.T, all flow.Durations) time.Duration {
	t.Helper()
	d, ok := all.Quantile(0.5)
	if !ok {
		t.Fatal("none was counted")
	}
	return d
}
