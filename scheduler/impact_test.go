package scheduler

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// A forecast writes nothing, and is what then happens.
func TestAForecastIsWhatHappens(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		s.flow(flow.TeamQueue, 10*time.Minute, 30*time.Minute, flow.Action{Type: flow.ActionNone})
		var ids []string
		for i := range 12 { // at the change they have waited for 24, 22 … 2 minutes
			ids = append(ids, s.says(fmt.Sprint("cliente ", i), "Vendas").ID)
			s.to(time.Duration(i+1) * 2 * time.Minute)
		}
		s.reply(ids[0], "Ana")
		s.settle()
		change := func(tx *db.Tx, now time.Time) error {
			f, err := tx.Flow(s.ctx, s.Store.ID, "main-team")
			if err != nil {
				return err
			}
			f.Alert1, f.Alert2, f.Action, f.UpdatedAt = 4*time.Minute, 15*time.Minute, flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"]}, now
			return tx.UpdateFlow(s.ctx, f)
		}
		before := s.everything(ids)
		forecast, err := s.Foresee(s.ctx, s.Store.ID, change)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, s.everything(ids), stored); diff != "" {
			t.Fatalf("a look ahead changed something:\n%s", diff)
		}
		// Waits of 15 minutes and more move (22 to 16: four, as the first was answered); of the rest those between 4 and
		// 10 minutes turn yellow (4, 6 and 8).
		if diff := cmp.Diff([]Move{{Team: s.teams["Plantão"], N: 4}}, forecast.Moved); diff != "" {
			t.Errorf("moves:\n%s", diff)
		}
		if forecast.Closed != 0 || forecast.Recoloured[flow.Yellow] != 3 || forecast.Total() != 7 || len(forecast.Changed) != 7 {
			t.Errorf("forecast %+v", forecast)
		}
		refused := errors.New("not so many")
		_, err = s.ConfigureIf(s.ctx, s.Store.ID, By{Kind: db.BySystem}, change, func(f Forecast) error {
			if diff := cmp.Diff(forecast, f, cmpopts.IgnoreFields(Forecast{}, "Rules")); diff != "" {
				t.Errorf("seen before and at the change:\n%s", diff)
			}
			return refused
		})
		if diff := cmp.Diff(before, s.everything(ids), stored); !errors.Is(err, refused) || diff != "" {
			t.Fatalf("a change that was not approved: %v\n%s", err, diff)
		}

		s.configure(change)
		s.settle()
		foreseen := map[string]flow.Conversation{}
		for _, f := range forecast.Changed {
			foreseen[f.After.ID] = f.After
		}
		for _, id := range ids {
			got := s.conversation(id)
			was, changed := foreseen[id]
			if !changed {
				was = before[id].Conversation
			}
			if got.Holder() != was.Holder() || got.Level != was.Level || got.Status != was.Status {
				t.Errorf("foreseen at %s in %s, it is at %s in %s", was.Holder(), was.Level, got.Holder(), got.Level)
			}
		}
	})
}

// stored compares rows by what they say.
var stored = cmpopts.IgnoreUnexported(db.Conversation{})

func (s *shop) everything(ids []string) map[string]db.Conversation {
	all := map[string]db.Conversation{}
	for _, id := range ids {
		all[id] = s.conversation(id)
	}
	return all
}

// Switching an automatic closing on closes nothing that began before; a shorter
// time closes what it makes overdue.
func TestForecastOfAutomaticClosings(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	old := s.says("antes", "")
	s.to(3 * time.Hour)
	s.settle()
	set := func(after time.Duration) func(*db.Tx, time.Time) error {
		return func(tx *db.Tx, now time.Time) error {
			a := db.AutoClosing{Store: s.Store.ID, Kind: db.AutoClose, UpdatedAt: now, UpdatedBy: "test",
				AutoClose: flow.AutoClose{Enabled: true, After: after, EnabledAt: dbtest.Start.Add(3 * time.Hour)}}
			both, err := tx.AutoClosings(s.ctx, s.Store.ID)
			a.Version = both.AutoClose.Version
			return errors.Join(err, tx.SetAutoClosing(s.ctx, a))
		}
	}
	foresee := func(after time.Duration) Forecast {
		f, err := s.Foresee(s.ctx, s.Store.ID, set(after))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	if f := foresee(time.Hour); f.Total() != 0 {
		t.Errorf("switching on: %+v", f)
	}
	s.configure(set(24 * time.Hour))
	late := s.says("depois", "")
	s.to(5 * time.Hour)
	s.settle()
	f := foresee(time.Hour)
	if f.Closed != 1 || f.Changed[0].After.ID != late.ID || !f.Acts() {
		t.Fatalf("a shorter time: %+v", f)
	}
	s.configure(set(time.Hour))
	s.settle()
	if got := s.conversation(late.ID); got.IsOpen() || got.CloseReason != flow.ClosedInactivity {
		t.Errorf("foreseen to close, it is %s", got.Status)
	}
	if got := s.conversation(old.ID); !got.IsOpen() {
		t.Error("what began before was closed")
	}
}
