package scheduler

import (
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// The help article's rule: a new conversation of a customer with a responsible goes
// to them, in the seller queue's flow or the default colours, never the team's.
func TestAPortfolioCustomerGoesToTheirSeller(t *testing.T) {
	t.Parallel()
	for name, sellerFlow := range map[string]bool{"the seller queue's flow": true, "the default colours": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newByHand(t, dbtest.New(t))
			s.flow(flow.TeamQueue, time.Minute, 2*time.Minute, flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"]})
			want := []string{"customer_message 0s", "alert1 5m0s", "alert2 15m0s"}
			if sellerFlow {
				s.flow(flow.SellerQueue, 7*time.Minute, 9*time.Minute, flow.Action{Type: flow.ActionNone})
				want = []string{"customer_message 0s", "alert1 7m0s", "alert2 9m0s"}
			}
			shop := s.Channel("loja", db.ChannelAPI)
			shop.Team = s.teams["Vendas"]
			s.configure(func(tx *db.Tx, _ time.Time) error { return tx.UpdateChannel(s.ctx, shop) })
			s.Customer("Maria", "+5511987654321", s.sellers["Ana"])
			in := Inbound{ChannelID: shop.ID, Contact: InboundContact{ExternalID: "m", Name: "Maria", Phone: "+551187654321"}}
			c := s.receive(in).Conversation
			if c.Seller != s.sellers["Ana"] || c.Team != "" || c.Queue() != flow.SellerQueue {
				t.Fatalf("held by %s, team %q", c.Holder(), c.Team)
			}
			for _, at := range []time.Duration{5, 7, 9, 15, 30} {
				s.to(at * time.Minute)
				s.settle()
			}
			s.wantLog(c.ID, dbtest.Start, want...)
		})
	}
}

// A responsible who is not active is none, and what a message says itself goes before.
func TestWhoGoesBeforeThePortfolio(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		shop := s.Channel("loja", db.ChannelAPI)
		shop.Team = s.teams["Vendas"]
		s.configure(func(tx *db.Tx, _ time.Time) error { return tx.UpdateChannel(s.ctx, shop) })
		in := func(external string) Inbound {
			s.Customer(external, "+5511"+external, s.sellers["Ana"])
			return Inbound{ChannelID: shop.ID, Contact: InboundContact{ExternalID: external, Name: external, Phone: "+5511" + external}}
		}
		named, passed, left := in("981110001"), in("981110002"), in("981110003")
		named.Team = s.teams["Plantão"]
		if c := s.receive(named).Conversation; c.Holder() != "team:"+s.teams["Plantão"] {
			t.Errorf("a team that is named: %s", c.Holder())
		}
		passed.Seller = s.sellers["Bia"]
		if c := s.receive(passed).Conversation; c.Holder() != "seller:"+s.sellers["Bia"] {
			t.Errorf("a seller who is named: %s", c.Holder())
		}
		// T95 without a holiday: she has left, and the channel's team takes over.
		s.configure(func(tx *db.Tx, _ time.Time) error {
			ana, err := tx.Seller(s.ctx, s.Store.ID, s.sellers["Ana"])
			if err != nil {
				return err
			}
			ana.Active = false
			return tx.UpdateSeller(s.ctx, ana)
		})
		if c := s.receive(left).Conversation; c.Holder() != "team:"+s.teams["Vendas"] {
			t.Errorf("a responsible who has left: %s", c.Holder())
		}
	})
}

// What a stranger types in the web chat leads to nobody's portfolio (T94).
func TestAStrangersNumberIsNoIdentity(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	chat := s.Channel("chat", db.ChannelChat)
	s.Customer("Maria", "+5511987654321", s.sellers["Ana"])
	in := Inbound{ChannelID: chat.ID, Contact: InboundContact{ExternalID: "v", Name: "Maria", Phone: "+5511987654321"}}
	if c := s.receive(in).Conversation; c.Holder() != "waiting" {
		t.Errorf("held by %s", c.Holder())
	}
}

// A message of a known customer costs no more than it did: their contact and their
// seller are one statement.
func TestReceiveStaysCheap(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	cost := func(in Inbound) int64 {
		t.Helper()
		ctx, n := db.CountStatements(s.ctx)
		in.ChannelID, in.Text = s.channel.ID, "Oi"
		if _, err := s.Receive(ctx, s.Store.ID, in); err != nil {
			t.Fatal(err)
		}
		return n.Load()
	}
	in := Inbound{Contact: InboundContact{ExternalID: "m", Name: "Maria", Phone: "+5511987654321"}}
	first, again := cost(in), cost(in)
	t.Logf("statements: %d for a new customer, %d for a known one", first, again)
	if first > 34 || again > 16 {
		t.Errorf("%d statements for a new customer, %d for a known one", first, again)
	}
}
