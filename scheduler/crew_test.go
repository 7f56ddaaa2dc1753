package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

// pushing is one attempt to push.
type pushing struct {
	at       time.Time
	endpoint string
	pushed
}

// mailing is one attempt to e-mail.
type mailing struct {
	at                     time.Time
	key, to, subject, text string
}

// messenger is a PushSender and a MailSender that notes every attempt and answers as
// it is told.
type messenger struct {
	mu     sync.Mutex
	pushes []pushing
	mails  []mailing
	answer func(endpoint string) error
}

type mailbox struct{ *messenger }

func (m *messenger) Send(_ context.Context, endpoint, _, _, _ string, _ time.Duration, body []byte) error {
	p := pushing{at: time.Now(), endpoint: endpoint}
	if err := json.Unmarshal(body, &p.pushed); err != nil {
		return err
	}
	m.mu.Lock()
	m.pushes = append(m.pushes, p)
	m.mu.Unlock()
	return m.answered(endpoint)
}

func (m mailbox) Send(_ context.Context, key, to, subject, text string) error {
	m.mu.Lock()
	m.mails = append(m.mails, mailing{time.Now(), key, to, subject, text})
	m.mu.Unlock()
	return m.answered(to)
}

func (m *messenger) answered(to string) error {
	if m.answer == nil {
		return nil
	}
	return m.answer(to)
}

// told says who was told what, in order, and forgets it: "ana: 1º alerta: …".
func (m *messenger) told() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for _, p := range m.pushes {
		line := strings.TrimPrefix(p.endpoint, "https://push.example/") + ": " + p.Title
		if p.Body != "" {
			line += " (" + p.Body + ")"
		}
		all = append(all, line)
	}
	for _, e := range m.mails {
		all = append(all, e.to+": e-mail: "+e.subject)
	}
	m.pushes, m.mails = nil, nil
	slices.Sort(all)
	return all
}

func (m *messenger) senders() *Senders {
	return &Senders{Push: m, Mail: mailbox{m}, PublicURL: "https://semaforo.example"}
}

// crew is a store whose people can be told: Ana and Bia in Vendas, Caio in Plantão,
// Paulo who supervises, each with a browser, each seen a moment ago.
type crew struct {
	*shop
	messenger *messenger
	members   map[string]db.Member
}

func newCrew(t *testing.T, d *db.DB) *crew {
	t.Helper()
	c := &crew{shop: newShop(t, d, RealClock()), messenger: &messenger{}, members: map[string]db.Member{}}
	c.Scheduler = New(d, RealClock(), quiet, c.messenger.senders())
	for name, in := range map[string]struct {
		role db.Role
		team string
	}{"ana": {db.Agent, "Vendas"}, "bia": {db.Agent, "Vendas"}, "caio": {db.Agent, "Plantão"}, "paulo": {db.Supervisor, ""}} {
		var teams []string
		if in.team != "" {
			teams = []string{c.teams[in.team]}
		}
		m := c.Member(name+"@loja", name, in.role, teams...)
		c.members[name], c.sellers[name] = m, m.Seller
		c.browser(name, name)
	}
	c.configure(func(*db.Tx, time.Time) error { return nil })
	return c
}

func (c *crew) tx(f func(tx *db.Tx) error) {
	c.t.Helper()
	if err := c.DB.Tx(c.ctx, f); err != nil {
		c.t.Fatal(err)
	}
}

func (c *crew) browser(name, endpoint string) db.Subscription {
	c.t.Helper()
	b := db.Subscription{Store: c.Store.ID, ID: db.NewID(), User: c.members[name].User, Endpoint: "https://push.example/" + endpoint, CreatedAt: time.Now()}
	c.tx(func(tx *db.Tx) error { return tx.SaveSubscription(c.ctx, b) })
	return b
}

// prefers changes how somebody wants to be told.
func (c *crew) prefers(name string, change func(*db.NoticePreferences)) {
	c.t.Helper()
	c.tx(func(tx *db.Tx) error {
		p, err := tx.NoticePreferences(c.ctx, c.Store.ID, c.members[name].User)
		if err != nil {
			return err
		}
		change(&p)
		p.UpdatedAt = time.Now()
		return tx.SaveNoticePreferences(c.ctx, p)
	})
}

// seen is a heartbeat of everybody's pages.
func (c *crew) seen() {
	c.t.Helper()
	c.tx(func(tx *db.Tx) error {
		var err error
		for _, m := range c.members {
			now := time.Now()
			_, touched := tx.TouchSeller(c.ctx, c.Store.ID, m.Seller, db.Heartbeat{At: now, Since: now.Add(-SeenWithin), After: now})
			err = errors.Join(err, touched)
		}
		return err
	})
}

// to is a customer's message that opens a conversation a seller holds.
func (c *crew) to(customer, seller string) db.Conversation {
	c.t.Helper()
	return c.receive(Inbound{Contact: InboundContact{ExternalID: customer, Name: customer}, Seller: c.sellers[seller]}).Conversation
}

func (c *crew) wantTold(when string, want ...string) {
	c.t.Helper()
	synctest.Wait()
	slices.Sort(want)
	if got := c.messenger.told(); !slices.Equal(got, want) {
		c.t.Errorf("%s:\n got %q\nwant %q", when, got, want)
	}
}

// noticing runs the loop and the outbox on virtual time, from Monday 09:00 in São
// Paulo at the earliest.
func noticing(t *testing.T, test func(c *crew)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrew(t, dbtest.New(t))
		stop := c.start()
		test(c)
		stop()
	})
}
