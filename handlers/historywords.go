package handlers

import (
	"strings"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/ui"
)

// pastWords say to a person what to do about a line of past conversations; % is the
// problem's argument.
var pastWords = map[string]string{
	problemColumns:             "A linha tem mais colunas do que a primeira. Confira os separadores e as aspas.",
	problemText:                "O texto tem caracteres que não podem ser usados.",
	problemLong:                "O texto é longo demais: até 200 caracteres.",
	problemWhen:                "“%” não é uma data com hora. Use 26/11/2026 14:05, ou 2026-11-26T14:05:00-03:00.",
	problemFuture:              "% ainda não aconteceu: confira a data e a hora.",
	problemOld:                 "% é antes do ano 2000: confira a data.",
	problemWho:                 "“%” não é quem escreveu, nem o que aconteceu. Use cliente, vendedor, robô, nota, assumir, transferência ou finalização.",
	problemTo:                  "Para onde foi a transferência? Informe o time ou o vendedor.",
	problemUntil:               "Até quando a conversa foi adiada? Informe a data e a hora.",
	problemConfig:              "Uma linha “config” não é de conversa nenhuma: tire-a do arquivo.",
	problemJSON:                "A linha não é um objeto JSON com os campos esperados. Confira as aspas, as vírgulas e as chaves.",
	problemField:               "O campo “%” não existe nesse tipo de linha.",
	problemTwice:               "O campo aparece duas vezes na linha.",
	scheduler.ProblemRequired:  "Preencha esta coluna.",
	scheduler.ProblemCrowded:   "A conversa “%” tem mais de " + ui.Number(scheduler.MaxPastLines) + " linhas. A coluna “conversa” é mesmo o código da conversa?",
	"team/unknown":             "Não há time “%” na loja.",
	"seller/unknown":           "Não há vendedor “%” na loja.",
	"channel/unknown":          "Não há canal “%” na loja.",
	scheduler.ProblemAmbiguous: "Há mais de uma pessoa chamada “%” na loja. Use o e-mail.",

	scheduler.ProblemWithout + string(flow.RefusedUnknownConversation): "O cliente ainda não tinha escrito nesta conversa: não muda nenhuma espera.",
	scheduler.ProblemWithout + string(flow.RefusedClosed):              "A conversa já tinha sido finalizada: não muda nenhuma espera.",
	scheduler.ProblemWithout + string(flow.RefusedPresentHolder):       "A conversa já estava com quem a recebeu: não muda nenhuma espera.",
	scheduler.ProblemWithout + string(flow.RefusedNotHeldBySeller):     "Só se adia uma conversa que está com um vendedor: não muda nenhuma espera.",
	scheduler.ProblemWithout + string(flow.RefusedNotLater):            "O adiamento termina antes de começar: não muda nenhuma espera.",
	scheduler.ProblemWithout + string(flow.RefusedNotPostponed):        "A conversa não estava adiada: não muda nenhuma espera.",
}

// PastWords says to a person what to do about a line of past conversations.
func PastWords(p db.ImportProblem) string {
	words := pastWords[p.Column+"/"+p.Code]
	if words == "" {
		words = pastWords[p.Code]
	}
	return strings.ReplaceAll(words, "%", p.Arg)
}

// eventWords are what happened on a line, as its “quem” says it.
var eventWords = map[flow.EventType]string{
	flow.CustomerMessage: "Cliente", flow.SellerMessage: "Vendedor", flow.BotMessage: "Robô", flow.Note: "Nota", flow.Assume: "Assumir",
	flow.Transfer: "Transferência", flow.Close: "Finalização", flow.NoReplyNeeded: "Não precisa de resposta", flow.DeliveryFailed: "Falha de entrega",
	flow.Postpone: "Adiamento", flow.Resume: "Continuar",
}
