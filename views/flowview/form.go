package flowview

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"semaforo/flow"
	"semaforo/views/ui"
)

// Step is one page of the side panel.
type Step string

// The steps; only alternative flows have the last.
const (
	StepAlert1     Step = "alert1"
	StepAlert2     Step = "alert2"
	StepAction     Step = "action"
	StepExceptions Step = "exceptions"
)

// StepsOf are the steps of a kind of flow, in order.
func StepsOf(kind flow.Kind) []Step {
	if kind == flow.Main {
		return []Step{StepAlert1, StepAlert2, StepAction}
	}
	return []Step{StepAlert1, StepAlert2, StepAction, StepExceptions}
}

// StepOf is the step with this name, the first for one that the kind does not have.
func StepOf(kind flow.Kind, name string) Step {
	for _, s := range StepsOf(kind) {
		if string(s) == name {
			return s
		}
	}
	return StepAlert1
}

// What the panel's buttons ask for.
const (
	GoNext = "next"
	GoBack = "back"
	GoSave = "save"
	// GoImpact asks what saving would do, and saves nothing.
	GoImpact = "impact"
)

// When an action happens: at the second alert, or some time after it.
const (
	AtAlert2 = "alert2"
	Later    = "later"
)

// FlowForm is what was typed into the panel, whatever step it is at: each step carries the others' values.
type FlowForm struct {
	Version string `form:"version"`
	Step    string `form:"step"`
	Go      string `form:"go"`
	// Anyway repeats the warning that was shown and is to be saved in spite of (Panel.Warning).
	Anyway string `form:"anyway"`
	// Use are suggested times to fill in (Fill).
	Use string `form:"use"`
	// Period, Since and Of choose which past waits the flow is tried on.
	Period string `form:"period" validate:"omitempty,oneof=7 30 90 other"`
	Since  string `form:"since" validate:"max=20"`
	Of     string `form:"of" validate:"max=220"`
	// Seen is what saving was shown to do to open conversations (Impact.Digest).
	Seen string `form:"seen"`
	// Restores marks the version that saving makes the present one again (RestoreMark).
	Restores string `form:"restores"`
	// ScheduleVersion is the version of the schedule that is changed; Effect, From and Until are when.
	ScheduleVersion string `form:"schedule_version"`
	Effect          string `form:"effect"`
	From            string `form:"from"`
	Until           string `form:"until"`

	Alert1     string `form:"alert1" label:"1º alerta" validate:"required,max=20,wholenumber"`
	Alert1Unit string `form:"alert1_unit" label:"Unidade" validate:"unit"`
	Alert2     string `form:"alert2" label:"2º alerta" validate:"required,max=20,wholenumber"`
	Alert2Unit string `form:"alert2_unit" label:"Unidade" validate:"unit"`

	When      string   `form:"when" label:"Quando" validate:"oneof=alert2 later"`
	Delay     string   `form:"delay" label:"Tempo depois do 2º alerta" validate:"required_if=When later,omitempty,max=20,wholenumber"`
	DelayUnit string   `form:"delay_unit" label:"Unidade" validate:"unit"`
	Action    string   `form:"action" label:"O que fazer" validate:"oneof=none transfer_team transfer_seller redistribute return_to_waiting close"`
	Team      string   `form:"team" label:"Time" validate:"required_if=Action transfer_team,max=200"`
	Seller    string   `form:"seller" label:"Vendedor" validate:"required_if=Action transfer_seller,max=200"`
	Clock     string   `form:"clock" label:"O tempo conta" validate:"oneof=always business_hours"`
	Name      string   `form:"name" label:"Nome" validate:"required,max=80,plaintext"`
	Targets   []string `form:"targets" label:"Exceções" validate:"required"`
}

// stepFields are the inputs of each step, by the form struct's field names.
var stepFields = map[Step][]string{
	StepAlert1:     {"Alert1", "Alert1Unit"},
	StepAlert2:     {"Alert2", "Alert2Unit"},
	StepAction:     {"When", "Delay", "DelayUnit", "Action", "Team", "Seller", "Clock"},
	StepExceptions: {"Name", "Targets"},
}

// FieldsOf names the form struct's fields that belong to a step.
func FieldsOf(s Step) []string { return stepFields[s] }

// inputs are the names of each step's inputs as posted: where an error with this name is shown.
var inputs = map[Step][]string{
	StepAlert1:     {"alert1", "alert1_unit"},
	StepAlert2:     {"alert2", "alert2_unit"},
	StepAction:     {"when", "delay", "delay_unit", "action", "team", "seller", "clock"},
	StepExceptions: {"name", "targets"},
}

// Errors are refused inputs by their posted names, in words.
type Errors map[string]string

// Step is the first step of the kind with an error, and false without any.
func (e Errors) Step(kind flow.Kind) (Step, bool) {
	for _, s := range StepsOf(kind) {
		for _, name := range inputs[s] {
			if e[name] != "" {
				return s, true
			}
		}
	}
	for _, name := range scheduleInputs {
		if steps := StepsOf(kind); e[name] != "" {
			return steps[len(steps)-1], true
		}
	}
	return "", false
}

// FormOf fills the form with a flow.
func FormOf(f Flow) FlowForm {
	form := FlowForm{
		Period: DefaultPeriod, Version: strconv.FormatInt(f.Version, 10),
		When: AtAlert2, Action: string(f.Action.Type), Team: f.Action.Team, Seller: f.Action.Seller,
		Clock: string(f.Clock), Name: f.Name, Targets: f.Targets,
	}
	form.Alert1, form.Alert1Unit = split(f.Alert1)
	form.Alert2, form.Alert2Unit = split(f.Alert2)
	form.Delay, form.DelayUnit = "", unitMinutes
	if f.Action.Delay > 0 {
		form.When = Later
		form.Delay, form.DelayUnit = split(f.Action.Delay)
	}
	return form
}

