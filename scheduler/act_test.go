package scheduler

import (
	"errors"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func (s *shop) say(out Outbound) (db.Conversation, db.Message) {
	s.t.Helper()
	if out.Text == "" {
		out.Text = "Olá!"
	}
	c, m, err := s.Say(s.ctx, s.Store.ID, By{Kind: db.ByUser}, out)
	if err != nil {
		s.t.Fatalf("say: %v", err)
	}
	return c, m
}

func (s *shop) tryAct(a Act) error {
	_, err := s.Act(s.ctx, s.Store.ID, By{Kind: db.ByUser}, a)
	return err
}

// T03, T06: a note and a bot's answer end no wait; the list shows the bot's, not
// the note.
func TestNotesAndBotsEndNoWait(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.says("maria", "")
	s.to(time.Minute)
	s.say(Outbound{Conversation: c.ID, From: FromBot, Text: "Já vamos\n atender"})
	_, note := s.say(Outbound{Conversation: c.ID, From: flow.FromSeller, Seller: s.sellers["Ana"], Private: true, Text: "cuidado"})
	got := s.conversation(c.ID)
	if !got.WaitStart.Equal(dbtest.Start) || got.Level != flow.Green || got.Seller != "" {
		t.Errorf("after a bot and a note: %+v", got.Conversation)
	}
	if got.LastText != "Já vamos atender" || got.LastTextFrom != "bot" {
		t.Errorf("preview %q from %s", got.LastText, got.LastTextFrom)
	}
	if !note.Private || note.Delivery != db.DeliveryNone || note.Seller != s.sellers["Ana"] {
		t.Errorf("the note: %+v", note)
	}
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "bot_message 1m0s", "note 1m0s")
}

// §2: a seller who does not hold the conversation assumes it by writing.
func TestWritingAssumes(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.says("maria", "Vendas")
	s.act(c.ID, Act{Type: flow.Assume, Seller: s.sellers["Bia"]})
	s.act(c.ID, Act{Type: flow.Postpone, Until: s.now.Add(time.Hour)})
	s.to(time.Minute)
	got, m := s.say(Outbound{Conversation: c.ID, From: flow.FromSeller, Seller: s.sellers["Ana"], Text: strings.Repeat("ã", MaxText)})
	if got.Seller != s.sellers["Ana"] || got.Team != s.teams["Vendas"] || got.Waiting() || got.Postponed() {
		t.Errorf("after the answer: %+v", got.Conversation)
	}
	if m.Seq != got.Seq || m.Delivery != db.DeliverySent || !m.At.Equal(s.now) {
		t.Errorf("the message: %+v", m)
	}
	if row := s.conversation(c.ID); len([]rune(row.LastText)) > 160 || row.LastTextFrom != "seller" {
		t.Errorf("preview of %d characters from %s", len([]rune(row.LastText)), row.LastTextFrom)
	}
	s.check(c.ID)
}

// T14: what the channel only reports, and reports twice, is kept once.
func TestReportedAnswerIsKeptOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		c := s.says("maria", "")
		out := Outbound{Conversation: c.ID, From: flow.FromSeller, Seller: s.sellers["Ana"], Text: "Oi", ExternalID: "e-1"}
		s.say(out)
		if _, _, err := s.Say(s.ctx, s.Store.ID, By{Kind: db.ByChannel}, out); !errors.Is(err, db.ErrDuplicate) {
			t.Errorf("again: %v", err)
		}
		if len(s.messages(c.ID)) != 2 {
			t.Errorf("%d messages", len(s.messages(c.ID)))
		}
		s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "seller_message 0s")
	})
}

