package flowview

import (
	"strings"

	"semaforo/flow"
	"semaforo/views/ui"
)

// Changes are what it means for the flows and channels that a team or a seller is put away.
type Changes struct {
	// From is who is put away, To who takes over, empty where nobody does.
	From, To string
	// Chosen: it is known who takes over, and so what changes; else only what names From is said.
	Chosen bool
	Flows  []Change
	// Channels are those that will route to To.
	Channels []string
}

// Change is what becomes of one flow.
type Change struct {
	Queue  flow.Queue
	Kind   flow.Kind
	Name   string
	Active bool
	// Goal: its action leads to who is put away; Action is what it does then, and ToItself says that it does
	// nothing because it would lead to where the conversation is.
	Goal     bool
	Action   string
	ToItself bool
	// Exception: it has who is put away as an exception. Instead: who takes over becomes one. Taken is the
	// flow that has who takes over already.
	Exception, Instead bool
	Taken              string
	// Deleted: no exception is left.
	Deleted bool
	// Scheduled: it is the flow as it shall be, Returning: as it shall be again, once a schedule ends.
	Scheduled, Returning bool
}

// Title names a flow out of its place: “Fluxo principal da fila do time”.
func Title(q flow.Queue, kind flow.Kind, name string) string {
	if kind == flow.Main {
		return "Fluxo principal da " + strings.ToLower(QueueWord(q))
	}
	return "Fluxo “" + name + "” da " + strings.ToLower(QueueWord(q))
}

// lines say what becomes of each flow.
func (c Changes) lines() []ui.Term {
	terms := make([]ui.Term, len(c.Flows))
	for i, f := range c.Flows {
		said := f.uses(c.From)
		if c.Chosen {
			said = f.becomes(c.From, c.To)
		}
		terms[i] = ui.Term{Label: f.title(), Icon: queueIcon(f.Queue), Value: strings.Join(said, " ")}
	}
	return terms
}

// title names the flow, or what is scheduled for it.
func (c Change) title() string {
	title := Title(c.Queue, c.Kind, c.Name)
	switch {
	case c.Scheduled:
		return "Programação do " + lower(title)
	case c.Returning:
		return "Volta programada do " + lower(title)
	}
	return title
}

// uses says how a flow names who is put away, before anybody is chosen.
func (c Change) uses(from string) (all []string) {
	if c.Goal {
		all = append(all, "Transfere para "+from+".")
	}
	if c.Exception {
		all = append(all, "Tem "+from+" como exceção.")
	}
	return all
}

// becomes says what the flow does once it is known who takes over.
func (c Change) becomes(from, to string) []string {
	if c.Deleted {
		if c.Scheduled {
			return []string{"Fica sem nenhuma exceção e é cancelada."}
		}
		return []string{"Fica sem nenhuma exceção e é excluído."}
	}
	var all []string
	switch {
	case c.ToItself:
		all = append(all, "Fica sem ação: transferiria para "+to+", onde a conversa já está.")
	case c.Goal:
		all = append(all, "A ação passa a ser “"+c.Action+"”.")
	}
	switch {
	case c.Instead && c.Active:
		all = append(all, "A exceção "+from+" passa a ser "+to+", que sai do fluxo principal.")
	case c.Instead:
		all = append(all, "A exceção "+from+" passa a ser "+to+".")
	case c.Taken != "":
		all = append(all, from+" deixa de ser exceção; "+to+" continua no fluxo “"+c.Taken+"”.")
	case c.Exception:
		all = append(all, from+" deixa de ser exceção.")
	}
	return all
}

func (c Changes) channelWords() string {
	if !c.Chosen {
		return ui.Count(len(c.Channels), "canal direciona", "canais direcionam") + " para " + c.From + ": " + ui.Join(c.Channels, 6) + "."
	}
	return ui.Count(len(c.Channels), "canal passa a direcionar", "canais passam a direcionar") + " para " + c.To + ": " + ui.Join(c.Channels, 6) + "."
}

func (c Changes) title() string {
	if !c.Chosen {
		return ui.Count(len(c.Flows), "fluxo usa "+c.From, "fluxos usam "+c.From)
	}
	return ui.Count(len(c.Flows), "fluxo muda", "fluxos mudam")
}
