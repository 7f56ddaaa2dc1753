package flow_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"semaforo/flow"
)

// Of a conversation's log, the stays are all the runs of its clock, without gaps
// within a wait but for postponements: each begins where a clock started, ends
// where it stopped, and says how.
func TestStaysAreTheRunsOfTheClock(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, _ := drawLive(t)
		var state flow.Conversation
		running := map[time.Time]bool{} // clocks that have started and not stopped
		for _, rec := range l.log {
			before := state
			state = flow.Evolve(state, rec)
			stay, ended := flow.StayEnded(before, rec, state)
			if ended {
				switch {
				case stay.Outcome == "":
					t.Fatalf("a stay ended by %s, and nobody knows how", rec.Type)
				case !running[stay.Start]:
					t.Fatalf("a stay from %v ended that had not begun", stay.Start)
				case stay.End.Before(stay.Start) || stay.Start.Before(stay.Wait):
					t.Fatalf("a stay out of order: %+v", stay)
				case (stay.Outcome == flow.Answered) != (stay.By != ""):
					t.Fatalf("answered by %q with outcome %s", stay.By, stay.Outcome)
				}
				delete(running, stay.Start)
			}
			if clock := state.ClockStart; !clock.IsZero() {
				running[clock] = true
			}
			if len(running) > 1 || len(running) == 1 && !running[state.ClockStart] {
				t.Fatalf("after %s the clock says %v, the stays %v", rec.Type, state.ClockStart, running)
			}
		}
	})
}
