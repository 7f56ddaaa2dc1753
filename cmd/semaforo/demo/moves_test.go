package demo

import (
	"slices"
	"testing"
	"time"

	"semaforo/flow"
)

// A dialogue is found again by any line of it, and told to its end.
func TestDialoguesAreKnownByTheirLines(t *testing.T) {
	t.Parallel()
	all := map[string]bool{}
	for i, d := range dialogues {
		var texts []string
		for n, l := range d.lines {
			if all[l.text] {
				t.Errorf("%q is said twice", l.text)
			}
			all[l.text] = true
			texts = append(texts, l.text)
			found, said := dialogueIn(texts)
			if found != &dialogues[i] || said != n+1 {
				t.Errorf("%q: found %v, %d said", l.text, found, said)
			}
		}
		if first, ok := d.next(0, true); !ok || first.text != d.lines[0].text {
			t.Errorf("dialogue %d begins with %q", i, first.text)
		}
		if l, more := d.next(len(d.lines), true); more {
			t.Errorf("after the end comes %q", l.text)
		}
		if last := d.lines[len(d.lines)-1]; !last.byCustomer || !last.thanks {
			t.Errorf("%q does not end the dialogue", last.text)
		}
		if !slices.ContainsFunc(teams(), func(t team) bool { return t.id == d.team }) || len(colleagues(d.team, nil)) == 0 {
			t.Errorf("nobody answers for %s", d.team)
		}
	}
	for _, text := range slices.Concat(nudges, apologies, notes) {
		if all[text] {
			t.Errorf("%q is of a dialogue", text)
		}
	}
}

func TestCustomersAreAlwaysTheSameAndDifferFromEachOther(t *testing.T) {
	t.Parallel()
	ids, names := map[string]bool{}, map[string]bool{}
	for n := range customers {
		c := customerOf("store", n)
		if c != customerOf("store", n) || c.phone == "" {
			t.Errorf("customer %d: %+v", n, c)
		}
		if c.chats && c.externalID() == customerOf("another store", n).externalID() {
			t.Errorf("customer %d has the same secret in two stores", n)
		}
		ids[c.externalID()], names[c.name] = true, true
	}
	if len(ids) != customers || len(names) != customers {
		t.Errorf("%d ids and %d names of %d customers", len(ids), len(names), customers)
	}
}

func TestTheBeatFollowsTheClock(t *testing.T) {
	t.Parallel()
	slow, fast, fastest := crowdAt(1), crowdAt(4), crowdAt(3600)
	if slow.beat < time.Second || fast.beat >= slow.beat || fastest.beat < 200*time.Millisecond || fastest.beat >= fast.beat {
		t.Errorf("beats %s, %s, %s", slow.beat, fast.beat, fastest.beat)
	}
	if slow.few < 25 || slow.many > 40 {
		t.Errorf("%d to %d open conversations", slow.few, slow.many)
	}
}

func TestSomeWaitsAreForgotten(t *testing.T) {
	t.Parallel()
	for _, queue := range flow.Queues {
		forgotten, longest := 0, time.Duration(0)
		for i := range 400 {
			p := patience(7, queue, time.Unix(int64(i), 0))
			longest = max(longest, p)
			if p > 14*time.Minute {
				forgotten++
			}
			if p < 30*time.Second {
				t.Errorf("%s: patience %s", queue, p)
			}
		}
		if forgotten < 40 || forgotten > 140 || longest > 35*time.Minute || longest < closeAfter {
			t.Errorf("%s: %d of 400 forgotten, the longest for %s", queue, forgotten, longest)
		}
	}
}