// NewForm is the form of a flow that does not exist yet: the default colours, nothing chosen.
func NewForm(q flow.Queue, kind flow.Kind) FlowForm {
	f := Default(q)
	f.Kind = kind
	return FormOf(f)
}

// RestoreMark names a flow's version in a form.
func RestoreMark(id string, version int64) string { return id + "/" + strconv.FormatInt(version, 10) }

// RestoreOf reads what RestoreMark wrote.
func RestoreOf(mark string) (id string, version int64, ok bool) {
	id, number, _ := strings.Cut(mark, "/")
	version, err := strconv.ParseInt(number, 10, 64)
	return id, version, err == nil && id != "" && version > 0
}

// Trim takes away the spaces around what was typed, which mean nothing.
func (f *FlowForm) Trim() { f.each(strings.TrimSpace) }

// Readable makes what was typed fit to be shown again, after it was checked.
func (f *FlowForm) Readable() { f.each(readable) }

func (f *FlowForm) each(change func(string) string) {
	for _, s := range []*string{
		&f.Alert1, &f.Alert1Unit, &f.Alert2, &f.Alert2Unit, &f.When, &f.Delay, &f.DelayUnit, &f.Action, &f.Team, &f.Seller,
		&f.Clock, &f.Name, &f.Period, &f.Since, &f.Of, &f.Effect, &f.From, &f.Until,
	} {
		*s = change(*s)
	}
	for i := range f.Targets {
		f.Targets[i] = change(f.Targets[i])
	}
}

func readable(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "�")
}

// The units of a time, as posted.
const (
	unitSeconds = "seconds"
	unitMinutes = "minutes"
	unitHours   = "hours"
	unitDays    = "days"
)

var units = map[string]time.Duration{
	unitSeconds: time.Second, unitMinutes: time.Minute, unitHours: time.Hour, unitDays: day,
}

// KnownUnit reports whether a unit may be posted.
func KnownUnit(unit string) bool { return units[unit] > 0 }

// Quantity is a number and its unit as one time; false where it is no whole number, or beyond a hundred
// years (the limits of each field are narrower and are the caller's).
func Quantity(number, unit string) (time.Duration, bool) {
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil || !KnownUnit(unit) {
		return 0, false
	}
	if n > uint64(100*366*day/units[unit]) {
		return 0, false
	}
	return time.Duration(n) * units[unit], true
}

// split writes a time as a number and the largest of minutes and hours that divides it; seconds only
// where the API set some.
func split(d time.Duration) (number, unit string) {
	switch {
	case d%time.Hour == 0 && d > 0:
		return strconv.FormatInt(int64(d/time.Hour), 10), unitHours
	case d%time.Minute == 0:
		return strconv.FormatInt(int64(d/time.Minute), 10), unitMinutes
	}
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10), unitSeconds
}

// splitDays is split with days, for automatic closing.
func splitDays(d time.Duration) (number, unit string) {
	if d%day == 0 && d > 72*time.Hour {
		return strconv.FormatInt(int64(d/day), 10), unitDays
	}
	return split(d)
}

// unitOptions are the choices of a unit: minutes and hours, and what else is chosen already.
func unitOptions(chosen string, more ...string) []ui.Option {
	offered := append([]string{unitMinutes, unitHours}, more...)
	if chosen == unitSeconds {
		offered = append([]string{unitSeconds}, offered...)
	}
	words := map[string]string{unitSeconds: "segundos", unitMinutes: "minutos", unitHours: "horas", unitDays: "dias"}
	options := make([]ui.Option, len(offered))
	for i, u := range offered {
		options[i] = ui.Option{Value: u, Label: words[u], Selected: u == chosen}
	}
	return options
}

// hidden are the values of every step but the present one, in a fixed order.
func (f FlowForm) hidden(kind flow.Kind, present Step) []ui.Option {
	values := map[Step][]ui.Option{
		StepAlert1: {{Value: "alert1", Label: f.Alert1}, {Value: "alert1_unit", Label: f.Alert1Unit}},
		StepAlert2: {{Value: "alert2", Label: f.Alert2}, {Value: "alert2_unit", Label: f.Alert2Unit}},
		StepAction: {
			{Value: "when", Label: f.When}, {Value: "delay", Label: f.Delay}, {Value: "delay_unit", Label: f.DelayUnit},
			{Value: "action", Label: f.Action}, {Value: "team", Label: f.Team}, {Value: "seller", Label: f.Seller},
			{Value: "clock", Label: f.Clock},
		},
		StepExceptions: {{Value: "name", Label: f.Name}},
	}
	for _, t := range f.Targets {
		values[StepExceptions] = append(values[StepExceptions], ui.Option{Value: "targets", Label: t})
	}
	steps := StepsOf(kind)
	last := steps[len(steps)-1]
	values[last] = append(values[last], ui.Option{Value: "effect", Label: f.Effect}, ui.Option{Value: "from", Label: f.From}, ui.Option{Value: "until", Label: f.Until})
	out := []ui.Option{{Value: "version", Label: f.Version}}
	if f.ScheduleVersion != "" {
		out = append(out, ui.Option{Value: "schedule_version", Label: f.ScheduleVersion})
	}
	if f.Restores != "" {
		out = append(out, ui.Option{Value: "restores", Label: f.Restores})
	}
	for _, s := range StepsOf(kind) {
		if s != present {
			out = append(out, values[s]...)
		}
	}
	return out
}
