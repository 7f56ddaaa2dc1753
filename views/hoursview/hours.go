package hoursview

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// The parts of the page that are fetched anew.
const (
	EditorID  = "hours-editor"
	formID    = "hours-form"
	previewID = "preview-form"
	ResultID  = "preview-result"
)

// Hours is the page of a week.
type Hours struct {
	Owner
	Form HoursForm
	// Draft says that the form holds what was typed, and is not saved.
	Draft bool
	// Saved says the hours that are in force.
	Saved string
	// Store says the store's hours, for a team.
	Store string
	// Error is what is wrong with the whole.
	Error    string
	Conflict *Conflict
	Preview  Preview
	// Teams are the store's, each with its hours in words; only on the store's page.
	Teams []TeamLine
}

// TeamLine is a team's hours at a glance.
type TeamLine struct {
	Owner
	Own   bool
	Hours string
}

// Conflict is what somebody else saved meanwhile.
type Conflict struct {
	// By is who, or empty, and At when.
	By           string
	At           time.Time
	Theirs, Mine string
}

func (c Conflict) who() string {
	if c.By == "" {
		return "Outra pessoa"
	}
	return c.By
}

func (c Conflict) sentence(ctx context.Context) string {
	text := c.who() + " salvou este horário"
	if !c.At.IsZero() {
		text += " " + ui.When(ui.Now(ctx), c.At, ui.Location(ctx))
	}
	return text + ", enquanto você editava. Nada do que foi salvo se perdeu, e o que você fez ainda não foi salvo."
}

func (h Hours) title() string {
	if h.Team == "" {
		return "Horários"
	}
	return "Horário do time " + h.Name
}

func (h Hours) lead() string {
	if h.Team == "" {
		return "Quando a loja atende. Os prazos que contam no horário de atendimento só correm enquanto está aberto."
	}
	return "Quando este time atende. Sem horário próprio, vale o da loja, com os feriados dela."
}

func (o Owner) crumbs() []ui.Crumb {
	if o.Team == "" {
		return nil
	}
	return []ui.Crumb{{Label: "Horários", Href: Base}, {Label: o.Name}}
}

func (o Owner) tabs(holidays bool) []ui.Tab {
	return []ui.Tab{
		{ID: "tab-week", Label: "Semana", Href: o.Path(), Icon: ui.IconCalendarClock, Count: -1, Current: !holidays},
		{ID: "tab-holidays", Label: "Feriados", Href: o.HolidaysPath(), Icon: ui.IconSun, Count: -1, Current: holidays},
	}
}

func (h Hours) saved() string { return "Salvo: " + h.Saved }

func (h Hours) modes() ui.ChoicesProps {
	always := ui.Choice{Value: ModeAlways, Label: "Sempre aberto", Help: "Dia e noite, menos nos feriados."}
	week := ui.Choice{Value: ModeWeek, Label: "Horário por dia", Help: "Um ou mais intervalos em cada dia."}
	choices := []ui.Choice{week, always}
	if h.Team != "" {
		store := ui.Choice{Value: ModeStore, Label: "O horário da loja", Help: "Com os feriados dela: " + h.Store + "."}
		week.Label, always.Label = "Horário próprio", "Sempre aberto"
		choices = []ui.Choice{store, week, always}
	}
	for i := range choices {
		choices[i].Checked = choices[i].Value == h.Form.Mode
	}
	return ui.ChoicesProps{Field: ui.Field{ID: "mode", Name: "mode", Label: "Quando atende", HideLabel: true, Disabled: !h.CanEdit}, Choices: choices, Columns: true}
}

// form are the editor's attributes: an answer takes its place, with the preview
// of what it then says.
func (h Hours) form(ctx context.Context) templ.Attributes {
	return ui.HX(ctx, "post", h.Path(), "target", "#"+formID, "swap", "outerHTML", "sync", "this:drop", "include", "#"+previewID)
}

