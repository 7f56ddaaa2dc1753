package db

import (
	"context"
	"time"
)

// Seller (vendedor) is who answers customers.
type Seller struct {
	Store     string
	ID        string
	Name      string
	User      string // who signs in as this seller, or empty
	Active    bool
	Teams     []string // ids
	CreatedAt time.Time
	Away      bool      // ausente: their own word, only read here
	SeenAt    time.Time // the last heartbeat of one of their pages, only read here; zero: never, or gone
	// PresentSince is since when they are there, away or gone, only read here.
	PresentSince time.Time
}

const sellerColumns = `p.store_id, p.id, p.name, p.user_id, p.active, p.created_at, p.away, p.seen_at,
  p.present_since`

func scanSeller(r row) (Seller, error) {
	var s Seller
	return s, r.Scan(s.targets()...)
}

func (s *Seller) targets() []any {
	return []any{&s.Store, &s.ID, &s.Name, textInto{&s.User}, &s.Active, timeInto{&s.CreatedAt}, &s.Away, timeInto{&s.SeenAt},
		timeInto{&s.PresentSince}}
}

// InsertSeller stores a new seller and the teams it is in. ErrDuplicate: its
// user is another seller of the store.
func (tx *Tx) InsertSeller(ctx context.Context, s Seller) error {
	_, err := tx.exec(ctx, "insert seller "+s.ID,
		`INSERT INTO sellers (store_id, id, name, name_key, user_id, active, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		s.Store, s.ID, s.Name, Fold(s.Name), null(s.User), s.Active, At(s.CreatedAt))
	if err != nil {
		return err
	}
	return tx.setTeams(ctx, s)
}

// UpdateSeller changes a seller and its teams.
func (tx *Tx) UpdateSeller(ctx context.Context, s Seller) error {
	err := tx.must(ctx, ErrNotFound, "update seller "+s.ID,
		`UPDATE sellers SET name = $3, name_key = $4, user_id = $5, active = $6 WHERE store_id = $1 AND id = $2`,
		s.Store, s.ID, s.Name, Fold(s.Name), null(s.User), s.Active)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "update seller "+s.ID, `DELETE FROM seller_teams WHERE store_id = $1 AND seller_id = $2`,
		s.Store, s.ID)
	if err != nil {
		return err
	}
	return tx.setTeams(ctx, s)
}

// RenameSeller changes a seller's name alone.
func (tx *Tx) RenameSeller(ctx context.Context, store, id, name string) error {
	return tx.must(ctx, ErrNotFound, "rename seller "+id,
		`UPDATE sellers SET name = $3, name_key = $4 WHERE store_id = $1 AND id = $2`, store, id, name, Fold(name))
}

func (tx *Tx) setTeams(ctx context.Context, s Seller) error {
	for _, team := range s.Teams {
		if err := tx.JoinTeam(ctx, s.Store, team, s.ID); err != nil {
			return err
		}
	}
	return nil
}

// Seller reads one seller with its teams.
func (q Queries) Seller(ctx context.Context, store, id string) (Seller, error) {
	s, err := one(ctx, q, "seller "+id, scanSeller,
		`SELECT `+sellerColumns+` FROM sellers p WHERE p.store_id = $1 AND p.id = $2`, store, id)
	if err != nil {
		return s, err
	}
	s.Teams, err = list(ctx, q, "teams of seller "+id, column[string],
		`SELECT team_id FROM seller_teams WHERE store_id = $1 AND seller_id = $2 ORDER BY team_id`, store, id)
	return s, err
}

// NameKey is a place in a list that is in the order of names: the folded name,
// then the id.
type NameKey struct{ Key, ID string }

// Sellers lists a page of a store's sellers by name with their teams, active and
// inactive, from after a place.
func (q Queries) Sellers(ctx context.Context, store string, after NameKey, limit int) ([]Seller, error) {
	return q.sellers(ctx, store,
		`SELECT `+sellerColumns+` FROM sellers p WHERE p.store_id = $1 AND (p.name_key, p.id) > ($2, $3)
		 ORDER BY p.name_key, p.id LIMIT $4`, store, after.Key, after.ID, pageLimit(limit))
}

// AllSellers lists all of a store's sellers by name with their teams: choices.
func (q Queries) AllSellers(ctx context.Context, store string) ([]Seller, error) {
	return q.sellers(ctx, store,
		`SELECT `+sellerColumns+` FROM sellers p WHERE p.store_id = $1 ORDER BY p.name_key, p.id`, store)
}

func (q Queries) sellers(ctx context.Context, store, query string, args ...any) ([]Seller, error) {
	sellers, err := list(ctx, q, "sellers", scanSeller, query, args...)
	if err != nil {
		return nil, err
	}
	type pair struct{ seller, team string }
	pairs, err := list(ctx, q, "teams of sellers", func(r row) (p pair, err error) { return p, r.Scan(&p.seller, &p.team) },
		`SELECT seller_id, team_id FROM seller_teams WHERE store_id = $1 ORDER BY seller_id, team_id`, store)
	teams := map[string][]string{}
	for _, p := range pairs {
		teams[p.seller] = append(teams[p.seller], p.team)
	}
	for i := range sellers {
		sellers[i].Teams = teams[sellers[i].ID]
	}
	return sellers, err
}

// Key is the seller's own place in a list by name.
func (s Seller) Key() NameKey { return NameKey{Fold(s.Name), s.ID} }
