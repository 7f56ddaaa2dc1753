package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"semaforo/db"
)

// Senders deliver what leaves the building, each by its way; nil: by that way
// nothing does. What a Sender is given is the same for every attempt, so that a
// receiver can tell a retry. An error with a method Permanent() bool that answers
// true is not tried again.
type Senders struct {
	Webhook WebhookSender
	Mail    MailSender
	Push    PushSender
	// PublicURL is where people reach the program, without a slash at its end: e-mails
	// lead there.
	PublicURL string
}

// WebhookSender posts to a store's own systems.
type WebhookSender interface {
	Deliver(ctx context.Context, url, secret, key string, body []byte) error
}

// MailSender sends an e-mail in plain text to one address.
type MailSender interface {
	Send(ctx context.Context, key, to, subject, text string) error
}

// PushSender sends a message to a browser. An error with a method Gone() bool that
// answers true says that the browser takes no more, ever.
type PushSender interface {
	Send(ctx context.Context, endpoint, p256dh, auth, topic string, ttl time.Duration, body []byte) error
}

// The kinds of outbox rows.
const (
	outboxWebhook = "webhook"
	outboxMail    = "mail"
	outboxPush    = "push"
	outboxNotice  = "notice" // becomes a row for each person and way
)

// The lanes that have only one destination.
const (
	laneMail   = "mail"
	laneNotice = "notice"
)

// Mail is an e-mail to one person, in plain text.
type Mail struct {
	To      string `json:"to"` // an address
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

// PutMail puts an e-mail into the outbox of a store, in the transaction of what it
// tells. The same key is sent once. Call it only where e-mail is configured.
func PutMail(ctx context.Context, tx *db.Tx, store, key string, m Mail, now time.Time) error {
	payload, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode e-mail %s: %w", key, err)
	}
	return tx.PutOutbox(ctx, db.Outgoing{Store: store, Kind: outboxMail, Lane: laneMail, Key: key, Payload: string(payload), CreatedAt: now, NextAt: now})
}

// parcel is the payload of an outbox row: an event, and the webhook it is for.
// The address and its secret are looked up when it is sent.
type parcel struct {
	Webhook string    `json:"webhook"`
	Event   EventLine `json:"event"`
}

const (
	outboxBatch  = 20          // of one lane
	maxLanes     = 200         // looked at in one go: the receivers of all stores that have something due
	outboxLease  = time.Minute // longer than any attempt takes
	maxAttempts  = 18          // about a day and a half
	firstPause   = 5 * time.Second
	longestPause = 6 * time.Hour
	keptSent     = 7 * 24 * time.Hour
)

// lanes are the destinations that something is on its way to. Each is sent to by
// one batch at a time, so that one which is slow or dead holds up no other.
type lanes struct {
	mu      sync.Mutex
	busy    map[string]bool
	sending sync.WaitGroup
}

// free are those of some lanes to which nothing is on its way.
func (l *lanes) free(some []string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(some, func(lane string) bool { return lane == laneNotice || l.busy[lane] })
}

// run carries something in a lane, and rings when the lane is free again.
func (l *lanes) run(lane string, carry, ring func()) {
	l.mu.Lock()
	l.busy[lane] = true
	l.mu.Unlock()
	l.sending.Go(func() {
		carry()
		l.mu.Lock()
		delete(l.busy, lane)
		l.mu.Unlock()
		ring()
	})
}

// deliver sends what is in the outbox until ctx is done; what is being sent
// then is finished.
func (s *Scheduler) deliver(ctx context.Context) {
	if s.senders == nil {
		return
	}
	l := &lanes{busy: map[string]bool{}}
	defer l.sending.Wait()
	for ctx.Err() == nil {
		more, err := s.dispatch(context.WithoutCancel(ctx), l)
		if err != nil {
			s.log.Error("the outbox failed, trying again", "error", err, "in", tired)
			rest(ctx, tired, nil)
			continue
		}
		if !more {
			// The loop's agenda includes the outbox: it rings when a time has come.
			select {
			case <-s.postmark:
			case <-ctx.Done():
			}
		}
	}
}

