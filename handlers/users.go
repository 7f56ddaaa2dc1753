package handlers

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/inboxview"
	"semaforo/views/ui"
	"semaforo/views/userview"
)

// peopleSize is the size of a page of Usuários.
const peopleSize = 50

// ListUsers is Usuários, or its live part alone.
func (s *Server) ListUsers(c echo.Context) error {
	if !wantsPart(c) {
		return s.show(c, http.StatusOK, s.usersScreen(c))
	}
	list, err := s.userList(c, userFilter(c))
	if err != nil {
		return err
	}
	return renderPart(c, http.StatusOK, userview.ListPart(list))
}

// usersScreen is the list as the reader left it.
func (s *Server) usersScreen(c echo.Context) screen {
	f := userFilter(c)
	return screen{title: "Usuários", path: f.URL(), content: func() (templ.Component, error) {
		list, err := s.userList(c, f)
		return userview.ListPage(list), err
	}}
}

// userFilter reads which people an address asks for: the request's own, or that of
// the list over which a panel or dialog is open.
func userFilter(c echo.Context) userview.Filter {
	values := c.QueryParams()
	if c.Request().URL.Path != UsersPath {
		values = nil
		if at, err := url.Parse(c.Request().Header.Get("HX-Current-URL")); err == nil && at.Path == UsersPath {
			values = at.Query()
		}
	}
	get := func(name string) string {
		if value := values.Get(name); isPlainText(value) {
			return value
		}
		return ""
	}
	return userview.Filter{Tab: get("tab"), Search: get("q"), Team: get("team"), Role: get("role"), Presence: get("presence"),
		After: get("after"), Before: get("before")}.Cleaned()
}

func (s *Server) userList(c echo.Context, f userview.Filter) (list userview.List, err error) {
	ctx, v := c.Request().Context(), ViewerOf(c)
	list = userview.List{Filter: f, CanManage: v.Role.Can(ManagePeople)}
	err = s.DB.Snapshot(ctx, func(q db.Queries) error {
		counts, err := q.CountPeople(ctx, v.Store.ID, s.Clock.SeenSince(v.Now))
		if err != nil {
			return err
		}
		list.Counts = userview.Counts{Active: counts.Active, Invited: counts.Invited, Disabled: counts.Disabled, Available: counts.Available, Away: counts.Away}
		teams, err := q.Teams(ctx, v.Store.ID)
		if err != nil {
			return err
		}
		list.Teams = liveTeams(teams)
		if f.Tab == userview.TabInvites {
			return s.listInvites(ctx, q, v, teams, &list)
		}
		return s.listPeople(ctx, q, v, teams, &list)
	})
	return list, err
}

func (s *Server) listPeople(ctx context.Context, q db.Queries, v *Viewer, teams []db.Team, list *userview.List) error {
	f := list.Filter
	query := db.PeopleQuery{Disabled: f.Tab == userview.TabDisabled, Search: f.Search, Team: f.Team, Role: db.Role(f.Role),
		Presence: db.Presence(f.Presence), Since: s.Clock.SeenSince(v.Now), After: placeIn(f.After), Before: placeIn(f.Before)}
	people, err := q.People(ctx, v.Store.ID, query, peopleSize+1)
	if err != nil {
		return err
	}
	people, list.Newer, list.Older = pageOf(people, peopleSize, f, func(c db.Colleague) string { return cursorOf(c.Key().Key, c.Key().ID) })
	sellers := make([]string, len(people))
	for i, p := range people {
		sellers[i] = p.Seller
	}
	ranks, err := q.RanksOf(ctx, v.Store.ID, sellers...)
	for _, p := range people {
		list.Rows = append(list.Rows, s.userRow(v, p, ranks[p.Seller], teams))
	}
	return err
}

func (s *Server) userRow(v *Viewer, p db.Colleague, ranks db.Ranks, teams []db.Team) userview.Row {
	return userview.Row{ID: p.User, Name: p.As.Name, Login: p.Person.Login, Role: string(p.Role), Teams: teamNames(teams, p.As.Teams),
		Presence: ui.Presence(p.As.Presence(s.Clock.SeenSince(v.Now))), SeenAt: p.As.SeenAt, Open: ranks.Total(), Red: ranks[db.RankRed],
		Conversations: inboxview.Filter{Tab: inboxview.TabAll, Seller: p.Seller}.URL(), Self: p.User == v.User.ID,
		Blocked: p.Person.Disabled, MustChange: p.Person.MustChangePassword}
}

// pageOf is a page of rows that were read one further than its size, and the places
// of the pages around it.
func pageOf[T any](rows []T, size int, f userview.Filter, key func(T) string) (page []T, newer, older string) {
	more := len(rows) > size
	switch {
	case more && f.Before != "":
		rows = rows[len(rows)-size:]
	case more:
		rows = rows[:size]
	}
	if len(rows) == 0 {
		return rows, "", ""
	}
	if f.After != "" || f.Before != "" && more {
		newer = key(rows[0])
	}
	if f.Before != "" || more {
		older = key(rows[len(rows)-1])
	}
	return rows, newer, older
}

// placeIn is the place that an address names; the list's beginning for none.
func placeIn(cursor string) db.NameKey {
	if parts := cursorParts(cursor, 2); parts != nil {
		return db.NameKey{Key: parts[0], ID: parts[1]}
	}
	return db.NameKey{}
}

// cursorParts are what a cursor was made of; nil for what is none.
func cursorParts(cursor string, n int) []string {
	var parts []string
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || json.Unmarshal(raw, &parts) != nil || len(parts) != n {
		return nil
	}
	for _, part := range parts {
		if !isPlainText(part) {
			return nil
		}
	}
	return parts
}

func liveTeams(teams []db.Team) []ui.Option {
	var options []ui.Option
	for _, t := range teams {
		if !t.Archived {
			options = append(options, ui.Option{Value: t.ID, Label: t.Name})
		}
	}
	return options
}

// teamNames are the names of some teams, in the order of names.
func teamNames(teams []db.Team, ids []string) []string {
	var names []string
	for _, t := range teams {
		if slices.Contains(ids, t.ID) {
			names = append(names, t.Name)
		}
	}
	return names
}
