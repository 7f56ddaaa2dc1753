package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// post is one attempt to deliver.
type post struct {
	at          time.Time
	url, secret string
	key, body   string
}

// postman is a WebhookSender that notes every attempt and answers as it is told.
type postman struct {
	mu     sync.Mutex
	posts  []post
	answer func(attempt int, url string) error
}

func (p *postman) Deliver(_ context.Context, url, secret, key string, body []byte) error {
	p.mu.Lock()
	p.posts = append(p.posts, post{time.Now(), url, secret, key, string(body)})
	n := len(p.posts)
	p.mu.Unlock()
	if p.answer == nil {
		return nil
	}
	return p.answer(n, url)
}

func (p *postman) taken() []post {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.posts)
}

// posting runs the loop and the outbox on virtual time, with one webhook.
func posting(t *testing.T, p *postman, test func(s *shop, hook db.Webhook)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, dbtest.New(t), RealClock())
		s.Scheduler = New(s.DB, RealClock(), quiet, &Senders{Webhook: p})
		hook := s.webhook("https://example.com/a")
		stop := s.start()
		test(s, hook)
		stop()
	})
}

func (s *shop) webhook(url string) db.Webhook {
	s.t.Helper()
	hook := db.Webhook{Store: s.Store.ID, ID: db.NewID(), URL: url, Secret: "segredo", Active: true, CreatedAt: s.clock.Now()}
	s.configure(func(tx *db.Tx, _ time.Time) error { return tx.InsertWebhook(s.ctx, hook) })
	return hook
}

func (s *shop) gaveUp() []db.Outgoing {
	s.t.Helper()
	given, err := s.DB.GivenUp(s.ctx, s.Store.ID, 50)
	if err != nil {
		s.t.Fatal(err)
	}
	return given
}

func (s *shop) nothingPending() {
	s.t.Helper()
	if next, err := s.DB.EarliestOutbox(s.ctx); err != nil || !next.IsZero() {
		s.t.Errorf("still in the outbox for %s (%v)", next, err)
	}
}

// closedAtOnce leaves two events and no timer.
func (s *shop) closedAtOnce() db.Conversation {
	c := s.says("maria", "")
	s.act(c.ID, Act{Type: flow.Close})
	return c
}

// T83, T90: each event leaves once, under a key of its own, as the API writes it.
func TestEventsLeaveOnce(t *testing.T) {
	p := &postman{}
	posting(t, p, func(s *shop, hook db.Webhook) {
		c := s.closedAtOnce()
		pass(time.Hour)
		posts := p.taken()
		if len(posts) != 2 || posts[0].key == posts[1].key {
			t.Fatalf("posts: %+v", posts)
		}
		var types []flow.EventType
		for _, sent := range posts {
			var line EventLine
			if err := json.Unmarshal([]byte(sent.body), &line); err != nil {
				t.Fatal(err)
			}
			if line.Conversation != c.ID || sent.url != hook.URL || sent.secret != hook.Secret {
				t.Errorf("sent %+v", sent)
			}
			types = append(types, line.Type)
		}
		slices.Sort(types)
		if !slices.Equal(types, []flow.EventType{flow.Close, flow.CustomerMessage}) {
			t.Errorf("sent %v", types)
		}
		s.nothingPending()
	})
}

// What fails is tried again when its pause is over, the same under the same key.
func TestFailedPostIsTriedAgainOnTime(t *testing.T) {
	p := &postman{answer: func(attempt int, _ string) error {
		if attempt <= 2 {
			return errors.New("503")
		}
		return nil
	}}
	posting(t, p, func(s *shop, _ db.Webhook) {
		s.says("maria", "")
		pass(4 * time.Minute)
		posts := p.taken()
		if len(posts) != 3 || posts[0].key != posts[2].key || posts[0].body != posts[2].body {
			t.Fatalf("posts: %+v", posts)
		}
		for i, pause := range []time.Duration{firstPause, 2 * firstPause} {
			if took := posts[i+1].at.Sub(posts[i].at); took < pause || took > pause+pause/4+time.Second {
				t.Errorf("attempt %d after %s, want about %s", i+2, took, pause)
			}
		}
		s.nothingPending()
	})
}

func TestHopelessPostIsGivenUpAtOnce(t *testing.T) {
	p := &postman{answer: func(int, string) error { return permanent{errors.New("410 Gone")} }}
	posting(t, p, func(s *shop, _ db.Webhook) {
		s.says("maria", "")
		pass(4 * time.Minute)
		if given := s.gaveUp(); len(given) != 1 || given[0].LastError != "410 Gone" || len(p.taken()) != 1 {
			t.Errorf("given up: %+v after %d attempts", given, len(p.taken()))
		}
		s.nothingPending()
	})
}

// A receiver that is down has about a day and a half to come back.
func TestPatienceOfTheOutboxEnds(t *testing.T) {
	p := &postman{answer: func(int, string) error { return errors.New("503") }}
	posting(t, p, func(s *shop, _ db.Webhook) {
		c := s.says("maria", "")
		s.act(c.ID, Act{Type: flow.Close})
		pass(72 * time.Hour)
		posts := p.taken()
		if len(posts) != 2*maxAttempts {
			t.Fatalf("%d attempts", len(posts))
		}
		if took := posts[len(posts)-1].at.Sub(posts[0].at); took < 30*time.Hour || took > 48*time.Hour {
			t.Errorf("given up after %s", took)
		}
		if given := s.gaveUp(); len(given) != 2 || given[0].LastError != "503" {
			t.Errorf("given up: %+v", given)
		}
		s.nothingPending()
	})
}

