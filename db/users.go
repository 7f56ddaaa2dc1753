package db

import (
	"context"
	"time"
)

// Role is what a member of a store may do.
type Role string

// The roles: Administração, Supervisão, Atendimento.
const (
	Admin      Role = "admin"
	Supervisor Role = "supervisor"
	Agent      Role = "agent"
)

// User is a person who signs in; the stores it belongs to are its memberships.
type User struct {
	ID           string
	Login        string // an e-mail address, folded
	Name         string
	PasswordHash string
	Disabled     bool
	CreatedAt    time.Time
	// MustChangePassword lets them do nothing else first: somebody else chose it.
	MustChangePassword bool
}

const userColumns = `u.id, u.login, u.name, u.password_hash, u.disabled, u.created_at, u.must_change_password`

func scanUser(r row) (User, error) {
	var u User
	return u, r.Scan(u.targets()...)
}

func (u *User) targets() []any {
	return []any{&u.ID, &u.Login, &u.Name, &u.PasswordHash, &u.Disabled, timeInto{&u.CreatedAt}, &u.MustChangePassword}
}

// InsertUser stores a new user, its login folded. ErrDuplicate: the login is
// taken.
func (tx *Tx) InsertUser(ctx context.Context, u User) error {
	_, err := tx.exec(ctx, "insert user",
		`INSERT INTO users (id, login, name, password_hash, disabled, created_at, must_change_password)
		 VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		u.ID, Fold(u.Login), u.Name, u.PasswordHash, u.Disabled, At(u.CreatedAt), u.MustChangePassword)
	return err
}

// UpdateUser changes a user's name, password hash, whether it must be changed and
// whether the user is disabled.
func (tx *Tx) UpdateUser(ctx context.Context, u User) error {
	return tx.must(ctx, ErrNotFound, "update user "+u.ID,
		`UPDATE users SET name = $2, password_hash = $3, disabled = $4, must_change_password = $5 WHERE id = $1`,
		u.ID, u.Name, u.PasswordHash, u.Disabled, u.MustChangePassword)
}

// SetPassword changes a user's password hash and whether it must be changed.
func (tx *Tx) SetPassword(ctx context.Context, user, hash string, mustChange bool) error {
	return tx.must(ctx, ErrNotFound, "set password of user "+user,
		`UPDATE users SET password_hash = $2, must_change_password = $3 WHERE id = $1`, user, hash, mustChange)
}

// RenameUser changes a user's name. ErrChanged: it is no longer what it was.
func (tx *Tx) RenameUser(ctx context.Context, user, was, name string) error {
	return tx.must(ctx, ErrChanged, "rename user "+user, `UPDATE users SET name = $3 WHERE id = $1 AND name = $2`, user, was, name)
}

// User reads a user.
func (q Queries) User(ctx context.Context, id string) (User, error) {
	return one(ctx, q, "user "+id, scanUser, `SELECT `+userColumns+` FROM users u WHERE u.id = $1`, id)
}

// UserByLogin reads the user who signs in with a login, however written.
func (q Queries) UserByLogin(ctx context.Context, login string) (User, error) {
	return one(ctx, q, "user", scanUser, `SELECT `+userColumns+` FROM users u WHERE u.login = $1`, Fold(login))
}

// Membership is a user's place in a store. Every member is a seller.
type Membership struct {
	Store     string
	User      string
	Role      Role
	Seller    string
	CreatedAt time.Time
	Disabled  bool // cannot sign in to this store
}

const membershipColumns = `m.store_id, m.user_id, m.role, m.seller_id, m.created_at, m.disabled`

func (m *Membership) targets() []any {
	return []any{&m.Store, &m.User, &m.Role, &m.Seller, timeInto{&m.CreatedAt}, &m.Disabled}
}

// InsertMembership makes a user a member of a store, as the seller that has to
// be there. ErrDuplicate: it is one.
func (tx *Tx) InsertMembership(ctx context.Context, m Membership) error {
	_, err := tx.exec(ctx, "insert membership",
		`INSERT INTO memberships (store_id, user_id, role, seller_id, created_at, disabled) VALUES ($1, $2, $3, $4, $5, $6)`,
		m.Store, m.User, m.Role, m.Seller, At(m.CreatedAt), m.Disabled)
	return err
}

// SetRole changes a member's role.
func (tx *Tx) SetRole(ctx context.Context, store, user string, role Role) error {
	return tx.must(ctx, ErrNotFound, "set role of user "+user,
		`UPDATE memberships SET role = $3 WHERE store_id = $1 AND user_id = $2`, store, user, string(role))
}

// SetMemberDisabled says whether a member can sign in to a store.
func (tx *Tx) SetMemberDisabled(ctx context.Context, store, user string, disabled bool) error {
	return tx.must(ctx, ErrNotFound, "disable member "+user,
		`UPDATE memberships SET disabled = $3 WHERE store_id = $1 AND user_id = $2`, store, user, disabled)
}

// Membership reads a user's place in a store.
func (q Queries) Membership(ctx context.Context, store, user string) (Membership, error) {
	return one(ctx, q, "membership of user "+user, func(r row) (m Membership, err error) { return m, r.Scan(m.targets()...) },
		`SELECT `+membershipColumns+` FROM memberships m WHERE m.store_id = $1 AND m.user_id = $2`, store, user)
}

// EnterStore notes that a member has entered a store: signing in leads there again.
func (tx *Tx) EnterStore(ctx context.Context, store, user string, at time.Time) error {
	return tx.must(ctx, ErrNotFound, "enter store "+store,
		`UPDATE memberships SET entered_at = $3 WHERE store_id = $1 AND user_id = $2`, store, user, At(at))
}

// MembershipsOf lists the stores a user can sign in to: the one entered last
// first, then those never entered, the earliest membership first.
func (q Queries) MembershipsOf(ctx context.Context, user string) ([]Membership, error) {
	return list(ctx, q, "memberships of user "+user,
		func(r row) (m Membership, err error) { return m, r.Scan(m.targets()...) },
		`SELECT `+membershipColumns+` FROM memberships m WHERE m.user_id = $1 AND NOT m.disabled
		 ORDER BY COALESCE(m.entered_at, 0) DESC, m.created_at, m.store_id`, user)
}

// Member is a store's member with its person.
type Member struct {
	Membership
	Person User
}

// Members lists a page of a store's members by login, from after one.
func (q Queries) Members(ctx context.Context, store, after string, limit int) ([]Member, error) {
	return list(ctx, q, "members", func(r row) (m Member, err error) {
		return m, r.Scan(append(m.targets(), m.Person.targets()...)...)
	}, `SELECT `+membershipColumns+`, `+userColumns+` FROM memberships m JOIN users u ON u.id = m.user_id
	    WHERE m.store_id = $1 AND u.login > $2 ORDER BY u.login LIMIT $3`, store, after, pageLimit(limit))
}

// RequirePassword says whether a store's member has to choose another password at
// the next sign-in.
func (tx *Tx) RequirePassword(ctx context.Context, store, user string, must bool) error {
	return tx.must(ctx, ErrNotFound, "require a password of user "+user,
		`UPDATE users SET must_change_password = $3
		 WHERE id = $2 AND EXISTS (SELECT 1 FROM memberships m WHERE m.store_id = $1 AND m.user_id = $2)`, store, user, must)
}
