package inboxview

import (
	"context"

	"semaforo/flow"
	"semaforo/views/ui"
)

// steps are what will happen, as lines of a timeline.
func (c Conversation) steps(ctx context.Context) []ui.EventProps {
	var steps []ui.EventProps
	shown := ""
	for i, rec := range c.Coming {
		until := ui.Until(ui.Now(ctx), rec.At, ui.Location(ctx))
		p := ui.EventProps{ID: "step-" + stepMark(rec), Text: c.Names.comes(rec), At: rec.At,
			When: comingTime(ui.TimeProps{At: rec.At, Mode: ui.TimeIn}, until)}
		p.More = c.whyLink(ctx, p.ID+"-why", c.stepPath(i), p.Text+", "+until)
		p.Icon, p.Tone = sign(rec.Type, rec.Level)
		if rec.Flow != "" && rec.Flow != shown {
			p.Detail, shown = c.Names.Flow(rec.Flow), rec.Flow
		}
		if rec.Type == flow.AutoClosed {
			p.Detail = "Encerramento automático da loja"
		}
		steps = append(steps, p)
	}
	return steps
}

// comes says what a coming step is.
func (n Names) comes(rec flow.Record) string {
	switch rec.Type {
	case flow.Alert1:
		return "1º alerta: fica amarela"
	case flow.Alert2:
		return "2º alerta: fica vermelha"
	case flow.ActionTaken:
		if rec.Action == flow.Redistribute {
			return "Ação: " + n.actionWord(rec) + ", entre quem estiver disponível"
		}
		return "Ação: " + n.actionWord(rec)
	case flow.ActionSkipped:
		return "Ação sem efeito (" + n.actionWord(rec) + "): " + n.skipReason(rec)
	case flow.PostponeEnded:
		return "O adiamento termina e o tempo volta a contar"
	}
	if flow.CloseReason(rec.Reason) == flow.ClosedCustomerInactivity {
		return "Encerrada: o cliente não respondeu"
	}
	return "Encerrada por inatividade do time ou vendedor"
}

// stillness says why nothing, or nothing more, will happen; empty where the last
// step is the end.
func (c Conversation) stillness() string {
	switch {
	case c.Status == flow.Closed:
		return "A conversa foi finalizada: nada mais acontece nela."
	case len(c.Coming) == 0 && c.Waiting() && c.Level == flow.Red:
		return "O fluxo não tem mais ação: a conversa continua vermelha até alguém responder."
	case len(c.Coming) == 0 && c.Waiting():
		return "Nada está previsto até alguém responder."
	case len(c.Coming) == 0:
		return "Ninguém espera resposta. Quando o cliente escrever, o tempo começa a contar."
	}
	return ""
}

// lead says what the steps rest on, or which flow applies where none is coming.
func (c Conversation) lead() string {
	switch {
	case c.Status == flow.Closed:
		return ""
	case len(c.Coming) == 0:
		return c.Names.Flow(c.FlowID) + "."
	}
	return "Estimativa, se ninguém responder nem mudar nada."
}
