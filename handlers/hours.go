package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/hoursview"
	"semaforo/views/ui"
)

// HoursPage is the week of the store, or of a team.
func (s *Server) HoursPage(c echo.Context) error {
	desk, err := s.hoursDesk(c)
	if err != nil {
		return err
	}
	desk.preview(c.QueryParams())
	return s.drawHours(c, http.StatusOK, desk.page)
}

// HoursPreview says when a deadline falls and why, by what stands in the editor.
func (s *Server) HoursPreview(c echo.Context) error {
	desk, err := s.hoursDesk(c)
	if err != nil {
		return err
	}
	desk.draft(c.QueryParams())
	desk.page.Draft = false // the address holds it: leaving the page loses nothing
	desk.preview(c.QueryParams())
	if wantsPart(c) {
		return renderPart(c, http.StatusOK, hoursview.PreviewResult(desk.page.Preview))
	}
	return s.drawHours(c, http.StatusOK, desk.page)
}

func (s *Server) drawHours(c echo.Context, status int, h hoursview.Hours) error {
	content := func() (templ.Component, error) { return hoursview.HoursPage(h), nil }
	return s.show(c, status, screen{title: "Horários", path: h.Path(), content: content})
}

// calendars are the one that a page is about, the store's or a team's, and the
// store's.
type calendars struct{ own, store db.Calendar }

func calendarsOf(ctx context.Context, q db.Queries, store, team string) (calendars, error) {
	k := calendars{}
	var err error
	if k.store, err = q.Calendar(ctx, store, ""); err != nil || team == "" {
		k.own = k.store
		return k, err
	}
	if k.own, err = q.Calendar(ctx, store, team); err == nil && k.own.Archived {
		err = db.ErrNotFound
	}
	return k, err
}

// inForce is the calendar that counts.
func (k calendars) inForce() db.Calendar {
	if k.own.IsOwn() {
		return k.own
	}
	return k.store
}

// mode is which of the editor's ways the saved hours are.
func (k calendars) mode() string {
	switch {
	case !k.own.IsOwn():
		return hoursview.ModeStore
	case ui.HoursSummary(k.own.Hours) == ui.HoursSummary(nil):
		return hoursview.ModeAlways
	}
	return hoursview.ModeWeek
}

// hours are the hours that a way of the editor means for this calendar.
func (k calendars) hours(mode string, week flow.Week) *flow.Week {
	switch {
	case mode == hoursview.ModeWeek:
		return &week
	case mode == hoursview.ModeAlways && k.own.Team != "":
		always := everyDay(ui.WholeDay)
		return &always
	}
	return nil
}

func everyDay(s ui.Shift) flow.Week {
	return ui.WeekOf([7][]ui.Shift{{s}, {s}, {s}, {s}, {s}, {s}, {s}})
}

// usualWeek is what the editor begins with where nothing has been set.
func usualWeek() flow.Week {
	week := everyDay(ui.Shift{Open: 9 * 60, Close: 18 * 60})
	week[time.Saturday], week[time.Sunday] = nil, nil
	return week
}

// hoursMark tells one week from another: what a form was drawn from.
func hoursMark(team string, hours *flow.Week) string {
	text := "none" + team
	if hours != nil {
		text = fmt.Sprint(*hours)
	}
	return HashSecret(text)[:16]
}

func (k calendars) mark() string { return hoursMark(k.own.Team, k.own.Hours) }

// words are the hours as the audit trail and a conflict say them.
func (k calendars) words(hours *flow.Week) string {
	if k.own.Team != "" && hours == nil {
		return "o da loja"
	}
	return ui.HoursSummary(hours)
}

func (k calendars) owner(v *Viewer) hoursview.Owner {
	return hoursview.Owner{Team: k.own.Team, Name: k.own.Name, CanEdit: v.Role.Can(EditConfiguration)}
}

// hoursDesk is one request for a week: its page, and what that is worked out from.
type hoursDesk struct {
	calendars
	viewer *Viewer
	rules  *flow.Rules
	page   hoursview.Hours
}

func (s *Server) hoursDesk(c echo.Context) (*hoursDesk, error) {
	ctx, v := c.Request().Context(), ViewerOf(c)
	d := &hoursDesk{viewer: v}
	var err error
	if d.rules, _, err = s.Door.Rules(ctx, v.Store.ID); err != nil {
		return nil, err
	}
	var teams []db.Calendar
	err = s.DB.Snapshot(ctx, func(q db.Queries) (err error) {
		if d.calendars, err = calendarsOf(ctx, q, v.Store.ID, c.Param("team")); err == nil && d.own.Team == "" {
			teams, err = q.TeamCalendars(ctx, v.Store.ID)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	d.page = hoursview.Hours{Owner: d.owner(v), Saved: d.words(d.own.Hours), Store: ui.HoursSummary(d.store.Hours)}
	week := usualWeek()
	if hours := d.inForce().Hours; hours != nil && d.mode() != hoursview.ModeAlways {
		week = *hours
	}
	d.page.Form = hoursview.HoursFormOf(d.mode(), week, d.mark())
	for _, t := range teams {
		d.page.Teams = append(d.page.Teams, hoursview.TeamLine{Owner: hoursview.Owner{Team: t.Team, Name: t.Name}, Own: t.IsOwn(),
			Hours: ui.HoursSummary(t.Hours)})
	}
	return d, nil
}

// draft puts what was typed into the editor in place of what is saved, where
// something was.
func (d *hoursDesk) draft(values url.Values) {
	if !values.Has("mode") {
		return
	}
	d.page.Form, d.page.Draft = hoursview.ReadHours(values), true
	if mode := d.page.Form.Mode; mode != hoursview.ModeWeek && mode != hoursview.ModeAlways && (mode != hoursview.ModeStore || d.own.Team == "") {
		d.page.Form.Mode = d.mode()
	}
}

// typed are the hours that stand in the editor; false where they have errors,
// which are then noted.
func (d *hoursDesk) typed() (*flow.Week, bool) {
	if d.page.Form.Mode != hoursview.ModeWeek {
		return d.hours(d.page.Form.Mode, flow.Week{}), true
	}
	week, ok := d.page.Form.Week()
	return &week, ok
}

// with is the calendar with other hours. A team's first own ones come
// with a copy of the store's holidays.
func (k calendars) with(hours *flow.Week, year int) db.Calendar {
	next := k.own
	if next.Hours = hours; !k.own.IsOwn() && hours != nil {
		next = next.Planned(k.store.Plan(), year)
	}
	return next
}
