package db_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func figuresOf(durations ...time.Duration) *db.Figures {
	f := &db.Figures{Green: len(durations), Red: 1}
	for _, d := range durations {
		f.Answer.Real.Add(d)
		f.First.Business.Add(d / 2)
	}
	return f
}

// Figures come back as they went in, whole months in one piece: a period is the sum
// of its days however it is cut.
func TestFigures(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		add := func(day string, f *db.Figures) {
			sums := map[db.FigureKey]*db.Figures{}
			for _, span := range []string{day, day[:7]} {
				sums[db.FigureKey{Store: s.ID, Kind: db.OfTeam, Span: span, ID: "t"}] = f
				sums[db.FigureKey{Store: s.ID, Kind: db.OfTeam, Hours: true, Span: span, ID: "t", Hour: 33}] = f
			}
			write(t, d, func(tx *db.Tx) error { return tx.AddFigures(ctx, sums) })
		}
		first, second, third := figuresOf(time.Minute, 2*time.Minute), figuresOf(time.Hour), figuresOf(3*time.Second)
		add("2026-10-31", first)
		add("2026-11-01", second)
		add("2026-11-30", third)
		add("2026-11-30", second)
		sum := func(all ...*db.Figures) db.Figures {
			var f db.Figures
			for _, one := range all {
				f.Merge(*one)
			}
			return f
		}
		same := func(what string, got *db.Figures, want db.Figures) {
			t.Helper()
			if got == nil || fmt.Sprint(*got) != fmt.Sprint(want) {
				t.Errorf("%s: %v, not %v", what, got, want)
			}
		}
		for _, p := range []struct {
			period db.Period
			want   db.Figures
		}{
			{db.Period{From: "2026-10-31", To: "2026-11-30"}, sum(first, second, third, second)},
			{db.Period{From: "2026-11-01", To: "2026-11-30"}, sum(second, third, second)},
			{db.Period{From: "2026-11-01", To: "2026-11-29"}, sum(second)},
			{db.Period{From: "2026-10-01", To: "2026-12-24"}, sum(first, second, third, second)},
		} {
			same(fmt.Sprint(p.period), must[map[string]*db.Figures](t)(d.FiguresOf(ctx, s.ID, db.OfTeam, p.period))["t"], p.want)
			same(fmt.Sprint(p.period, " by hour"), must[map[int]*db.Figures](t)(d.FiguresByHour(ctx, s.ID, db.OfTeam, "t", p.period))[33], p.want)
			one := must[db.Figures](t)(d.FiguresOne(ctx, s.ID, db.OfTeam, "t", p.period))
			same(fmt.Sprint(p.period, " alone"), &one, p.want)
			var days db.Figures
			for _, f := range must[map[string]*db.Figures](t)(d.FiguresByDay(ctx, s.ID, db.OfTeam, "t", p.period)) {
				days.Merge(*f)
			}
			same(fmt.Sprint(p.period, " by days"), &days, p.want)
		}
		all := db.Period{From: "2026-01-01", To: "2026-12-31"}
		if got := must[map[string]*db.Figures](t)(d.FiguresOf(ctx, other.ID, db.OfTeam, all)); len(got) > 0 {
			t.Errorf("another store's: %v", got)
		}
		if got := must[map[string]*db.Figures](t)(d.FiguresOf(ctx, s.ID, db.OfTeam, db.Period{From: "x"})); len(got) > 0 {
			t.Errorf("of no period: %v", got)
		}
		write(t, d, func(tx *db.Tx) error { return tx.ForgetFigures(ctx, s.ID) })
		if got := must[map[string]*db.Figures](t)(d.FiguresOf(ctx, s.ID, db.OfTeam, all)); len(got) > 0 {
			t.Errorf("forgotten: %v", got)
		}
	})
}

// A stay is taken once, until the figures are to be summed anew.
func TestStaysAreTakenOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		if _, err := d.StoreToSum(ctx); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("nothing to sum: %v", err)
		}
		var stays []db.Stay
		for seq := range int64(3) {
			end := dbtest.Start.Add(time.Duration(seq) * time.Hour)
			stays = append(stays, db.Stay{Store: s.ID, Seq: seq, Stay: flow.Stay{Conversation: "c", Queue: flow.WaitingQueue, Wait: end, Start: end, End: end,
				Level: flow.Green, Outcome: flow.Ended}})
		}
		write(t, d, func(tx *db.Tx) error {
			return errors.Join(tx.InsertStay(ctx, stays[2]), tx.InsertStay(ctx, stays[0]), tx.InsertStay(ctx, stays[1]))
		})
		take := func(limit int) (got []db.Stay) {
			t.Helper()
			write(t, d, func(tx *db.Tx) (err error) {
				got, err = tx.TakeStays(ctx, s.ID, dbtest.Start, limit)
				return err
			})
			return got
		}
		if got := must[string](t)(d.StoreToSum(ctx)); got != s.ID {
			t.Errorf("to sum: %s", got)
		}
		if at, waiting, err := d.FiguresSummed(ctx, s.ID); err != nil || !at.IsZero() || !waiting {
			t.Errorf("before: %v %v %v", at, waiting, err)
		}
		if got := take(2); len(got) != 2 || got[0].Seq+got[1].Seq != 1 {
			t.Errorf("the earliest two: %v", got)
		}
		diff(t, take(9), stays[2:])
		if at, waiting, err := d.FiguresSummed(ctx, s.ID); err != nil || !at.Equal(dbtest.Start) || waiting {
			t.Errorf("after: %v %v %v", at, waiting, err)
		}
		write(t, d, func(tx *db.Tx) error { return tx.ForgetFigures(ctx, s.ID) })
		if got := take(9); len(got) != 3 {
			t.Errorf("anew: %v", got)
		}
	})
}

