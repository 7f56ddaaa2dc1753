package flowview

import (
	"strings"

	"github.com/a-h/templ"

	"semaforo/flow"
	"semaforo/views/ui"
)

// MapPath is the address of Mapa dos fluxos.
const MapPath = Base + "/mapa"

// FlowMap is Mapa dos fluxos: who moves conversations to whom, after how long,
// and what is remarkable about it.
type FlowMap struct {
	Passages []MapPassage
	Findings []MapFinding
}

// MapPassage is one passage in words.
type MapPassage struct {
	Queue flow.Queue
	// Source is whose conversations, Goal where they go or what becomes of them.
	Source, Goal string
	// After is how long until then ("15 min"), Clock in what time it is counted.
	After, Clock string
	// Flow is the flow's name, Href its address.
	Flow, Href string
	Action     flow.ActionType
	// Marked passages have a finding that is a warning.
	Marked bool
}

// MapFinding is a sentence about a flow with the flow's address.
type MapFinding struct {
	Text, Href, Link string
	// Warning tells what will not work from what is only worth knowing.
	Warning bool
}

// FindingWords says what was found of a flow.
func (d Directory) FindingWords(f flow.Finding, of string) string {
	switch f.Kind {
	case flow.FindingLoop:
		return of + " leva a uma volta: " + strings.Join(d.holders(f.Loop), " → ") + ". O último passo é pulado, e a conversa fica vermelha onde está."
	case flow.FindingDeadEnd:
		return of + " não tem ação: depois do 2º alerta a conversa fica vermelha até alguém agir."
	case flow.FindingClosed:
		return of + " transfere para " + d.Team(f.Target) + ", que está sempre fechado quando isso acontece."
	case flow.FindingSometimesClosed:
		return of + " transfere para " + d.Team(f.Target) + ", que está fechado em parte do tempo em que isso pode acontecer."
	case flow.FindingUnknown:
		return of + " tem um destino que foi arquivado ou desativado: a transferência é pulada."
	case flow.FindingEmpty:
		return of + " transfere para " + d.Team(f.Target) + ", que não tem nenhum vendedor."
	}
	return of + " não vale para ninguém no momento."
}

func (d Directory) holders(all []string) []string {
	names := make([]string, len(all))
	for i, holder := range all {
		names[i] = d.Holder(holder)
	}
	return names
}

// Holder is the name of a holder as flow.Conversation.Holder writes it.
func (d Directory) Holder(holder string) string {
	if id, ok := strings.CutPrefix(holder, "team:"); ok {
		return d.Team(id)
	}
	if id, ok := strings.CutPrefix(holder, "seller:"); ok {
		return d.Seller(id)
	}
	return "Aguardando"
}

// Worrying reports whether a finding is a warning.
func Worrying(kind flow.FindingKind) bool {
	return kind != flow.FindingDeadEnd && kind != flow.FindingSometimesClosed && kind != flow.FindingUnreached
}

func (m FlowMap) warnings() (warnings, notes []MapFinding) {
	for _, f := range m.Findings {
		if f.Warning {
			warnings = append(warnings, f)
		} else {
			notes = append(notes, f)
		}
	}
	return warnings, notes
}

func (m FlowMap) of(q flow.Queue) []MapPassage {
	var all []MapPassage
	for _, p := range m.Passages {
		if p.Queue == q {
			all = append(all, p)
		}
	}
	return all
}

func passageRows(all []MapPassage) []ui.TableRow {
	rows := make([]ui.TableRow, len(all))
	for i, p := range all {
		after := p.After
		if p.Clock != "" {
			after += ", " + p.Clock
		}
		rows[i] = ui.TableRow{Cells: []templ.Component{ui.Words(p.Source), ui.Words(after), ui.Words(p.Goal), ui.CellLink(p.Href, p.Flow, "")}}
	}
	return rows
}

func (m FlowMap) diagram() ui.DiagramProps {
	d := ui.DiagramProps{Label: "Desenho dos fluxos"}
	for _, q := range Queues {
		group := ui.DiagramGroup{Title: QueueWord(q)}
		for _, p := range m.of(q) {
			row := ui.DiagramRow{From: p.Source, To: p.Goal, Label: p.After, Tone: ui.Accent}
			switch {
			case p.Marked:
				row.Tone = ui.Red
			case p.Action == flow.ActionNone:
				row.Tone = ui.Neutral
			}
			group.Rows = append(group.Rows, row)
		}
		d.Groups = append(d.Groups, group)
	}
	return d
}

// TitleOf is what a flow is called.
func TitleOf(kind flow.Kind, name string) string {
	if kind == flow.Main {
		return "Fluxo principal"
	}
	return name
}

// EverybodyOf is whom a queue's main flow applies to: all, or all that no
// alternative flow names.
func EverybodyOf(q flow.Queue, others bool) string {
	all := TargetsOf(q).All
	if others {
		all = "os demais " + TargetsOf(q).Many
	}
	return strings.ToUpper(all[:1]) + all[1:]
}
