package db_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// one is a store with one open conversation.
func oneConversation(t *testing.T, d *db.DB, slug string) (*dbtest.Shop, db.Conversation) {
	s := dbtest.Store(t, d, slug)
	return s, s.Conversation(s.Contact(s.Channel("api", db.ChannelAPI).ID, "Maria da Conceição", "+55 (11) 98765-4321"), nil)
}

func TestEvents(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := oneConversation(t, d, "a")
		at := dbtest.Start.Add(time.Minute + 5*time.Microsecond)
		e := db.Event{Store: s.ID, Seq: 2, ID: db.NewID(), ByKind: db.BySystem, ByID: "x", Note: "porque sim", Record: flow.Record{
			At: at, Due: at.Add(-time.Second), Conversation: c.ID, Type: flow.ActionTaken, Queue: flow.TeamQueue, Team: "t", Seller: "v",
			Flow: "f1", Action: flow.TransferTeam, ToTeam: "u", ToSeller: "w", Channel: "api", Until: at.Add(time.Hour),
			Reason: flow.ReasonCycle, Level: flow.Red, Opened: true}}
		write(t, d, func(tx *db.Tx) error {
			return tx.AppendEvents(ctx, e, db.Event{Store: s.ID, Seq: 3, Record: flow.Record{At: at, Conversation: c.ID, Type: flow.Note}})
		})
		events := must[[]db.Event](t)(d.Events(ctx, s.ID, c.ID, 0, 0))
		if len(events) != 3 {
			t.Fatalf("%d events", len(events))
		}
		diff(t, events[1], e)
		logs := must[map[string][]db.Event](t)(d.EventsOf(ctx, s.ID, []string{c.ID, "nobody"}))
		diff(t, logs, map[string][]db.Event{c.ID: events})
		if after := must[[]db.Event](t)(d.Events(ctx, s.ID, c.ID, 1, 1)); len(after) != 1 || after[0].Seq != 2 {
			t.Errorf("from after 1: %v", after)
		}
		if feed := must[[]db.Event](t)(d.EventFeed(ctx, s.ID, events[0].ID, 10)); len(feed) != 2 || feed[0].ID != e.ID {
			t.Errorf("feed: %v", feed)
		}
	})
}

// Two writers who both mean to append the same seq: one gets it, the other is
// told and leaves nothing behind. This is the guard of exactly-once.
func TestTwoWritersCannotAppendOneSeq(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := oneConversation(t, d, "a")
		const writers = 8
		errs := make([]error, writers)
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				errs[i] = d.Tx(ctx, func(tx *db.Tx) error {
					mine := c // read without a lock, all at once
					mine.Seq = 2
					return errors.Join(
						tx.AppendEvents(ctx, db.Event{Store: s.ID, Seq: 2, Record: flow.Record{At: dbtest.Start, Conversation: c.ID, Type: flow.Note}}),
						tx.UpdateConversation(ctx, &mine, 1))
				})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				wantError(t, err, db.ErrChanged)
			}
		}
		if n := len(must[[]db.Event](t)(d.Events(ctx, s.ID, c.ID, 0, 0))); won != 1 || n != 2 {
			t.Errorf("%d writers won, %d events", won, n)
		}
	})
}

func TestOneOpenConversationAContact(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		_, c := oneConversation(t, d, "a")
		err := d.Tx(ctx, func(tx *db.Tx) error {
			other := c
			other.ID = db.NewID()
			return tx.InsertConversation(ctx, &other)
		})
		wantError(t, err, db.ErrDuplicate)
	})
}

