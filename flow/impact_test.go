package flow_test

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"semaforo/flow"
)

// What is foreseen is what happens: a simulation that is given the rules at that
// instant leaves each conversation in the state, and by the records, that
// Foresee told before, whatever the others' moves do to the sellers' loads.
func TestWhatIsForeseenHappens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawConfig(t, drawDay(t))
		present, next := mustCompile(t, w.refConfig), mustCompile(t, drawConfig(t, w.day).refConfig)
		var log []flow.Record
		s := flow.NewSimulation(present, func(rec flow.Record) { log = append(log, rec) })
		now := w.base
		for _, e := range drawEvents(t, w) {
			if e.Config != nil {
				continue
			}
			now = e.At
			_ = s.Happen(eventOf(e)) // refused events are part of the game
		}
		now = now.Add(time.Duration(between(t, 0, 3000, "later by")) * time.Minute)
		s.Finish(now)

		open := s.Open()
		loads := map[string]int{}
		for _, c := range open {
			loads[c.Seller]++
		}
		foreseen := map[string]flow.Impact{}
		var told []flow.Record
		for _, c := range open {
			i := flow.Foresee(present, next, c, flow.Moment{Now: now, Loads: func(seller string) int { return loads[seller] }})
			loads[c.Seller]--
			if i.After.IsOpen() {
				loads[i.After.Seller]++
			}
			foreseen[c.ID] = i
			told = append(told, i.Records...)
		}
		log = nil
		s.Configure(next, now)
		s.Finish(now)
		for _, c := range s.Open() {
			if diff := gocmp.Diff(c, foreseen[c.ID].After); diff != "" {
				t.Fatalf("what happened (-) and what was foreseen (+) differ:\n%s", diff)
			}
			delete(foreseen, c.ID)
		}
		for id, i := range foreseen {
			if i.After.IsOpen() {
				t.Fatalf("%s closed, and was foreseen to stay open", id)
			}
		}
		if diff := gocmp.Diff(byConversation(log), byConversation(told)); diff != "" {
			t.Fatalf("records that happened (-) and those foreseen (+) differ:\n%s", diff)
		}
	})
}

func mustCompile(t *rapid.T, c refConfig) *flow.Rules {
	rules, err := compile(asJSON(c))
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func byConversation(log []flow.Record) map[string][]flow.Record {
	all := map[string][]flow.Record{}
	for _, rec := range log {
		all[rec.Conversation] = append(all[rec.Conversation], rec)
	}
	return all
}

// A conversation counts once: it is moved, closed or recoloured.
func TestAnImpactIsOneThing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, at := drawLive(t)
		next := mustCompile(t, drawConfig(t, drawDay(t)).refConfig)
		now := at.Add(time.Duration(between(t, 0, 3000, "later by")) * time.Minute)
		i := flow.Foresee(l.rules, next, l.conv, flow.Moment{Now: now, Loads: func(string) int { return 0 }})
		n := 0
		for _, is := range []bool{i.Moved(), i.Closed(), i.Recoloured()} {
			if is {
				n++
			}
		}
		if n > 1 {
			t.Fatalf("it counts %d times: %+v", n, i)
		}
	})
}

// The same rules again change nothing.
func TestTheSameRulesHaveNoImpact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, at := drawLive(t)
		now := at.Add(time.Duration(between(t, 0, 3000, "later by")) * time.Minute)
		l.wake(now)
		i := flow.Foresee(l.rules, l.rules, l.conv, flow.Moment{Now: now, Loads: func(string) int { return 0 }})
		if i.Moved() || i.Closed() || i.Recoloured() || len(i.Records) > 0 {
			t.Fatalf("nothing changed, and yet %+v", i)
		}
	})
}
