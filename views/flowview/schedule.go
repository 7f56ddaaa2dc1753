package flowview

import (
	"context"
	"slices"
	"strings"
	"time"

	"semaforo/flow"
	"semaforo/views/ui"
)

// When what the panel makes takes effect.
const (
	EffectNow   = "now"
	EffectLater = "later"
)

// scheduleInputs are the last step's inputs about when, by their posted names.
var scheduleInputs = []string{"effect", "from", "until"}

// mostPlanned is how much of what is scheduled for a flow stands on its card.
const mostPlanned = 3

// Local is how a moment is typed.
const Local = "2006-01-02T15:04"

// Later reports whether the form schedules its change.
func (f FlowForm) Later() bool { return f.Effect == EffectLater }

// Planned is a scheduled change of a flow, as the pages show it.
type Planned struct {
	ID    string
	Queue flow.Queue
	Kind  flow.Kind
	// Flow is the flow's id, Name what it is called then; New says that there is no such flow yet.
	Flow, Name string
	New        bool
	By         string
	From       time.Time
	// Until is when the flow returns to what it was; zero: it does not.
	Until time.Time
	// Running: it has begun. Overtaken: somebody has changed the flow since, and there will be no return.
	Running, Overtaken bool
	// Becomes is the flow as it shall be, Back as it shall be again, in a line; Back is empty where it is deleted then.
	Becomes, Back string
	// Settled is what has become of it, empty while something is still to come; Began and Returned are what it did to
	// conversations.
	Settled         string
	Began, Returned string
}

// Trouble is a schedule of which something did not happen.
type Trouble struct {
	ID, Title, Text string
}

func (p Planned) path() string { return SchedulePath(p.Queue, p.ID) }

// title is what is scheduled, in short.
func (p Planned) title(ctx context.Context) string {
	now, loc := ui.Now(ctx), ui.Location(ctx)
	switch {
	case p.Overtaken:
		return "A volta programada não vai acontecer"
	case p.Running:
		return "Em vigor por uma programação até " + ui.When(now, p.Until, loc)
	case p.Until.IsZero():
		return "Programado a partir de " + ui.When(now, p.From, loc)
	}
	return "Programado de " + ui.When(now, p.From, loc) + " a " + ui.When(now, p.Until, loc)
}

// sentences say what happens.
func (p Planned) sentences(ctx context.Context) []string {
	now, loc := ui.Now(ctx), ui.Location(ctx)
	after := "Depois volta a ser: " + lower(p.Back) + "."
	if p.Back == "" {
		after = "Depois o fluxo deixa de existir."
	}
	switch {
	case p.Overtaken:
		return []string{"Alguém mudou o fluxo depois que a programação de " + p.By + " começou. O que foi salvo por último fica: " +
			On(now, p.Until, loc) + " nada muda sozinho."}
	case p.Running:
		return []string{"Programado por " + p.By + ", desde " + ui.When(now, p.From, loc) + ". " + after}
	}
	first := "Por " + p.By + ": " + lower(p.Becomes) + "."
	if p.Name != "" && p.New {
		first = "Por " + p.By + ", um fluxo novo: " + lower(p.Becomes) + "."
	}
	switch {
	case p.Until.IsZero():
		return []string{first}
	case p.New:
		return []string{first, "Depois o fluxo deixa de existir."}
	}
	return []string{first, "Depois o fluxo volta a ser como estiver quando a programação começar."}
}

// On is a moment after a verb: “hoje às 14:30”, “em 27/11 às 00:00”.
func On(now, t time.Time, loc *time.Location) string {
	words := ui.When(now, t, loc)
	if words[0] >= '0' && words[0] <= '9' {
		return "em " + words
	}
	return words
}

func lower(text string) string {
	if text == "" {
		return text
	}
	first := []rune(text)[:1]
	return strings.ToLower(string(first)) + text[len(string(first)):]
}

// For are the page's schedules of a flow.
func (p Queue) For(f Flow) []Planned {
	var all []Planned
	for _, s := range p.Planned {
		if !s.New && (s.Flow == f.ID || s.Kind == flow.Main && f.Kind == flow.Main) {
			all = append(all, s)
		}
	}
	return all
}

// coming are the schedules of flows that are not there yet.
func (p Queue) coming(kind flow.Kind) []Planned {
	return slices.DeleteFunc(slices.Clone(p.Planned), func(s Planned) bool { return !s.New || s.Kind != kind })
}

