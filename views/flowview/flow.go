package flowview

import (
	"semaforo/flow"
	"semaforo/views/ui"
)

// Flow is a flow as the pages show it.
type Flow struct {
	flow.Flow
	Name    string
	Version int64
	// Warnings are sentences about what will not work as it looks: a team that is gone, a circle.
	Warnings []string
}

// Default are the colours that apply where a queue has no main flow.
func Default(q flow.Queue) Flow {
	return Flow{Flow: flow.Flow{Queue: q, Kind: flow.Main, Alert1: flow.DefaultAlert1, Alert2: flow.DefaultAlert2,
		Clock: flow.Always, Action: flow.Action{Type: flow.ActionNone}, Active: true}}
}

// Glance is the flow in three lines for pages of others: green until, yellow until, then the action.
func Glance(f Flow, d Directory) []ui.StepProps { return glance(f, d) }

// glance is the flow in three lines: green until, yellow until, then the action.
func glance(f Flow, d Directory) []ui.StepProps {
	return []ui.StepProps{
		{State: ui.OnTime, Label: "Verde", Value: "até " + Duration(f.Alert1)},
		{State: ui.FirstLate, Label: "Amarela", Value: "até " + Duration(f.Alert2)},
		{State: ui.LastLate, Label: "Depois", Value: d.ActionWord(f.Action), Note: actionNote(f.Action)},
	}
}
