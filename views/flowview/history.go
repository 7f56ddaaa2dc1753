package flowview

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"semaforo/flow"
	"semaforo/views/ui"
)

// History is the page of what a flow has been, version by version.
type History struct {
	Queue flow.Queue
	Kind  flow.Kind
	ID    string
	Name  string
	// Gone: the flow was deleted.
	Gone     bool
	Versions []Version
	// Older is the version below which the next page begins, 0 where there is none; Later says that this page
	// does not begin with the newest.
	Older   int64
	Later   bool
	CanEdit bool
	// Schedules is what has been scheduled of the flow, the latest first.
	Schedules []Planned
}

// Version is one version of a flow in words.
type Version struct {
	Number    int64
	At, Until time.Time
	// By is who made it; empty where nobody knows.
	By string
	// Done is what was done, as the audit trail says it; Changes what it changed from the version before.
	Done    string
	Changes []ui.Changed
	Deleted bool
	// Effect is what a scheduled change did to conversations at its instant.
	Effect string
	// Acted is in how many conversations the flow did something while the version was in force, counted up to
	// MostCounted.
	Acted int
	// Glance is the version at a glance.
	Glance []ui.StepProps
}

// MostCounted is up to how many conversations are counted.
const MostCounted = 10000

// Named is a flow in a sentence: “Fluxo principal”, “Fluxo Noite”.
func Named(kind flow.Kind, name string) string {
	if kind == flow.Main {
		return "Fluxo principal"
	}
	return "Fluxo " + name
}

func (h History) title() string {
	if h.Kind == flow.Main {
		return "Histórico do fluxo principal"
	}
	return "Histórico do fluxo " + h.Name
}

func (h History) crumbs() []ui.Crumb {
	crumbs := []ui.Crumb{{Label: "Gestão de Inatividade", Href: Base}, {Label: QueueWord(h.Queue), Href: QueuePath(h.Queue)}}
	if h.Gone {
		crumbs = append(crumbs, ui.Crumb{Label: "Fluxos excluídos", Href: DeletedPath(h.Queue)})
	}
	return append(crumbs, ui.Crumb{Label: "Histórico"})
}

func (h History) lead() string {
	if h.Gone {
		return "Este fluxo foi excluído. O que ele foi continua aqui, e qualquer versão pode ser restaurada: o fluxo volta a existir."
	}
	return "Cada vez que o fluxo foi salvo, ativado ou desativado, quem fez isso e em quantas conversas ele agiu enquanto valia assim."
}

func (h History) pager() ui.PagerProps {
	p := ui.PagerProps{NewerLabel: "Mais novas", OlderLabel: "Mais antigas"}
	if h.Older > 0 {
		p.Older = HistoryPath(h.Queue, h.ID) + "?antes=" + strconv.FormatInt(h.Older, 10)
	}
	if h.Later {
		p.Newer = HistoryPath(h.Queue, h.ID)
	}
	return p
}

func (h History) table(ctx context.Context) ui.TableProps {
	t := ui.TableProps{ID: "versions", Caption: "Versões do fluxo, a mais nova primeiro", Columns: []ui.Column{
		{Label: "Versão"}, {Label: "O que mudou"}, {Label: "Quem"}, {Label: "Valeu"}, {Label: "Agiu em"}}}
	if h.CanEdit {
		t.Columns = append(t.Columns, ui.Column{Label: "Restaurar", Bare: true})
	}
	for _, v := range h.Versions {
		cells := []templ.Component{versionName(v), versionChange(v), ui.Words(who(v.By)), ui.Words(v.spell(ctx)), h.acted(v)}
		if h.CanEdit {
			cells = append(cells, restoreLink(h, v))
		}
		t.Rows = append(t.Rows, ui.TableRow{ID: "version-" + v.number(), Quiet: v.Deleted, Cells: cells})
	}
	return t
}

func (h History) schedules(ctx context.Context) ui.TableProps {
	t := ui.TableProps{ID: "flow-schedules", Caption: "Programações do fluxo, a última primeiro",
		Columns: []ui.Column{{Label: "Quando"}, {Label: "O que"}, {Label: "Quem"}, {Label: "Como está"}}}
	if h.CanEdit {
		t.Columns = append(t.Columns, ui.Column{Label: "Mudar ou cancelar", Bare: true})
	}
	for _, s := range h.Schedules {
		cells := []templ.Component{ui.Words(s.span(ctx)), ui.Words(s.Becomes), ui.Words(who(s.By)), scheduleDid(s)}
		if h.CanEdit {
			cells = append(cells, scheduleActions(s))
		}
		t.Rows = append(t.Rows, ui.TableRow{ID: "planned-" + s.ID, Quiet: s.Settled != "", Cells: cells})
	}
	return t
}

func who(name string) string {
	if name == "" {
		return "Não se sabe"
	}
	return name
}

func (v Version) number() string { return strconv.FormatInt(v.Number, 10) }

func (v Version) label() string { return "Versão " + v.number() }

// current reports whether this is what the flow is now.
func (v Version) current() bool { return v.Until.IsZero() && !v.Deleted }

// spell says from when to when the version was in force.
func (v Version) spell(ctx context.Context) string {
	now, loc := ui.Now(ctx), ui.Location(ctx)
	from := ui.When(now, v.At, loc)
	if v.At.IsZero() {
		from = "o começo"
	}
	switch {
	case v.Deleted:
		return "Excluído " + from
	case v.Until.IsZero():
		return "Desde " + from
	}
	return "De " + from + " a " + ui.When(now, v.Until, loc)
}

// restorable reports whether the version can be made the present one again.
func (v Version) restorable() bool { return !v.current() && !v.Deleted }