// effect is the choice between saving now and scheduling.
func (p Panel) effect() ui.ChoicesProps {
	help := "Começa sozinho na data que você escolher e, se quiser, volta sozinho: para a Black Friday, o Natal, um mutirão."
	if p.Off {
		help += " O fluxo está desativado: a programação o ativa quando começar."
	}
	return ui.ChoicesProps{Field: p.field("effect", "Quando começa a valer", ""), Choices: []ui.Choice{
		{Value: EffectNow, Label: "Ao salvar", Icon: ui.IconCheck, Checked: !p.Form.Later()},
		{Value: EffectLater, Label: "Programar", Icon: ui.IconCalendarClock, Checked: p.Form.Later(), More: scheduleDates(p), Help: help},
	}}
}

func (p Panel) from() ui.InputProps {
	f := p.field("from", "A partir de", "No horário da loja.")
	return ui.InputProps{Field: f, Type: "datetime-local", Value: p.Form.From}
}

func (p Panel) until() ui.InputProps {
	f := p.field("until", "Volta a ser como antes em", "Deixe em branco para ficar assim.")
	if p.ID == "" && p.Kind == flow.Alternative {
		f.Label = "Deixa de existir em"
	}
	return ui.InputProps{Field: f, Type: "datetime-local", Value: p.Form.Until}
}

// plannedWords warn, in the last step, of what is scheduled for the flow.
func (p Panel) plannedWords(ctx context.Context) (all []string) {
	now, loc := ui.Now(ctx), ui.Location(ctx)
	for _, s := range p.Planned[:min(len(p.Planned), mostPlanned)] {
		switch {
		case s.ID == p.Schedule || s.Overtaken:
		case s.Running:
			all = append(all, "O fluxo está assim por uma programação de "+s.By+", até "+ui.When(now, s.Until, loc)+
				". Se você salvar agora, o que você salvar fica, e a volta programada não acontece.")
		default:
			all = append(all, s.By+" programou uma mudança deste fluxo para "+ui.When(now, s.From, loc)+": ela vem por cima do que você salvar agora.")
		}
	}
	return all
}

// ReturnForm is what is changed of a schedule that has begun: its end.
type ReturnForm struct {
	Until   string `form:"until"`
	Version string `form:"schedule_version"`
}

// Returning is the panel that changes when a schedule that has begun ends.
type Returning struct {
	Planned
	Form   ReturnForm
	Errors Errors
}

func (r Returning) until() ui.InputProps {
	return ui.InputProps{Type: "datetime-local", Value: r.Form.Until, Field: ui.Field{ID: "return-until", Name: "until", Label: "Volta a ser como antes em",
		Help: "No horário da loja.", Error: r.Errors["until"], Autofocus: r.Errors["until"] != ""}}
}

// cancelWords say what becomes of the flow where a schedule is cancelled.
func (p Planned) cancelWords(ctx context.Context) string {
	switch {
	case p.Running:
		return "O fluxo fica como está: a volta de " + ui.When(ui.Now(ctx), p.Until, ui.Location(ctx)) + " não acontece."
	case p.New:
		return "O fluxo programado não chega a existir."
	}
	return "O fluxo continua como está."
}

func (p Planned) cancelTitle() string {
	if p.Running {
		return "Cancelar a volta do " + lower(Named(p.Kind, p.Name)) + "?"
	}
	return "Cancelar a programação do " + lower(Named(p.Kind, p.Name)) + "?"
}

// span says from when to when it is or was.
func (p Planned) span(ctx context.Context) string {
	now, loc := ui.Now(ctx), ui.Location(ctx)
	if p.Until.IsZero() {
		return "A partir de " + ui.When(now, p.From, loc)
	}
	return "De " + ui.When(now, p.From, loc) + " a " + ui.When(now, p.Until, loc)
}

// state says what has become of it.
func (p Planned) state() string {
	switch {
	case p.Settled != "":
		return p.Settled
	case p.Overtaken:
		return "Sem volta: o fluxo foi mudado à mão"
	case p.Running:
		return "Em vigor"
	}
	return "Programado"
}

// StepWords say what a scheduled change did to conversations at its instant.
func StepWords(moved, closed, red, yellow, green int) string {
	var parts []string
	for _, n := range []struct {
		n         int
		one, many string
	}{
		{moved, "conversa foi transferida", "conversas foram transferidas"}, {closed, "conversa foi encerrada", "conversas foram encerradas"},
		{red, "conversa ficou vermelha", "conversas ficaram vermelhas"}, {yellow, "conversa ficou amarela", "conversas ficaram amarelas"},
		{green, "conversa voltou a ficar verde", "conversas voltaram a ficar verdes"},
	} {
		if n.n > 0 {
			parts = append(parts, ui.Count(n.n, n.one, n.many))
		}
	}
	if len(parts) == 0 {
		return "Nenhuma conversa mudou na hora."
	}
	return "Na hora, " + ui.Join(parts, len(parts)) + "."
}
