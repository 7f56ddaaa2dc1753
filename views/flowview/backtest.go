package flowview

import (
	"context"
	"slices"
	"strings"
	"time"

	"semaforo/flow"
	"semaforo/views/ui"
)

// BacktestID is the part of the panel that says what the flow would have done.
const BacktestID = "flow-backtest"

// Backtest is what the flow in the panel would have made of past waits. The engine
// works it out; here it is only put into words.
type Backtest struct {
	flow.Backtest
	// Known is false where it was not asked yet, or could not be.
	Known bool
	// Problem says why the flow cannot be tried yet; what is known is then of the times in force.
	Problem string
	// Errors are about what to look at: period, since, of.
	Errors Errors
	// Flow is what was tried.
	Flow flow.Flow
	// Of is whose waits these are, empty for all that the flow applies to.
	Of string
	// InForce are the names of the flows that today's numbers are of, where they are several.
	InForce []string
	// Pressed says that somebody pressed a button for it, rather than that it followed what was typed.
	Pressed bool
}

// Periods are the lengths of period that one choice gives, in days.
var Periods = []string{"7", "30", "90"}

// DefaultPeriod is looked at unless another is chosen.
const DefaultPeriod = "30"

// The kinds of whom a backtest is narrowed to, before a colon and the id.
const (
	OfTeam    = "team"
	OfSeller  = "seller"
	OfChannel = "channel"
)

// targetKind is what a queue's flows are aimed at.
func targetKind(q flow.Queue) string {
	switch q {
	case flow.TeamQueue:
		return OfTeam
	case flow.SellerQueue:
		return OfSeller
	}
	return OfChannel
}

func (p Panel) period() ui.SelectProps {
	options := make([]ui.Option, 0, len(Periods)+1)
	for _, days := range Periods {
		options = append(options, ui.Option{Value: days, Label: "Últimos " + days + " dias", Selected: p.Form.Period == days})
	}
	options = append(options, ui.Option{Value: ui.OtherValue, Label: "Desde uma data", Selected: p.Form.Period == ui.OtherValue})
	return ui.SelectProps{Field: p.view("period", "Período"), Options: options}
}

func (p Panel) since(ctx context.Context) ui.InputProps {
	return ui.InputProps{Field: p.view("since", "Desde"), Type: "date", Value: p.Form.Since, Max: ui.Now(ctx).In(ui.Location(ctx)).Format(time.DateOnly)}
}

// whom offers those that the flow would apply to, and in the seller queue the teams
// that conversations came from.
func (p Panel) whom() ui.SelectProps {
	words := TargetsOf(p.Queue)
	props := ui.SelectProps{Field: p.view("of", "De quem"), Empty: "Todos os " + words.Many}
	add := func(kind, group string, all []Entry) {
		for _, e := range all {
			value := kind + ":" + e.ID
			props.Options = append(props.Options, ui.Option{Value: value, Label: e.Name, Group: group, Selected: p.Form.Of == value})
		}
	}
	if p.Queue == flow.SellerQueue {
		add(OfSeller, "Vendedores", p.covers())
		add(OfTeam, "Times de onde vieram", Live(p.Teams))
		return props
	}
	add(targetKind(p.Queue), "", p.covers())
	return props
}

// covers are those whom the flow would apply to, as far as is known yet.
func (p Panel) covers() []Entry {
	var covered []Entry
	for _, e := range p.Targets(p.Queue) {
		if p.Kind == flow.Alternative && len(p.Form.Targets) > 0 {
			if slices.Contains(p.Form.Targets, e.ID) {
				covered = append(covered, e)
			}
		} else if _, taken := p.Taken[e.ID]; !e.Gone && !taken {
			covered = append(covered, e)
		}
	}
	return covered
}

// sideLabel leads to the part where much stands before it.
func (p Panel) sideLabel() string {
	if p.Step == StepAction || p.Step == StepExceptions {
		return "Ver o efeito nas esperas que já houve"
	}
	return ""
}

// view is an input that chooses what is looked at, and is no work to lose.
func (p Panel) view(name, label string) ui.Field {
	f := p.field(name, label, "")
	f.Error, f.Attrs = p.Backtest.Errors[name], map[string]any{"data-view": true}
	return f
}

// OfName is the name of whom a question is narrowed to; false of whom the store does not know.
func (d Directory) OfName(of string) (name string, ok bool) {
	kind, id, _ := strings.Cut(of, ":")
	var e Entry
	switch kind {
	case OfTeam:
		e, ok = Find(d.Teams, id)
	case OfSeller:
		e, ok = Find(d.Sellers, id)
	case OfChannel:
		e, ok = Find(d.Channels, id)
	}
	return e.Name, ok
}

// asks are the attributes by which the part follows what is typed. They are always
// the same: where they changed, the part would no longer listen after its answer.
func (p Panel) asks(ctx context.Context) map[string]any {
	return p.asksOn(ctx, "this", "input from:'closest form' delay:300ms, change from:'closest form' delay:50ms, click from:#"+BacktestID+"-again")
}

// asksAtOnce are those of what stands in for the first answer.
func (p Panel) asksAtOnce(ctx context.Context) map[string]any {
	return p.asksOn(ctx, "#"+BacktestID, "load")
}

func (p Panel) asksOn(ctx context.Context, part, trigger string) map[string]any {
	return ui.HX(ctx, "post", p.BacktestPath(), "trigger", trigger, "include", "closest form", "target", part, "swap", "outerMorph", "sync", part+":replace")
}
