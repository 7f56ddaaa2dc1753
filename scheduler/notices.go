package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// Standing reads the conversation of an alert and reports whether the alert is still
// somebody's business: the customer waits, where and in the colour it was given for,
// since before it was given. One that was set aside is until it goes on; of it only
// the contact is read.
func Standing(ctx context.Context, q db.Queries, a db.Alert) (c db.Conversation, stands bool, err error) {
	if a.Kind == db.SetAside {
		c.ContactID, err = q.Troubled(ctx, a.Store, a.Conversation)
	} else {
		c, err = q.Conversation(ctx, a.Store, a.Conversation)
	}
	var unreadable *json.SyntaxError
	switch {
	case errors.Is(err, db.ErrNotFound), errors.As(err, &unreadable): // the loop sets it aside, and says so
		return c, false, nil
	case err != nil:
		return c, false, err
	}
	return c, a.Kind == db.SetAside || stillTrue(a, c), nil
}

func stillTrue(a db.Alert, c db.Conversation) bool {
	if !c.IsOpen() || !c.Waiting() || c.ClockStart.IsZero() || a.At.Before(c.ClockStart) {
		return false
	}
	switch a.Kind {
	case db.FirstAlert:
		return c.Level == flow.Yellow && c.Holder() == a.Holder
	case db.SecondAlert:
		return c.Level == flow.Red && c.Holder() == a.Holder
	}
	return c.Level == flow.Red && c.ActionDone
}

// raise stores alerts of one conversation, announces them to the pages that are
// open, and puts a notice for everybody else into the outbox.
func (w *work) raise(ctx context.Context, alerts ...db.Alert) error {
	for _, a := range alerts {
		w.mark(a.Store, AlertScope(a.Holder))
		if err := w.tx.InsertAlert(ctx, a); err != nil {
			return err
		}
	}
	return w.notify(ctx, alerts)
}

// about is an alert in an outbox row.
type about struct {
	Conversation string       `json:"conversation"`
	Seq          int64        `json:"seq"`
	At           db.Instant   `json:"at"`
	Kind         db.AlertKind `json:"kind"`
	Holder       string       `json:"holder"`
}

func (a about) alert(store string) db.Alert {
	return db.Alert{Store: store, Conversation: a.Conversation, Seq: a.Seq, At: a.At.Time(), Kind: a.Kind, Holder: a.Holder}
}

// notify puts a notice of one conversation's alerts into the outbox: one row,
// whoever it will concern. Where nobody could be told there is none.
func (w *work) notify(ctx context.Context, alerts []db.Alert) error {
	if len(alerts) == 0 || w.ways == (db.Reach{}) {
		return nil
	}
	last := alerts[len(alerts)-1]
	reach, known := w.reach[last.Store]
	if !known {
		var err error
		if reach, err = w.tx.Reach(ctx, last.Store); err != nil {
			return err
		}
		w.reach[last.Store] = reach
	}
	mailed := slices.ContainsFunc(alerts, func(a db.Alert) bool { return a.Kind == db.SecondAlert })
	if !(w.ways.Push && reach.Push) && !(w.ways.Mail && reach.Mail && mailed) {
		return nil
	}
	abouts := make([]about, len(alerts))
	for i, a := range alerts {
		abouts[i] = about{a.Conversation, a.Seq, db.At(a.At), a.Kind, a.Holder}
	}
	payload, err := json.Marshal(abouts)
	if err != nil {
		return fmt.Errorf("encode notice of conversation %s: %w", last.Conversation, err)
	}
	return w.tx.PutOutbox(ctx, db.Outgoing{Store: last.Store, Kind: outboxNotice, Lane: laneNotice,
		Key:     fmt.Sprintf("notice:%s:%d:%s", last.Conversation, last.Seq, last.Kind),
		Payload: string(payload), CreatedAt: w.now, NextAt: w.now})
}

// noticeBatch is how many notices one transaction works off: what is among them for
// the same person is told as one.
const noticeBatch = 100

// spread works off due notices: whom each concerns is found out now, and each of
// them gets a row for each way they want. The notice is done in the same
// transaction, so nobody is told of it twice, and nobody missed. It returns how
// many there were.
func (s *Scheduler) spread(ctx context.Context) (n int, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		d := &delivery{Scheduler: s, tx: tx, now: s.clock.Now(), people: map[key][]db.Recipient{}, browsers: map[key][]db.Subscription{},
			stores: map[string]*time.Location{}, notes: map[address]*note{}}
		due, err := tx.DueOutbox(ctx, laneNotice, d.now, noticeBatch)
		if err != nil {
			return err
		}
		n = len(due)
		for _, o := range due {
			if err := d.work(ctx, o); err != nil {
				return err
			}
		}
		return d.post(ctx)
	})
	return n, err
}

// delivery is what one transaction of spread does.
type delivery struct {
	*Scheduler
	tx       *db.Tx
	now      time.Time
	people   map[key][]db.Recipient    // by store and holder
	browsers map[key][]db.Subscription // by store and user
	stores   map[string]*time.Location
	order    []address
	notes    map[address]*note
}

// address is where a row goes to.
type address struct{ store, kind, lane, user, browser string }

// note is the payload of a row for one person: what to tell of. Its words are found
// when it is sent.
type note struct {
	User    string  `json:"user"`
	Browser string  `json:"browser,omitempty"` // of a push
	Alerts  []about `json:"alerts,omitempty"`
	Test    bool    `json:"test,omitempty"` // of a push: that it arrives is all it tells
}

// Why something that was to be told is not.
const (
	needlessOver   = "answered, moved or closed meanwhile"
	needlessNobody = "it concerns nobody who wants to be told"
	needlessLate   = "too late to be of use"
	needlessQuiet  = "quiet hours"
	needlessGone   = "the browser takes no more notices"
)

