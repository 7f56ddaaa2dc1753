package hoursview

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"semaforo/flow"
	"semaforo/views/ui"
)

// Names is what a calendar calls its holidays; empty for one without a name.
type Names func(flow.Date) string

// Sentence says a deadline and why it falls there: “sexta 17:50 + 20 min úteis =
// segunda 09:10, porque sábado e domingo estão fechados”.
func Sentence(why flow.Why, loc *time.Location, names Names) string {
	if !why.Exists {
		if why.NeverOpen {
			return "Este prazo não existe: não há nenhum horário aberto na semana."
		}
		return "Este prazo não existe: ele passaria de 366 dias. Um alerta assim nunca acontece."
	}
	from, to := moments(why.Start, why.Deadline, loc)
	return from + " + " + openTime(why.Open) + " = " + to + ", " + reason(why, loc, names)
}

// moments are the two ends of a sentence: the weekday says enough within a week.
func moments(start, end time.Time, loc *time.Location) (from, to string) {
	a, b := flow.DateIn(start, loc), flow.DateIn(end, loc)
	layout := ""
	switch {
	case a.Year != b.Year:
		layout = " 02/01/2006"
	case end.Sub(start) >= 6*24*time.Hour:
		layout = " 02/01"
	}
	return moment(start, loc, layout), moment(end, loc, layout)
}

func moment(t time.Time, loc *time.Location, layout string) string {
	local := t.In(loc)
	return ui.WeekdayWord(local.Weekday()) + local.Format(layout+" "+clockLayout(local))
}

// clockLayout shows seconds only where there are any.
func clockLayout(t time.Time) string {
	if t.Second() != 0 {
		return "15:04:05"
	}
	return "15:04"
}

func openTime(d time.Duration) string {
	words := duration(d)
	if d == time.Minute || d == time.Hour {
		return words + " útil"
	}
	return words + " úteis"
}

// duration writes hours and minutes exactly.
func duration(d time.Duration) string {
	var parts []string
	if h := d / time.Hour; h > 0 {
		parts = append(parts, fmt.Sprintf("%d h", h))
	}
	if m := d % time.Hour / time.Minute; m > 0 {
		parts = append(parts, fmt.Sprintf("%d min", m))
	}
	if s := d % time.Minute / time.Second; s > 0 || len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("%d s", s))
	}
	return strings.Join(parts, " ")
}

// manyDays is how many closed days are named one by one.
const manyDays = 5

func reason(why flow.Why, loc *time.Location, names Names) string {
	var days []flow.ClosedDay
	var closed []flow.Stretch
	for _, s := range why.Stretches {
		if !s.Open {
			closed = append(closed, s)
			days = append(days, s.ClosedDays...)
		}
	}
	switch {
	case len(days) > manyDays:
		return "porque " + manyClosed(days, names)
	case len(days) > 0:
		return "porque " + ui.Listing(closedPhrases(days, names))
	case len(closed) == 0:
		return "tudo dentro do horário"
	case len(closed) > 1:
		return fmt.Sprintf("porque o horário fecha %d vezes no caminho", len(closed))
	}
	return "porque " + outside(why, closed[0], loc)
}

// outside says a stretch outside the hours of days that do open.
func outside(why flow.Why, s flow.Stretch, loc *time.Location) string {
	from, to := s.From.In(loc), s.To.In(loc)
	sameDay := flow.DateIn(s.From, loc) == flow.DateIn(s.To, loc)
	opens := "só abre às " + to.Format(clockLayout(to))
	if !sameDay {
		opens = "só abre " + moment(s.To, loc, "")
	}
	switch {
	case s.From.Equal(why.Start):
		return opens
	case sameDay:
		return "fecha das " + from.Format(clockLayout(from)) + " às " + to.Format(clockLayout(to))
	}
	return "fecha às " + from.Format(clockLayout(from)) + " e " + opens
}

