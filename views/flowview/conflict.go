package flowview

import (
	"context"
	"strings"
	"time"

	"semaforo/flow"
	"semaforo/views/ui"
)

// Conflict is what stands in the panel when somebody else saved first. The panel's form holds what was
// typed; its version is the one that saving over it would replace.
type Conflict struct {
	Panel
	// By is who saved and At when; By is empty where nobody knows.
	By string
	At time.Time
	// Theirs is what is saved now; nil when the flow was deleted.
	Theirs *Flow
}

func (c Conflict) who() string {
	if c.By == "" {
		return "Outra pessoa"
	}
	return c.By
}

func (c Conflict) title() string {
	if c.Theirs == nil {
		return "Este fluxo foi excluído"
	}
	return "Este fluxo mudou enquanto você editava"
}

func (c Conflict) sentence(ctx context.Context) string {
	if c.Theirs == nil {
		return c.who() + " excluiu este fluxo enquanto você editava. O que você fez ainda não foi salvo."
	}
	return c.who() + " salvou este fluxo " + since(ctx, c.At) + ". Nada do que foi salvo se perdeu, e o que você fez ainda não foi salvo."
}

func (c Conflict) lines() []ui.ComparedLine {
	theirs, mine := FormOf(*c.Theirs), c.Form
	lines := []ui.ComparedLine{
		{Label: "1º alerta", Theirs: typed(theirs.Alert1, theirs.Alert1Unit), Mine: typed(mine.Alert1, mine.Alert1Unit)},
		{Label: "2º alerta", Theirs: typed(theirs.Alert2, theirs.Alert2Unit), Mine: typed(mine.Alert2, mine.Alert2Unit)},
		{Label: "Ação", Theirs: c.formAction(theirs), Mine: c.formAction(mine)},
		{Label: "Quando", Theirs: formWhen(theirs), Mine: formWhen(mine)},
		{Label: "O tempo conta", Theirs: formClock(theirs), Mine: formClock(mine)},
	}
	if c.Kind == flow.Alternative {
		lines = append(lines,
			ui.ComparedLine{Label: "Nome", Theirs: theirs.Name, Mine: mine.Name},
			ui.ComparedLine{Label: "Exceções", Theirs: c.formTargets(theirs), Mine: c.formTargets(mine)})
	}
	return lines
}

func (c Conflict) formAction(f FlowForm) string {
	return c.ActionWord(flow.Action{Type: flow.ActionType(f.Action), Team: f.Team, Seller: f.Seller})
}

func formWhen(f FlowForm) string {
	switch {
	case f.Action == string(flow.ActionNone):
		return "—"
	case f.When == Later:
		return typed(f.Delay, f.DelayUnit) + " depois do 2º alerta"
	}
	return "No 2º alerta"
}

func formClock(f FlowForm) string {
	return ClockWord(flow.Clock(f.Clock))
}

func (c Conflict) formTargets(f FlowForm) string {
	var names []string
	for _, e := range c.Targets(c.Queue) {
		for _, t := range f.Targets {
			if t == e.ID {
				names = append(names, e.Name)
			}
		}
	}
	return strings.Join(names, ", ")
}

// typed is a posted time in words, as typed where it is none.
func typed(number, unit string) string {
	if d, ok := Quantity(number, unit); ok {
		return Duration(d)
	}
	return number
}

// pathOver is where saving over it leads: a flow that was deleted is made anew.
func (c Conflict) pathOver() string {
	if c.Theirs == nil && c.Kind == flow.Alternative {
		return NewPath(c.Queue)
	}
	return c.Path()
}
