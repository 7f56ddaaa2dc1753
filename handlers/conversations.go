package handlers

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/inboxview"
	"semaforo/views/layout"
	"semaforo/views/ui"
)

// The sizes of a page of the list, and of the list beside a conversation.
const (
	listSize   = 50
	besideSize = 30
)

// ListConversations is GET /conversas: the list, or its live part alone.
func (s *Server) ListConversations(c echo.Context) error {
	v := ViewerOf(c)
	f, err := filterOf(c)
	if err != nil {
		return err
	}
	part := wantsPart(c)
	size := listSize
	if f.Beside != "" && part {
		size = besideSize
	}
	var list inboxview.List
	var summary ui.Summary
	err = s.DB.Snapshot(c.Request().Context(), func(q db.Queries) (err error) {
		list, summary, err = s.inbox(c.Request().Context(), q, v, f, size, !part)
		return err
	})
	switch {
	case err != nil:
		return err
	case part && f.Beside != "":
		return renderPart(c, http.StatusOK, inboxview.BesidePart(list))
	case part:
		return renderPart(c, http.StatusOK, inboxview.ListPart(list))
	}
	list.Filter.Beside = ""
	page := s.frame(c, "Conversas", summary)
	page.Wide, page.Refresh, page.StreamURL = true, 60, StreamPath+"?tab="+f.Tab
	if page.Notice, err = s.stepsNotice(c.Request().Context(), v); err != nil {
		return err
	}
	return render(c, http.StatusOK, page, inboxview.ListPage(list))
}

// filterOf reads which conversations an address asks for.
func filterOf(c echo.Context) (inboxview.Filter, error) {
	var f inboxview.Filter
	if err := (&echo.DefaultBinder{}).BindQueryParams(c, &f); err != nil {
		return f, err
	}
	return f.Cleaned(ViewerOf(c).Role.Can(SeeAllConversations)), nil
}

var ranksOf = map[string][]int{
	inboxview.ColourRed: {db.RankRed}, inboxview.ColourYellow: {db.RankYellow}, inboxview.ColourGreen: {db.RankGreen},
}

// listQuery is what a filter means for a viewer. A cursor that nobody gave out is
// the list's beginning.
func listQuery(v *Viewer, f inboxview.Filter, limit int) db.ListQuery {
	q := db.ListQuery{
		Tab: db.Tab(f.Tab), Me: v.Seller, MyTeams: v.Teams, OnlyVisible: !v.Role.Can(SeeAllConversations),
		Ranks: ranksOf[f.Colour], Team: f.Team, Seller: f.Seller, ChannelID: f.Channel, Search: f.Search, Limit: limit,
	}
	if after, err := db.ParseCursor(f.After); err == nil && f.After != "" {
		q.After = after
	}
	if before, err := db.ParseCursor(f.Before); err == nil && f.Before != "" {
		q.Before = before
	}
	return q
}

// inbox reads a page of the list, in a fixed number of statements whatever it
// holds. The names to filter by are read for the whole page, or where a filter
// that is on must be named.
func (s *Server) inbox(ctx context.Context, q db.Queries, v *Viewer, f inboxview.Filter, limit int, whole bool) (inboxview.List, ui.Summary, error) {
	query := listQuery(v, f, limit)
	list := inboxview.List{Filter: f, SeesAll: v.Role.Can(SeeAllConversations), InTeams: len(v.Teams) > 0,
		ChatURL: "/chat/" + v.Store.Slug}
	page, err := q.ListConversations(ctx, v.Store.ID, query)
	if err != nil {
		return list, ui.Summary{}, err
	}
	counts, err := q.CountConversations(ctx, v.Store.ID, query)
	if err != nil {
		return list, ui.Summary{}, err
	}
	fill(&list, v, page, counts)
	if v.Role.Can(SeeTrouble) {
		aside, err := q.ListSetAside(ctx, v.Store.ID, db.MaxPage)
		if err != nil {
			return list, ui.Summary{}, err
		}
		list.SetAside = len(aside)
	}
	if whole || f.Team != "" || f.Seller != "" || f.Channel != "" {
		if err := options(ctx, q, v.Store.ID, &list); err != nil {
			return list, ui.Summary{}, err
		}
	}
	if !whole {
		return list, ui.Summary{}, nil
	}
	summary, err := summaryOf(ctx, q, v)
	return list, summary, err
}

