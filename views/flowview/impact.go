package flowview

import (
	"context"
	"strconv"
	"strings"

	"semaforo/flow"
	"semaforo/views/ui"
)

// ImpactID is the part of the panel's last step that says what saving does now.
const ImpactID = "flow-impact"

// Impact is what saving does to the open conversations at that moment. The
// engine works it out (flow.Foresee); here it is only put into words.
type Impact struct {
	// Known is false where the form does not make a flow yet.
	Known bool
	// Moves are by where to, the most first.
	Moves  []Move
	Closed int
	// Recoloured are those that stay where they are, by their new colour.
	Recoloured map[flow.Level]int
	// Conversations are the first of them all, Total how many there are.
	Conversations []ui.LinkLine
	Total         int
	// Notes are what the map would mark of the flow as it would be saved.
	Notes []string
	// Later: it is not saved now, and this is only what it would do.
	Later bool
	// Asked says that somebody has pressed to save and is asked to look first; Changed that it is no longer
	// what they had been shown.
	Asked, Changed bool
}

// Move is how many conversations go somewhere.
type Move struct {
	To string
	N  int
}

// Acts reports whether saving moves or closes conversations.
func (i Impact) Acts() bool { return len(i.Moves) > 0 || i.Closed > 0 }

// Digest is what has to be seen before it is done: how many conversations go
// where, and how many are closed. Colours are not part of it.
func (i Impact) Digest() string {
	if !i.Acts() {
		return ""
	}
	parts := make([]string, 0, len(i.Moves)+1)
	for _, m := range i.Moves {
		parts = append(parts, strconv.Itoa(m.N)+" "+m.To)
	}
	return strings.Join(append(parts, strconv.Itoa(i.Closed)), "\n")
}

func (i Impact) moved() int {
	n := 0
	for _, m := range i.Moves {
		n += m.N
	}
	return n
}

// Doing is what happens at once, as a button says it: “transferir 14 conversas
// e encerrar 2 agora”; empty where nothing does.
func (i Impact) Doing() string {
	var parts []string
	if n := i.moved(); n > 0 {
		parts = append(parts, "transferir "+ui.Count(n, "conversa", "conversas"))
	}
	if i.Closed > 0 && len(parts) > 0 {
		parts = append(parts, "encerrar "+ui.Number(i.Closed))
	} else if i.Closed > 0 {
		parts = append(parts, "encerrar "+ui.Count(i.Closed, "conversa", "conversas"))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, " e ") + " agora"
}

func (i Impact) title() string {
	switch {
	case i.Later:
		return "Se valesse agora"
	case i.Changed:
		return "Mudou enquanto você estava aqui: confira o que acontece agora ao salvar"
	case i.Acts():
		return "Ao salvar, acontece agora mesmo"
	}
	return "Ao salvar, agora"
}

func (i Impact) tone() ui.Tone {
	if i.Acts() && !i.Later {
		return ui.Yellow
	}
	return ui.Accent
}

func (i Impact) lines() []string {
	var lines []string
	for _, m := range i.Moves {
		lines = append(lines, ui.Count(m.N, "conversa é transferida", "conversas são transferidas")+" para "+m.To+".")
	}
	if i.Closed > 0 {
		lines = append(lines, ui.Count(i.Closed, "conversa é encerrada", "conversas são encerradas")+".")
	}
	for _, c := range []struct {
		level     flow.Level
		one, many string
	}{
		{flow.Red, "conversa fica vermelha", "conversas ficam vermelhas"},
		{flow.Yellow, "conversa fica amarela", "conversas ficam amarelas"},
		{flow.Green, "conversa volta a ficar verde", "conversas voltam a ficar verdes"},
	} {
		if n := i.Recoloured[c.level]; n > 0 {
			lines = append(lines, ui.Count(n, c.one, c.many)+".")
		}
	}
	if len(lines) == 0 && i.Later {
		return []string{"Nada mudaria nas conversas abertas agora. O que muda na hora fica registrado no histórico."}
	}
	if len(lines) == 0 {
		return []string{"Nada muda agora nas conversas abertas. Vale daqui em diante."}
	}
	return lines
}

func (i Impact) summary() string {
	if more := i.Total - len(i.Conversations); more > 0 {
		return "Ver as primeiras " + ui.Number(len(i.Conversations)) + " de " + ui.Number(i.Total) + " conversas"
	}
	return "Ver " + ui.Count(i.Total, "conversa", "conversas")
}

// Foreseen is one conversation of an impact, for the list.
func Foreseen(ctx context.Context, d Directory, href, customer string, i flow.Impact) ui.LinkLine {
	waits := ""
	if i.Before.Waiting() {
		waits = "Espera há " + ui.For(ui.Now(ctx), i.Before.WaitStart) + ". "
	}
	return ui.LinkLine{Text: customer, Href: href, Detail: waits + d.becomes(i)}
}

func (d Directory) becomes(i flow.Impact) string {
	switch {
	case i.Closed():
		return "Será encerrada."
	case i.Moved():
		return "Vai de " + d.holder(i.Before) + " para " + d.holder(i.After) + "."
	}
	return "De " + colour(i.Before.Level) + " para " + colour(i.After.Level) + "."
}

func (d Directory) holder(c flow.Conversation) string { return d.Goal(c.Team, c.Seller) }

// Goal is the name of a holder: a seller's, else a team's, else Aguardando.
func (d Directory) Goal(team, seller string) string {
	switch {
	case seller != "":
		return d.Seller(seller)
	case team != "":
		return d.Team(team)
	}
	return "Aguardando"
}

func colour(l flow.Level) string {
	switch l {
	case flow.Red:
		return "vermelha"
	case flow.Yellow:
		return "amarela"
	case flow.Green:
		return "verde"
	}
	return "sem cor"
}

// live are the attributes by which the part follows what is typed.
func (p Panel) live(ctx context.Context) map[string]any {
	return ui.HX(ctx, "post", p.Path(), "trigger", "input from:'closest form' delay:400ms, change from:'closest form' delay:100ms",
		"vals", `{"go":"`+GoImpact+`"}`, "include", "closest form", "target", "this", "swap", "outerHTML", "sync", "this:replace")
}
