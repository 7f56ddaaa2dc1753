package db

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Invite is a place in a store that waits for somebody to take it: by a link, of
// which only the hash of its secret is kept. Accepted and revoked ones are gone.
type Invite struct {
	Store     string
	ID        string
	TokenHash string
	Login     string // folded, as a user's
	Name      string
	Role      Role
	Teams     []string // ids
	ByName    string   // who made its link
	CreatedAt time.Time
	ExpiresAt time.Time
}

const inviteColumns = `i.store_id, i.id, i.token_hash, i.login, i.name, i.role, i.teams, i.by_name, i.created_at, i.expires_at`

func scanInvite(r row) (Invite, error) {
	var i Invite
	var teams string
	err := r.Scan(&i.Store, &i.ID, &i.TokenHash, &i.Login, &i.Name, &i.Role, &teams, &i.ByName, timeInto{&i.CreatedAt},
		timeInto{&i.ExpiresAt})
	if err != nil {
		return i, err
	}
	return i, decode("teams", teams, &i.Teams)
}

// InsertInvite stores a new invitation, its login folded. ErrDuplicate: the store
// has one for this login.
func (tx *Tx) InsertInvite(ctx context.Context, i Invite) error {
	if i.Teams == nil {
		i.Teams = []string{}
	}
	teams, err := encode(i.Teams)
	if err != nil {
		return wrap("insert invite", err)
	}
	_, err = tx.exec(ctx, "insert invite "+i.ID,
		`INSERT INTO invites (store_id, id, token_hash, login, name, name_key, role, teams, by_name, created_at, expires_at)
		 VALUES (`+placeholders(1, 11)+`)`,
		i.Store, i.ID, i.TokenHash, Fold(i.Login), i.Name, Fold(i.Name), i.Role, teams, i.ByName, At(i.CreatedAt), At(i.ExpiresAt))
	return err
}

// RenewInvite gives an invitation another link, until another instant; the one
// before works no more.
func (tx *Tx) RenewInvite(ctx context.Context, i Invite) error {
	return tx.must(ctx, ErrNotFound, "renew invite "+i.ID,
		`UPDATE invites SET token_hash = $3, by_name = $4, expires_at = $5 WHERE store_id = $1 AND id = $2`,
		i.Store, i.ID, i.TokenHash, i.ByName, At(i.ExpiresAt))
}

// DeleteInvite takes an invitation back.
func (tx *Tx) DeleteInvite(ctx context.Context, store, id string) error {
	return tx.must(ctx, ErrNotFound, "delete invite "+id, `DELETE FROM invites WHERE store_id = $1 AND id = $2`, store, id)
}

// TakeInvite uses an invitation up by the link it has at the time. ErrNotFound: the
// link has expired, or was used, renewed or revoked meanwhile.
func (tx *Tx) TakeInvite(ctx context.Context, i Invite, at time.Time) error {
	return tx.must(ctx, ErrNotFound, "take invite "+i.ID,
		`DELETE FROM invites WHERE store_id = $1 AND id = $2 AND token_hash = $3 AND expires_at > $4`,
		i.Store, i.ID, i.TokenHash, At(at))
}

// Invite reads one invitation.
func (q Queries) Invite(ctx context.Context, store, id string) (Invite, error) {
	return one(ctx, q, "invite "+id, scanInvite,
		`SELECT `+inviteColumns+` FROM invites i WHERE i.store_id = $1 AND i.id = $2`, store, id)
}

// InviteByHash reads the invitation that a link leads to, unless it has expired at
// an instant.
func (q Queries) InviteByHash(ctx context.Context, tokenHash string, at time.Time) (Invite, error) {
	return one(ctx, q, "invite", scanInvite,
		`SELECT `+inviteColumns+` FROM invites i WHERE i.token_hash = $1 AND i.expires_at > $2`, tokenHash, At(at))
}

// InviteQuery narrows a store's invitations; zero fields do not.
type InviteQuery struct {
	Search string
	Role   Role
	After  string // an id: from below it, the later ones first
	Before string // an id: up to above it
}

// Invites lists a page of a store's invitations, the latest first.
func (q Queries) Invites(ctx context.Context, store string, query InviteQuery, limit int) ([]Invite, error) {
	a := arguments{values: []any{store}}
	where, order := `i.store_id = $1`, `i.id DESC`
	if query.Role != "" {
		where += ` AND i.role = ` + a.arg(string(query.Role))
	}
	if query.Search != "" {
		pattern := a.arg(contains(query.Search))
		where += ` AND (i.name_key LIKE ` + pattern + ` ESCAPE '\' OR i.login LIKE ` + pattern + ` ESCAPE '\')`
	}
	if query.After != "" {
		where += ` AND i.id < ` + a.arg(query.After)
	}
	if query.Before != "" {
		where, order = where+` AND i.id > `+a.arg(query.Before), `i.id`
	}
	all, err := list(ctx, q, "invites", scanInvite,
		`SELECT `+inviteColumns+` FROM invites i WHERE `+where+` ORDER BY `+order+` LIMIT `+a.arg(pageLimit(limit)), a.values...)
	if query.Before != "" {
		slices.Reverse(all)
	}
	return all, err
}

// contains is the pattern of what holds a search, however it is written; no
// character of it has a meaning of its own.
func contains(search string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(Fold(search)) + "%"
}
