package teamview

import (
	"fmt"
	"slices"
	"strings"

	"semaforo/flow"
	"semaforo/views/ui"
)

// ReadOnly is said to who may look but not change.
const ReadOnly = "Você pode consultar os times. Só a Administração pode alterá-los."

var dayWords = [7]string{"dom", "seg", "ter", "qua", "qui", "sex", "sáb"}

// Hours writes a team's hours in a few words, days that are alike together from Monday on: “seg–sex
// 09:00–18:00; sáb 09:00–13:00”. Without a week they are the store's.
func Hours(week *flow.Week) string {
	if week == nil {
		return "Horário da loja"
	}
	var parts []string
	for d := 1; d <= 7; {
		slots, last := week[d%7], d
		for last < 7 && slices.Equal(week[(last+1)%7], slots) {
			last++
		}
		if len(slots) > 0 {
			parts = append(parts, days(d, last)+" "+slotWords(slots))
		}
		d = last + 1
	}
	if len(parts) == 0 {
		return "Sempre fechado"
	}
	return strings.Join(parts, "; ")
}

func days(first, last int) string {
	switch {
	case first == 1 && last == 7:
		return "todos os dias"
	case first == last:
		return dayWords[first%7]
	case last == first+1:
		return dayWords[first%7] + " e " + dayWords[last%7]
	}
	return dayWords[first%7] + "–" + dayWords[last%7]
}

func slotWords(slots []flow.Slot) string {
	words := make([]string, len(slots))
	for i, s := range slots {
		words[i] = clock(s.Open) + "–" + clock(s.Close)
	}
	return strings.Join(words, " e ")
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// memberCount is how many people a team has.
func memberCount(n int) string {
	if n == 0 {
		return "Nenhum membro"
	}
	return ui.Count(n, "membro", "membros")
}
