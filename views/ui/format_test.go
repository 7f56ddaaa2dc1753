package ui_test

import (
	"testing"
	"time"

	"semaforo/views/ui"
)

var saoPaulo = time.FixedZone("-03", -3*60*60)

// 14:30 of Monday 23 November 2026 in São Paulo.
var now = time.Date(2026, 11, 23, 17, 30, 0, 0, time.UTC)

func TestDuration(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0 s", 45 * time.Second: "45 s", 59*time.Second + 999*time.Millisecond: "59 s", time.Minute: "1 min",
		5 * time.Minute: "5 min", 59*time.Minute + 59*time.Second: "59 min", time.Hour: "1 h", 90 * time.Minute: "1 h 30 min",
		24*time.Hour - time.Second: "23 h 59 min", 24 * time.Hour: "1 dia", 48 * time.Hour: "2 dias", 51 * time.Hour: "2 dias 3 h",
		30 * 24 * time.Hour: "30 dias", -5 * time.Minute: "5 min",
	} {
		if got := ui.Duration(d); got != want {
			t.Errorf("Duration(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestRelativeTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		offset       time.Duration
		ago, dur, in string
	}{
		{0, "agora", "menos de 1 min", "agora"},
		{-59 * time.Second, "agora", "menos de 1 min", "agora"},
		{-time.Minute, "há 1 min", "1 min", "agora"},
		{-90 * time.Minute, "há 1 h 30 min", "1 h 30 min", "agora"},
		{500 * time.Millisecond, "agora", "menos de 1 min", "em 1 s"},
		{45 * time.Second, "agora", "menos de 1 min", "em 45 s"},
		{59*time.Second + time.Millisecond, "agora", "menos de 1 min", "em 1 min"},
		{2*time.Minute + time.Second, "agora", "menos de 1 min", "em 3 min"},
		{3 * time.Minute, "agora", "menos de 1 min", "em 3 min"},
		{26 * time.Hour, "agora", "menos de 1 min", "em 1 dia 2 h"},
	} {
		at := now.Add(c.offset)
		if got := ui.Ago(now, at); got != c.ago {
			t.Errorf("Ago(%v) = %q, want %q", c.offset, got, c.ago)
		}
		if got := ui.For(now, at); got != c.dur {
			t.Errorf("For(%v) = %q, want %q", c.offset, got, c.dur)
		}
		if got := ui.In(now, at); got != c.in {
			t.Errorf("In(%v) = %q, want %q", c.offset, got, c.in)
		}
	}
}

func TestWhen(t *testing.T) {
	t.Parallel()
	for at, want := range map[string][3]string{
		"2026-11-23T17:45:00Z": {"hoje às 14:45", "14:45", "Hoje"},
		// Near midnight the calendar day counts, not the span.
		"2026-11-24T02:59:00Z": {"hoje às 23:59", "23:59", "Hoje"},
		"2026-11-24T03:00:00Z": {"amanhã às 00:00", "amanhã às 00:00", "terça-feira, 24 de novembro"},
		"2026-11-24T12:00:00Z": {"amanhã às 09:00", "amanhã às 09:00", "terça-feira, 24 de novembro"},
		"2026-11-22T12:00:00Z": {"ontem às 09:00", "ontem às 09:00", "Ontem"},
		"2026-12-07T12:00:00Z": {"07/12 às 09:00", "07/12 às 09:00", "segunda-feira, 7 de dezembro"},
		"2024-03-02T12:00:00Z": {"02/03/2024 às 09:00", "02/03/2024 às 09:00", "sábado, 2 de março de 2024"},
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := ui.When(now, instant, saoPaulo); got != want[0] {
			t.Errorf("When(%s) = %q, want %q", at, got, want[0])
		}
		if got := ui.Until(now, instant, saoPaulo); got != want[1] {
			t.Errorf("Until(%s) = %q, want %q", at, got, want[1])
		}
		if got := ui.DayBreak(now, instant, saoPaulo); got != want[2] {
			t.Errorf("DayBreak(%s) = %q, want %q", at, got, want[2])
		}
	}
	if got := ui.Exact(now, saoPaulo); got != "23/11/2026 às 14:30" {
		t.Errorf("Exact = %q", got)
	}
	if got := ui.Clock(now, saoPaulo) + " " + ui.Date(now, saoPaulo); got != "14:30 23/11/2026" {
		t.Errorf("Clock and Date = %q", got)
	}
}

// A day of 25 hours is one day, and so is one of 23.
func TestWhenAcrossAClockChange(t *testing.T) {
	t.Parallel()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("no time zone data: ", err)
	}
	for _, day := range []time.Time{time.Date(2026, 11, 1, 0, 30, 0, 0, newYork), time.Date(2026, 3, 8, 0, 30, 0, 0, newYork)} {
		next := time.Date(day.Year(), day.Month(), day.Day()+1, 0, 15, 0, 0, newYork)
		if got := ui.When(day, next, newYork); got != "amanhã às 00:15" {
			t.Errorf("the day after %v is %q", day, got)
		}
	}
}

func TestNumbersAndNames(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1.000", 1234567: "1.234.567", -12345: "-12.345", -100: "-100"} {
		if got := ui.Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
	if got := ui.Count(1, "conversa", "conversas") + ", " + ui.Count(0, "conversa", "conversas") + ", " + ui.Count(1200, "conversa", "conversas"); got != "1 conversa, 0 conversas, 1.200 conversas" {
		t.Errorf("Count = %q", got)
	}
	for name, want := range map[string]string{
		"Beatriz Nogueira": "BN", "ana maria de souza": "AS", "  Caio ": "C", "": "?", "Ângela Émile": "ÂÉ", "+55 11": "+1",
	} {
		if got := ui.Initials(name); got != want {
			t.Errorf("Initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0 min", 90 * time.Second: "1 min 30 s", 5 * time.Minute: "5 min", 91 * time.Minute: "1 h 31 min", 24 * time.Hour: "24 h",
		7 * 24 * time.Hour: "7 dias", 73 * time.Hour: "3 dias 1 h", 26*time.Hour + time.Second: "26 h 1 s",
	} {
		if got := ui.Span(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