func fill(list *inboxview.List, v *Viewer, page db.Page, counts db.Counts) {
	for _, r := range page.Rows {
		list.Rows = append(list.Rows, rowOf(v, r))
	}
	if page.Next != nil {
		list.Older = page.Next.String()
	}
	if page.Prev != nil {
		list.Newer = page.Prev.String()
	}
	list.Tabs = make(map[string]int, len(counts.Tabs))
	for tab, n := range counts.Tabs {
		list.Tabs[string(tab)] = n
	}
	list.Red, list.Yellow, list.Green = counts.Ranks[db.RankRed], counts.Ranks[db.RankYellow], counts.Ranks[db.RankGreen]
}

func rowOf(v *Viewer, r db.Row) inboxview.Row {
	return inboxview.Row{
		Conversation: r.Conversation.Conversation, Contact: r.ContactName, ChannelName: r.ChannelName,
		TeamName: r.TeamName, SellerName: r.SellerName, Mine: v.Seller != "" && r.Seller == v.Seller,
		LastText: r.LastText, LastFrom: r.LastTextFrom, D1: r.D1, D2: r.D2, NextType: r.NextType, NextAt: r.NextAt,
		SetAside: r.Attempts > 0 && v.Role.Can(SeeTrouble),
	}
}

// options are the names one can filter by.
func options(ctx context.Context, q db.Queries, store string, list *inboxview.List) error {
	teams, err := q.Teams(ctx, store)
	if err != nil {
		return err
	}
	sellers, err := q.AllSellers(ctx, store)
	if err != nil {
		return err
	}
	channels, err := q.Channels(ctx, store)
	if err != nil {
		return err
	}
	list.Teams, list.Sellers = teamOptions(teams, true), sellerOptions(sellers, true)
	for _, ch := range channels {
		list.Channels = append(list.Channels, ui.Option{Value: ch.ID, Label: ch.Name})
	}
	return nil
}

// teamOptions are teams to choose from; retired ones only where they may still
// hold something.
func teamOptions(teams []db.Team, retired bool) []ui.Option {
	var all []ui.Option
	for _, t := range teams {
		switch {
		case !t.Archived:
			all = append(all, ui.Option{Value: t.ID, Label: t.Name})
		case retired:
			all = append(all, ui.Option{Value: t.ID, Label: t.Name, Note: "arquivado"})
		}
	}
	return all
}

func sellerOptions(sellers []db.Seller, retired bool) []ui.Option {
	var all []ui.Option
	for _, p := range sellers {
		switch {
		case p.Active:
			all = append(all, ui.Option{Value: p.ID, Label: p.Name})
		case retired:
			all = append(all, ui.Option{Value: p.ID, Label: p.Name, Note: "inativo"})
		}
	}
	return all
}

// ShowConversation is GET /conversas/:id: the page, or its live parts alone.
func (s *Server) ShowConversation(c echo.Context) error {
	t, err := s.talk(c, c.Param("id"))
	switch {
	case err != nil && FailureOf(err).Status == http.StatusNotFound && wantsPart(c):
		return s.gone(c)
	case err != nil && FailureOf(err).Status == http.StatusNotFound:
		// The same words whether or not it exists: nobody learns which do.
		missing := NotFound()
		missing.Words = "Esta conversa não existe, ou está com outra pessoa ou outro time."
		return missing
	case err != nil:
		return err
	case wantsPart(c):
		return renderPart(c, http.StatusOK, inboxview.Parts(t.view, inboxview.Answer{}))
	}
	return s.showTalk(c, http.StatusOK, t, nil)
}

// gone answers the fetch of a conversation that its reader may not see any more.
func (s *Server) gone(c echo.Context) error {
	f, err := filterOf(c)
	if err != nil {
		return err
	}
	return renderPart(c, http.StatusNotFound, inboxview.Gone(f.URL()))
}

// showTalk answers the whole page of a conversation, with a dialog open over it
// where one is given.
func (s *Server) showTalk(c echo.Context, status int, t talk, dialog templ.Component) error {
	page := s.talkPage(c, t)
	page.Modal = dialog
	return render(c, status, page, inboxview.ConversationPage(t.view))
}

// talkPage is the frame of a conversation's page.
func (s *Server) talkPage(c echo.Context, t talk) layout.Page {
	page := s.frame(c, t.view.Title(), t.summary)
	page.Fill, page.StreamURL = true, StreamPath+"?conversation="+t.view.ID+"&tab="+t.view.Filter.Tab
	page.Back = t.view.URL()
	return page
}
