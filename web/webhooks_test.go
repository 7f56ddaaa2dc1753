package web_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"semaforo/channel/webhook"
	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/scheduler"
)

// received is what a store's own system got.
type received struct {
	header http.Header
	body   []byte
}

// receiver is a store's own system.
func receiver(t *testing.T) (address string, got chan received) {
	t.Helper()
	got = make(chan received, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got <- received{r.Header, body}
	}))
	t.Cleanup(server.Close)
	return server.URL, got
}

// What happens to a conversation reaches the store's webhooks, signed, each
// event once to each; another store's events, and a webhook that is switched
// off, are not part of it.
func TestEventsReachTheStoresWebhooks(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	shop, other := dbtest.Store(t, d, "loja"), dbtest.Store(t, d, "outra")
	channel, others := shop.Channel("api", db.ChannelAPI), other.Channel("api", db.ChannelAPI)
	address, got := receiver(t)
	silent, nothing := receiver(t)
	err := d.Tx(t.Context(), func(tx *db.Tx) error {
		for _, w := range []db.Webhook{{Store: shop.ID, ID: "w1", URL: address, Secret: "segredo", Active: true}, {Store: shop.ID, ID: "w2", URL: silent, Secret: "x"},
			{Store: other.ID, ID: "w3", URL: silent, Secret: "x", Active: true}} {
			w.CreatedAt = dbtest.Start
			if err := tx.InsertWebhook(t.Context(), w); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	s := scheduler.New(d, scheduler.RealClock(), log, &scheduler.Senders{Webhook: webhook.NewSender(webhook.Options{Private: true})})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); s.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })

	write := func(store, channel string) scheduler.Received {
		r, err := s.Receive(t.Context(), store, scheduler.Inbound{ChannelID: channel, ExternalID: "m-1", Text: "Oi", Contact: scheduler.InboundContact{ExternalID: "c-1"}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	conversation := write(shop.ID, channel.ID).Conversation.ID
	write(shop.ID, channel.ID) // again: nothing happens, so nothing is told
	if _, err := s.Act(t.Context(), shop.ID, scheduler.By{Kind: db.ByToken, ID: "k1"}, scheduler.Act{Conversation: conversation, Type: "close"}); err != nil {
		t.Fatal(err)
	}
	types := map[string]string{}
	for range 2 {
		select {
		case r := <-got:
			var e struct {
				Conversation, Type string
				Seq                int
			}
			if err := json.Unmarshal(r.body, &e); err != nil || e.Conversation != conversation {
				t.Errorf("received %s, %v", r.body, err)
			}
			mac := hmac.New(sha256.New, []byte("segredo"))
			mac.Write(append([]byte(r.header.Get("X-Semaforo-Timestamp")+"."), r.body...))
			if r.header.Get("X-Semaforo-Signature") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
				t.Errorf("signature %q", r.header.Get("X-Semaforo-Signature"))
			}
			types[e.Type] = r.header.Get("X-Semaforo-Delivery")
		case <-time.After(10 * time.Second):
			t.Fatalf("only %v arrived", types)
		}
	}
	if types["customer_message"] == "" || types["close"] == "" || types["close"] == types["customer_message"] {
		t.Errorf("deliveries %v", types)
	}
	write(other.ID, others.ID)
	select {
	case r := <-got:
		t.Errorf("the store got another's or a repeated event: %s", r.body)
	case r := <-nothing: // the other store's own, which comes last
		var e struct{ Conversation string }
		if err := json.Unmarshal(r.body, &e); err != nil || e.Conversation == conversation {
			t.Errorf("a webhook that is off got %s", r.body)
		}
	}
}
