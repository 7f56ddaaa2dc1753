package storeview

import (
	"fmt"

	"semaforo/views/ui"
)

// FirstStepsID is the part of the home page that follows what is done elsewhere.
const FirstStepsID = "first-steps"

// The live stream's events after which the list is read again: the configuration, the conversations.
const (
	eventStore = "store"
	eventList  = "list"
)

// The addresses of the list of first steps, and of what puts it away.
const (
	HomePath = "/"
	HidePath = "/primeiros-passos/dispensar"
)

// FirstSteps is what a store has of what it needs to begin, and where the rest is done.
type FirstSteps struct {
	// Team is a team, Staffed one with somebody in it.
	Team, Staffed bool
	// Colleague is somebody beside the administrator.
	Colleague bool
	Hours     bool
	// Message is a customer's first, Key one of the API's.
	Message, Key bool
	Flow         bool

	TeamsHref, UsersHref, HoursHref, ChannelsHref, FlowsHref, InboxHref string
}

// Items are the steps in their order.
func (f FirstSteps) Items() []ui.ChecklistItem {
	return []ui.ChecklistItem{
		{ID: "step-team", Title: "Um time", Text: f.teamText(), Done: f.Staffed, Href: f.TeamsHref, Link: "Times"},
		{ID: "step-people", Title: "Pessoas", Text: f.peopleText(), Done: f.Colleague, Href: f.UsersHref, Link: "Usuários"},
		{ID: "step-hours", Title: "Horário de atendimento", Text: f.hoursText(), Done: f.Hours, Href: f.HoursHref, Link: "Horários"},
		{ID: "step-channel", Title: "Um canal", Text: f.channelText(), Done: f.Message || f.Key, Href: f.ChannelsHref, Link: "Canais"},
		{ID: "step-flow", Title: "O primeiro fluxo", Text: f.flowText(), Done: f.Flow, Href: f.FlowsHref, Link: "Gestão de Inatividade"},
	}
}

// Done reports whether no step is missing.
func (f FirstSteps) Done() bool {
	done, all := f.progress()
	return done == all
}

func (f FirstSteps) progress() (done, all int) {
	items := f.Items()
	for _, item := range items {
		if item.Done {
			done++
		}
	}
	return done, len(items)
}

func (f FirstSteps) progressWords() string {
	done, all := f.progress()
	return fmt.Sprintf("%d de %d feitos", done, all)
}

func (f FirstSteps) teamText() string {
	switch {
	case f.Staffed:
		return "Já há um time com gente para atender."
	case f.Team:
		return "O time existe, mas ainda não há ninguém nele. Coloque quem vai atender."
	}
	return "Crie um time, como Vendas, e coloque nele quem vai atender."
}

func (f FirstSteps) peopleText() string {
	if f.Colleague {
		return "Mais gente já faz parte da loja."
	}
	return "Por enquanto, só você entra nesta loja. Convide quem vai atender e acompanhar."
}

func (f FirstSteps) hoursText() string {
	if f.Hours {
		return "A loja já tem o seu horário de atendimento."
	}
	return "Diga quando a loja atende. Sem isso, os prazos em horas úteis contam o tempo todo."
}

func (f FirstSteps) channelText() string {
	switch {
	case f.Message:
		return "A primeira mensagem de um cliente já chegou."
	case f.Key:
		return "Já há uma chave de API para o seu sistema enviar mensagens."
	}
	return "Ainda não chegou nenhuma mensagem de cliente, e não há chave de API. Divulgue o chat da loja ou conecte o seu sistema."
}

func (f FirstSteps) flowText() string {
	if f.Flow {
		return "A loja já tem um fluxo de inatividade."
	}
	return "Nenhum fluxo foi configurado: valem as cores padrão, com alertas em 5 e 15 minutos e sem ação."
}
