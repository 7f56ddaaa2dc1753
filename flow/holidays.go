package flow

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// HolidayRule proposes a holiday of Brazil for any year. The engine reads dates
// alone: a HolidayPlan says which of the proposals become some.
type HolidayRule struct {
	Code string // names it in a plan
	Name string // the day's own name, in Portuguese
	// Optional marks a day off by custom or decree (ponto facultativo) rather than
	// by national law.
	Optional bool
	since    int // the first year it is proposed for
	day      func(year int) Date
}

// HolidayRules lists the proposals: by law (Leis 662/1949, 6.802/1980, 10.607/2002
// and 14.759/2023; Good Friday by custom everywhere), then the optional ones.
var HolidayRules = []HolidayRule{
	{Code: "new_year", Name: "Confraternização Universal", day: fixed(time.January, 1)},
	{Code: "good_friday", Name: "Sexta-feira Santa", day: fromEaster(-2)},
	{Code: "tiradentes", Name: "Tiradentes", day: fixed(time.April, 21)},
	{Code: "labour_day", Name: "Dia do Trabalho", day: fixed(time.May, 1)},
	{Code: "independence", Name: "Independência do Brasil", day: fixed(time.September, 7)},
	{Code: "aparecida", Name: "Nossa Senhora Aparecida", day: fixed(time.October, 12)},
	{Code: "all_souls", Name: "Finados", day: fixed(time.November, 2)},
	{Code: "republic", Name: "Proclamação da República", day: fixed(time.November, 15)},
	{Code: "black_awareness", Name: "Dia Nacional de Zumbi e da Consciência Negra", since: 2024, day: fixed(time.November, 20)},
	{Code: "christmas", Name: "Natal", day: fixed(time.December, 25)},
	{Code: "carnival_monday", Name: "Segunda-feira de Carnaval", Optional: true, day: fromEaster(-48)},
	{Code: "carnival", Name: "Terça-feira de Carnaval", Optional: true, day: fromEaster(-47)},
	{Code: "ash_wednesday", Name: "Quarta-feira de Cinzas", Optional: true, day: fromEaster(-46)},
	{Code: "corpus_christi", Name: "Corpus Christi", Optional: true, day: fromEaster(60)},
	{Code: "civil_servants", Name: "Dia do Servidor Público", Optional: true, day: fixed(time.October, 28)},
	{Code: "christmas_eve", Name: "Véspera de Natal", Optional: true, day: fixed(time.December, 24)},
	{Code: "new_years_eve", Name: "Véspera de Ano-Novo", Optional: true, day: fixed(time.December, 31)},
}

// HolidayRuleOf finds a proposal by its code.
func HolidayRuleOf(code string) (HolidayRule, bool) {
	i := slices.IndexFunc(HolidayRules, func(r HolidayRule) bool { return r.Code == code })
	if i < 0 {
		return HolidayRule{}, false
	}
	return HolidayRules[i], true
}

// On is the day the rule proposes for a year; false before the day became a holiday.
func (r HolidayRule) On(year int) (Date, bool) { return r.day(year), year >= r.since }

func fixed(month time.Month, day int) func(int) Date {
	return func(year int) Date { return Date{year, month, day} }
}

func fromEaster(days int) func(int) Date {
	return func(year int) Date { return easter(year).add(days) }
}

func (d Date) add(days int) Date { return dateOf(d.midnightUTC().AddDate(0, 0, days)) }

// Weekday is the date's day of the week.
func (d Date) Weekday() time.Weekday { return d.midnightUTC().Weekday() }

// Before reports whether d comes before e.
func (d Date) Before(e Date) bool { return compareDates(d, e) < 0 }

func compareDates(a, b Date) int {
	return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Day, b.Day))
}

// DateIn is the date that loc's clocks show at t.
func DateIn(t time.Time, loc *time.Location) Date { return dateOf(t.In(loc)) }

func dateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// easter is the Sunday after the full moon of spring in the Gregorian calendar
// (Meeus's form of the computus).
func easter(year int) Date {
	golden, century := year%19, year/100
	leaps, lunar := century/4, (century-(century+8)/25+1)/3
	epact := (19*golden + century - leaps - lunar + 15) % 30
	weekday := (32 + 2*(century%4) + 2*(year%100/4) - epact - year%100%4) % 7
	late := (golden + 11*epact + 22*weekday) / 451
	n := epact + weekday - 7*late + 114
	return Date{year, time.Month(n / 31), n%31 + 1}
}

// HolidayPlan is how a calendar comes by its holidays, for years without end:
// proposals that are observed, and days of one's own.
type HolidayPlan struct {
	// Rules are the codes of the proposals observed every year.
	Rules []string `json:"rules"`
	// Years are what differs from that in single years.
	Years []HolidayYear `json:"years,omitempty"`
	Own   []OwnHoliday  `json:"own,omitempty"`
}

// HolidayYear says whether a proposal is observed in one year, whatever the plan
// says for every year.
type HolidayYear struct {
	Rule     string `json:"rule"`
	Year     int    `json:"year"`
	Observed bool   `json:"observed"`
}

// OwnHoliday is a state's, a city's or the store's own day; a yearly one comes
// on the same day of every year that has it. A plan has a date at most once.
type OwnHoliday struct {
	Date   Date   `json:"date"`
	Name   string `json:"name"`
	Yearly bool   `json:"yearly,omitempty"`
}

