package flowview

import (
	"strconv"
	"strings"
	"time"

	"semaforo/flow"
	"semaforo/views/ui"
)

const day = 24 * time.Hour

// Duration writes a configured time exactly, whatever was set through the API: "5 min", "1 h 31 min",
// "1 min 30 s", "72 h", "7 dias". Unlike a span on the clock it is never rounded.
func Duration(d time.Duration) string {
	if d <= 0 {
		return "0 min"
	}
	var parts []string
	take := func(unit time.Duration, one, many string) {
		n := d / unit
		if n == 0 {
			return
		}
		d -= n * unit
		word := many
		if n == 1 {
			word = one
		}
		parts = append(parts, strconv.FormatInt(int64(n), 10)+" "+word)
	}
	if d > 72*time.Hour {
		take(day, "dia", "dias")
	}
	take(time.Hour, "h", "h")
	take(time.Minute, "min", "min")
	if d > 0 {
		seconds := strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
		parts = append(parts, strings.Replace(seconds, ".", ",", 1)+" s")
	}
	return strings.Join(parts, " ")
}

// QueueWord is the queue's name.
func QueueWord(q flow.Queue) string {
	switch q {
	case flow.TeamQueue:
		return "Fila do time"
	case flow.SellerQueue:
		return "Fila do vendedor"
	}
	return "Fila aguardando"
}

func queueSentence(q flow.Queue) string {
	switch q {
	case flow.TeamQueue:
		return "O que deve acontecer com uma conversa quando ela é transferida para um time."
	case flow.SellerQueue:
		return "O que deve acontecer com uma conversa quando ela é transferida ou assumida por alguém."
	}
	return "O que deve acontecer com uma conversa quando a loja não tem um bot ou uma configuração de roteamento e ela fica na caixa “Aguardando”."
}

func queueIcon(q flow.Queue) ui.IconName {
	switch q {
	case flow.TeamQueue:
		return ui.IconUsers
	case flow.SellerQueue:
		return ui.IconUser
	}
	return ui.IconInbox
}

// TargetWords are what a queue's exceptions are called.
type TargetWords struct {
	One, Many string
	// All is "todos os times", Already that every one of them has an alternative flow.
	All, Already string
	// None says that the store has none to make an exception of.
	None string
}

// TargetsOf are the words for a queue's exceptions.
func TargetsOf(q flow.Queue) TargetWords {
	switch q {
	case flow.TeamQueue:
		return TargetWords{"time", "times", "todos os times", "Todos os times já têm um fluxo alternativo.", "A loja ainda não tem times."}
	case flow.SellerQueue:
		return TargetWords{"vendedor", "vendedores", "todos os vendedores", "Todos os vendedores já têm um fluxo alternativo.", "A loja ainda não tem vendedores."}
	}
	return TargetWords{"canal", "canais", "todos os canais", "Todos os canais já têm um fluxo alternativo.", "A loja ainda não tem canais."}
}

func targetIcon(q flow.Queue) ui.IconName {
	if q == flow.WaitingQueue {
		return ui.IconMessageCircle
	}
	return queueIcon(q)
}

// ActionWord says what a flow's action does.
func (d Directory) ActionWord(a flow.Action) string {
	switch a.Type {
	case flow.TransferTeam:
		return "Transferir para " + d.Team(a.Team)
	case flow.TransferSeller:
		return "Transferir para " + d.Seller(a.Seller)
	case flow.Redistribute:
		return "Redistribuir no time"
	case flow.ReturnToWaiting:
		return "Devolver para Aguardando"
	case flow.CloseAction:
		return "Encerrar a conversa"
	}
	return "Nenhuma ação"
}

func actionIcon(t flow.ActionType) ui.IconName {
	switch t {
	case flow.TransferTeam:
		return ui.IconUsers
	case flow.TransferSeller:
		return ui.IconUser
	case flow.Redistribute:
		return ui.IconShuffle
	case flow.ReturnToWaiting:
		return ui.IconUndo2
	case flow.CloseAction:
		return ui.IconArchive
	}
	return ui.IconHourglass
}

// WhenWord says when a flow's action is taken.
func WhenWord(a flow.Action) string {
	if a.Delay == 0 {
		return "no 2º alerta"
	}
	return Duration(a.Delay) + " depois do 2º alerta"
}

// ClockWord says in what time a flow counts.
func ClockWord(c flow.Clock) string {
	if c == flow.BusinessHours {
		return "No horário de atendimento"
	}
	return "Sempre"
}

func activeWord(active bool) string {
	if active {
		return "Ativo"
	}
	return "Desativado"
}
