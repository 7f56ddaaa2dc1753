package db

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"semaforo/flow"
)

// PastCells are a line of past conversations: an event, with names or ids as the file
// has them.
type PastCells struct {
	Conversation string         `json:"conversation"`
	Event        flow.EventType `json:"event"`
	Team         string         `json:"team,omitempty"`
	Seller       string         `json:"seller,omitempty"`
	Channel      string         `json:"channel,omitempty"`
	Until        time.Time      `json:"until,omitzero"`
}

// NamesChoice is what becomes of names that the store does not know.
type NamesChoice string

// The choices.
const (
	NamesRefused NamesChoice = ""          // they are errors
	NamesLeftOut NamesChoice = "leave_out" // the conversations in which they occur are left out
	NamesAsNone  NamesChoice = "as_none"   // they are a team, seller or channel that nobody knows
)

// UnknownName is a name that the store does not know, or several people of the store
// have.
type UnknownName struct {
	Kind      FigureKind `json:"kind"` // OfTeam, OfSeller or OfChannel
	Name      string     `json:"name"`
	Lines     int        `json:"lines"`
	Line      int        `json:"line"` // the first in the file that was found
	Ambiguous bool       `json:"ambiguous,omitempty"`
}

// History is how far an import of past conversations has come, and what it found.
type History struct {
	Cursor   string `json:"cursor,omitempty"`   // the last conversation that was done in this state
	Settling bool   `json:"settling,omitempty"` // all waits are written, and enter what is read of them

	Malformed     int                `json:"malformed,omitempty"` // lines that cannot be read
	Conversations int                `json:"conversations,omitempty"`
	LeftOut       int                `json:"left_out,omitempty"` // conversations with unknown names
	Waits         int                `json:"waits,omitempty"`
	Queues        map[flow.Queue]int `json:"queues,omitempty"`   // waits by queue
	Silences      int                `json:"silences,omitempty"` // waits that ended in one
	Waiting       int                `json:"waiting,omitempty"`  // customers whom nobody answered
	Without       int                `json:"without,omitempty"`  // lines that change nothing
	First         time.Time          `json:"first,omitzero"`     // of what happened
	Last          time.Time          `json:"last,omitzero"`
	Unknown       []UnknownName      `json:"unknown,omitempty"`
	MoreUnknown   int                `json:"more_unknown,omitempty"` // lines with names beyond those listed
	Names         NamesChoice        `json:"names,omitempty"`
}

// PastConversation is the id of a conversation of elsewhere among the store's stays:
// the same whenever it is imported, and none that a conversation of ours can have.
func PastConversation(elsewhere string) string {
	sum := sha256.Sum256([]byte(elsewhere))
	return "past-" + base64.RawURLEncoding.EncodeToString(sum[:16])
}

// rowsAtOnce is how many rows one statement inserts: its text is prepared once.
const rowsAtOnce = 50

// insertRows inserts rows of so many values each with one statement for some of them,
// and returns how many were new.
func (tx *Tx) insertRows(ctx context.Context, what, into, row, tail string, values [][]any) (int64, error) {
	var total int64
	for len(values) > 0 {
		n := 1
		if len(values) >= rowsAtOnce {
			n = rowsAtOnce
		}
		var text strings.Builder
		var args []any
		text.WriteString("INSERT INTO " + into + " VALUES ")
		for i, some := range values[:n] {
			if i > 0 {
				text.WriteString(", ")
			}
			text.WriteString(numbered(row, len(args)))
			args = append(args, some...)
		}
		added, err := tx.exec(ctx, what, text.String()+tail, args...)
		if err != nil {
			return total, err
		}
		total += added
		values = values[n:]
	}
	return total, nil
}

// numbered gives each ? of a row its number, after those before it.
func numbered(row string, before int) string {
	var b strings.Builder
	for _, r := range row {
		if r != '?' {
			b.WriteRune(r)
			continue
		}
		before++
		b.WriteString("$" + strconv.Itoa(before))
	}
	return b.String()
}

