package handlers

import (
	"strings"

	"semaforo/flow"
	"semaforo/views/flowview"
)

// warnings are what will not work of an active flow as it looks: a target that
// is gone, transfers that lead round.
func (s storeFlows) warnings(f flow.Flow) []string {
	if !f.Active {
		return nil
	}
	var all []string
	if words := s.goneWords(f.Action); words != "" {
		all = append(all, words)
	}
	if f.Kind == flow.Alternative && s.allGone(f) {
		all = append(all, "Nenhuma das exceções está ativa: este fluxo não vale para ninguém.")
	}
	if circle := s.rules.Circle(f.ID); circle != nil {
		all = append(all, circleWords(s.directory, circle))
	}
	return all
}

func (s storeFlows) goneWords(a flow.Action) string {
	const then = " A transferência é pulada: a conversa continua vermelha onde está."
	switch a.Type {
	case flow.TransferTeam:
		if e, ok := flowview.Find(s.directory.Teams, a.Team); !ok || e.Gone {
			return "O time de destino foi arquivado." + then
		}
	case flow.TransferSeller:
		if e, ok := flowview.Find(s.directory.Sellers, a.Seller); !ok || e.Gone {
			return "O vendedor de destino não está mais ativo." + then
		}
	}
	return ""
}

func (s storeFlows) allGone(f flow.Flow) bool {
	live := flowview.Live(s.directory.Targets(f.Queue))
	for _, t := range f.Targets {
		if _, ok := flowview.Find(live, t); ok {
			return false
		}
	}
	return true
}

func circleWords(d flowview.Directory, circle []string) string {
	names := make([]string, len(circle))
	for i, holder := range circle {
		names[i] = d.Holder(holder)
	}
	return "As transferências automáticas dão uma volta: " + strings.Join(names, " → ") +
		". O último passo é pulado: a conversa não volta para onde já esteve e fica vermelha."
}