func (h Hours) day(d time.Weekday) ui.WeekDayProps {
	p := ui.WeekDayProps{ID: dayKeys[d], Name: capital(ui.WeekdayName(d))}
	if len(h.Form.Days[d]) == 0 {
		p.Empty = "Fechado"
		if before := h.spill(d); before != "" {
			p.Empty = before
		}
	}
	if h.CanEdit {
		p.Actions = dayActions(h, d)
	}
	return p
}

// spill says until when a day without slots of its own is open from the day before.
func (h Hours) spill(d time.Weekday) string {
	before := (d + 6) % 7
	for _, s := range h.Form.Days[before] {
		if shift, ok := s.shift(); ok && shift.BeyondMidnight() {
			return "Só até " + clockText(shift.Close-24*60) + ", desde " + ui.WeekdayWord(before)
		}
	}
	return ""
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func (h Hours) slot(d time.Weekday, i int) ui.SlotProps {
	s := h.Form.Days[d][i]
	p := ui.SlotProps{
		ID: fmt.Sprintf("%s-%d", dayKeys[d], i), Label: fmt.Sprintf("%s, %dº intervalo", capital(ui.WeekdayWord(d)), i+1),
		FromName: dayKeys[d] + "_from", ToName: dayKeys[d] + "_to", From: s.From, To: s.To, Error: s.Error,
		BadFrom: s.badFrom, BadTo: s.badTo, Focus: h.Form.Focus, Disabled: !h.CanEdit,
	}
	if h.CanEdit {
		p.RemoveName, p.RemoveValue = "go", fmt.Sprintf("%s:%s:%d", goRemove, dayKeys[d], i)
	}
	if shift, ok := s.shift(); ok {
		switch {
		case shift == ui.WholeDay:
			p.Note = "o dia todo"
		case shift.BeyondMidnight():
			p.Note = "até " + ui.WeekdayWord((d+1)%7) + " " + clockText(shift.Close-24*60)
		case shift.Close == ui.WholeDay.Close:
			p.Note = "até meia-noite"
		}
	}
	return p
}

func (h Hours) copyTo(d time.Weekday) ui.ChoicesProps {
	p := ui.ChoicesProps{Field: ui.Field{ID: dayID(int(d), "copies"), Name: dayKeys[d] + "_copy", Label: "Copiar " + ui.WeekdayWord(d) + " para"}}
	for _, other := range ui.WeekOrder {
		if other != d {
			p.Choices = append(p.Choices, ui.Choice{Value: dayKeys[other], Label: capital(ui.WeekdayWord(other))})
		}
	}
	return p
}

func (h Hours) button(d time.Weekday, what, verb string) ui.ButtonProps {
	p := ui.ButtonProps{ID: dayID(int(d), what), Variant: ui.Ghost, Small: true, Name: "go", Value: verb + ":" + dayKeys[d]}
	if h.Form.Focus == p.ID {
		p.Attrs = templ.Attributes{"autofocus": true}
	}
	return p
}

func (h Hours) addButton(d time.Weekday) ui.ButtonProps {
	p := h.button(d, "add", goAdd)
	p.Icon, p.Disabled = ui.IconPlus, len(h.Form.Days[d]) >= MaxSlots
	return p
}

// capital begins a word with a capital letter; the days' first letters are plain ones.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func (l TeamLine) words() string {
	if !l.Own {
		return "O da loja"
	}
	return l.Hours
}

func (h Hours) teamTable() ui.TableProps {
	p := ui.TableProps{ID: "team-hours", Caption: "Horários dos times", Columns: []ui.Column{{Label: "Time"}, {Label: "Horário"}}}
	for _, l := range h.Teams {
		p.Rows = append(p.Rows, ui.TableRow{ID: "hours-" + l.Team, Cells: []templ.Component{
			ui.CellLink(l.Path(), l.Name, ""), ui.Words(l.words())}})
	}
	return p
}