// In is the day the holiday falls on in a year.
func (h OwnHoliday) In(year int) (Date, bool) {
	d := Date{year, h.Date.Month, h.Date.Day}
	exists := dateOf(d.midnightUTC()) == d // not the 29th of February of most years
	return d, exists && (h.Yearly || h.Date.Year == year)
}

// Holiday is a day that a plan closes, with its name.
type Holiday struct {
	Date Date
	Name string
}

// NationalHolidays is the plan that observes every national holiday, every year.
func NationalHolidays() HolidayPlan {
	var p HolidayPlan
	for _, r := range HolidayRules {
		if !r.Optional {
			p.Rules = append(p.Rules, r.Code)
		}
	}
	return p
}

// PlanOf is the plan that closes exactly these dates: those that are proposed for
// their year as such, the others as one's own.
func PlanOf(dates []Date) HolidayPlan {
	var p HolidayPlan
	sorted := slices.Compact(slices.SortedFunc(slices.Values(dates), compareDates))
	for _, d := range sorted {
		if r, found := proposalOn(d); found {
			p.Years = append(p.Years, HolidayYear{Rule: r.Code, Year: d.Year, Observed: true})
		} else {
			p.Own = append(p.Own, OwnHoliday{Date: d})
		}
	}
	return p
}

func proposalOn(d Date) (HolidayRule, bool) {
	for _, r := range HolidayRules {
		if day, proposed := r.On(d.Year); proposed && day == d {
			return r, true
		}
	}
	return HolidayRule{}, false
}

// Yearly reports whether the plan observes a proposal every year.
func (p HolidayPlan) Yearly(rule string) bool { return slices.Contains(p.Rules, rule) }

// Observes reports whether the plan observes a proposal in a year.
func (p HolidayPlan) Observes(rule string, year int) bool {
	for _, y := range p.Years {
		if y.Rule == rule && y.Year == year {
			return y.Observed
		}
	}
	return p.Yearly(rule)
}

// WithYear observes a proposal in one year, or does not.
func (p HolidayPlan) WithYear(rule string, year int, observed bool) HolidayPlan {
	p.Years = slices.DeleteFunc(slices.Clone(p.Years), func(y HolidayYear) bool { return y.Rule == rule && y.Year == year })
	if p.Yearly(rule) != observed {
		p.Years = append(p.Years, HolidayYear{Rule: rule, Year: year, Observed: observed})
	}
	return p
}

// WithRule observes a proposal every year, or in none; single years' exceptions end.
func (p HolidayPlan) WithRule(rule string, observed bool) HolidayPlan {
	p.Rules = slices.DeleteFunc(slices.Clone(p.Rules), func(code string) bool { return code == rule })
	p.Years = slices.DeleteFunc(slices.Clone(p.Years), func(y HolidayYear) bool { return y.Rule == rule })
	if observed {
		p.Rules = append(p.Rules, rule)
	}
	return p
}

// WithOwn adds a day of one's own, in place of the one on the same date.
func (p HolidayPlan) WithOwn(h OwnHoliday) HolidayPlan {
	p = p.WithoutOwn(h.Date)
	p.Own = append(p.Own, h)
	slices.SortFunc(p.Own, func(a, b OwnHoliday) int { return compareDates(a.Date, b.Date) })
	return p
}

// WithoutOwn takes the day of one's own with this date away.
func (p HolidayPlan) WithoutOwn(d Date) HolidayPlan {
	p.Own = slices.DeleteFunc(slices.Clone(p.Own), func(h OwnHoliday) bool { return h.Date == d })
	return p
}

// OwnOn finds the day of one's own with this date.
func (p HolidayPlan) OwnOn(d Date) (OwnHoliday, bool) {
	i := slices.IndexFunc(p.Own, func(h OwnHoliday) bool { return h.Date == d })
	if i < 0 {
		return OwnHoliday{}, false
	}
	return p.Own[i], true
}

// Holidays lists the days that the plan closes from one year to another, by date;
// a day that several fall on has all their names.
func (p HolidayPlan) Holidays(from, to int) []Holiday {
	names := make(map[Date][]string)
	for year := from; year <= to; year++ {
		for _, r := range HolidayRules {
			if d, proposed := r.On(year); proposed && p.Observes(r.Code, year) {
				names[d] = append(names[d], r.Name)
			}
		}
		for _, h := range p.Own {
			if d, falls := h.In(year); falls && !slices.Contains(names[d], h.Name) {
				names[d] = append(names[d], h.Name)
			}
		}
	}
	days := make([]Holiday, 0, len(names))
	for d, all := range names {
		all = slices.DeleteFunc(all, func(name string) bool { return name == "" })
		days = append(days, Holiday{d, strings.Join(all, " e ")})
	}
	slices.SortFunc(days, func(a, b Holiday) int { return compareDates(a.Date, b.Date) })
	return days
}

// Around lists the dates that a configuration of this year holds: those of the
// year before, for what began then, and of the two after, beyond which no deadline
// lies (MaxDeadline) until the configuration has long been renewed.
func (p HolidayPlan) Around(year int) []Date {
	days := p.Holidays(year-1, year+2)
	dates := make([]Date, len(days))
	for i, h := range days {
		dates[i] = h.Date
	}
	return dates
}

// NameOf is what the plan calls a date; empty for a day without a name, or one it
// does not close.
func (p HolidayPlan) NameOf(d Date) string {
	for _, h := range p.Holidays(d.Year, d.Year) {
		if h.Date == d {
			return h.Name
		}
	}
	return ""
}

// MarshalText writes the date as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}
