package db

import (
	"context"
	"time"
)

// Audit is one entry of a store's audit trail (Auditoria): who changed what, when
// and from where. Names are as they were then. Entries are never changed.
type Audit struct {
	Store    string
	ID       string // sorts by time
	At       time.Time
	ByKind   string // ByUser, ByToken, or BySystem: an operator's command
	ByID     string
	ByName   string
	Address  string // the network address it came from; empty for a command
	Noun     string // what kind of thing it is about: one of the Noun constants
	NounID   string
	NounName string
	Action   string // what was done to it: one of the Audit constants
	Changes  []AuditChange
}

// AuditChange is one field of a change: a code, and its values in a reader's
// words as they were then. Secrets have no values here.
type AuditChange struct {
	Field  string `json:"field"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// What an audit entry can be about.
const (
	NounStore     = "store"
	NounTeam      = "team"
	NounUser      = "user"
	NounSeller    = "seller" // who answers without signing in here
	NounInvite    = "invite"
	NounAccount   = "account" // one's own: password, two-step sign-in
	NounSession   = "session" // sign-ins
	NounHours     = "hours"   // of the store or a team
	NounFlow      = "flow"
	NounSchedule  = "schedule" // what shall become of a flow at an instant
	NounClosing   = "closing"  // automatic closing
	NounChannel   = "channel"
	NounToken     = "token"
	NounWebhook   = "webhook"
	NounCustomer  = "customer"
	NounPortfolio = "portfolio" // many customers at once
	NounHistory   = "history"   // past conversations from elsewhere
)

// What can be done to it.
const (
	AuditCreated     = "created"
	AuditChanged     = "changed"
	AuditDeleted     = "deleted"
	AuditArchived    = "archived"
	AuditRestored    = "restored"
	AuditEnabled     = "enabled"
	AuditDisabled    = "disabled"
	AuditSignedIn    = "signed_in"
	AuditSignedOut   = "signed_out"
	AuditRefused     = "refused"  // a sign-in that failed
	AuditReset       = "reset"    // a password or two-step sign-in, by somebody else
	AuditRevoked     = "revoked"  // a token, an invitation, a session
	AuditAccepted    = "accepted" // an invitation
	AuditImported    = "imported"
	AuditExported    = "exported"
	AuditTransferred = "transferred"
	AuditFailed      = "failed" // a schedule that had become impossible
)

const auditColumns = `x.store_id, x.id, x.at, x.by_kind, x.by_id, x.by_name, x.address, x.noun, x.noun_id, x.noun_name, x.action,
  x.changes`

func scanAudit(r row) (Audit, error) {
	var a Audit
	var changes string
	err := r.Scan(&a.Store, &a.ID, timeInto{&a.At}, &a.ByKind, &a.ByID, &a.ByName, &a.Address, &a.Noun, &a.NounID, &a.NounName,
		&a.Action, &changes)
	if err != nil {
		return a, err
	}
	return a, decode("changes", changes, &a.Changes)
}

// AppendAudit adds an entry to a store's audit trail; without an id it gets one.
func (tx *Tx) AppendAudit(ctx context.Context, a Audit) error {
	if a.ID == "" {
		a.ID = NewID()
	}
	if a.Changes == nil {
		a.Changes = []AuditChange{}
	}
	changes, err := encode(a.Changes)
	if err != nil {
		return wrap("append audit", err)
	}
	_, err = tx.exec(ctx, "append audit",
		`INSERT INTO audit (store_id, id, at, by_kind, by_id, by_name, address, noun, noun_id, noun_name, action, changes)
		 VALUES (`+placeholders(1, 12)+`)`,
		a.Store, a.ID, At(a.At), a.ByKind, a.ByID, a.ByName, a.Address, a.Noun, a.NounID, a.NounName, a.Action, changes)
	return err
}

// AuditQuery narrows a store's audit trail; zero fields do not.
type AuditQuery struct {
	Noun   string
	NounID string
	By     string // an id
	ByKind string
	Since  time.Time
	Until  time.Time // exclusive
	Below  string    // an entry's id: what came before it
}

// AuditTrail lists a store's entries, the latest first.
func (q Queries) AuditTrail(ctx context.Context, store string, query AuditQuery, limit int) ([]Audit, error) {
	a := arguments{values: []any{store}}
	where := `x.store_id = $1`
	for _, c := range []struct{ column, value string }{{"noun", query.Noun}, {"noun_id", query.NounID}, {"by_id", query.By}, {"by_kind", query.ByKind}} {
		if c.value != "" {
			where += ` AND x.` + c.column + ` = ` + a.arg(c.value)
		}
	}
	if !query.Since.IsZero() {
		where += ` AND x.at >= ` + a.arg(At(query.Since))
	}
	if !query.Until.IsZero() {
		where += ` AND x.at < ` + a.arg(At(query.Until))
	}
	if query.Below != "" {
		where += ` AND x.id < ` + a.arg(query.Below)
	}
	return list(ctx, q, "audit trail", scanAudit,
		`SELECT `+auditColumns+` FROM audit x WHERE `+where+` ORDER BY x.id DESC LIMIT `+a.arg(pageLimit(limit)), a.values...)
}

// Actor is who can have caused an entry: a member, or a token.
type Actor struct {
	Kind, ID, Name string
}

// Actors lists a store's members, disabled ones too, and its tokens, by kind and
// name: whose entries one can ask for.
func (q Queries) Actors(ctx context.Context, store string) ([]Actor, error) {
	return list(ctx, q, "actors", func(r row) (a Actor, err error) { return a, r.Scan(&a.Kind, &a.ID, &a.Name) },
		`SELECT 'user' AS kind, u.id AS id, u.name AS name FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.store_id = $1
		 UNION ALL SELECT 'token', k.id, k.name FROM tokens k WHERE k.store_id = $1 ORDER BY 1 DESC, 3, 2`, store)
}
