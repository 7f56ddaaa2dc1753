package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

func TestDeactivateUser(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	maria, jose := f.says("Maria", "Oi", noTeam, f.ana), f.says("José", "Oi", noTeam, f.ana)
	path := usersPath + "/" + f.ana.User + "/desativar"
	f.configure(func(ctx context.Context, tx *db.Tx, now time.Time) error {
		return tx.SaveSession(ctx, db.Session{IDHash: "hers", Store: f.shop.ID, User: f.ana.User, CreatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(time.Hour), Data: "{}"})
	})
	f.ask(page(f.clara), path, nil).is(200).says("#modal", "Desativar Ana?", "2 conversas abertas").lacks("[name=flows]")
	f.ask(dialog(f.clara), path, url.Values{}).is(422).says("form", "Escolha para onde vão as conversas.")
	f.ask(dialog(f.clara), path, url.Values{"to": {"team"}}).is(422).says("form", "Escolha o time.")
	f.ask(dialog(f.clara), path, url.Values{"to": {"team"}, "to_team": {"nada"}}).is(422).says("form", "Escolha o time.")
	f.ask(dialog(f.clara), path, url.Values{"to": {"seller"}, "to_seller": {f.ana.Seller}}).is(422).says("form", "Escolha o vendedor")
	if f.colleague(f.ana).Disabled {
		t.Fatal("deactivated without a destination")
	}
	f.ask(dialog(f.clara), path, url.Values{"to": {"team"}, "to_team": {f.plantao.ID}}).is(200)
	f.settle()
	for _, id := range []string{maria, jose} {
		if c := f.conversation(id); c.Team != f.plantao.ID || c.Seller != "" {
			t.Errorf("a conversation is with %s", c.Holder())
		}
	}
	f.ask(page(f.clara), "/conversas/"+maria, nil).says("main", "Transferida por Clara de Ana para Plantão")
	c := f.colleague(f.ana)
	if !c.Disabled || c.As.Active || c.Person.Disabled {
		t.Errorf("deactivated: %+v", c)
	}
	if _, err := f.shop.DB.Session(context.Background(), "hers", f.now()); err == nil {
		t.Error("the session goes on")
	}
	if got := f.audited(db.NounUser); !slices.Equal(got, []string{"disabled: conversations Ana→Plantão"}) {
		t.Errorf("audit: %q", got)
	}
	f.ask(dialog(f.clara), path, url.Values{"to": {"team"}, "to_team": {f.plantao.ID}}).is(409)
	f.ask(dialog(f.clara), usersPath+"/"+f.ana.User, url.Values{"name": {"Ana"}, "role": {"agent"}}).is(409)

	// And back.
	f.ask(page(f.clara), usersPath+"?tab=disabled", nil).is(200).says("#user-"+f.ana.User, "Reativar")
	f.ask(part(f.clara), usersPath+"/"+f.ana.User+"/reativar", url.Values{}).is(200)
	f.ask(page(f.clara), usersPath+"/"+f.ana.User+"/reativar", url.Values{}).is(http.StatusSeeOther)
	if c := f.colleague(f.ana); c.Disabled || !c.As.Active {
		t.Errorf("back: %+v", c)
	}
	if got := f.audited(db.NounUser); len(got) != 2 || got[0] != "enabled: " {
		t.Errorf("audit: %q", got)
	}
}

func TestWhoCannotBeDeactivated(t *testing.T) {
	t.Parallel()
	f, davi := newStaff(t)
	for _, form := range []url.Values{nil, {}} {
		f.ask(page(f.clara), usersPath+"/"+f.clara.User+"/desativar", form).is(409).says("*", "Ninguém desativa a si mesmo")
	}
	f.ask(dialog(f.clara), usersPath+"/"+davi.User+"/desativar", url.Values{}).is(200)
	for _, form := range []url.Values{nil, {}} {
		f.ask(page(davi), usersPath+"/"+f.clara.User+"/desativar", form).is(409).says("*", "É a única pessoa ativa da Administração")
	}
}

