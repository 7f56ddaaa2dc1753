package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/flowview"
	"semaforo/views/teamview"
	"semaforo/views/ui"
)

// NewTeamPanel is the side panel of a team that does not exist yet.
func (s *Server) NewTeamPanel(c echo.Context) error {
	return s.teamPanel(c, http.StatusOK, teamEdit{}, nil)
}

// TeamPanel is the side panel that edits a team.
func (s *Server) TeamPanel(c echo.Context) error {
	return s.teamPanel(c, http.StatusOK, teamEdit{id: c.Param("team")}, nil)
}

// CreateTeam makes a team with its members.
func (s *Server) CreateTeam(c echo.Context) error { return s.postTeam(c, "") }

// SaveTeam changes a team's name and members.
func (s *Server) SaveTeam(c echo.Context) error { return s.postTeam(c, c.Param("team")) }

// teamEdit is a team as the panel edits it: what was posted, and what is saved.
type teamEdit struct {
	id      string // empty: a new one
	form    teamview.Form
	team    db.Team
	sellers []db.Seller // all of the store's
	names   flowview.Directory
	last    db.Audit // the team's latest entry in the audit trail
}

// read reads what is saved.
func (e *teamEdit) read(ctx context.Context, q db.Queries, store string) (err error) {
	if e.sellers, err = q.AllSellers(ctx, store); err != nil {
		return err
	}
	if e.names, err = directoryOf(ctx, q, store); err != nil || e.id == "" {
		return err
	}
	if e.team, err = q.Team(ctx, store, e.id); err != nil {
		return err
	}
	trail, err := q.AuditTrail(ctx, store, db.AuditQuery{Noun: db.NounTeam, NounID: e.id}, 1)
	if len(trail) > 0 {
		e.last = trail[0]
	}
	return err
}

// members are the ids and names of the saved members who are active, by name.
func (e *teamEdit) members() (ids, names []string) {
	for _, p := range e.sellers {
		if p.Active && e.id != "" && slices.Contains(p.Teams, e.id) {
			ids, names = append(ids, p.ID), append(names, p.Name)
		}
	}
	return ids, names
}

// saved is the form of what is saved.
func (e *teamEdit) saved() teamview.Form {
	ids, _ := e.members()
	return teamview.Form{Name: e.team.Name, Members: ids, Seen: e.print(), Entry: e.last.ID}
}

// print is a short mark of what the panel shows: the same one means that nobody
// has changed it since, on whatever page.
func (e *teamEdit) print() string {
	ids, _ := e.members()
	sum := sha256.Sum256([]byte(strings.Join(append(ids, e.team.Name, yesNo(e.team.Archived)), "\n")))
	return hex.EncodeToString(sum[:12])
}

func (e *teamEdit) panel(refused map[string]string) teamview.Panel {
	p := teamview.Panel{ID: e.id, Saved: e.team.Name, Form: e.form, Errors: refused, Hours: teamview.Hours(e.team.Hours)}
	for _, seller := range e.sellers {
		if seller.Active {
			p.Sellers = append(p.Sellers, teamview.Seller{ID: seller.ID, Name: seller.Name, Teams: otherTeams(seller, e.id, e.names)})
		}
	}
	return p
}

// teamEditScreen is the page under the panel.
func (s *Server) teamEditScreen(c echo.Context, e teamEdit) screen {
	if e.id == "" {
		return s.teamsScreen(c)
	}
	return s.teamScreenOf(c, e.id, e.team.Name)
}

// teamPanel draws the panel, with what was typed where something is refused.
func (s *Server) teamPanel(c echo.Context, status int, e teamEdit, refused map[string]string) error {
	ctx := c.Request().Context()
	err := s.DB.Snapshot(ctx, func(q db.Queries) error { return e.read(ctx, q, ViewerOf(c).Store.ID) })
	switch {
	case err != nil:
		return err
	case e.team.Archived:
		return conflict("archived", "the team is archived", "Este time está arquivado. Desarquive-o para mudá-lo.")
	case refused == nil:
		e.form = e.saved()
	}
	return s.showPanel(c, status, s.teamEditScreen(c, e), teamview.TeamPanel(e.panel(refused)))
}

func (s *Server) postTeam(c echo.Context, id string) error {
	e := teamEdit{id: id}
	if err := decodeForm(c, &e.form); err != nil {
		return err
	}
	e.form.Trim()
	if refused := checkForm(&e.form); len(refused) > 0 {
		return s.teamPanel(c, http.StatusUnprocessableEntity, e, refused)
	}
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error { return e.save(ctx, tx, c, by) })
	switch {
	case errors.Is(err, db.ErrDuplicate):
		return s.teamPanel(c, http.StatusUnprocessableEntity, e, map[string]string{"name": e.takenWords()})
	case errors.Is(err, db.ErrChanged):
		return s.teamConflict(c, e)
	case err != nil:
		return err
	}
	toast := ui.Toast{Tone: ui.Green, Key: "team", Text: "Time " + e.form.Name + " salvo."}
	if id == "" {
		toast.Text = "Time " + e.form.Name + " criado."
	}
	e.team.Name = e.form.Name
	if id == "" {
		return s.finish(c, s.teamsScreen(c), toast)
	}
	return s.finish(c, s.teamScreenOf(c, id, e.team.Name), toast)
}

