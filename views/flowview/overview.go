package flowview

import (
	"semaforo/flow"
	"semaforo/views/ui"
)

// QueuesID is the part of the overview that is fetched anew: its three cards.
const QueuesID = "queues"

// Overview is the page of Gestão de Inatividade.
type Overview struct {
	Queues   []QueueCard
	Closings []ClosingRow
	Directory
	CanEdit bool
}

// QueueCard is one queue at a glance.
type QueueCard struct {
	Queue flow.Queue
	// Main is nil where it is not configured and the default colours apply.
	Main         *Flow
	Alternatives int
	// Planned is how much is scheduled for its flows.
	Planned int
	// Warnings counts the queue's flows that do not work as they look.
	Warnings           int
	Green, Yellow, Red int
}

func (c QueueCard) configured() bool { return c.Main != nil && c.Main.Active }

func (c QueueCard) flow() Flow {
	if c.configured() {
		return *c.Main
	}
	return Default(c.Queue)
}

func (c QueueCard) state() string {
	switch {
	case c.Main == nil:
		return "Não configurado: valem as cores padrão"
	case !c.Main.Active:
		return "Fluxo principal desativado: valem as cores padrão"
	}
	return "Fluxo principal"
}

func (c QueueCard) alternatives() string {
	if c.Alternatives == 0 {
		return "Nenhum fluxo alternativo"
	}
	return ui.Count(c.Alternatives, "fluxo alternativo", "fluxos alternativos")
}
