package hoursview

import (
	"context"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// PreviewForm is what was typed into the preview: a moment and an open time.
type PreviewForm struct {
	On     string `form:"on" label:"Dia" validate:"required,max=20"`
	At     string `form:"at" label:"Hora" validate:"required"`
	Amount string `form:"amount" label:"Prazo" validate:"required,max=20,wholenumber"`
	Unit   string `form:"amount_unit" label:"Unidade" validate:"oneof=minutes hours"`
}

// ReadPreview reads the preview of an address or a posted form; what is absent is
// the default's.
func ReadPreview(values url.Values, otherwise PreviewForm) PreviewForm {
	f := otherwise
	for name, into := range map[string]*string{"on": &f.On, "at": &f.At, "amount": &f.Amount, "amount_unit": &f.Unit} {
		if values.Has(name) {
			*into = readable(values.Get(name))
		}
	}
	return f
}

// NewPreview asks about now, and a flow's first alert.
func NewPreview(now time.Time, loc *time.Location, alert time.Duration) PreviewForm {
	local := now.In(loc)
	f := PreviewForm{On: local.Format(time.DateOnly), At: local.Format("15:04"), Unit: "minutes"}
	if alert%time.Hour == 0 {
		f.Amount, f.Unit = itoa(int(alert/time.Hour)), "hours"
	} else {
		f.Amount = itoa(int((alert + time.Minute - 1) / time.Minute))
	}
	return f
}

// Moment is the day and time as a clock on the wall shows them, written as if it
// were UTC; wrong is the name of the input that is none.
func (f PreviewForm) Moment() (moment time.Time, wrong string) {
	day, ok := ParseDay(f.On)
	if !ok || day.Year < MinYear || day.Year > MaxYear {
		return moment, "on"
	}
	minutes, ok := timeOf(f.At)
	if !ok || minutes >= 24*60 {
		return moment, "at"
	}
	return time.Date(day.Year, day.Month, day.Day, 0, minutes, 0, 0, time.UTC), ""
}

// Values are the form as inputs carry it, for a form beside it.
func (f PreviewForm) Values() []ui.Option {
	return []ui.Option{{Value: "on", Label: f.On}, {Value: "at", Label: f.At}, {Value: "amount", Label: f.Amount}, {Value: "amount_unit", Label: f.Unit}}
}

// Preview is when a deadline falls, and why.
type Preview struct {
	Form   PreviewForm
	Errors map[string]string
	// Sentence says it; empty where it cannot be said yet. Steps are the way there.
	Sentence string
	Steps    []ui.EventProps
	// Draft: it counts by what stands in the editor and is not saved.
	Draft bool
	// BadDraft: what stands in the editor has errors.
	BadDraft bool
}

func previewForm(ctx context.Context, o Owner) templ.Attributes {
	return ui.HX(ctx, "get", o.PreviewPath(), "target", "#"+ResultID, "swap", "outerHTML", "include", "#"+formID,
		"sync", "this:replace", "trigger", "submit, input delay:250ms, input from:#"+EditorID+" delay:250ms, change from:#"+EditorID+" delay:250ms")
}

func (p Preview) field(name, label string) ui.Field {
	return ui.Field{ID: "preview-" + name, Name: name, Label: label, Error: p.Errors[name]}
}

func (p Preview) amount() ui.QuantityProps {
	return ui.QuantityProps{Field: p.field("amount", "Prazo, em horário de atendimento"), Value: p.Form.Amount, UnitName: "amount_unit", Units: []ui.Option{
		{Value: "minutes", Label: "minutos", Selected: p.Form.Unit == "minutes"}, {Value: "hours", Label: "horas", Selected: p.Form.Unit == "hours"}}}
}

// problems are the refused fields in words, where the form itself is not drawn anew.
func (p Preview) problems() []string {
	var all []string
	for _, f := range []struct{ name, label string }{{"on", "Dia"}, {"at", "Hora"}, {"amount", "Prazo"}, {"amount_unit", "Unidade"}} {
		if words := p.Errors[f.name]; words != "" {
			all = append(all, f.label+": "+words)
		}
	}
	return all
}
