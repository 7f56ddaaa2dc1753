package handlers

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/views/inboxview"
	"semaforo/views/noticeview"
	"semaforo/views/ui"
)

// alertHolders are whose alerts a person gets: what they hold, what waits in their
// teams, and Aguardando, which anybody may assume. Managers also get those of what
// should have happened by itself and did not; the delays of others they see on the
// list.
func alertHolders(v *Viewer) []string {
	holders := []string{"waiting"}
	if v.Seller != "" {
		holders = append(holders, "seller:"+v.Seller)
	}
	for _, team := range v.Teams {
		holders = append(holders, "team:"+team)
	}
	if v.Role.Can(SeeAllConversations) {
		holders = append(holders, db.Managers)
	}
	return holders
}

const (
	// alertsBack is how far back a tab that returns is told of what it missed.
	alertsBack = 12 * time.Hour
	// alertsLooked is how many of the latest alerts are looked at.
	alertsLooked = 20
	// noAlert sorts before every alert's id.
	noAlert = "0"
)

// alerts is a tab's place among the alerts of those it listens for.
type alerts struct {
	viewer *Viewer
	last   string // the id of the latest one that was looked at
}

func newAlerts(v *Viewer) *alerts { return &alerts{viewer: v, last: noAlert} }

var alertID = regexp.MustCompile(`^[0-9a-f-]{1,36}$`)

// begin takes the place the tab had before its stream was lost; a new tab begins
// after what has already happened.
func (a *alerts) begin(ctx context.Context, q db.Queries, lastEventID string) error {
	if alertID.MatchString(lastEventID) {
		a.last = lastEventID
		return nil
	}
	last, err := q.LastAlert(ctx, a.viewer.Store.ID)
	if last != "" {
		a.last = last
	}
	return err
}

// event tells what is new, empty where nothing is.
func (a *alerts) event(ctx context.Context, s *Server) (string, error) {
	toast, err := a.take(ctx, s)
	if err != nil || toast == nil {
		return "", err
	}
	return named(ui.EventToast, a.last, ui.JSON(toast)), nil
}

// take is the toast that tells what is new, nil where nothing is: several at once
// are one. An alert that has been seen to meanwhile is not told.
func (a *alerts) take(ctx context.Context, s *Server) (*ui.Toast, error) {
	v := a.viewer
	now := s.Clock.Now()
	found, err := s.DB.Alerts(ctx, v.Store.ID, alertHolders(v), a.last, now.Add(-alertsBack), alertsLooked)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	a.last = found[len(found)-1].ID
	current, err := a.current(ctx, s, latestOf(found))
	if err != nil || len(current) == 0 {
		return nil, err
	}
	toast := alertToast(current, now)
	toast.Sound, err = a.sound(ctx, s, current)
	return &toast, err
}

// current keeps the alerts that still stand. Who is away has no part in what waits
// in their teams: they are not available.
func (a *alerts) current(ctx context.Context, s *Server, found []db.Alert) ([]alerted, error) {
	v := a.viewer
	var current []alerted
	away, asked := false, false
	for _, alert := range found {
		if strings.HasPrefix(alert.Holder, "team:") && !asked {
			seller, err := s.DB.Seller(ctx, v.Store.ID, v.Seller)
			if err != nil {
				return nil, err
			}
			away, asked = seller.Away, true
		}
		if away && strings.HasPrefix(alert.Holder, "team:") {
			continue
		}
		c, stands, err := scheduler.Standing(ctx, s.DB.Queries, alert)
		if err != nil {
			return nil, err
		}
		if stands {
			current = append(current, alerted{alert, c.WaitStart})
		}
	}
	return current, nil
}

// sound is what alerts sound like to the viewer at this moment; nil in silence.
func (a *alerts) sound(ctx context.Context, s *Server, all []alerted) (*ui.Sound, error) {
	v := a.viewer
	p, err := s.DB.NoticePreferences(ctx, v.Store.ID, v.User.ID)
	if err != nil || p.Quiet.Holds(s.Clock.Now().In(v.Location)) {
		return nil, err
	}
	step := 1
	if urgent(all) {
		step = 2
	}
	on, volume := p.Sound1, p.Volume1
	if step == 2 {
		on, volume = p.Sound2, p.Volume2
	}
	if !on || volume == 0 {
		return nil, nil
	}
	return &ui.Sound{ID: a.last, Step: step, Volume: volume}, nil
}

// alerted is an alert and since when its customer waits.
type alerted struct {
	db.Alert
	wait time.Time
}

// urgent reports whether one of them is more than a 1st alert.
func urgent(all []alerted) bool {
	return slices.ContainsFunc(all, func(a alerted) bool { return a.Kind != db.FirstAlert })
}

// latestOf keeps each conversation's last alert, in order.
func latestOf(all []db.Alert) []db.Alert {
	last := map[string]string{}
	for _, a := range all {
		last[a.Conversation] = a.ID
	}
	var kept []db.Alert
	for _, a := range all {
		if last[a.Conversation] == a.ID {
			kept = append(kept, a)
		}
	}
	return kept
}

// alertToast is “1º alerta: Maria espera há 5 min”.
func alertToast(all []alerted, now time.Time) ui.Toast {
	tone := ui.Yellow
	if urgent(all) {
		tone = ui.Red
	}
	told := make([]noticeview.Alert, len(all))
	for i, a := range all {
		told[i] = noticeview.Alert{Kind: string(a.Kind), Name: nameOr(a.ContactName), Wait: a.wait}
	}
	if len(all) == 1 {
		id := all[0].Conversation
		return ui.Toast{Tone: tone, Key: "alert-" + id, Text: noticeview.Sentence(told[0], now),
			Href: inboxview.Filter{}.ConversationURL(id), Link: "Abrir a conversa"}
	}
	return ui.Toast{Tone: tone, Key: "alerts", Text: noticeview.Several(len(all)) + ": " + noticeview.Names(told), Href: HomePath, Link: "Ver as conversas"}
}

func nameOr(name string) string {
	if name == "" {
		return "um cliente"
	}
	return name
}
