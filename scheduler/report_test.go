package scheduler

import (
	"errors"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func (s *shop) report(m db.Message, state db.Delivery) {
	s.t.Helper()
	if err := s.Report(s.ctx, s.Store.ID, Delivery{MessageID: m.ID, State: state, Error: "131026"}); err != nil {
		s.t.Fatalf("report %s: %v", state, err)
	}
}

func (s *shop) answer(id string) db.Message {
	s.t.Helper()
	_, m := s.say(Outbound{Conversation: id, From: flow.FromSeller, Seller: s.sellers["Ana"]})
	return m
}

// T15: when nothing of the answer has reached the customer the wait reopens, and
// a report that comes again or too late changes nothing (T92).
func TestFailedDeliveryReopensTheWait(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		c := s.says("maria", "")
		s.to(time.Minute)
		first, second := s.answer(c.ID), s.answer(c.ID)
		s.to(2 * time.Minute)
		s.report(first, db.DeliveryFailed) // the second may still arrive
		if s.conversation(c.ID).Waiting() {
			t.Error("the wait reopened while a message was on its way")
		}
		s.report(second, db.DeliveryFailed)
		s.report(second, db.DeliveryFailed)
		got := s.conversation(c.ID)
		if !got.WaitStart.Equal(dbtest.Start) || !got.ClockStart.Equal(s.now) || got.LastFrom != flow.FromCustomer {
			t.Errorf("after the failure: %+v", got.Conversation)
		}
		s.report(second, db.DeliverySent)
		if m, err := d.Message(s.ctx, s.Store.ID, second.ID); err != nil || m.Delivery != db.DeliveryFailed || m.DeliveryError != "131026" {
			t.Errorf("the message: %+v (%v)", m, err)
		}
		s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "seller_message 1m0s", "seller_message 1m0s", "delivery_failed 2m0s")
		if e := s.events(c.ID)[3]; e.Note != "131026" || e.ByKind != db.ByChannel || e.ByID != s.channel.ID {
			t.Errorf("the event says %q by %s %s", e.Note, e.ByKind, e.ByID)
		}
	})
}

// §2: only what the seller wrote since the wait ended counts, not an answer to
// an earlier wait at the same instant: the next message was late, and clamped.
func TestFailedDeliveryLooksAtThisWaitAlone(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.says("maria", "")
	s.to(time.Minute)
	s.report(s.answer(c.ID), db.DeliveryDelivered)
	s.to(2 * time.Minute)
	s.writes("maria", 30*time.Second)
	answer := s.answer(c.ID)
	s.to(3 * time.Minute)
	s.report(answer, db.DeliveryFailed)
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "seller_message 1m0s", "customer_message 1m0s", "seller_message 2m0s", "delivery_failed 3m0s")
}

// A wait that had reopened and was answered again reopens again, although the
// first answer arrived after all.
func TestFailedDeliveryOfTheSecondAnswer(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.says("maria", "")
	first := s.answer(c.ID)
	s.report(first, db.DeliveryFailed)
	s.to(time.Minute)
	second := s.answer(c.ID)
	s.report(first, db.DeliveryDelivered)
	s.report(second, db.DeliveryFailed)
	if got := s.conversation(c.ID); !got.WaitStart.Equal(dbtest.Start) {
		t.Errorf("after the second failure: %+v", got.Conversation)
	}
}

func TestFailedDeliveryThatChangesNothing(t *testing.T) {
	t.Parallel()
	for name, story := range map[string]func(s *byHand, id string) (m db.Message){
		"one of the answers was delivered": func(s *byHand, id string) db.Message {
			m := s.answer(id)
			s.report(s.answer(id), db.DeliveryDelivered)
			return m
		},
		"it was delivered before": func(s *byHand, id string) db.Message {
			m := s.answer(id)
			s.report(m, db.DeliveryDelivered)
			return m
		},
		"the customer wrote since": func(s *byHand, id string) db.Message {
			m := s.answer(id)
			s.says("maria", "")
			return m
		},
		"no reply was needed since": func(s *byHand, id string) db.Message {
			m := s.answer(id)
			s.says("maria", "")
			s.act(id, Act{Type: flow.NoReplyNeeded, Seller: s.sellers["Ana"]})
			return m
		},
		"it was closed since": func(s *byHand, id string) db.Message {
			m := s.answer(id)
			s.act(id, Act{Type: flow.Close})
			return m
		},
		"a note": func(s *byHand, id string) db.Message {
			s.answer(id)
			_, m := s.say(Outbound{Conversation: id, From: flow.FromSeller, Seller: s.sellers["Ana"], Private: true})
			return m
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newByHand(t, dbtest.New(t))
			id := s.says("maria", "").ID
			s.to(time.Minute)
			m := story(s, id)
			before := s.log(id, dbtest.Start)
			s.to(2 * time.Minute)
			s.report(m, db.DeliveryFailed)
			s.wantLog(id, dbtest.Start, before...)
		})
	}
}

func TestReportOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	m := s.answer(s.says("maria", "").ID)
	if err := s.Report(s.ctx, dbtest.Store(t, s.DB, "outra").ID, Delivery{MessageID: m.ID, State: db.DeliveryFailed}); !errors.Is(err, db.ErrNotFound) {
		t.Errorf("another store's message: %v", err)
	}
	if err := s.Report(s.ctx, s.Store.ID, Delivery{ChannelID: s.channel.ID, ExternalID: "x", State: db.DeliverySent}); !errors.Is(err, db.ErrNotFound) {
		t.Errorf("an unknown id: %v", err)
	}
	var invalid *Invalid
	if err := s.Report(s.ctx, s.Store.ID, Delivery{MessageID: m.ID, State: "read"}); !errors.As(err, &invalid) || invalid.Field != "state" {
		t.Errorf("an unknown state: %v", err)
	}
}
