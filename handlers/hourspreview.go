package handlers

import (
	"net/url"
	"time"

	"semaforo/flow"
	"semaforo/views/flowview"
	"semaforo/views/hoursview"
)

// preview works out the deadline that is asked for by what stands in the editor;
// unasked, that of now and the first alert.
func (d *hoursDesk) preview(values url.Values) {
	asked := hoursview.ReadPreview(values, hoursview.NewPreview(d.viewer.Now, d.viewer.Location, d.firstAlert()))
	p := hoursview.Preview{Form: asked, Errors: checkForm(&asked)}
	defer func() { d.page.Preview = p }()
	moment, wrong := asked.Moment()
	if wrong != "" && p.Errors[wrong] == "" {
		p.Errors[wrong] = map[string]string{"on": "Informe um dia como 27/11/2026.", "at": "Informe um horário como 17:50."}[wrong]
	}
	open, ok := flowview.Quantity(asked.Amount, asked.Unit)
	if p.Errors["amount"] == "" && (!ok || open < time.Minute || open > flow.MaxDeadline) {
		p.Errors["amount"] = "Informe de 1 minuto a 8784 horas (366 dias)."
	}
	if len(p.Errors) > 0 {
		return
	}
	hours, ok := d.typed()
	if p.BadDraft = !ok; p.BadDraft {
		return
	}
	p.Draft = hoursMark(d.own.Team, hours) != d.mark()
	loc := d.viewer.Location
	why, names, err := d.why(hours, flow.LocalInstant(loc, moment), open)
	if err != nil {
		p.BadDraft = true // the engine refuses these hours: saving says why
		return
	}
	p.Sentence, p.Steps = hoursview.Sentence(why, loc, names), hoursview.Way(why, loc, names)
}

// why asks the engine about a deadline in a calendar that has these hours.
func (d *hoursDesk) why(hours *flow.Week, start time.Time, open time.Duration) (flow.Why, hoursview.Names, error) {
	counted := calendars{d.with(hours, start.Year()), d.store}.inForce()
	plan := counted.Plan()
	// The configuration's dates reach two years ahead; what is asked for may be later.
	calendar, err := flow.NewCalendar(d.viewer.Location.String(), counted.Hours, plan.Around(start.Year()))
	if err != nil {
		return flow.Why{}, nil, err
	}
	return calendar.Why(start, open), plan.NameOf, nil
}

// firstAlert is the first alert of the flow that applies to the team, and of the
// teams' main flow for the store.
func (d *hoursDesk) firstAlert() time.Duration {
	if d.own.Team != "" {
		return d.rules.FlowFor(flow.Conversation{Team: d.own.Team}).Alert1
	}
	for _, f := range d.rules.Configuration().Flows {
		if f.Queue == flow.TeamQueue && f.Kind == flow.Main && f.Active {
			return f.Alert1
		}
	}
	return flow.DefaultAlert1
}
