package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/channel"
	"semaforo/channel/api"
	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
)

// messageDocument is a message as the API writes it.
type messageDocument struct {
	ID            string      `json:"id"`
	At            time.Time   `json:"at"`
	From          string      `json:"from"`
	Seller        string      `json:"seller,omitempty"`
	Text          string      `json:"text"`
	Private       bool        `json:"private"`
	Delivery      db.Delivery `json:"delivery"`
	DeliveryError string      `json:"delivery_error,omitempty"`
	ExternalID    string      `json:"external_id,omitempty"`
}

func messageOf(m db.Message) messageDocument {
	return messageDocument{ID: m.ID, At: m.At, From: m.From, Seller: m.Seller, Text: m.Text, Private: m.Private,
		Delivery: m.Delivery, DeliveryError: m.DeliveryError, ExternalID: m.ExternalID}
}

// writtenDocument is a conversation with the message just written in it.
type writtenDocument struct {
	Conversation conversationDocument `json:"conversation"`
	Message      messageDocument      `json:"message"`
}

func (s *Server) answerWritten(c echo.Context, status int, conversation db.Conversation, m db.Message) error {
	d, err := s.describe(c.Request().Context(), conversation)
	if err != nil {
		return err
	}
	return answer(c, status, writtenDocument{d, messageOf(m)})
}

// APIReceive is POST /api/v1/messages: a customer's message.
func (s *Server) APIReceive(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	body, err := readBody(c)
	if err != nil {
		return err
	}
	received, err := s.receiveByAPI(c.Request().Context(), CallerOf(c).Store.ID, body)
	if err != nil {
		s.refusedByAPI(c, body, err)
		return err
	}
	status := http.StatusCreated
	if received.Duplicate {
		status = http.StatusOK
	}
	return s.answerWritten(c, status, received.Conversation, received.Message)
}

func (s *Server) receiveByAPI(ctx context.Context, store string, body []byte) (received scheduler.Received, err error) {
	m, err := api.ParseMessage(body)
	if err != nil {
		return received, documentFailure(err)
	}
	through, err := s.channelNamed(ctx, store, m.Channel)
	if err != nil {
		return received, missing(err, "channel")
	}
	if through.Kind != db.ChannelAPI {
		return received, refuseField("channel", api.CodeUnknown, "is not a channel of kind api")
	}
	received, err = s.Door.Receive(ctx, store, scheduler.Inbound{
		ChannelID: through.ID, ExternalID: m.ExternalID, Text: m.Text, At: m.At, Team: m.Team, Seller: m.Seller,
		Contact: scheduler.InboundContact{ExternalID: m.Contact.ExternalID, Name: m.Contact.Name, Phone: m.Contact.Phone},
	})
	if isOff(err) {
		return received, channelOff()
	}
	return received, err
}

// isOff reports whether a message was refused because its channel is switched off.
func isOff(err error) bool {
	var invalid *scheduler.Invalid
	return errors.As(err, &invalid) && invalid.Code == scheduler.InvalidInactive
}

// offRetry is how long whoever sends to a channel that is off had better wait.
const offRetry = time.Minute

// codeOff is of what a channel that is switched off refuses.
const codeOff = "channel_off"

// channelOff refuses a message so that its sender keeps it and sends it again.
func channelOff() *Failure {
	f := conflict(codeOff, "the channel is switched off: keep the message and send it again later", "O canal está desligado.")
	f.RetryAfter = offRetry
	return f
}

// refusedByAPI notes on a channel that a message of its was refused, for who looks
// after it; a document that names none concerns none.
func (s *Server) refusedByAPI(c echo.Context, body []byte, cause error) {
	f := FailureOf(cause)
	var named struct {
		Channel string `json:"channel"`
	}
	if f.Status >= 500 || json.Unmarshal(body, &named) != nil || named.Channel == "" {
		return
	}
	ctx, store := c.Request().Context(), CallerOf(c).Store.ID
	through, err := s.channelNamed(ctx, store, named.Channel)
	if err == nil {
		err = s.noteRefusal(ctx, store, through.ID, f)
	}
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		s.Log.Warn("a refused message could not be noted on its channel", "channel", named.Channel, "error", err)
	}
}

