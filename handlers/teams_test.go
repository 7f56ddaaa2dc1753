package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
	"semaforo/views/ui"
)

const teams = "/configuracoes/times"

// newTeams is a floor whose teams can be configured.
func newTeams(t *testing.T) *floor {
	t.Helper()
	f := newFloor(t)
	h, one := f.h, teams+"/:team"
	for path, handler := range map[string]echo.HandlerFunc{
		"GET " + teams: h.TeamsPage, "GET " + teams + "/novo": h.NewTeamPanel, "POST " + teams + "/novo": h.CreateTeam,
		"GET " + one: h.TeamPage, "GET " + one + "/editar": h.TeamPanel, "POST " + one + "/editar": h.SaveTeam,
		"GET " + one + "/arquivar": h.ArchiveTeamPage, "POST " + one + "/arquivar": h.ArchiveTeam, "POST " + one + "/restaurar": h.RestoreTeam,
	} {
		method, path, _ := strings.Cut(path, " ")
		f.echo.Add(method, path, handler)
	}
	return f
}

func (f *floor) team(id string) db.Team {
	f.t.Helper()
	team, err := f.shop.DB.Team(context.Background(), f.shop.ID, id)
	if err != nil {
		f.t.Fatal(err)
	}
	return team
}

// members are the names of a team's sellers, in order.
func (f *floor) members(team string) (names []string) {
	f.t.Helper()
	sellers, err := f.shop.DB.AllSellers(context.Background(), f.shop.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, p := range sellers {
		if slices.Contains(p.Teams, team) {
			names = append(names, p.Name)
		}
	}
	return names
}

// trail is the audit trail in short, the earliest entry first.
func (f *floor) trail() (lines []string) {
	f.t.Helper()
	entries := trailOf(f.t, f.shop, "")
	for _, e := range slices.Backward(entries) {
		lines = append(lines, fmt.Sprint(e.ByName, " ", e.Action, " ", e.Noun, " ", e.NounName, " ", e.Changes))
	}
	return lines
}

func (f *floor) wantTrail(want ...string) {
	f.t.Helper()
	if got := f.trail(); !slices.Equal(got, want) {
		f.t.Errorf("the audit trail says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// form is what the panel or dialog of an answer would post, changed by pairs.
func (a asked) form(pairs ...string) url.Values {
	a.t.Helper()
	form := url.Values{}
	root := a.doc.Find("dialog[open] form")
	if root.Length() == 0 {
		root = a.doc.Find("form")
	}
	for _, s := range root.First().Find("input, select").EachIter() {
		name, value := s.AttrOr("name", ""), s.AttrOr("value", "")
		if s.Is("select") {
			value = s.Find("option[selected]").AttrOr("value", "")
		}
		if _, checked := s.Attr("checked"); name == "" || slices.Contains([]string{"checkbox", "radio"}, s.AttrOr("type", "")) && !checked {
			continue
		}
		form.Add(name, value)
	}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func TestTeamsPage(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	f.says("Maria", "Oi", f.vendas, noSeller)
	f.says("João", "Oi", f.vendas, f.ana)
	flowOf(f, flow.WaitingQueue, flow.Action{Type: flow.TransferTeam, Team: f.vendas.ID})
	list := f.ask(page(f.paulo), teams, nil).is(200)
	list.says("#team-"+f.vendas.ID, "Vendas", "2", "Horário da loja", "Fluxo principal da fila aguardando", "No prazo")
	list.says("#team-"+f.plantao.ID, "Plantão", "1", "Nenhuma", "—").says(".notice", "Só a Administração pode alterá-los.").lacks("#create").lacks("#team-search")
	list.says("nav .section, nav", "Times")
	f.ask(page(f.clara), teams, nil).is(200).says("#create", "Criar")
	f.ask(page(f.clara), teams+"?tab=archived", nil).is(200).says("#teams", "Nenhum time arquivado")

	f.configure(func(ctx context.Context, tx *db.Tx, _ time.Time) error {
		old := f.plantao
		old.Archived = true
		return tx.UpdateTeam(ctx, old)
	})
	f.ask(page(f.clara), teams, nil).says("#tab-used", "1").says("#tab-archived", "1").lacks("#team-" + f.plantao.ID)
	f.ask(part(f.clara), teams+"?tab=archived", nil).is(200).says("#teams .table-quiet", "Plantão").lacks("h1")
	f.ask(page(f.clara), teams+"?q=VENDÁS", nil).says("#teams", "Vendas").says("#team-search", "")
	f.ask(page(f.clara), teams+"?q=nada", nil).says("#teams", "Nenhum time encontrado", "“nada”").says("#tab-used", "0")
}

// Two hundred teams cost as many statements as two, and none shows how to begin.
func TestTeamsPageFewAndMany(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	few := f.ask(page(f.clara), teams, nil).is(200).statements
	for i := range 200 {
		f.shop.Team(fmt.Sprint("Time ", i))
	}
	if many := f.ask(page(f.clara), teams, nil).is(200); many.statements != few || many.doc.Find("#teams tbody tr").Length() != 202 {
		t.Errorf("%d statements for 202 teams, %d for 2", many.statements, few)
	}
	f = newTeams(t)
	f.configure(func(ctx context.Context, tx *db.Tx, _ time.Time) (err error) {
		for _, team := range []db.Team{f.vendas, f.plantao} {
			if team.Archived = true; err == nil {
				err = tx.UpdateTeam(ctx, team)
			}
		}
		return err
	})
	f.ask(page(f.clara), teams, nil).says("#teams", "Nenhum time ainda", "Crie o primeiro time").says("#first", "Criar")
	f.ask(page(f.paulo), teams, nil).says("#teams", "A Administração cria os times").lacks("#first")
}

func TestTeamPage(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	at := teams + "/" + f.plantao.ID
	f.ask(page(f.clara), at, nil).is(200).says("h1", "Plantão").says("#members", "Bia", "Vendas").says("#edit", "Editar").says("#archive", "Arquivar").
		says("#flows", "Cores padrão", "até 5 min", "Nenhum canal direciona").says("#hours", "Horário da loja")
	flowOf(f, flow.TeamQueue, flow.Action{Type: flow.TransferTeam, Team: f.plantao.ID})
	f.configure(func(ctx context.Context, tx *db.Tx, now time.Time) error {
		own := f.plantao
		own.Hours = &flow.Week{time.Monday: {{Open: 540, Close: 720}, {Open: 780, Close: 1080}}, time.Tuesday: {{Open: 540, Close: 1440}}}
		channel := f.channel
		channel.Team = own.ID
		if err := tx.UpdateTeam(ctx, own); err != nil {
			return err
		}
		return tx.UpdateChannel(ctx, channel)
	})
	f.says("Maria", "Oi", f.plantao, noSeller)
	seen := f.ask(page(f.paulo), at, nil).is(200).lacks("#edit").lacks("#archive").says(".notice", "Só a Administração")
	seen.says("#flows", "Fluxo principal da fila do time", "Transferir para Plantão", "Transfere para este time", "Conversas novas de WhatsApp começam na fila")
	seen.says("#hours", "seg 09:00–12:00 e 13:00–18:00, ter 09:00–24:00", "Ver o horário").says("#conversations", "1 No prazo")
	if href := seen.doc.Find("#inbox").AttrOr("href", ""); href != "/conversas?tab=all&team="+f.plantao.ID {
		t.Errorf("the conversations are at %s", href)
	}
	if href := seen.doc.Find("#hours-link").AttrOr("href", ""); href != "/configuracoes/horarios/times/"+f.plantao.ID {
		t.Errorf("the hours are at %s", href)
	}
	f.ask(part(f.paulo), at, nil).is(200).says("#team h1", "Plantão")
	empty := f.shop.Team("Vazio")
	f.configure(func(context.Context, *db.Tx, time.Time) error { return nil })
	f.ask(page(f.paulo), teams+"/"+empty.ID, nil).says("#members", "Ninguém neste time ainda", "só a supervisão vê")
	f.ask(page(f.clara), teams+"/"+empty.ID, nil).says("#members", "Em Editar, marque quem atende")
}

// Another store's team is as little there as one that does not exist.
func TestAnotherStoresTeam(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	theirs := dbtest.Store(t, f.shop.DB, "outra").Team("Deles")
	for _, path := range []string{"", "/editar", "/arquivar", "/arquivar?replacement=" + f.vendas.ID} {
		if got, none := f.ask(page(f.clara), teams+"/"+theirs.ID+path, nil), f.ask(page(f.clara), teams+"/nada"+path, nil); got.Code != 404 || got.Body.String() != none.Body.String() {
			t.Errorf("GET %s: %d %s", path, got.Code, got.Body)
		}
	}
	for _, path := range []string{"/editar", "/arquivar", "/restaurar"} {
		form := url.Values{"name": {"Nosso"}}
		if got, none := f.ask(page(f.clara), teams+"/"+theirs.ID+path, form), f.ask(page(f.clara), teams+"/nada"+path, form); got.Code != 404 || got.Body.String() != none.Body.String() {
			t.Errorf("POST %s: %d %s", path, got.Code, got.Body)
		}
	}
	archive := f.ask(dialog(f.clara), teams+"/"+f.vendas.ID+"/arquivar?replacement="+theirs.ID, nil).is(200)
	archive.lacks("option[value='" + theirs.ID + "']")
}

func TestCreateTeam(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	panel := f.ask(part(f.clara), teams+"/novo", nil).is(200)
	panel.says("h2", "Novo time").says(".choices", "Ana", "Também em Vendas", "Bia", "Também em Plantão e Vendas")
	for name, words := range map[string]string{
		"":                      "Preencha este campo.",
		" \t ":                  "Preencha este campo.",
		strings.Repeat("é", 81): "Use no máximo 80 caracteres.",
		"a\u202eb":              "não podem ser usados",
		"VENDÁS":                "Já existe o time Vendas. Escolha outro nome.",
	} {
		refused := f.ask(part(f.clara), teams+"/novo", url.Values{"name": {name}, "members": {f.ana.Seller}}).is(422)
		refused.says("#team-name-error", words).says(".choice:has(input[checked])", "Ana")
	}
	made := f.ask(part(f.clara), teams+"/novo", url.Values{"name": {"  Balcão \u00a0 central "}, "members": {f.ana.Seller, f.bia.Seller, "nada", f.ana.Seller}}).is(200)
	if made.Header().Get(ui.HeaderPanel) != "close" || !strings.Contains(made.toast(), "criado") {
		t.Errorf("created: %v", made.Header())
	}
	id := strings.TrimPrefix(made.doc.Find("#teams tr[id]").First().AttrOr("id", ""), "team-")
	if team := f.team(id); team.Name != "Balcão central" || team.Archived || team.Hours != nil {
		t.Errorf("made %+v", team)
	}
	if got := f.members(id); !slices.Equal(got, []string{"Ana", "Bia"}) {
		t.Errorf("its members are %v", got)
	}
	f.wantTrail("Clara created team Balcão central [{name  Balcão central} {members  Ana, Bia}]")
	// It is in force, not only written down.
	f.says("Maria", "Oi", f.team(id), noSeller)

	plain := f.ask(page(f.clara), teams+"/novo", url.Values{"name": {"Caixa"}}).is(http.StatusSeeOther)
	if to := plain.Header().Get("Location"); to != teams {
		t.Errorf("without scripts it leads to %s", to)
	}
	f.ask(page(f.clara), teams, nil).says("#toasts", "Time Caixa criado.")
	f.ask(page(f.clara), teams+"/novo", nil).is(200).says("dialog#panel[open] h2", "Novo time").says("h1", "Times")
}

func TestEditTeam(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	f.configure(func(ctx context.Context, tx *db.Tx, now time.Time) error {
		return tx.InsertSeller(ctx, db.Seller{Store: f.shop.ID, ID: "velho", Name: "Velho", Teams: []string{f.vendas.ID}, CreatedAt: now})
	})
	at := teams + "/" + f.vendas.ID + "/editar"
	panel := f.ask(part(f.clara), at, nil).is(200).says("h2", "Editar Vendas").says(".choices", "Ana", "Bia", "Clara", "Paulo").says("form", "Horário da loja")
	if strings.Contains(panel.doc.Find(".choices").Text(), "Velho") {
		t.Error("who has left can be chosen")
	}
	form := panel.form("name", "Vendas e presentes")
	form["members"] = []string{f.bia.Seller, f.paulo.Seller}
	f.ask(part(f.clara), at, form).is(200).says("#members", "Paulo")
	if f.team(f.vendas.ID).Name != "Vendas e presentes" || !slices.Equal(f.members(f.vendas.ID), []string{"Bia", "Paulo", "Velho"}) {
		t.Errorf("saved %v with %v", f.team(f.vendas.ID), f.members(f.vendas.ID))
	}
	f.wantTrail("Clara changed team Vendas e presentes [{name Vendas Vendas e presentes} {members Ana, Bia Bia, Paulo}]")
	// Saving what is there already is no change.
	again := f.ask(part(f.clara), at, nil).form()
	f.ask(part(f.clara), at, again).is(200)
	if got := f.trail(); len(got) != 1 {
		t.Errorf("recorded %v", got)
	}
	f.ask(part(f.clara), at, f.ask(part(f.clara), at, nil).form("name", "plantao")).is(422).says("#team-name-error", "Já existe o time Plantão.")
	f.ask(page(f.clara), at, f.ask(page(f.clara), at, nil).form("name", "Vendas")).is(http.StatusSeeOther)
}

// Somebody else saved first: they are named, nothing is overwritten, what was typed
// is kept, and a second press goes through.
func TestTwoEditTeam(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	at := teams + "/" + f.vendas.ID + "/editar"
	open := func() url.Values { return f.ask(part(f.clara), at, nil).is(200).form() }
	first, second := open(), open()
	first["members"] = []string{f.ana.Seller}
	f.ask(part(f.clara), at, first).is(200)
	second.Set("name", "Balcão")
	lost := f.ask(part(f.clara), at, second).is(409)
	lost.says(".notice", "Clara mudou este time", "o que você fez ainda não foi salvo").says(".compare", "Vendas", "Balcão", "1 membro", "2 membros (com Bia)")
	if f.team(f.vendas.ID).Name != "Vendas" {
		t.Error("overwritten")
	}
	f.ask(part(f.clara), at, lost.form()).is(200)
	if f.team(f.vendas.ID).Name != "Balcão" || len(f.members(f.vendas.ID)) != 2 {
		t.Errorf("saved %v with %v", f.team(f.vendas.ID), f.members(f.vendas.ID))
	}

	// A change that the team's trail does not have: nobody is named, and none is blamed.
	third := open()
	f.configure(func(ctx context.Context, tx *db.Tx, _ time.Time) error {
		return tx.LeaveTeam(ctx, f.shop.ID, f.vendas.ID, f.bia.Seller)
	})
	f.ask(page(f.clara), at, third).is(409).says("dialog#panel[open] .notice", "Outra pessoa mudou este time enquanto você editava")

	fourth := open()
	f.configure(func(ctx context.Context, tx *db.Tx, _ time.Time) error {
		gone := f.team(f.vendas.ID)
		gone.Archived = true
		return tx.UpdateTeam(ctx, gone)
	})
	f.ask(part(f.clara), at, fourth).is(409).says(".notice", "arquivou este time").lacks("#team-over")
	if got := f.ask(part(f.clara), at, nil); got.Code != 409 || !strings.Contains(got.Body.String(), "Desarquive-o para mudá-lo") {
		t.Errorf("editing an archived team: %d %s", got.Code, got.Body)
	}
}