func TestMessages(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := oneConversation(t, d, "a")
		var made []db.Message
		insert := func(m db.Message) error {
			m.Store, m.ID, m.Conversation, m.ChannelID = s.ID, db.NewID(), c.ID, c.ChannelID
			made = append(made, m)
			return d.Tx(ctx, func(tx *db.Tx) error { return tx.InsertMessage(ctx, &m) })
		}
		for i := range 5 {
			err := insert(db.Message{Seq: int64(i + 1), At: dbtest.Start.Add(time.Duration(i) * time.Minute), From: "seller", Seller: "ana",
				Text: "Olá 100%_\\ 'x' \"y\"", Private: i == 3, Delivery: db.DeliveryPending, DeliveryError: "e"})
			if err != nil {
				t.Fatal(err)
			}
		}
		diff(t, must[db.Message](t)(d.Message(ctx, s.ID, made[0].ID)), made[0])
		diff(t, must[[]db.Message](t)(d.Messages(ctx, s.ID, c.ID, nil, 10)), made)
		before := made[3].Key()
		diff(t, must[[]db.Message](t)(d.Messages(ctx, s.ID, c.ID, &before, 2)), made[1:3])
		diff(t, must[[]db.Message](t)(d.MessagesAfter(ctx, s.ID, c.ID, made[2].Key(), 10)), made[3:])
		diff(t, must[[]db.Message](t)(d.SellerMessagesSince(ctx, s.ID, c.ID, dbtest.Start.Add(2*time.Minute))),
			[]db.Message{made[2], made[4]})

		// What a channel delivers twice is stored once, in a transaction that goes on.
		first := db.Message{Store: s.ID, ID: db.NewID(), Conversation: c.ID, Seq: 6, At: dbtest.Start, From: "customer",
			Text: "de novo", Delivery: db.DeliveryNone, ChannelID: c.ChannelID, ExternalID: "m-1"}
		write(t, d, func(tx *db.Tx) error {
			if err := tx.InsertMessage(ctx, &first); err != nil {
				return err
			}
			again := first
			again.ID, again.Seq = db.NewID(), 7
			wantError(t, tx.InsertMessage(ctx, &again), db.ErrDuplicate)
			_, err := tx.Message(ctx, s.ID, first.ID)
			return err
		})
		diff(t, must[db.Message](t)(d.MessageByExternal(ctx, s.ID, c.ChannelID, "m-1")), first)
	})
}

func TestDeliveryNeverGoesBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := oneConversation(t, d, "a")
		m := db.Message{Store: s.ID, ID: db.NewID(), Conversation: c.ID, Seq: 2, At: dbtest.Start, From: "seller",
			Delivery: db.DeliveryPending, ChannelID: c.ChannelID}
		write(t, d, func(tx *db.Tx) error { return tx.InsertMessage(ctx, &m) })
		for _, step := range []struct {
			to      db.Delivery
			changes bool
		}{{db.DeliverySent, true}, {db.DeliverySent, false}, {db.DeliveryFailed, true}, {db.DeliverySent, false},
			{db.DeliveryDelivered, true}, {db.DeliveryFailed, false}, {db.DeliverySent, false}} {
			write(t, d, func(tx *db.Tx) error {
				changed, err := tx.SetDelivery(ctx, s.ID, m.ID, step.to, "", "ext-1")
				if changed != step.changes {
					t.Errorf("to %s: changed %v", step.to, changed)
				}
				return err
			})
		}
		got := must[db.Message](t)(d.Message(ctx, s.ID, m.ID))
		if got.Delivery != db.DeliveryDelivered || got.ExternalID != "ext-1" {
			t.Errorf("%+v", got)
		}
	})
}

func TestTallies(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newInbox(t, d, "a", 40)
		held := map[string]int{}
		for _, c := range s.all {
			if c.IsOpen() && c.Seller != "" {
				held[c.Seller]++
			}
		}
		diff(t, must[map[string]int](t)(d.CountBySeller(ctx, s.ID)), held)
		write(t, d, func(tx *db.Tx) error {
			tallies := db.Tallies{}
			for i := range s.all {
				c := must[db.Conversation](t)(tx.LockConversation(ctx, s.ID, s.all[i].ID))
				seen := c.Seq
				c.Seq++
				if c.IsOpen() && i%2 == 0 {
					c.Status, c.ClosedAt = flow.Closed, dbtest.Start
				} else if c.IsOpen() {
					c.Seller, c.PostponedUntil = s.sellers[0], time.Time{}
				}
				tallies.Moved(&c)
				if err := tx.UpdateConversation(ctx, &c, seen); err != nil {
					return err
				}
			}
			return tx.ApplyTallies(ctx, tallies)
		})
		if wrong := must[int](t)(d.RecountTallies(ctx, s.ID)); wrong != 0 {
			t.Errorf("%d tallies wrong", wrong)
		}
		write(t, d, func(tx *db.Tx) error {
			return tx.ApplyTallies(ctx, db.Tallies{{Store: s.ID, Channel: s.channels[0], Rank: 1}: 3})
		})
		if wrong := must[int](t)(d.RecountTallies(ctx, s.ID)); wrong != 1 {
			t.Errorf("the recount finds %d wrong tallies of 1", wrong)
		}
	})
}

