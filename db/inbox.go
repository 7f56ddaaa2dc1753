package db

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"semaforo/flow"
)

// Tab is a tab of the Conversas list.
type Tab string

// The tabs. Mine, teams, waiting and all leave out what Ranks leaves out; only
// closed and any show closed conversations.
const (
	TabMine      Tab = "mine"      // held by Me, not postponed
	TabTeams     Tab = "teams"     // in the queues of MyTeams
	TabWaiting   Tab = "waiting"   // in nobody's queue
	TabPostponed Tab = "postponed" // the soonest first
	TabClosed    Tab = "closed"    // the latest first
	TabAll       Tab = "all"       // open, the postponed last
	TabAny       Tab = "any"       // all, then closed
)

var tabRanks = map[Tab][2]int{
	TabMine: {RankRed, RankNone}, TabTeams: {RankRed, RankNone}, TabWaiting: {RankRed, RankNone},
	TabPostponed: {RankPostponed, RankPostponed}, TabClosed: {RankClosed, RankClosed},
	TabAll: {RankRed, RankPostponed}, TabAny: {RankRed, RankClosed},
}

// ListQuery says which conversations to list.
type ListQuery struct {
	Tab     Tab
	Me      string   // the seller who looks
	MyTeams []string // the teams Me is in
	// OnlyVisible leaves what the role Atendimento may see: conversations Me
	// holds, those in the queues of MyTeams, and Aguardando.
	OnlyVisible bool

	Ranks     []int      // empty: all of the tab
	Queue     flow.Queue // empty: all
	Team      string     // in its queue, or with a seller and from it
	Seller    string     // held by
	ChannelID string
	Search    string // words of name, phone and messages, all of them

	After, Before *Cursor // the page after, or before, a row
	Limit         int
}

// Row is a line of the list.
type Row struct {
	Conversation
	ContactName       string
	ContactExternalID string
	ContactPhone      string
	ChannelName       string
	ChannelOff        bool // it is switched off: the customer cannot write
	TeamName          string
	SellerName        string
}

// Page is a part of the list.
type Page struct {
	Rows       []Row
	Next, Prev *Cursor // nil: there is nothing there
}

// Cursor is a row's place in the list.
type Cursor struct {
	Rank    int
	SortKey int64
	ID      string
}

// String is the cursor for an address: opaque, ParseCursor reads it.
func (c Cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(
		[]byte(strconv.Itoa(c.Rank) + " " + strconv.FormatInt(c.SortKey, 10) + " " + c.ID))
}

// ParseCursor reads what String wrote.
func ParseCursor(s string) (*Cursor, error) {
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("cursor: %w", err)
	}
	parts := strings.SplitN(string(text), " ", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("cursor %q: not three parts", s)
	}
	var c Cursor
	if c.Rank, err = strconv.Atoi(parts[0]); err == nil {
		c.SortKey, err = strconv.ParseInt(parts[1], 10, 64)
	}
	if err != nil || c.Rank < RankRed || c.Rank > RankClosed {
		return nil, fmt.Errorf("cursor %q: no place in a list", s)
	}
	c.ID = parts[2]
	return &c, nil
}

// Place is the row's cursor.
func (r Row) Place() Cursor {
	p := r.Conversation.Place()
	return Cursor{Rank: p.Rank, SortKey: p.SortKey, ID: r.ID}
}

// ListConversations lists a page of conversations, most urgent first, with the
// names to show them by. Whatever the filters, it reads about as many index
// entries as rows it returns: each combination of holder and channel is one
// range of an index in the list's order, of which the first rows are merged.
// A search is bounded otherwise: see searchWidth.
func (q Queries) ListConversations(ctx context.Context, store string, l ListQuery) (Page, error) {
	limit := pageLimit(l.Limit)
	b, err := q.branches(ctx, store, l)
	words := searchWords(l.Search)
	nothing := len(b) == 0 || (len(words) == 0 && strings.TrimSpace(l.Search) != "")
	if err != nil || nothing {
		return Page{}, err
	}
	if err := q.rarestFirst(ctx, store, words); err != nil {
		return Page{}, err
	}
	a := arguments{values: []any{store}}
	backwards := l.Before != nil
	rows, err := list(ctx, q, "list conversations", scanListRow, q.listStatement(&a, b, words, l, limit+1), a.values...)
	if err != nil {
		return Page{}, err
	}
	more := len(rows) > limit
	rows = rows[:min(len(rows), limit)]
	if backwards {
		slices.Reverse(rows)
	}
	return page(rows, more, backwards, l), nil
}

