package hoursview

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"

	"semaforo/flow"
	"semaforo/views/ui"
)

// The years that holidays can be set for.
const (
	MinYear = 2000
	MaxYear = 2100
)

// HolidaysID is the part of the page that its forms answer with.
const HolidaysID = "holidays"

// NationalRules stands for all national holidays at once where one is switched.
const NationalRules = "national"

// Holidays is the page of a year's holidays.
type Holidays struct {
	Owner
	Year int
	Plan flow.HolidayPlan
	// Shared: a team without hours of its own closes on the store's holidays.
	Shared bool
	Form   OwnForm
	Errors map[string]string
	// FileError is what is wrong with a file that was sent.
	FileError string
}

// OwnForm is a day of one's own as typed.
type OwnForm struct {
	Date   string `form:"date" label:"Dia" validate:"required,max=20"`
	Name   string `form:"name" label:"Nome" validate:"required,max=80,plaintext"`
	Yearly string `form:"yearly" label:"Todo ano"`
	// Year is the year the page shows.
	Year string `form:"year"`
	// Seen is what the day was when the form was drawn.
	Seen string `form:"seen"`
}

// Trim takes away the spaces around what was typed.
func (f *OwnForm) Trim() { f.Date, f.Name = strings.TrimSpace(f.Date), strings.TrimSpace(f.Name) }

// Readable makes what was typed fit to be shown again, after it was checked.
func (f *OwnForm) Readable() {
	f.Date, f.Name = readable(f.Date), strings.ToValidUTF8(f.Name, "�")
}

// OwnFormOf fills the form with a day.
func OwnFormOf(h flow.OwnHoliday, year int) OwnForm {
	f := OwnForm{Date: h.Date.String(), Name: h.Name, Year: itoa(year), Seen: SeenOf(h)}
	if h.Yearly {
		f.Yearly = "true"
	}
	return f
}

// SeenOf marks what a day was when a form was drawn.
func SeenOf(h flow.OwnHoliday) string { return fmt.Sprintf("%s|%t|%s", h.Date, h.Yearly, h.Name) }

// ParseDay reads a date as a date input sends it, or as people type it where
// there is none.
func ParseDay(text string) (flow.Date, bool) {
	for _, layout := range []string{time.DateOnly, "2/1/2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return flow.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}, true
		}
	}
	return flow.Date{}, false
}

// DayWords is a holiday of one's own in words: “25/01/2026 Aniversário de São
// Paulo (todo ano)”.
func DayWords(h flow.OwnHoliday) string {
	text := longDate(h.Date) + " " + nameOr(h.Name)
	if h.Yearly {
		text += " (todo ano)"
	}
	return text
}

func nameOr(name string) string {
	if name == "" {
		return "Feriado"
	}
	return name
}

func dayName(d flow.Date) string { return ui.WeekdayWord(d.Weekday()) + ", " + longDate(d) }

func (p Holidays) title() string {
	if p.Team == "" {
		return "Feriados"
	}
	return "Feriados do time " + p.Name
}

func (p Holidays) crumbs() []ui.Crumb {
	if p.Team == "" {
		return nil
	}
	return []ui.Crumb{{Label: "Horários", Href: Base}, {Label: p.Name, Href: p.Path()}, {Label: "Feriados"}}
}

func (p Holidays) editable() bool { return p.CanEdit && !p.Shared }

func (p Holidays) years() ui.YearsProps {
	years := ui.YearsProps{Year: p.Year}
	if p.Year > MinYear {
		years.Before = p.YearPath(p.Year - 1)
	}
	if p.Year < MaxYear {
		years.After = p.YearPath(p.Year + 1)
	}
	return years
}

func (p Holidays) form(ctx context.Context, path string) templ.Attributes {
	return ui.HX(ctx, "post", path, "target", "#"+HolidaysID, "swap", "outerMorph", "sync", "this:drop")
}

// allNational reports whether every national holiday is observed every year.
func (p Holidays) allNational() bool {
	for _, r := range flow.HolidayRules {
		if !r.Optional && !p.Plan.Yearly(r.Code) {
			return false
		}
	}
	return true
}

func (p Holidays) proposals(ctx context.Context, optional bool) ui.TableProps {
	t := ui.TableProps{ID: "national", Caption: "Feriados nacionais de " + itoa(p.Year), Columns: []ui.Column{
		{Label: "Feriado"}, {Label: "Em " + itoa(p.Year)}, {Label: "Todo ano"}}}
	if optional {
		t.ID, t.Caption = "optional", "Pontos facultativos de "+itoa(p.Year)
	}
	for _, r := range flow.HolidayRules {
		day, proposed := r.On(p.Year)
		if r.Optional != optional || !proposed {
			continue
		}
		t.Rows = append(t.Rows, ui.TableRow{ID: "rule-" + r.Code, Cells: []templ.Component{
			ui.CellNote(r.Name, dayName(day)+ruleNote(r.Code)),
			ui.Switch(p.proposal(ctx, r, itoa(p.Year), p.Plan.Observes(r.Code, p.Year))),
			ui.Switch(p.proposal(ctx, r, "", p.Plan.Yearly(r.Code)))}})
	}
	return t
}

func ruleNote(code string) string {
	if code == "ash_wednesday" {
		return "; no serviço público, até as 14h; aqui, o dia todo"
	}
	return ""
}

// proposal is the switch of a proposed holiday in one year, or in every one.
func (p Holidays) proposal(ctx context.Context, r flow.HolidayRule, year string, on bool) ui.SwitchProps {
	label, id := "fechado todo ano", "every"
	if year != "" {
		label, id = "fechado em "+year, "year"
	}
	return ui.SwitchProps{
		ID: r.Code + "-" + id, Action: p.ProposalPath(), Name: "on", On: on, Label: r.Name + ": " + label, HideLabel: true,
		Disabled: !p.editable(), Reason: p.reason(), Form: p.form(ctx, p.ProposalPath()),
		Values: []ui.Option{{Value: "rule", Label: r.Code}, {Value: "only", Label: year}, {Value: "year", Label: itoa(p.Year)}},
	}
}

func (p Holidays) reason() string {
	switch {
	case !p.CanEdit:
		return "Só a Administração pode alterá-los."
	case p.Shared:
		return "Este time usa os feriados da loja."
	}
	return ""
}

// own lists the days of one's own that fall in the year.
func (p Holidays) own(ctx context.Context) ui.TableProps {
	t := ui.TableProps{ID: "own", Caption: "Feriados próprios de " + itoa(p.Year), Columns: []ui.Column{
		{Label: "Feriado"}, {Label: "Repete"}, {Label: "Ações", Bare: true}}}
	for _, h := range p.Plan.Own {
		day, falls := h.In(p.Year)
		if !falls {
			continue
		}
		repeats := "Só em " + itoa(h.Date.Year)
		if h.Yearly {
			repeats = "Todo ano"
		}
		row := ui.TableRow{ID: "own-" + h.Date.String(), Cells: []templ.Component{
			ui.CellNote(nameOr(h.Name), dayName(day)), ui.Words(repeats), templ.NopComponent}}
		if p.editable() {
			row.Cells[2] = ownActions(p, h)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (p Holidays) inYear(path string) string { return path + "?year=" + itoa(p.Year) }

// OwnDay is the dialog that changes a day of one's own, or asks before it is removed.
type OwnDay struct {
	Holidays
	Day flow.OwnHoliday
	// Changed says who was quicker.
	Changed string
}
