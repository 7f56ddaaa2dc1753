package db

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// ImportKind is what an import's lines come from.
type ImportKind string

// The kinds.
const (
	ImportFile    ImportKind = "file"    // a CSV file of customers
	ImportAssign  ImportKind = "assign"  // the customers of a search, who all get one seller
	ImportHistory ImportKind = "history" // a file of past conversations
)

// ImportState is how far an import has come:
//
//	receiving → checking → refused
//	                     → checked → preparing → done
//	                     ↘ undoing ↙ ⇄
//	                       given_up
//
// Past conversations that are done can be undone, and what was refused for names that
// nobody knows can be checked again.
type ImportState string

// The states. From preparing on customers are written, which nobody sees before done.
const (
	ImportReceiving ImportState = "receiving" // lines are still coming in
	ImportChecking  ImportState = "checking"
	ImportRefused   ImportState = "refused" // some lines have problems
	ImportChecked   ImportState = "checked" // somebody may say go
	ImportPreparing ImportState = "preparing"
	ImportDone      ImportState = "done"
	ImportUndoing   ImportState = "undoing" // what was prepared is taken away; then Details.Then
	ImportGivenUp   ImportState = "given_up"
)

// Busy reports whether the import goes on by itself.
func (s ImportState) Busy() bool {
	return s == ImportReceiving || s == ImportChecking || s == ImportPreparing || s == ImportUndoing
}

// Import is a change of many customers, or many past conversations, that is prepared
// in batches and then seen as a whole or not at all.
type Import struct {
	Store, ID string
	Kind      ImportKind
	Name      string // the file's, or what the search was, in words
	State     ImportState
	Details   ImportDetails
	Total     int // lines; of an assignment as many as were counted
	Position  int // lines done in this state
	Errors    int // lines with problems
	Created   int
	Changed   int
	Same      int
	Attempts  int
	Reason    string // why it was given up: a code
	ByUser    string
	ByName    string
	Address   string
	CreatedAt time.Time
	ChangedAt time.Time
	Tidy      bool // lines, and words that find nobody, are still to be cleared away
}

// ImportDetails are what only some imports have.
type ImportDetails struct {
	Query CustomerQuery `json:"query,omitzero"` // of an assignment, with its place in the list as After
	To    string        `json:"to,omitempty"`   // its seller, or nobody
	Then  ImportState   `json:"then,omitempty"` // what follows the undoing

	History *History `json:"history,omitempty"` // of past conversations
}

// To brings the import into another state, at its beginning.
func (i *Import) To(state ImportState) {
	i.State, i.Position = state, 0
	if h := i.Details.History; h != nil {
		h.Cursor, h.Settling = "", false
	}
}

