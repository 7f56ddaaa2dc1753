package scheduler

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// Each story is a database of its own: fewer than rapid's hundred are enough, unless
// the command line says otherwise.
func init() {
	if err := flag.Set("rapid.checks", "30"); err != nil {
		panic(err)
	}
}

// reader works out figures from a conversation's log alone, by the words of §1 and §2,
// with none of the engine's code: since when the customer waits, since when the
// holder's clock runs, and what an answer took.
type reader struct {
	loc                            *time.Location
	sums                           map[string]*db.Figures
	team, seller, channel          string
	wait, clock, answered          time.Time // zero: none
	level                          flow.Level
	postponed, toldOnce, lastIsOur bool
}

// read adds a conversation's log.
func (r *reader) read(channel string, log []db.Event) {
	*r = reader{loc: r.loc, sums: r.sums, channel: channel}
	for _, e := range log {
		r.event(e.Record)
	}
}

func (r *reader) event(e flow.Record) {
	switch e.Type {
	case flow.CustomerMessage:
		if e.Opened {
			r.team, r.seller = e.ToTeam, e.ToSeller
		}
		r.lastIsOur, r.answered = false, time.Time{}
		r.waits(e.At, e.At)
	case flow.SellerMessage, flow.NoReplyNeeded:
		was := r.seller
		if e.ToSeller != "" { // as assume first: the stay that ends is the one before
			r.seller, r.postponed = e.ToSeller, false
		}
		r.stops(e, e.Type == flow.SellerMessage, was)
		if r.answered, r.lastIsOur = r.wait, true; e.Type == flow.NoReplyNeeded {
			r.answered = time.Time{}
		}
		r.wait = time.Time{}
	case flow.DeliveryFailed:
		if r.wait.IsZero() && r.lastIsOur && !r.answered.IsZero() {
			r.lastIsOur = false
			r.waits(r.answered, e.At)
		}
	case flow.Assume:
		if e.ToSeller != "" {
			r.passes(e, r.team, e.ToSeller, false)
		}
	case flow.Transfer:
		r.given(e)
	case flow.ActionTaken:
		if e.Action == flow.CloseAction {
			r.stops(e, false, r.seller)
			return
		}
		r.given(e)
	case flow.Postpone:
		r.stops(e, false, r.seller)
		r.postponed = true
	case flow.Resume, flow.PostponeEnded:
		if r.postponed = false; !r.wait.IsZero() {
			r.clock, r.level = e.At, flow.Green
		}
	case flow.Close, flow.AutoClosed:
		r.stops(e, false, r.seller)
	case flow.Alert1:
		r.level = flow.Yellow
	case flow.Alert2:
		r.level = flow.Red
	case flow.LevelLowered:
		r.level = e.Level
	}
}

// waits begins a wait where there is none.
func (r *reader) waits(since, at time.Time) {
	if !r.wait.IsZero() {
		return
	}
	if r.wait = since; !r.postponed {
		r.clock, r.level = at, flow.Green
	}
}

func (r *reader) given(e flow.Record) {
	if e.ToSeller != "" {
		r.passes(e, r.team, e.ToSeller, true)
		return
	}
	r.passes(e, e.ToTeam, "", true)
}

// passes gives the conversation to another holder, whose clock starts if somebody
// waits; of a transfer somebody always does.
func (r *reader) passes(e flow.Record, team, seller string, transfer bool) {
	r.stops(e, false, r.seller)
	r.team, r.seller, r.postponed = team, seller, false
	if transfer && r.wait.IsZero() {
		r.wait = e.At
	}
	if !r.wait.IsZero() {
		r.clock, r.level = e.At, flow.Green
	}
}

