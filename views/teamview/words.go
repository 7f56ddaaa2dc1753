package teamview

import (
	"semaforo/flow"
	"semaforo/views/ui"
)

// ReadOnly is said to who may look but not change.
const ReadOnly = "Você pode ver os times. Só a Administração pode alterá-los."

// Hours writes a team's hours in a few words. Without a week they are the store's.
func Hours(week *flow.Week) string {
	if week == nil {
		return "Horário da loja"
	}
	return ui.HoursSummary(week)
}

// memberCount is how many people a team has.
func memberCount(n int) string {
	if n == 0 {
		return "Nenhum membro"
	}
	return ui.Count(n, "membro", "membros")
}
