package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
	"semaforo/views/inboxview"
	"semaforo/views/reportview"
	"semaforo/views/ui"
)

// PanelPage is GET /painel.
func (s *Server) PanelPage(c echo.Context) error {
	return s.show(c, http.StatusOK, screen{title: "Painel", path: reportview.PanelPath, content: func() (templ.Component, error) {
		p, err := s.panel(c)
		return reportview.PanelPage(p), err
	}})
}

// PanelPart is GET /painel/parte: the panel alone, for a page that is open.
func (s *Server) PanelPart(c echo.Context) error {
	p, err := s.panel(c)
	if err != nil {
		return err
	}
	return renderPart(c, http.StatusOK, reportview.PanelPart(p))
}

// worstFirst is how many teams and sellers the panel names.
const worstFirst = 10

// panel reads the store's present, or one's own, in a fixed number of statements.
func (s *Server) panel(c echo.Context) (reportview.Panel, error) {
	ctx, v := c.Request().Context(), ViewerOf(c)
	p := reportview.Panel{Own: !v.Role.Can(SeeReports)}
	err := s.DB.Snapshot(ctx, func(q db.Queries) error {
		deeds, err := q.Deeds(ctx, v.Store.ID, todaysDeeds(v))
		if err != nil {
			return err
		}
		p.Today = todaysStats(deeds)
		if p.Own {
			return ownPanel(ctx, q, v, &p)
		}
		return wholePanel(ctx, q, v, &p)
	})
	return p, err
}

// todaysDeeds are the deeds since the store's midnight that concern the viewer.
func todaysDeeds(v *Viewer) db.DeedQuery {
	day := v.Now.In(v.Location).Format(time.DateOnly)
	d := db.DeedQuery{Period: db.Period{From: day, To: day}}
	if !v.Role.Can(SeeReports) {
		d.Kind, d.ID = db.OfSeller, ownSeller(v)
	}
	return d
}

// ownSeller is the viewer's seller; who is none has no figures.
func ownSeller(v *Viewer) string { return cmp.Or(v.Seller, "-") }

func todaysStats(deeds []db.DeedSum) []ui.StatProps {
	count := countDeeds(deeds)
	var stats []ui.StatProps
	for _, one := range []struct {
		kind  db.DeedKind
		label string
		icon  ui.IconName
	}{
		{db.DeedAnswered, "Respostas", ui.IconSend}, {db.DeedAlert1, "1º alerta", ui.IconAlertOne}, {db.DeedAlert2, "2º alerta", ui.IconAlertTwo},
		{db.DeedMoved, "Ações dos fluxos", ui.IconShuffle}, {db.DeedSkipped, "Ações puladas", ui.IconSplit}, {db.DeedTimedOut, "Encerradas sozinhas", ui.IconTimer},
		{db.DeedClosed, "Finalizadas", ui.IconArchive}, {db.DeedPostponed, "Adiadas", ui.IconSnooze},
	} {
		stats = append(stats, ui.StatProps{ID: "today-" + string(one.kind), Label: one.label, Value: ui.Number(count[one.kind]), Icon: one.icon})
	}
	return stats
}

func countDeeds(deeds []db.DeedSum) map[db.DeedKind]int {
	count := map[db.DeedKind]int{}
	for _, d := range deeds {
		count[d.Kind] += int(d.N)
	}
	return count
}

// ownPanel shows what a seller holds, and the waits in it.
func ownPanel(ctx context.Context, q db.Queries, v *Viewer, p *reportview.Panel) error {
	counts, err := q.CountConversations(ctx, v.Store.ID, db.ListQuery{Tab: db.TabMine, Me: v.Seller, MyTeams: v.Teams, OnlyVisible: true})
	if err != nil {
		return err
	}
	p.Queues = []reportview.QueueLine{{Name: "Suas conversas", Href: HomePath + "?tab=" + inboxview.TabMine, Tally: tallyOf(counts.Ranks)}}
	waits, err := q.WorstWaits(ctx, v.Store.ID, ownSeller(v))
	p.Sellers = worst(waits, func(w db.Waiting) string { return w.Seller }, func(string) (string, string) {
		return "Suas conversas", HomePath + "?tab=" + inboxview.TabMine
	})
	return err
}