// T21, T67, T68 and the rest of §2's refusals, through the door.
func TestRefusals(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	open, held, closed := s.says("maria", "Vendas"), s.says("joão", "Vendas"), s.says("rui", "Vendas")
	ana := s.sellers["Ana"]
	s.act(held.ID, Act{Type: flow.Assume, Seller: ana})
	s.act(closed.ID, Act{Type: flow.Close})
	other := dbtest.Store(t, s.DB, "outra")
	theirs := other.Conversation(other.Contact(other.Channel("api", db.ChannelAPI).ID, "Ela", ""), nil)
	s.to(time.Minute)
	for name, c := range map[string]struct {
		act  Act
		code flow.RefusalCode
	}{
		"postpone what a team has":   {Act{Conversation: open.ID, Type: flow.Postpone, Until: s.now.Add(time.Hour)}, flow.RefusedNotHeldBySeller},
		"postpone until now":         {Act{Conversation: held.ID, Type: flow.Postpone, Until: s.now}, flow.RefusedNotLater},
		"postpone less than 1 µs":    {Act{Conversation: held.ID, Type: flow.Postpone, Until: s.now.Add(999 * time.Nanosecond)}, flow.RefusedNotLater},
		"postpone what is closed":    {Act{Conversation: closed.ID, Type: flow.Postpone, Until: s.now.Add(time.Hour)}, flow.RefusedClosed},
		"resume what runs":           {Act{Conversation: held.ID, Type: flow.Resume}, flow.RefusedNotPostponed},
		"transfer to where it is":    {Act{Conversation: open.ID, Type: flow.Transfer, Team: s.teams["Vendas"]}, flow.RefusedPresentHolder},
		"transfer to its own seller": {Act{Conversation: held.ID, Type: flow.Transfer, Seller: ana}, flow.RefusedPresentHolder},
		"transfer to nobody's team":  {Act{Conversation: open.ID, Type: flow.Transfer, Team: "x"}, flow.RefusedUnknownTeam},
		"transfer to nobody":         {Act{Conversation: open.ID, Type: flow.Transfer, Seller: "x\x00"}, flow.RefusedUnknownSeller},
		"assume as nobody":           {Act{Conversation: open.ID, Type: flow.Assume, Seller: "x"}, flow.RefusedUnknownSeller},
		"no reply by nobody":         {Act{Conversation: open.ID, Type: flow.NoReplyNeeded, Seller: "x"}, flow.RefusedUnknownSeller},
		"close what is closed":       {Act{Conversation: closed.ID, Type: flow.Close}, flow.RefusedClosed},
	} {
		t.Run(name, func(t *testing.T) { wantRefusal(t, s.tryAct(c.act), c.code) })
	}
	for _, id := range []string{theirs.ID, "nenhuma"} {
		if err := s.tryAct(Act{Conversation: id, Type: flow.Close}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("conversation %s, which the store does not have: %v", id, err)
		}
	}
	s.wantLog(open.ID, dbtest.Start, "customer_message 0s")
	s.wantLog(held.ID, dbtest.Start, "customer_message 0s", "assume 0s")
	s.wantLog(closed.ID, dbtest.Start, "customer_message 0s", "close 0s")
}

func TestCommandsThatNoStateAccepts(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.says("maria", "")
	s.act(c.ID, Act{Type: flow.Assume, Seller: s.sellers["Ana"]})
	limit := s.now.Add(MaxPostponement)
	for want, a := range map[string]Act{
		"type: unknown":    {Type: flow.CustomerMessage},
		"seller: required": {Type: flow.Assume},
		"team: required":   {Type: flow.Transfer},
		"until: required":  {Type: flow.Postpone},
		"until: too_far":   {Type: flow.Postpone, Until: limit.Add(time.Microsecond)},
		"reason: too_long": {Type: flow.Postpone, Until: limit, Reason: strings.Repeat("a", MaxReason+1)},
		"reason: not_text": {Type: flow.Postpone, Until: limit, Reason: "\xff"},
	} {
		a.Conversation = c.ID
		if err := s.tryAct(a); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for want, out := range map[string]Outbound{
		"from: unknown":                         {From: "system", Text: "a"},
		"seller: required":                      {From: flow.FromSeller, Text: "a"},
		"text: not_text":                        {From: FromBot, Text: "a\x00"},
		"text: required\nexternal_id: too_long": {From: FromBot, ExternalID: strings.Repeat("a", 201)},
	} {
		out.Conversation = c.ID
		if _, _, err := s.Say(s.ctx, s.Store.ID, By{Kind: db.ByUser}, out); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	s.act(c.ID, Act{Type: flow.Postpone, Until: limit, Reason: strings.Repeat("ã", MaxReason)})
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "assume 0s", "postpone 0s")
}

// T17: “obrigado” after the answer opens a wait; no_reply_needed ends it, and
// what the customer then does not say closes it as theirs.
func TestNoReplyNeeded(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.says("maria", "")
	s.reply(c.ID, "Ana")
	s.to(time.Minute)
	s.says("maria", "")
	s.to(2 * time.Minute)
	s.act(c.ID, Act{Type: flow.NoReplyNeeded, Seller: s.sellers["Ana"]})
	s.to(time.Hour)
	s.settle()
	if got := s.conversation(c.ID); got.Waiting() || !got.AnsweredWait.IsZero() || got.LastFrom != flow.FromSeller || !got.DueAt.IsZero() {
		t.Errorf("after no_reply_needed: %+v", got.Conversation)
	}
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "seller_message 0s", "customer_message 1m0s", "no_reply_needed 2m0s")
}

// T26: the answer comes when the action is due, before the loop has turned: what
// was due before it has happened; at the same instant the answer comes first.
func TestAnswerRacesTheAction(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		at   time.Duration
		want []string
	}{
		"on the deadline": {15 * time.Minute, []string{"customer_message 0s", "alert1 5m0s", "seller_message 15m0s"}},
		"just after it": {15*time.Minute + time.Microsecond, []string{"customer_message 0s", "alert1 5m0s",
			"alert2 15m0.000001s due 15m0s", "action 15m0.000001s due 15m0s", "seller_message 15m0.000001s"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newByHand(t, dbtest.New(t))
			s.flow(flow.WaitingQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"]})
			id := s.says("maria", "").ID
			s.to(5 * time.Minute)
			s.settle()
			s.to(c.at)
			s.reply(id, "Ana")
			s.wantLog(id, dbtest.Start, c.want...)
			if got := s.conversation(id); got.Seller != s.sellers["Ana"] || got.Waiting() {
				t.Errorf("after the answer: %+v", got.Conversation)
			}
		})
	}
}

