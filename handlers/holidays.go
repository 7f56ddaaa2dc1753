package handlers

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/hoursview"
	"semaforo/views/ui"
)

// observeNational has a new store close on the national holidays, every year. It
// belongs into the transaction that makes the store.
func observeNational(ctx context.Context, tx *db.Tx, store db.Store) error {
	c := db.Calendar{Store: store.ID, Hours: store.Hours}
	return tx.SetCalendar(ctx, c.Planned(flow.NationalHolidays(), store.CreatedAt.Year()))
}

// HolidaysPage is a year's holidays of the store, or of a team.
func (s *Server) HolidaysPage(c echo.Context) error {
	year, err := yearOf(c.QueryParam("year"), ViewerOf(c))
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, s.holidaysScreen(c, year))
}

// yearOf reads the year that a page shows: this one unless another is named.
func yearOf(text string, v *Viewer) (int, error) {
	if text == "" {
		return v.Now.In(v.Location).Year(), nil
	}
	year, err := strconv.Atoi(text)
	if err != nil || year < hoursview.MinYear || year > hoursview.MaxYear {
		return 0, NotFound()
	}
	return year, nil
}

func (s *Server) holidaysScreen(c echo.Context, year int) screen {
	owner := hoursview.Owner{Team: c.Param("team")}
	return screen{title: "Feriados", path: owner.YearPath(year), content: func() (templ.Component, error) {
		p, err := s.holidays(c, year)
		return hoursview.HolidaysPage(p), err
	}}
}

func (s *Server) holidays(c echo.Context, year int) (hoursview.Holidays, error) {
	v := ViewerOf(c)
	k, err := calendarsOf(c.Request().Context(), s.DB.Queries, v.Store.ID, c.Param("team"))
	return hoursview.Holidays{Owner: k.owner(v), Year: year, Plan: k.inForce().Plan(), Shared: !k.own.IsOwn()}, err
}

// answerHolidays shows a year's holidays, changed by what an answer has to say.
func (s *Server) answerHolidays(c echo.Context, status, year int, change func(*hoursview.Holidays)) error {
	p, err := s.holidays(c, year)
	if err != nil {
		return err
	}
	change(&p)
	if wantsPart(c) {
		return renderPart(c, status, hoursview.HolidaysList(p))
	}
	at := s.holidaysScreen(c, year)
	at.content = func() (templ.Component, error) { return hoursview.HolidaysPage(p), nil }
	return s.show(c, status, at)
}

// holidaysSaved shows the year as it is now, with a toast.
func (s *Server) holidaysSaved(c echo.Context, year int, text string) error {
	toast := ui.Toast{Tone: ui.Green, Key: "holidays", Text: text}
	if !wantsPart(c) {
		if err := s.Sessions.AddToast(c, toast); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, s.holidaysScreen(c, year).path)
	}
	ui.SetToast(c.Response().Header(), toast)
	return s.answerHolidays(c, http.StatusOK, year, func(*hoursview.Holidays) {})
}

// replan changes how the calendar that the page is about comes by its holidays.
// change returns the next plan and what it changed, in words; nothing changed
// writes nothing.
func (s *Server) replan(c echo.Context, action string, change func(flow.HolidayPlan) (flow.HolidayPlan, changes, error)) error {
	return s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		k, err := calendarsOf(ctx, tx.Queries, by.store, c.Param("team"))
		if err != nil {
			return err
		}
		if !k.own.IsOwn() {
			return conflict("shared", "the team closes on the store's holidays", "Este time usa os feriados da loja. Dê a ele um horário próprio antes.")
		}
		plan, all, err := change(k.own.Plan())
		if err != nil || len(all) == 0 {
			return err
		}
		if err := tx.SetCalendar(ctx, k.own.Planned(plan, by.at.Year())); err != nil {
			return err
		}
		entry := k.entry(all)
		entry.Action = action
		return record(ctx, tx, c, by.at, entry)
	})
}

// proposalForm switches a proposed holiday.
type proposalForm struct {
	Rule string `form:"rule"`
	Only string `form:"only"` // the one year it is about; empty: every year
	Year string `form:"year"` // the year the page shows
	On   string `form:"on"`
}

// SwitchProposal observes a proposed holiday, in one year or in every one, or does
// not.
func (s *Server) SwitchProposal(c echo.Context) error {
	var form proposalForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	year, err := yearOf(form.Year, ViewerOf(c))
	if err != nil {
		return err
	}
	only := 0
	if form.Only != "" {
		if only, err = yearOf(form.Only, ViewerOf(c)); err != nil {
			return err
		}
	}
	rule, known := flow.HolidayRuleOf(form.Rule)
	if !known && form.Rule != hoursview.NationalRules || form.On != "true" && form.On != "false" {
		return BadRequest("rule", "no such holiday, or neither on nor off", "O formulário está incompleto. Recarregue a página e tente de novo.")
	}
	on := form.On == "true"
	err = s.replan(c, db.AuditChanged, func(plan flow.HolidayPlan) (flow.HolidayPlan, changes, error) {
		if !known {
			return allNational(plan)
		}
		return switched(plan, rule, only, on)
	})
	if err != nil {
		return err
	}
	return s.holidaysSaved(c, year, proposalWords(rule.Name, only, on))
}

func switched(plan flow.HolidayPlan, rule flow.HolidayRule, only int, on bool) (flow.HolidayPlan, changes, error) {
	was, next, when := plan.Yearly(rule.Code), plan.WithRule(rule.Code, on), "todo ano"
	if only != 0 {
		was, next, when = plan.Observes(rule.Code, only), plan.WithYear(rule.Code, only, on), "em "+strconv.Itoa(only)
	}
	var all changes
	all.add("holiday", rule.Name+", "+when+": "+closedWord(was), rule.Name+", "+when+": "+closedWord(on))
	return next, all, nil
}

// allNational observes every national holiday, every year.
func allNational(plan flow.HolidayPlan) (flow.HolidayPlan, changes, error) {
	var all changes
	for _, r := range flow.HolidayRules {
		if !r.Optional && !plan.Yearly(r.Code) {
			all.add("holiday", r.Name+", todo ano: aberto", r.Name+", todo ano: fechado")
			plan = plan.WithRule(r.Code, true)
		}
	}
	return plan, all, nil
}

func closedWord(closed bool) string {
	if closed {
		return "fechado"
	}
	return "aberto"
}

func proposalWords(name string, only int, on bool) string {
	switch {
	case name == "":
		return "Feriados nacionais: fechado todo ano."
	case only != 0:
		return name + " em " + strconv.Itoa(only) + ": " + closedWord(on) + "."
	case on:
		return name + ": fechado todo ano."
	}
	return name + ": aberto todo ano."
}

// today is the viewer's date in the store's zone.
func today(v *Viewer) flow.Date { return flow.DateIn(v.Now, v.Location) }
