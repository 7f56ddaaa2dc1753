package scheduler

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func maria() InboundContact { return InboundContact{ExternalID: "maria", Name: "Maria"} }

// T90, T93: the same delivery again is answered as the first time, also once
// the conversation has gone on, or its channel was switched off.
func TestADeliveryThatComesAgainIsAnsweredAsTheFirstTime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		in := Inbound{Contact: maria(), ExternalID: "m-1"}
		first := s.receive(in)
		s.to(time.Minute)
		s.reply(first.Conversation.ID, "Ana")
		dbtest.Exec(t, d, `UPDATE channels SET active = FALSE`)
		again := s.receive(in)
		if !again.Duplicate || first.Duplicate || again.Message.ID != first.Message.ID || again.Conversation.ID != first.Conversation.ID {
			t.Errorf("the second delivery: %+v", again)
		}
		s.wantLog(first.Conversation.ID, dbtest.Start, "customer_message 0s", "seller_message 1m0s")
	})
}

// Two processes take the same delivery in at once: one conversation, one event.
func TestTheSameDeliveryAtOnceIsTakenOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		got := s.atOnce(8, func(int) Inbound { return Inbound{Contact: maria(), ExternalID: "m-1"} })
		fresh := 0
		for _, r := range got {
			if !r.Duplicate {
				fresh++
			}
			if r.Message.ID != got[0].Message.ID {
				t.Errorf("two messages of one delivery: %s, %s", r.Message.ID, got[0].Message.ID)
			}
		}
		if fresh != 1 {
			t.Errorf("taken in %d times", fresh)
		}
		s.wantLog(got[0].Conversation.ID, dbtest.Start, "customer_message 0s")
	})
}

// A customer who comes back writes several messages that are delivered at once:
// all of them are kept, in one conversation. Again and again, for the race.
func TestMessagesAtOnceOpenOneConversation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		const n = 8
		id := s.receive(Inbound{Contact: maria()}).Conversation.ID
		for round := range 10 {
			s.act(id, Act{Type: flow.Close})
			got := s.atOnce(n, func(i int) Inbound {
				in := Inbound{Contact: maria()}
				if i%2 == 0 {
					in.ExternalID = fmt.Sprint(round, "-", i)
				}
				return in
			})
			if id = got[0].Conversation.ID; id == "" {
				t.FailNow()
			}
			if m := s.messages(id); len(m) != n {
				t.Errorf("%d messages in the conversation, want %d", len(m), n)
			}
			s.check(id)
		}
	})
}

func (s *shop) atOnce(n int, in func(i int) Inbound) []Received {
	s.t.Helper()
	got := make([]Received, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			var err error
			if got[i], err = s.tryReceive(in(i)); err != nil {
				s.t.Errorf("message %d: %v", i, err)
			}
		})
	}
	all.Wait()
	return got
}

// T13: a message counts from when it was written, within bounds.
func TestMessageInstantIsClamped(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ written, want time.Duration }{
		"late":            {50 * time.Minute, 50 * time.Minute},
		"from the future": {2 * time.Hour, time.Hour},
		"weeks late":      {-21 * 24 * time.Hour, time.Hour - maxLate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newByHand(t, dbtest.New(t))
			s.to(time.Hour)
			got := s.writes("maria", c.written)
			if want := dbtest.Start.Add(c.want); !got.WaitStart.Equal(want) || !got.OpenedAt.Equal(want) {
				t.Errorf("waits since %s, opened at %s, want %s", got.WaitStart, got.OpenedAt, want)
			}
		})
	}
}

// T13: what was written before the seller's answer and arrives after it is no
// part of the wait that was answered: it opens its own, from the answer on.
func TestOutOfOrderMessageDoesNotReopenAnAnsweredWait(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.writes("maria", 0)
	s.to(2 * time.Minute)
	s.reply(c.ID, "Ana")
	s.to(3 * time.Minute)
	got := s.writes("maria", time.Minute)
	if want := dbtest.Start.Add(2 * time.Minute); !got.WaitStart.Equal(want) || !got.AnsweredWait.IsZero() {
		t.Errorf("waits since %s, answered %s", got.WaitStart, got.AnsweredWait)
	}
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "seller_message 2m0s", "customer_message 2m0s")
}

