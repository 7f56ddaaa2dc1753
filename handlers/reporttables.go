package handlers

import (
	"cmp"
	"fmt"
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
		now, has := r.took(r.now, one.measure).Quantile(one.quantile)
		then, had := r.took(r.then, one.measure).Quantile(one.quantile)
		stats = append(stats, ui.StatProps{ID: one.id, Label: one.label, Value: durationCell(now, has).Text,
			Note: changeNote(durationCell(then, had).Text, float64(now), float64(then), has && had)})
	}
	now, then := answers(r.now), answers(r.then)
	return append(stats,
		ui.StatProps{ID: "answers", Label: "Respostas", Value: ui.Number(now), Note: changeNote(ui.Number(then), float64(now), float64(then), true)},
		ui.StatProps{ID: "green", Label: "Respondidas no verde", Value: percent(r.now.Green, now), Note: "antes " + percent(r.then.Green, then)})
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

// durationWords is exact to the second up to ten minutes, where seconds matter.
func durationWords(d time.Duration) string {
	if s := d % time.Minute; d > time.Minute && d < 10*time.Minute && s > 0 {
		return ui.Duration(d) + " " + ui.Duration(s)
	}
	return ui.Duration(d)
}

// durationCell is a duration as people read it and as a spreadsheet does.
func durationCell(d time.Duration, has bool) reportview.Cell {
	if !has {
		return reportview.Cell{Text: "—", Raw: " "}
	}
	s := int(d.Round(time.Second) / time.Second)
	return reportview.Cell{Text: durationWords(d.Round(time.Second)), Raw: fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)}
}

func countCell(n int) reportview.Cell {
	return reportview.Cell{Text: ui.Number(n), Raw: strconv.Itoa(n)}
}

func words(text string) reportview.Cell { return reportview.Cell{Text: text} }

func (r report) chart() ui.ChartProps {
	median, high := ui.ChartLine{Label: "Mediana"}, ui.ChartLine{Label: "9 em cada 10 até", Faint: true}
	var chart ui.ChartProps
	for _, day := range r.period.Days() {
		chart.Days = append(chart.Days, dayWords(day)[:len("02/01")])
		for line, q := range map[*ui.ChartLine]float64{&median: 0.5, &high: 0.9} {
			point := time.Duration(-1)
			if f := r.days[day]; f != nil {
				if d, has := r.took(*f, r.filter.Measure).Quantile(q); has {
					point = d
				}
			}
			line.Points = append(line.Points, point)
		}
	}
	chart.Lines = []ui.ChartLine{median, high}
	return chart
}

func (r report) heat() ui.HeatProps {
	heat := ui.HeatProps{Caption: r.filter.Measure.Word() + ": mediana por dia da semana e hora"}
	for hour := range db.HoursInWeek {
		cell := ui.HeatCell{Took: -1}
		if f := r.hours[hour]; f != nil {
			all := r.took(*f, r.filter.Measure)
			if d, has := all.Quantile(0.5); has {
				cell = ui.HeatCell{Took: d, N: all.Len()}
			}
		}
		heat.Cells[hour/24][hour%24] = cell
	}
	return heat
}

var figureHead = []string{"Respostas", "1ª resposta, mediana", "1ª resposta, 9 em cada 10", "Resposta, mediana", "Resposta, 9 em cada 10", "No verde"}

// cells are figures as a row has them, under figureHead.
func (r report) cells(first reportview.Cell, f db.Figures) []reportview.Cell {
	row := []reportview.Cell{first, countCell(answers(f))}
	for _, m := range []reportview.Measure{reportview.First, reportview.Answer} {
		for _, q := range []float64{0.5, 0.9} {
			row = append(row, durationCell(r.took(f, m).Quantile(q)))
		}
	}
	return append(row, words(percent(f.Green, answers(f))))
}

func (r report) dayTable() reportview.Table {
	t := reportview.Table{Code: reportview.DayTable, Title: "Por dia", Head: append([]string{"Dia"}, figureHead...)}
	days := r.period.Days()
	slices.Reverse(days)
	for _, day := range days {
		if f := r.days[day]; f != nil {
			t.Rows = append(t.Rows, r.cells(words(dayWords(day)), *f))
		}
	}
	return t
}

func (r report) hourTable() reportview.Table {
	t := reportview.Table{Code: reportview.HourTable, Title: "Por hora da semana", Head: append([]string{"Dia e hora em que a espera começou"}, figureHead...)}
	for _, day := range ui.WeekOrder {
		for hour := range 24 {
			if f := r.hours[int(day)*24+hour]; f != nil {
				t.Rows = append(t.Rows, r.cells(words(fmt.Sprintf("%s, %d h", ui.WeekdayName(day), hour)), *f))
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

// whoTable has a row for everybody who answered, who answered most first.
func (r report) whoTable(code, title, head string, icon ui.IconName, kind db.FigureKind, name func(string) string) reportview.Table {
	t := reportview.Table{Code: code, Title: title, Icon: icon, Head: append([]string{head}, figureHead...), None: "Ninguém respondeu neste período"}
	ids := make([]string, 0, len(r.of[kind]))
	for id, f := range r.of[kind] {
		if answers(*f) > 0 {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(answers(*r.of[kind][b])-answers(*r.of[kind][a]), cmp.Compare(db.Fold(name(a)), db.Fold(name(b))), cmp.Compare(a, b))
	})
	for _, id := range ids {
		t.Rows = append(t.Rows, r.cells(words(name(id)), *r.of[kind][id]))
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
		Head: []string{"Fluxo", "O que fez", "Vezes", "No período anterior"}}
	now, then := r.flowsDid(r.deeds), r.flowsDid(r.earlier)
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
		t.Rows = append(t.Rows, []reportview.Cell{words(did.flow), words(did.what), countCell(now[did]), countCell(then[did])})
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
		Lead: "O tempo é o que foi pedido: uma mensagem do cliente acaba com o adiamento antes.", Head: []string{"Quem adiou", "Vezes", "Por quanto tempo, em média", "Ao todo"}}
	sums := map[string]db.Deed{}
	for _, d := range r.deeds {
		if d.Kind == db.DeedPostponed {
			sum := sums[d.ByWho]
			sums[d.ByWho] = db.Deed{N: sum.N + d.N, Seconds: sum.Seconds + d.Seconds}
		}
	}
	who := make([]string, 0, len(sums))
	for id := range sums {
		who = append(who, id)
	}
	slices.SortFunc(who, func(a, b string) int {
		return cmp.Or(cmp.Compare(sums[b].N, sums[a].N), cmp.Compare(db.Fold(r.names.user(a)), db.Fold(r.names.user(b))), cmp.Compare(a, b))
	})
	for _, id := range who {
		sum := sums[id]
		t.Rows = append(t.Rows, []reportview.Cell{words(r.names.user(id)), countCell(int(sum.N)),
			durationCell(time.Duration(sum.Seconds/sum.N)*time.Second, true), durationCell(time.Duration(sum.Seconds)*time.Second, true)})
	}
	return t
}
