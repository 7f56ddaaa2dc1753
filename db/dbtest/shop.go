package dbtest

import (
	"context"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// Start is the instant at which fixtures are made: Monday 09:00 in São Paulo.
var Start = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

// Shop makes the rows of one store; a failure ends the test.
type Shop struct {
	t  testing.TB
	DB *db.DB
	db.Store
}

// Store makes a store with an empty configuration as its version 1.
func Store(t testing.TB, d *db.DB, slug string) *Shop {
	t.Helper()
	s := &Shop{t: t, DB: d, Store: db.Store{ID: db.NewID(), Slug: slug, Name: "Loja " + slug,
		Timezone: "America/Sao_Paulo", ConfigVersion: 1, CreatedAt: Start}}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		if err := tx.InsertStore(ctx, s.Store); err != nil {
			return err
		}
		_, err := tx.AppendConfiguration(ctx, db.Configuration{Store: s.ID, At: Start, ByLabel: "test", Document: "{}"})
		return err
	})
	return s
}

func (s *Shop) tx(f func(ctx context.Context, tx *db.Tx) error) {
	s.t.Helper()
	ctx := context.Background()
	if err := s.DB.Tx(ctx, func(tx *db.Tx) error { return f(ctx, tx) }); err != nil {
		s.t.Fatal(err)
	}
}

// Team makes a team.
func (s *Shop) Team(name string) db.Team {
	s.t.Helper()
	team := db.Team{Store: s.ID, ID: db.NewID(), Name: name, CreatedAt: Start}
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertTeam(ctx, team) })
	return team
}

// Seller makes an active seller in teams.
func (s *Shop) Seller(name string, teams ...string) db.Seller {
	s.t.Helper()
	seller := db.Seller{Store: s.ID, ID: db.NewID(), Name: name, Active: true, Teams: teams, CreatedAt: Start}
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertSeller(ctx, seller) })
	return seller
}

// Member makes a user who is a member, and the seller it is, in teams. The
// password hash is not one.
func (s *Shop) Member(login, name string, role db.Role, teams ...string) db.Member {
	s.t.Helper()
	u := db.User{ID: db.NewID(), Login: db.Fold(login), Name: name, PasswordHash: "none", CreatedAt: Start}
	seller := db.Seller{Store: s.ID, ID: db.NewID(), Name: name, User: u.ID, Active: true, Teams: teams, CreatedAt: Start}
	m := db.Membership{Store: s.ID, User: u.ID, Role: role, Seller: seller.ID, CreatedAt: Start}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		if err := tx.InsertUser(ctx, u); err != nil {
			return err
		}
		if err := tx.InsertSeller(ctx, seller); err != nil {
			return err
		}
		return tx.InsertMembership(ctx, m)
	})
	return db.Member{Membership: m, Person: u}
}

// Channel makes an active channel without a team.
func (s *Shop) Channel(name, kind string) db.Channel {
	s.t.Helper()
	c := db.Channel{Store: s.ID, ID: db.NewID(), Name: name, Kind: kind, Active: true, CreatedAt: Start, Version: 1}
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertChannel(ctx, c) })
	return c
}

// Contact makes a customer on a channel, whose number is vouched for.
func (s *Shop) Contact(channel, name, phone string) db.Contact {
	s.t.Helper()
	c := db.Contact{Store: s.ID, ID: db.NewID(), ChannelID: channel, ExternalID: db.NewID(), Name: name, Phone: phone,
		CreatedAt: Start}
	s.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = tx.InsertContact(ctx, c, db.ByProgram)
		return err
	})
	return c
}

// Customer makes a customer without contacts, in a seller's portfolio if one is named.
func (s *Shop) Customer(name, phone, seller string) db.Customer {
	s.t.Helper()
	c := db.Customer{Store: s.ID, ID: db.NewID(), Name: name, Phone: phone, Vouched: phone != "", Seller: seller, Version: 1, CreatedAt: Start}
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertCustomer(ctx, c) })
	return c
}

// Conversation makes a contact's open conversation: waiting and green since
// Start, as its seq 1, and tallied. change may change it before it is stored.
func (s *Shop) Conversation(contact db.Contact, change func(*db.Conversation)) db.Conversation {
	s.t.Helper()
	c := db.Conversation{Store: s.ID, ContactID: contact.ID, ChannelID: contact.ChannelID, Seq: 1, OpenedAt: Start,
		ConfigVersion: 1, FlowID: flow.DefaultFlow, LastText: "Oi", LastTextFrom: "customer",
		Conversation: flow.Conversation{ID: db.NewID(), Status: flow.Open, WaitStart: Start, ClockStart: Start,
			IdleSince: Start, LastFrom: flow.FromCustomer, LastAt: Start, Level: flow.Green, AsOf: Start}}
	if change != nil {
		change(&c)
	}
	if c.Visited == nil {
		c.Visited = []string{c.Holder()}
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		tallies := db.Tallies{}
		tallies.Moved(&c)
		if err := tx.InsertConversation(ctx, &c); err != nil {
			return err
		}
		event := db.Event{Store: s.ID, Seq: c.Seq, ByKind: db.ByCustomer, Record: flow.Record{At: c.OpenedAt,
			Conversation: c.ID, Type: flow.CustomerMessage, Queue: c.Queue(), Team: c.Team, Seller: c.Seller, Opened: true}}
		if err := tx.AppendEvents(ctx, event); err != nil {
			return err
		}
		return tx.ApplyTallies(ctx, tallies)
	})
	return c
}

// Join makes somebody who is a user already a member of this store too, and the
// seller it is here.
func (s *Shop) Join(m db.Member, name string, role db.Role, teams ...string) db.Member {
	s.t.Helper()
	seller := db.Seller{Store: s.ID, ID: db.NewID(), Name: name, User: m.User, Active: true, Teams: teams, CreatedAt: Start}
	joined := db.Membership{Store: s.ID, User: m.User, Role: role, Seller: seller.ID, CreatedAt: Start}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		if err := tx.InsertSeller(ctx, seller); err != nil {
			return err
		}
		return tx.InsertMembership(ctx, joined)
	})
	return db.Member{Membership: joined, Person: m.Person}
}
