package handlers

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/reportview"
	"semaforo/views/ui"
)

// stats are the report's numbers, each with what it was before.
func (r report) stats() []ui.StatProps {
	var stats []ui.StatProps
	for _, one := range []struct {
		id, label string
		measure   reportview.Measure
		quantile  float64
	}{
		{"first-median", "1ª resposta, mediana", reportview.First, 0.5}, {"first-p90", "1ª resposta, 9 em cada 10", reportview.First, 0.9},
		{"answer-median", "Resposta, mediana", reportview.Answer, 0.5}, {"answer-p90", "Resposta, 9 em cada 10", reportview.Answer, 0.9},
		{"held-median", "Espera com cada responsável", reportview.Held, 0.5},
	} {
		now, has := r.took(r.now.all, one.measure).Quantile(one.quantile)
		then, had := r.took(r.then.all, one.measure).Quantile(one.quantile)
		stats = append(stats, ui.StatProps{ID: one.id, Label: one.label, Value: durationCell(now, has).Text,
			Note: changeNote(durationCell(then, had).Text, float64(now), float64(then), has && had)})
	}
	now, then := answers(r.now.all), answers(r.then.all)
	return append(stats,
		ui.StatProps{ID: "answers", Label: "Respostas", Value: ui.Number(now), Note: changeNote(ui.Number(then), float64(now), float64(then), true)},
		ui.StatProps{ID: "green", Label: "Respondidas no verde", Value: percent(r.now.all.Green, now), Note: "antes " + percent(r.then.all.Green, then)})
}

func answers(f db.Figures) int { return f.Green + f.Yellow + f.Red }

// changeNote says what a number was before, and by how much it has changed.
func changeNote(before string, now, then float64, both bool) string {
	note := "antes " + before
	if !both || then <= 0 {
		return note
	}
	if change := math.Round(100 * (now - then) / then); change != 0 {
		note += strings.Replace(fmt.Sprintf(" (%+.0f %%)", change), "-", "−", 1)
	}
	return note
}

// readable rounds a duration to what is read of it: seconds up to ten minutes, where
// they matter, else minutes. Figures are within 1 % of the truth: cut off, 30 minutes
// would read as 29.
func readable(d time.Duration) time.Duration {
	if d < 10*time.Minute {
		return d.Round(time.Second)
	}
	return d.Round(time.Minute)
}

func durationWords(d time.Duration) string {
	d = readable(d)
	if s := d % time.Minute; d > time.Minute && s > 0 {
		return ui.Duration(d) + " " + ui.Duration(s)
	}
	return ui.Duration(d)
}

// durationCell is a duration as people read it and as a spreadsheet does.
func durationCell(d time.Duration, has bool) reportview.Cell {
	if !has {
		return reportview.Cell{Text: "—"}
	}
	s := int(d.Round(time.Second) / time.Second)
	return reportview.Cell{Text: durationWords(d), Raw: fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)}
}

func countCell(n int) reportview.Cell {
	return reportview.Cell{Text: ui.Number(n), Raw: strconv.Itoa(n)}
}

func words(text string) reportview.Cell { return reportview.Cell{Text: text, Raw: text} }

// shareCell is a share as people read it and as a spreadsheet does; nothing of nothing.
func shareCell(n, all int) reportview.Cell {
	if all == 0 {
		return reportview.Cell{Text: "—"}
	}
	return reportview.Cell{Text: percent(n, all), Raw: strings.ReplaceAll(percent(n, all), " ", "")}
}

// compared is a cell with what it was before.
func compared(now, before reportview.Cell) reportview.Cell {
	now.Before = &before
	return now
}

// chart draws the measure by day: its median and what most stay under, and the
// median of the day that has the same place in the period before.
func (r report) chart() ui.ChartProps {
	var chart ui.ChartProps
	days := r.now.Days()
	for _, day := range days {
		chart.Days = append(chart.Days, dayWords(day)[:len("02/01")])
	}
	line := func(label string, look ui.LineLook, s span, days []string, quantile float64) {
		l := ui.ChartLine{Label: label, Look: look}
		for _, day := range days {
			point := time.Duration(-1)
			if f := s.days[day]; f != nil {
				if d, has := r.took(*f, r.filter.Measure).Quantile(quantile); has {
					point = d
				}
			}
			l.Points = append(l.Points, point)
		}
		chart.Lines = append(chart.Lines, l)
	}
	line("Mediana", ui.Strong, r.now, days, 0.5)
	line("9 em cada 10 até", ui.Faint, r.now, days, 0.9)
	line("Mediana no período anterior", ui.Earlier, r.then, r.then.Days(), 0.5)
	return chart
}

