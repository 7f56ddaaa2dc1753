package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"semaforo/db"
)

// Sender delivers what leaves the building to an address. body is the same and
// key is the same for every attempt, so that a receiver can tell a retry. An
// error with a method Permanent() bool that answers true is not tried again.
type Sender interface {
	Deliver(ctx context.Context, url, secret, key string, body []byte) error
}

// The kinds of outbox rows.
const (
	outboxWebhook = "webhook"
	outboxMail    = "mail"
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
	return tx.PutOutbox(ctx, db.Outgoing{Store: store, Kind: outboxMail, Key: key, Payload: string(payload), CreatedAt: now, NextAt: now})
}

// parcel is the payload of an outbox row: an event, and the webhook it is for.
// The address and its secret are looked up when it is sent.
type parcel struct {
	Webhook string    `json:"webhook"`
	Event   EventLine `json:"event"`
}

const (
	outboxBatch  = 20
	outboxLease  = time.Minute // longer than any attempt takes
	maxAttempts  = 18          // about a day and a half
	firstPause   = 5 * time.Second
	longestPause = 6 * time.Hour
	keptSent     = 7 * 24 * time.Hour
)

// deliver sends what is in the outbox until ctx is done; what is being sent
// then is finished.
func (s *Scheduler) deliver(ctx context.Context) {
	if s.sender == nil {
		return
	}
	for ctx.Err() == nil {
		n, err := s.post(context.WithoutCancel(ctx))
		if err != nil {
			s.log.Error("the outbox failed, trying again", "error", err, "in", tired)
			rest(ctx, tired, nil)
			continue
		}
		if n < outboxBatch {
			// The loop's agenda includes the outbox: it rings when a time has come.
			select {
			case <-s.postmark:
			case <-ctx.Done():
			}
		}
	}
}

// post claims a batch, sends it and records how that went.
func (s *Scheduler) post(ctx context.Context) (int, error) {
	var claimed []db.Outgoing
	err := s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		now := s.clock.Now()
		claimed, err = tx.ClaimOutbox(ctx, now, now.Add(s.clock.fast(outboxLease)), outboxBatch)
		return err
	})
	if err != nil || len(claimed) == 0 {
		return 0, err
	}
	results := make([]error, len(claimed))
	var sending sync.WaitGroup
	for i, o := range claimed {
		sending.Go(func() { results[i] = s.send(ctx, o) })
	}
	sending.Wait()
	return len(claimed), s.db.Tx(ctx, func(tx *db.Tx) error {
		now := s.clock.Now()
		for i, o := range claimed {
			if err := s.settle(ctx, tx, o, results[i], now); err != nil && !errors.Is(err, db.ErrChanged) {
				return err
			}
		}
		_, err := tx.DeleteSent(ctx, now.Add(-keptSent), 10*outboxBatch)
		return err
	})
}

func (s *Scheduler) send(ctx context.Context, o db.Outgoing) error {
	if o.Kind != outboxWebhook {
		return permanent{fmt.Errorf("nothing sends outbox rows of kind %q", o.Kind)}
	}
	var p parcel
	if err := json.Unmarshal([]byte(o.Payload), &p); err != nil {
		return permanent{fmt.Errorf("decode outbox %s: %w", o.Key, err)}
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
	return s.sender.Deliver(ctx, hook.URL, hook.Secret, o.Key, body)
}

// permanent is an error that no further attempt can mend.
type permanent struct{ error }

func (permanent) Permanent() bool { return true }

func (s *Scheduler) settle(ctx context.Context, tx *db.Tx, o db.Outgoing, failed error, now time.Time) error {
	if failed == nil {
		return tx.OutboxDone(ctx, o, now)
	}
	var p interface{ Permanent() bool }
	if errors.As(failed, &p) && p.Permanent() || o.Attempts >= maxAttempts {
		s.log.Warn("something could not leave the building and is given up", "key", o.Key, "attempts", o.Attempts, "error", failed)
		return tx.OutboxGiveUp(ctx, o, failed.Error(), now)
	}
	pause := min(firstPause<<(o.Attempts-1), longestPause)
	pause += rand.N(pause / 4) // what failed together does not come back together
	tx.AfterCommit(s.poke)     // the loop's agenda has changed
	return tx.OutboxRetry(ctx, o, failed.Error(), now.Add(s.clock.fast(pause)))
}
