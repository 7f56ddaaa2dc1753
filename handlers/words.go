package handlers

import (
	"strings"

	"semaforo/flow"
	"semaforo/scheduler"
)

// RefusalWords says to a person why an event may not happen.
func RefusalWords(r *flow.Refusal) string {
	switch r.Code {
	case flow.RefusedUnknownConversation:
		return "Esta conversa não existe."
	case flow.RefusedClosed:
		return "Esta conversa já foi finalizada."
	case flow.RefusedUnknownTeam:
		return "Este time não existe mais. Escolha outro."
	case flow.RefusedUnknownSeller:
		return "Este vendedor não existe mais. Escolha outro."
	case flow.RefusedPresentHolder:
		return "A conversa já está com quem você escolheu."
	case flow.RefusedNotHeldBySeller:
		return "Só é possível adiar uma conversa que está com um vendedor. Assuma a conversa antes."
	case flow.RefusedNotLater:
		return "Escolha um momento que ainda não passou."
	case flow.RefusedNotPostponed:
		return "Esta conversa não está adiada."
	}
	return "A conversa não permite isto agora."
}

var problemWords = map[flow.Code]string{
	flow.CodeSyntax:        "Não é um documento válido.",
	flow.CodeType:          "O valor é de outro tipo.",
	flow.CodeUnknownField:  "Este campo não existe aqui.",
	flow.CodeRepeated:      "Já foi informado: %.",
	flow.CodeRequired:      "Preencha este campo.",
	flow.CodeDuration:      "Informe um tempo válido.",
	flow.CodeInstant:       "Informe uma data e hora válidas.",
	flow.CodeDate:          "Informe uma data válida.",
	flow.CodeTime:          "Informe um horário válido, como 09:00.",
	flow.CodeZone:          "Escolha um fuso horário da lista.",
	flow.CodeUnknown:       "Escolha uma das opções.",
	flow.CodeNotPositive:   "Informe um tempo maior que zero.",
	flow.CodeNegative:      "Informe um tempo que não seja negativo.",
	flow.CodeOrder:         "O 2º alerta precisa vir depois do 1º alerta.",
	flow.CodeReversed:      "O fim precisa vir depois do início.",
	flow.CodeOverlap:       "Este intervalo se sobrepõe a outro do mesmo dia.",
	flow.CodeHolidays:      "Para ter feriados próprios, o time precisa de horários próprios.",
	flow.CodeReserved:      "Este nome é reservado.",
	flow.CodeSecondMain:    "Esta fila já tem um fluxo principal.",
	flow.CodeTooMany:       "Esta fila já tem 20 fluxos alternativos, o máximo.",
	flow.CodeMainTargets:   "O fluxo principal vale para todos e não tem exceções.",
	flow.CodeNoTargets:     "Escolha pelo menos uma exceção.",
	flow.CodeTaken:         "Já está em outro fluxo alternativo desta fila.",
	flow.CodeNotConfigured: "Não existe mais nesta loja: %.",
}

// ProblemWords says to a person what is wrong with a field of the configuration.
func ProblemWords(p flow.Problem) string {
	if words := problemWords[p.Code]; words != "" {
		return strings.ReplaceAll(words, "%", p.Arg)
	}
	return "O valor não é válido."
}

func fieldErrors(problems flow.Problems) []FieldError {
	fields := make([]FieldError, len(problems))
	for i, p := range problems {
		message := strings.TrimPrefix(p.Error(), p.Path+": ")
		fields[i] = FieldError{Path: p.Path, Code: string(p.Code), Message: message, Words: ProblemWords(p)}
	}
	return fields
}

var invalidWords = map[scheduler.InvalidCode]string{
	scheduler.InvalidRequired: "Preencha este campo.",
	scheduler.InvalidTooLong:  "O texto é longo demais.",
	scheduler.InvalidText:     "O texto tem caracteres que não podem ser lidos.",
	scheduler.InvalidTooFar:   "O limite é de 30 dias.",
	scheduler.InvalidUnknown:  "Isto não existe. Escolha uma das opções.",
	scheduler.InvalidInactive: "Isto não está mais ativo. Escolha outro.",
}

// InvalidWords says to a person what is wrong with a value they gave.
func InvalidWords(e *scheduler.Invalid) string {
	if words := invalidWords[e.Code]; words != "" {
		return words
	}
	return "O valor não é válido."
}
