package flowview

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"semaforo/flow"
	"semaforo/views/ui"
)

// Panel is the side panel that edits one flow.
type Panel struct {
	Queue flow.Queue
	Kind  flow.Kind
	// ID is empty for a flow that does not exist yet; Name is the saved one's.
	ID, Name string
	Step     Step
	Form     FlowForm
	Errors   Errors
	Directory
	// Taken are the exceptions that other flows have, with those flows' names.
	Taken map[string]string
	// Warning is a sentence that must have been read before this is saved: the conversation would go in
	// a circle. It is repeated in the form as Anyway.
	Warning string
	// Schedule is the schedule that is changed, empty where none is; Planned are those of the flow.
	Schedule string
	Planned  []Planned
	// Impact is what saving does to open conversations now; shown in the last step.
	Impact Impact
	// Backtest is what the flow would have made of past waits.
	Backtest Backtest
	// Filled names the input that a button has just filled in.
	Filled string
}

// BacktestPath answers what the flow would have made of past waits.
func (p Panel) BacktestPath() string { return p.Path() + "/teste" }

// Path is where the panel is fetched from and posted to.
func (p Panel) Path() string {
	switch {
	case p.Schedule != "":
		return SchedulePath(p.Queue, p.Schedule)
	case p.Kind == flow.Main:
		return MainPath(p.Queue, "")
	case p.ID == "":
		return NewPath(p.Queue)
	}
	return EditPath(p.Queue, p.ID, "")
}

func (p Panel) lead() string {
	switch {
	case p.Schedule != "":
		return "Programação do " + lower(Named(p.Kind, p.Name)) + " · " + QueueWord(p.Queue)
	case p.Kind == flow.Main:
		return "Fluxo principal · " + QueueWord(p.Queue)
	case p.ID == "":
		return "Novo fluxo alternativo · " + QueueWord(p.Queue)
	}
	return "Fluxo alternativo " + p.Name + " · " + QueueWord(p.Queue)
}

func (p Panel) title() string {
	switch p.Step {
	case StepAlert2:
		return "2º alerta"
	case StepAction:
		return "Ação ao passar do tempo limite"
	case StepExceptions:
		return "Nome e exceções"
	}
	return "1º alerta"
}

func (p Panel) steps() []string {
	names := []string{"1º alerta", "2º alerta", "Ação"}
	if p.Kind == flow.Alternative {
		names = append(names, "Exceções")
	}
	return names
}

func (p Panel) index() int { return max(0, slices.Index(StepsOf(p.Kind), p.Step)) }

func (p Panel) first() bool { return p.index() == 0 }

func (p Panel) last() bool { return p.index() == len(StepsOf(p.Kind))-1 }

// forward is what Enter asks for.
func (p Panel) forward() string {
	if p.last() {
		return GoSave
	}
	return GoNext
}

func (p Panel) saveWord() string {
	switch doing := p.Impact.Doing(); {
	case p.Form.Later() && p.Warning != "":
		return "Programar assim mesmo"
	case p.Form.Later():
		return "Programar"
	case doing != "":
		return "Salvar e " + doing
	case p.Warning != "":
		return "Salvar assim mesmo"
	}
	return "Salvar"
}

// restoring says which version this is, empty where it is none.
func (p Panel) restoring() string {
	_, version, ok := RestoreOf(p.Form.Restores)
	if !ok {
		return ""
	}
	return "Estes são os ajustes da versão " + strconv.FormatInt(version, 10) + ". Ao salvar, eles viram uma versão nova, e o resto do histórico continua como está."
}

// field is an input of the present step with its error; the first bad one takes the focus.
func (p Panel) field(name, label, help string) ui.Field {
	return ui.Field{ID: "flow-" + name, Name: name, Label: label, Help: help, Error: p.Errors[name],
		Autofocus: p.firstBad() == name}
}

func (p Panel) firstBad() string {
	names := inputs[p.Step]
	if p.last() {
		names = slices.Concat(names, scheduleInputs)
	}
	for _, name := range names {
		if p.Errors[name] != "" {
			return name
		}
	}
	return ""
}

func (p Panel) focusTitle() bool {
	return p.firstBad() == "" && p.Warning == "" && !p.Impact.Asked && p.Filled == "" && !p.Backtest.Pressed
}

// quantity is a number with its unit; an error of either stands at the pair.
func (p Panel) quantity(name, label, help, value, unit string) ui.QuantityProps {
	f := p.field(name, label, help)
	if f.Error == "" {
		f.Error = p.Errors[name+"_unit"]
	}
	f.Autofocus = p.firstBad() == name || p.firstBad() == name+"_unit" || p.Filled == name
	return ui.QuantityProps{Field: f, Value: value, UnitName: name + "_unit", Units: unitOptions(unit)}
}

func (p Panel) alert1() ui.QuantityProps {
	return p.quantity("alert1", "Tempo limite", "Até lá a conversa fica verde: um tempo aceitável para responder.", p.Form.Alert1, p.Form.Alert1Unit)
}

func (p Panel) alert2() ui.QuantityProps {
	return p.quantity("alert2", "Tempo limite", "Contado desde o início da espera, como o 1º alerta. Do 1º ao 2º alerta a conversa fica amarela; depois, vermelha.", p.Form.Alert2, p.Form.Alert2Unit)
}

func (p Panel) when() ui.ChoicesProps {
	delay := p.quantity("delay", "Quanto tempo depois", "", p.Form.Delay, p.Form.DelayUnit)
	return ui.ChoicesProps{Field: p.field("when", "Quando", ""), Choices: []ui.Choice{
		{Value: AtAlert2, Label: "No 2º alerta", Checked: p.Form.When == AtAlert2},
		{Value: Later, Label: "Depois do 2º alerta", Checked: p.Form.When == Later, More: ui.Quantity(delay)},
	}}
}

