package scheduler

import (
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"semaforo/db"
)

// What Mailing puts into the outbox leaves at once, and not where it fails.
func TestMailingSendsAtOnce(t *testing.T) {
	p := &postman{}
	posting(t, p, func(s *shop, hook db.Webhook) {
		payload, err := json.Marshal(parcel{Webhook: hook.ID})
		if err != nil {
			t.Fatal(err)
		}
		put := func(key string, result error) error {
			return s.Mailing(s.ctx, s.ID, func(tx *db.Tx, now time.Time) error {
				o := db.Outgoing{Store: s.ID, Kind: outboxWebhook, Key: key, Payload: string(payload), CreatedAt: now, NextAt: now}
				return errors.Join(tx.PutOutbox(s.ctx, o), result)
			})
		}
		begun, no := time.Now(), errors.New("no")
		if err := put("sent", nil); err != nil {
			t.Fatal(err)
		}
		if err := put("not sent", no); !errors.Is(err, no) {
			t.Errorf("a failed one: %v", err)
		}
		synctest.Wait()
		if posts := p.taken(); len(posts) != 1 || posts[0].key != "sent" || !posts[0].at.Equal(begun) {
			t.Errorf("sent: %+v, at %v", posts, begun)
		}
	})
}