// §2, events arrive in order: a machine whose clock is behind another's, or was
// set back, still writes what happens after what has happened.
func TestAClockThatGoesBackKeepsTheOrder(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	s.to(time.Minute)
	c := s.says("maria", "")
	s.to(59 * time.Second)
	s.reply(c.ID, "Ana")
	s.says("maria", "")
	s.wantLog(c.ID, dbtest.Start, "customer_message 1m0s", "seller_message 1m0s", "customer_message 1m0s")
	s.act(c.ID, Act{Type: flow.Close})
	if next := s.says("maria", ""); next.OpenedAt.Before(dbtest.Start.Add(time.Minute)) {
		t.Errorf("the next conversation was opened at %s, before the last was closed", next.OpenedAt)
	}
}

// §7: what an outage held up fires at the present instant, also when a late
// message is what brings it to light; the message comes after it.
func TestLateMessageAfterAnOutage(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	s.flow(flow.WaitingQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"]})
	c := s.writes("maria", 0)
	s.to(time.Hour)
	got := s.writes("maria", 50*time.Minute)
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "alert1 1h0m0s due 5m0s", "alert2 1h0m0s due 15m0s",
		"action 1h0m0s due 15m0s", "customer_message 1h0m0s")
	if !got.ClockStart.Equal(s.now) {
		t.Errorf("the new holder's clock began at %s", got.ClockStart)
	}
}

// A timer that was due before the message closes the conversation: the message
// opens another, which does not begin before the first has ended.
func TestMessageAfterADueClosingOpensAnother(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	s.flow(flow.WaitingQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.CloseAction})
	c := s.writes("maria", 0)
	s.to(time.Hour)
	next := s.writes("maria", 50*time.Minute)
	if next.ID == c.ID || !next.IsOpen() || !next.WaitStart.Equal(s.now) {
		t.Errorf("the message came to %+v", next.Conversation)
	}
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "alert1 1h0m0s due 5m0s", "alert2 1h0m0s due 15m0s", "action 1h0m0s due 15m0s")
	s.wantLog(next.ID, dbtest.Start, "customer_message 1h0m0s")
	if old := s.conversation(c.ID); old.CloseReason != flow.ClosedByAction || len(s.alerts("waiting")) != 0 {
		t.Errorf("closed for %q, %d alerts about a closed conversation (T80)", old.CloseReason, len(s.alerts("waiting")))
	}
}

// T05: what was written before a conversation was closed and arrives after it
// opens a new one, whose wait begins at the earliest then.
func TestLateMessageDoesNotReachBehindAClosing(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.writes("maria", 0)
	s.to(10 * time.Minute)
	s.act(c.ID, Act{Type: flow.Close})
	s.to(12 * time.Minute)
	if got := s.writes("maria", 9*time.Minute); !got.WaitStart.Equal(dbtest.Start.Add(10 * time.Minute)) {
		t.Errorf("waits since %s", got.WaitStart)
	}
}

func TestRouting(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	ana, vendas := s.sellers["Ana"], s.teams["Vendas"]
	toTeam := s.Channel("loja", db.ChannelAPI)
	toTeam.Team = vendas
	s.configure(func(tx *db.Tx, _ time.Time) error { return tx.UpdateChannel(s.ctx, toTeam) })
	hers := s.Contact(toTeam.ID, "Dela", "")
	nobodys := s.Contact(toTeam.ID, "De quem saiu", "")
	s.configure(func(tx *db.Tx, _ time.Time) error {
		gone := db.Seller{Store: s.Store.ID, ID: db.NewID(), Name: "Caio", CreatedAt: dbtest.Start} // not active
		err := tx.InsertSeller(s.ctx, gone)
		_, hersErr := tx.AssignCustomers(s.ctx, s.Store.ID, []string{hers.Customer}, ana)
		_, nobodysErr := tx.AssignCustomers(s.ctx, s.Store.ID, []string{nobodys.Customer}, gone.ID)
		return errors.Join(err, hersErr, nobodysErr)
	})
	for name, c := range map[string]struct {
		in   Inbound
		want string
	}{
		"nobody's":                 {Inbound{Contact: maria()}, "waiting"},
		"the channel's team":       {Inbound{Contact: maria(), ChannelID: toTeam.ID}, "team:" + vendas},
		"the contact's seller":     {Inbound{Contact: InboundContact{ExternalID: hers.ExternalID}, ChannelID: toTeam.ID}, "seller:" + ana},
		"a seller who has left":    {Inbound{Contact: InboundContact{ExternalID: nobodys.ExternalID}, ChannelID: toTeam.ID}, "team:" + vendas},
		"a team that is named":     {Inbound{Contact: InboundContact{ExternalID: "j"}, Team: vendas}, "team:" + vendas},
		"a seller who is named":    {Inbound{Contact: InboundContact{ExternalID: "k"}, ChannelID: toTeam.ID, Seller: ana}, "seller:" + ana},
		"both, the team for later": {Inbound{Contact: InboundContact{ExternalID: "l"}, Team: vendas, Seller: ana}, "seller:" + ana},
	} {
		if got := s.receive(c.in).Conversation; got.Holder() != c.want {
			t.Errorf("%s: held by %s, want %s", name, got.Holder(), c.want)
		}
	}
	if again := s.receive(Inbound{Contact: maria(), Team: vendas}).Conversation; again.Holder() != "waiting" {
		t.Errorf("a team named on an open conversation moved it to %s", again.Holder())
	}
}

