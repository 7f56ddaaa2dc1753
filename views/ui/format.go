package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Duration writes a span in its largest two units: "45 s", "5 min", "1 h 30 min", "2 dias", "2 dias 3 h".
// Seconds show only below one minute; a negative span is written as its absolute value.
func Duration(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	if d < time.Minute {
		return strconv.Itoa(int(d/time.Second)) + " s"
	}
	if d < time.Hour {
		return strconv.Itoa(int(d/time.Minute)) + " min"
	}
	if d < day {
		return pair(int(d/time.Hour), "h", int(d%time.Hour/time.Minute), "min")
	}
	days, unit := int(d/day), "dias"
	if days == 1 {
		unit = "dia"
	}
	return pair(days, unit, int(d%day/time.Hour), "h")
}

func pair(n int, unit string, m int, small string) string {
	if m == 0 {
		return fmt.Sprintf("%d %s", n, unit)
	}
	return fmt.Sprintf("%d %s %d %s", n, unit, m, small)
}

// Span writes a time that was set exactly, in all its units: "90 s" is "1 min 30 s"; days from three on.
func Span(d time.Duration) string {
	var parts []string
	take := func(unit time.Duration, one, many string) {
		n := d / unit
		d -= n * unit
		switch {
		case n == 1:
			parts = append(parts, "1 "+one)
		case n > 1:
			parts = append(parts, strconv.FormatInt(int64(n), 10)+" "+many)
		}
	}
	if d >= 3*day {
		take(day, "dia", "dias")
	}
	take(time.Hour, "h", "h")
	take(time.Minute, "min", "min")
	take(time.Second, "s", "s")
	if len(parts) == 0 {
		return "0 min"
	}
	return strings.Join(parts, " ")
}

// Ago is how long ago t was: "agora" within the first minute, then "há 12 min".
func Ago(now, t time.Time) string {
	d := now.Sub(t)
	if d < time.Minute {
		return "agora"
	}
	return "há " + Duration(d)
}

// For is for how long something has lasted, "12 min"; below one minute "menos de 1 min".
func For(now, t time.Time) string {
	d := now.Sub(t)
	if d < time.Minute {
		return "menos de 1 min"
	}
	return Duration(d)
}

// In is how long until t: "em 3 min", rounded up to the minute so that "em 1 min" never means 2 minutes
// but may mean less; below one minute "em 45 s"; "agora" once t has come.
func In(now, t time.Time) string {
	d := t.Sub(now)
	if d <= 0 {
		return "agora"
	}
	if d <= 59*time.Second {
		return "em " + Duration((d + time.Second - 1).Truncate(time.Second))
	}
	return "em " + Duration((d + time.Minute - 1).Truncate(time.Minute))
}

// Clock is the time of day in the store's zone, "14:30".
func Clock(t time.Time, loc *time.Location) string { return t.In(loc).Format("15:04") }

// Date is the calendar day, "23/11/2026".
func Date(t time.Time, loc *time.Location) string { return t.In(loc).Format("02/01/2006") }

// Exact is day and time, "23/11/2026 às 14:30".
func Exact(t time.Time, loc *time.Location) string {
	return t.In(loc).Format("02/01/2006 às 15:04")
}

// When is the moment as one says it today: "hoje às 14:30", "amanhã às 9:00" with two digits ("09:00"),
// "ontem às …", "23/11 às …" within half a year, else with the year.
func When(now, t time.Time, loc *time.Location) string {
	return dayWord(now, t, loc) + " às " + Clock(t, loc)
}

// Until is When without its day when that is today: "14:30", "amanhã às 09:00".
func Until(now, t time.Time, loc *time.Location) string {
	if daysBetween(now, t, loc) == 0 {
		return Clock(t, loc)
	}
	return When(now, t, loc)
}

// DayBreak heads a day of a conversation: "Hoje", "Ontem", "segunda-feira, 23 de novembro".
func DayBreak(now, t time.Time, loc *time.Location) string {
	switch daysBetween(now, t, loc) {
	case 0:
		return "Hoje"
	case -1:
		return "Ontem"
	}
	local := t.In(loc)
	text := fmt.Sprintf("%s, %d de %s", weekdays[local.Weekday()], local.Day(), months[local.Month()-1])
	if local.Year() != now.In(loc).Year() {
		text += fmt.Sprintf(" de %d", local.Year())
	}
	return text
}

// Number groups thousands the Brazilian way: 12345 is "12.345".
func Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var out strings.Builder
	for i, r := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteByte('.')
		}
		out.WriteRune(r)
	}
	return sign + out.String()
}

// Count is a number with its noun: "1 conversa", "3 conversas", "0 conversas".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Join lists names as a sentence does, the first few of many: "Vendas, Suporte e Plantão", "A, B, C e mais 9".
func Join(names []string, most int) string {
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " e mais " + strconv.Itoa(len(names)-most)
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " e " + names[len(names)-1]
}

// Initials are the letters of an avatar: first and last name's, in capitals; "?" for no letters.
func Initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\u00a0' })
	letters := make([]rune, 0, 2)
	for i, word := range words {
		if i == 0 || i == len(words)-1 {
			letters = append(letters, []rune(word)[0])
		}
	}
	if len(letters) == 0 {
		return "?"
	}
	return strings.ToUpper(string(letters))
}

func dayWord(now, t time.Time, loc *time.Location) string {
	switch daysBetween(now, t, loc) {
	case 0:
		return "hoje"
	case 1:
		return "amanhã"
	case -1:
		return "ontem"
	}
	if d := t.Sub(now); d > 180*day || d < -180*day {
		return t.In(loc).Format("02/01/2006")
	}
	return t.In(loc).Format("02/01")
}

// daysBetween counts calendar days, not spans of 24 hours: a clock change must not move a date.
func daysBetween(now, t time.Time, loc *time.Location) int {
	date := func(t time.Time) time.Time {
		y, m, d := t.In(loc).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(date(t).Sub(date(now)) / day)
}

var weekdays = [...]string{
	"domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado",
}

var months = [...]string{
	"janeiro", "fevereiro", "março", "abril", "maio", "junho",
	"julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
}
