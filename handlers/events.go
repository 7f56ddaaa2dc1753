package handlers

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/views/flowview"
	"semaforo/views/inboxview"
	"semaforo/views/presenceview"
	"semaforo/views/ui"
)

// A stream's times, in real seconds whatever the program's clock does.
const (
	heartbeat = 20 * time.Second
	// lifetime bounds a stream, give or take a tenth, so that whoever is signed in
	// is looked up anew and streams do not all end at once.
	lifetime = 20 * time.Minute
	// streamGap is the least time between two rounds that have the page ask for
	// something: a busy store is told as one. A round that has not costs little and
	// must not hold back one that has.
	streamGap = 250 * time.Millisecond
	quietGap  = streamGap / 5
	// elsewhere is how long a list may be behind with what its tab only counts, and
	// up to half as long again, so that a whole shop's pages do not ask at once.
	elsewhere = 2 * time.Second
	// writeWithin is how long a reader may take for what is written.
	writeWithin = 10 * time.Second
)

// Events is GET /eventos: the live stream of one tab. It only says what to look
// at again; the page fetches its own view of it. It ends with the request, the
// session, the server (the hub is closed) or its lifetime, and the page comes back.
func (s *Server) Events(c echo.Context) error {
	v := ViewerOf(c)
	ctx := c.Request().Context()
	scopes, err := s.scopesOf(ctx, v, c.QueryParam("conversation"))
	if err != nil {
		return err
	}
	// Watching begins before anything is read: what happens in between is told.
	w := s.Hub.Watch(v.Store.ID, scopes...)
	defer w.Close()
	// Echo's own Flush tells of no error.
	st := &stream{server: s, viewer: v, out: c.Response().Writer, alerts: newAlerts(v), shown: shownOn(v, c.QueryParam("tab"))}
	if err := st.alerts.begin(ctx, s.DB.Queries, c.Request().Header.Get("Last-Event-ID")); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	c.Response().WriteHeader(http.StatusOK)
	if store := c.QueryParam("store"); store != "" && store != v.Store.ID {
		err = st.write(named(ui.EventLeft, "", ""))
	} else {
		err = st.run(ctx, w)
	}
	if err != nil && ctx.Err() == nil {
		s.Log.Debug("stream ended", "user", v.User.ID, "error", err)
	}
	return nil // the answer has begun: nobody can be told
}

// scopesOf are the scopes a viewer may hear: what they may see, their own alerts,
// and the conversation that is open, if it is theirs to see.
func (s *Server) scopesOf(ctx context.Context, v *Viewer, open string) ([]string, error) {
	scopes := []string{scheduler.ScopeStore, scheduler.SessionScope(v.Session), scheduler.UserScope(v.User.ID), scheduler.SellerScope(v.Seller)}
	if v.Role.Can(SeePeople) {
		scopes = append(scopes, scheduler.ScopePresence)
	}
	for _, holder := range alertHolders(v) {
		scopes = append(scopes, scheduler.AlertScope(holder))
	}
	holders, all := HoldersOf(v)
	if all {
		scopes = append(scopes, scheduler.ScopeAll)
		holders = []string{"seller:" + v.Seller}
	}
	for _, holder := range holders {
		scopes = append(scopes, scheduler.HolderScope(holder))
	}
	if open == "" {
		return scopes, nil
	}
	c, err := s.DB.Conversation(ctx, v.Store.ID, open)
	if errors.Is(err, db.ErrNotFound) || err == nil && !CanSee(v, c) {
		return scopes, nil // the page says itself that it is gone
	}
	return append(scopes, scheduler.ConversationScope(open)), err
}

// stream writes what became dirty to one tab.
type stream struct {
	server *Server
	viewer *Viewer
	out    http.ResponseWriter
	alerts *alerts
	told   *ui.Summary      // what the tab was told last
	shown  string           // the prefix of the scopes whose rows the page shows
	owed   <-chan time.Time // when to tell of others; nil: nothing happened there
}

