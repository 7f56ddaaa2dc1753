package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
	"semaforo/views/inboxview"
	"semaforo/views/teamview"
	"semaforo/views/ui"
)

// TeamsPage is the list of teams: those in use, or the archived ones.
func (s *Server) TeamsPage(c echo.Context) error {
	if !wantsPart(c) {
		return s.show(c, http.StatusOK, s.teamsScreen(c))
	}
	list, err := s.teamList(c)
	if err != nil {
		return err
	}
	return renderPart(c, http.StatusOK, teamview.ListPart(list))
}

// TeamPage is one team's page.
func (s *Server) TeamPage(c echo.Context) error {
	team, err := s.teamView(c, c.Param("team"))
	if err != nil {
		return err
	}
	if wantsPart(c) {
		return renderPart(c, http.StatusOK, teamview.TeamPage(team))
	}
	return s.show(c, http.StatusOK, teamScreen(team))
}

func (s *Server) teamsScreen(c echo.Context) screen {
	return screen{title: "Times", path: teamview.Base, content: func() (templ.Component, error) {
		list, err := s.teamList(c)
		return teamview.ListPage(list), err
	}}
}

func teamScreen(t teamview.Team) screen {
	return screen{title: t.Name, path: teamview.TeamPath(t.ID), content: func() (templ.Component, error) {
		return teamview.TeamPage(t), nil
	}}
}

// teamScreenOf is a team's page as it is when it is drawn.
func (s *Server) teamScreenOf(c echo.Context, id, name string) screen {
	return screen{title: name, path: teamview.TeamPath(id), content: func() (templ.Component, error) {
		team, err := s.teamView(c, id)
		return teamview.TeamPage(team), err
	}}
}

// teamList reads the list in a fixed number of statements, however many teams
// there are.
func (s *Server) teamList(c echo.Context) (teamview.List, error) {
	ctx, v := c.Request().Context(), ViewerOf(c)
	list := teamview.List{Archived: c.QueryParam("tab") == "archived", Search: strings.TrimSpace(strings.ToValidUTF8(c.QueryParam("q"), "")), CanEdit: v.Role.Can(EditConfiguration)}
	err := s.DB.Snapshot(ctx, func(q db.Queries) error {
		teams, err := q.Teams(ctx, v.Store.ID)
		if err != nil {
			return err
		}
		facts, err := teamFactsOf(ctx, q, v.Store.ID)
		if err != nil {
			return err
		}
		list.All = len(teams)
		for _, t := range teams {
			if !strings.Contains(db.Fold(t.Name), db.Fold(list.Search)) {
				continue
			}
			if t.Archived {
				list.Away++
			} else {
				list.InUse++
			}
			if t.Archived == list.Archived {
				list.Rows = append(list.Rows, facts.row(t))
			}
		}
		return nil
	})
	return list, err
}

// teamFacts is what the list says of all teams at once.
type teamFacts struct {
	members map[string]int
	counts  map[string]db.TeamCount
	flows   []db.Flow
	moves   []db.Relocation
}

func teamFactsOf(ctx context.Context, q db.Queries, store string) (f teamFacts, err error) {
	if f.members, err = q.CountMembers(ctx, store); err != nil {
		return f, err
	}
	if f.counts, err = q.CountByTeam(ctx, store); err != nil {
		return f, err
	}
	if f.flows, err = q.Flows(ctx, store); err != nil {
		return f, err
	}
	f.moves, err = q.Relocations(ctx, store)
	return f, err
}

func (f teamFacts) row(t db.Team) teamview.Row {
	row := teamview.Row{ID: t.ID, Name: t.Name, Members: f.members[t.ID], Open: tallyOf(f.counts[t.ID].Total()), Hours: teamview.Hours(t.Hours)}
	for _, fl := range f.flows {
		if len(namings(fl.Flow, t.ID)) > 0 {
			row.Flows = append(row.Flows, flowview.Title(fl.Queue, fl.Kind, fl.Name))
		}
	}
	for _, m := range f.moves {
		if m.FromTeam == t.ID {
			row.Moving = f.counts[t.ID].Queue.Total()
		}
	}
	return row
}

// namings say how a flow names a team.
func namings(f flow.Flow, team string) (how []string) {
	from := holder{team: team}
	if from.isGoal(f.Action) {
		how = append(how, "Transfere para este time")
	}
	if f.Queue == flow.TeamQueue && slices.Contains(f.Targets, team) {
		how = append(how, "Tem este time como exceção")
	}
	return how
}