// stops notes what a clock that stops took; held is who had the conversation.
func (r *reader) stops(e flow.Record, answer bool, held string) {
	if r.clock.IsZero() {
		return
	}
	var f db.Figures
	took := func(t *db.Took, since time.Time) {
		t.Real.Add(e.At.Sub(since))
		t.Business.Add(r.open(since, e.At))
	}
	took(&f.Held, r.clock)
	seller := held
	if answer {
		seller = r.seller
		took(&f.Answer, r.wait)
		if !r.toldOnce {
			took(&f.First, r.wait)
		}
		r.toldOnce = true
		*map[flow.Level]*int{flow.Green: &f.Green, flow.Yellow: &f.Yellow, flow.Red: &f.Red}[r.level]++
	}
	r.clock = time.Time{}
	day, hour := e.At.In(r.loc).Format(time.DateOnly), r.wait.In(r.loc)
	for kind, id := range map[db.FigureKind]string{db.OfStore: "", db.OfTeam: r.team, db.OfSeller: seller, db.OfChannel: r.channel} {
		for _, span := range []string{"all", day, fmt.Sprint("hour ", int(hour.Weekday())*24+hour.Hour())} {
			key := fmt.Sprint(kind, " ", id, " ", span)
			if r.sums[key] == nil {
				r.sums[key] = &db.Figures{}
			}
			r.sums[key].Merge(f)
		}
	}
}

// open counts business hours minute by minute: 09:00 to 18:00, Monday to Friday.
// Everything happens on the minute.
func (r *reader) open(from, to time.Time) (d time.Duration) {
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		local := at.In(r.loc)
		if wd := local.Weekday(); wd != time.Saturday && wd != time.Sunday && local.Hour() >= 9 && local.Hour() < 18 {
			d += time.Minute
		}
	}
	return d
}

// What reports say of random stories is what a naive reader of the logs makes of
// them, by day, by hour of the week, of the store and of each team, seller and
// channel. Bots, notes and what was imported are nobody's figures.
func TestFiguresAreWhatTheLogSays(t *testing.T) {
	t.Parallel()
	answered := false
	rapid.Check(t, func(rt *rapid.T) {
		h := newByHand(t, dbtest.New(t))
		h.openOnWeekdays()
		ids := h.story(rt)
		h.fromElsewhere()
		h.sum()
		loc, err := time.LoadLocation(h.Store.Timezone)
		if err != nil {
			t.Fatal(err)
		}
		r := &reader{loc: loc, sums: map[string]*db.Figures{}}
		for _, id := range ids {
			r.read(h.channel.Name, h.events(id))
		}
		want := map[string]string{}
		for key, f := range r.sums {
			want[key] = fmt.Sprint(*f)
		}
		if diff := cmp.Diff(want, h.summed()); diff != "" {
			rt.Fatalf("the logs (-) and the figures (+):\n%s", diff)
		}
		f := r.sums["store  all"]
		answered = answered || f != nil && f.Answer.Real.Len() > 0
	})
	if !answered {
		t.Error("nothing was answered in any story")
	}
}

func (h *byHand) openOnWeekdays() {
	var week flow.Week
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = []flow.Slot{{Open: 9 * 60, Close: 18 * 60}}
	}
	h.configure(func(tx *db.Tx, _ time.Time) error {
		return tx.SetCalendar(h.ctx, db.Calendar{Store: h.Store.ID, Hours: &week})
	})
	h.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.TransferTeam, Team: h.teams["Plantão"]})
	h.flow(flow.SellerQueue, 10*time.Minute, 30*time.Minute, flow.Action{Type: flow.Redistribute})
	h.autoClose(48 * time.Hour)
}

