package db

import (
	"context"
	"slices"
	"time"
)

// Colleague is a member of a store as the people's page shows them: who signs in,
// what they may, and the seller they are.
type Colleague struct {
	Member
	As Seller
}

// Key is their place in a list by name.
func (c Colleague) Key() NameKey { return c.As.Key() }

// PeopleQuery narrows a store's people; zero fields do not.
type PeopleQuery struct {
	Disabled bool   // those who were deactivated; else the others
	Search   string // part of a name or login
	Team     string
	Role     Role
	Presence Presence
	Since    time.Time // the earliest heartbeat that counts
	After    NameKey   // from after a place
	Before   NameKey   // up to before a place
}

const colleagueFrom = ` FROM memberships m JOIN users u ON u.id = m.user_id
  JOIN sellers p ON p.store_id = m.store_id AND p.id = m.seller_id`

func scanColleague(r row) (c Colleague, err error) {
	return c, r.Scan(slices.Concat(c.targets(), c.Person.targets(), c.As.targets())...)
}

// People lists a page of a store's members by name.
func (q Queries) People(ctx context.Context, store string, query PeopleQuery, limit int) ([]Colleague, error) {
	a := arguments{values: []any{store, query.Disabled}}
	where, order := `m.store_id = $1 AND m.disabled = $2`+query.filter(&a), `p.name_key, p.id`
	if query.After != (NameKey{}) {
		where += ` AND (p.name_key, p.id) > (` + a.arg(query.After.Key) + `, ` + a.arg(query.After.ID) + `)`
	}
	if query.Before != (NameKey{}) {
		where += ` AND (p.name_key, p.id) < (` + a.arg(query.Before.Key) + `, ` + a.arg(query.Before.ID) + `)`
		order = `p.name_key DESC, p.id DESC`
	}
	people, err := list(ctx, q, "people", scanColleague,
		`SELECT `+membershipColumns+`, `+userColumns+`, `+sellerColumns+colleagueFrom+` WHERE `+where+
			` ORDER BY `+order+` LIMIT `+a.arg(pageLimit(limit)), a.values...)
	if err != nil {
		return nil, err
	}
	if query.Before != (NameKey{}) {
		slices.Reverse(people)
	}
	return people, q.teamsOf(ctx, store, people)
}

// filter is the condition of the query beyond its page and whether they are disabled.
func (p PeopleQuery) filter(a *arguments) string {
	where := ""
	if p.Search != "" {
		pattern := a.arg(contains(p.Search))
		where += ` AND (p.name_key LIKE ` + pattern + ` ESCAPE '\' OR u.login LIKE ` + pattern + ` ESCAPE '\')`
	}
	if p.Role != "" {
		where += ` AND m.role = ` + a.arg(string(p.Role))
	}
	if p.Team != "" {
		where += ` AND EXISTS (SELECT 1 FROM seller_teams t WHERE t.store_id = m.store_id AND t.seller_id = m.seller_id AND t.team_id = ` +
			a.arg(p.Team) + `)`
	}
	switch p.Presence {
	case PresenceAvailable:
		where += ` AND NOT p.away AND p.seen_at >= ` + a.arg(At(p.Since))
	case PresenceAway:
		where += ` AND p.away AND p.seen_at >= ` + a.arg(At(p.Since))
	case PresenceOffline:
		where += ` AND (p.seen_at IS NULL OR p.seen_at < ` + a.arg(At(p.Since)) + `)`
	}
	return where
}

// teamsOf reads the teams of those listed alone.
func (q Queries) teamsOf(ctx context.Context, store string, people []Colleague) error {
	if len(people) == 0 {
		return nil
	}
	a := arguments{values: []any{store}}
	at := map[string]int{}
	ids := make([]string, len(people))
	for i, c := range people {
		ids[i], at[c.As.ID] = c.As.ID, i
	}
	type pair struct{ seller, team string }
	pairs, err := list(ctx, q, "teams of people", func(r row) (p pair, err error) { return p, r.Scan(&p.seller, &p.team) },
		`SELECT seller_id, team_id FROM seller_teams WHERE store_id = $1 AND seller_id `+in(&a, ids)+` ORDER BY seller_id, team_id`, a.values...)
	for _, p := range pairs {
		as := &people[at[p.seller]].As
		as.Teams = append(as.Teams, p.team)
	}
	return err
}

