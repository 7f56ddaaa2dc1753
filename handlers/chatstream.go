package handlers

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/scheduler"
)

// chatScope is dirty when a customer has written, whatever conversation that
// opened. Other processes' customers are found by the heartbeat.
func chatScope(contact string) string { return "contact:" + contact }

// ChatEvents is GET /chat/{store}/eventos: says to a customer's page that there
// is something new in their own conversation, and nothing else.
func (s *Server) ChatEvents(c echo.Context) error {
	v, err := s.visitOf(c)
	if err != nil {
		return err
	}
	if v.contact == nil {
		return Unauthorized()
	}
	if !s.throttle.enter(v.contact.ID) {
		return TooMany(heartbeat)
	}
	defer s.throttle.leave(v.contact.ID)
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	c.Response().WriteHeader(http.StatusOK)
	ctx := c.Request().Context()
	if err := s.tellCustomer(ctx, v, &stream{out: c.Response()}); err != nil && ctx.Err() == nil {
		s.Log.Debug("customer's stream ended", "contact", v.contact.ID, "error", err)
	}
	return nil // the answer has begun: nobody can be told
}

// What a customer's page is told.
const (
	chatPulse  = ": \n\n"
	chatUpdate = "event: update\ndata: \n\n"
)

var errStreamOver = errors.New("the stream's time is over")

// tellCustomer writes until the stream's lifetime ends, the customer goes or the
// server stops.
func (s *Server) tellCustomer(ctx context.Context, v *visit, out *stream) error {
	t := chatTeller{s: s, v: v, out: out, beat: time.NewTicker(heartbeat), end: time.NewTimer(lifetime + rand.N(lifetime/5) - lifetime/10)}
	defer t.beat.Stop()
	defer t.end.Stop()
	text := chatPulse // the headers leave with it
	for {
		var err error
		if text, err = t.next(ctx, text); err != nil {
			return err
		}
	}
}

type chatTeller struct {
	s    *Server
	v    *visit
	out  *stream
	beat *time.Ticker
	end  *time.Timer
}

// next watches the customer and their latest conversation, and only then writes
// what was to be told: the page's look comes after, so nothing is missed in
// between. It returns what is to be told next.
func (t chatTeller) next(ctx context.Context, text string) (string, error) {
	id, err := t.s.latestOf(ctx, t.v)
	if err != nil {
		return "", err
	}
	w := t.s.Hub.Watch(t.v.store.ID, chatScope(t.v.contact.ID), scheduler.ConversationScope(id), channelScope(t.v.channel.ID))
	defer w.Close()
	if err := t.out.write(text); err != nil {
		return "", err
	}
	if text == chatUpdate {
		if err := rest(ctx, streamGap); err != nil {
			return "", err
		}
	}
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-t.end.C:
			return "", errStreamOver
		case _, open := <-w.C:
			if !open {
				return "", errStreamOver
			}
			return chatUpdate, nil
		case <-t.beat.C:
			if latest, err := t.s.latestOf(ctx, t.v); err != nil || latest != id {
				return chatUpdate, err
			}
			if err := t.out.write(chatPulse); err != nil {
				return "", err
			}
		}
	}
}

// latestOf is the id of the customer's latest conversation, empty before the first.
func (s *Server) latestOf(ctx context.Context, v *visit) (string, error) {
	latest, err := s.DB.ConversationsOf(ctx, v.store.ID, v.contact.ID, "", 1)
	if err != nil || len(latest) == 0 {
		return "", err
	}
	return latest[0].ID, nil
}
