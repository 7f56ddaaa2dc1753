package flowview

import (
	"strconv"
	"strings"
	"time"

	"semaforo/flow"
	"semaforo/views/ui"
)

// enough reports whether there are answers enough to learn times from.
func (b Backtest) enough() bool { return b.Answered >= flow.EnoughToSuggest }

// few says that there are not.
func (b Backtest) few() string {
	if b.Answered == 0 {
		return "Nenhuma delas foi respondida por alguém: não dá para sugerir tempos."
	}
	return "Só " + ui.Count(b.Answered, "delas foi respondida", "delas foram respondidas") + " por alguém: é pouco para sugerir tempos. A partir de " +
		strconv.Itoa(flow.EnoughToSuggest) + ", sim."
}

// percentiles says how long answers took.
func (b Backtest) percentiles() string {
	var parts []string
	for _, p := range b.Percentiles {
		part := whole(p.Share) + " em até " + within(p.Within)
		if p.Share == 0.5 {
			part = "metade em até " + within(p.Within)
		}
		parts = append(parts, part)
	}
	return "Das " + ui.Number(b.Answered) + " que alguém respondeu: " + strings.Join(parts, ", ") + "."
}

// whole is a share that is never said to be more than it is.
func whole(share float64) string { return strconv.Itoa(int(share*100+1e-9)) + percent }

// within is a measured time rounded up, so that what lies within it does.
func within(d time.Duration) string {
	unit := time.Minute
	if d < time.Minute {
		unit = time.Second
	}
	return Duration(max(unit, (d+unit-1)/unit*unit))
}

// offer is a time that the waits suggest for the present step, with the button that
// fills it in: none where it is already there, or could not be.
type offer struct{ words, button, value string }

func (p Panel) offer() (offer, bool) {
	s := p.Backtest.Suggested
	if s.Alert1 == 0 {
		return offer{}, false
	}
	first, _ := Quantity(p.Form.Alert1, p.Form.Alert1Unit)
	second, _ := Quantity(p.Form.Alert2, p.Form.Alert2Unit)
	answered := func(share float64, at time.Duration) string {
		return whole(share) + " das conversas são respondidas em " + Duration(at) + "."
	}
	switch p.Step {
	case StepAlert1:
		o := offer{answered(s.Share1, s.Alert1), "Usar " + Duration(s.Alert1), s.Alert1.String()}
		switch {
		case s.Alert1 == first:
			return offer{words: o.words + " É o que está no 1º alerta."}, true
		case s.Alert1 >= second:
			o.button, o.value = o.button+", e "+Duration(s.Alert2)+" no 2º alerta", o.value+" "+s.Alert2.String()
		}
		return o, true
	case StepAlert2:
		o := offer{answered(s.Share2, s.Alert2), "Usar " + Duration(s.Alert2), s.Alert2.String()}
		switch {
		case s.Alert2 == second:
			return offer{words: o.words + " É o que está no 2º alerta."}, true
		case s.Alert2 <= first:
			return offer{words: o.words + " Vem antes do seu 1º alerta, que é aos " + Duration(first) + "."}, true
		}
		return o, true
	}
	return offer{}, false
}

// Fill puts suggested times into the inputs: the step's, and after the 1st alert's the
// 2nd's where there are two. False where they are no times.
func (f *FlowForm) Fill(step Step) bool {
	inputs := [][2]*string{{&f.Alert1, &f.Alert1Unit}, {&f.Alert2, &f.Alert2Unit}}
	if step == StepAlert2 {
		inputs = inputs[1:]
	}
	times := strings.Fields(f.Use)
	if len(times) == 0 || len(times) > len(inputs) {
		return false
	}
	for i, text := range times {
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 {
			return false
		}
		*inputs[i][0], *inputs[i][1] = split(d)
	}
	return true
}

// estimates say which of the numbers are estimates, and of how many waits.
func (b Backtest) estimates() []string {
	var all []string
	if of := b.Draft.Cut.Total(); of > 0 {
		all = append(all, estimate(b.Draft.Cut.Replayed, of)+" São as que uma ação de verdade interrompeu antes do limite deste fluxo: quanto ainda durariam ninguém sabe.")
	}
	if of := b.Present.Cut.Total(); of > 0 {
		all = append(all, "Nos números de hoje: "+strings.ToLower(estimate(b.Present.Cut.Replayed, of)))
	}
	return all
}

func estimate(replayed, of int) string {
	if of == 1 {
		return "Estimativa: " + ui.Number(replayed) + " de 1 espera repassada pelo motor."
	}
	return "Estimativa: " + ui.Number(replayed) + " de " + ui.Number(of) + " esperas repassadas pelo motor."
}

// aftermath says what would have become of the waits that the draft acts on.
func (b Backtest) aftermath() []ui.Bullet {
	a := b.After
	var all []ui.Bullet
	for _, one := range []struct {
		n         int
		one, many string
	}{
		{a.Green, "seria respondida no prazo onde chegou", "seriam respondidas no prazo onde chegaram"},
		{a.Yellow, "seria respondida já amarela", "seriam respondidas já amarelas"},
		{a.Red, "seria respondida já vermelha", "seriam respondidas já vermelhas"},
		{a.Again, "passaria ainda por outra ação", "passariam ainda por outra ação"},
		{a.Cycle, "ficaria onde está: já passou por onde iria", "ficariam onde estão: já passaram por onde iriam"},
		{a.NoTarget, "ficaria onde está: não haveria para onde ir", "ficariam onde estão: não haveria para onde ir"},
		{a.Closed, "seria encerrada pela ação", "seriam encerradas pela ação"},
		{a.Ended, "seria finalizada onde chegou", "seriam finalizadas onde chegaram"},
		{a.Handed, "seria assumida, transferida ou adiada por alguém", "seriam assumidas, transferidas ou adiadas por alguém"},
		{a.Open, "ficaria sem mais nada, até onde se sabe", "ficariam sem mais nada, até onde se sabe"},
	} {
		if one.n > 0 {
			all = append(all, ui.Bullet{Text: ui.Count(one.n, one.one, one.many) + " (" + share(one.n, a.Of) + ")"})
		}
	}
	return all
}
