package handlers_test

import (
	"testing"

	"semaforo/db"
	"semaforo/handlers"
)

// Who sees how much of whom, and who may change what, as a person would read it out.
func TestWhoSeesAndAssignsWhichCustomers(t *testing.T) {
	t.Parallel()
	const none, talk, full = handlers.NoInsight, handlers.TalkInsight, handlers.FullInsight
	type may struct {
		sees             handlers.Insight
		edits            bool
		take, drop, give bool // into one's own portfolio, out of the present one, into a colleague's
	}
	mine, hers, nobodys := db.Customer{Store: "loja", Seller: "ana"}, db.Customer{Store: "loja", Seller: "bia"}, db.Customer{Store: "loja"}
	foreign := db.Customer{Store: "outra", Seller: "ana"}
	for _, c := range []struct {
		name        string
		role        handlers.Role
		open, talks bool
		customer    db.Customer
		want        may
	}{
		{"Administração, a seller's", handlers.Admin, false, false, hers, may{full, true, true, true, true}},
		{"Administração, nobody's", handlers.Admin, false, false, nobodys, may{full, true, true, false, true}},
		{"Supervisão, a seller's", handlers.Supervisor, false, false, hers, may{full, true, true, true, true}},
		{"Supervisão, another store's", handlers.Supervisor, true, true, foreign, may{}},
		{"Atendimento, one's own", handlers.Agent, false, false, mine, may{full, true, false, true, false}},
		{"Atendimento, a colleague's", handlers.Agent, false, false, hers, may{}},
		{"Atendimento, a colleague's whose conversation one sees", handlers.Agent, false, true, hers, may{sees: talk}},
		{"Atendimento, nobody's", handlers.Agent, false, false, nobodys, may{none, false, true, false, false}},
		{"Atendimento, nobody's whose conversation one sees", handlers.Agent, false, true, nobodys, may{talk, false, true, false, false}},
		{"Atendimento, open, a colleague's", handlers.Agent, true, false, hers, may{sees: full}},
		{"Atendimento, open, nobody's", handlers.Agent, true, false, nobodys, may{full, false, true, false, false}},
		{"Atendimento, open, another store's", handlers.Agent, true, true, foreign, may{}},
		{"an unknown role", handlers.Role("owner"), true, true, mine, may{}},
	} {
		v := &handlers.Viewer{Store: db.Store{ID: "loja", OpenPortfolio: c.open}, Role: c.role, Seller: "ana"}
		assign := func(to string) bool { return c.customer.Seller != to && handlers.CanAssign(v, c.customer, to) }
		got := may{handlers.InsightInto(v, c.customer, c.talks), handlers.CanEditCustomer(v, c.customer), assign("ana"), assign(""), assign("caio")}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	if handlers.InsightInto(nil, mine, true) != none || handlers.CanEditCustomer(nil, mine) || handlers.CanAssign(nil, mine, "") || handlers.SeesAllCustomers(nil) {
		t.Error("nobody may do something")
	}
	unassigned := &handlers.Viewer{Store: db.Store{ID: "loja"}, Role: handlers.Agent}
	if handlers.CanAssign(unassigned, nobodys, "") || handlers.InsightInto(unassigned, nobodys, false) != none || handlers.CanEditCustomer(unassigned, nobodys) {
		t.Error("who is no seller has nobody's customers")
	}
}