// sellerFlow is an alternative flow of the seller queue.
func (f *floor) sellerFlow(id string, goal string, targets ...string) {
	f.t.Helper()
	action := flow.Action{Type: flow.ActionNone}
	if goal != "" {
		action = flow.Action{Type: flow.TransferSeller, Seller: goal}
	}
	f.configure(func(ctx context.Context, tx *db.Tx, now time.Time) error {
		return tx.InsertFlow(ctx, db.Flow{Store: f.shop.ID, Name: id, UpdatedAt: now, UpdatedBy: "test", Flow: flow.Flow{ID: id, Queue: flow.SellerQueue,
			Kind: flow.Alternative, Targets: targets, Alert1: time.Minute, Alert2: time.Hour, Clock: flow.Always, Action: action, Active: true}})
	})
}

func (f *floor) flow(id string) db.Flow {
	f.t.Helper()
	got, err := f.shop.DB.Flow(context.Background(), f.shop.ID, id)
	if err != nil {
		f.t.Fatal(err)
	}
	return got
}

// namedInFlows is a staff where three flows name Ana: the team queue's main one
// transfers to her, and she is the exception of one; Bia is that of another.
func namedInFlows(t *testing.T) (f *floor, davi db.Member, path string) {
	f, davi = newStaff(t)
	flowOf(f, flow.TeamQueue, flow.Action{Type: flow.TransferSeller, Seller: f.ana.Seller})
	f.sellerFlow("dela", "", f.ana.Seller)
	f.sellerFlow("delas", f.paulo.Seller, f.bia.Seller)
	return f, davi, deactivation(f.ana)
}

func deactivation(m db.Member) string { return usersPath + "/" + m.User + "/desativar" }

// preview is the dialog once somebody is chosen for the flows.
func (f *floor) preview(path, instead string, pairs ...string) asked {
	f.t.Helper()
	form := f.ask(dialog(f.clara), path, nil).is(200).form(append(pairs, "flows", instead, "go", "preview")...)
	return f.ask(dialog(f.clara), path, form).is(200)
}

// Who takes the place in the flows has to be chosen, and what it means to be seen.
func TestDeactivateAsksAboutTheFlows(t *testing.T) {
	t.Parallel()
	f, _, path := namedInFlows(t)
	f.says("Maria", "Oi", noTeam, f.ana)
	ask := f.ask(page(f.clara), path, nil).is(200).says("#deactivate-changes", "2 fluxos usam Ana", "Transfere para Ana.", "Tem Ana como exceção.")
	f.ask(dialog(f.clara), path, ask.form("to_team", f.plantao.ID)).is(422).says("#flows-error", "Escolha quem entra no lugar, ou ninguém.")
	f.ask(dialog(f.clara), path, ask.form("flows", "nada")).is(422).says("#flows-error", "Escolha o vendedor")
	f.ask(dialog(f.clara), path, ask.form("flows", f.ana.Seller)).is(422)

	unseen := f.ask(dialog(f.clara), path, ask.form("to_team", f.plantao.ID, "flows", f.clara.Seller)).is(409)
	unseen.says("[role=alert]", "Confira o que muda nos fluxos antes de desativar.")
	typed := ask.form("to_team", f.plantao.ID, "flows", f.clara.Seller, "go", "preview")
	for _, shown := range []asked{unseen, f.ask(page(f.clara), path, typed).is(200), f.ask(dialog(f.clara), path, typed).is(200)} {
		shown.says("#deactivate-changes", "2 fluxos mudam", "A exceção Ana passa a ser Clara, que sai do fluxo principal.", "A ação passa a ser “Transferir para Clara”.")
		if got := shown.form(); got.Get("flows") != f.clara.Seller || got.Get("to_team") != f.plantao.ID {
			t.Errorf("what was chosen is now %v", got)
		}
	}
	// Nobody is a choice too: it is not done unseen either.
	f.ask(dialog(f.clara), path, unseen.form("flows", "none")).is(409).says("#deactivate-changes", "Fica sem nenhuma exceção e é excluído.", "A ação passa a ser “Nenhuma ação”.")
	if f.colleague(f.ana).Disabled || len(f.audited(db.NounFlow)) != 0 {
		t.Error("deactivated without being told to")
	}
}