// Actions are what a queue's flows may do. In Aguardando nobody holds the conversation: there is no team
// to share it out in, and it is where it would be returned to.
func Actions(q flow.Queue) []flow.ActionType {
	all := []flow.ActionType{flow.ActionNone, flow.TransferTeam, flow.TransferSeller}
	if q != flow.WaitingQueue {
		all = append(all, flow.Redistribute, flow.ReturnToWaiting)
	}
	return append(all, flow.CloseAction)
}

var actionChoices = map[flow.ActionType]struct{ label, help string }{
	flow.ActionNone:      {"Nenhuma", "A conversa continua vermelha com quem está."},
	flow.TransferTeam:    {"Transferir para outro time", ""},
	flow.TransferSeller:  {"Transferir para um vendedor", ""},
	flow.Redistribute:    {"Redistribuir no time", "Vai para o vendedor disponível do mesmo time que tem menos conversas abertas. Sem ninguém disponível, fica onde está."},
	flow.ReturnToWaiting: {"Devolver para Aguardando", "Fica sem time e sem vendedor, na caixa “Aguardando”."},
	flow.CloseAction:     {"Encerrar", "A conversa é finalizada."},
}

func (p Panel) action() ui.ChoicesProps {
	choices := []ui.Choice{}
	for _, t := range Actions(p.Queue) {
		words := actionChoices[t]
		choices = append(choices, ui.Choice{Value: string(t), Label: words.label, Help: words.help, Icon: actionIcon(t),
			Checked: p.Form.Action == string(t), More: p.target(t)})
	}
	return ui.ChoicesProps{Field: p.field("action", "O que fazer", ""), Choices: choices}
}

// target is the choice that goes with a transfer.
func (p Panel) target(t flow.ActionType) templ.Component {
	switch t {
	case flow.TransferTeam:
		return ui.Select(ui.SelectProps{Field: p.field("team", "Time", ""), Empty: "Escolha um time",
			Options: options(p.Teams, p.Form.Team, "arquivado")})
	case flow.TransferSeller:
		return ui.Select(ui.SelectProps{Field: p.field("seller", "Vendedor", ""), Empty: "Escolha um vendedor",
			Options: options(p.Sellers, p.Form.Seller, "inativo")})
	}
	return nil
}

// options are the live entries, and the chosen one even when it is gone, so that it is seen.
func options(all []Entry, chosen, gone string) []ui.Option {
	out := []ui.Option{}
	for _, e := range all {
		if e.Gone && e.ID != chosen {
			continue
		}
		o := ui.Option{Value: e.ID, Label: e.Name, Selected: e.ID == chosen}
		if e.Gone {
			o.Note = gone
		}
		out = append(out, o)
	}
	return out
}

func (p Panel) clock() ui.ChoicesProps {
	return ui.ChoicesProps{Field: p.field("clock", "O tempo conta", "Vale para os alertas e para a ação."), Choices: []ui.Choice{
		{Value: string(flow.Always), Label: "Sempre", Icon: ui.IconClock, Checked: p.Form.Clock == string(flow.Always)},
		{Value: string(flow.BusinessHours), Label: "No horário de atendimento", Icon: ui.IconCalendarClock,
			Help:    "Pausa quando o time ou a loja está fora do horário.",
			Checked: p.Form.Clock == string(flow.BusinessHours)},
	}}
}

func (p Panel) name() ui.InputProps {
	f := p.field("name", "Nome do fluxo", "Para reconhecê-lo na lista.")
	f.Required = true
	return ui.InputProps{Field: f, Value: p.Form.Name, MaxLength: 80, Autocomplete: "off"}
}

// exceptions are the queue's targets: the flow's own first choice, those of other flows disabled and named.
func (p Panel) exceptions() ui.ChoicesProps {
	words := TargetsOf(p.Queue)
	props := ui.ChoicesProps{
		Field: p.field("targets", "Exceções", "Este fluxo vale para os "+words.Many+" marcados, no lugar do fluxo principal."),
		Empty: words.None, Columns: true, Filter: "Filtrar os " + words.Many,
	}
	for _, e := range p.Targets(p.Queue) {
		chosen := slices.Contains(p.Form.Targets, e.ID)
		if e.Gone && !chosen {
			continue
		}
		choice := ui.Choice{Value: e.ID, Label: e.Name, Checked: chosen}
		if other, taken := p.Taken[e.ID]; taken {
			choice.Disabled, choice.Checked, choice.Reason = true, false, "Já está em "+other
		} else if e.Gone {
			choice.Help = "Não está mais ativo"
		}
		props.Choices = append(props.Choices, choice)
	}
	return props
}

// recap shows what the steps before this one say, as far as they can be read.
func (p Panel) recap() []ui.StepProps {
	var steps []ui.StepProps
	if d, ok := Quantity(p.Form.Alert1, p.Form.Alert1Unit); ok && p.index() > 0 {
		steps = append(steps, ui.StepProps{State: ui.OnTime, Label: "Verde", Value: "até " + Duration(d)})
	}
	if d, ok := Quantity(p.Form.Alert2, p.Form.Alert2Unit); ok && p.index() > 1 {
		steps = append(steps, ui.StepProps{State: ui.FirstLate, Label: "Amarela", Value: "até " + Duration(d)})
	}
	if p.index() > 2 {
		action := flow.Action{Type: flow.ActionType(p.Form.Action), Team: p.Form.Team, Seller: p.Form.Seller}
		steps = append(steps, ui.StepProps{State: ui.LastLate, Label: "Depois", Value: p.ActionWord(action)})
	}
	return steps
}