// InsertPastLines adds lines of past conversations to an import.
func (tx *Tx) InsertPastLines(ctx context.Context, lines ...ImportLine) error {
	rows := make([][]any, 0, len(lines))
	for _, l := range lines {
		cells, err := encode(l.Cells)
		if err != nil {
			return err
		}
		problems, err := l.problems()
		if err != nil {
			return err
		}
		rows = append(rows, []any{l.Store, l.Import, l.N, l.Line, cells, problems, l.Story, int64(At(l.At))})
	}
	_, err := tx.insertRows(ctx, "insert past lines",
		`import_lines (store_id, import_id, n, line, cells, problems, story, at, identity, contact, action, version, name, name_key,
		   phone, phone_digits, phone_key)`, `(?, ?, ?, ?, ?, ?, ?, ?, '', '', '', 0, '', '', '', '', '')`, "", rows)
	return err
}

func (l ImportLine) problems() (string, error) {
	if len(l.Problems) == 0 {
		return "", nil
	}
	return encode(l.Problems)
}

// PastLines lists an import's lines of the conversations after one, each
// conversation's in the order in which they happened.
func (q Queries) PastLines(ctx context.Context, store, id, after string, limit int) ([]ImportLine, error) {
	return list(ctx, q, "past lines", scanLine,
		`SELECT `+lineColumns+` FROM import_lines l WHERE l.store_id = $1 AND l.import_id = $2 AND l.story > $3 AND l.story <> ''
		 ORDER BY l.story, l.at, l.n LIMIT $4`, store, id, after, limit)
}

// PastLinesOf lists an import's lines of one conversation, in the order in which they
// happened.
func (q Queries) PastLinesOf(ctx context.Context, store, id, story string, limit int) ([]ImportLine, error) {
	return list(ctx, q, "past lines of a conversation", scanLine,
		`SELECT `+lineColumns+` FROM import_lines l WHERE l.store_id = $1 AND l.import_id = $2 AND l.story = $3 AND l.story <> ''
		 ORDER BY l.at, l.n LIMIT $4`, store, id, story, limit)
}

// PastProblems lists an import's lines with problems from after the n-th: those that
// are errors, or those that merely change nothing.
func (q Queries) PastProblems(ctx context.Context, store, id string, without bool, after, limit int) ([]ImportLine, error) {
	a := arguments{values: []any{store, id, after, pageLimit(limit)}}
	action := LineAction(without)
	return list(ctx, q, "past lines with problems", scanLine,
		`SELECT `+lineColumns+` FROM import_lines l WHERE l.store_id = $1 AND l.import_id = $2 AND l.n > $3 AND l.problems <> ''
		   AND l.action = `+a.arg(action)+` ORDER BY l.n LIMIT $4`, a.values...)
}

// LineAction is the action of a line of past conversations.
func LineAction(without bool) ImportAction {
	if without {
		return LineSame
	}
	return ""
}

// UpdatePastLine writes what is wrong with a line.
func (tx *Tx) UpdatePastLine(ctx context.Context, l ImportLine) error {
	problems, err := l.problems()
	if err != nil {
		return err
	}
	return tx.must(ctx, ErrNotFound, "update past line",
		`UPDATE import_lines SET problems = $4, action = $5 WHERE store_id = $1 AND import_id = $2 AND n = $3`,
		l.Store, l.Import, l.N, problems, l.Action)
}

// ClearPastLines clears up to limit of an import's lines away and returns how many.
func (tx *Tx) ClearPastLines(ctx context.Context, store, id string, limit int) (int, error) {
	n, err := tx.exec(ctx, "clear past lines", `DELETE FROM import_lines WHERE store_id = $1 AND import_id = $2 AND n IN
	   (SELECT l.n FROM import_lines l WHERE l.store_id = $1 AND l.import_id = $2 ORDER BY l.n LIMIT $3)`, store, id, limit)
	return int(n), err
}