func page(rows []Row, more, backwards bool, l ListQuery) Page {
	p := Page{Rows: rows}
	if len(rows) == 0 {
		return p
	}
	if more && !backwards || backwards {
		last := rows[len(rows)-1].Place()
		p.Next = &last
	}
	if more && backwards || l.After != nil {
		first := rows[0].Place()
		p.Prev = &first
	}
	return p
}

func scanListRow(r row) (Row, error) {
	var l Row
	var visited string
	err := r.Scan(append(l.targets(&visited), &l.ContactName, &l.ContactExternalID, &l.ContactPhone, &l.ChannelName, &l.ChannelOff,
		textInto{&l.TeamName}, textInto{&l.SellerName})...)
	if err != nil {
		return l, err
	}
	return l, l.read(visited)
}

// The order of the joins is the order they are made in: CROSS JOIN says so to
// SQLite, which has no statistics to find it by.
const listRowFrom = `SELECT ` + conversationColumns + `, contacts.name, contacts.external_id,
  contacts.phone, channels.name, NOT channels.active, teams.name, sellers.name
  FROM page CROSS JOIN conversations c CROSS JOIN contacts CROSS JOIN channels
  LEFT JOIN teams ON teams.store_id = c.store_id AND teams.id = c.team_id
  LEFT JOIN sellers ON sellers.store_id = c.store_id AND sellers.id = c.seller_id
  WHERE c.store_id = $1 AND c.id = page.id AND contacts.store_id = c.store_id AND contacts.id = c.contact_id
    AND channels.store_id = c.store_id AND channels.id = c.channel_id`

func (q Queries) listStatement(a *arguments, branches []branch, words []string, l ListQuery, limit int) string {
	order := " ORDER BY rank, sort_key, id"
	if l.Before != nil {
		order = " ORDER BY rank DESC, sort_key DESC, id DESC"
	}
	// Written out: PostgreSQL plans for as many rows as it reads here, and a parameter could be any number.
	tail := order + " LIMIT " + strconv.Itoa(limit)
	var page string
	if len(words) > 0 {
		page = filtered(a, branches, words, l)
	} else {
		page = q.merged(a, branches, l, tail)
	}
	return "WITH page AS MATERIALIZED (" + page + tail + ") " + listRowFrom +
		strings.NewReplacer("rank", "page.rank", "sort_key", "page.sort_key", "id", "page.id").Replace(order)
}

// merged are the first rows of each branch.
func (q Queries) merged(a *arguments, branches []branch, l ListQuery, tail string) string {
	parts := make([]string, len(branches))
	for i, b := range branches {
		parts[i] = "SELECT * FROM (SELECT c.id, c.rank, c.sort_key FROM conversations c" + q.indexedBy(b.index()) +
			" WHERE c.store_id = $1" + b.where(a, l) + tail + ") AS b" + strconv.Itoa(i)
	}
	return union(parts, tail)
}

// filtered are the conversations that have the words, of any branch. CROSS JOIN
// keeps SQLite from walking the list and looking each row up among the found.
func filtered(a *arguments, branches []branch, words []string, l ListQuery) string {
	found := searched(a, words)
	parts := make([]string, len(branches))
	for i, b := range branches {
		parts[i] = "(1 = 1" + b.where(a, l) + ")"
	}
	return "SELECT c.id, c.rank, c.sort_key FROM (" + found + ") AS found CROSS JOIN conversations c" +
		" WHERE c.store_id = $1 AND c.id = found.hit AND (" + strings.Join(parts, " OR ") + ")"
}

// ConversationRow reads one conversation as a line of the list.
func (q Queries) ConversationRow(ctx context.Context, store, id string) (Row, error) {
	return one(ctx, q, "conversation "+id, scanListRow,
		`WITH page AS (SELECT CAST($2 AS TEXT) AS id) `+listRowFrom, store, id)
}
