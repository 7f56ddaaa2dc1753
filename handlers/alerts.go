package handlers

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/inboxview"
	"semaforo/views/ui"
)

// alertHolders are whose alerts a person gets: what they hold, what waits in their
// teams, and Aguardando, which anybody may assume. Managers get no more than that:
// the rest of the store they see on the list.
func alertHolders(v *Viewer) []string {
	holders := []string{"waiting"}
	if v.Seller != "" {
		holders = append(holders, "seller:"+v.Seller)
	}
	for _, team := range v.Teams {
		holders = append(holders, "team:"+team)
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

// take is the event that tells what is new, empty where nothing is: several at
// once are one toast. An alert that has been seen to meanwhile is not told.
func (a *alerts) take(ctx context.Context, s *Server) (string, error) {
	v := a.viewer
	now := s.Clock.Now()
	found, err := s.DB.Alerts(ctx, v.Store.ID, alertHolders(v), a.last, now.Add(-alertsBack), alertsLooked)
	if err != nil || len(found) == 0 {
		return "", err
	}
	a.last = found[len(found)-1].ID
	var current []alerted
	for _, alert := range latestOf(found) {
		c, err := s.DB.Conversation(ctx, v.Store.ID, alert.Conversation)
		if errors.Is(err, db.ErrNotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		if stands(alert, c) {
			current = append(current, alerted{alert, c.WaitStart})
		}
	}
	if len(current) == 0 {
		return "", nil
	}
	return named(ui.EventToast, a.last, ui.JSON(alertToast(current, now))), nil
}

// alerted is an alert and since when its customer waits.
type alerted struct {
	db.Alert
	wait time.Time
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

// stands reports whether an alert is still somebody's business: the customer
// waits, where and in the colour it was given for.
func stands(a db.Alert, c db.Conversation) bool {
	level := flow.Yellow
	if a.Level == 2 {
		level = flow.Red
	}
	return c.IsOpen() && c.Waiting() && c.Holder() == a.Holder && !c.Level.Below(level)
}

// alertToast is “1º alerta: Maria espera há 5 min”.
func alertToast(all []alerted, now time.Time) ui.Toast {
	tone := ui.Yellow
	for _, a := range all {
		if a.Level == 2 {
			tone = ui.Red
		}
	}
	first := all[0]
	if len(all) == 1 {
		return ui.Toast{Tone: tone, Key: "alert-" + first.Conversation,
			Text: strconv.Itoa(first.Level) + "º alerta: " + nameOr(first.ContactName) + " espera há " + ui.For(now, first.wait),
			Href: inboxview.Filter{}.ConversationURL(first.Conversation), Link: "Abrir a conversa"}
	}
	text := ui.Number(len(all)) + " conversas em alerta: " + nameOr(first.ContactName)
	if rest := len(all) - 2; rest > 0 {
		text += ", " + nameOr(all[1].ContactName) + " e mais " + ui.Number(rest)
	} else {
		text += " e " + nameOr(all[1].ContactName)
	}
	return ui.Toast{Tone: tone, Key: "alerts", Text: text, Href: HomePath, Link: "Ver as conversas"}
}

func nameOr(name string) string {
	if name == "" {
		return "um cliente"
	}
	return name
}
