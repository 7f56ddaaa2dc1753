package handlers_test

import (
	"strings"
	"testing"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/handlers"
)

// The whole matrix, as a person would read it out: permission, then the roles
// in the order admin, supervisor, agent.
const roleMatrix = `
public               yes yes yes
signed_in            yes yes yes
see_conversations    yes yes yes
act_conversations    yes yes yes
see_all_conversations yes yes no
see_configuration    yes yes no
edit_configuration   yes no  no
see_customers        yes yes yes
assign_customers     yes yes no
see_reports          yes yes no
see_trouble          yes no  no
api:read             no  no  no
api:conversations    no  no  no
api:configuration    no  no  no
`

// And the tokens': read, conversations, configuration.
const scopeMatrix = `
api:read             yes yes yes
api:conversations    no  yes yes
api:configuration    no  no  yes
see_conversations    no  no  no
edit_configuration   no  no  no
`

func TestPermissionMatrix(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(strings.TrimSpace(roleMatrix)) {
		cells := strings.Fields(line)
		for i, role := range handlers.Roles {
			if got, want := role.Can(handlers.Permission(cells[0])), cells[i+1] == "yes"; got != want {
				t.Errorf("%s can %s: %v, want %v", role, cells[0], got, want)
			}
		}
		if handlers.Role("owner").Can(handlers.Permission(cells[0])) {
			t.Errorf("an unknown role can %s", cells[0])
		}
	}
	for line := range strings.Lines(strings.TrimSpace(scopeMatrix)) {
		cells := strings.Fields(line)
		for i, scope := range handlers.Scopes {
			if got, want := scope.Can(handlers.Permission(cells[0])), cells[i+1] == "yes"; got != want {
				t.Errorf("a %s token can %s: %v, want %v", scope, cells[0], got, want)
			}
		}
	}
}

func TestWhichConversationsEachRoleSees(t *testing.T) {
	t.Parallel()
	viewer := func(role handlers.Role) *handlers.Viewer {
		return &handlers.Viewer{Store: db.Store{ID: "loja"}, Role: role, Seller: "ana", Teams: []string{"vendas"}}
	}
	in := func(store, team, seller string) db.Conversation {
		return db.Conversation{Store: store, Conversation: flow.Conversation{Team: team, Seller: seller, Status: flow.Open}}
	}
	closed := in("loja", "", "bia")
	closed.Status = flow.Closed
	for _, test := range []struct {
		name                     string
		c                        db.Conversation
		admin, supervisor, agent bool
	}{
		{"one's own", in("loja", "", "ana"), true, true, true},
		{"one's own, from another team", in("loja", "suporte", "ana"), true, true, true},
		{"waiting in one's team", in("loja", "vendas", ""), true, true, true},
		{"waiting in another team", in("loja", "suporte", ""), true, true, false},
		{"a colleague's, of one's team", in("loja", "vendas", "bia"), true, true, false},
		{"a colleague's", in("loja", "", "bia"), true, true, false},
		{"aguardando", in("loja", "", ""), true, true, true},
		{"a colleague's, closed", closed, true, true, false},
		{"another store's, aguardando", in("outra", "", ""), false, false, false},
		{"another store's, same seller id", in("outra", "", "ana"), false, false, false},
	} {
		for role, want := range map[handlers.Role]bool{handlers.Admin: test.admin, handlers.Supervisor: test.supervisor, handlers.Agent: test.agent} {
			if got := handlers.CanSee(viewer(role), test.c); got != want {
				t.Errorf("%s sees %s: %v, want %v", role, test.name, got, want)
			}
			if got := handlers.CanAct(viewer(role), test.c); got != want {
				t.Errorf("%s acts on %s: %v, want %v", role, test.name, got, want)
			}
		}
	}
	if handlers.CanSee(nil, in("loja", "", "")) {
		t.Error("nobody sees Aguardando")
	}
	if stranger := viewer("owner"); handlers.CanSee(stranger, in("loja", "", "ana")) {
		t.Error("an unknown role sees its own conversations")
	}
	unassigned := viewer(handlers.Agent)
	unassigned.Seller = ""
	if handlers.CanSee(unassigned, in("loja", "", "bia")) {
		t.Error("who is no seller sees a seller's conversations")
	}
}
