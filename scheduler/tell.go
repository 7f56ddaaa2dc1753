package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"semaforo/db"
	"semaforo/views/noticeview"
)

// After so long a notice is of no use any more.
const (
	pushLife = 10 * time.Minute
	mailLife = time.Hour
)

// told is what a person is to be told at this moment.
type told struct {
	alerts        []noticeview.Alert
	conversations []string
}

// check looks again, right before something is sent, at what it was to tell: what
// has been answered meanwhile is not told, nor what no longer concerns this person.
// With nothing left it returns why.
func (s *Scheduler) check(ctx context.Context, o db.Outgoing, n note, life time.Duration, wants func(db.NoticePreferences, db.AlertKind) bool) (t told, needless string, err error) {
	now := s.clock.Now()
	if now.Sub(o.CreatedAt) > s.clock.fast(life) {
		return t, needlessLate, nil
	}
	loc, err := zone(ctx, s.db.Queries, o.Store)
	if err != nil {
		return t, "", err
	}
	needless = needlessOver
	for _, a := range n.Alerts {
		people, err := s.db.Recipients(ctx, o.Store, a.Holder, s.clock.SeenSince(now), n.User)
		if err != nil {
			return t, "", err
		}
		switch {
		case len(people) == 0 || !wants(people[0].Preferences, a.Kind):
			needless = needlessNobody
			continue
		case people[0].Preferences.Quiet.Holds(now.In(loc)):
			return t, needlessQuiet, nil
		}
		c, stands, err := Standing(ctx, s.db.Queries, a.alert(o.Store))
		if err != nil {
			return t, "", err
		}
		if !stands {
			continue
		}
		alert := noticeview.Alert{Kind: string(a.Kind), Wait: c.WaitStart}
		if people[0].Preferences.ShowName {
			customer, err := s.db.Contact(ctx, o.Store, c.ContactID)
			if err != nil {
				return t, "", err
			}
			alert.Name = customer.Name
		}
		t.alerts, t.conversations = append(t.alerts, alert), append(t.conversations, a.Conversation)
	}
	if len(t.alerts) > 0 {
		needless = ""
	}
	return t, needless, nil
}

// title is what is told in a line.
func (t told) title(now time.Time) string {
	if len(t.alerts) > 1 {
		return noticeview.Several(len(t.alerts))
	}
	return noticeview.Sentence(noticeview.Alert{Kind: t.alerts[0].Kind, Wait: t.alerts[0].Wait}, now)
}

// path is the page that it leads to.
func (t told) path() string {
	if len(t.conversations) > 1 {
		return "/conversas"
	}
	return "/conversas/" + t.conversations[0]
}

// tag is the same for what replaces an earlier notice.
func (t told) tag() string {
	if len(t.conversations) > 1 {
		return "conversations"
	}
	return "conversation:" + t.conversations[0]
}

// pushed is what the service worker gets (static/src/sw.js).
type pushed struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	URL   string `json:"url"`
	Tag   string `json:"tag"`
}

func (s *Scheduler) sendPush(ctx context.Context, o db.Outgoing) (needless string, err error) {
	var n note
	if err := open(o, &n); err != nil {
		return "", err
	}
	b, err := s.db.Subscription(ctx, o.Store, n.Browser)
	if errors.Is(err, db.ErrNotFound) || err == nil && b.User != n.User {
		return needlessGone, nil
	}
	if err != nil {
		return "", err
	}
	message := pushed{Title: "Semáforo: teste de aviso", Body: "Este navegador recebe os seus avisos.", URL: "/conversas", Tag: "test"}
	if !n.Test {
		t, needless, err := s.check(ctx, o, n, pushLife, wantsPush)
		if err != nil || needless != "" {
			return needless, err
		}
		message = pushed{Title: t.title(s.clock.Now()), Body: noticeview.Names(t.alerts), URL: t.path(), Tag: t.tag()}
	}
	body, err := json.Marshal(message)
	if err != nil {
		return "", permanent{err}
	}
	return "", s.senders.Push.Send(ctx, b.Endpoint, b.P256dh, b.Auth, message.Tag, pushLife, body)
}

// noteBrowser keeps how a browser's push service took a notice; a browser that takes
// no more is forgotten.
func (s *Scheduler) noteBrowser(ctx context.Context, tx *db.Tx, o db.Outgoing, failed error, now time.Time) error {
	var n note
	if open(o, &n) != nil {
		return nil // what cannot be read names none
	}
	if !isGone(failed) {
		return tx.SubscriptionUsed(ctx, o.Store, n.Browser, failed == nil, now)
	}
	err := tx.DeleteSubscription(ctx, o.Store, n.User, n.Browser)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	return err
}

// isGone reports whether a browser takes no more, by its push service's word.
func isGone(err error) bool {
	var gone interface{ Gone() bool }
	return errors.As(err, &gone) && gone.Gone()
}

func (s *Scheduler) sendMail(ctx context.Context, o db.Outgoing) (needless string, err error) {
	var m struct {
		Mail
		note
	}
	if err := open(o, &m); err != nil {
		return "", err
	}
	// Ids repeat in no store, keys may: the e-mail's own is made of both.
	key := o.Store + ":" + o.Key
	if m.Alerts == nil {
		return "", s.senders.Mail.Send(ctx, key, m.To, m.Subject, m.Text)
	}
	t, needless, err := s.check(ctx, o, m.note, mailLife, wantsMail)
	if err != nil || needless != "" {
		return needless, err
	}
	user, err := s.db.User(ctx, m.User)
	if err != nil {
		return "", err
	}
	store, err := s.db.Store(ctx, o.Store)
	if err != nil {
		return "", err
	}
	subject, text := noticeview.Mail(noticeview.MailProps{Title: t.title(s.clock.Now()), Alerts: t.alerts, Now: s.clock.Now(),
		Store: store.Name, URL: s.senders.PublicURL, Paths: t.paths()})
	return "", s.senders.Mail.Send(ctx, key, user.Login, subject, text)
}

// paths are the conversations' pages.
func (t told) paths() []string {
	paths := make([]string, len(t.conversations))
	for i, id := range t.conversations {
		paths[i] = "/conversas/" + id
	}
	return paths
}
