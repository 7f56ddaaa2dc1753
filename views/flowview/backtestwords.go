package flowview

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"semaforo/flow"
	"semaforo/views/ui"
)

func (b Backtest) empty() bool { return b.Waits == 0 }

// noneTitle says of what there is none.
func (b Backtest) noneTitle(p Panel, ctx context.Context) string {
	return "Nenhuma espera" + b.whose(p) + " " + b.period(p, ctx)
}

func (b Backtest) noneText(ctx context.Context) string {
	return "A primeira espera de que se sabe nesta fila terminou em " + ui.Date(b.Earliest, ui.Location(ctx)) + ". Escolha outro período, ou olhe todas."
}

// acts reports whether the draft has an action.
func (b Backtest) acts() bool { return b.Flow.Action.Type != flow.ActionNone }

// subject is what the numbers are of: “1.240 esperas em Vendas dos últimos 30 dias”.
func (b Backtest) subject(p Panel, ctx context.Context) string {
	return ui.Count(b.Waits, "espera", "esperas") + b.whose(p) + " " + b.period(p, ctx)
}

func (b Backtest) whose(p Panel) string {
	kind, _, _ := strings.Cut(b.Of, ":")
	name, ok := p.OfName(b.Of)
	switch {
	case !ok:
		return ""
	case kind == OfSeller:
		return " com " + name
	case kind == OfChannel:
		return " no canal " + name
	case p.Queue == flow.SellerQueue && b.Waits == 1:
		return " vinda de " + name
	case p.Queue == flow.SellerQueue:
		return " vindas de " + name
	}
	return " em " + name
}

func (b Backtest) period(p Panel, ctx context.Context) string {
	if p.Form.Period == ui.OtherValue {
		return "desde " + ui.Date(b.Since, ui.Location(ctx))
	}
	return "dos últimos " + p.Form.Period + " dias"
}

// would says what the draft would have made of the waits.
func (b Backtest) would(p Panel, ctx context.Context) string {
	parts := []string{
		about(b.Draft.Green, b.Draft.Cut.Green, "nenhuma ficaria verde", "ficaria verde", "ficariam verdes"),
		about(b.Draft.Yellow, b.Draft.Cut.Yellow, "nenhuma amarela", "amarela", "amarelas"),
		about(b.Draft.Red, b.Draft.Cut.Red, "nenhuma vermelha", "vermelha", "vermelhas"),
	}
	if b.acts() {
		parts = append(parts, about(b.Draft.Acted, b.Draft.Cut.Acted, "nenhuma chegaria à ação", "chegaria à ação", "chegariam à ação"))
	}
	return "De " + b.subject(p, ctx) + ": " + strings.Join(parts, ", ") + "."
}

// today says the same of the flows in force.
func (b Backtest) today() string { return "Hoje: " + b.present() + "." }

// onlyToday says it where there is nothing to compare it with.
func (b Backtest) onlyToday(p Panel, ctx context.Context) string {
	return "De " + b.subject(p, ctx) + ", hoje: " + b.present() + "."
}

func (b Backtest) present() string {
	parts := []string{
		about(b.Present.Green, b.Present.Cut.Green, "nenhuma verde", "verde", "verdes"),
		about(b.Present.Yellow, b.Present.Cut.Yellow, "nenhuma amarela", "amarela", "amarelas"),
		about(b.Present.Red, b.Present.Cut.Red, "nenhuma vermelha", "vermelha", "vermelhas"),
	}
	if b.acts() || b.Present.Acted > 0 {
		parts = append(parts, about(b.Present.Acted, b.Present.Cut.Acted, "nenhuma chega à ação", "chega à ação", "chegam à ação"))
	}
	return strings.Join(parts, ", ")
}

// about is a count with its word; where some of the counted are estimated, about so many.
func about(n, cut int, none, one, many string) string {
	switch {
	case n == 0:
		return none
	case cut > 0:
		return "cerca de " + ui.Count(n, one, many)
	}
	return ui.Count(n, one, many)
}

// difference is what the draft changes, in words.
func (b Backtest) difference() string {
	var parts []string
	for _, v := range b.verdicts() {
		if d := v.draft - v.present; d != 0 {
			word := v.many
			if d == 1 || d == -1 {
				word = v.one
			}
			parts = append(parts, more(d, word))
		}
	}
	if len(parts) == 0 {
		return "Nada muda."
	}
	return "A diferença: " + strings.Join(parts, ", ") + "."
}

// more is a difference in words: “120 verdes a mais”.
func more(d int, word string) string {
	if word != "" {
		word = " " + word
	}
	if d < 0 {
		return ui.Number(-d) + word + " a menos"
	}
	return ui.Number(d) + word + " a mais"
}

// verdict is how many waits came so far, with the draft and today.
type verdict struct {
	label, one, many string
	icon             ui.IconName
	tone             ui.Tone
	draft, present   int
	cut              int // of the draft's, the estimated
}

func (b Backtest) verdicts() []verdict {
	d, n, c := b.Draft, b.Present, b.Draft.Cut
	all := []verdict{
		{"Verdes", "verde", "verdes", ui.OnTime.Icon(), ui.Green, d.Green, n.Green, c.Green},
		{"Amarelas", "amarela", "amarelas", ui.FirstLate.Icon(), ui.Yellow, d.Yellow, n.Yellow, c.Yellow},
		{"Vermelhas", "vermelha", "vermelhas", ui.LastLate.Icon(), ui.Red, d.Red, n.Red, c.Red},
	}
	if b.acts() || n.Acted > 0 {
		all = append(all, verdict{"Chegam à ação", "ação", "ações", ui.IconArrowRight, ui.Accent, d.Acted, n.Acted, c.Acted})
	}
	return all
}

