package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/flowview"
	"semaforo/views/teamview"
	"semaforo/views/ui"
)

// ArchiveTeamPage asks before a team is archived, and says what it moves and
// changes with the replacement that is chosen.
func (s *Server) ArchiveTeamPage(c echo.Context) error {
	var form teamview.ArchiveForm
	if err := (&echo.DefaultBinder{}).BindQueryParams(c, &form); err != nil {
		return BadRequest("malformed", "the address has parameters that cannot be read", "")
	}
	return s.askArchive(c, http.StatusOK, teamview.ArchiveForm{Replacement: form.Replacement}, nil)
}

// ArchiveTeam archives a team, with its replacement where it is in use, or shows
// again what is no longer as it was seen.
func (s *Server) ArchiveTeam(c echo.Context) error {
	var form teamview.ArchiveForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	if form.Go == teamview.GoPreview {
		return s.askArchive(c, http.StatusOK, teamview.ArchiveForm{Replacement: form.Replacement}, nil)
	}
	var a archiving
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) (err error) {
		if a, err = readArchiving(ctx, tx.Queries, by.store, c.Param("team"), form.Replacement); err != nil {
			return err
		}
		return a.do(ctx, tx, c, by, form)
	})
	var refused *archiveRefused
	switch {
	case errors.As(err, &refused):
		return s.askArchive(c, refused.status, form, refused)
	case err != nil:
		return err
	}
	return s.finish(c, s.teamScreenOf(c, a.team.ID, a.team.Name), ui.Toast{Tone: ui.Green, Key: "team", Text: a.doneWords()})
}

// archiveRefused is why a team is not archived but asked about again.
type archiveRefused struct {
	status                    int
	problem, changed, warning string
}

func (*archiveRefused) Error() string { return "the team is not archived" }

// archiving is a team that is to be archived, with everything that depends on it.
type archiving struct {
	team     db.Team
	plan     replacement
	counts   db.TeamCount
	members  int
	incoming bool // another team's conversations are on their way to it
	done     bool // it is archived, and nothing is left to move
	moving   bool // what it had is on its way
}

func readArchiving(ctx context.Context, q db.Queries, store, id, to string) (a archiving, err error) {
	if a.team, err = q.Team(ctx, store, id); err != nil {
		return a, err
	}
	if a.plan, err = planReplacement(ctx, q, store, holder{team: id}, holder{}); err != nil {
		return a, err
	}
	// Only a team in use that is another one can take over.
	if e, ok := flowview.Find(flowview.Live(a.plan.directory.Teams), to); ok && e.ID != id {
		if a.plan, err = planReplacement(ctx, q, store, holder{team: id}, holder{team: to}); err != nil {
			return a, err
		}
	}
	counts, err := q.CountByTeam(ctx, store)
	if err != nil {
		return a, err
	}
	members, err := q.CountMembers(ctx, store)
	if err != nil {
		return a, err
	}
	moves, err := q.Relocations(ctx, store)
	for _, m := range moves {
		a.incoming = a.incoming || m.ToTeam == id
		a.moving = a.moving || m.FromTeam == id
	}
	a.counts, a.members = counts[id], members[id]
	a.done = a.team.Archived && (a.counts.Queue.Total() == 0 || a.moving)
	return a, err
}

// needs reports whether another team has to take over.
func (a archiving) needs() bool {
	return a.counts.Queue.Total() > 0 || a.incoming || !a.plan.empty()
}

// do archives the team where everything is as the form says it was seen.
func (a archiving) do(ctx context.Context, tx *db.Tx, c echo.Context, by stamp, form teamview.ArchiveForm) error {
	to := a.plan.to
	switch {
	case a.done:
		return nil
	case to.none() && form.Replacement != "":
		return &archiveRefused{status: http.StatusConflict, problem: "Este time não está mais em uso. Escolha outro."}
	case a.needs() && to.none():
		return &archiveRefused{status: http.StatusUnprocessableEntity, problem: "Escolha o time que fica no lugar."}
	case a.needs() && form.Shown != to.team:
		return &archiveRefused{status: http.StatusConflict, changed: "Confira o que muda com " + to.name(a.plan.directory) + " no lugar."}
	case form.Seen != a.print():
		return &archiveRefused{status: http.StatusConflict, changed: "Algo mudou enquanto você estava aqui. Confira de novo antes de arquivar."}
	}
	warning, err := a.plan.circles(ctx, tx.Queries, by.store)
	if err != nil {
		return err
	}
	if warning != "" && warning != form.Anyway {
		return &archiveRefused{status: http.StatusUnprocessableEntity, warning: warning}
	}
	return a.write(ctx, tx, c, by)
}

