package teamview

import (
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// ListID is the part of the list's page that follows what others do.
const ListID = "teams"

// List is the page of all teams: those in use, or the archived ones.
type List struct {
	Rows     []Row
	Archived bool
	Search   string
	// InUse and Away count what is found in both tabs, All every team of the store.
	InUse, Away, All int
	CanEdit          bool
}

// Row is one team of the list.
type Row struct {
	ID, Name string
	Members  int
	// Open are the open conversations, in its queue and with sellers.
	Open  ui.TallyProps
	Hours string
	// Flows are the titles of the flows that name it.
	Flows []string
	// Moving is how many conversations are still on their way to another team.
	Moving int
}

// URL is the address of the list as it is.
func (l List) URL() string { return l.at(l.Archived, l.Search) }

func (l List) at(archived bool, search string) string {
	values := url.Values{}
	if archived {
		values.Set("tab", "archived")
	}
	if search != "" {
		values.Set("q", search)
	}
	if len(values) == 0 {
		return Base
	}
	return Base + "?" + values.Encode()
}

func (l List) tabs() []ui.Tab {
	return []ui.Tab{
		{ID: "tab-used", Label: "Em uso", Href: l.at(false, l.Search), Count: l.InUse, Current: !l.Archived},
		{ID: "tab-archived", Label: "Arquivados", Href: l.at(true, l.Search), Count: l.Away, Current: l.Archived},
	}
}

func (l List) search() ui.SearchProps {
	p := ui.SearchProps{ID: "team-search", Action: Base, Name: "q", Value: l.Search, Label: "Buscar time pelo nome",
		Placeholder: "Nome do time", Clear: l.at(l.Archived, "")}
	if l.Archived {
		p.Values = []ui.Option{{Value: "tab", Label: "archived"}}
	}
	return p
}

// searchable: few teams are seen at a glance.
func (l List) searchable() bool { return l.All > 8 || l.Search != "" }

func (l List) columns() []ui.Column {
	return []ui.Column{{Label: "Time"}, {Label: "Membros", Number: true}, {Label: "Conversas abertas"}, {Label: "Horário"}, {Label: "Fluxos"}}
}

func (l List) rows() []ui.TableRow {
	rows := make([]ui.TableRow, len(l.Rows))
	for i, r := range l.Rows {
		note := ""
		if r.Moving > 0 {
			note = "Movendo " + ui.Count(r.Moving, "conversa", "conversas") + "…"
		}
		open := r.Open
		open.Short = true
		rows[i] = ui.TableRow{ID: "team-" + r.ID, Quiet: l.Archived, Cells: []templ.Component{
			ui.CellLink(TeamPath(r.ID), r.Name, note), ui.Words(ui.Number(r.Members)), ui.Tally(open), ui.Words(r.Hours), ui.Words(r.flows()),
		}}
	}
	return rows
}

func (r Row) flows() string {
	if len(r.Flows) == 0 {
		return "—"
	}
	// Together they are one sentence, with one capital.
	titles := slices.Clone(r.Flows)
	for i, title := range titles[1:] {
		titles[i+1] = "f" + strings.TrimPrefix(title, "F")
	}
	return ui.Join(titles, 3)
}

func (l List) empty() ui.StateProps {
	p := ui.StateProps{Icon: ui.IconUsers, Small: true}
	switch {
	case l.Search != "":
		p.Title, p.Text = "Nenhum time encontrado", "Nenhum time com “"+l.Search+"” no nome. Acentos e maiúsculas não fazem diferença."
	case l.Archived:
		p.Title, p.Text = "Nenhum time arquivado", "Um time arquivado aparece aqui e pode ser desarquivado."
	case l.CanEdit:
		p.Title, p.Text = "Nenhum time ainda", "Crie o primeiro time para distribuir as conversas entre quem atende."
		p.Actions = newButton("first")
	default:
		p.Title, p.Text = "Nenhum time ainda", "A Administração cria os times da loja."
	}
	return p
}

func (l List) caption() string {
	if l.Archived {
		return "Times arquivados"
	}
	return "Times em uso"
}
