package db_test

import (
	"fmt"
	"slices"
	"testing"

	"semaforo/db"
	"semaforo/db/dbtest"
)

func TestPhoneKey(t *testing.T) {
	t.Parallel()
	same := [][]string{
		{"+55 (11) 98765-4321", "11 98765-4321", "1198765 4321", "5511987654321", "+551187654321", "11 8765-4321"},
		{"+55 11 91234-5678", "(11) 1234-5678"},
		{"+55 11 93333-4444", "11933334444"},
		{"+55 11 3333-4444", "1133334444"},
		{"+51 987 654 321"},
		{"+1 415 555 0123"},
	}
	keys := map[string]int{}
	for i, group := range same {
		for _, phone := range group {
			if of, known := keys[db.PhoneKey(phone)]; known && of != i {
				t.Errorf("%s is the same as those of group %d", phone, of)
			}
			if db.PhoneKey(phone) != db.PhoneKey(group[0]) {
				t.Errorf("%s and %s differ", phone, group[0])
			}
			keys[db.PhoneKey(phone)] = i
		}
	}
}

func namesOf(p db.CustomerPage) []string {
	var names []string
	for _, r := range p.Rows {
		names = append(names, r.Name)
	}
	return names
}

func TestCustomersAreListedByName(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ana, bia := s.Seller("Ana"), s.Seller("Bia")
		for i, name := range []string{"Zélia Prado", "ágata Luz", "Bruno Prado", "Agnes", "bianca D'Ávila"} {
			s.Customer(name, fmt.Sprintf("+55 11 9876%d-4321", i), []string{"", ana.ID, bia.ID}[i%3])
		}
		list := func(q db.CustomerQuery) db.CustomerPage { return must[db.CustomerPage](t)(d.Customers(ctx, s.ID, q)) }
		all := []string{"ágata Luz", "Agnes", "bianca D'Ávila", "Bruno Prado", "Zélia Prado"}
		diff(t, namesOf(list(db.CustomerQuery{})), all)
		for _, c := range []struct {
			query db.CustomerQuery
			want  []string
		}{
			{db.CustomerQuery{Search: "PRADO"}, []string{"Bruno Prado", "Zélia Prado"}},
			{db.CustomerQuery{Search: "zelia pra"}, []string{"Zélia Prado"}},
			{db.CustomerQuery{Search: "avila"}, []string{"bianca D'Ávila"}},
			{db.CustomerQuery{Search: "8762-43"}, []string{"Bruno Prado"}},
			{db.CustomerQuery{Search: "(11) 98763"}, []string{"Agnes"}},
			{db.CustomerQuery{Search: "4321", Seller: ana.ID}, []string{"ágata Luz", "bianca D'Ávila"}},
			{db.CustomerQuery{Nobody: true}, []string{"Agnes", "Zélia Prado"}},
			{db.CustomerQuery{Seller: bia.ID}, []string{"Bruno Prado"}},
			{db.CustomerQuery{Search: "rado"}, nil}, {db.CustomerQuery{Search: "%"}, nil},
			{db.CustomerQuery{Search: "prado agnes"}, nil},
		} {
			diff(t, namesOf(list(c.query)), c.want)
			if n := must[int](t)(d.CountCustomers(ctx, s.ID, c.query, 9)); n != len(c.want) {
				t.Errorf("%+v counts %d, want %d", c.query, n, len(c.want))
			}
		}
		if row := list(db.CustomerQuery{Search: "bruno"}).Rows[0]; row.SellerName != "Bia" || !row.Vouched {
			t.Errorf("the row: %+v", row)
		}
		// Two a page, forwards and back.
		var seen []string
		query := db.CustomerQuery{Limit: 2}
		for {
			p := list(query)
			seen = append(seen, namesOf(p)...)
			if (p.Prev != nil) != (query.After != nil) {
				t.Errorf("after %v: prev %v", query.After, p.Prev)
			}
			if query.After = p.Next; p.Next == nil {
				break
			}
		}
		diff(t, seen, all)
		last := list(db.CustomerQuery{Limit: 2, After: &db.NameKey{Key: "bruno prado", ID: "z"}})
		back := list(db.CustomerQuery{Limit: 2, Before: last.Prev})
		diff(t, namesOf(back), all[2:4])
		if back.Next == nil || back.Prev == nil {
			t.Errorf("in the middle: %v %v", back.Prev, back.Next)
		}
		first := list(db.CustomerQuery{Limit: 2, Before: back.Prev})
		if diff(t, namesOf(first), all[:2]); first.Prev != nil || first.Next == nil {
			t.Errorf("at the beginning: %v %v", first.Prev, first.Next)
		}
	})
}