// Colleague reads one member of a store.
func (q Queries) Colleague(ctx context.Context, store, user string) (Colleague, error) {
	c, err := one(ctx, q, "colleague "+user, scanColleague,
		`SELECT `+membershipColumns+`, `+userColumns+`, `+sellerColumns+colleagueFrom+` WHERE m.store_id = $1 AND m.user_id = $2`, store, user)
	if err != nil {
		return c, err
	}
	some := []Colleague{c}
	err = q.teamsOf(ctx, store, some)
	return some[0], err
}

// PeopleCounts are how many people a store has: Available and Away of the Active.
type PeopleCounts struct{ Active, Disabled, Invited, Available, Away int }

// CountPeople counts a store's people, by heartbeats since an instant.
func (q Queries) CountPeople(ctx context.Context, store string, since time.Time) (PeopleCounts, error) {
	sum := func(condition string) string {
		return "CAST(COALESCE(SUM(CASE WHEN " + condition + " THEN 1 END), 0) AS BIGINT)"
	}
	return one(ctx, q, "count people", func(r row) (c PeopleCounts, err error) {
		return c, r.Scan(&c.Active, &c.Disabled, &c.Available, &c.Away, &c.Invited)
	}, `SELECT `+sum("NOT m.disabled")+`, `+sum("m.disabled")+`, `+sum("NOT m.disabled AND NOT p.away AND p.seen_at >= $2")+`, `+
		sum("NOT m.disabled AND p.away AND p.seen_at >= $2")+`, (SELECT COUNT(*) FROM invites i WHERE i.store_id = $1)
	  FROM memberships m JOIN sellers p ON p.store_id = m.store_id AND p.id = m.seller_id WHERE m.store_id = $1`, store, At(since))
}

// OtherAdmins counts a store's members but one who can administer it now.
func (q Queries) OtherAdmins(ctx context.Context, store, user string) (int, error) {
	return one(ctx, q, "other administrators", column[int],
		`SELECT COUNT(*) FROM memberships m JOIN users u ON u.id = m.user_id
		 WHERE m.store_id = $1 AND m.user_id <> $2 AND m.role = 'admin' AND NOT m.disabled AND NOT u.disabled`, store, user)
}

// Elsewhere counts the stores but one that a user is a member of, also where the
// membership is disabled: it can come back.
func (q Queries) Elsewhere(ctx context.Context, store, user string) (int, error) {
	return one(ctx, q, "memberships elsewhere of user "+user, column[int],
		`SELECT COUNT(*) FROM memberships WHERE user_id = $2 AND store_id <> $1`, store, user)
}

// CountPortfolio counts the customers in a seller's portfolio.
func (q Queries) CountPortfolio(ctx context.Context, store, seller string) (int, error) {
	return one(ctx, q, "count portfolio of seller "+seller, column[int],
		`SELECT COUNT(*) FROM customers k WHERE k.store_id = $1 AND k.seller_id = $2 AND `+seen, store, seller)
}

// DeleteMemberSessions ends a user's sessions in one store, and what their browsers
// are told of it, wherever they are signed in.
func (tx *Tx) DeleteMemberSessions(ctx context.Context, store, user string) error {
	_, err := tx.exec(ctx, "delete sessions of member "+user,
		`DELETE FROM sessions WHERE store_id = $1 AND user_id = $2`, store, user)
	if err == nil {
		_, err = tx.exec(ctx, "delete subscriptions of member "+user,
			`DELETE FROM push_subscriptions WHERE store_id = $1 AND user_id = $2`, store, user)
	}
	return err
}

// RanksOf counts the open conversations that each of some sellers holds by rank;
// sellers with none are absent.
func (q Queries) RanksOf(ctx context.Context, store string, sellers ...string) (map[string]Ranks, error) {
	type count struct {
		seller  string
		rank, n int
	}
	a := arguments{values: []any{store}}
	counts, err := list(ctx, q, "ranks of sellers", func(r row) (c count, err error) { return c, r.Scan(&c.seller, &c.rank, &c.n) },
		`SELECT seller_id, rank, CAST(SUM(n) AS BIGINT) FROM tallies WHERE store_id = $1 AND seller_id `+in(&a, sellers)+`
		 GROUP BY seller_id, rank HAVING SUM(n) > 0`, a.values...)
	by := map[string]Ranks{}
	for _, c := range counts {
		ranks := by[c.seller]
		ranks[c.rank] += c.n
		by[c.seller] = ranks
	}
	return by, err
}