func TestConfigurationInForce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		if _, err := d.ConfigurationInForce(ctx, "nobody", dbtest.Start); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("of a store that is not there: %v", err)
		}
		versions := []int64{1} // the shop's own
		for i := range 3 {
			write(t, d, func(tx *db.Tx) error {
				v, err := tx.AppendConfiguration(ctx, db.Configuration{Store: s.ID, At: dbtest.Start.Add(time.Duration(i) * time.Hour), Document: "{}"})
				versions = append(versions, v)
				return err
			})
		}
		for after, want := range map[time.Duration]int64{-time.Hour: versions[0], 0: versions[1], time.Minute: versions[1], time.Hour: versions[2], 99 * time.Hour: versions[3]} {
			if got := must[int64](t)(d.ConfigurationInForce(ctx, s.ID, dbtest.Start.Add(after))); got != want {
				t.Errorf("%v after the first: version %d, not %d", after, got, want)
			}
		}
	})
}

func TestDeeds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		at := time.Date(2026, 11, 26, 23, 30, 0, 0, time.UTC)
		east := time.FixedZone("", 3600)
		event := func(kind flow.EventType, team string) db.Event {
			return db.Event{Store: s.ID, ByKind: db.ByUser, ByID: "u", Record: flow.Record{At: at, Until: at.Add(time.Minute), Type: kind, Team: team, Seller: "ana", Flow: "f"}}
		}
		deeds := db.Deeds{}
		deeds.AddEvent(event(flow.Alert1, "t"), "api", time.UTC)
		deeds.AddEvent(event(flow.Alert1, "u"), "api", time.UTC)
		deeds.AddEvent(event(flow.Alert1, "t"), "chat", east) // it is the 27th there
		deeds.AddEvent(event(flow.Postpone, "t"), "api", time.UTC)
		deeds.AddEvent(event(flow.Note, "t"), "api", time.UTC)
		deeds.AddEvent(event(flow.BotMessage, "t"), "api", time.UTC)
		answer := db.Stay{Store: s.ID, Stay: flow.Stay{End: at, Team: "t", Seller: "ana", By: "bia", Channel: "api", Outcome: flow.Answered}}
		deeds.AddStay(answer, time.UTC)
		answer.Imported = true
		deeds.AddStay(answer, time.UTC)
		for range 2 {
			again := db.Deeds{}
			for k, v := range deeds {
				again[k] = v
			}
			write(t, d, func(tx *db.Tx) error { return tx.ApplyDeeds(ctx, again) })
		}
		thursday := db.Period{From: "2026-11-26", To: "2026-11-26"}
		both := db.Period{From: "2026-11-26", To: "2026-11-27"}
		answered, alerts := db.DeedSum{Kind: db.DeedAnswered, Deed: db.Deed{N: 2}}, db.DeedSum{Kind: db.DeedAlert1, Flow: "f", Deed: db.Deed{N: 4}}
		postponed := db.DeedSum{Kind: db.DeedPostponed, Flow: "f", ByWho: "u", Deed: db.Deed{N: 2, Seconds: 120}}
		diff(t, must[[]db.DeedSum](t)(d.Deeds(ctx, s.ID, db.DeedQuery{Period: thursday})), []db.DeedSum{alerts, answered, postponed})
		diff(t, must[[]db.DeedSum](t)(d.Deeds(ctx, s.ID, db.DeedQuery{Period: both, Kind: db.OfSeller, ID: "bia"})), []db.DeedSum{answered})
		alerts.N = 2
		diff(t, must[[]db.DeedSum](t)(d.Deeds(ctx, s.ID, db.DeedQuery{Period: both, Kind: db.OfTeam, ID: "u"})), []db.DeedSum{alerts})
		diff(t, must[[]db.DeedSum](t)(d.Deeds(ctx, s.ID, db.DeedQuery{Period: both, Kind: db.OfChannel, ID: "chat"})), []db.DeedSum{alerts})
		diff(t, must[[]db.DeedSum](t)(d.Deeds(ctx, other.ID, db.DeedQuery{Period: both})), []db.DeedSum(nil))
	})
}