// A word that many have is looked for along the list, one that few have from the
// word: both find all there is, in order.
func TestCommonWordsFindEverybody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Seed(t, d, "a", dbtest.SeedSize{Open: 1800, Teams: 1, Sellers: 2, Channels: 1, Search: true})
		for _, c := range []struct {
			query db.CustomerQuery
			want  int
		}{
			{db.CustomerQuery{Search: "cliente"}, 1800}, {db.CustomerQuery{Search: "cliente 10000017"}, 10},
			{db.CustomerQuery{Search: "cliente 1000", Seller: s.Sellers[0].ID}, 450}, {db.CustomerQuery{Search: "cliente 100001799"}, 1},
		} {
			if n := must[int](t)(d.CountCustomers(ctx, s.ID, c.query, 5000)); n != c.want {
				t.Errorf("%+v finds %d, want %d", c.query, n, c.want)
			}
			var seen []string
			for query := c.query; ; {
				p := must[db.CustomerPage](t)(d.Customers(ctx, s.ID, query))
				seen = append(seen, namesOf(p)...)
				if query.After = p.Next; p.Next == nil {
					break
				}
			}
			if len(seen) != c.want || !slices.IsSorted(seen) {
				t.Errorf("%+v lists %d, sorted %v", c.query, len(seen), slices.IsSorted(seen))
			}
		}
	})
}

func TestCustomersChange(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ana, bia := s.Seller("Ana").ID, s.Seller("Bia").ID
		maria := s.Customer("Maria", "+5511987654321", "")
		joao, zoe := s.Customer("João", "", ana), s.Customer("Zoé", "", ana)
		maria.Name, maria.Seller, maria.Phone = "Marta", ana, ""
		write(t, d, func(tx *db.Tx) error {
			locked, err := tx.LockCustomer(ctx, s.ID, maria.ID)
			if err != nil || locked.Version != 1 {
				t.Errorf("locked %+v", locked)
			}
			return tx.UpdateCustomer(ctx, maria)
		})
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.UpdateCustomer(ctx, maria) }), db.ErrChanged)
		maria.Version, maria.Vouched = 2, false
		diff(t, must[db.Customer](t)(d.Customer(ctx, s.ID, maria.ID)), maria)
		for search, want := range map[string]int{"maria": 0, "4321": 0, "marta": 1} {
			if p := must[db.CustomerPage](t)(d.Customers(ctx, s.ID, db.CustomerQuery{Search: search})); len(p.Rows) != want {
				t.Errorf("%q finds %d", search, len(p.Rows))
			}
		}
		write(t, d, func(tx *db.Tx) error {
			n, err := tx.AssignCustomers(ctx, s.ID, []string{joao.ID, maria.ID, "nobody"}, bia)
			if n != 2 {
				t.Errorf("%d assigned", n)
			}
			return err
		})
		write(t, d, func(tx *db.Tx) error {
			if n, err := tx.MovePortfolio(ctx, s.ID, bia, ana); n != 2 || err != nil {
				t.Errorf("%d moved (%v)", n, err)
			}
			n, err := tx.AssignFound(ctx, s.ID, db.CustomerQuery{Search: "m"}, "")
			if n != 1 {
				t.Errorf("%d of the search assigned", n)
			}
			return err
		})
		for customer, want := range map[string]string{joao.ID: ana, zoe.ID: ana, maria.ID: ""} {
			if got := must[db.Customer](t)(d.Customer(ctx, s.ID, customer)).Seller; got != want {
				t.Errorf("%s is %q's, want %q", customer, got, want)
			}
		}
	})
}

// Whose number is whose: a program's number finds the one customer who has it and is
// not on the channel yet; a stranger's number finds nobody, and nobody by it.
func TestContactsAreRecognised(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ana := s.Seller("Ana").ID
		zap, chat := s.Channel("zap", db.ChannelAPI).ID, s.Channel("chat", db.ChannelChat).ID
		ours := s.Customer("Maria", "11 98765-4321", ana)
		come := func(channel, external, phone string, vouch db.Vouch) (c db.Contact) {
			t.Helper()
			write(t, d, func(tx *db.Tx) (err error) {
				c, _, err = tx.EnsureContact(ctx, db.Contact{Store: s.ID, ID: db.NewID(), ChannelID: channel, ExternalID: external,
					Name: external, Phone: phone, CreatedAt: dbtest.Start}, vouch)
				return err
			})
			if got := must[db.Contact](t)(d.Contact(ctx, s.ID, c.ID)); got != c {
				t.Errorf("stored %+v, answered %+v", got, c)
			}
			must[db.Customer](t)(d.Customer(ctx, s.ID, c.Customer))
			return c
		}
		if c := come(chat, "visitor", "+5511987654321", db.ByStranger); c.Customer == ours.ID || c.Seller != "" {
			t.Errorf("a stranger's number was believed: %+v", c)
		}
		if c := come(zap, "z-1", "+551187654321", db.ByProgram); c.Customer != ours.ID || c.Seller != ana {
			t.Errorf("not recognised without the ninth digit: %+v", c)
		}
		if c := come(zap, "z-2", "+5511987654321", db.ByProgram); c.Customer == ours.ID {
			t.Error("somebody who is on the channel already was joined")
		}
		other := s.Channel("other", db.ChannelAPI).ID
		if c := come(other, "o-1", "+5511987654321", db.ByProgram); c.Customer == ours.ID {
			t.Error("a number of two customers was taken for one's")
		}
		if c := come(chat, "typed", "+5521987654321", db.ByStranger); c.Customer == come(zap, "z-3", "+5521987654321", db.ByProgram).Customer {
			t.Error("a number that a stranger typed led to them")
		}
		diff(t, len(must[[]db.Contact](t)(d.ContactsOf(ctx, s.ID, ours.ID))), 1)
	})
}