// ImportCells are a line of a file, each cell as it is kept.
type ImportCells struct {
	Code     string `json:"code,omitempty"` // the customer's id, as an export writes it
	Name     string `json:"name,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Seller   string `json:"seller,omitempty"` // a login or a name
	Release  bool   `json:"release,omitempty"`
	Channel  string `json:"channel,omitempty"` // a name or an id
	External string `json:"external,omitempty"`

	Past *PastCells `json:"past,omitempty"` // of past conversations
}

// ImportProblem is what is wrong with a cell: a column, a code, and what the code
// speaks of.
type ImportProblem struct {
	Column string `json:"column"`
	Code   string `json:"code"`
	Arg    string `json:"arg,omitempty"`
}

// ImportAction is what becomes of a line.
type ImportAction string

// The actions.
const (
	LineNew    ImportAction = "new"
	LineChange ImportAction = "change"
	LineAssign ImportAction = "assign" // nothing but the seller changes
	LineSame   ImportAction = "same"
)

// ImportLine is a line of an import with what is to become of it.
type ImportLine struct {
	Store, Import string
	N             int // 1, 2, 3 …
	Line          int // in the file
	Cells         ImportCells
	Identity      string // whom it is about
	Contact       string // which contact it makes
	Problems      []ImportProblem
	Action        ImportAction
	Customer      Customer // as it will be; Version as it was seen
	ChannelID     string   // of a contact that is made
	ExternalID    string
	Story         string    // of past conversations: which, as its stays are known by
	At            time.Time // and when it happened
}

const importColumns = `i.store_id, i.id, i.kind, i.name, i.state, i.details, i.total, i.position, i.errors, i.created, i.changed,
  i.same, i.attempts, i.reason, i.by_user, i.by_name, i.address, i.created_at, i.changed_at, i.tidy`

func scanImport(r row) (Import, error) {
	var i Import
	var details string
	err := r.Scan(&i.Store, &i.ID, &i.Kind, &i.Name, &i.State, &details, &i.Total, &i.Position, &i.Errors, &i.Created,
		&i.Changed, &i.Same, &i.Attempts, &i.Reason, &i.ByUser, &i.ByName, &i.Address, timeInto{&i.CreatedAt},
		timeInto{&i.ChangedAt}, &i.Tidy)
	if err != nil {
		return i, err
	}
	return i, decode("details", details, &i.Details)
}

// InsertImport stores a new import.
func (tx *Tx) InsertImport(ctx context.Context, i Import) error {
	details, err := encode(i.Details)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "insert import", `INSERT INTO imports (`+strings.ReplaceAll(importColumns, "i.", "")+`)
		 VALUES (`+placeholders(1, 20)+`)`,
		i.Store, i.ID, i.Kind, i.Name, i.State, details, i.Total, i.Position, i.Errors, i.Created, i.Changed, i.Same,
		i.Attempts, i.Reason, i.ByUser, i.ByName, i.Address, At(i.CreatedAt), At(i.ChangedAt), i.Tidy)
	return err
}

// UpdateImport writes how far an import has come.
func (tx *Tx) UpdateImport(ctx context.Context, i Import) error {
	details, err := encode(i.Details)
	if err != nil {
		return err
	}
	return tx.must(ctx, ErrNotFound, "update import "+i.ID,
		`UPDATE imports SET state = $3, details = $4, total = $5, position = $6, errors = $7, created = $8, changed = $9,
		   same = $10, attempts = $11, reason = $12, by_user = $13, by_name = $14, address = $15, changed_at = $16, tidy = $17
		 WHERE store_id = $1 AND id = $2`,
		i.Store, i.ID, i.State, details, i.Total, i.Position, i.Errors, i.Created, i.Changed, i.Same, i.Attempts, i.Reason,
		i.ByUser, i.ByName, i.Address, At(i.ChangedAt), i.Tidy)
}

// Import reads one import.
func (q Queries) Import(ctx context.Context, store, id string) (Import, error) {
	return one(ctx, q, "import "+id, scanImport, `SELECT `+importColumns+` FROM imports i WHERE i.store_id = $1 AND i.id = $2`, store, id)
}

// LockImport reads an import to carry it on: until the transaction ends, others that
// lock it wait.
func (tx *Tx) LockImport(ctx context.Context, store, id string) (Import, error) {
	return one(ctx, tx.Queries, "import "+id, scanImport,
		`SELECT `+importColumns+` FROM imports i WHERE i.store_id = $1 AND i.id = $2`+tx.lock(` FOR UPDATE`), store, id)
}

// Imports lists a store's imports of some kinds, the latest first.
func (q Queries) Imports(ctx context.Context, store string, limit int, kinds ...ImportKind) ([]Import, error) {
	a := arguments{values: []any{store, pageLimit(limit)}}
	return list(ctx, q, "imports", scanImport,
		`SELECT `+importColumns+` FROM imports i WHERE i.store_id = $1 AND i.kind `+in(&a, kinds)+` ORDER BY i.id DESC LIMIT $2`, a.values...)
}

// ImportToCarry is the import of any store that has waited longest to be carried on;
// ErrNotFound when none has to. Those that nobody went on with since stale go too.
func (q Queries) ImportToCarry(ctx context.Context, stale time.Time) (Import, error) {
	return one(ctx, q, "import to carry on", scanImport,
		`SELECT `+importColumns+` FROM imports i WHERE i.state IN ('checking', 'preparing', 'undoing') OR i.tidy
		   OR i.state IN ('receiving', 'refused', 'checked') AND i.changed_at < $1
		 ORDER BY i.changed_at, i.id LIMIT 1`, At(stale))
}

// Overtaken counts the lines of an import that no longer fit: their customer has
// changed or is gone, somebody else has their number or their contact now, their
// seller has left.
func (q Queries) Overtaken(ctx context.Context, store, id string) (int, error) {
	return one(ctx, q, "overtaken lines", column[int],
		`SELECT (SELECT COUNT(*) FROM import_lines l WHERE l.store_id = $1 AND l.import_id = $2 AND l.action IN ('change', 'assign', 'same')
		     AND NOT EXISTS (SELECT 1 FROM customers k WHERE k.store_id = l.store_id AND k.id = l.customer_id AND k.version = l.version))
		 + (SELECT COUNT(*) FROM import_lines l CROSS JOIN customers k`+q.indexedBy("customers_phone")+`
		     WHERE k.store_id = l.store_id AND k.phone_key = l.phone_key AND k.phone_key <> '' AND l.store_id = $1 AND l.import_id = $2 AND l.action = 'new' AND l.phone_key <> '' AND k.import_id IS NULL)
		 + (SELECT COUNT(*) FROM import_lines l JOIN contacts p ON p.store_id = l.store_id AND p.channel_id = l.channel_id
		       AND p.external_id = l.external_id
		     WHERE l.store_id = $1 AND l.import_id = $2 AND l.channel_id IS NOT NULL)
		 + (SELECT COUNT(*) FROM import_lines l JOIN sellers s ON s.store_id = l.store_id AND s.id = l.seller_id
		     WHERE l.store_id = $1 AND l.import_id = $2 AND l.action IN ('new', 'change', 'assign') AND NOT s.active
		       AND NOT EXISTS (SELECT 1 FROM customers k WHERE k.store_id = l.store_id AND k.id = l.customer_id AND k.seller_id = l.seller_id))`,
		store, id)
}

// ApplyImport makes all that was prepared seen, in a few statements however long
// the import is.
func (tx *Tx) ApplyImport(ctx context.Context, store, id string, at time.Time) error {
	for _, statement := range []string{
		`UPDATE customers SET name = l.name, name_key = l.name_key, phone = l.phone, phone_digits = l.phone_digits,
		   phone_key = l.phone_key, seller_id = l.seller_id, version = customers.version + 1
		 FROM import_lines l WHERE l.store_id = $1 AND l.import_id = $2 AND l.action = 'change'
		   AND customers.store_id = l.store_id AND customers.id = l.customer_id`,
		`UPDATE customers SET seller_id = l.seller_id, version = customers.version + 1
		 FROM import_lines l WHERE l.store_id = $1 AND l.import_id = $2 AND l.action = 'assign'
		   AND customers.store_id = l.store_id AND customers.id = l.customer_id`,
		`UPDATE customers SET import_id = NULL WHERE store_id = $1 AND import_id = $2`,
	} {
		if _, err := tx.exec(ctx, "apply import "+id, statement, store, id); err != nil {
			return err
		}
	}
	// A contact's id need not be a UUID: it is made of the import's and the line's.
	_, err := tx.exec(ctx, "apply import "+id,
		`INSERT INTO contacts (store_id, id, channel_id, external_id, customer_id, name, name_key, phone, phone_digits, secret_hash, created_at)
		 SELECT l.store_id, l.import_id || '-' || CAST(l.n AS TEXT), l.channel_id, l.external_id, l.customer_id, l.name, l.name_key, l.phone,
		   l.phone_digits, NULL, CAST($3 AS BIGINT)
		 FROM import_lines l WHERE l.store_id = $1 AND l.import_id = $2 AND l.channel_id IS NOT NULL`, store, id, At(at))
	return err
}

// UndoImport takes away up to limit of an import's hidden customers and returns how
// many.
func (tx *Tx) UndoImport(ctx context.Context, store, id string, limit int) (int, error) {
	ids, err := list(ctx, tx.Queries, "hidden customers", column[string],
		`SELECT k.id FROM customers k WHERE k.store_id = $1 AND k.import_id = $2 AND k.import_id IS NOT NULL ORDER BY k.id LIMIT $3`,
		store, id, limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	for _, of := range []struct{ table, column string }{{"customer_terms", "customer_id"}, {"customers", "id"}} {
		a := arguments{values: []any{store}}
		_, err := tx.exec(ctx, "undo import "+id, `DELETE FROM `+of.table+` WHERE store_id = $1 AND `+of.column+` `+in(&a, ids), a.values...)
		if err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// TidyImport clears up to limit of an import's lines away, and what their customers
// are found by no more, and returns how many.
func (tx *Tx) TidyImport(ctx context.Context, store, id string, limit int) (int, error) {
	lines, err := tx.ImportLines(ctx, store, id, 0, limit)
	if err != nil || len(lines) == 0 {
		return 0, err
	}
	for _, l := range lines {
		if l.Action != LineChange {
			continue
		}
		// As it is now: it may have changed again, or be one with another.
		present, err := list(ctx, tx.Queries, "customer "+l.Customer.ID, scanCustomer,
			`SELECT `+customerColumns+` FROM customers k WHERE k.store_id = $1 AND k.id = $2`, store, l.Customer.ID)
		for _, c := range present {
			err = tx.forgetTerms(ctx, c)
		}
		if err != nil {
			return 0, fmt.Errorf("tidy import %s: %w", id, err)
		}
	}
	_, err = tx.exec(ctx, "tidy import "+id, `DELETE FROM import_lines WHERE store_id = $1 AND import_id = $2 AND n <= $3`,
		store, id, lines[len(lines)-1].N)
	return len(lines), err
}

// SellersByWord lists a store's sellers whose login or name is a word, however
// written; logins first.
func (q Queries) SellersByWord(ctx context.Context, store, word string) ([]Seller, error) {
	found, err := q.sellersWhere(ctx, `JOIN users u ON u.id = p.user_id WHERE p.store_id = $1 AND u.login = $2`, store, Fold(word))
	if err != nil || len(found) > 0 {
		return found, err
	}
	return q.sellersWhere(ctx, `WHERE p.store_id = $1 AND p.name_key = $2`, store, Fold(word))
}

func (q Queries) sellersWhere(ctx context.Context, where string, args ...any) ([]Seller, error) {
	return list(ctx, q, "sellers by word", scanSeller, `SELECT `+sellerColumns+` FROM sellers p `+where+` ORDER BY p.id LIMIT 9`, args...)
}
