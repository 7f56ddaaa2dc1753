package flow_test

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"semaforo/flow"
)

// Retraced, a log gives the very stays that the engine gave live under rules that do
// nothing by themselves.
func TestRetracingGivesTheStaysOfTheLiveEngine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawConfig(t, drawDay(t))
		cfg, err := flow.ParseConfiguration([]byte(asJSON(w.refConfig)))
		if err != nil {
			t.Fatal(err)
		}
		rules, err := flow.Compile(cfg.Quiet())
		if err != nil {
			t.Fatal(err)
		}
		states, live := map[string]flow.Conversation{}, map[string][]flow.Stay{}
		simulation := flow.NewSimulation(rules, func(rec flow.Record) {
			before := states[rec.Conversation]
			after := flow.Evolve(before, rec)
			if stay, ended := flow.StayEnded(before, rec, after); ended {
				live[rec.Conversation] = append(live[rec.Conversation], stay)
			}
			states[rec.Conversation] = after
		})
		events := map[string][]flow.Event{}
		refused := 0
		for _, drawn := range drawEvents(t, w) {
			if drawn.Config != nil {
				continue
			}
			line, err := flow.ParseLine([]byte(asJSON(drawn)))
			if err != nil {
				t.Fatal(err)
			}
			events[line.Conversation] = append(events[line.Conversation], line.Event)
			if simulation.Happen(line.Event) != nil {
				refused++
			}
		}
		for id, all := range events {
			got := flow.Retrace(rules, all)
			refused -= len(got.Without)
			var stays []flow.Stay
			for _, s := range got.Stays {
				stays = append(stays, s.Stay)
			}
			if diff := gocmp.Diff(live[id], stays); diff != "" {
				t.Fatalf("%s (-live +retraced):\n%s", id, diff)
			}
			if got.Waiting != states[id].Waiting() || got.Silences != 0 {
				t.Fatalf("%s waits: %v, silences: %d; live it waits: %v", id, got.Waiting, got.Silences, states[id].Waiting())
			}
		}
		if refused != 0 {
			t.Fatalf("%d events more were refused live", refused)
		}
	})
}

// What a past conversation's silence makes of its waits (peers T03, T05, T11, T12,
// T17, T24): a wait never spans one.
func TestSilencesOfThePast(t *testing.T) {
	t.Parallel()
	rules, err := flow.Compile(flow.Configuration{Timezone: "America/Sao_Paulo", Teams: []flow.Team{{ID: "t"}}, Sellers: []flow.Seller{{ID: "s"}}}.Quiet())
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 3, 2, 13, 0, 0, 0, time.UTC)
	const hour, day = time.Hour, 24 * time.Hour
	at := func(after time.Duration, typ flow.EventType) flow.Event {
		e := flow.Event{At: start.Add(after), Conversation: "c", Type: typ}
		switch typ {
		case flow.SellerMessage, flow.NoReplyNeeded, flow.Assume:
			e.Seller = "s"
		case flow.Transfer:
			e.Team = "t"
		case flow.Postpone:
			e.Until = e.At.Add(10 * day)
		}
		return e
	}
	for _, c := range []struct {
		name     string
		events   []flow.Event
		waits    []time.Duration
		silences int
		waiting  bool
	}{
		{"a thank-you that nobody answered, and another purchase weeks later",
			[]flow.Event{at(0, flow.CustomerMessage), at(20*day, flow.CustomerMessage), at(20*day+hour, flow.SellerMessage)}, []time.Duration{hour}, 1, false},
		{"a seller who writes weeks later answers nobody's wait",
			[]flow.Event{at(0, flow.CustomerMessage), at(20*day, flow.SellerMessage)}, nil, 1, false},
		{"bots and notes do not break the silence",
			[]flow.Event{at(0, flow.CustomerMessage), at(2*day, flow.BotMessage), at(3*day, flow.Note), at(4*day, flow.SellerMessage)}, nil, 1, false},
		{"a customer who insists has waited all the time",
			[]flow.Event{at(0, flow.CustomerMessage), at(2*day, flow.CustomerMessage), at(4*day, flow.SellerMessage)}, []time.Duration{4 * day}, 0, false},
		{"a weekend is a wait", []flow.Event{at(0, flow.CustomerMessage), at(63*hour, flow.SellerMessage)}, []time.Duration{63 * hour}, 0, false},
		{"the silence of somebody who waits for nothing is none",
			[]flow.Event{at(0, flow.CustomerMessage), at(hour, flow.SellerMessage), at(30*day, flow.CustomerMessage), at(30*day+hour, flow.SellerMessage)},
			[]time.Duration{hour, hour}, 0, false},
		{"a postponement is no silence", []flow.Event{at(0, flow.CustomerMessage), at(hour, flow.Assume), at(2*hour, flow.CustomerMessage), at(3*hour, flow.Postpone),
			at(10*day+4*hour, flow.SellerMessage)}, []time.Duration{hour, 2 * hour, hour}, 0, false},
		{"given to somebody after the silence, the wait is theirs alone",
			[]flow.Event{at(0, flow.CustomerMessage), at(9*day, flow.Transfer), at(9*day+hour, flow.SellerMessage)}, []time.Duration{hour}, 1, false},
		{"the shop wrote first, and a bot", []flow.Event{at(0, flow.SellerMessage), at(hour, flow.BotMessage), at(2*hour, flow.CustomerMessage)}, nil, 0, true},
		{"closed is over", []flow.Event{at(0, flow.CustomerMessage), at(hour, flow.Close), at(40*day, flow.CustomerMessage)}, []time.Duration{hour}, 0, true},
	} {
		got := flow.Retrace(rules, c.events)
		var waits []time.Duration
		for _, s := range got.Stays {
			waits = append(waits, s.End.Sub(s.Start))
		}
		if diff := gocmp.Diff(c.waits, waits); diff != "" || got.Silences != c.silences || got.Waiting != c.waiting {
			t.Errorf("%s: %d silences, waiting %v (-want +got):\n%s", c.name, got.Silences, got.Waiting, diff)
		}
	}
}

// Who answered without a name held the conversation, or is Nobody: a wait all the
// same, of the seller queue, and nobody's by name.
func TestSellersOfThePastWithoutANameCount(t *testing.T) {
	t.Parallel()
	rules, err := flow.Compile(flow.Configuration{Timezone: "America/Sao_Paulo", Sellers: []flow.Seller{{ID: "s"}}}.Quiet())
	if err != nil {
		t.Fatal(err)
	}
	at := func(minute int) time.Time { return time.Date(2026, 3, 2, 13, minute, 0, 0, time.UTC) }
	got := flow.Retrace(rules, []flow.Event{
		{At: at(0), Type: flow.CustomerMessage}, {At: at(1), Type: flow.SellerMessage},
		{At: at(2), Type: flow.CustomerMessage}, {At: at(3), Type: flow.SellerMessage, Seller: "s"},
		{At: at(4), Type: flow.CustomerMessage}, {At: at(5), Type: flow.SellerMessage},
		{At: at(6), Type: flow.Transfer, Team: flow.Nobody}, {At: at(7), Type: flow.SellerMessage, Seller: "s"},
	})
	var all []string
	for _, s := range got.Stays {
		all = append(all, string(s.Queue)+" "+s.Team+" "+s.Seller+" "+string(s.Outcome)+" "+s.By)
	}
	want := []string{"waiting   answered ", "seller   answered s", "seller  s answered s", "team   answered s"}
	if diff := gocmp.Diff(want, all); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