func (r report) heat() ui.HeatProps {
	heat := ui.HeatProps{Caption: r.filter.Measure.Word() + ": mediana por dia da semana e hora"}
	for hour := range db.HoursInWeek {
		cell := ui.HeatCell{Took: -1}
		if f := r.now.hours[hour]; f != nil {
			all := r.took(*f, r.filter.Measure)
			if d, has := all.Quantile(0.5); has {
				cell = ui.HeatCell{Took: readable(d), N: all.Len()}
			}
		}
		heat.Cells[hour/24][hour%24] = cell
	}
	return heat
}

// headed are the columns of figures after one that says whose or when they are;
// before, if that is compared too.
func headed(first, before string) []reportview.Column {
	head := []reportview.Column{{Label: first, Before: before}}
	for _, label := range []string{"Respostas", "1ª resposta, mediana", "1ª resposta, 9 em cada 10", "Resposta, mediana", "Resposta, 9 em cada 10",
		"Espera, mediana", "Espera, 9 em cada 10", "No verde"} {
		head = append(head, reportview.Column{Label: label, Before: label + ", antes"})
	}
	return head
}

// cells are figures as a row has them, beside what they were before; either may be nil.
func (r report) cells(first reportview.Cell, now, then *db.Figures) []reportview.Cell {
	if now == nil {
		now = &db.Figures{}
	}
	if then == nil {
		then = &db.Figures{}
	}
	row := []reportview.Cell{first, compared(countCell(answers(*now)), countCell(answers(*then)))}
	for _, m := range reportview.Measures {
		for _, q := range []float64{0.5, 0.9} {
			row = append(row, compared(durationCell(r.took(*now, m).Quantile(q)), durationCell(r.took(*then, m).Quantile(q))))
		}
	}
	return append(row, compared(shareCell(now.Green, answers(*now)), shareCell(then.Green, answers(*then))))
}

func (r report) dayTable() reportview.Table {
	t := reportview.Table{Code: reportview.DayTable, Title: "Por dia", Head: headed("Dia", "Dia no período anterior")}
	days, before := r.now.Days(), r.then.Days()
	for i, day := range slices.Backward(days) {
		now, then := r.now.days[day], r.then.days[before[i]]
		if now != nil || then != nil {
			t.Rows = append(t.Rows, r.cells(compared(words(dayWords(day)), words(dayWords(before[i]))), now, then))
		}
	}
	return t
}

func (r report) hourTable() reportview.Table {
	t := reportview.Table{Code: reportview.HourTable, Title: "Por hora da semana", Head: headed("Dia e hora em que a espera começou", "")}
	for _, day := range ui.WeekOrder {
		for hour := range 24 {
			now, then := r.now.hours[int(day)*24+hour], r.then.hours[int(day)*24+hour]
			if now != nil || then != nil {
				t.Rows = append(t.Rows, r.cells(words(fmt.Sprintf("%s, %d h", ui.WeekdayName(day), hour)), now, then))
			}
		}
	}
	return t
}

// tables are all but the day's and the hour's, which have pictures.
func (r report) tables() []reportview.Table {
	var tables []reportview.Table
	if r.kind == db.OfStore {
		tables = append(tables,
			r.whoTable(reportview.TeamTable, "Por time", "Time", ui.IconUsers, db.OfTeam, r.names.team),
			r.whoTable(reportview.SellerTable, "Por vendedor", "Vendedor", ui.IconUser, db.OfSeller, r.names.seller),
			r.whoTable(reportview.ChannelTable, "Por canal", "Canal", ui.IconRadioTower, db.OfChannel, func(name string) string { return name }))
	}
	return append(tables, r.flowTable(), r.postponeTable())
}

func (r report) table(code string) (reportview.Table, bool) {
	for _, t := range append(r.tables(), r.dayTable(), r.hourTable()) {
		if t.Code == code {
			return t, true
		}
	}
	return reportview.Table{}, false
}

// whoTable has a row for everybody who answered, now or before, who answered most first.
func (r report) whoTable(code, title, head string, icon ui.IconName, kind db.FigureKind, name func(string) string) reportview.Table {
	t := reportview.Table{Code: code, Title: title, Icon: icon, Head: headed(head, ""), None: "Ninguém respondeu neste período"}
	answered := map[string]int{}
	for _, s := range []span{r.then, r.now} {
		for id, f := range s.of[kind] {
			if answers(*f) > 0 {
				answered[id] = 0
			}
		}
	}
	ids := make([]string, 0, len(answered))
	for id := range answered {
		if f := r.now.of[kind][id]; f != nil {
			answered[id] = answers(*f)
		}
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(answered[b]-answered[a], cmp.Compare(db.Fold(name(a)), db.Fold(name(b))), cmp.Compare(a, b))
	})
	for _, id := range ids {
		t.Rows = append(t.Rows, r.cells(words(name(id)), r.now.of[kind][id], r.then.of[kind][id]))
	}
	return t
}

