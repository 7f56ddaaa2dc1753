package demo

import (
	"context"
	"slices"
	"time"

	"semaforo/db"
)

// history is what has been said in a conversation.
type history struct {
	dialogue *dialogue
	said     int
	last     message
}

func (m *Movement) history(ctx context.Context, id string) (history, error) {
	messages, err := m.wire.messages(ctx, id)
	var h history
	var texts []string
	for _, msg := range messages {
		if !msg.Private {
			h.last = msg
			texts = append(texts, msg.Text)
		}
	}
	h.dialogue, h.said = dialogueIn(texts)
	return h, err
}

// thanked reports whether the customer's last words need no reply.
func (h history) thanked() bool {
	if h.dialogue == nil || h.last.From != "customer" {
		return false
	}
	return slices.ContainsFunc(h.dialogue.lines, func(l line) bool { return l.thanks && l.text == h.last.Text })
}

// asSeller lets a seller's move happen, unless a person has had a hand in the
// conversation: that one is theirs.
func (m *Movement) asSeller(c conversation, do move) move {
	return func(ctx context.Context) (bool, error) {
		events, err := m.wire.events(ctx, c.ID)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(events, func(e event) bool { return e.By.Kind == db.ByUser }) {
			m.persons[c.ID] = true
			return false, nil
		}
		return do(ctx)
	}
}

// answer is a seller's reply; after a thank-you, that none is needed.
func (m *Movement) answer(c conversation, busy map[string]bool) move {
	return m.asSeller(c, func(ctx context.Context) (bool, error) {
		h, err := m.history(ctx, c.ID)
		if err != nil {
			return false, err
		}
		seller := m.responder(c, h, busy)
		if seller == "" {
			return false, nil
		}
		if h.thanked() {
			return true, m.wire.act(ctx, c.ID, "no_reply_needed", map[string]any{"seller": seller})
		}
		text := apologies[m.chance.IntN(len(apologies))]
		if l, ok := h.dialogue.next(h.said, false); ok {
			text = l.text
		}
		return true, m.say(ctx, c, seller, text, false)
	})
}

// responder is who answers: the holder, else somebody of the team, else of the
// team that such questions are for.
func (m *Movement) responder(c conversation, h history, busy map[string]bool) string {
	if c.Seller != "" {
		if known(c.Seller) {
			return c.Seller
		}
		return "" // somebody the shop has added: theirs to answer
	}
	team := c.Team
	if team == "" {
		team = vendas
		if h.dialogue != nil {
			team = h.dialogue.team
		}
	}
	able := colleagues(team, busy)
	if len(able) == 0 {
		return ""
	}
	return able[m.chance.IntN(len(able))]
}

func (m *Movement) say(ctx context.Context, c conversation, seller, text string, private bool) error {
	return m.wire.act(ctx, c.ID, "messages", map[string]any{"from": "seller", "seller": seller, "text": text, "private": private})
}

// customerGoesOn is what follows a seller's answer: the customer's next words or,
// when there are none, the end, where sellers may make one.
func (m *Movement) customerGoesOn(c conversation, who customer, mayClose bool) move {
	return func(ctx context.Context) (bool, error) {
		h, err := m.history(ctx, c.ID)
		if err != nil {
			return false, err
		}
		l, more := h.dialogue.next(h.said, true)
		switch {
		case more:
			return true, m.write(ctx, who, l.text, "")
		case !mayClose || leavesOpen(who):
			return false, nil
		}
		return m.asSeller(c, func(ctx context.Context) (bool, error) {
			return true, m.wire.act(ctx, c.ID, "close", map[string]any{})
		})(ctx)
	}
}

// leavesOpen reports whether this is one of the customers, one in six, with whom
// everybody leaves the end to the automatic closing.
func leavesOpen(who customer) bool { return who.n%6 == 5 }

// nudge is the customer asking whether anybody is there, once in a row.
func (m *Movement) nudge(c conversation, who customer) move {
	return func(ctx context.Context) (bool, error) {
		h, err := m.history(ctx, c.ID)
		if err != nil || h.thanked() || slices.Contains(nudges, h.last.Text) {
			return false, err
		}
		return true, m.write(ctx, who, nudges[m.chance.IntN(len(nudges))], "")
	}
}

// postpone is the seller going away for some minutes.
func (m *Movement) postpone(c conversation) move {
	return m.asSeller(c, func(ctx context.Context) (bool, error) {
		minutes := time.Duration(3 + m.chance.IntN(8))
		return true, m.wire.act(ctx, c.ID, "postpone", map[string]any{
			"for": (minutes * time.Minute).String(), "reason": reasons[m.chance.IntN(len(reasons))]})
	})
}

// resume is the seller coming back early.
func (m *Movement) resume(c conversation) move {
	return m.asSeller(c, func(ctx context.Context) (bool, error) {
		return true, m.wire.act(ctx, c.ID, "resume", map[string]any{})
	})
}

// note is a word among sellers.
func (m *Movement) note(c conversation) move {
	return m.asSeller(c, func(ctx context.Context) (bool, error) {
		messages, err := m.wire.messages(ctx, c.ID)
		if err != nil || !known(c.Seller) || slices.ContainsFunc(messages, func(msg message) bool { return msg.Private }) {
			return false, err
		}
		return true, m.say(ctx, c, c.Seller, notes[m.chance.IntN(len(notes))], true)
	})
}

// passOn hands the conversation to the team that its question is for, or to
// the one on duty.
func (m *Movement) passOn(c conversation) move {
	return m.asSeller(c, func(ctx context.Context) (bool, error) {
		h, err := m.history(ctx, c.ID)
		if err != nil {
			return false, err
		}
		team := plantao
		if h.dialogue != nil && h.dialogue.team != c.Team {
			team = h.dialogue.team
		}
		if team == c.Team {
			return false, nil
		}
		return true, m.wire.act(ctx, c.ID, "transfer", map[string]any{"team": team})
	})
}