// One receiver that is down holds up no other.
func TestDeadReceiverHoldsUpNoOther(t *testing.T) {
	p := &postman{answer: func(_ int, url string) error {
		if url == "https://example.com/a" {
			return errors.New("503")
		}
		return nil
	}}
	posting(t, p, func(s *shop, _ db.Webhook) {
		s.webhook("https://example.com/b")
		before := s.clock.Now()
		s.says("maria", "")
		pass(time.Second)
		if !slices.ContainsFunc(p.taken(), func(sent post) bool { return sent.url == "https://example.com/b" && sent.at.Sub(before) < time.Second }) {
			t.Errorf("posts: %+v", p.taken())
		}
	})
}

// Nor does one that never answers, with hundreds of events queued for it.
func TestReceiverThatHangsHoldsUpNoOther(t *testing.T) {
	p := &postman{}
	posting(t, p, func(s *shop, _ db.Webhook) {
		never := make(chan struct{})
		p.answer = func(_ int, url string) error {
			if url == "https://example.com/a" {
				<-never
			}
			return nil
		}
		for i := range 5 * outboxBatch {
			s.says(fmt.Sprint("cliente ", i), "")
		}
		s.webhook("https://example.com/b")
		s.says("maria", "")
		pass(time.Second)
		n := 0
		for _, sent := range p.taken() {
			if sent.url == "https://example.com/b" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d posts to who answers, want 1", n)
		}
		close(never)
	})
}

// A webhook that is switched off or deleted gets nothing more, not even what
// was waiting for it; what happens then is not kept for it.
func TestWebhookSwitchedOff(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]func(s *shop, tx *db.Tx, hook string) error{
		"off": func(s *shop, tx *db.Tx, hook string) error {
			return tx.SetWebhookActive(s.ctx, s.Store.ID, hook, false)
		},
		"deleted": func(s *shop, tx *db.Tx, hook string) error { return tx.DeleteWebhook(s.ctx, s.Store.ID, hook) },
	} {
		t.Run(name, func(t *testing.T) {
			p := &postman{answer: func(int, string) error { return errors.New("503") }}
			posting(t, p, func(s *shop, hook db.Webhook) {
				c := s.says("maria", "")
				pass(time.Second)
				s.configure(func(tx *db.Tx, _ time.Time) error { return off(s, tx, hook.ID) })
				s.act(c.ID, Act{Type: flow.Close})
				pass(time.Hour)
				if given := s.gaveUp(); len(p.taken()) != 1 || len(given) != 1 {
					t.Errorf("%d attempts, given up: %+v", len(p.taken()), given)
				}
				s.nothingPending()
			})
		})
	}
}

// What a process took and did not finish, because it died, another sends when
// the lease is over.
func TestRestartSendsWhatWasBeingSent(t *testing.T) {
	t.Parallel()
	p := &postman{}
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, dbtest.New(t), RealClock())
		hook := s.webhook("https://example.com/a")
		s.closedAtOnce()
		now := s.clock.Now()
		if err := s.DB.Tx(s.ctx, func(tx *db.Tx) error {
			claimed, err := tx.ClaimOutbox(s.ctx, outboxWebhook+":"+hook.ID, now, now.Add(outboxLease), 1)
			if len(claimed) != 1 {
				t.Errorf("claimed %d", len(claimed))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		s.Scheduler = New(s.DB, RealClock(), quiet, &Senders{Webhook: p})
		stop := s.start()
		pass(time.Second)
		if n := len(p.taken()); n != 1 {
			t.Errorf("%d sent at once, want what nobody has", n)
		}
		pass(outboxLease)
		if posts := p.taken(); len(posts) != 2 || posts[1].at.Sub(now) < outboxLease || posts[1].at.Sub(now) > outboxLease+time.Second {
			t.Errorf("posts: %+v", posts)
		}
		stop()
		s.nothingPending()
	})
}

// Stopping waits for what is being sent, and its result is kept.
func TestStopFinishesWhatIsBeingSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		answer := make(chan error)
		p := &postman{answer: func(int, string) error { return <-answer }}
		s := newShop(t, dbtest.New(t), RealClock())
		s.Scheduler = New(s.DB, RealClock(), quiet, &Senders{Webhook: p})
		s.webhook("https://example.com/a")
		stop := s.start()
		s.says("maria", "")
		synctest.Wait()
		stopped := false
		go func() {
			stop()
			stopped = true
		}()
		synctest.Wait()
		if stopped || len(p.taken()) != 1 {
			t.Fatalf("stopped %t with %d being sent", stopped, len(p.taken()))
		}
		answer <- nil
		synctest.Wait()
		if !stopped {
			t.Fatal("it did not stop")
		}
		s.nothingPending()
	})
}

// What is refused leaves nothing in the outbox.
func TestRefusedEventDoesNotLeave(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.says("maria", "")
	s.webhook("https://example.com/a")
	wantRefusal(t, s.tryAct(Act{Conversation: c.ID, Type: flow.Resume}), flow.RefusedNotPostponed)
	s.nothingPending()
}
