package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/hoursview"
	"semaforo/views/ui"
)

// maxOwnHolidays is how many days of its own a calendar may have.
const maxOwnHolidays = 1000

// tooManyHolidays is said where no further day fits.
const tooManyHolidays = "Já são 1.000 dias próprios, o máximo. Remova os que já passaram."

// AddHoliday adds a day of one's own.
func (s *Server) AddHoliday(c echo.Context) error {
	form, year, err := ownForm(c)
	if err != nil {
		return err
	}
	day, refused := checkOwn(form)
	if len(refused) == 0 {
		err = s.replan(c, db.AuditChanged, func(plan flow.HolidayPlan) (flow.HolidayPlan, changes, error) {
			if words := clash(plan, day, flow.Date{}); words != "" {
				refused["date"] = words
				return plan, nil, errRefused
			}
			var all changes
			all.add("holiday", "", hoursview.DayWords(day))
			return plan.WithOwn(day), all, nil
		})
	}
	if len(refused) > 0 {
		form.Readable()
		return s.answerHolidays(c, http.StatusUnprocessableEntity, year, func(p *hoursview.Holidays) { p.Form, p.Errors = form, refused })
	}
	if err != nil {
		return err
	}
	return s.holidaysSaved(c, shownYear(day, year), "Adicionado: "+hoursview.DayWords(day)+".")
}

// ownForm reads a day of one's own as typed, and the year its page shows.
func ownForm(c echo.Context) (form hoursview.OwnForm, year int, err error) {
	if err := decodeForm(c, &form); err != nil {
		return form, 0, err
	}
	form.Trim()
	year, err = yearOf(form.Year, ViewerOf(c))
	return form, year, err
}

func checkOwn(form hoursview.OwnForm) (flow.OwnHoliday, map[string]string) {
	refused := checkForm(&form)
	day, ok := hoursview.ParseDay(form.Date)
	if refused["date"] == "" && (!ok || day.Year < hoursview.MinYear || day.Year > hoursview.MaxYear) {
		refused["date"] = "Informe um dia como 25/01/2027."
	}
	return flow.OwnHoliday{Date: day, Name: form.Name, Yearly: form.Yearly == "true"}, refused
}

// clash says why a day cannot be a further one of one's own: it is closed already.
// The day being edited stands in nobody's way.
func clash(plan flow.HolidayPlan, day flow.OwnHoliday, edited flow.Date) string {
	plan = plan.WithoutOwn(edited)
	if len(plan.Own) >= maxOwnHolidays {
		return tooManyHolidays
	}
	if _, taken := plan.OwnOn(day.Date); taken || !day.Yearly {
		if name, closed := closedOn(plan, day.Date); closed {
			return "Este dia já está fechado" + calledSo(name) + "."
		}
	}
	return ""
}

// closedOn reports whether a plan closes a date, and what it calls it.
func closedOn(plan flow.HolidayPlan, d flow.Date) (name string, closed bool) {
	for _, h := range plan.Holidays(d.Year, d.Year) {
		if h.Date == d {
			return h.Name, true
		}
	}
	return "", false
}

func calledSo(name string) string {
	if name == "" {
		return ""
	}
	return ": " + name
}

// shownYear is the year in which a day that was just saved is seen.
func shownYear(day flow.OwnHoliday, year int) int {
	if _, falls := day.In(year); falls {
		return year
	}
	return day.Date.Year
}

// ownDay reads the day of one's own that the address names.
func (s *Server) ownDay(c echo.Context, yearText string) (hoursview.OwnDay, error) {
	year, err := yearOf(yearText, ViewerOf(c))
	if err != nil {
		return hoursview.OwnDay{}, err
	}
	p, err := s.holidays(c, year)
	if err != nil {
		return hoursview.OwnDay{}, err
	}
	date, err := flow.ParseDate(c.Param("holiday"))
	if err != nil {
		return hoursview.OwnDay{}, NotFound()
	}
	day, found := p.Plan.OwnOn(date)
	if !found || p.Shared {
		return hoursview.OwnDay{}, NotFound()
	}
	p.Form = hoursview.OwnFormOf(day, year)
	return hoursview.OwnDay{Holidays: p, Day: day}, nil
}

// HolidayPage is the dialog that changes a day of one's own.
func (s *Server) HolidayPage(c echo.Context) error {
	d, err := s.ownDay(c, c.QueryParam("year"))
	if err != nil {
		return err
	}
	return s.showModal(c, http.StatusOK, s.holidaysScreen(c, d.Year), hoursview.OwnDialog(d))
}