// DeleteImport deletes an import that was given up and has nothing any more.
func (tx *Tx) DeleteImport(ctx context.Context, store, id string) error {
	return tx.must(ctx, ErrNotFound, "delete import "+id, `DELETE FROM imports WHERE store_id = $1 AND id = $2 AND state = 'given_up'`, store, id)
}

// InsertPastStays stores the stays of an import, which nobody sees before it is done,
// and returns how many are new: the same stay again changes nothing.
func (tx *Tx) InsertPastStays(ctx context.Context, id string, stays ...Stay) (int, error) {
	rows := make([][]any, 0, len(stays))
	for _, s := range stays {
		rows = append(rows, []any{s.Store, s.Conversation, s.Seq, string(s.Queue), s.Team, s.Seller, s.Channel, At(s.Wait), At(s.Start), At(s.End),
			string(s.Level), string(s.Outcome), s.By, s.First, id})
	}
	n, err := tx.insertRows(ctx, "insert past stays",
		`stays (store_id, conversation_id, seq, queue, team_id, seller_id, channel, wait_start, started_at, ended_at, level, outcome,
		   answered_by, first, import_id, imported)`, `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, TRUE)`, ` ON CONFLICT DO NOTHING`, rows)
	return int(n), err
}

// DeletePastStays deletes up to limit of an import's stays and returns how many.
func (tx *Tx) DeletePastStays(ctx context.Context, store, id string, limit int) (int, error) {
	n, err := tx.exec(ctx, "delete past stays", `DELETE FROM stays WHERE store_id = $1 AND (conversation_id, seq) IN
	   (SELECT y.conversation_id, y.seq FROM stays y WHERE y.store_id = $1 AND y.import_id = $2 AND y.import_id <> ''
	    ORDER BY y.conversation_id, y.seq LIMIT $3)`, store, id, limit)
	return int(n), err
}

// DeletePastBlocks deletes the blocks of an import's waits, once the waits are gone.
func (tx *Tx) DeletePastBlocks(ctx context.Context, store, id string) error {
	_, err := tx.exec(ctx, "delete past blocks", `DELETE FROM wait_blocks WHERE store_id = $1 AND import_id = $2 AND import_id <> ''`, store, id)
	return err
}

// PastStaysWait reports whether stays of an import are still to be summed.
func (q Queries) PastStaysWait(ctx context.Context, store, id string) (bool, error) {
	n, err := one(ctx, q, "past stays that wait", column[int],
		`SELECT CASE WHEN EXISTS (SELECT 1 FROM stays y WHERE y.store_id = $1 AND NOT y.summed AND y.import_id = $2)
		   THEN 1 ELSE 0 END`, store, id)
	return n == 1, err
}

// Named is something that a line can name.
type Named struct {
	Kind     FigureKind // OfTeam, OfSeller or OfChannel
	ID, Name string
	Key      string // folded: the name, a login, or a name that it had
	Active   bool
}

// EverNamed are a store's teams, sellers and channels, also those that are put away,
// each as often as it has names.
func (q Queries) EverNamed(ctx context.Context, store string) ([]Named, error) {
	return list(ctx, q, "names", func(r row) (n Named, err error) {
		return n, r.Scan(&n.Kind, &n.ID, &n.Name, &n.Key, &n.Active)
	}, `SELECT 'team', t.id, t.name, t.name_key, NOT t.archived FROM teams t WHERE t.store_id = $1
	    UNION ALL SELECT 'seller', p.id, p.name, p.name_key, p.active FROM sellers p WHERE p.store_id = $1
	    UNION ALL SELECT 'seller', p.id, p.name, u.login, p.active FROM sellers p JOIN users u ON u.id = p.user_id WHERE p.store_id = $1
	    UNION ALL SELECT 'channel', h.id, h.name, h.name_key, h.active FROM channels h WHERE h.store_id = $1
	    UNION ALL SELECT 'channel', h.id, h.name, n.name_key, FALSE FROM channel_names n
	      JOIN channels h ON h.store_id = n.store_id AND h.id = n.channel_id WHERE n.store_id = $1 AND n.name_key <> h.name_key`, store)
}
