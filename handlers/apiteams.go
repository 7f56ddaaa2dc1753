package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/channel"
	"semaforo/channel/api"
	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/teamview"
)

// teamDocument is a team as the API writes it; its hours are as the engine's
// configuration writes them, absent where they are the store's.
type teamDocument struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Hours    json.RawMessage `json:"hours,omitempty"`
	Holidays json.RawMessage `json:"holidays,omitempty"`
	Archived bool            `json:"archived"`
}

func teamOf(t db.Team) teamDocument {
	d := teamDocument{ID: t.ID, Name: t.Name, Archived: t.Archived}
	if t.Hours == nil {
		return d
	}
	// The configuration's own document, so that there is one spelling of a calendar.
	calendar := flow.Configuration{Hours: t.Hours, Holidays: t.Holidays}
	raw, err := json.Marshal(calendar)
	if err == nil {
		err = json.Unmarshal(raw, &struct {
			Hours    *json.RawMessage `json:"hours"`
			Holidays *json.RawMessage `json:"holidays"`
		}{&d.Hours, &d.Holidays})
	}
	if err != nil {
		panic("handlers: a calendar does not marshal: " + err.Error())
	}
	return d
}

func readTeam(o *api.Object, t *db.Team) {
	o.Need("name")
	o.Clean("id", &t.ID, identifier)
	o.Clean("name", &t.Name, properName)
	o.Flag("archived", &t.Archived)
	o.Calendar(&t.Hours, &t.Holidays)
	if t.Hours == nil && t.Holidays != nil {
		o.RefuseAs("holidays", api.Code(flow.CodeHolidays), "needs hours of the team's own")
	}
}

// properName is a name that must not be empty.
func properName(s string) (string, error) {
	name, err := channel.Name(s)
	if err == nil && name == "" {
		return "", &channel.Invalid{Code: channel.CodeRequired}
	}
	return name, err
}

// APITeams is GET /api/v1/teams.
func (s *Server) APITeams(c echo.Context) error {
	p, err := parametersOf(c, listed...)
	if err != nil {
		return err
	}
	at, err := placeOf(p, 1)
	if err != nil {
		return err
	}
	teams, err := s.DB.Teams(c.Request().Context(), CallerOf(c).Store.ID)
	if err != nil {
		return err
	}
	if teams, err = slicePage(at, teams, func(t db.Team) string { return t.ID }); err != nil {
		return err
	}
	return answerList(c, at, teams, teamOf, func(t db.Team) string { return cursorOf(t.ID) })
}

// APITeam is GET /api/v1/teams/{id}.
func (s *Server) APITeam(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	return s.answerTeam(c, http.StatusOK, c.Param("id"))
}

func (s *Server) answerTeam(c echo.Context, status int, id string) error {
	t, err := s.DB.Team(c.Request().Context(), CallerOf(c).Store.ID, id)
	if err != nil {
		return err
	}
	return answer(c, status, teamOf(t))
}

// APICreateTeam is POST /api/v1/teams.
func (s *Server) APICreateTeam(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	var t db.Team
	if err := readDocument(c, func(o *api.Object) { readTeam(o, &t) }); err != nil {
		return err
	}
	if t.ID == "" {
		t.ID = db.NewID()
	}
	err := s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		t.Store, t.CreatedAt = CallerOf(c).Store.ID, now
		if err := tx.InsertTeam(ctx, t); err != nil {
			return err
		}
		return recordTeam(ctx, tx, c, now, db.Team{}, t)
	})
	if err != nil {
		return err
	}
	return s.answerTeam(c, http.StatusCreated, t.ID)
}

// APIUpdateTeam is PUT /api/v1/teams/{id}: all of the team.
func (s *Server) APIUpdateTeam(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	var t db.Team
	if err := readDocument(c, func(o *api.Object) { readTeam(o, &t) }); err != nil {
		return err
	}
	err := s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		present, err := tx.Team(ctx, CallerOf(c).Store.ID, c.Param("id"))
		if err != nil {
			return err
		}
		if err := sameID(t.ID, present.ID); err != nil {
			return err
		}
		t.ID, t.Store = present.ID, present.Store
		if err := putAway(ctx, tx, present, t, now); err != nil {
			return err
		}
		if err := tx.UpdateTeam(ctx, t); err != nil {
			return err
		}
		return recordTeam(ctx, tx, c, now, present, t)
	})
	if err != nil {
		return err
	}
	return s.answerTeam(c, http.StatusOK, t.ID)
}