func wholePanel(ctx context.Context, q db.Queries, v *Viewer, p *reportview.Panel) error {
	counts, err := q.CountByQueue(ctx, v.Store.ID)
	if err != nil {
		return err
	}
	for _, queue := range flow.Queues {
		p.Queues = append(p.Queues, reportview.QueueLine{Name: flowview.QueueWord(queue), Href: flowview.QueuePath(queue), Tally: tallyOf(counts[queue])})
	}
	waits, err := q.WorstWaits(ctx, v.Store.ID, "")
	if err != nil {
		return err
	}
	names, err := readNames(ctx, q, v.Store.ID)
	p.Teams = worst(waits, func(w db.Waiting) string { return w.Team }, func(id string) (string, string) {
		return names.team(id), HomePath + "?tab=all&team=" + id
	})
	p.Sellers = worst(waits, func(w db.Waiting) string { return w.Seller }, func(id string) (string, string) {
		return names.seller(id), HomePath + "?tab=all&seller=" + id
	})
	return err
}

// worst are the holders with the longest waits, by whom they are of; nobody's waits
// are left out.
func worst(waits []db.Waiting, of func(db.Waiting) string, named func(id string) (name, href string)) []reportview.Wait {
	by := map[string]*reportview.Wait{}
	ranks := map[string]int{}
	for _, w := range waits {
		id := of(w)
		if id == "" {
			continue
		}
		sum := by[id]
		if sum == nil {
			sum = &reportview.Wait{Since: w.Since}
			sum.Name, sum.Href = named(id)
			by[id], ranks[id] = sum, w.Rank
		}
		sum.N += w.N
		ranks[id] = min(ranks[id], w.Rank)
		sum.State = stateOfRank[ranks[id]]
		if w.Since.Before(sum.Since) {
			sum.Since = w.Since
		}
	}
	all := make([]reportview.Wait, 0, len(by))
	for _, w := range by {
		all = append(all, *w)
	}
	slices.SortFunc(all, func(a, b reportview.Wait) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Name, b.Name)) })
	return all[:min(len(all), worstFirst)]
}

var stateOfRank = map[int]ui.State{db.RankRed: ui.LastLate, db.RankYellow: ui.FirstLate, db.RankGreen: ui.OnTime}

// names are what reports call teams, sellers, flows and people.
type names struct {
	teams, sellers, flows, users map[string]string
}

func readNames(ctx context.Context, q db.Queries, store string) (n names, err error) {
	n = names{map[string]string{}, map[string]string{}, map[string]string{flow.DefaultFlow: "Cores padrão"}, nil}
	teams, err := q.Teams(ctx, store)
	if err != nil {
		return n, err
	}
	for _, t := range teams {
		n.teams[t.ID] = t.Name
	}
	sellers, err := q.AllSellers(ctx, store)
	if err != nil {
		return n, err
	}
	for _, s := range sellers {
		n.sellers[s.ID] = s.Name
	}
	flows, err := q.Flows(ctx, store)
	if err != nil {
		return n, err
	}
	for _, f := range flows {
		n.flows[f.ID] = flowview.TitleOf(f.Kind, f.Name) + " · " + flowview.QueueWord(f.Queue)
	}
	n.users, err = q.UserNames(ctx, store)
	return n, err
}

func (n names) team(id string) string   { return cmp.Or(n.teams[id], "Sem time") }
func (n names) seller(id string) string { return cmp.Or(n.sellers[id], "Ninguém") }
func (n names) flow(id string) string   { return cmp.Or(n.flows[id], "Fluxo excluído") }
func (n names) user(id string) string   { return cmp.Or(n.users[id], "Pela API ou por quem já saiu") }

// percent is a share in words, "—" of nothing.
func percent(n, all int) string {
	if all == 0 {
		return "—"
	}
	return strconv.Itoa((200*n+all)/(2*all)) + " %"
}
