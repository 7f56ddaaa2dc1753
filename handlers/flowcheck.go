package handlers

import (
	"errors"
	"slices"
	"strings"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
)

// flowCheck puts a posted flow against the store as it is now.
type flowCheck struct {
	form   *flowview.FlowForm
	queue  flow.Queue
	kind   flow.Kind
	id     string // of the flow being edited; empty for a new one
	page   flowview.Queue
	errors flowview.Errors
}

// run checks the inputs of some steps, of all without any, and returns the flow
// they make, which is only good where nothing is refused.
func (k *flowCheck) run(steps ...flowview.Step) flow.Flow {
	if len(steps) == 0 {
		steps = flowview.StepsOf(k.kind)
	}
	var fields []string
	for _, step := range steps {
		fields = append(fields, flowview.FieldsOf(step)...)
	}
	k.errors = checkForm(k.form, fields...)
	k.forget()
	f := flow.Flow{ID: k.id, Queue: k.queue, Kind: k.kind, Clock: flow.Clock(k.form.Clock), Active: true}
	for _, step := range steps {
		switch step {
		case flowview.StepAlert1:
			f.Alert1 = k.alert("alert1", k.form.Alert1, k.form.Alert1Unit)
		case flowview.StepAlert2:
			f.Alert2 = k.alert2()
		case flowview.StepAction:
			f.Action = k.action()
		case flowview.StepExceptions:
			f.Targets = k.targets()
			k.name()
		}
	}
	k.toItself(f)
	return f
}

// forget drops what is wrong with inputs that the choices beside them switch off.
func (k *flowCheck) forget() {
	if k.form.When != flowview.Later {
		delete(k.errors, "delay")
		delete(k.errors, "delay_unit")
	}
	if k.form.Action != string(flow.TransferTeam) {
		delete(k.errors, "team")
	}
	if k.form.Action != string(flow.TransferSeller) {
		delete(k.errors, "seller")
	}
}

func (k *flowCheck) refuse(name, words string) {
	if k.errors[name] == "" {
		k.errors[name] = words
	}
}

func (k *flowCheck) alert(name, number, unit string) time.Duration {
	if k.errors[name] != "" || k.errors[name+"_unit"] != "" {
		return 0
	}
	d, ok := flowview.Quantity(number, unit)
	if !ok || d < minAlert || d > maxAlert {
		k.refuse(name, "Informe de 1 minuto a 30 dias.")
	}
	return d
}

func (k *flowCheck) alert2() time.Duration {
	d := k.alert("alert2", k.form.Alert2, k.form.Alert2Unit)
	first, ok := flowview.Quantity(k.form.Alert1, k.form.Alert1Unit)
	if ok && k.errors["alert2"] == "" && d <= first {
		k.refuse("alert2", "O 2º alerta precisa vir depois do 1º, que é aos "+flowview.Duration(first)+".")
	}
	return d
}

func (k *flowCheck) action() flow.Action {
	a := flow.Action{Type: flow.ActionType(k.form.Action)}
	if k.errors["action"] == "" && !slices.Contains(flowview.Actions(k.queue), a.Type) {
		k.refuse("action", "Esta ação não faz efeito na fila aguardando. Escolha outra.")
	}
	switch a.Type {
	case flow.TransferTeam:
		a.Team = k.form.Team
		k.known("team", k.page.Teams, a.Team, "Este time não existe mais. Escolha outro.")
	case flow.TransferSeller:
		a.Seller = k.form.Seller
		k.known("seller", k.page.Sellers, a.Seller, "Este vendedor não está mais ativo. Escolha outro.")
	}
	if a.Type != flow.ActionNone && k.form.When == flowview.Later && k.errors["delay"] == "" && k.errors["delay_unit"] == "" {
		d, ok := flowview.Quantity(k.form.Delay, k.form.DelayUnit)
		if !ok || d > maxAlert {
			k.refuse("delay", "Informe até 30 dias.")
		}
		a.Delay = d
	}
	return a
}

func (k *flowCheck) known(name string, all []flowview.Entry, id, words string) {
	if e, ok := flowview.Find(all, id); !ok || e.Gone {
		k.refuse(name, words)
	}
}

func (k *flowCheck) name() {
	for _, f := range k.page.Alternatives {
		if f.ID != k.id && db.Fold(f.Name) == db.Fold(k.form.Name) {
			k.refuse("name", "Já existe um fluxo "+f.Name+" nesta fila. Escolha outro nome.")
		}
	}
}

// targets are the exceptions, each once.
func (k *flowCheck) targets() []string {
	words := flowview.TargetsOf(k.queue)
	if k.errors["targets"] != "" {
		k.errors["targets"] = "Marque pelo menos um " + words.One + "."
	}
	var chosen []string
	saved := k.savedTargets()
	for _, t := range k.form.Targets {
		e, ok := flowview.Find(k.page.Targets(k.queue), t)
		if !ok || e.Gone && !slices.Contains(saved, t) {
			k.refuse("targets", "Um "+words.One+" marcado não existe mais. Desmarque e salve de novo.")
			continue
		}
		if other, taken := k.page.Taken(k.id)[t]; taken {
			k.refuse("targets", e.Name+" já está em "+other+".")
		}
		if !slices.Contains(chosen, t) {
			chosen = append(chosen, t)
		}
	}
	return chosen
}

func (k *flowCheck) savedTargets() []string {
	for _, f := range k.page.Alternatives {
		if f.ID == k.id {
			return f.Targets
		}
	}
	return nil
}

// toItself refuses a transfer to the very holder a flow is for: an exception,
// or the only one there is.
func (k *flowCheck) toItself(f flow.Flow) {
	target, input, all := f.Action.Team, "team", k.page.Teams
	if k.queue == flow.SellerQueue {
		target, input, all = f.Action.Seller, "seller", k.page.Sellers
	}
	if target == "" || k.queue == flow.WaitingQueue {
		return
	}
	words := flowview.TargetsOf(k.queue)
	if k.kind == flow.Main {
		if live := flowview.Live(all); len(live) == 1 && live[0].ID == target {
			k.refuse(input, "É o único "+words.One+" da loja: a conversa seria transferida para onde já está.")
		}
		return
	}
	if !slices.Contains(f.Targets, target) {
		return
	}
	name := k.page.Target(k.queue, target)
	if k.form.Step == string(flowview.StepExceptions) {
		k.refuse("targets", "Este fluxo transfere para "+name+": desmarque esta exceção ou escolha outro destino na ação.")
		return
	}
	k.refuse(input, name+" é uma exceção deste fluxo: a conversa seria transferida para onde já está.")
}

// engineErrors puts what the engine's own check refuses at the panel's inputs.
func engineErrors(err error) (flowview.Errors, bool) {
	var problems flow.Problems
	if !errors.As(err, &problems) {
		return nil, false
	}
	refused := flowview.Errors{}
	for _, p := range problems {
		input := inputOf(p.Path)
		if refused[input] == "" {
			refused[input] = ProblemWords(p)
		}
	}
	return refused, true
}

// inputOf is the input that a path of the configuration belongs to.
func inputOf(path string) string {
	_, field, _ := strings.Cut(path, "].")
	field, _, _ = strings.Cut(field, "[")
	switch field {
	case "alert1", "alert2", "clock", "targets":
		return field
	case "action.type":
		return "action"
	case "action.team", "action.seller", "action.delay":
		return strings.TrimPrefix(field, "action.")
	}
	return "form"
}