func TestAlerts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := oneConversation(t, d, "a")
		if last := must[string](t)(d.LastAlert(ctx, s.ID)); last != "" {
			t.Errorf("last alert %q", last)
		}
		var made []string
		write(t, d, func(tx *db.Tx) error {
			var err error
			for i, holder := range []string{"waiting", "team:x", "seller:y", "waiting"} {
				id := db.NewID()
				made = append(made, id)
				err = errors.Join(err, tx.InsertAlert(ctx, db.Alert{Store: s.ID, ID: id, Conversation: c.ID, Seq: 1,
					At: dbtest.Start.Add(time.Duration(i) * time.Minute), Kind: []db.AlertKind{db.FirstAlert, db.SecondAlert}[i%2], Holder: holder}))
			}
			return err
		})
		if last := must[string](t)(d.LastAlert(ctx, s.ID)); last != made[3] {
			t.Errorf("last alert %q", last)
		}
		got := must[[]db.Alert](t)(d.Alerts(ctx, s.ID, []string{"waiting", "seller:y"}, made[0], time.Time{}, 10))
		if len(got) != 2 || got[0].ID != made[2] || got[1].ContactName != "Maria da Conceição" || got[1].Kind != db.SecondAlert {
			t.Errorf("alerts %+v", got)
		}
		if got := must[[]db.Alert](t)(d.Alerts(ctx, s.ID, []string{"waiting"}, "", dbtest.Start.Add(time.Minute), 10)); len(got) != 1 {
			t.Errorf("alerts since: %+v", got)
		}
		if got := must[[]db.Alert](t)(d.Alerts(ctx, s.ID, nil, "", time.Time{}, 10)); len(got) != 0 {
			t.Errorf("alerts to nobody: %+v", got)
		}
		for _, want := range []int{2, 1, 0} {
			write(t, d, func(tx *db.Tx) error {
				n, err := tx.DeleteAlerts(ctx, dbtest.Start.Add(3*time.Minute), 2)
				if n != want {
					t.Errorf("deleted %d alerts, want %d", n, want)
				}
				return err
			})
		}
		if got := must[[]db.Alert](t)(d.Alerts(ctx, s.ID, []string{"waiting", "team:x", "seller:y"}, "", time.Time{}, 10)); len(got) != 1 {
			t.Errorf("after deleting: %+v", got)
		}
	})
}

func TestSearch(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := oneConversation(t, d, "a")
		other := s.Conversation(s.Contact(c.ChannelID, "João 100% Ltda", "+5521 3333-4444"), nil)
		write(t, d, func(tx *db.Tx) error {
			return tx.InsertMessage(ctx, &db.Message{Store: s.ID, ID: db.NewID(), Conversation: c.ID, Seq: 2, At: dbtest.Start,
				From: "customer", Text: "Cadê o MEU pedido nº 4711? ação-e-reação, caixa_alta", Delivery: db.DeliveryNone, ChannelID: c.ChannelID})
		})
		find := func(search string) []string {
			return ids(must[db.Page](t)(d.ListConversations(ctx, s.ID, db.ListQuery{Tab: db.TabAll, Search: search})).Rows)
		}
		for _, search := range []string{"conceicao", "CONCEIÇÃO", "maria ped", "pedido maria", "cade", "4711", "ação reaç", "98765-4321",
			"(11) 98765", "5511987654321", "4321", "reacao", "caixa alta", "alt", "  maria   da  "} {
			if got := find(search); len(got) != 1 || got[0] != c.ID {
				t.Errorf("%q finds %v", search, got)
			}
		}
		for _, search := range []string{"joao", "100%", "ltda joão", "33334444", "2133334444"} {
			if got := find(search); len(got) != 1 || got[0] != other.ID {
				t.Errorf("%q finds %v", search, got)
			}
		}
		for _, search := range []string{"maria joao", "edido", "mariax", "mar%ia", "m_ria", "' OR 1=1 --", "9999-9999", "\xff\xfe", "pedidoo", "%", "_", "%_'\"\\"} {
			if got := find(search); len(got) != 0 {
				t.Errorf("%q finds %v", search, got)
			}
		}
		if got := find("  "); len(got) != 2 {
			t.Errorf("a blank search finds %v, want all", got)
		}
		// A new name is found, on the open conversation.
		p := must[db.Contact](t)(d.Contact(ctx, s.ID, other.ContactID))
		before := p
		p.Name, p.Phone = "Zélia", "+55 31 5555-1212"
		write(t, d, func(tx *db.Tx) error { return tx.UpdateContact(ctx, before, p, db.ByProgram) })
		if got := find("zelia 1212"); len(got) != 1 {
			t.Errorf("the new name finds %v", got)
		}
	})
}