// putAway archives a team that nothing uses, or brings it back.
func putAway(ctx context.Context, tx *db.Tx, present, t db.Team, now time.Time) error {
	switch {
	case t.Archived && !present.Archived:
		if err := unusedTeam(ctx, tx.Queries, t); err != nil {
			return err
		}
		return tx.DisbandTeam(ctx, t.Store, t.ID)
	case present.Archived && !t.Archived:
		return tx.EndRelocations(ctx, t.Store, t.ID, "", now)
	}
	return nil
}

// recordTeam records what a call has changed of a team.
func recordTeam(ctx context.Context, tx *db.Tx, c echo.Context, at time.Time, before, after db.Team) error {
	entry := db.Audit{Noun: db.NounTeam, NounID: after.ID, NounName: after.Name, Action: db.AuditChanged}
	hours := teamview.Hours(before.Hours)
	if before.ID == "" {
		entry.Action, hours = db.AuditCreated, ""
	}
	var changed changes
	changed.add("name", before.Name, after.Name)
	changed.add("hours", hours, teamview.Hours(after.Hours))
	changed.add("holidays", dateWords(before.Holidays), dateWords(after.Holidays))
	switch {
	case before.ID == "":
	case after.Archived && !before.Archived:
		entry.Action = db.AuditArchived
	case before.Archived && !after.Archived:
		entry.Action = db.AuditRestored
	case len(changed) == 0:
		return nil
	}
	entry.Changes = changed
	return record(ctx, tx, c, at, entry)
}

// dateWords are days as an audit entry has them.
func dateWords(dates []flow.Date) string {
	words := make([]string, len(dates))
	for i, d := range dates {
		words[i] = fmt.Sprintf("%02d/%02d/%d", d.Day, d.Month, d.Year)
	}
	return strings.Join(words, ", ")
}

// sameID refuses a document that says it is of something else than the address.
func sameID(given, present string) error {
	if given != "" && given != present {
		return refuseField("id", codeFixed, "is not the address's")
	}
	return nil
}

// unusedTeam refuses to archive a team that has conversations in its queue, that a
// flow names or that a channel routes to.
func unusedTeam(ctx context.Context, q db.Queries, t db.Team) error {
	held, err := q.CountHeld(ctx, t.Store, t.ID, "")
	if err != nil {
		return err
	}
	if held.Total() > 0 {
		return inUse("conversations are open in the team's queue: transfer them first")
	}
	channels, err := q.Channels(ctx, t.Store)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(channels, func(h db.Channel) bool { return h.Team == t.ID && h.Active }) {
		return inUse("a channel routes to the team: change that first")
	}
	return unnamed(ctx, q, t.Store, flow.TeamQueue, t.ID, func(a flow.Action) bool {
		return a.Type == flow.TransferTeam && a.Team == t.ID
	})
}

// unnamed refuses to put away what a flow of the queue names as an exception, any
// flow's action as its goal, or whom another's conversations are on their way to.
func unnamed(ctx context.Context, q db.Queries, store string, queue flow.Queue, target string, goal func(flow.Action) bool) error {
	flows, err := q.Flows(ctx, store)
	if err != nil {
		return err
	}
	for _, f := range flows {
		if f.Queue == queue && slices.Contains(f.Targets, target) || goal != nil && goal(f.Action) {
			return inUse("the flow " + f.ID + " names it: change that first")
		}
	}
	moves, err := q.Relocations(ctx, store)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(moves, func(m db.Relocation) bool { return m.To() == string(queue)+":"+target }) {
		return inUse("conversations are being moved to it: wait until they have come")
	}
	return nil
}

func inUse(detail string) *Failure {
	return conflict("in_use", detail, "Ainda está em uso. Mude isso antes.")
}
