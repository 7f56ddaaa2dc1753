package handlers

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/flowview"
	"semaforo/views/ui"
)

// TryMainFlow says what the main flow in its panel would have made of past waits.
func (s *Server) TryMainFlow(c echo.Context) error { return s.tryFlow(c, flow.Main, "") }

// TryNewFlow says it of an alternative flow that does not exist yet.
func (s *Server) TryNewFlow(c echo.Context) error { return s.tryFlow(c, flow.Alternative, "") }

// TryFlow says it of an alternative flow.
func (s *Server) TryFlow(c echo.Context) error {
	return s.tryFlow(c, flow.Alternative, c.Param("flow"))
}

func (s *Server) tryFlow(c echo.Context, kind flow.Kind, id string) error {
	e, err := s.postedFlow(c, kind, id)
	if err != nil {
		return err
	}
	if id != "" && e.page.Flow(kind, id) == nil {
		return NotFound()
	}
	step := flowview.StepOf(kind, e.form.Step)
	if e.backtest, err = s.backtest(c, e); err != nil {
		return err
	}
	status := http.StatusOK
	if !e.backtest.Known || e.backtest.Problem != "" {
		status = http.StatusUnprocessableEntity
	}
	if wantsPart(c) {
		return renderPart(c, status, flowview.BacktestPart(e.panel(step)))
	}
	e.backtest.Pressed = true
	return s.drawStep(c, status, e, step)
}

// useSuggestion fills suggested times into the step's inputs.
func (s *Server) useSuggestion(c echo.Context, e flowEdit, step flowview.Step) (err error) {
	if !e.form.Fill(step) {
		return BadRequest("use", "use is no time", "O formulário está incompleto. Recarregue a página e tente de novo.")
	}
	if e.backtest, err = s.backtest(c, e); err != nil {
		return err
	}
	e.filled = string(step)
	return s.drawStep(c, http.StatusOK, e, step)
}

// backtest tries the posted flow on the past. What cannot be tried says why not, and
// shows the past with the times of today.
func (s *Server) backtest(c echo.Context, e flowEdit) (flowview.Backtest, error) {
	b := flowview.Backtest{Errors: checkForm(&e.form, "Period", "Since", "Of"), Of: e.form.Of}
	trial := e.trial(ViewerOf(c), &b)
	if len(b.Errors) > 0 {
		return b, nil
	}
	if b.Problem != "" {
		trial.Draft = e.asToday(trial.Draft)
	}
	answer, err := s.Door.Backtest(c.Request().Context(), ViewerOf(c).Store.ID, trial)
	if refused, ok := engineErrors(err); ok {
		b.Problem = cmp.Or(b.Problem, problemOf(refused))
		return b, nil
	}
	if err != nil {
		return b, err
	}
	b.Backtest, b.Known, b.Flow = answer, true, trial.Draft
	if len(answer.InForce) > 1 {
		for _, id := range answer.InForce {
			b.InForce = append(b.InForce, e.page.NameOf(id))
		}
	}
	return b, nil
}

// asToday gives a draft the times and the action that are in force: its own, else the
// main flow's, else those of the default colours.
func (e flowEdit) asToday(draft flow.Flow) flow.Flow {
	today := flowview.Default(e.page.Queue)
	if main := e.page.Main; main != nil && main.Active {
		today = *main
	}
	if saved := e.page.Flow(e.kind, e.id); saved != nil && saved.Active {
		today = *saved
	}
	draft.Alert1, draft.Alert2, draft.Clock, draft.Action = today.Alert1, today.Alert2, today.Clock, today.Action
	return draft
}

// trial is the question that the form asks; what is wrong with it is put into b.
func (e flowEdit) trial(v *Viewer, b *flowview.Backtest) scheduler.Trial {
	k := flowCheck{form: &e.form, queue: e.page.Queue, kind: e.kind, id: e.id, page: e.page}
	t := scheduler.Trial{Draft: k.run(flowview.StepAlert1, flowview.StepAlert2, flowview.StepAction)}
	if b.Problem = problemOf(k.errors); e.form.Step == string(flowview.StepAlert1) && k.errors["alert1"] == "" && k.errors["alert2"] != "" {
		b.Problem += " Ele se acerta na próxima etapa."
	}
	t.Draft.Targets = e.triedOn()
	if saved := e.page.Flow(e.kind, e.id); saved != nil {
		t.Draft.ID = saved.ID
	}
	var refused string
	if t.Since, refused = sinceOf(e.form, v); refused != "" && b.Errors["since"] == "" {
		b.Errors["since"] = refused
	}
	if e.form.Of == "" || b.Errors["of"] != "" {
		return t
	}
	kind, id, _ := strings.Cut(e.form.Of, ":")
	if _, known := e.page.OfName(e.form.Of); !known || !slices.Contains(narrowings[t.Draft.Queue], kind) {
		b.Errors["of"] = "Quem você escolheu não existe mais. Escolha de novo."
	}
	switch kind {
	case flowview.OfTeam:
		t.Team = id
	case flowview.OfSeller:
		t.Seller = id
	case flowview.OfChannel:
		t.Channel = id
	}
	return t
}

// triedOn are the exceptions that could be saved.
func (e flowEdit) triedOn() []string {
	var targets []string
	taken := e.page.Taken(e.id)
	for _, t := range e.form.Targets {
		_, known := flowview.Find(e.page.Targets(e.page.Queue), t)
		if _, other := taken[t]; known && !other && e.kind == flow.Alternative && !slices.Contains(targets, t) {
			targets = append(targets, t)
		}
	}
	return targets
}

// narrowings are what the waits of each queue can be narrowed to.
var narrowings = map[flow.Queue][]string{
	flow.TeamQueue: {flowview.OfTeam}, flow.SellerQueue: {flowview.OfSeller, flowview.OfTeam}, flow.WaitingQueue: {flowview.OfChannel},
}

// sinceOf is when a period begins, which ends now: so many days ago, or where a day of
// the store does.
func sinceOf(f flowview.FlowForm, v *Viewer) (since time.Time, refused string) {
	if f.Period != ui.OtherValue {
		days := map[string]int{"7": 7, "30": 30, "90": 90}[f.Period]
		return v.Now.AddDate(0, 0, -days), ""
	}
	since, err := time.ParseInLocation(time.DateOnly, f.Since, v.Location)
	switch {
	case err != nil:
		return since, "Informe desde que dia, como 01/09/2026."
	case since.After(v.Now):
		return since, "Escolha um dia que já começou."
	}
	return since, ""
}

// problemOf is the first thing that is wrong with a draft, with the input's name.
func problemOf(refused flowview.Errors) string {
	for _, one := range []struct{ input, name string }{
		{"alert1", "1º alerta"}, {"alert1_unit", "1º alerta"}, {"alert2", "2º alerta"}, {"alert2_unit", "2º alerta"}, {"when", "Quando"},
		{"delay", "Quanto tempo depois"}, {"delay_unit", "Quanto tempo depois"}, {"action", "O que fazer"}, {"team", "Time"}, {"seller", "Vendedor"},
		{"clock", "O tempo conta"},
	} {
		if words := refused[one.input]; words != "" {
			return one.name + ": " + words
		}
	}
	return refused["form"]
}
