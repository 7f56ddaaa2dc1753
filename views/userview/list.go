package userview

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// ListID is the live part's element.
const ListID = "people"

// EventStore is the stream event of what a store configures, its people included.
const EventStore = "store"

// List is Usuários: one tab of it.
type List struct {
	Filter    Filter
	Counts    Counts
	Rows      []Row    // of the people's tabs
	Invites   []Invite // of theirs
	Teams     []ui.Option
	CanManage bool
	// Newer and Older are the places of the pages around this one, empty at an end.
	Newer, Older string
}

// Counts are how many people there are: Available and Away of the Active.
type Counts struct{ Active, Invited, Disabled, Available, Away int }

// Row is one person.
type Row struct {
	ID, Name, Login, Role string // Role as it is stored
	Teams                 []string
	Presence              ui.Presence
	SeenAt                time.Time
	Open, Red             int
	// Conversations is where what they hold is listed.
	Conversations string
	Self          bool
	// Blocked: nobody signs in with this login, as the operator has decided.
	Blocked bool
	// MustChange: they have to choose another password first.
	MustChange bool
}

// Invite is one invitation.
type Invite struct {
	ID, Name, Login, Role, ByName string
	Teams                         []string
	ExpiresAt                     time.Time
	Expired                       bool
}

func (l List) tabs() []ui.Tab {
	tab := func(id, label, value string, n int) ui.Tab {
		return ui.Tab{ID: "tab-" + id, Label: label, Href: Filter{Tab: value}.URL(), Count: n, Current: l.Filter.Tab == value}
	}
	return []ui.Tab{tab("active", "Ativos", TabActive, l.Counts.Active), tab("invites", "Convites", TabInvites, l.Counts.Invited),
		tab("disabled", "Desativados", TabDisabled, l.Counts.Disabled)}
}

// live are the attributes of the part that follows who comes and goes: by the
// stream, and by the clock, as presence is no event.
func (l List) live(ctx context.Context) templ.Attributes {
	attrs := ui.Live(ctx, l.Filter.URL(), EventStore)
	attrs["hx-trigger"] = attrs["hx-trigger"].(string) + ", every 30s"
	return attrs
}

// on says who is there.
func (l List) on() string {
	return ui.Count(l.Counts.Available, "disponível", "disponíveis") + " · " + ui.Count(l.Counts.Away, "ausente", "ausentes") +
		" · " + ui.Number(l.Counts.Active-l.Counts.Available-l.Counts.Away) + " offline"
}

func (l List) chips() []ui.ChipProps {
	var chips []ui.ChipProps
	add := func(text string, without func(*Filter)) {
		if text != "" {
			chips = append(chips, ui.ChipProps{Text: text, Remove: l.Filter.with(without).URL()})
		}
	}
	if l.Filter.Search != "" {
		add("“"+l.Filter.Search+"”", func(f *Filter) { f.Search = "" })
	}
	if l.Filter.Team != "" {
		name := labelOf(l.Teams, l.Filter.Team)
		if name == "" {
			name = "que não existe mais"
		}
		add("Time "+name, func(f *Filter) { f.Team = "" })
	}
	add(roleWord(l.Filter.Role), func(f *Filter) { f.Role = "" })
	if l.Filter.Presence != "" {
		add(ui.Presence(l.Filter.Presence).Word(), func(f *Filter) { f.Presence = "" })
	}
	return chips
}

func (l List) columns() []ui.Column {
	name, role, teams, actions := ui.Column{Label: "Nome"}, ui.Column{Label: "Perfil"}, ui.Column{Label: "Times"}, ui.Column{Label: "Ações", Bare: true}
	var columns []ui.Column
	switch l.Filter.Tab {
	case TabInvites:
		columns = []ui.Column{name, role, teams, {Label: "Validade"}, {Label: "Convite de"}}
	case TabDisabled:
		columns = []ui.Column{name, role, teams, {Label: "Conversas", Number: true}}
	default:
		columns = []ui.Column{name, role, teams, {Label: "Presença"}, {Label: "Conversas", Number: true}}
	}
	if l.CanManage {
		columns = append(columns, actions)
	}
	return columns
}

