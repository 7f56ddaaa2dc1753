package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/ui"
)

func archive(team db.Team) string { return teams + "/" + team.ID + "/arquivar" }

func (f *floor) settle() {
	f.t.Helper()
	if err := f.s.Settle(context.Background()); err != nil {
		f.t.Fatal(err)
	}
}

// A team that nothing uses goes without a replacement, and its members are members
// of nothing.
func TestArchiveAnUnusedTeam(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	held := f.says("João", "Oi", f.vendas, noSeller)
	f.act(f.ana, scheduler.Act{Conversation: held, Type: flow.Assume, Seller: f.ana.Seller})
	ask := f.ask(dialog(f.clara), archive(f.vendas), nil).is(200).lacks("#replacement")
	ask.says("h2", "Arquivar o time Vendas?").says("#archive-changes", "Nenhuma conversa está na fila", "1 conversa que já está com um vendedor continua com ele.", "2 membros saem")
	done := f.ask(dialog(f.clara), archive(f.vendas), ask.form()).is(200)
	if done.Header().Get(ui.HeaderPanel) != "close" || !strings.Contains(done.toast(), "Time Vendas arquivado.") {
		t.Errorf("archived: %v", done.Header())
	}
	if !f.team(f.vendas.ID).Archived || len(f.members(f.vendas.ID)) != 0 {
		t.Errorf("archived %v with %v", f.team(f.vendas.ID), f.members(f.vendas.ID))
	}
	f.settle()
	if c := f.conversation(held); c.Seller != f.ana.Seller {
		t.Errorf("Ana's conversation went to %s", c.Holder())
	}
	f.wantTrail("Clara archived team Vendas [{conversations  0} {members Ana, Bia }]")
	f.ask(page(f.clara), "/conversas/"+held, nil).is(200).says("main", "Vendas")
	again := f.ask(dialog(f.clara), archive(f.vendas), ask.form()).is(200)
	if !strings.Contains(again.toast(), "est\\u00e1 arquivado") || len(f.trail()) != 1 {
		t.Errorf("archived twice: %s, %v", again.toast(), f.trail())
	}
	if got := f.ask(dialog(f.clara), archive(f.vendas), nil).is(200); got.Header().Get(ui.HeaderPanel) != "close" {
		t.Error("an archived team is asked about")
	}
}

// Conversations, a flow, a channel: somebody has to take over, is shown what it
// means, and gets them all.
func TestArchiveAUsedTeam(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	flowOf(f, flow.WaitingQueue, flow.Action{Type: flow.TransferTeam, Team: f.vendas.ID})
	f.configure(func(ctx context.Context, tx *db.Tx, now time.Time) error {
		channel := f.channel
		channel.Team = f.vendas.ID
		if err := tx.UpdateChannel(ctx, channel); err != nil {
			return err
		}
		return tx.InsertFlow(ctx, db.Flow{Store: f.shop.ID, Name: "Noite", UpdatedAt: now, Flow: flow.Flow{ID: "noite", Queue: flow.TeamQueue,
			Kind: flow.Alternative, Targets: []string{f.vendas.ID}, Alert1: time.Minute, Alert2: time.Hour, Clock: flow.Always, Active: true,
			Action: flow.Action{Type: flow.ActionNone}}})
	})
	var ids []string
	for i := range 3 {
		ids = append(ids, f.says(fmt.Sprint("c", i), "Oi", f.vendas, noSeller))
	}
	f.pass(time.Minute)
	f.settle()

	ask := f.ask(dialog(f.clara), archive(f.vendas), nil).is(200).says("#archive-changes", "3 conversas abertas estão na fila deste time e precisam de outro.",
		"3 1º alerta", "2 fluxos usam Vendas", "Tem Vendas como exceção.", "Transfere para Vendas.", "1 canal direciona para Vendas: WhatsApp.")
	f.ask(dialog(f.clara), archive(f.vendas), ask.form()).is(422).says("#replacement-error", "Escolha o time que fica no lugar.")
	f.ask(dialog(f.clara), archive(f.vendas), ask.form("replacement", f.vendas.ID)).is(409).says("#replacement-error", "não está mais em uso")
	// Who did not see what it means is shown it first, with their choice kept.
	unseen := f.ask(dialog(f.clara), archive(f.vendas), ask.form("replacement", f.plantao.ID)).is(409)
	unseen.says("[role=alert]", "Confira o que muda com Plantão no lugar.")
	preview := f.ask(page(f.clara), archive(f.vendas), ask.form("replacement", f.plantao.ID, "go", "preview")).is(200)
	chosen := f.ask(dialog(f.clara), archive(f.vendas)+"?replacement="+f.plantao.ID, nil).is(200)
	for _, shown := range []asked{unseen, preview, chosen} {
		shown.says("#archive-changes", "3 conversas abertas vão para Plantão.", "2 fluxos mudam", "A exceção Vendas passa a ser Plantão, que sai do fluxo principal.",
			"A ação passa a ser “Transferir para Plantão”.", "1 canal passa a direcionar para Plantão: WhatsApp.")
		if got := shown.form().Get("replacement"); got != f.plantao.ID {
			t.Errorf("the choice is %q", got)
		}
	}
	if f.team(f.vendas.ID).Archived || len(f.trail()) != 0 {
		t.Fatal("archived without being told to")
	}

	done := f.ask(page(f.clara), archive(f.vendas), chosen.form()).is(http.StatusSeeOther)
	if to := done.Header().Get("Location"); to != teams+"/"+f.vendas.ID {
		t.Errorf("leads to %s", to)
	}
	f.ask(page(f.clara), teams+"/"+f.vendas.ID, nil).says("main", "Movendo 3 conversas para Plantão…", "Time arquivado").says("#restore", "Desarquivar").lacks("#edit").
		says("#toasts", "Time Vendas arquivado: 3 conversas vão para Plantão.")
	f.ask(page(f.clara), teams+"?tab=archived", nil).says("#teams", "Movendo 3 conversas…")
	f.settle()
	for _, id := range ids {
		if c := f.conversation(id); c.Team != f.plantao.ID {
			t.Errorf("a conversation is with %s", c.Holder())
		}
	}
	f.ask(page(f.clara), "/conversas/"+ids[0], nil).says("main", "Transferida por Clara de Vendas para Plantão")
	if gone := f.ask(page(f.clara), teams+"/"+f.vendas.ID, nil).says("#conversations", "Nenhuma"); strings.Contains(gone.Body.String(), "Movendo") {
		t.Error("still moving")
	}
	f.wantTrail(
		"Clara changed flow fluxo Noite da fila do time [{targets Vendas Plantão}]",
		"Clara changed flow fluxo principal da fila aguardando [{action Transferir para Vendas Transferir para Plantão}]",
		"Clara changed channel WhatsApp [{team Vendas Plantão}]",
		"Clara archived team Vendas [{replacement  Plantão} {conversations  3} {members Ana, Bia }]")
}