// What is refused changes nothing: not even the contact is kept.
func TestRefusedMessageChangesNothing(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	off := s.Channel("antigo", db.ChannelAPI)
	off.Active = false
	s.configure(func(tx *db.Tx, _ time.Time) error { return tx.UpdateChannel(s.ctx, off) })
	other := dbtest.Store(t, s.DB, "outra").Channel("api", db.ChannelAPI)
	for name, c := range map[string]struct {
		in   Inbound
		want string
	}{
		"unknown channel":  {Inbound{Contact: maria(), ChannelID: "nenhum"}, "channel: unknown"},
		"another store's":  {Inbound{Contact: maria(), ChannelID: other.ID}, "channel: unknown"},
		"inactive channel": {Inbound{Contact: maria(), ChannelID: off.ID}, "channel: inactive"},
		"unknown team":     {Inbound{Contact: maria(), Team: "nenhum"}, "the configuration knows no team nenhum"},
		"unknown seller":   {Inbound{Contact: maria(), Seller: "ninguém"}, "the configuration knows no seller ninguém"},
		"no contact":       {Inbound{}, "contact.external_id: required"},
		"blank":            {Inbound{Contact: maria(), Text: " \n"}, "text: required"},
		"too long":         {Inbound{Contact: maria(), Text: strings.Repeat("ã", MaxText+1)}, "text: too_long"},
		"not UTF-8":        {Inbound{Contact: maria(), Text: "a\xff"}, "text: not_text"},
		"with a NUL":       {Inbound{Contact: maria(), Text: "a\x00"}, "text: not_text"},
		"several": {Inbound{Contact: InboundContact{Name: strings.Repeat("a", MaxName+1)}, ExternalID: "\xff"},
			"contact.external_id: required\nexternal_id: not_text\ncontact.name: too_long"},
	} {
		if _, err := s.tryReceive(c.in); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	contacts, err := s.DB.Contacts(s.ctx, s.Store.ID, db.NameKey{}, 10)
	if err != nil || len(contacts) != 0 {
		t.Errorf("contacts: %v (%v)", contacts, err)
	}
	if got := s.receive(Inbound{Contact: maria(), Text: strings.Repeat("ã", MaxText)}); len([]rune(got.Message.Text)) != MaxText {
		t.Error("the longest message was cut")
	}
}

func TestContactLearnsWhatTheChannelKnowsNew(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	contact := func(in InboundContact) db.Contact {
		t.Helper()
		got := s.receive(Inbound{Contact: in})
		c, err := s.DB.Contact(s.ctx, s.Store.ID, got.Conversation.ContactID)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if c := contact(InboundContact{ExternalID: "m"}); c.Name != "Cliente" {
		t.Errorf("without a name: %q", c.Name)
	}
	if c := contact(InboundContact{ExternalID: "m", Name: "Maria", Phone: "+55 11 98888-7777"}); c.Name != "Maria" || c.Phone == "" {
		t.Errorf("after a name came: %+v", c)
	}
	if c := contact(InboundContact{ExternalID: "m"}); c.Name != "Maria" || c.Phone != "+55 11 98888-7777" {
		t.Errorf("what is not said was forgotten: %+v", c)
	}
	page, err := s.DB.ListConversations(s.ctx, s.Store.ID, db.ListQuery{Tab: db.TabAny, Search: "maria", Limit: 5})
	if err != nil || len(page.Rows) != 1 {
		t.Errorf("found by the new name: %d (%v)", len(page.Rows), err)
	}
}