// RemoveHolidayPage asks before a day of one's own is removed.
func (s *Server) RemoveHolidayPage(c echo.Context) error {
	d, err := s.ownDay(c, c.QueryParam("year"))
	if err != nil {
		return err
	}
	return s.showModal(c, http.StatusOK, s.holidaysScreen(c, d.Year), hoursview.RemoveDialog(d))
}

// SaveHoliday changes a day of one's own.
func (s *Server) SaveHoliday(c echo.Context) error {
	form, year, err := ownForm(c)
	if err != nil {
		return err
	}
	day, refused := checkOwn(form)
	if len(refused) == 0 {
		err = s.replaceOwn(c, form.Seen, func(plan flow.HolidayPlan, present flow.OwnHoliday) (flow.HolidayPlan, changes, error) {
			if words := clash(plan, day, present.Date); words != "" {
				refused["date"] = words
				return plan, nil, errRefused
			}
			var all changes
			all.add("holiday", hoursview.DayWords(present), hoursview.DayWords(day))
			return plan.WithoutOwn(present.Date).WithOwn(day), all, nil
		})
	}
	if len(refused) > 0 || errors.Is(err, db.ErrChanged) {
		return s.ownRefused(c, form, refused, err)
	}
	if err != nil {
		return err
	}
	toast := ui.Toast{Tone: ui.Green, Key: "holidays", Text: "Salvo: " + hoursview.DayWords(day) + "."}
	return s.finish(c, s.holidaysScreen(c, shownYear(day, year)), toast)
}

// replaceOwn changes the day that the address names, unless it is no longer what
// was seen: then it is db.ErrChanged.
func (s *Server) replaceOwn(c echo.Context, seen string, change func(flow.HolidayPlan, flow.OwnHoliday) (flow.HolidayPlan, changes, error)) error {
	date, err := flow.ParseDate(c.Param("holiday"))
	if err != nil {
		return NotFound()
	}
	return s.replan(c, db.AuditChanged, func(plan flow.HolidayPlan) (flow.HolidayPlan, changes, error) {
		present, found := plan.OwnOn(date)
		if !found {
			return plan, nil, db.ErrNotFound
		}
		if hoursview.SeenOf(present) != seen {
			return plan, nil, db.ErrChanged
		}
		return change(plan, present)
	})
}

// ownRefused shows the dialog again with what was typed: with its errors, or with
// what somebody else saved, which saving again replaces.
func (s *Server) ownRefused(c echo.Context, form hoursview.OwnForm, refused map[string]string, cause error) error {
	d, err := s.ownDay(c, form.Year)
	if err != nil {
		return err
	}
	status, present := http.StatusUnprocessableEntity, d.Form.Seen
	form.Readable()
	if errors.Is(cause, db.ErrChanged) {
		who, err := s.whoSaved(c, d)
		if err != nil {
			return err
		}
		status, form.Seen = http.StatusConflict, present
		d.Changed = who + " salvou: " + hoursview.DayWords(d.Day) + ". O que você fez ainda não foi salvo; salvar de novo troca isto."
	}
	d.Form, d.Errors = form, refused
	return s.showModal(c, status, s.holidaysScreen(c, d.Year), hoursview.OwnDialog(d))
}

// whoSaved names who made a day what it is now.
func (s *Server) whoSaved(c echo.Context, d hoursview.OwnDay) (string, error) {
	k := calendars{own: db.Calendar{Store: ViewerOf(c).Store.ID, Team: d.Team}}
	by, _, err := s.changedBy(c, k, "holiday", hoursview.DayWords(d.Day))
	if by == "" {
		by = "Outra pessoa"
	}
	return by, err
}

// RemoveHoliday removes a day of one's own; one that changed since is asked about
// anew, one that is gone already is no error.
func (s *Server) RemoveHoliday(c echo.Context) error {
	form, year, err := ownForm(c)
	if err != nil {
		return err
	}
	removed := ""
	err = s.replaceOwn(c, form.Seen, func(plan flow.HolidayPlan, present flow.OwnHoliday) (flow.HolidayPlan, changes, error) {
		removed = hoursview.DayWords(present)
		var all changes
		all.add("holiday", removed, "")
		return plan.WithoutOwn(present.Date), all, nil
	})
	at := s.holidaysScreen(c, year)
	switch {
	case errors.Is(err, db.ErrChanged):
		d, err := s.ownDay(c, form.Year)
		if err != nil {
			return err
		}
		who, err := s.whoSaved(c, d)
		if err != nil {
			return err
		}
		d.Changed = who + " mudou este dia. Veja como ficou antes de remover."
		return s.showModal(c, http.StatusConflict, at, hoursview.RemoveDialog(d))
	case err != nil:
		return err
	}
	return s.finish(c, at, ui.Toast{Tone: ui.Green, Key: "holidays", Text: "Removido: " + removed + "."})
}