// dispatch works off a batch of notices and begins to send a batch to each free lane.
// It reports whether there is more at once; a lane that is done rings.
func (s *Scheduler) dispatch(ctx context.Context, l *lanes) (more bool, err error) {
	due, err := s.db.DueLanes(ctx, s.clock.Now(), maxLanes)
	if err != nil {
		return false, err
	}
	if more = slices.Contains(due, laneNotice); more { // they become rows of other lanes
		if _, err := s.spread(ctx); err != nil {
			return false, err
		}
	}
	free := l.free(due)
	if len(free) == 0 {
		return more, nil
	}
	batches := make(map[string][]db.Outgoing, len(free))
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		now := s.clock.Now()
		for _, lane := range free {
			if batches[lane], err = tx.ClaimOutbox(ctx, lane, now, now.Add(s.clock.fast(outboxLease)), outboxBatch); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	for lane, batch := range batches {
		if len(batch) > 0 { // another process may have had it first
			l.run(lane, func() { s.convey(ctx, batch) }, func() { ring(s.postmark) })
		}
	}
	return more, nil
}

// outcome is how an attempt ended: sent, failed, or with the reason why it no
// longer had to be made.
type outcome struct {
	needless string
	failed   error
}

// convey sends a batch of one lane and records how that went.
func (s *Scheduler) convey(ctx context.Context, batch []db.Outgoing) {
	outcomes := make([]outcome, len(batch))
	var sending sync.WaitGroup
	for i, o := range batch {
		sending.Go(func() { outcomes[i].needless, outcomes[i].failed = s.send(ctx, o) })
	}
	sending.Wait()
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		now := s.clock.Now()
		for i, o := range batch {
			if err := s.settle(ctx, tx, o, outcomes[i], now); err != nil && !errors.Is(err, db.ErrChanged) {
				return err
			}
		}
		_, err := tx.DeleteSent(ctx, now.Add(-keptSent), 10*outboxBatch)
		return err
	})
	if err != nil {
		// When their lease ends they are sent again, under the same keys.
		s.log.Error("what was sent could not be recorded", "lane", batch[0].Lane, "error", err)
	}
}

func (s *Scheduler) send(ctx context.Context, o db.Outgoing) (needless string, err error) {
	switch {
	case o.Kind == outboxWebhook && s.senders.Webhook != nil:
		return "", s.sendWebhook(ctx, o)
	case o.Kind == outboxMail && s.senders.Mail != nil:
		return s.sendMail(ctx, o)
	case o.Kind == outboxPush && s.senders.Push != nil:
		return s.sendPush(ctx, o)
	}
	return "", permanent{fmt.Errorf("nothing sends outbox rows of kind %q", o.Kind)}
}

func (s *Scheduler) sendWebhook(ctx context.Context, o db.Outgoing) error {
	var p parcel
	if err := open(o, &p); err != nil {
		return err
	}
	hook, err := s.db.Webhook(ctx, o.Store, p.Webhook)
	if errors.Is(err, db.ErrNotFound) || err == nil && !hook.Active {
		return permanent{errors.New("the webhook was deleted or switched off")}
	}
	if err != nil {
		return err
	}
	body, err := json.Marshal(p.Event)
	if err != nil {
		return permanent{err}
	}
	return s.senders.Webhook.Deliver(ctx, hook.URL, hook.Secret, o.Key, body)
}

// open reads a row's payload.
func open(o db.Outgoing, into any) error {
	if err := json.Unmarshal([]byte(o.Payload), into); err != nil {
		return permanent{fmt.Errorf("decode outbox %s: %w", o.Key, err)}
	}
	return nil
}

// permanent is an error that no further attempt can mend.
type permanent struct{ error }

func (permanent) Permanent() bool { return true }

func (s *Scheduler) settle(ctx context.Context, tx *db.Tx, o db.Outgoing, how outcome, now time.Time) error {
	if o.Kind == outboxPush && how.needless == "" {
		if err := s.noteBrowser(ctx, tx, o, how.failed, now); err != nil {
			return err
		}
	}
	if how.failed == nil {
		return tx.OutboxDone(ctx, o, how.needless, now)
	}
	if isGone(how.failed) { // what was to be told there needs no other end
		return tx.OutboxDone(ctx, o, needlessGone, now)
	}
	var p interface{ Permanent() bool }
	if errors.As(how.failed, &p) && p.Permanent() || o.Attempts >= maxAttempts {
		s.log.Warn("something could not leave the building and is given up", "key", o.Key, "attempts", o.Attempts, "error", how.failed)
		return tx.OutboxGiveUp(ctx, o, how.failed.Error(), now)
	}
	pause := min(firstPause<<(o.Attempts-1), longestPause)
	pause += rand.N(pause / 4) // what failed together does not come back together
	tx.AfterCommit(s.poke)     // the loop's agenda has changed
	return tx.OutboxRetry(ctx, o, how.failed.Error(), now.Add(s.clock.fast(pause)))
}
