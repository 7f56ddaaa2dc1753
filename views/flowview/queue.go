package flowview

import (
	"context"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"semaforo/flow"
	"semaforo/views/ui"
)

// FlowsID is the part of a queue's page that is fetched anew: its flows.
const FlowsID = "flows"

// Queue is the page of one queue.
type Queue struct {
	Queue flow.Queue
	// Main is nil where it is not configured and the default colours apply.
	Main         *Flow
	Alternatives []Flow
	Directory
	// Planned is what is scheduled for the queue's flows, Troubles what of it did not happen lately.
	Planned  []Planned
	Troubles []Trouble
	// Deleted is how many flows of the queue have been deleted.
	Deleted int
	// CanEdit draws the controls; without it the page says who may change it.
	CanEdit bool
}

// ReadOnlyWords is said to who may look but not change.
const ReadOnlyWords = "Você pode ver esta configuração. Só a Administração pode alterá-la."

func (p Queue) title() string { return QueueWord(p.Queue) }

// appliesTo says whom the main flow is for: everybody but those that an active alternative flow has.
func (p Queue) appliesTo() string {
	words := TargetsOf(p.Queue)
	var excepted []string
	for _, f := range p.Alternatives {
		if f.Active {
			excepted = append(excepted, p.TargetNames(p.Queue, f.Targets)...)
		}
	}
	if len(excepted) == 0 {
		return "Aplicado a " + words.All
	}
	slices.Sort(excepted)
	return "Aplicado a " + words.All + ", exceto " + ui.Join(excepted, 6)
}

// Taken are the exceptions that alternative flows have, active or not, other than the flow with this id,
// with those flows' names.
func (p Queue) Taken(but string) map[string]string {
	taken := map[string]string{}
	for _, f := range p.Alternatives {
		for _, t := range f.Targets {
			if f.ID != but {
				taken[t] = f.Name
			}
		}
	}
	return taken
}

// Flow is the page's flow of a kind with this id (a main flow's does not matter); nil where there is none.
func (p Queue) Flow(kind flow.Kind, id string) *Flow {
	if kind == flow.Main {
		return p.Main
	}
	for i := range p.Alternatives {
		if p.Alternatives[i].ID == id {
			return &p.Alternatives[i]
		}
	}
	return nil
}

// NameOf is what the flow with this id is called within its queue.
func (p Queue) NameOf(id string) string {
	for _, f := range p.Alternatives {
		if f.ID == id {
			return "fluxo " + f.Name
		}
	}
	if id == flow.DefaultFlow {
		return "cores padrão"
	}
	return "fluxo principal"
}

// Full says why no alternative flow can be made, empty where one can.
func (p Queue) Full() string {
	words := TargetsOf(p.Queue)
	if len(p.Alternatives) >= flow.MaxAlternatives {
		return "Já são " + strconv.Itoa(flow.MaxAlternatives) + " fluxos alternativos, o máximo por fila."
	}
	live := Live(p.Targets(p.Queue))
	if len(live) == 0 {
		return words.None
	}
	taken := p.Taken("")
	for _, e := range live {
		if _, ok := taken[e.ID]; !ok {
			return ""
		}
	}
	return words.Already
}

func (p Queue) createButton() ui.ButtonProps {
	return ui.ButtonProps{ID: "create", Icon: ui.IconPlus, Href: NewPath(p.Queue), Capitals: true,
		Disabled: p.Full() != "", Reason: p.Full()}
}

// steps are a flow's three step buttons; who may not edit sees them without their links.
func (p Queue) steps(ctx context.Context, f Flow, link func(Step) string) []ui.StepProps {
	prefix := "main"
	if f.Kind == flow.Alternative {
		prefix = "flow-" + f.ID
	}
	all := []ui.StepProps{
		{ID: prefix + "-alert1", State: ui.FirstLate, Label: "1º alerta", Value: Duration(f.Alert1), Note: "até lá, verde"},
		{ID: prefix + "-alert2", State: ui.LastLate, Label: "2º alerta", Value: Duration(f.Alert2), Note: "até lá, amarela"},
		{ID: prefix + "-action", Icon: actionIcon(f.Action.Type), Label: "Ação", Value: p.ActionWord(f.Action), Note: actionNote(f.Action)},
	}
	for i, step := range []Step{StepAlert1, StepAlert2, StepAction} {
		if p.CanEdit {
			all[i].Href = link(step)
			all[i].Attrs = ui.PanelLink(ctx, all[i].Href)
		}
	}
	return all
}

func actionNote(a flow.Action) string {
	if a.Type == flow.ActionNone {
		return "continua vermelha"
	}
	return WhenWord(a)
}

// unset draws the steps of a main flow that is not configured: what applies is the default.
func unset(steps []ui.StepProps) []ui.StepProps {
	for i := range steps {
		steps[i].Note = "Padrão: " + steps[i].Value
		if i == len(steps)-1 {
			steps[i].Note = "Padrão: nenhuma ação"
		}
		steps[i].Value, steps[i].Unset = "Não configurado", true
	}
	return steps
}

func version(f Flow) []ui.Option {
	return []ui.Option{{Value: "version", Label: strconv.FormatInt(f.Version, 10)}}
}

func (p Queue) mainSteps(ctx context.Context) []ui.StepProps {
	f := Default(p.Queue)
	if p.Main != nil {
		f = *p.Main
	}
	return p.steps(ctx, f, func(s Step) string { return MainPath(p.Queue, s) })
}

func (p Queue) alternativeSteps(ctx context.Context, f Flow) []ui.StepProps {
	return p.steps(ctx, f, func(s Step) string { return EditPath(p.Queue, f.ID, s) })
}

func (p Queue) newButton(ctx context.Context) ui.ButtonProps {
	b := p.createButton()
	if !b.Disabled {
		b.Attrs = ui.PanelLink(ctx, b.Href)
	}
	return b
}

// switchForm has the switch's answer take the place of the flows.
func switchForm(ctx context.Context, url string) templ.Attributes {
	return ui.HX(ctx, "post", url, "target", "#"+FlowsID, "swap", "outerMorph", "sync", "this:drop")
}

func emptyWords(p Queue) string {
	words := TargetsOf(p.Queue)
	if p.CanEdit && p.Full() == "" {
		return "O fluxo principal vale para " + words.All + ". Use + Criar para tratar alguns " + words.Many + " de outro jeito."
	}
	return "O fluxo principal vale para " + words.All + "."
}

func deleteWords(p Queue, f Flow) string {
	names := ui.Join(p.TargetNames(p.Queue, f.Targets), 6)
	if !f.Active {
		return "O fluxo está desativado: nada muda para " + names + ". O histórico fica, e por ele o fluxo pode ser restaurado."
	}
	if p.Main == nil || !p.Main.Active {
		return "Para " + names + " passam a valer as cores padrão. O histórico fica, e por ele o fluxo pode ser restaurado."
	}
	return "Para " + names + " passa a valer o fluxo principal. O histórico fica, e por ele o fluxo pode ser restaurado."
}