// story lets two customers and two sellers, a bot, the channel and the store's
// administrator do this and that, and returns the conversations. What the engine
// refuses did not happen.
func (h *byHand) story(t *rapid.T) []string {
	open, all := map[string]string{}, map[string]bool{}
	var sent []db.Message
	for range rapid.IntRange(10, 40).Draw(t, "steps") {
		h.now = h.now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 2, 4, 11, 40, 700, 3000}).Draw(t, "minutes")) * time.Minute)
		h.settle()
		customer := rapid.SampledFrom([]string{"maria", "joão"}).Draw(t, "customer")
		seller := rapid.SampledFrom([]string{"Ana", "Bia"}).Draw(t, "seller")
		team := rapid.SampledFrom([]string{"Vendas", "Plantão"}).Draw(t, "team")
		id := open[customer]
		what := rapid.SampledFrom([]string{"writes", "writes", "answers", "answers", "answers", "bot", "note", "assumes", "to team", "to seller", "no reply", "postpones",
			"resumes", "fails", "closes", "edits", "sums"}).Draw(t, "what")
		if id == "" {
			what = "writes"
		}
		say := func(out Outbound) {
			out.Conversation, out.Text = id, "Olá!"
			if _, m, err := h.Say(h.ctx, h.Store.ID, By{Kind: db.ByUser, ID: seller}, out); err == nil && !out.Private {
				sent = append(sent, m)
			}
		}
		act := func(a Act) {
			a.Conversation = id
			_, _ = h.Act(h.ctx, h.Store.ID, By{Kind: db.ByUser, ID: seller}, a)
		}
		switch what {
		case "writes":
			open[customer] = h.says(customer, rapid.SampledFrom([]string{"Vendas", "Plantão", ""}).Draw(t, "routed to")).ID
			all[open[customer]] = true
		case "answers":
			say(Outbound{From: flow.FromSeller, Seller: h.sellers[seller]})
		case "bot":
			say(Outbound{From: FromBot})
		case "note":
			say(Outbound{From: flow.FromSeller, Seller: h.sellers[seller], Private: true})
		case "assumes":
			act(Act{Type: flow.Assume, Seller: h.sellers[seller]})
		case "to team":
			act(Act{Type: flow.Transfer, Team: h.teams[team]})
		case "to seller":
			act(Act{Type: flow.Transfer, Seller: h.sellers[seller]})
		case "no reply":
			act(Act{Type: flow.NoReplyNeeded, Seller: h.sellers[seller]})
		case "postpones":
			act(Act{Type: flow.Postpone, Until: h.now.Add(time.Duration(rapid.IntRange(1, 300).Draw(t, "for")) * time.Minute)})
		case "resumes":
			act(Act{Type: flow.Resume})
		case "closes":
			act(Act{Type: flow.Close})
		case "fails":
			if len(sent) > 0 {
				_ = h.Report(h.ctx, h.Store.ID, Delivery{MessageID: sent[len(sent)-1].ID, State: db.DeliveryFailed, Error: "x"})
			}
		case "edits":
			after := time.Duration(rapid.IntRange(1, 60).Draw(t, "alert after")) * time.Minute
			h.edit(flow.TeamQueue, func(f *db.Flow) { f.Alert1, f.Alert2 = after, 2*after })
		case "sums":
			h.sum()
		}
	}
	h.now = h.now.Add(10 * time.Minute)
	h.settle()
	return slices.Sorted(maps.Keys(all))
}

// fromElsewhere is a past that was taken in from elsewhere.
func (h *byHand) fromElsewhere() {
	err := h.DB.Tx(h.ctx, func(tx *db.Tx) error {
		return tx.InsertStay(h.ctx, db.Stay{Store: h.Store.ID, Seq: 1, Imported: true, Stay: flow.Stay{Conversation: "theirs", Queue: flow.TeamQueue,
			Team: h.teams["Vendas"], Channel: h.channel.Name, Wait: dbtest.Start, Start: dbtest.Start, End: dbtest.Start.Add(3 * time.Hour),
			Level: flow.Red, Outcome: flow.Answered, By: h.sellers["Ana"]}})
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// summed are the figures as reports read them: by holder, in all, by day and by hour.
func (h *byHand) summed() map[string]string {
	h.t.Helper()
	got := map[string]string{}
	for _, kind := range db.FigureKinds {
		for id, f := range h.figures(kind) {
			got[fmt.Sprint(kind, " ", id, " all")] = fmt.Sprint(*f)
			days, err := h.DB.FiguresByDay(h.ctx, h.Store.ID, kind, id, always)
			if err != nil {
				h.t.Fatal(err)
			}
			for day, f := range days {
				got[fmt.Sprint(kind, " ", id, " ", day)] = fmt.Sprint(*f)
			}
			hours, err := h.DB.FiguresByHour(h.ctx, h.Store.ID, kind, id, always)
			if err != nil {
				h.t.Fatal(err)
			}
			for hour, f := range hours {
				got[fmt.Sprint(kind, " ", id, " hour ", hour)] = fmt.Sprint(*f)
			}
		}
	}
	return got
}
