package scheduler

import (
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// EventLine is one line of a conversation's log as the HTTP API and the
// webhooks write it. Instants are UTC.
type EventLine struct {
	Conversation string          `json:"conversation"`
	Seq          int64           `json:"seq"`
	At           time.Time       `json:"at"`
	Due          *time.Time      `json:"due,omitempty"`
	Type         flow.EventType  `json:"type"`
	Queue        flow.Queue      `json:"queue,omitempty"`
	Team         string          `json:"team,omitempty"`
	Seller       string          `json:"seller,omitempty"`
	Flow         string          `json:"flow,omitempty"`
	Action       flow.ActionType `json:"action,omitempty"`
	ToTeam       string          `json:"to_team,omitempty"`
	ToSeller     string          `json:"to_seller,omitempty"`
	Channel      string          `json:"channel,omitempty"`
	Until        *time.Time      `json:"until,omitempty"`
	Reason       string          `json:"reason,omitempty"`
	Level        flow.Level      `json:"level,omitempty"`
	Note         string          `json:"note,omitempty"`
	By           EventBy         `json:"by"`
}

// EventBy is who caused an event; the id is absent for the system.
type EventBy struct {
	Kind string `json:"kind"`
	ID   string `json:"id,omitempty"`
}

// EventDocument is the event's line.
func EventDocument(e db.Event) EventLine {
	return EventLine{
		Conversation: e.Conversation, Seq: e.Seq, At: e.At.UTC(), Due: instant(e.Due), Type: e.Type,
		Queue: e.Queue, Team: e.Team, Seller: e.Seller, Flow: e.Flow, Action: e.Action,
		ToTeam: e.ToTeam, ToSeller: e.ToSeller, Channel: e.Channel, Until: instant(e.Until),
		Reason: e.Reason, Level: e.Level, Note: e.Note, By: EventBy{Kind: e.ByKind, ID: e.ByID},
	}
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