func (h History) acted(v Version) templ.Component {
	switch {
	case v.Deleted:
		return ui.Words("—")
	case v.Acted == 0:
		return ui.Words("Nenhuma conversa")
	}
	return ui.CellLink(VersionPath(h.Queue, h.ID, v.Number), v.actedWords(), "")
}

func (v Version) actedWords() string {
	if v.Acted >= MostCounted {
		return "mais de " + ui.Number(MostCounted-1) + " conversas"
	}
	return ui.Count(v.Acted, "conversa", "conversas")
}

// Acts is the page of the conversations in which a flow acted while one version of
// it was in force.
type Acts struct {
	History
	Version Version
	Lines   []Act
	// Next is the place after which the next page begins, empty where there is none; Paged says that this is not
	// the first page.
	Next  string
	Paged bool
}

// Act is the last thing the flow did in a conversation.
type Act struct {
	Conversation, Customer, Href string
	Done                         string
	At                           time.Time
}

func (a Acts) title() string {
	return a.Version.label() + " · " + Named(a.Kind, a.Name)
}

func (a Acts) crumbs() []ui.Crumb {
	crumbs := a.History.crumbs()
	crumbs[len(crumbs)-1].Href = HistoryPath(a.Queue, a.ID)
	return append(crumbs, ui.Crumb{Label: a.Version.label()})
}

func (a Acts) lead(ctx context.Context) string {
	if a.Version.Acted == 0 {
		return a.Version.spell(ctx) + "."
	}
	return a.Version.spell(ctx) + ". Agiu em " + a.Version.actedWords() + "."
}

func (a Acts) pager() ui.PagerProps {
	path := VersionPath(a.Queue, a.ID, a.Version.Number)
	p := ui.PagerProps{NewerLabel: "Primeira página", OlderLabel: "Mais antigas"}
	if a.Next != "" {
		p.Older = path + "?antes=" + a.Next
	}
	if a.Paged {
		p.Newer = path
	}
	return p
}

func (a Acts) table(ctx context.Context) ui.TableProps {
	t := ui.TableProps{ID: "acts", Caption: "Conversas em que o fluxo agiu, a mais recente primeiro",
		Columns: []ui.Column{{Label: "Conversa"}, {Label: "O que o fluxo fez por último"}, {Label: "Quando"}}}
	for _, l := range a.Lines {
		t.Rows = append(t.Rows, ui.TableRow{ID: "act-" + l.Conversation, Cells: []templ.Component{
			ui.CellLink(l.Href, l.Customer, ""), ui.Words(l.Done), ui.Words(ui.When(ui.Now(ctx), l.At, ui.Location(ctx)))}})
	}
	return t
}

// DeedWord says what a flow did in a conversation.
func (d Directory) DeedWord(rec flow.Record) string {
	switch rec.Type {
	case flow.Alert1:
		return "1º alerta"
	case flow.Alert2:
		return "2º alerta"
	case flow.ActionSkipped:
		return "Ação pulada: " + d.ActionWord(flow.Action{Type: rec.Action, Team: rec.ToTeam, Seller: rec.ToSeller})
	}
	switch rec.Action {
	case flow.CloseAction:
		return "Encerrada"
	case flow.ReturnToWaiting:
		return "Devolvida para Aguardando"
	case flow.Redistribute:
		return "Redistribuída para " + d.Seller(rec.ToSeller)
	}
	return "Transferida para " + d.Goal(rec.ToTeam, rec.ToSeller)
}

// Deleted is the page of a queue's flows that are no longer there.
type Deleted struct {
	Queue flow.Queue
	Flows []DeletedFlow
	Next  string
	Paged bool
}

// DeletedFlow is one of them.
type DeletedFlow struct {
	ID, Name, By string
	Kind         flow.Kind
	At           time.Time
	Glance       string
}

func (d Deleted) crumbs() []ui.Crumb {
	return []ui.Crumb{{Label: "Gestão de Inatividade", Href: Base}, {Label: QueueWord(d.Queue), Href: QueuePath(d.Queue)}, {Label: "Fluxos excluídos"}}
}

func (d Deleted) pager() ui.PagerProps {
	p := ui.PagerProps{NewerLabel: "Primeira página", OlderLabel: "Mais antigos"}
	if d.Next != "" {
		p.Older = DeletedPath(d.Queue) + "?antes=" + d.Next
	}
	if d.Paged {
		p.Newer = DeletedPath(d.Queue)
	}
	return p
}

func (d Deleted) table(ctx context.Context) ui.TableProps {
	t := ui.TableProps{ID: "deleted", Caption: "Fluxos excluídos, o mais recente primeiro",
		Columns: []ui.Column{{Label: "Fluxo"}, {Label: "O que fazia"}, {Label: "Excluído por"}, {Label: "Quando"}}}
	for _, f := range d.Flows {
		t.Rows = append(t.Rows, ui.TableRow{ID: "deleted-" + f.ID, Cells: []templ.Component{
			ui.CellLink(HistoryPath(d.Queue, f.ID), Named(f.Kind, f.Name), ""), ui.Words(f.Glance), ui.Words(who(f.By)),
			ui.Words(ui.When(ui.Now(ctx), f.At, ui.Location(ctx)))}})
	}
	return t
}

// GlanceWord is a flow in one line: “Verde até 5 min, amarela até 15 min, depois transferir para Plantão”.
func GlanceWord(f Flow, d Directory) string {
	action := d.ActionWord(f.Action)
	return "Verde até " + Duration(f.Alert1) + ", amarela até " + Duration(f.Alert2) + ", depois " + strings.ToLower(action[:1]) + action[1:]
}