// Flows that name who leaves: nobody in the place, or a colleague.
func TestDeactivateNamedInFlows(t *testing.T) {
	t.Parallel()
	t.Run("nobody", func(t *testing.T) {
		t.Parallel()
		f, _, path := namedInFlows(t)
		f.ask(dialog(f.clara), path, f.preview(path, "none").form()).is(200)
		if got := f.flow("main-team"); got.Action.Type != flow.ActionNone {
			t.Errorf("the main flow: %+v", got.Action)
		}
		if _, err := f.shop.DB.Flow(context.Background(), f.shop.ID, "dela"); err == nil {
			t.Error("a flow for nobody is still there")
		}
		want := []string{"changed: action Transferir para Ana→Nenhuma ação",
			"deleted: name dela→, targets Ana→, alert1 1 min→, alert2 1 h→, action Nenhuma ação→, action_when no 2º alerta→, clock Sempre→"}
		if got := f.audited(db.NounFlow); !slices.Equal(got, want) {
			t.Errorf("audit: %q", got)
		}
	})
	t.Run("a colleague", func(t *testing.T) {
		t.Parallel()
		f, _, path := namedInFlows(t)
		f.ask(dialog(f.clara), path, f.preview(path, f.clara.Seller).form()).is(200)
		if got := f.flow("dela"); !slices.Equal(got.Targets, []string{f.clara.Seller}) || got.UpdatedBy != "Clara" {
			t.Errorf("the flow that was hers: %+v", got)
		}
		if got := f.flow("main-team"); got.Action.Seller != f.clara.Seller {
			t.Errorf("the main flow: %+v", got.Action)
		}
	})
	t.Run("a colleague with a flow of their own", func(t *testing.T) {
		t.Parallel()
		f, _, path := namedInFlows(t)
		f.ask(dialog(f.clara), path, f.preview(path, f.bia.Seller).form()).is(200)
		if _, err := f.shop.DB.Flow(context.Background(), f.shop.ID, "dela"); err == nil {
			t.Error("Bia is an exception twice, or a flow is for nobody")
		}
		if got := f.flow("main-team"); got.Action.Seller != f.bia.Seller {
			t.Errorf("the main flow: %+v", got.Action)
		}
	})
	t.Run("where it transfers to already", func(t *testing.T) {
		t.Parallel()
		f, davi, _ := namedInFlows(t)
		f.sellerFlow("volta", davi.Seller, f.clara.Seller)
		f.ask(dialog(f.clara), deactivation(davi), f.preview(deactivation(davi), f.clara.Seller).form()).is(200)
		if got := f.flow("volta"); got.Action.Type != flow.ActionNone {
			t.Errorf("it transfers to its own exception: %+v", got)
		}
	})
}

// What was seen is no longer so: it is shown again, and nothing is done.
func TestDeactivateWhatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	f, _, path := namedInFlows(t)
	seen := f.preview(path, f.clara.Seller)
	flowOf(f, flow.WaitingQueue, flow.Action{Type: flow.TransferSeller, Seller: f.ana.Seller})
	changed := f.ask(dialog(f.clara), path, seen.form()).is(409).says("[role=alert]", "Algo mudou enquanto você estava aqui.")
	changed.says("#deactivate-changes", "3 fluxos mudam")
	if f.colleague(f.ana).Disabled {
		t.Fatal("deactivated")
	}
	f.ask(dialog(f.clara), path, changed.form()).is(200)
	if got := f.flow("main-waiting"); got.Action.Seller != f.clara.Seller {
		t.Errorf("the flow that came meanwhile: %+v", got.Action)
	}
}