// What was seen is no longer so: it is shown again, and nothing is done.
func TestArchiveWhatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	unused := f.ask(dialog(f.clara), archive(f.vendas), nil).form()
	f.says("Maria", "Oi", f.vendas, noSeller)
	f.ask(dialog(f.clara), archive(f.vendas), unused).is(422).says("#replacement-error", "Escolha o time que fica no lugar.").says("#archive-changes", "1 conversa aberta está na fila")

	seen := f.ask(dialog(f.clara), archive(f.vendas)+"?replacement="+f.plantao.ID, nil).form()
	flowOf(f, flow.WaitingQueue, flow.Action{Type: flow.TransferTeam, Team: f.vendas.ID})
	changed := f.ask(dialog(f.clara), archive(f.vendas), seen).is(409)
	changed.says("[role=alert]", "Algo mudou enquanto você estava aqui.").says("#archive-changes", "1 fluxo muda")
	// One conversation more is no other answer.
	f.says("João", "Oi", f.vendas, noSeller)
	f.ask(dialog(f.clara), archive(f.vendas), changed.form()).is(200)
	if !f.team(f.vendas.ID).Archived {
		t.Error("not archived")
	}
}

// Transfers that would lead round are warned of, and archived in spite of that when
// the warning was read.
func TestArchiveIntoACircle(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	trocas := f.shop.Team("Trocas")
	f.configure(func(ctx context.Context, tx *db.Tx, now time.Time) error {
		for id, way := range map[string][2]string{"ida": {f.plantao.ID, f.vendas.ID}, "volta": {trocas.ID, f.plantao.ID}} {
			err := tx.InsertFlow(ctx, db.Flow{Store: f.shop.ID, Name: id, UpdatedAt: now, Flow: flow.Flow{ID: id, Queue: flow.TeamQueue,
				Kind: flow.Alternative, Targets: []string{way[0]}, Alert1: time.Minute, Alert2: time.Hour, Clock: flow.Always, Active: true,
				Action: flow.Action{Type: flow.TransferTeam, Team: way[1]}}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	seen := f.ask(dialog(f.clara), archive(f.vendas)+"?replacement="+trocas.ID, nil).form()
	warned := f.ask(dialog(f.clara), archive(f.vendas), seen).is(422)
	warned.says("[role=alert]", "Confira antes de arquivar", "As transferências automáticas dão uma volta").says("button", "Arquivar assim mesmo")
	if f.team(f.vendas.ID).Archived {
		t.Fatal("archived before the warning was read")
	}
	f.ask(dialog(f.clara), archive(f.vendas), warned.form()).is(200)
	if !f.team(f.vendas.ID).Archived {
		t.Error("not archived")
	}
}

// With no other team there is nobody to take over: the dialog says what to do.
func TestArchiveTheOnlyTeam(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	f.ask(dialog(f.clara), archive(f.plantao), f.ask(dialog(f.clara), archive(f.plantao), nil).form()).is(200)
	f.says("Maria", "Oi", f.vendas, noSeller)
	only := f.ask(dialog(f.clara), archive(f.vendas), nil).is(200).says(".notice", "Crie outro time primeiro.").lacks("#replacement").lacks(".button-danger")
	f.ask(dialog(f.clara), archive(f.vendas), only.form()).is(422)
}

// A team that another's conversations are on their way to is in use; archiving it
// sends them on.
func TestArchiveTheTargetOfAMove(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	trocas := f.shop.Team("Trocas")
	f.configure(func(context.Context, *db.Tx, time.Time) error { return nil })
	id := f.says("Maria", "Oi", f.vendas, noSeller)
	f.ask(dialog(f.clara), archive(f.vendas), f.ask(dialog(f.clara), archive(f.vendas)+"?replacement="+f.plantao.ID, nil).form()).is(200)
	f.ask(dialog(f.clara), archive(f.plantao), nil).says("#archive-changes", "Conversas de outro time arquivado ainda estão a caminho deste")
	f.ask(dialog(f.clara), archive(f.plantao), f.ask(dialog(f.clara), archive(f.plantao)+"?replacement="+trocas.ID, nil).form()).is(200)
	f.settle()
	if c := f.conversation(id); c.Team != trocas.ID {
		t.Errorf("the conversation is with %s", c.Holder())
	}
}

func TestRestoreTeam(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	id := f.says("Maria", "Oi", f.vendas, noSeller)
	f.ask(dialog(f.clara), archive(f.vendas), f.ask(dialog(f.clara), archive(f.vendas)+"?replacement="+f.plantao.ID, nil).form()).is(200)
	f.ask(part(f.clara), teams+"/novo", f.ask(part(f.clara), teams+"/novo", nil).form("name", "Vendas")).is(422).
		says("#team-name-error", "O time arquivado Vendas já tem este nome. Desarquive-o ou escolha outro nome.")
	restore := teams + "/" + f.vendas.ID + "/restaurar"
	back := f.ask(part(f.clara), restore, f.ask(page(f.clara), teams+"/"+f.vendas.ID, nil).form()).is(200)
	back.says("#members", "Ninguém neste time ainda").says("#conversations", "1 No prazo")
	f.settle()
	if c := f.conversation(id); c.Team != f.vendas.ID {
		t.Errorf("what had not been moved went to %s", c.Holder())
	}
	if f.team(f.vendas.ID).Archived || !strings.Contains(back.toast(), "desarquivado") {
		t.Errorf("not restored: %s", back.toast())
	}
	again := f.ask(page(f.clara), restore, back.form()).is(http.StatusSeeOther)
	if trail := f.trail(); len(trail) != 2 || trail[1] != "Clara restored team Vendas []" || again.Header().Get("Location") != teams+"/"+f.vendas.ID {
		t.Errorf("the trail is %v", trail)
	}
	f.says("João", "Oi", f.vendas, noSeller)
}

// What an archived team still has, from before a replacement was asked for, can be
// moved from its page.
func TestMoveWhatAnArchivedTeamStillHas(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	id := f.says("Maria", "Oi", f.vendas, noSeller)
	f.configure(func(ctx context.Context, tx *db.Tx, _ time.Time) error {
		old := f.vendas
		old.Archived = true
		return tx.UpdateTeam(ctx, old)
	})
	f.ask(page(f.paulo), teams+"/"+f.vendas.ID, nil).says(".notice", "Ninguém as recebe").lacks("#archive")
	f.ask(page(f.clara), teams+"/"+f.vendas.ID, nil).says("#archive", "Mover para outro time")
	ask := f.ask(dialog(f.clara), archive(f.vendas)+"?replacement="+f.plantao.ID, nil).says("h2", "Mover as conversas de Vendas").says("button", "Mover")
	moved := f.ask(dialog(f.clara), archive(f.vendas), ask.form()).is(200)
	if !strings.Contains(moved.toast(), "1 conversa vai para Plant") {
		t.Errorf("moved: %s", moved.toast())
	}
	f.settle()
	if c := f.conversation(id); c.Team != f.plantao.ID {
		t.Errorf("the conversation is with %s", c.Holder())
	}
	f.wantTrail("Clara transferred team Vendas [{replacement  Plantão} {conversations  1}]")
}
