package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/handlers"
)

// wire is the movement's line to the running program: HTTP, as anybody's.
type wire struct {
	base    string // http://host:port
	token   string
	cookie  string // the name of the chat's
	channel string // the API's
	client  *http.Client
}

// newWire finds the channels by their kind: their names are the shop's to change.
func newWire(o Options, token string, channels []db.Channel) *wire {
	w := &wire{base: o.Base, token: token, client: o.Client}
	slices.SortStableFunc(channels, func(a, b db.Channel) int { return b.CreatedAt.Compare(a.CreatedAt) })
	for _, c := range channels { // the first there was, last
		switch {
		case !c.Active:
		case c.Kind == db.ChannelChat:
			w.cookie = handlers.ChatCookie(c.ID)
		case c.Kind == db.ChannelAPI:
			w.channel = c.ID
		}
	}
	return w
}

// refusedError is an answer that is not a success. Where a person was quicker,
// that is no trouble (see expected).
type refusedError struct {
	call, body string
	status     int
}

func (e *refusedError) Error() string { return fmt.Sprintf("%s: %d %s", e.call, e.status, e.body) }

// expected reports whether the error only says that the conversation has changed
// since it was looked at: somebody else, or a timer, came first.
func expected(err error) bool {
	var refused *refusedError
	return errors.As(err, &refused) &&
		(refused.status == http.StatusConflict || refused.status == http.StatusNotFound || refused.status == http.StatusUnprocessableEntity)
}

// conversation is one as the API describes it.
type conversation struct {
	ID             string     `json:"id"`
	Queue          flow.Queue `json:"queue"`
	Team           string     `json:"team"`
	Seller         string     `json:"seller"`
	WaitStart      time.Time  `json:"wait_start"`
	PostponedUntil time.Time  `json:"postponed_until"`
	Contact        struct {
		ExternalID string `json:"external_id"`
	} `json:"contact"`
}

func (c conversation) waits() bool     { return !c.WaitStart.IsZero() }
func (c conversation) postponed() bool { return !c.PostponedUntil.IsZero() }

type message struct {
	From    string `json:"from"`
	Text    string `json:"text"`
	Private bool   `json:"private"`
}

type event struct {
	By struct {
		Kind string `json:"kind"`
	} `json:"by"`
}

// open lists the open conversations, the most urgent first.
func (w *wire) open(ctx context.Context) ([]conversation, error) {
	return items[conversation](ctx, w, "/conversations?status=open")
}

func (w *wire) messages(ctx context.Context, id string) ([]message, error) {
	return items[message](ctx, w, "/conversations/"+url.PathEscape(id)+"/messages?")
}

func (w *wire) events(ctx context.Context, id string) ([]event, error) {
	return items[event](ctx, w, "/conversations/"+url.PathEscape(id)+"/events?")
}

// items reads a whole list, page by page.
func items[T any](ctx context.Context, w *wire, path string) ([]T, error) {
	var all []T
	for cursor := ""; ; {
		var page struct {
			Items      []T    `json:"items"`
			NextCursor string `json:"next_cursor"`
		}
		address := path + "&limit=200"
		if cursor != "" {
			address += "&cursor=" + url.QueryEscape(cursor)
		}
		if err := w.call(ctx, http.MethodGet, address, nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if cursor = page.NextCursor; cursor == "" {
			return all, nil
		}
	}
}

// act asks something of a conversation: assume, close …, or messages.
func (w *wire) act(ctx context.Context, id, what string, document map[string]any) error {
	return w.call(ctx, http.MethodPost, "/conversations/"+url.PathEscape(id)+"/"+what, document, nil)
}

// receive is a customer's message through the API.
func (w *wire) receive(ctx context.Context, c customer, key, text, team string) error {
	document := map[string]any{"channel": w.channel, "external_id": key, "text": text,
		"contact": map[string]any{"external_id": c.externalID(), "name": c.name, "phone": c.phone}}
	if team != "" {
		document["team"] = team
	}
	return w.call(ctx, http.MethodPost, "/messages", document, nil)
}

// call is one call of the API.
func (w *wire) call(ctx context.Context, method, path string, document, answer any) error {
	var body io.Reader
	if document != nil {
		encoded, err := json.Marshal(document)
		if err != nil {
			return err
		}
		body = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(ctx, method, w.base+"/api/v1"+path, body)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+w.token)
	r.Header.Set("Content-Type", "application/json")
	return w.do(r, answer)
}

// chat is a customer's message through the form of the store's chat page. The
// browser's cookie says who it is; the first message brings the name.
func (w *wire) chat(ctx context.Context, c customer, key, text string) error {
	if w.cookie == "" {
		return nil // the shop has switched its chat off
	}
	form := url.Values{"name": {c.name}, "phone": {c.phone}, "text": {text}, "key": {key}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.base+"/chat/"+Slug+"/mensagens", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: w.cookie, Value: c.visitor.Secret})
	return w.do(r, nil)
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 4 << 20

func (w *wire) do(r *http.Request, answer any) error {
	got, err := w.client.Do(r)
	if err != nil {
		return err
	}
	defer got.Body.Close()
	body, err := io.ReadAll(io.LimitReader(got.Body, maxAnswer))
	if err != nil {
		return err
	}
	if got.StatusCode >= 400 {
		return &refusedError{call: r.Method + " " + r.URL.Path, status: got.StatusCode, body: excerpt(body)}
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(body, answer)
}

// excerpt is enough of an answer to see what was wrong.
func excerpt(body []byte) string {
	const enough = 300
	return strings.ToValidUTF8(string(body[:min(len(body), enough)]), "")
}
