package inboxview

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"semaforo/flow"
	"semaforo/views/ui"
)

// whyPath stands after a conversation's address: the reason of a step to come, and
// with a record's place in the log that record's.
const whyPath = "por-que"

// HasReason reports whether something that happened has a reason of the engine's to
// tell: what people did, people know.
func HasReason(typ flow.EventType) bool {
	switch typ {
	case flow.Alert1, flow.Alert2, flow.ActionTaken, flow.ActionSkipped, flow.AutoClosed, flow.LevelLowered, flow.PostponeEnded:
		return true
	}
	return false
}

func (c Conversation) whyLink(ctx context.Context, id, path, about string) *ui.EventMore {
	address := c.action(path)
	return &ui.EventMore{ID: id, Href: address, Text: "Por quê?", About: about, Attrs: ui.PanelLink(ctx, address)}
}

// Why is why something happened to a conversation, or will.
type Why struct {
	flow.Reason
	Event  Event // what happened, as its line says it
	Coming bool  // it has not happened yet
	Known  bool  // the rules that did it were found; else only Event is filled in
	// Gone: what was seen to come is neither to come any more nor has it happened.
	Gone bool
	// Seen is when a step was to happen as it was seen, where that is not when it is to now.
	Seen time.Time
	// Past is how many records the conversation's log has; what a mark names after them is to come too.
	Past int64

	Version Version
	// Changed: the version came after the deadline, and made it overdue.
	Changed bool
	Flow    FlowLink
	// Who caused what started the clock, what was the last interaction, what postponed it.
	StartedBy, IdleBy, UntilBy string
	// Sentence is the deadline in business hours and why it falls there, Way the steps to it.
	Sentence string
	Way      []ui.EventProps
}

// Version is a configuration of the store: since when, and who saved it.
type Version struct {
	At time.Time
	By string
}

// FlowLink is a flow's name, and where it can be looked at; without URL the reader may not.
type FlowLink struct{ Name, URL string }

// teller puts a reason into words.
type teller struct {
	Why
	names Names
	now   time.Time
	loc   *time.Location
}

func (c Conversation) tell(ctx context.Context, w Why) teller {
	return teller{Why: w, names: c.Names, now: ui.Now(ctx), loc: ui.Location(ctx)}
}

// lead is what the reason is of.
func (t teller) lead() string {
	switch {
	case t.Gone:
		return "O que vai acontecer mudou"
	case t.Coming:
		return t.names.comes(t.Event.Record)
	}
	text := t.names.words(t.Event, t.loc, t.now)
	if t.Event.Type == flow.Alert1 || t.Event.Type == flow.Alert2 {
		return text
	}
	return text + ", " + t.when(t.Event.At)
}

// when is a moment to the second, where it has seconds.
func (t teller) when(at time.Time) string {
	text := ui.When(t.now, at, t.loc)
	if at.Second() != 0 {
		text += at.In(t.loc).Format(":05")
	}
	return text
}

// terms are the reason, in the order in which it came about.
func (t teller) terms() []ui.Term {
	switch t.Event.Type {
	case flow.AutoClosed:
		return t.closing()
	case flow.PostponeEnded:
		return t.postponement()
	case flow.LevelLowered:
		return t.lowered()
	}
	return append(append(t.flowTerms(), t.clock(), t.hours()), t.effect()...)
}

func term(label, value string) ui.Term { return ui.Term{Label: label, Value: value} }

// ahead reports whether what a mark names is still to come.
func (t teller) ahead(m flow.Mark) bool { return t.Coming && m.N > t.Past }

// held is “está” of who has the conversation until a step to come, “estará” of who
// gets it before, “estava” of who had it.
func (t teller) held(now, then, ahead string) string {
	if t.ahead(t.Started) && t.Started.Record.Type == flow.ActionTaken {
		return ahead
	}
	return t.was(now, then)
}

// was is “está” of what is still to come, “estava” of what has been.
func (t teller) was(now, then string) string {
	if t.Coming {
		return now
	}
	return then
}

func (t teller) flowTerms() []ui.Term {
	return []ui.Term{term("Fluxo", t.Why.Flow.Name), term("Por que este", t.applies()), term("Configuração", t.version())}
}

func (t teller) version() string { return "Versão de " + t.when(t.Version.At) + ", " + t.Version.By }

// applies says by which rule the flow applies.
func (t teller) applies() string {
	queue := QueueWord(t.Reason.Flow.Queue)
	switch t.Applies {
	case flow.AppliesNamed:
		return capital(t.target()) + ", " + t.whose() + ", é exceção: vale este fluxo alternativo."
	case flow.AppliesMain:
		return capital(t.target()) + ", " + t.whose() + ", não é exceção de nenhum fluxo alternativo ativo: vale o fluxo principal da " + queue + "."
	}
	return "Nenhum fluxo ativo da " + queue + " vale para esta conversa: valem as cores padrão, 1º alerta em 5 min, 2º alerta em 15 min e nenhuma ação."
}