// shownOn is the prefix of the scopes whose rows a tab of the list shows; empty
// where they may be anybody's.
func shownOn(v *Viewer, tab string) string {
	_, all := HoldersOf(v) // who watches the whole store hears no queue's name
	switch {
	case tab == inboxview.TabMine:
		return scheduler.HolderScope("seller:" + v.Seller)
	case tab == inboxview.TabTeams && !all:
		return scheduler.HolderScope("team:")
	case tab == inboxview.TabWaiting && !all:
		return scheduler.HolderScope("waiting")
	}
	return ""
}

var errSignedOut = errors.New("the session ended or its rights changed")

// run writes until there is a reason to end, which it returns; nil where the end
// is nobody's fault.
func (st *stream) run(ctx context.Context, w *scheduler.Watcher) error {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	end := time.NewTimer(lifetime + rand.N(lifetime/5) - lifetime/10)
	defer end.Stop()
	if err := st.hello(ctx); err != nil {
		return err
	}
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-end.C:
			return nil
		case <-beat.C:
			if err = st.beat(ctx); err == nil {
				err = st.write(": \n\n")
			}
		case <-st.owed:
			st.owed = nil
			err = st.write(named(inboxview.EventList, "", ""))
		case _, open := <-w.C:
			if !open {
				return nil
			}
			gap := quietGap
			dirty := w.Take()
			if st.shows(dirty) {
				gap = streamGap
			}
			if err = st.tell(ctx, dirty); err == nil {
				err = rest(ctx, gap)
			}
		}
		if err != nil {
			return err
		}
	}
}

// hello sets the tab's clock, title and favicon, and what it missed.
func (st *stream) hello(ctx context.Context) error {
	clock := ui.ClockEvent{Now: st.server.Clock.Now().UnixMilli(), Speed: st.server.Clock.Speed}
	summary, err := st.summary(ctx)
	if err != nil {
		return err
	}
	missed, err := st.alerts.event(ctx, st.server)
	if err != nil {
		return err
	}
	return st.write(named(ui.EventClock, "", ui.JSON(clock)) + summary + missed + "id: " + st.alerts.last + "\n\n")
}

// tell puts dirty scopes into events.
func (st *stream) tell(ctx context.Context, dirty []string) error {
	var text strings.Builder
	own := scheduler.HolderScope("seller:" + st.viewer.Seller)
	store, conversation := slices.Contains(dirty, scheduler.ScopeStore), hasPrefix(dirty, scheduler.ConversationScope(""))
	if store || slices.Contains(dirty, scheduler.SessionScope(st.viewer.Session)) || slices.Contains(dirty, scheduler.UserScope(st.viewer.User.ID)) {
		if _, err := st.stillAllowed(ctx); err != nil {
			return err
		}
	}
	if store {
		text.WriteString(named(flowview.EventStore, "", ""))
	}
	switch {
	case st.lists(dirty):
		text.WriteString(named(inboxview.EventList, "", ""))
		st.owed = nil
	case changed(dirty) && st.owed == nil:
		st.owed = time.After(elsewhere + rand.N(elsewhere/2))
	}
	if slices.Contains(dirty, scheduler.ScopePresence) {
		text.WriteString(named(presenceview.EventPresence, "", ""))
	}
	if slices.Contains(dirty, scheduler.SellerScope(st.viewer.Seller)) {
		text.WriteString(named(presenceview.EventOwn, "", ""))
	}
	if store || conversation {
		text.WriteString(named(inboxview.EventConversation, "", ""))
	}
	if store || slices.Contains(dirty, own) {
		summary, err := st.summary(ctx)
		if err != nil {
			return err
		}
		text.WriteString(summary)
	}
	if hasPrefix(dirty, scheduler.AlertScope("")) {
		toasts, err := st.alerts.event(ctx, st.server)
		if err != nil {
			return err
		}
		text.WriteString(toasts)
	}
	return st.write(text.String())
}

