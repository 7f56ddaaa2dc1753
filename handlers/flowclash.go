package handlers

import (
	"slices"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/ui"
)

// clash says which other schedule is in the way of one: of the same flow at the same
// time, or of a flow that has one of its exceptions then. Empty where none is.
func (s storeFlows) clash(others []db.FlowSchedule, g db.FlowSchedule, v *Viewer) string {
	for _, o := range others {
		span := spanWords(o, v)
		switch same := sameScheduled(o, g); {
		case s.overtaken(o):
		case same && overlap(o, g, time.Microsecond):
			return "Já há uma programação deste fluxo, de " + o.UpdatedBy + ", " + span + ". Escolha outro período ou mude aquela."
		case same && o.Running() && o.Back == nil && !g.Start.At.Before(o.Return.At):
			return "O fluxo só existe por uma programação de " + o.UpdatedBy + ", " + span + "."
		case !same && o.Becomes.Queue == g.Becomes.Queue && overlap(o, g, maxAhead):
			for _, target := range g.Becomes.Targets {
				if slices.Contains(o.Becomes.Targets, target) {
					return s.directory.Target(g.Becomes.Queue, target) + " já está na programação do " + scheduler.FlowName(o.Becomes) + ", de " +
						o.UpdatedBy + ", " + span + "."
				}
			}
		}
	}
	return ""
}

func sameScheduled(a, b db.FlowSchedule) bool {
	return a.Becomes.ID == b.Becomes.ID || a.Becomes.Kind == flow.Main && b.Becomes.Kind == flow.Main && a.Becomes.Queue == b.Becomes.Queue
}

// overlap reports whether two schedules share a time; one without a return lasts for
// a while.
func overlap(a, b db.FlowSchedule, lasts time.Duration) bool {
	end := func(g db.FlowSchedule) time.Time {
		if g.Return.At.IsZero() {
			return g.Start.At.Add(lasts)
		}
		return g.Return.At
	}
	return a.Start.At.Before(end(b)) && b.Start.At.Before(end(a))
}

// overtaken reports whether somebody has changed the flow since its schedule began.
func (s storeFlows) overtaken(g db.FlowSchedule) bool {
	present, exists := s.find(g.Becomes.Queue, g.Becomes.Kind, g.Becomes.ID)
	return g.Running() && (!exists || present.Version != g.Applied)
}

func spanWords(g db.FlowSchedule, v *Viewer) string {
	from := ui.When(v.Now, g.Start.At, v.Location)
	if g.Return.At.IsZero() {
		return "a partir de " + from
	}
	return "de " + from + " a " + ui.When(v.Now, g.Return.At, v.Location)
}