// takenWords says which team has the name already.
func (e *teamEdit) takenWords() string {
	for _, t := range e.names.Teams {
		if t.ID == e.id || db.Fold(t.Name) != db.Fold(e.form.Name) {
			continue
		}
		if t.Gone {
			return "O time arquivado " + t.Name + " já tem este nome. Desarquive-o ou escolha outro nome."
		}
		return "Já existe o time " + t.Name + ". Escolha outro nome."
	}
	return "Já existe um time com este nome. Escolha outro."
}

// save writes the team where it is still what was seen.
func (e *teamEdit) save(ctx context.Context, tx *db.Tx, c echo.Context, by stamp) error {
	e.team, e.last = db.Team{}, db.Audit{}
	if err := e.read(ctx, tx.Queries, by.store); err != nil {
		return err
	}
	if e.id == "" {
		return e.create(ctx, tx, c, by)
	}
	if e.team.Archived || e.print() != e.form.Seen {
		return db.ErrChanged
	}
	entry := db.Audit{Noun: db.NounTeam, NounID: e.id, NounName: e.form.Name, Action: db.AuditChanged}
	changed := changes{}
	changed.add("name", e.team.Name, e.form.Name)
	next := e.team
	if next.Name = e.form.Name; next.Name != e.team.Name {
		if err := tx.UpdateTeam(ctx, next); err != nil {
			return err
		}
	}
	if err := e.setMembers(ctx, tx, by.store, &changed); err != nil || len(changed) == 0 {
		return err
	}
	entry.Changes = changed
	return record(ctx, tx, c, by.at, entry)
}

func (e *teamEdit) create(ctx context.Context, tx *db.Tx, c echo.Context, by stamp) error {
	t := db.Team{Store: by.store, ID: db.NewID(), Name: e.form.Name, CreatedAt: by.at}
	if err := tx.InsertTeam(ctx, t); err != nil {
		return err
	}
	made := *e
	made.id = t.ID
	var changed changes
	changed.add("name", "", t.Name)
	if err := made.setMembers(ctx, tx, by.store, &changed); err != nil {
		return err
	}
	return record(ctx, tx, c, by.at, db.Audit{Noun: db.NounTeam, NounID: t.ID, NounName: t.Name, Action: db.AuditCreated, Changes: changed})
}

// setMembers puts into the team and takes out of it whom the form says. Ids that
// no active seller of the store has are passed over: they left meanwhile.
func (e *teamEdit) setMembers(ctx context.Context, tx *db.Tx, store string, changed *changes) error {
	var before, after []string
	for _, p := range e.sellers {
		was, is := p.Active && slices.Contains(p.Teams, e.id), p.Active && slices.Contains(e.form.Members, p.ID)
		var err error
		switch {
		case is && !was:
			err = tx.JoinTeam(ctx, store, e.id, p.ID)
		case was && !is:
			err = tx.LeaveTeam(ctx, store, e.id, p.ID)
		}
		if err != nil {
			return err
		}
		if was {
			before = append(before, p.Name)
		}
		if is {
			after = append(after, p.Name)
		}
	}
	changed.add("members", strings.Join(before, ", "), strings.Join(after, ", "))
	return nil
}

// teamConflict says who changed the team meanwhile, where the audit trail has it,
// and gives the form the mark of what saving over it would replace.
func (s *Server) teamConflict(c echo.Context, e teamEdit) error {
	conflict := teamview.Conflict{Theirs: e.saved(), Archived: e.team.Archived}
	if e.last.ID != e.form.Entry {
		conflict.By, conflict.At = e.last.ByName, e.last.At
	}
	e.form.Seen, e.form.Entry = conflict.Theirs.Seen, conflict.Theirs.Entry
	conflict.Panel = e.panel(nil)
	return s.showPanel(c, http.StatusConflict, s.teamEditScreen(c, e), teamview.TeamConflict(conflict))
}

// RestoreTeam brings an archived team back, without members and flows.
func (s *Server) RestoreTeam(c echo.Context) error {
	var team db.Team
	restored := false
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) (err error) {
		if team, err = tx.Team(ctx, by.store, c.Param("team")); err != nil {
			return err
		}
		if restored = team.Archived; !restored {
			return nil
		}
		team.Archived = false
		if err := tx.UpdateTeam(ctx, team); err != nil {
			return err
		}
		if err := tx.EndRelocations(ctx, by.store, team.ID, "", by.at); err != nil {
			return err
		}
		return record(ctx, tx, c, by.at, db.Audit{Noun: db.NounTeam, NounID: team.ID, NounName: team.Name, Action: db.AuditRestored})
	})
	if err != nil {
		return err
	}
	toast := ui.Toast{Tone: ui.Green, Key: "team", Text: "Time " + team.Name + " desarquivado. Escolha os membros em Editar."}
	if !restored {
		toast = ui.Toast{Key: "team", Text: "O time " + team.Name + " já está em uso."}
	}
	return s.finish(c, s.teamScreenOf(c, team.ID, team.Name), toast)
}