func (b Backtest) scores() ui.ScoresProps {
	props := ui.ScoresProps{Caption: "Como seria assim, e como é hoje", Columns: []string{"Esperas", "Assim", "Hoje", "Diferença"}}
	for _, v := range b.verdicts() {
		draft := b.cell(v.draft)
		if v.cut > 0 {
			draft.Note += ", " + ui.Number(v.cut) + " por estimativa"
		}
		change := "igual"
		if d := v.draft - v.present; d != 0 {
			change = more(d, "")
		}
		props.Rows = append(props.Rows, ui.Score{Label: v.label, Icon: v.icon, Tone: v.tone,
			Cells: []ui.ScoreCell{draft, b.cell(v.present), {Text: change}}})
	}
	return props
}

// cell is a number of the waits, with what part of them it is.
func (b Backtest) cell(n int) ui.ScoreCell {
	if n == 0 {
		return ui.ScoreCell{Text: "0"}
	}
	return ui.ScoreCell{Text: ui.Number(n), Note: share(n, b.Waits)}
}

// percent stays on the line of its number.
const percent = "\u00a0%"

// share is a part in words: never 0 % of what there is, nor 100 % of what is not all.
func share(n, all int) string {
	switch {
	case all == 0:
		return ""
	case n > 0 && n*100 < all:
		return "menos de 1" + percent
	case n < all && n*1000 > all*995:
		return "mais de 99" + percent
	}
	return strconv.Itoa((200*n+all)/(2*all)) + percent
}

// bins are the lengths with the long tail in one: what lies beyond all but a
// hundredth of the waits, and beyond the last mark.
func (b Backtest) bins() []flow.Bin {
	last := b.Flow.Alert2
	if b.acts() {
		last += b.Flow.Action.Delay
	}
	sum := 0
	for i, bin := range b.Bins {
		if bin.From >= last && bin.To > 0 && (b.Waits-sum)*100 <= b.Waits {
			tail := flow.Bin{From: bin.From}
			for _, long := range b.Bins[i:] {
				tail.N += long.N
			}
			return append(slices.Clone(b.Bins[:i]), tail)
		}
		sum += bin.N
	}
	return b.Bins
}

// picture draws the lengths, with the alerts and the limit.
func (b Backtest) picture() ui.HistogramProps {
	props := ui.HistogramProps{Tone: ui.Green}
	for _, bin := range b.bins() {
		props.Bars = append(props.Bars, ui.HistogramBar{From: bin.From, To: bin.To, N: bin.N})
	}
	f := b.Flow
	mark := func(at time.Duration, label string, tone ui.Tone) {
		if b.Problem != "" {
			label += " hoje"
		}
		props.Marks = append(props.Marks, ui.HistogramMark{At: at, Label: label + " " + Duration(at), Tone: tone})
	}
	mark(f.Alert1, "1º alerta", ui.Yellow)
	switch {
	case !b.acts():
		mark(f.Alert2, "2º alerta", ui.Red)
	case f.Action.Delay == 0:
		mark(f.Alert2, "2º alerta e ação", ui.Accent)
	default:
		mark(f.Alert2, "2º alerta", ui.Red)
		mark(f.Alert2+f.Action.Delay, "ação", ui.Accent)
	}
	return props
}

// lengths is the picture as a table.
func (b Backtest) lengths() ui.ScoresProps {
	props := ui.ScoresProps{Caption: "Quanto as esperas duraram", Columns: []string{"Duração", "Esperas", "Até aqui"}}
	sum := 0
	for _, bin := range b.bins() {
		sum += bin.N
		label := "até " + Duration(bin.To)
		switch {
		case bin.To == 0:
			label = "mais de " + Duration(bin.From)
		case bin.From > 0:
			label = Duration(bin.From) + " a " + Duration(bin.To)
		}
		icon, tone := b.reached(bin)
		props.Rows = append(props.Rows, ui.Score{Label: label, Icon: icon, Tone: tone,
			Cells: []ui.ScoreCell{{Text: ui.Number(bin.N)}, {Text: share(sum, b.Waits)}}})
	}
	return props
}

// reached is the sign and the tone of how far waits of a length come.
func (b Backtest) reached(bin flow.Bin) (ui.IconName, ui.Tone) {
	f := b.Flow
	state := ui.OnTime
	switch {
	case b.acts() && bin.From >= f.Alert2+f.Action.Delay:
		return ui.IconArrowRight, ui.Accent
	case bin.From >= f.Alert2:
		state = ui.LastLate
	case bin.From >= f.Alert1:
		state = ui.FirstLate
	}
	return state.Icon(), state.Tone()
}

// notes are what has to be known of the numbers.
func (p Panel) notes() []string {
	var notes []string
	b := p.Backtest
	if p.Kind == flow.Alternative && len(p.Form.Targets) == 0 {
		notes = append(notes, "Ainda sem exceções: são as esperas de "+TargetsOf(p.Queue).All+" a quem este fluxo poderia valer.")
	}
	if b.Flow.Clock == flow.BusinessHours {
		notes = append(notes, "As esperas estão contadas no horário de atendimento de hoje.")
	}
	if b.Imported > 0 {
		notes = append(notes, ui.Count(b.Imported, "espera vem", "esperas vêm")+" do histórico importado.")
	}
	if len(b.InForce) > 1 {
		notes = append(notes, "Hoje valem para estas esperas: "+ui.Join(b.InForce, 4)+".")
	}
	if b.Behind {
		notes = append(notes, "Ainda há esperas sendo somadas: os números podem subir.")
	}
	return notes
}
