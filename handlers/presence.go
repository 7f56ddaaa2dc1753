package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/presenceview"
)

// SetPresence is POST /presenca: whether one is there, by one's own word.
func (s *Server) SetPresence(c echo.Context) error {
	away, err := strconv.ParseBool(c.FormValue("away"))
	if err != nil {
		return BadRequest("away", "away is true or false", "")
	}
	v := ViewerOf(c)
	if err := s.Door.SetAway(c.Request().Context(), v.Store.ID, v.Seller, away); err != nil {
		return err
	}
	if wantsPart(c) {
		return renderPart(c, http.StatusOK, presenceview.Control(presenceview.Own{Away: away}))
	}
	return c.Redirect(http.StatusSeeOther, cameFrom(c))
}

// OwnPresence is GET /presenca/minha: the control at the sidebar's foot, for a tab
// that is open.
func (s *Server) OwnPresence(c echo.Context) error {
	return renderPart(c, http.StatusOK, presenceview.Control(presenceview.Own{Away: ViewerOf(c).Away}))
}

// PresencePage is GET /presenca: who is there, by team.
func (s *Server) PresencePage(c echo.Context) error {
	p, err := s.presence(c)
	if err != nil {
		return err
	}
	if wantsPart(c) {
		return renderPart(c, http.StatusOK, presenceview.List(p))
	}
	page, err := s.page(c, "Equipe")
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, page, presenceview.TeamPage(p))
}

func (s *Server) presence(c echo.Context) (presenceview.Page, error) {
	ctx, v := c.Request().Context(), ViewerOf(c)
	var r roster
	err := s.DB.Snapshot(ctx, func(q db.Queries) (err error) {
		r, err = readRoster(ctx, q, v.Store.ID)
		return err
	})
	if err != nil {
		return presenceview.Page{}, err
	}
	only := presenceview.State(c.QueryParam("estado"))
	if !slices.Contains(presenceview.States, only) {
		only = ""
	}
	number, err := strconv.Atoi(c.QueryParam("pagina"))
	if err != nil {
		number = 1
	}
	return paged(r.page(s.Clock.SeenSince(v.Now), only), number), nil
}

// presenceLines is how many sellers are shown at once: the page asks again whenever
// anything changes.
const presenceLines = 100

// paged leaves the lines of one page, the last one where there are not so many. A
// team without sellers is a line; one that goes on on the next page is on both.
func paged(p presenceview.Page, number int) presenceview.Page {
	lines := 0
	for _, t := range p.Teams {
		lines += max(1, len(t.Sellers))
	}
	p.Number = max(1, min(number, (lines+presenceLines-1)/presenceLines))
	from, to := (p.Number-1)*presenceLines, p.Number*presenceLines
	p.More = lines > to
	var shown []presenceview.Team
	first := 0
	for _, t := range p.Teams {
		within := func(line int) int { return max(0, min(line-first, len(t.Sellers))) }
		next := first + max(1, len(t.Sellers))
		if next > from && first < to {
			t.Sellers = t.Sellers[within(from):within(to)]
			shown = append(shown, t)
		}
		first = next
	}
	p.Teams = shown
	return p
}

// roster is what the page is drawn from.
type roster struct {
	teams   []db.Team
	sellers []db.Seller
	ranks   map[string]db.Ranks
}

func readRoster(ctx context.Context, q db.Queries, store string) (r roster, err error) {
	if r.teams, err = q.Teams(ctx, store); err != nil {
		return r, err
	}
	if r.sellers, err = q.AllSellers(ctx, store); err != nil {
		return r, err
	}
	r.sellers = slices.DeleteFunc(r.sellers, func(s db.Seller) bool { return !s.Active })
	r.ranks, err = q.RanksBySeller(ctx, store)
	return r, err
}

// page has a card for each team in use, and one for those who are in none.
func (r roster) page(since time.Time, only presenceview.State) presenceview.Page {
	p := presenceview.Page{Counts: map[presenceview.State]int{}, Only: only}
	index := map[string]int{}
	for _, t := range r.teams {
		if !t.Archived {
			index[t.ID] = len(p.Teams)
			p.Teams = append(p.Teams, presenceview.Team{ID: t.ID, Name: t.Name})
		}
	}
	nobody := len(p.Teams)
	p.Teams = append(p.Teams, presenceview.Team{Name: "Sem time"})
	for _, seller := range r.sellers {
		line := r.line(seller, since)
		p.Counts[line.State]++
		in := 0
		for _, team := range seller.Teams {
			if i, used := index[team]; used {
				join(&p.Teams[i], line, only)
				in++
			}
		}
		if in == 0 {
			join(&p.Teams[nobody], line, only)
		}
	}
	p.Teams = slices.DeleteFunc(p.Teams, func(t presenceview.Team) bool {
		return len(t.Sellers) == 0 && (only != "" || t.ID == "")
	})
	return p
}

func join(t *presenceview.Team, line presenceview.Seller, only presenceview.State) {
	t.All++
	if line.State == presenceview.Available {
		t.Available++
	}
	if only == "" || only == line.State {
		t.Sellers = append(t.Sellers, line)
	}
}

var presenceStates = map[db.Presence]presenceview.State{db.PresenceAvailable: presenceview.Available,
	db.PresenceAway: presenceview.Away, db.PresenceOffline: presenceview.Offline}

func (r roster) line(seller db.Seller, since time.Time) presenceview.Seller {
	ranks := r.ranks[seller.ID]
	return presenceview.Seller{ID: seller.ID, Name: seller.Name, State: presenceStates[seller.Presence(since)],
		Since: seller.PresentAt(since), External: seller.User == "",
		Red: ranks[db.RankRed], Yellow: ranks[db.RankYellow], Green: ranks[db.RankGreen],
		Rest: ranks.Total() - ranks[db.RankRed] - ranks[db.RankYellow] - ranks[db.RankGreen]}
}

// leave has a seller offline at once when who signs out has no other session.
func (s *Server) leave(ctx context.Context, v *Viewer) error {
	sessions, err := s.DB.UserSessions(ctx, v.User.ID, s.Real())
	if err != nil || slices.ContainsFunc(sessions, func(x db.UserSession) bool { return x.Store == v.Store.ID && x.IDHash != v.Session }) {
		return err
	}
	return s.Door.Gone(ctx, v.Store.ID, v.Seller)
}
