package flow_test

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"semaforo/flow"
)

// drawLive draws a store and leads one conversation through random events,
// woken now and then, to the last event's instant.
func drawLive(t *rapid.T) (*live, time.Time) {
	w := drawConfig(t, drawDay(t))
	rules, err := compile(asJSON(w.refConfig))
	if err != nil {
		t.Fatal(err)
	}
	l := &live{rules: rules}
	at := w.base
	for _, e := range drawEvents(t, w) {
		if at = e.At; e.Config == nil {
			e.Conversation = "c1"
		}
		if err := l.happen(e); err != nil {
			t.Fatal(err)
		}
		if err := sound(l.conv); err != nil {
			t.Fatalf("after %s: %v\n%+v", asJSON(e), err, l.conv)
		}
		if chance(t, 50, "wake") {
			l.wake(at)
		}
	}
	l.wake(at)
	return l, at
}

// §7: a late run fires what a punctual one fires, in the order of the
// deadlines, up to the first that starts a new clock; that clock begins now.
func TestLateRunFiresWhatPunctualRunFires(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		late, at := drawLive(t)
		punctual := *late
		now := at.Add(time.Duration(between(t, 1, 3000, "late by")) * time.Minute)
		want, got := punctual.punctual(now), late.wake(now)
		restarted := false
		for i, rec := range want {
			if i >= len(got) {
				t.Fatalf("a punctual run fires %d timers, a late one only %d", len(want), len(got))
			}
			if diff := gocmp.Diff(atDeadline(rec), atDeadline(got[i])); diff != "" {
				t.Fatalf("timer %d differs, punctual (-) and late (+):\n%s", i, diff)
			}
			if !got[i].At.Equal(now) {
				t.Fatalf("timer %d fires at %v, not at the present instant %v", i, got[i].At, now)
			}
			restarted = rec.Type == flow.PostponeEnded || rec.Type == flow.ActionTaken && rec.Action != flow.CloseAction
			if restarted {
				break
			}
		}
		if restarted && !late.conv.ClockStart.IsZero() && !late.conv.ClockStart.Equal(now) {
			t.Fatalf("a clock that a late timer started begins at %v, not at the present instant %v", late.conv.ClockStart, now)
		}
		if !restarted {
			same := cmpopts.IgnoreFields(flow.Conversation{}, "ClosedAt", "AsOf")
			if diff := gocmp.Diff(punctual.conv, late.conv, same); diff != "" {
				t.Fatalf("punctual (-) and late (+) states differ:\n%s", diff)
			}
		}
	})
}

// atDeadline is a record as if it had been on time.
func atDeadline(rec flow.Record) flow.Record {
	if !rec.Due.IsZero() {
		rec.At, rec.Due = rec.Due, time.Time{}
	}
	return rec
}

// Whoever ticks more often than needed does no harm.
func TestTickingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, at := drawLive(t)
		now := at.Add(time.Duration(between(t, 0, 600, "later")) * time.Minute)
		l.wake(now)
		before := l.conv
		if records := l.wake(now); len(records) > 0 {
			t.Fatalf("ticking again at the same instant fired %+v", records)
		}
		if diff := gocmp.Diff(before, l.conv); diff != "" {
			t.Fatalf("ticking again changed the conversation:\n%s", diff)
		}
	})
}

// A reply always clears: nobody waits, no clock, no colour, no alert to come.
func TestReplyClears(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, at := drawLive(t)
		seller := drawSeller(t)
		if !l.conv.IsOpen() || !l.rules.KnowsSeller(seller) {
			return
		}
		reply := flow.Event{At: at, Conversation: "c1", Seller: seller,
			Type: pick(t, "reply", flow.SellerMessage, flow.NoReplyNeeded)}
		rec, err := flow.Decide(l.rules, l.conv, reply)
		if err != nil {
			t.Fatal(err)
		}
		c := flow.Evolve(l.conv, rec)
		if c.Level != flow.LevelNone || c.Waiting() || !c.ClockStart.IsZero() || c.Seller != seller {
			t.Fatalf("after %s by %s: %+v", reply.Type, seller, c)
		}
		next, ok := flow.Next(l.rules, c, time.Time{})
		if ok && next.Type != flow.AutoClosed && next.Type != flow.PostponeEnded {
			t.Fatalf("after a reply %s is still to come", next.Type)
		}
	})
}

// The state is the fold of the log; only AsOf may be later.
func TestReplayGivesTheState(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, at := drawLive(t)
		l.wake(at.Add(time.Duration(between(t, 0, 3000, "later")) * time.Minute))
		if diff := gocmp.Diff(l.conv, flow.Replay(l.log), cmpopts.IgnoreFields(flow.Conversation{}, "AsOf")); diff != "" {
			t.Fatalf("the state (-) is not its log's replay (+):\n%s\n%+v", diff, l.log)
		}
		var doubled *flow.Record
		for i, rec := range l.log {
			if i > 0 && rec == l.log[i-1] && (rec.Type == flow.Alert1 || rec.Type == flow.Alert2 || rec.Type == flow.ActionTaken) {
				doubled = &l.log[i]
			}
		}
		if doubled != nil {
			t.Fatalf("a timer fired twice: %+v", *doubled)
		}
	})
}

// Evolve never writes into what an earlier state shares.
func TestEvolveLeavesItsArgument(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, _ := drawLive(t)
		var c flow.Conversation
		for _, rec := range l.log {
			before := c
			before.Visited = append([]string(nil), c.Visited...)
			next := flow.Evolve(c, rec)
			if diff := gocmp.Diff(before, c, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%s changed the state it was given:\n%s", rec.Type, diff)
			}
			c = next
		}
	})
}

// The colour is what the deadlines say (§4), and a punctual run's level is the colour.
func TestLevelIsTheColour(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, at := drawLive(t)
		for range 5 {
			at = at.Add(time.Duration(between(t, 0, 30, "pause")) * time.Minute)
			l.punctual(at)
			if colour := l.rules.Colour(l.conv, at); l.conv.Status != "" && colour != l.conv.Level {
				t.Fatalf("level %s, colour %s at %v: %+v", l.conv.Level, colour, at, l.conv)
			}
		}
	})
}

// A configuration's document reads back to an equal value.
func TestConfigurationRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		document := asJSON(drawConfig(t, drawDay(t)).refConfig)
		roundTrip(t, []byte(document))
	})
}

// roundTrip fails where a document parses but what it is written back as does
// not read as an equal value.
func roundTrip(t interface{ Fatalf(string, ...any) }, document []byte) {
	cfg, err := flow.ParseConfiguration(document)
	if err != nil {
		return
	}
	written, err := cfg.MarshalJSON()
	if err != nil {
		t.Fatalf("%s parses but cannot be written: %v", document, err)
	}
	again, err := flow.ParseConfiguration(written)
	if err != nil {
		t.Fatalf("%s is written as %s, which is refused: %v", document, written, err)
	}
	if diff := gocmp.Diff(cfg, again); diff != "" {
		t.Fatalf("%s is written as %s, which differs:\n%s", document, written, diff)
	}
}