// work finds out whom one notice concerns. Of alerts of one conversation each person
// is told the last, the highest, that they want to be told of.
func (d *delivery) work(ctx context.Context, o db.Outgoing) error {
	var abouts []about
	if err := open(o, &abouts); err != nil {
		return d.tx.OutboxGiveUp(ctx, o, err.Error(), d.now)
	}
	push, mail, reason := map[string]about{}, map[string]about{}, needlessOver
	for _, a := range abouts {
		_, stands, err := Standing(ctx, d.tx.Queries, a.alert(o.Store))
		if err != nil {
			return err
		}
		if !stands {
			continue
		}
		reason = needlessNobody
		people, err := d.recipients(ctx, o.Store, a.Holder)
		if err != nil {
			return err
		}
		for _, r := range people {
			if wantsPush(r.Preferences, a.Kind) {
				push[r.User] = a
			}
			if d.ways.Mail && wantsMail(r.Preferences, a.Kind) {
				mail[r.User] = a
			}
		}
	}
	if err := d.put(ctx, o.Store, push, mail); err != nil {
		return err
	}
	if len(push)+len(mail) > 0 {
		reason = ""
	}
	return d.tx.OutboxDone(ctx, o, reason, d.now)
}

// recipients are whom a holder's alerts concern now, but for those who want quiet.
func (d *delivery) recipients(ctx context.Context, store, holder string) ([]db.Recipient, error) {
	k := key{store, holder}
	if people, known := d.people[k]; known {
		return people, nil
	}
	people, err := d.tx.Recipients(ctx, store, holder, d.clock.SeenSince(d.now), "")
	if err != nil {
		return nil, err
	}
	if d.stores[store] == nil {
		if d.stores[store], err = zone(ctx, d.tx.Queries, store); err != nil {
			return nil, err
		}
	}
	local := d.now.In(d.stores[store])
	people = slices.DeleteFunc(people, func(r db.Recipient) bool { return r.Preferences.Quiet.Holds(local) })
	d.people[k] = people
	return people, nil
}

// put notes what each person is told by each way.
func (d *delivery) put(ctx context.Context, store string, push, mail map[string]about) error {
	var unknown []string
	for user := range push {
		if _, known := d.browsers[key{store, user}]; !known {
			unknown, d.browsers[key{store, user}] = append(unknown, user), nil
		}
	}
	if len(unknown) > 0 {
		browsers, err := d.tx.Subscriptions(ctx, store, unknown...)
		if err != nil {
			return err
		}
		for _, b := range browsers {
			k := key{store, b.User}
			d.browsers[k] = append(d.browsers[k], b)
		}
	}
	for _, user := range slices.Sorted(maps.Keys(push)) {
		for _, b := range d.browsers[key{store, user}] {
			d.add(address{store, outboxPush, pushLane(b.Endpoint), user, b.ID}, push[user])
		}
	}
	for _, user := range slices.Sorted(maps.Keys(mail)) {
		d.add(address{store, outboxMail, laneMail, user, ""}, mail[user])
	}
	return nil
}

// add tells a person of one thing more in the row that goes their way.
func (d *delivery) add(to address, a about) {
	n := d.notes[to]
	if n == nil {
		n = &note{User: to.user, Browser: to.browser}
		d.notes[to], d.order = n, append(d.order, to)
	}
	n.Alerts = append(n.Alerts, a)
}

// post puts the rows into the outbox.
func (d *delivery) post(ctx context.Context) error {
	for _, to := range d.order {
		n := d.notes[to]
		first := n.Alerts[0]
		key := fmt.Sprintf("%s:%s:%s:%d:%s", to.kind, or(to.browser, to.user), first.Conversation, first.Seq, first.Kind)
		if err := putNote(ctx, d.tx, to, key, *n, d.now); err != nil {
			return err
		}
	}
	return nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func putNote(ctx context.Context, tx *db.Tx, to address, key string, n note, now time.Time) error {
	payload, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("encode note %s: %w", key, err)
	}
	return tx.PutOutbox(ctx, db.Outgoing{Store: to.store, Kind: to.kind, Lane: to.lane, Key: key, Payload: string(payload),
		CreatedAt: now, NextAt: now})
}

// PutTestPush puts a message into the outbox that shows a person that their browser
// takes notices.
func PutTestPush(ctx context.Context, tx *db.Tx, b db.Subscription, now time.Time) error {
	to := address{b.Store, outboxPush, pushLane(b.Endpoint), b.User, b.ID}
	return putNote(ctx, tx, to, "test:"+db.NewID(), note{User: b.User, Browser: b.ID, Test: true}, now)
}

// pushLane is one push service.
func pushLane(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return outboxPush
	}
	return outboxPush + ":" + strings.ToLower(u.Host)
}

func wantsPush(p db.NoticePreferences, kind db.AlertKind) bool {
	switch kind {
	case db.FirstAlert:
		return p.Push1
	case db.SecondAlert:
		return p.Push2
	}
	return p.PushManagers
}

func wantsMail(p db.NoticePreferences, kind db.AlertKind) bool {
	return kind == db.SecondAlert && p.Mail2
}

// zones remembers time zones: reading one costs more than all the rest.
var zones sync.Map

// zone is a store's time zone; UTC where this machine does not know it.
func zone(ctx context.Context, q db.Queries, store string) (*time.Location, error) {
	s, err := q.Store(ctx, store)
	if err != nil {
		return nil, err
	}
	if known, ok := zones.Load(s.Timezone); ok {
		return known.(*time.Location), nil
	}
	loc, err := time.LoadLocation(s.Timezone)
	if err != nil {
		loc = time.UTC
	}
	zones.Store(s.Timezone, loc)
	return loc, nil
}