// shows reports whether dirty scopes have the page ask for something at once.
func (st *stream) shows(dirty []string) bool {
	return st.lists(dirty) || hasPrefix(dirty, scheduler.ConversationScope(""))
}

// lists reports whether they are of rows that the page shows.
func (st *stream) lists(dirty []string) bool {
	return slices.Contains(dirty, scheduler.ScopeStore) || changed(dirty) && (st.shown == "" || hasPrefix(dirty, st.shown))
}

// changed reports whether any conversation's row is among dirty scopes.
func changed(dirty []string) bool {
	return hasPrefix(dirty, scheduler.HolderScope("")) || slices.Contains(dirty, scheduler.ScopeAll)
}

func hasPrefix(scopes []string, prefix string) bool {
	return slices.ContainsFunc(scopes, func(scope string) bool { return strings.HasPrefix(scope, prefix) })
}

// summary is the event of what a tab tells, empty where it has not changed.
func (st *stream) summary(ctx context.Context) (string, error) {
	now, err := summaryOf(ctx, st.server.DB.Queries, st.viewer)
	if err != nil || st.told != nil && *st.told == now {
		return "", err
	}
	st.told = &now
	return named(ui.EventSummary, "", ui.JSON(now)), nil
}

// beat looks whether the tab may stay, and is a sign that its seller is there. The
// first sign is the request itself.
func (st *stream) beat(ctx context.Context) error {
	seller, err := st.stillAllowed(ctx)
	if err != nil {
		return err
	}
	return st.server.Door.Seen(ctx, seller.Store, seller.ID, seller.SeenAt)
}

// stillAllowed looks up whether the session is alive with the rights the stream
// was opened with, and returns its seller. A change ends the stream: the page
// reconnects with the new rights, or is sent to sign in.
func (st *stream) stillAllowed(ctx context.Context) (db.Seller, error) {
	v := st.viewer
	now, err := st.server.DB.SignedIn(ctx, v.Session, st.server.Real())
	if errors.Is(err, db.ErrNotFound) {
		return db.Seller{}, errSignedOut
	}
	if err != nil {
		return db.Seller{}, err
	}
	seller, err := st.server.DB.Seller(ctx, v.Store.ID, v.Seller)
	if err != nil {
		return seller, err
	}
	if Owes(now) != "" || Role(now.Member.Role) != v.Role || now.Member.Store != v.Store.ID || !slices.Equal(seller.Teams, v.Teams) {
		return seller, errSignedOut
	}
	return seller, nil
}

// write sends text at once. A reader that takes too long has gone.
func (st *stream) write(text string) error {
	if text == "" {
		return nil
	}
	conn := http.NewResponseController(st.out)
	if err := conn.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := st.out.Write([]byte(text)); err != nil {
		return err
	}
	return conn.Flush()
}

// named is one event of the stream; data is one line.
func named(event, id, data string) string {
	text := "event: " + event + "\ndata: " + data + "\n"
	if id != "" {
		text += "id: " + id + "\n"
	}
	return text + "\n"
}

func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// resting is what a tab tells while its stream rests: the summary, and the alerts
// after the last one it knows, if there are any.
type resting struct {
	ui.Summary
	Last  string    `json:"last"`
	Toast *ui.Toast `json:"toast,omitempty"`
}

// Summary is GET /resumo: what a tab tells while its stream rests. after is the id
// of the last alert it knows.
func (s *Server) Summary(c echo.Context) error {
	v, ctx := ViewerOf(c), c.Request().Context()
	summary, err := summaryOf(ctx, s.DB.Queries, v)
	if err != nil {
		return err
	}
	news := newAlerts(v)
	if err := news.begin(ctx, s.DB.Queries, c.QueryParam("after")); err != nil {
		return err
	}
	toast, err := news.take(ctx, s)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, []byte(ui.JSON(resting{summary, news.last, toast})))
}