// closedPhrases are the holidays one by one, then the weekdays that never open.
func closedPhrases(days []flow.ClosedDay, names Names) []string {
	var phrases, weekdays []string
	for _, d := range days {
		word := ui.WeekdayWord(d.Date.Weekday())
		if d.Holiday {
			phrases = append(phrases, word+" "+shortDate(d.Date)+" é feriado"+inBrackets(names(d.Date)))
		} else if !slices.Contains(weekdays, word) {
			weekdays = append(weekdays, word)
		}
	}
	switch len(weekdays) {
	case 0:
	case 1:
		phrases = append(phrases, weekdays[0]+" está fechado")
	default:
		phrases = append(phrases, ui.Listing(weekdays)+" estão fechados")
	}
	return phrases
}

func manyClosed(days []flow.ClosedDay, names Names) string {
	var holidays []string
	for _, d := range days {
		if d.Holiday {
			holidays = append(holidays, shortDate(d.Date)+inBrackets(names(d.Date)))
		}
	}
	text := fmt.Sprintf("%d dias estão fechados no caminho", len(days))
	switch {
	case len(holidays) == 1:
		text += ", um deles feriado: " + holidays[0]
	case len(holidays) > manyDays:
		text += fmt.Sprintf(", %d deles feriados", len(holidays))
	case len(holidays) > 1:
		text += fmt.Sprintf(", %d deles feriados: ", len(holidays)) + ui.Listing(holidays)
	}
	return text
}

func shortDate(d flow.Date) string { return fmt.Sprintf("%02d/%02d", d.Day, d.Month) }

func longDate(d flow.Date) string { return fmt.Sprintf("%s/%d", shortDate(d), d.Year) }

func inBrackets(name string) string {
	if name == "" {
		return ""
	}
	return " (" + name + ")"
}

// shownStretches is how many steps of a long way are listed.
const shownStretches = 9

// Way lists the steps to a deadline, the middle of a long way left out.
func Way(why flow.Why, loc *time.Location, names Names) []ui.EventProps {
	var steps []ui.EventProps
	for _, s := range why.Stretches {
		steps = append(steps, stretch(s, loc, names))
	}
	if n := len(steps); n > shownStretches {
		left := ui.EventProps{Icon: ui.IconEllipsis, Text: fmt.Sprintf("e mais %d trechos assim", n-shownStretches+1)}
		steps = append(append(steps[:shownStretches-2:shownStretches-2], left), steps[n-1])
	}
	for _, c := range why.ClockChanges {
		steps = append(steps, ui.EventProps{Icon: ui.IconClock, Text: clockChange(c, loc)})
	}
	return steps
}

func stretch(s flow.Stretch, loc *time.Location, names Names) ui.EventProps {
	from, to := moment(s.From, loc, " 02/01"), moment(s.To, loc, " 02/01")
	if flow.DateIn(s.From, loc) == flow.DateIn(s.To, loc) {
		local := s.To.In(loc)
		to = local.Format(clockLayout(local))
	}
	if s.Open {
		return ui.EventProps{Tone: ui.Accent, Icon: ui.IconClock, Text: "Conta " + duration(s.To.Sub(s.From)), Detail: from + " até " + to}
	}
	words := "Fora do horário"
	if len(s.ClosedDays) > manyDays {
		words = capital(manyClosed(s.ClosedDays, names))
	} else if len(s.ClosedDays) > 0 {
		words = capital(ui.Listing(closedPhrases(s.ClosedDays, names)))
	}
	return ui.EventProps{Icon: ui.IconMoon, Text: words, Detail: from + " até " + to}
}

func clockChange(c flow.ClockChange, loc *time.Location) string {
	words := "adiantam "
	if c.By < 0 {
		words, c.By = "atrasam ", -c.By
	}
	return "Os relógios " + words + duration(c.By) + " em " + longDate(flow.DateIn(c.At, loc)) + ": conta o tempo que passa de fato"
}
