package handlers

import (
	"time"

	"semaforo/flow"
)

// history follows a conversation's log as far as it is read, for what a line of
// it was counted from. Where the log is not read from its beginning, nothing is
// claimed before an event that settles the clock by itself.
type history struct {
	state flow.Conversation
	sure  bool
}

func newHistory(id string, begins bool) *history {
	return &history{state: flow.Conversation{ID: id, Status: flow.Open}, sure: begins}
}

// clock returns since when the clock and the wait ran, zero where that is not known.
func (h *history) clock() (clock, wait time.Time) {
	if !h.sure {
		return time.Time{}, time.Time{}
	}
	return h.state.ClockStart, h.state.WaitStart
}

func (h *history) add(rec flow.Record) {
	h.state = flow.Evolve(h.state, rec)
	switch rec.Type {
	case flow.SellerMessage, flow.NoReplyNeeded, flow.Transfer, flow.ActionTaken:
		h.sure = true
	}
	h.sure = h.sure || rec.Opened
}