func (t teller) target() string {
	switch t.Reason.Flow.Queue {
	case flow.SellerQueue:
		return t.names.Seller(t.Target)
	case flow.TeamQueue:
		return "o time " + t.names.Team(t.Target)
	}
	if t.Target == "" {
		return "a conversa"
	}
	return "o canal " + t.Target
}

func (t teller) whose() string {
	switch t.Reason.Flow.Queue {
	case flow.SellerQueue:
		return "que " + t.held("está", "estava", "estará") + " com a conversa"
	case flow.TeamQueue:
		return "em cuja fila a conversa " + t.held("está", "estava", "estará")
	}
	if t.Target == "" {
		return "que veio sem canal"
	}
	return "por onde a conversa veio"
}

func (t teller) clock() ui.Term {
	text := capital(t.when(t.Count.Start)) + ", " + t.caused(t.Started, t.StartedBy) + "."
	if t.Wait.Before(t.Count.Start) {
		text += " O cliente já " + t.was("espera", "esperava") + " desde " + t.when(t.Wait) + "."
	}
	if t.ahead(t.Started) {
		return term("O tempo começa", text)
	}
	return term("O tempo começou", text)
}

// caused says what an event was, as the cause of something: “quando o cliente escreveu”.
func (t teller) caused(m flow.Mark, by string) string {
	rec, by := m.Record, known(by, "alguém")
	from, to := t.names.Holder(rec.Team, rec.Seller), t.names.Holder(rec.ToTeam, rec.ToSeller)
	switch {
	case t.ahead(m) && rec.Type == flow.ActionTaken:
		return "quando a conversa for " + uncapital(t.names.taken(rec))
	case t.ahead(m):
		return "quando o adiamento terminar"
	}
	switch rec.Type {
	case flow.CustomerMessage:
		return "quando o cliente escreveu"
	case flow.SellerMessage:
		return "quando " + by + " respondeu"
	case flow.NoReplyNeeded:
		return "quando " + by + " marcou que não precisa de resposta"
	case flow.DeliveryFailed:
		return "quando a resposta não chegou ao cliente e a espera continuou"
	case flow.Assume:
		return "quando " + t.names.Seller(rec.ToSeller) + " assumiu a conversa"
	case flow.Transfer:
		return "quando " + by + " transferiu a conversa de " + from + " para " + to
	case flow.ActionTaken:
		return "quando a conversa foi " + uncapital(t.names.taken(rec))
	case flow.Resume:
		return "quando " + by + " continuou a conversa antes do fim do adiamento"
	}
	return "quando o adiamento terminou"
}

// hours says which hours counted.
func (t teller) hours() ui.Term {
	text := "O horário de atendimento da loja"
	switch {
	case t.Reason.Flow.Clock != flow.BusinessHours:
		text = "Todas as horas, dia e noite"
	case t.Hours != "":
		text = "O horário de atendimento do time " + t.names.Team(t.Hours)
	case t.Event.Team == "":
		text += ", porque a conversa não tem time"
	default:
		text += ", porque o time " + t.names.Team(t.Event.Team) + " não tem horário próprio"
	}
	return term("O que conta", text+".")
}

// effect is the deadline, when it really happened, and what was done.
func (t teller) effect() []ui.Term {
	terms := []ui.Term{term("Prazo", t.deadline())}
	if t.Event.Action != "" {
		terms = append(terms, term("Ação", t.action()))
	}
	return append(terms, t.happened())
}

func (t teller) deadline() string {
	f, step := t.Reason.Flow, ""
	switch t.Event.Type {
	case flow.Alert1:
		step = "1º alerta"
	case flow.Alert2:
		step = "2º alerta"
	default:
		step = "Ação no 2º alerta"
		if f.Action.Delay > 0 {
			step = "Ação " + ui.Span(f.Action.Delay) + " depois do 2º alerta, que é em " + ui.Span(f.Alert2)
		}
	}
	if t.Sentence != "" {
		return step + ": " + t.Sentence + "."
	}
	return step + ": " + t.when(t.Count.Start) + " + " + ui.Span(t.Count.Open) + " = " + t.when(t.Count.Deadline) + "."
}

// happened says when it really was, and why then where it was late.
func (t teller) happened() ui.Term {
	at, late := capital(t.when(t.Event.At)), t.Late()
	switch {
	case t.Coming && late >= time.Second:
		return term("Vai acontecer", "A qualquer momento: o prazo passou "+t.when(t.Event.Due)+", "+t.lateness()+".")
	case t.Coming:
		return term("Vai acontecer", at+", se ninguém responder nem mudar nada.")
	case late < time.Second:
		return term("Aconteceu", at+", no prazo.")
	}
	return term("Aconteceu", at+", "+ui.Duration(late)+" depois do prazo, "+t.lateness()+".")
}