// A customer is called what their channel calls them until somebody says otherwise.
func TestACustomerFollowsTheirContact(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		contact := s.Contact(s.Channel("chat", db.ChannelChat).ID, "Cliente", "")
		change := func(name, phone string, vouch db.Vouch) db.Customer {
			t.Helper()
			next := contact
			next.Name, next.Phone = name, phone
			write(t, d, func(tx *db.Tx) error { return tx.UpdateContact(ctx, contact, next, vouch) })
			contact = next
			return must[db.Customer](t)(d.Customer(ctx, s.ID, contact.Customer))
		}
		if c := change("Maria", "+5511", db.ByStranger); c.Name != "Maria" || c.Phone != "+5511" || c.Vouched {
			t.Errorf("did not go along: %+v", c)
		}
		c := must[db.Customer](t)(d.Customer(ctx, s.ID, contact.Customer))
		c.Name, c.Vouched = "Dona Maria", true
		write(t, d, func(tx *db.Tx) error { return tx.UpdateCustomer(ctx, c) })
		if c := change("Mari", "+5522", db.ByStranger); c.Name != "Dona Maria" || c.Phone != "+5511" {
			t.Errorf("people's word was overwritten: %+v", c)
		}
	})
}

func TestJoinCustomers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ana, bia, vendas := s.Seller("Ana").ID, s.Seller("Bia").ID, s.Team("Vendas").ID
		channel := s.Channel("api", db.ChannelAPI).ID
		one, two := s.Contact(channel, "Maria", ""), s.Contact(channel, "Maria Prado", "+5511987654321")
		hers := s.Conversation(one, func(c *db.Conversation) { c.Seller = ana })
		queued := s.Conversation(two, func(c *db.Conversation) { c.Team = vendas })
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.AssignCustomers(ctx, s.ID, []string{two.Customer}, ana)
			if err != nil {
				return err
			}
			from, err := tx.LockCustomer(ctx, s.ID, two.Customer)
			if err != nil {
				return err
			}
			into, err := tx.LockCustomer(ctx, s.ID, one.Customer)
			if err != nil {
				return err
			}
			wantError(t, tx.JoinCustomers(ctx, into, into), db.ErrNotFound)
			return tx.JoinCustomers(ctx, from, into)
		})
		joined := must[db.Customer](t)(d.Customer(ctx, s.ID, one.Customer))
		if joined.Name != "Maria" || joined.Phone != "+5511987654321" || joined.Seller != ana || !joined.Vouched {
			t.Errorf("joined: %+v", joined)
		}
		_, err := d.Customer(ctx, s.ID, two.Customer)
		wantError(t, err, db.ErrNotFound)
		if n := len(must[[]db.Contact](t)(d.ContactsOf(ctx, s.ID, one.Customer))); n != 2 {
			t.Errorf("%d contacts", n)
		}
		for _, c := range []struct {
			sight db.Sight
			want  []string
		}{
			{db.Sight{All: true}, []string{queued.ID, hers.ID}}, {db.Sight{Seller: ana}, []string{hers.ID}}, {db.Sight{Seller: bia}, nil},
			{db.Sight{Seller: bia, Teams: []string{vendas}}, []string{queued.ID}},
		} {
			var ids []string
			for _, v := range must[[]db.Conversation](t)(d.ConversationsOfCustomer(ctx, s.ID, one.Customer, c.sight, "", 9)) {
				ids = append(ids, v.ID)
			}
			diff(t, ids, c.want)
		}
		if older := must[[]db.Conversation](t)(d.ConversationsOfCustomer(ctx, s.ID, one.Customer, db.Sight{All: true}, queued.ID, 9)); len(older) != 1 {
			t.Errorf("%d older ones", len(older))
		}
	})
}