// noteRefusal keeps why a channel's message was refused, in a reader's words.
func (s *Server) noteRefusal(ctx context.Context, store, channel string, f *Failure) error {
	r := db.Refusal{At: s.Clock.Now(), Code: f.Code, Text: f.Words}
	if r.Text == "" {
		r.Text = "O que foi enviado não pôde ser lido."
	}
	if len(f.Errors) > 0 && f.Code == "invalid" {
		first := f.Errors[0]
		r.Code, r.Text = first.Code, "Campo "+first.Path+": "+first.Words
	}
	return s.DB.Tx(ctx, func(tx *db.Tx) error { return tx.ChannelRefused(ctx, store, channel, r) })
}

// channelNamed finds a channel by its id, or by its name, of now or before.
func (s *Server) channelNamed(ctx context.Context, store, name string) (db.Channel, error) {
	found, err := s.DB.Channel(ctx, store, name)
	if errors.Is(err, db.ErrNotFound) {
		return s.DB.ChannelByName(ctx, store, name)
	}
	return found, err
}

// APIMessages is GET /api/v1/conversations/{id}/messages, oldest first.
func (s *Server) APIMessages(c echo.Context) error {
	p, err := parametersOf(c, listed...)
	if err != nil {
		return err
	}
	at, err := placeOf(p, 2)
	if err != nil {
		return err
	}
	var after db.MessageKey
	if at.after != nil {
		if after.Seq, err = strconv.ParseInt(at.after[0], 10, 64); err != nil {
			return badCursor()
		}
		after.ID = at.after[1]
	}
	ctx, store := c.Request().Context(), CallerOf(c).Store.ID
	conversation, err := s.DB.Conversation(ctx, store, c.Param("id"))
	if err != nil {
		return err
	}
	messages, err := s.DB.MessagesAfter(ctx, store, conversation.ID, after, at.limit)
	if err != nil {
		return err
	}
	return answerList(c, at, messages, messageOf, func(m db.Message) string {
		return cursorOf(strconv.FormatInt(m.Seq, 10), m.ID)
	})
}

// APISay is POST /api/v1/conversations/{id}/messages: a seller's or a bot's
// message, or a private note.
func (s *Server) APISay(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	out := scheduler.Outbound{Conversation: c.Param("id"), From: flow.FromSeller}
	err := readDocument(c, func(o *api.Object) {
		o.Need("text")
		o.Clean("text", &out.Text, channel.Text)
		o.Text("from", (*string)(&out.From))
		o.Clean("seller", &out.Seller, channel.ExternalID)
		o.Flag("private", &out.Private)
		switch {
		case out.From != flow.FromSeller && out.From != scheduler.FromBot:
			o.Refuse("from", api.CodeUnknown)
		case out.From == flow.FromSeller:
			o.Need("seller")
		case o.Has("seller"):
			o.RefuseAs("seller", api.CodeExclusive, "does not write a bot's message")
		}
	})
	if err != nil {
		return err
	}
	caller := CallerOf(c)
	if err := s.knownSeller(c.Request().Context(), caller.Store.ID, out.Seller); err != nil {
		return err
	}
	conversation, m, err := s.Door.Say(c.Request().Context(), caller.Store.ID, caller.By(), out)
	if err != nil {
		return err
	}
	return s.answerWritten(c, http.StatusCreated, conversation, m)
}

// knownSeller refuses a seller whom the store does not have: a note asks the
// engine for nothing, so nobody else would notice.
func (s *Server) knownSeller(ctx context.Context, store, seller string) error {
	if seller == "" {
		return nil
	}
	rules, _, err := s.Door.Rules(ctx, store)
	if err == nil && !rules.KnowsSeller(seller) {
		err = refuseField("seller", api.CodeUnknown, "is unknown in this store")
	}
	return err
}