// print marks what the dialog shows, but for counts that change by the minute.
func (a archiving) print() string {
	return a.plan.print() + "-" + yesNo(a.needs())
}

func (a archiving) write(ctx context.Context, tx *db.Tx, c echo.Context, by stamp) error {
	to := a.plan.to
	if err := a.plan.do(ctx, tx, c, by); err != nil {
		return err
	}
	if !to.none() {
		v := ViewerOf(c)
		err := tx.InsertRelocation(ctx, db.Relocation{Store: by.store, FromTeam: a.team.ID, ToTeam: to.team, ByKind: v.By().Kind, ByID: v.By().ID, CreatedAt: by.at})
		if err != nil {
			return err
		}
	}
	entry := db.Audit{Noun: db.NounTeam, NounID: a.team.ID, NounName: a.team.Name, Action: db.AuditTransferred}
	var changed changes
	changed.add("replacement", "", to.name(a.plan.directory))
	changed.add("conversations", "", ui.Number(a.counts.Queue.Total()))
	if !a.team.Archived {
		entry.Action = db.AuditArchived
		team := a.team
		team.Archived = true
		members, err := memberNames(ctx, tx.Queries, a.team)
		if err != nil {
			return err
		}
		if err := errors.Join(tx.UpdateTeam(ctx, team), tx.DisbandTeam(ctx, by.store, team.ID)); err != nil {
			return err
		}
		changed.add("members", members, "")
	}
	entry.Changes = changed
	return record(ctx, tx, c, by.at, entry)
}

func memberNames(ctx context.Context, q db.Queries, t db.Team) (string, error) {
	e := teamEdit{id: t.ID}
	err := e.read(ctx, q, t.Store)
	_, names := e.members()
	return strings.Join(names, ", "), err
}

func (a archiving) doneWords() string {
	n := a.counts.Queue.Total()
	switch {
	case a.done:
		return "O time " + a.team.Name + " já está arquivado."
	case n == 0:
		return "Time " + a.team.Name + " arquivado."
	}
	moved := ui.Count(n, "conversa vai", "conversas vão") + " para " + a.plan.to.name(a.plan.directory) + "."
	if a.team.Archived {
		return moved
	}
	return "Time " + a.team.Name + " arquivado: " + moved
}

// askArchive draws the dialog as everything is now.
func (s *Server) askArchive(c echo.Context, status int, form teamview.ArchiveForm, refused *archiveRefused) error {
	ctx := c.Request().Context()
	var a archiving
	err := s.DB.Snapshot(ctx, func(q db.Queries) (err error) {
		a, err = readArchiving(ctx, q, ViewerOf(c).Store.ID, c.Param("team"), form.Replacement)
		return err
	})
	if err != nil {
		return err
	}
	page := s.teamScreenOf(c, a.team.ID, a.team.Name)
	if a.done {
		return s.finish(c, page, ui.Toast{Key: "team", Text: a.doneWords()})
	}
	view := a.view()
	if refused != nil {
		view.Problem, view.Changed, view.Warning = refused.problem, refused.changed, refused.warning
	}
	return s.showModal(c, status, page, teamview.ArchiveDialog(view))
}

func (a archiving) view() teamview.Archive {
	to := a.plan.to
	return teamview.Archive{ID: a.team.ID, Name: a.team.Name, Archived: a.team.Archived, Needs: a.needs(), Incoming: a.incoming,
		Form: teamview.ArchiveForm{Replacement: to.team, Shown: to.team, Seen: a.print()}, To: to.name(a.plan.directory),
		Queue: tallyOf(a.counts.Queue), Sellers: a.counts.Sellers.Total(), Members: a.members, Changes: flowview.ChangeList(a.plan.view()),
		Options: choices(a.plan.directory.Teams, a.team.ID, to.team)}
}