// Transfers that would lead round are warned of, and made in spite of that when the
// warning was read.
func TestDeactivateIntoACircle(t *testing.T) {
	t.Parallel()
	f, davi, path := namedInFlows(t)
	f.sellerFlow("ida", f.ana.Seller, f.paulo.Seller)
	f.sellerFlow("volta", f.paulo.Seller, davi.Seller)
	warned := f.ask(dialog(f.clara), path, f.preview(path, davi.Seller).form()).is(422)
	warned.says("[role=alert]", "Confira antes de desativar", "As transferências automáticas dão uma volta").says("button", "Desativar assim mesmo")
	if f.colleague(f.ana).Disabled {
		t.Fatal("deactivated before the warning was read")
	}
	f.ask(dialog(f.clara), path, warned.form()).is(200)
	if !f.colleague(f.ana).Disabled {
		t.Error("not deactivated")
	}
}

// Who comes back before everything was moved keeps what is left.
func TestReactivateEndsTheMove(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	id := f.says("Maria", "Oi", noTeam, f.ana)
	f.ask(dialog(f.clara), deactivation(f.ana), url.Values{"to": {"seller"}, "to_seller": {f.bia.Seller}}).is(200)
	f.ask(page(f.clara), usersPath+"/"+f.ana.User+"/reativar", url.Values{}).is(http.StatusSeeOther)
	f.settle()
	if c := f.conversation(id); c.Seller != f.ana.Seller {
		t.Errorf("what had not been moved went to %s", c.Holder())
	}
}

// Whose colleague's conversations are on their way to them says where they go
// instead; the moves go on there.
func TestDeactivateTheTargetOfAMove(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	id := f.says("Maria", "Oi", noTeam, f.ana)
	f.ask(dialog(f.clara), deactivation(f.ana), url.Values{"to": {"seller"}, "to_seller": {f.bia.Seller}}).is(200)
	path := deactivation(f.bia)
	f.ask(page(f.clara), path, nil).is(200).says("#modal", "Nenhuma conversa aberta com Bia.", "Conversas de outra pessoa ainda estão a caminho de Bia", "Para onde vão as conversas")
	f.ask(dialog(f.clara), path, url.Values{}).is(422).says("form", "Escolha para onde vão as conversas.")
	if f.colleague(f.bia).Disabled {
		t.Fatal("deactivated without a destination")
	}
	f.ask(dialog(f.clara), path, url.Values{"to": {"team"}, "to_team": {f.plantao.ID}}).is(200)
	f.settle()
	if c := f.conversation(id); c.Team != f.plantao.ID || c.Seller != "" {
		t.Errorf("the conversation is with %s", c.Holder())
	}
	f.ask(dialog(f.clara), deactivation(f.paulo), nil).is(200).lacks("#to")
}

func TestDeactivatePassesThePortfolioOn(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	maria := f.shop.Customer("Maria", "", f.ana.Seller)
	holder := func() string { return f.customer(maria.ID).Seller }
	path := usersPath + "/" + f.ana.User
	f.ask(page(f.clara), path+"/desativar", nil).is(200).says("#modal", "Carteira: 1 cliente")
	f.ask(dialog(f.clara), path+"/desativar", url.Values{"portfolio": {"nada"}}).is(422).says("form", "Escolha o vendedor")
	f.ask(dialog(f.clara), path+"/desativar", url.Values{}).is(200)
	if holder() != f.ana.Seller {
		t.Error("the portfolio went without being asked")
	}
	f.ask(page(f.clara), path+"/reativar", url.Values{}).is(http.StatusSeeOther)
	f.ask(dialog(f.clara), path+"/desativar", url.Values{"portfolio": {f.bia.Seller}}).is(200)
	if holder() != f.bia.Seller {
		t.Error("the portfolio stayed")
	}
	if got := f.audited(db.NounUser); got[0] != "disabled: portfolio Ana→Bia" {
		t.Errorf("audit: %q", got)
	}
}