func tallyOf(r db.Ranks) ui.TallyProps {
	return ui.TallyProps{OnTime: r[db.RankGreen], FirstLate: r[db.RankYellow], LastLate: r[db.RankRed], Answered: r[db.RankNone], Postponed: r[db.RankPostponed]}
}

// teamView reads a team's page.
func (s *Server) teamView(c echo.Context, id string) (view teamview.Team, err error) {
	ctx, v := c.Request().Context(), ViewerOf(c)
	rules, _, err := s.Door.Rules(ctx, v.Store.ID)
	if err != nil {
		return view, err
	}
	err = s.DB.Snapshot(ctx, func(q db.Queries) error {
		t, err := q.Team(ctx, v.Store.ID, id)
		if err != nil {
			return err
		}
		view = teamview.Team{ID: t.ID, Name: t.Name, Archived: t.Archived, CanEdit: v.Role.Can(EditConfiguration), Hours: teamview.Hours(t.Hours),
			InboxURL: inboxview.Filter{Tab: inboxview.TabAll, Team: t.ID}.URL()}
		if err := fillCounts(ctx, q, t, &view); err != nil || t.Archived {
			return err
		}
		return fillTeam(ctx, q, t, rules, &view)
	})
	return view, err
}

// fillCounts reads the open conversations of a team, and whom they are on their
// way to.
func fillCounts(ctx context.Context, q db.Queries, t db.Team, view *teamview.Team) error {
	counts, err := q.CountByTeam(ctx, t.Store)
	if err != nil {
		return err
	}
	view.Queue, view.Sellers = tallyOf(counts[t.ID].Queue), tallyOf(counts[t.ID].Sellers)
	moves, err := q.Relocations(ctx, t.Store)
	if err != nil || len(moves) == 0 {
		return err
	}
	names, err := directoryOf(ctx, q, t.Store)
	for _, m := range moves {
		if m.FromTeam == t.ID {
			view.MovingTo = append(view.MovingTo, holder{m.ToTeam, m.ToSeller}.name(names))
		}
	}
	return err
}

// fillTeam reads what only a team in use has: members, flows and channels.
func fillTeam(ctx context.Context, q db.Queries, t db.Team, rules *flow.Rules, view *teamview.Team) error {
	store, err := readFlows(ctx, q, t.Store, rules)
	if err != nil {
		return err
	}
	applied, name := flowview.Flow{Flow: rules.FlowFor(flow.Conversation{Team: t.ID})}, "Cores padrão: nenhum fluxo vale para este time"
	for _, f := range store.flows {
		title, href := flowview.Title(f.Queue, f.Kind, f.Name), flowview.QueuePath(f.Queue)
		if f.ID == applied.ID {
			name = title
		}
		for _, how := range namings(f.Flow, t.ID) {
			view.Named = append(view.Named, teamview.Named{Title: title, Href: href, How: how})
		}
	}
	view.Applies = teamview.AppliedFlow{Title: name, Href: flowview.QueuePath(flow.TeamQueue), Steps: flowview.Glance(applied, store.directory)}
	channels, err := q.Channels(ctx, t.Store)
	if err != nil {
		return err
	}
	for _, h := range channels {
		if h.Team == t.ID && h.Active {
			view.Channels = append(view.Channels, h.Name)
		}
	}
	view.Members, err = membersOf(ctx, q, t, store.directory)
	return err
}

// membersOf are a team's active sellers by name, with the other teams they are in.
func membersOf(ctx context.Context, q db.Queries, t db.Team, names flowview.Directory) ([]teamview.Member, error) {
	sellers, err := q.AllSellers(ctx, t.Store)
	var members []teamview.Member
	for _, p := range sellers {
		if p.Active && slices.Contains(p.Teams, t.ID) {
			members = append(members, teamview.Member{Name: p.Name, Teams: otherTeams(p, t.ID, names)})
		}
	}
	return members, err
}

// otherTeams are the names of the teams in use that a seller is in beside one.
func otherTeams(p db.Seller, but string, names flowview.Directory) (others []string) {
	for _, e := range flowview.Live(names.Teams) {
		if e.ID != but && slices.Contains(p.Teams, e.ID) {
			others = append(others, e.Name)
		}
	}
	return others
}