// flowDid is one thing that a flow does.
type flowDid struct {
	flow string
	what string
}

// flowTable tells what the flows and the automatic closings did.
func (r report) flowTable() reportview.Table {
	t := reportview.Table{Code: reportview.FlowTable, Title: "O que os fluxos fizeram", Icon: ui.IconZap, None: "Nenhum fluxo agiu neste período",
		Head: []reportview.Column{{Label: "Fluxo"}, {Label: "O que fez"}, {Label: "Vezes", Before: "Vezes, antes"}}}
	now, then := r.flowsDid(r.now.deeds), r.flowsDid(r.then.deeds)
	all := map[flowDid]bool{}
	for _, some := range []map[flowDid]int{now, then} {
		for did := range some {
			all[did] = true
		}
	}
	order := make([]flowDid, 0, len(all))
	for did := range all {
		order = append(order, did)
	}
	slices.SortFunc(order, func(a, b flowDid) int { return cmp.Or(cmp.Compare(a.flow, b.flow), cmp.Compare(a.what, b.what)) })
	for _, did := range order {
		t.Rows = append(t.Rows, []reportview.Cell{words(did.flow), words(did.what), compared(countCell(now[did]), countCell(then[did]))})
	}
	return t
}

func (r report) flowsDid(deeds []db.DeedSum) map[flowDid]int {
	did := map[flowDid]int{}
	for _, d := range deeds {
		what, ofFlow := deedWords[d.Kind]
		switch {
		case !ofFlow:
			continue
		case d.Kind == db.DeedTimedOut:
			did[flowDid{"Encerramento automático", what}] += int(d.N)
			continue
		case d.Kind == db.DeedMoved:
			what = cmp.Or(actionWords[d.Action], what)
		}
		did[flowDid{r.names.flow(d.Flow), what}] += int(d.N)
	}
	return did
}

var deedWords = map[db.DeedKind]string{db.DeedAlert1: "1º alerta", db.DeedAlert2: "2º alerta", db.DeedMoved: "Agiu", db.DeedSkipped: "Pulou a ação",
	db.DeedTimedOut: "Encerrou a conversa"}

var actionWords = map[flow.ActionType]string{flow.TransferTeam: "Transferiu para outro time", flow.TransferSeller: "Transferiu para um vendedor",
	flow.Redistribute: "Redistribuiu no time", flow.ReturnToWaiting: "Devolveu para Aguardando", flow.CloseAction: "Encerrou a conversa"}

// postponeTable tells who postponed, how often and for how long.
func (r report) postponeTable() reportview.Table {
	t := reportview.Table{Code: reportview.PostponeTable, Title: "Adiamentos", Icon: ui.IconSnooze, None: "Nada foi adiado neste período",
		Lead: "O tempo é o que foi pedido: quem continua, assume, transfere ou finaliza a conversa acaba com o adiamento antes. Respostas durante um adiamento não entram nos tempos de cima.",
		Head: []reportview.Column{{Label: "Quem adiou"}, {Label: "Vezes", Before: "Vezes, antes"},
			{Label: "Por quanto tempo, em média", Before: "Por quanto tempo, em média, antes"}, {Label: "Ao todo", Before: "Ao todo, antes"}}}
	now, then := postponed(r.now.deeds), postponed(r.then.deeds)
	var who []string
	for id := range then {
		if _, both := now[id]; !both {
			who = append(who, id)
		}
	}
	who = slices.AppendSeq(who, maps.Keys(now))
	slices.SortFunc(who, func(a, b string) int {
		return cmp.Or(cmp.Compare(now[b].N, now[a].N), cmp.Compare(db.Fold(r.names.user(a)), db.Fold(r.names.user(b))), cmp.Compare(a, b))
	})
	for _, id := range who {
		now, then := now[id], then[id]
		t.Rows = append(t.Rows, []reportview.Cell{words(r.names.user(id)), compared(countCell(int(now.N)), countCell(int(then.N))),
			compared(meanCell(now), meanCell(then)), compared(sumCell(now), sumCell(then))})
	}
	return t
}

// postponed are the postponements by who made them.
func postponed(deeds []db.DeedSum) map[string]db.Deed {
	sums := map[string]db.Deed{}
	for _, d := range deeds {
		if d.Kind == db.DeedPostponed {
			sum := sums[d.ByWho]
			sums[d.ByWho] = db.Deed{N: sum.N + d.N, Seconds: sum.Seconds + d.Seconds}
		}
	}
	return sums
}

func meanCell(d db.Deed) reportview.Cell {
	return durationCell(time.Duration(d.Seconds/max(1, d.N))*time.Second, d.N > 0)
}

func sumCell(d db.Deed) reportview.Cell {
	return durationCell(time.Duration(d.Seconds)*time.Second, d.N > 0)
}
