package handlers

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/channel/api"
	"semaforo/db"
	"semaforo/flow"
)

// conversationDocument is a conversation as the API writes it.
type conversationDocument struct {
	ID             string           `json:"id"`
	Status         flow.Status      `json:"status"`
	Queue          flow.Queue       `json:"queue"`
	Team           string           `json:"team,omitempty"`
	Seller         string           `json:"seller,omitempty"`
	Level          flow.Level       `json:"level"`
	WaitStart      time.Time        `json:"wait_start,omitzero"`
	ClockStart     time.Time        `json:"clock_start,omitzero"`
	PostponedUntil time.Time        `json:"postponed_until,omitzero"`
	Flow           string           `json:"flow,omitempty"`
	Next           *nextDocument    `json:"next,omitempty"`
	OpenedAt       time.Time        `json:"opened_at"`
	ClosedAt       time.Time        `json:"closed_at,omitzero"`
	CloseReason    flow.CloseReason `json:"close_reason,omitempty"`
	Contact        contactBrief     `json:"contact"`
	Channel        string           `json:"channel"`
	ChannelID      string           `json:"channel_id"`
}

type nextDocument struct {
	Type flow.EventType `json:"type"`
	At   time.Time      `json:"at"`
}

// contactBrief is a conversation's contact.
type contactBrief struct {
	ID         string `json:"id"`
	ExternalID string `json:"external_id"`
	Name       string `json:"name"`
	Phone      string `json:"phone,omitempty"`
}

func conversationOf(c db.Conversation, contact contactBrief, channel string) conversationDocument {
	d := conversationDocument{
		ID: c.ID, Status: c.Status, Queue: c.Queue(), Team: c.Team, Seller: c.Seller, Level: c.Level,
		WaitStart: c.WaitStart, ClockStart: c.ClockStart, PostponedUntil: c.PostponedUntil,
		OpenedAt: c.OpenedAt, ClosedAt: c.ClosedAt, CloseReason: c.CloseReason,
		Contact: contact, Channel: channel, ChannelID: c.ChannelID,
	}
	if !c.IsOpen() {
		return d
	}
	d.Flow = c.FlowID
	if !c.NextAt.IsZero() {
		d.Next = &nextDocument{c.NextType, c.NextAt}
	}
	return d
}

func conversationOfRow(r db.Row) conversationDocument {
	contact := contactBrief{ID: r.ContactID, ExternalID: r.ContactExternalID, Name: r.ContactName, Phone: r.ContactPhone}
	return conversationOf(r.Conversation, contact, r.ChannelName)
}

// describe is the document of a conversation just as the door left it.
func (s *Server) describe(ctx context.Context, c db.Conversation) (conversationDocument, error) {
	contact, err := s.DB.Contact(ctx, c.Store, c.ContactID)
	if err != nil {
		return conversationDocument{}, err
	}
	channel, err := s.DB.Channel(ctx, c.Store, c.ChannelID)
	brief := contactBrief{ID: contact.ID, ExternalID: contact.ExternalID, Name: contact.Name, Phone: contact.Phone}
	return conversationOf(c, brief, channel.Name), err
}

// APIConversations is GET /api/v1/conversations.
func (s *Server) APIConversations(c echo.Context) error {
	p, err := parametersOf(c, append([]string{"status", "queue", "team", "seller", "level", "postponed"}, listed...)...)
	if err != nil {
		return err
	}
	query, err := conversationQuery(p)
	if err != nil {
		return err
	}
	page, err := s.DB.ListConversations(c.Request().Context(), CallerOf(c).Store.ID, query)
	if err != nil {
		return err
	}
	items := list[conversationDocument]{Items: make([]conversationDocument, len(page.Rows))}
	for i, row := range page.Rows {
		items.Items[i] = conversationOfRow(row)
	}
	if page.Next != nil {
		items.NextCursor = page.Next.String()
	}
	return answer(c, http.StatusOK, items)
}

// What a filter leaves of the lists' ranks.
var (
	statusRanks = map[string][]int{
		"open":   {db.RankRed, db.RankYellow, db.RankGreen, db.RankNone, db.RankPostponed},
		"closed": {db.RankClosed},
	}
	levelRanks = map[string][]int{
		"red": {db.RankRed}, "yellow": {db.RankYellow}, "green": {db.RankGreen},
		"none": {db.RankNone, db.RankPostponed, db.RankClosed},
	}
	postponedRanks = map[string][]int{
		"true":  {db.RankPostponed},
		"false": {db.RankRed, db.RankYellow, db.RankGreen, db.RankNone, db.RankClosed},
	}
)

func conversationQuery(p parameters) (db.ListQuery, error) {
	q := db.ListQuery{Tab: db.TabAny, Team: p.text("team"), Seller: p.text("seller"), Limit: defaultLimit}
	var err error
	if q.Queue, err = oneOf(p, "queue", flow.Queues...); err != nil {
		return q, err
	}
	q.Ranks = []int{db.RankRed, db.RankYellow, db.RankGreen, db.RankNone, db.RankPostponed, db.RankClosed}
	for name, ranks := range map[string]map[string][]int{"status": statusRanks, "level": levelRanks, "postponed": postponedRanks} {
		if !p.values.Has(name) {
			continue
		}
		allowed, known := ranks[p.text(name)]
		if !known {
			return q, refuseField(name, api.CodeUnknown, "is none of the values it may have")
		}
		q.Ranks = slices.DeleteFunc(q.Ranks, func(r int) bool { return !slices.Contains(allowed, r) })
	}
	if len(q.Ranks) == 0 { // to the database, no rank at all is every rank
		q.Ranks = []int{-1}
	}
	at, err := limitOf(p)
	if err != nil {
		return q, err
	}
	q.Limit = at
	if p.values.Has("cursor") {
		if q.After, err = db.ParseCursor(p.text("cursor")); err != nil {
			return q, badCursor()
		}
	}
	return q, nil
}

// APIConversation is GET /api/v1/conversations/{id}.
func (s *Server) APIConversation(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	row, err := s.DB.ConversationRow(c.Request().Context(), CallerOf(c).Store.ID, c.Param("id"))
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, conversationOfRow(row))
}