func (t teller) lateness() string {
	if t.Changed {
		return "porque a configuração mudou " + t.when(t.Version.At) + " e, com ela, o prazo já tinha passado"
	}
	text := "porque o sistema esteve fora do ar ou não pôde processar a conversa até então"
	if t.Event.Type == flow.AutoClosed {
		text += "; encerramentos que vencem nesse meio-tempo ainda esperam uma hora, para o cliente poder escrever antes"
	}
	return text
}

// action says what the flow was to do, and why it did not where it did not.
func (t teller) action() string {
	rec := t.Event.Record
	word := capital(t.names.actionWord(rec))
	switch {
	case rec.Type == flow.ActionSkipped && rec.Reason == flow.ReasonCycle:
		return word + ": não " + t.was("vai ser feita", "foi feita") + ", porque a conversa já " + t.held("passou", "tinha passado", "terá passado") + " por lá desde que uma pessoa a atendeu ou transferiu (" +
			t.path() + "). Ela não anda em círculos: fica vermelha onde está."
	case rec.Type == flow.ActionSkipped:
		return word + ": não " + t.was("vai ser feita", "foi feita") + ", porque " + t.names.skipReason(rec) + ". A conversa fica vermelha onde está."
	case rec.Action == flow.Redistribute && rec.ToSeller == "":
		return word + ": vai para quem tiver menos conversas abertas entre os vendedores disponíveis que ainda não a tiveram."
	case rec.Action == flow.Redistribute:
		return word + ": foi para " + t.names.Seller(rec.ToSeller) + ", quem tinha menos conversas abertas entre os vendedores disponíveis que ainda não a tinham tido."
	}
	return word + "."
}

// path is the way a conversation has gone: “Vendas → Plantão”.
func (t teller) path() string {
	var names []string
	for _, p := range t.Visited {
		names = append(names, t.names.Holder(p.Team, p.Seller))
	}
	return strings.Join(names, " → ")
}

func (t teller) lowered() []ui.Term {
	alert := "1º alerta"
	if t.Event.Level != flow.Green {
		alert = "2º alerta"
	}
	text := "Com esta configuração, o " + alert + " não acontece."
	if t.Count.Exists {
		text = "Com esta configuração, o " + alert + " é só " + t.when(t.Count.Deadline) + ", e pode acontecer de novo."
	}
	if t.Count.Exists && t.Sentence != "" {
		text += " " + capital(t.Sentence) + "."
	}
	colour := "De " + levelWord(t.Level) + " para " + levelWord(t.Event.Level) + ". " + text
	return append(t.flowTerms(), t.clock(), t.hours(), term("A cor", colour),
		term("Aconteceu", capital(t.when(t.Event.At))+", com a mudança da configuração."))
}

func (t teller) closing() []ui.Term {
	name, why := "Inatividade do cliente", "Ninguém "+t.was("espera", "esperava")+" resposta: o último a escrever foi o vendedor, "
	if flow.CloseReason(t.Event.Reason) == flow.ClosedInactivity {
		name, why = "Inatividade do time ou vendedor", "O cliente espera uma resposta desde "
		if !t.Coming {
			why = "O cliente esperava uma resposta desde "
		}
	}
	return []ui.Term{
		term("Encerramento automático", name+", ligado desde "+t.when(t.Closing.EnabledAt)+"."),
		term("Por que vale", why+t.when(t.Began)+", depois de o encerramento ser ligado."),
		term("Configuração", t.version()),
		term("Última interação", capital(t.when(t.Idle.Record.At))+", "+t.caused(t.Idle, t.IdleBy)+"."),
		term("O que conta", "Todas as horas, dia e noite."),
		term("Prazo", t.when(t.Idle.Record.At)+" + "+ui.Span(t.Closing.After)+" = "+t.when(t.Deadline())+"."),
		t.happened(),
	}
}

func (t teller) postponement() []ui.Term {
	text := "Ninguém " + t.was("espera", "esperava") + " resposta: nada conta até o cliente escrever."
	if !t.Wait.IsZero() {
		text = "O cliente espera desde " + t.when(t.Wait) + ": o tempo do fluxo " + t.was("volta", "voltou") + " a contar do zero."
	}
	return []ui.Term{
		term("Adiada", capital(t.when(t.Until.Record.At))+", por "+known(t.UntilBy, "alguém")+"."),
		term("Prazo", "Até "+t.when(t.Deadline())+"."),
		t.happened(),
		term("Depois", text),
	}
}

func capital(text string) string   { return first(text, unicode.ToUpper) }
func uncapital(text string) string { return first(text, unicode.ToLower) }

func first(text string, change func(rune) rune) string {
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(change(r)) + text[size:]
}
