package flow

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestEaster(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"1583-04-10", "1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23",
		"2019-04-21", "2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01", "2038-04-25",
		"2049-04-18", "2076-04-19", "2285-03-22", "4099-04-19"} {
		d := dates(t, []string{want})[0]
		if got := easter(d.Year); got != d {
			t.Errorf("Easter of %d: %s, want %s", d.Year, got, want)
		}
	}
}

// A calendar printed in Brazil, day by day.
func TestHolidaysOfAYear(t *testing.T) {
	t.Parallel()
	all := NationalHolidays()
	for _, r := range HolidayRules {
		all = all.WithRule(r.Code, true)
	}
	list := func(p HolidayPlan, year int) []string {
		var lines []string
		for _, h := range p.Holidays(year, year) {
			lines = append(lines, h.Date.String()+" "+h.Name)
		}
		return lines
	}
	want := []string{
		"2026-01-01 Confraternização Universal", "2026-04-03 Sexta-feira Santa", "2026-04-21 Tiradentes", "2026-05-01 Dia do Trabalho",
		"2026-09-07 Independência do Brasil", "2026-10-12 Nossa Senhora Aparecida", "2026-11-02 Finados", "2026-11-15 Proclamação da República",
		"2026-11-20 Dia Nacional de Zumbi e da Consciência Negra", "2026-12-25 Natal"}
	if diff := cmp.Diff(want, list(NationalHolidays(), 2026)); diff != "" {
		t.Errorf("national holidays of 2026 (-want +got):\n%s", diff)
	}
	want = append(want, "2026-02-16 Segunda-feira de Carnaval", "2026-02-17 Terça-feira de Carnaval", "2026-02-18 Quarta-feira de Cinzas",
		"2026-06-04 Corpus Christi", "2026-10-28 Dia do Servidor Público", "2026-12-24 Véspera de Natal", "2026-12-31 Véspera de Ano-Novo")
	slices.Sort(want)
	if diff := cmp.Diff(want, list(all, 2026)); diff != "" {
		t.Errorf("with the optional ones (-want +got):\n%s", diff)
	}
	if slices.Contains(list(all, 2023), "2023-11-20 Dia Nacional de Zumbi e da Consciência Negra") || len(list(all, 2023)) != len(HolidayRules)-1 {
		t.Errorf("20 November before it was a national holiday: %q", list(all, 2023))
	}
	if got := list(NationalHolidays(), 2000); !slices.Contains(got, "2000-04-21 Sexta-feira Santa e Tiradentes") {
		t.Errorf("two on one day: %q", got)
	}
}

func TestHolidayPlanChanges(t *testing.T) {
	t.Parallel()
	plan := NationalHolidays()
	closed := func(p HolidayPlan, date string) bool {
		return slices.Contains(p.Around(2026), dates(t, []string{date})[0])
	}
	once := plan.WithYear("christmas", 2026, false)
	if closed(once, "2026-12-25") || !closed(once, "2027-12-25") || !closed(plan, "2026-12-25") {
		t.Error("Christmas of one year is not switched off alone, or the plan it came from changed")
	}
	if back := once.WithYear("christmas", 2026, true); len(back.Years) != 0 {
		t.Errorf("switched on again it is still an exception: %v", back.Years)
	}
	never := once.WithRule("christmas", false)
	if closed(never, "2027-12-25") || len(never.Years) != 0 {
		t.Error("switched off for every year it is still there")
	}
	if back := never.WithRule("christmas", true); !closed(back, "2026-12-25") {
		t.Error("switched on for every year an exception stays")
	}
	own := plan.WithOwn(OwnHoliday{Date{2026, time.January, 25}, "Aniversário de São Paulo", true}).
		WithOwn(OwnHoliday{Date{2026, time.August, 11}, "Inventário", false}).
		WithOwn(OwnHoliday{Date{2028, time.February, 29}, "Dia raro", true})
	for date, want := range map[string]bool{"2025-01-25": true, "2028-01-25": true, "2026-08-11": true, "2027-08-11": false,
		"2028-02-29": true, "2027-03-01": false} {
		if closed(own, date) != want {
			t.Errorf("%s closed: %v", date, !want)
		}
	}
	if got := own.NameOf(Date{2027, time.January, 25}); got != "Aniversário de São Paulo" {
		t.Errorf("called %q", got)
	}
	if got := own.WithoutOwn(Date{2026, time.January, 25}); closed(got, "2027-01-25") || len(own.Own) != 3 {
		t.Error("a day taken away stays, or went from the plan it came from")
	}
}

// Dates that somebody gave one by one become a plan of exactly these: none is
// lost, none added, whatever they are.
func TestPlanOfDatesClosesExactlyThem(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.SliceOf(rapid.Custom(drawDate)).Draw(t, "dates")
		plan := PlanOf(given)
		var got []Date
		for _, h := range plan.Holidays(1990, 2040) {
			got = append(got, h.Date)
		}
		want := slices.Compact(slices.SortedFunc(slices.Values(given), compareDates))
		if !slices.Equal(got, want) {
			t.Fatalf("%v became %v", want, got)
		}
		text, err := json.Marshal(plan)
		if err != nil {
			t.Fatal(err)
		}
		var read HolidayPlan
		if err := json.Unmarshal(text, &read); err != nil || !cmp.Equal(read, plan) {
			t.Fatalf("%s reads %v, %v", text, read, err)
		}
	})
}

// drawDate draws a day of 1990 to 2040, often a proposed one.
func drawDate(t *rapid.T) Date {
	year := rapid.IntRange(1990, 2040).Draw(t, "year")
	if r := rapid.SampledFrom(HolidayRules).Draw(t, "rule"); rapid.Bool().Draw(t, "proposed") {
		d, _ := r.On(year)
		return d
	}
	return Date{year, time.January, 1}.add(rapid.IntRange(0, 364).Draw(t, "day"))
}
