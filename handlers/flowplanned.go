package handlers

import (
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/flowview"
	"semaforo/views/ui"
)

// troubleKept is for how long a queue's page says that a schedule did not happen.
const troubleKept = 7 * 24 * time.Hour

// plannedFor are a queue's schedules of which something is still to come.
func (s storeFlows) plannedFor(queue flow.Queue) (all []flowview.Planned) {
	for _, g := range s.planned {
		if g.Becomes.Queue == queue {
			all = append(all, s.plannedOf(g))
		}
	}
	return all
}

// plannedOf puts a schedule into a view's words.
func (s storeFlows) plannedOf(g db.FlowSchedule) flowview.Planned {
	f := g.Becomes
	present, exists := s.find(f.Queue, f.Kind, f.ID)
	p := flowview.Planned{ID: g.ID, Queue: f.Queue, Kind: f.Kind, Flow: f.ID, Name: f.Name, New: !exists, By: g.UpdatedBy, From: g.Start.At, Until: g.Return.At,
		Running: g.Running(), Overtaken: s.overtaken(g), Becomes: flowview.GlanceWord(flowview.Flow{Flow: f.Flow}, s.directory)}
	if exists {
		p.Name = present.Name
	}
	if g.Back != nil {
		p.Back = flowview.GlanceWord(flowview.Flow{Flow: g.Back.Flow}, s.directory)
	}
	if !g.Waiting() && !g.Running() {
		p.Settled = settledWords(g)
	}
	if g.Start.State == db.StepDone {
		p.Began = impactWords(g.Start)
	}
	if g.Return.State == db.StepDone {
		p.Returned = impactWords(g.Return)
	}
	return p
}

func impactWords(step db.ScheduleStep) string {
	i := step.Impact
	return flowview.StepWords(int(i.Moved), int(i.Closed), int(i.Red), int(i.Yellow), int(i.Green))
}

// settledWords say how a schedule ended.
func settledWords(g db.FlowSchedule) string {
	switch {
	case g.Start.State == db.StepFailed:
		return "Não aconteceu. " + g.Start.Problem
	case g.Start.State == db.StepCancelled && g.Start.Problem == db.StepFlowDeleted:
		return "Cancelada: o fluxo foi excluído"
	case g.Start.State == db.StepCancelled:
		return "Cancelada"
	case g.Return.State == db.StepFailed:
		return "Começou; a volta não aconteceu. " + g.Return.Problem
	case g.Return.State == db.StepKept:
		return "Começou; sem volta, porque o fluxo foi mudado à mão"
	case g.Return.State == db.StepCancelled:
		return "Começou; a volta foi cancelada"
	case g.Return.At.IsZero():
		return "Começou"
	}
	return "Começou e voltou"
}

// troublesOf are the schedules of a queue of which something did not happen lately.
func troublesOf(queue flow.Queue, all []db.FlowSchedule, v *Viewer) (troubles []flowview.Trouble) {
	for _, g := range all {
		if g.Becomes.Queue != queue {
			continue
		}
		t := flowview.Trouble{ID: g.ID}
		switch {
		case g.Start.State == db.StepFailed:
			t.Title = "A mudança programada do " + scheduler.FlowName(g.Becomes) + " para " + ui.When(v.Now, g.Start.At, v.Location) + " não aconteceu"
			t.Text = g.Start.Problem + " O fluxo continuou como estava."
		case g.Return.State == db.StepFailed:
			t.Title = "A volta programada do " + scheduler.FlowName(g.Becomes) + " para " + ui.When(v.Now, g.Return.At, v.Location) + " não aconteceu"
			t.Text = g.Return.Problem + " O fluxo continuou como estava: restaure pelo histórico a versão que deve valer."
		default:
			t.Title = "O " + scheduler.FlowName(g.Becomes) + " não voltou ao que era em " + ui.When(v.Now, g.Return.At, v.Location)
			t.Text = "Ele tinha sido mudado depois que a programação começou, e ficou como foi salvo por último."
		}
		troubles = append(troubles, t)
	}
	return troubles
}