// T10: an alert that was overdue when the answer came tells nobody anything: it
// is in the log, and alerts no one.
func TestNobodyIsAlertedOfWhatIsAnswered(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.says("maria", "Vendas")
	s.to(6 * time.Minute)
	s.reply(c.ID, "Ana")
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "alert1 6m0s due 5m0s", "seller_message 6m0s")
	if alerts := s.alerts("team:" + s.teams["Vendas"]); len(alerts) != 0 {
		t.Errorf("alerts: %+v", alerts)
	}
}

// T62, T63, T65: a message does not wake a postponed conversation; its end
// starts a new clock, and nothing of the postponement stays behind.
func TestPostponementEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(s *byHand, id string){
		"by its time":  func(s *byHand, _ string) { s.settle() },
		"by a resume":  func(s *byHand, id string) { s.to(59 * time.Minute); s.act(id, Act{Type: flow.Resume}) },
		"by a message": func(s *byHand, _ string) { s.to(time.Hour + time.Minute); s.says("maria", "") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newByHand(t, dbtest.New(t))
			c := s.says("maria", "")
			s.act(c.ID, Act{Type: flow.Assume, Seller: s.sellers["Ana"]})
			s.act(c.ID, Act{Type: flow.Postpone, Until: s.now.Add(time.Hour), Reason: "almoço"})
			s.to(30 * time.Minute)
			if got := s.says("maria", ""); !got.Postponed() || got.Level != flow.LevelNone || got.PostponeReason != "almoço" {
				t.Errorf("a message changed the postponement: %+v", got)
			}
			s.to(time.Hour)
			end(s, c.ID)
			got := s.conversation(c.ID)
			if got.Postponed() || got.PostponeReason != "" || !got.ClockStart.Equal(s.now) || !got.WaitStart.Equal(dbtest.Start) {
				t.Errorf("after its end: reason %q, %+v", got.PostponeReason, got.Conversation)
			}
			s.check(c.ID)
		})
	}
}

// T60, T61: while postponed nothing fires, whatever is switched on.
func TestNothingFiresWhilePostponed(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		s.autoClose(10 * time.Minute)
		c := s.says("Maria", "")
		s.act(c.ID, Act{Type: flow.Assume, Seller: s.sellers["Ana"]})
		s.act(c.ID, Act{Type: flow.Postpone, Until: start.Add(time.Hour)})
		pass(time.Hour - time.Microsecond)
		s.wantLog(c.ID, start, "customer_message 0s", "assume 0s", "postpone 0s")
		pass(10*time.Minute + time.Microsecond)
		s.wantLog(c.ID, start, "customer_message 0s", "assume 0s", "postpone 0s", "postpone_ended 1h0m0s", "alert1 1h5m0s", "auto_close 1h10m0s")
	})
}

// T84, T85, T86: an automatic transfer starts one clock for its new holder, each
// step once a clock, and it never goes back: a circle ends with a skip.
func TestTransfersEndAndRepeatNothing(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		s.configure(func(tx *db.Tx, now time.Time) error {
			var err error
			for from, to := range map[string]string{"Vendas": "Plantão", "Plantão": "Vendas"} {
				err = errors.Join(err, tx.InsertFlow(s.ctx, db.Flow{Store: s.Store.ID, UpdatedAt: now, UpdatedBy: "test", Name: from, Flow: flow.Flow{
					ID: from, Queue: flow.TeamQueue, Kind: flow.Alternative, Targets: []string{s.teams[from]}, Alert1: time.Minute,
					Alert2: 2 * time.Minute, Clock: flow.Always, Action: flow.Action{Type: flow.TransferTeam, Team: s.teams[to]}, Active: true}}))
			}
			return err
		})
		c := s.says("Maria", "Vendas")
		pass(24 * time.Hour)
		s.wantLog(c.ID, start, "customer_message 0s", "alert1 1m0s", "alert2 2m0s", "action 2m0s", "alert1 3m0s", "alert2 4m0s", "action_skipped 4m0s")
		if got := s.conversation(c.ID); got.Level != flow.Red || got.Team != s.teams["Plantão"] {
			t.Errorf("it ended %s with %s", got.Level, got.Holder())
		}
		for _, team := range []string{"Vendas", "Plantão"} {
			if n := len(s.alerts("team:" + s.teams[team])); n != 2 {
				t.Errorf("%s was alerted %d times, want once for each step", team, n)
			}
		}
	})
}
