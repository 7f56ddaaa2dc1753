package inboxview

import (
	"strconv"
	"time"

	"semaforo/flow"
	"semaforo/views/ui"
)

// ClosedForInactivity is what a conversation closed for inactivity shows, exactly (§5).
const ClosedForInactivity = "Atendimento finalizado automaticamente - motivo da finalização: inatividade do time ou vendedor"

const closedForCustomer = "Atendimento finalizado automaticamente - motivo da finalização: inatividade do cliente"

func eventID(e Event) string { return "e-" + strconv.FormatInt(e.Seq, 10) }

// words say what happened; an event that its message says already has none.
func (n Names) words(e Event, loc *time.Location, now time.Time) string {
	switch e.Type {
	case flow.Alert1:
		return alertWords("1º alerta", e, loc)
	case flow.Alert2:
		return alertWords("2º alerta", e, loc)
	case flow.ActionTaken:
		return n.taken(e.Record)
	case flow.ActionSkipped:
		return n.skipped(e.Record)
	case flow.AutoClosed:
		if flow.CloseReason(e.Reason) == flow.ClosedCustomerInactivity {
			return closedForCustomer
		}
		return ClosedForInactivity
	case flow.PostponeEnded:
		return "O adiamento terminou" + late(e, loc)
	case flow.LevelLowered:
		return "A configuração mudou: a conversa voltou para " + levelWord(e.Level)
	}
	return n.happened(e, loc, now)
}

// happened are the words of what came from outside.
func (n Names) happened(e Event, loc *time.Location, now time.Time) string {
	switch e.Type {
	case flow.CustomerMessage:
		if !e.Opened {
			return ""
		}
		return "Conversa iniciada " + n.place(e.ToTeam, e.ToSeller)
	case flow.SellerMessage:
		if e.ToSeller == "" {
			return ""
		}
		return n.Seller(e.ToSeller) + " assumiu a conversa ao responder"
	case flow.NoReplyNeeded:
		return "Não precisa de resposta, marcou " + known(e.By, "o sistema")
	case flow.DeliveryFailed:
		return "A resposta não chegou ao cliente: a espera continua"
	case flow.Assume:
		if e.ToSeller == "" {
			return ""
		}
		return n.Seller(e.ToSeller) + " assumiu a conversa"
	case flow.Transfer:
		return "Transferida por " + known(e.By, "alguém") + " de " + n.Holder(e.Team, e.Seller) + " para " + n.Holder(e.ToTeam, e.ToSeller)
	case flow.Postpone:
		text := "Adiada por " + known(e.By, "alguém") + " até " + ui.Until(now, e.Until, loc)
		if e.Note != "" {
			text += " (" + e.Note + ")"
		}
		return text
	case flow.Resume:
		return "Continuada por " + known(e.By, "alguém") + " antes do fim do adiamento"
	case flow.Close:
		return "Finalizada por " + known(e.By, "alguém")
	}
	return ""
}

// alertWords is “1º alerta às 10:05: 5 min sem resposta”.
func alertWords(name string, e Event, loc *time.Location) string {
	at := e.At
	if !e.Due.IsZero() {
		at = e.Due
	}
	text := name + " às " + ui.Clock(e.At, loc)
	if e.Clock.IsZero() {
		return text + ": sem resposta" + late(e, loc)
	}
	held := ui.Duration(at.Sub(e.Clock))
	text += ": " + held + " sem resposta"
	if total := ui.Duration(at.Sub(e.Wait)); !e.Wait.IsZero() && e.Wait.Before(e.Clock) && total != held {
		text += ", " + total + " no total"
	}
	return text + late(e, loc)
}

// late tells of a timer that fired after its time.
func late(e Event, loc *time.Location) string {
	if e.Due.IsZero() || e.At.Sub(e.Due) < time.Minute {
		return ""
	}
	return " (estava previsto para " + ui.Until(e.At, e.Due, loc) + ")"
}

func (n Names) taken(rec flow.Record) string {
	from := n.Holder(rec.Team, rec.Seller)
	switch rec.Action {
	case flow.CloseAction:
		return "Atendimento finalizado automaticamente pela ação do fluxo"
	case flow.ReturnToWaiting:
		return "Devolvida automaticamente de " + from + " para Aguardando"
	case flow.Redistribute:
		return "Redistribuída automaticamente de " + from + " para " + n.Holder("", rec.ToSeller)
	}
	return "Transferida automaticamente de " + from + " para " + n.Holder(rec.ToTeam, rec.ToSeller)
}

func (n Names) skipped(rec flow.Record) string {
	return "Ação não executada (" + n.actionWord(rec) + "): " + n.skipReason(rec)
}

func (n Names) skipReason(rec flow.Record) string {
	switch {
	case rec.Reason == flow.ReasonCycle:
		return "a conversa já passou por lá nesta espera"
	case rec.Action == flow.TransferTeam:
		return "o time de destino não existe mais"
	case rec.Action == flow.TransferSeller:
		return "o vendedor de destino não existe mais"
	case rec.Team == "":
		return "a conversa não veio de um time"
	}
	return "não há outro vendedor disponível no time"
}

// actionWord is an action as something to do: “transferir para Plantão”.
func (n Names) actionWord(rec flow.Record) string {
	switch rec.Action {
	case flow.TransferTeam:
		return "transferir para " + n.Team(rec.ToTeam)
	case flow.TransferSeller:
		return "transferir para " + n.Seller(rec.ToSeller)
	case flow.Redistribute:
		if rec.Team != "" {
			return "redistribuir no time " + n.Team(rec.Team)
		}
		return "redistribuir no time"
	case flow.ReturnToWaiting:
		return "devolver para Aguardando"
	}
	return "encerrar a conversa"
}

func (n Names) place(team, seller string) string {
	switch {
	case seller != "":
		return "com " + n.Seller(seller)
	case team != "":
		return "na fila do time " + n.Team(team)
	}
	return "em Aguardando"
}

func levelWord(l flow.Level) string {
	switch l {
	case flow.Yellow:
		return "amarelo"
	case flow.Red:
		return "vermelho"
	}
	return "verde"
}

// sign is the icon and tone of something that happened or will.
func sign(typ flow.EventType, level flow.Level) (ui.IconName, ui.Tone) {
	switch typ {
	case flow.Alert1:
		return ui.IconAlertOne, ui.Yellow
	case flow.Alert2:
		return ui.IconAlertTwo, ui.Red
	case flow.ActionTaken:
		return ui.IconZap, ui.Accent
	case flow.ActionSkipped:
		return ui.IconCircleX, ui.Neutral
	case flow.AutoClosed, flow.Close:
		return ui.IconArchive, ui.Neutral
	case flow.Postpone:
		return ui.IconSnooze, ui.Neutral
	case flow.PostponeEnded, flow.Resume:
		return ui.IconPlay, ui.Neutral
	case flow.Transfer:
		return ui.IconArrowRight, ui.Neutral
	case flow.Assume, flow.SellerMessage:
		return ui.IconUserCheck, ui.Neutral
	case flow.NoReplyNeeded:
		return ui.IconCheckCheck, ui.Neutral
	case flow.DeliveryFailed:
		return ui.IconCircleX, ui.Red
	case flow.LevelLowered:
		return ui.IconSettings, ui.Neutral
	}
	return ui.IconMessageSquareText, ui.Neutral
}
