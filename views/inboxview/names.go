package inboxview

import (
	"semaforo/flow"
)

// Names are what people call the store's teams, sellers and flows, by id.
type Names struct {
	Teams   map[string]string
	Sellers map[string]string
	Flows   map[string]FlowName
}

// FlowName is what people call a flow.
type FlowName struct {
	Queue flow.Queue
	Main  bool
	Name  string // an alternative flow's
}

// Team is a team's name; one that is gone has none.
func (n Names) Team(id string) string { return known(n.Teams[id], "um time que não existe mais") }

// Seller is a seller's name; one that is gone has none.
func (n Names) Seller(id string) string {
	return known(n.Sellers[id], "um vendedor que não existe mais")
}

// Holder is who holds a conversation with this team and seller.
func (n Names) Holder(team, seller string) string {
	switch {
	case seller != "":
		return n.Seller(seller)
	case team != "":
		return n.Team(team)
	}
	return "Aguardando"
}

// Flow says which flow an id is: “Fluxo principal da fila do time”.
func (n Names) Flow(id string) string {
	if id == flow.DefaultFlow || id == "" {
		return "Cores padrão: nenhum fluxo configurado para esta fila"
	}
	f, ok := n.Flows[id]
	switch {
	case !ok:
		return "Um fluxo que não existe mais"
	case f.Main:
		return "Fluxo principal da " + QueueWord(f.Queue)
	}
	return "Fluxo alternativo “" + f.Name + "” da " + QueueWord(f.Queue)
}

// DeletedFlow names a flow that is no more; name is what it was called, empty where
// nobody noted that.
func DeletedFlow(f flow.Flow, name string) string {
	if name == "" {
		name = "fluxo da " + QueueWord(f.Queue)
	}
	return capital(name) + " (excluído)"
}

// QueueWord is a queue in the reader's words.
func QueueWord(q flow.Queue) string {
	switch q {
	case flow.SellerQueue:
		return "fila do vendedor"
	case flow.TeamQueue:
		return "fila do time"
	}
	return "fila aguardando"
}

func known(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}