func (l List) table(ctx context.Context) ui.TableProps {
	p := ui.TableProps{ID: "people-table", Caption: map[string]string{TabActive: "Usuários ativos", TabInvites: "Convites pendentes", TabDisabled: "Usuários desativados"}[l.Filter.Tab],
		Columns: l.columns()}
	for _, r := range l.Rows {
		p.Rows = append(p.Rows, ui.TableRow{ID: "user-" + r.ID, Cells: l.cells(ctx, r), Quiet: r.Blocked})
	}
	for _, i := range l.Invites {
		p.Rows = append(p.Rows, ui.TableRow{ID: "invite-" + i.ID, Cells: l.inviteCells(i), Quiet: i.Expired})
	}
	return p
}

func (l List) cells(ctx context.Context, r Row) []templ.Component {
	name := ui.CellPersonProps{Name: r.Name, Note: r.Login, ID: "open-" + r.ID, Href: Path(r.ID), Attrs: ui.PanelLink(ctx, Path(r.ID))}
	if r.Self {
		name.Badge = "você"
	}
	cells := []templ.Component{ui.CellPerson(name), ui.Words(roleWord(r.Role)), ui.Words(listed(r.Teams))}
	if l.Filter.Tab == TabActive {
		cells = append(cells, presence(r))
	}
	cells = append(cells, held(r))
	if l.CanManage {
		cells = append(cells, rowActions(l, r))
	}
	return cells
}

func (l List) inviteCells(i Invite) []templ.Component {
	cells := []templ.Component{ui.CellPerson(ui.CellPersonProps{Name: i.Name, Note: i.Login}), ui.Words(roleWord(i.Role)), ui.Words(listed(i.Teams)),
		validity(i), ui.Words(i.ByName)}
	if l.CanManage {
		cells = append(cells, inviteActions(i))
	}
	return cells
}

func (l List) empty() ui.StateProps {
	switch {
	case l.Filter.Narrowed():
		return ui.StateProps{Icon: ui.IconSearch, Title: "Ninguém aqui com estes filtros", Text: "Confira a busca ou procure nas outras abas.", Actions: wider(l)}
	case l.Filter.Tab == TabInvites && !l.CanManage:
		return ui.StateProps{Icon: ui.IconMail, Title: "Nenhum convite pendente", Text: "A Administração convida cada pessoa com um link, e o que ainda não foi aceito aparece aqui."}
	case l.Filter.Tab == TabInvites:
		return ui.StateProps{Icon: ui.IconMail, Title: "Nenhum convite pendente", Text: "Convide alguém com um link: a pessoa escolhe a própria senha e já entra com o perfil e os times certos.", Actions: inviteButton(l)}
	case l.Filter.Tab == TabDisabled:
		return ui.StateProps{Icon: ui.IconPower, Title: "Ninguém desativado", Text: "Quem sai da loja é desativado, não apagado: o histórico das conversas continua com o nome da pessoa."}
	}
	return ui.StateProps{Icon: ui.IconUsers, Title: "Ninguém por aqui", Text: "Convide as pessoas que atendem na loja.", Actions: inviteButton(l)}
}

func (l List) pager() ui.PagerProps {
	var p ui.PagerProps
	if l.Newer != "" {
		p.Newer = l.Filter.with(func(f *Filter) { f.Before = l.Newer }).URL()
	}
	if l.Older != "" {
		p.Older = l.Filter.with(func(f *Filter) { f.After = l.Older }).URL()
	}
	return p
}

// lead is the page's one sentence.
func (l List) lead() string {
	if l.CanManage {
		return "Quem entra na loja, com que perfil e em que times."
	}
	return "Quem atende na loja e quem está disponível agora. Só a Administração pode alterá-los."
}

// label names a person's controls for those who do not see the row.
func (r Row) label(what string) string { return what + " " + strings.TrimSpace(r.Name) }

func redNote(r Row) string {
	if r.Red == 0 {
		return ""
	}
	return ui.Count(r.Red, "vermelha", "vermelhas")
}
