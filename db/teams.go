package db

import (
	"context"
	"time"

	"semaforo/flow"
)

// Team (time) is a group of sellers.
type Team struct {
	Store     string
	ID        string
	Name      string // unique in the store, however written
	Hours     *flow.Week
	Holidays  []flow.Date // only with Hours
	Archived  bool
	CreatedAt time.Time
}

const teamColumns = `t.store_id, t.id, t.name, t.hours, t.holidays, t.archived, t.created_at`

func scanTeam(r row) (Team, error) {
	var t Team
	var hours, holidays string
	err := r.Scan(&t.Store, &t.ID, &t.Name, textInto{&hours}, textInto{&holidays}, &t.Archived, timeInto{&t.CreatedAt})
	if err != nil {
		return t, err
	}
	if t.Hours, err = decodeWeek(hours); err != nil {
		return t, err
	}
	t.Holidays, err = decodeDates(holidays)
	return t, err
}

// InsertTeam stores a new team. ErrDuplicate: another has its name.
func (tx *Tx) InsertTeam(ctx context.Context, t Team) error {
	hours, holidays, err := calendarText(t.Hours, t.Holidays)
	if err != nil {
		return wrap("insert team", err)
	}
	_, err = tx.exec(ctx, "insert team "+t.ID,
		`INSERT INTO teams (store_id, id, name, name_key, hours, holidays, archived, created_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		t.Store, t.ID, t.Name, Fold(t.Name), hours, holidays, t.Archived, At(t.CreatedAt))
	return err
}

// UpdateTeam changes a team. ErrDuplicate: another has its name.
func (tx *Tx) UpdateTeam(ctx context.Context, t Team) error {
	hours, holidays, err := calendarText(t.Hours, t.Holidays)
	if err != nil {
		return wrap("update team", err)
	}
	return tx.must(ctx, ErrNotFound, "update team "+t.ID,
		`UPDATE teams SET name = $3, name_key = $4, hours = $5, holidays = $6, archived = $7 WHERE store_id = $1 AND id = $2`,
		t.Store, t.ID, t.Name, Fold(t.Name), hours, holidays, t.Archived)
}

// Team reads one team.
func (q Queries) Team(ctx context.Context, store, id string) (Team, error) {
	return one(ctx, q, "team "+id, scanTeam, `SELECT `+teamColumns+` FROM teams t WHERE t.store_id = $1 AND t.id = $2`,
		store, id)
}

// Teams lists a store's teams by name, the archived ones too.
func (q Queries) Teams(ctx context.Context, store string) ([]Team, error) {
	return list(ctx, q, "teams", scanTeam,
		`SELECT `+teamColumns+` FROM teams t WHERE t.store_id = $1 ORDER BY t.name_key, t.id`, store)
}

func (q Queries) teamIDs(ctx context.Context, store string) ([]string, error) {
	return list(ctx, q, "teams", column[string], `SELECT id FROM teams WHERE store_id = $1 ORDER BY id`, store)
}

// JoinTeam puts a seller into a team, where they may already be.
func (tx *Tx) JoinTeam(ctx context.Context, store, team, seller string) error {
	_, err := tx.exec(ctx, "put seller "+seller+" in team "+team,
		`INSERT INTO seller_teams (store_id, seller_id, team_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, store, seller, team)
	return err
}

// LeaveTeam takes a seller out of a team.
func (tx *Tx) LeaveTeam(ctx context.Context, store, team, seller string) error {
	_, err := tx.exec(ctx, "take seller "+seller+" out of team "+team,
		`DELETE FROM seller_teams WHERE store_id = $1 AND seller_id = $2 AND team_id = $3`, store, seller, team)
	return err
}

// DisbandTeam takes everybody out of a team.
func (tx *Tx) DisbandTeam(ctx context.Context, store, team string) error {
	_, err := tx.exec(ctx, "disband team "+team, `DELETE FROM seller_teams WHERE store_id = $1 AND team_id = $2`, store, team)
	return err
}

// CountMembers counts each team's active sellers; teams with none are absent.
func (q Queries) CountMembers(ctx context.Context, store string) (map[string]int, error) {
	type count struct {
		team string
		n    int
	}
	counts, err := list(ctx, q, "count members", func(r row) (c count, err error) { return c, r.Scan(&c.team, &c.n) },
		`SELECT m.team_id, COUNT(*) FROM seller_teams m JOIN sellers p ON p.store_id = m.store_id AND p.id = m.seller_id AND p.active
		 WHERE m.store_id = $1 GROUP BY m.team_id`, store)
	by := make(map[string]int, len(counts))
	for _, c := range counts {
		by[c.team] = c.n
	}
	return by, err
}

// TeamCount counts a team's open conversations by rank: those in its own queue,
// and those that came from it and are with a seller.
type TeamCount struct{ Queue, Sellers Ranks }

// Total counts both together.
func (c TeamCount) Total() (all Ranks) {
	for i := range all {
		all[i] = c.Queue[i] + c.Sellers[i]
	}
	return all
}

// CountByTeam counts the open conversations of each team of a store.
func (q Queries) CountByTeam(ctx context.Context, store string) (map[string]TeamCount, error) {
	type count struct {
		team    string
		sellers bool
		rank, n int
	}
	counts, err := list(ctx, q, "count by team",
		func(r row) (c count, err error) { return c, r.Scan(&c.team, &c.sellers, &c.rank, &c.n) },
		`SELECT team_id, seller_id <> '' AS sellers, rank, CAST(SUM(n) AS BIGINT) FROM tallies
		 WHERE store_id = $1 AND team_id <> '' GROUP BY 1, 2, 3`, store)
	by := map[string]TeamCount{}
	for _, c := range counts {
		of := by[c.team]
		if c.sellers {
			of.Sellers[c.rank] += c.n
		} else {
			of.Queue[c.rank] += c.n
		}
		by[c.team] = of
	}
	return by, err
}

// CountHeld counts the open conversations that a team's queue or a seller holds
// by rank.
func (q Queries) CountHeld(ctx context.Context, store, team, seller string) (ranks Ranks, err error) {
	where, args := ` seller_id = $2`, []any{store, seller}
	if seller == "" {
		where, args = ` seller_id = '' AND team_id = $2`, []any{store, team}
	}
	type count struct{ rank, n int }
	counts, err := list(ctx, q, "count held", func(r row) (c count, err error) { return c, r.Scan(&c.rank, &c.n) },
		`SELECT rank, CAST(SUM(n) AS BIGINT) FROM tallies WHERE store_id = $1 AND`+where+` GROUP BY rank`, args...)
	for _, c := range counts {
		ranks[c.rank] = c.n
	}
	return ranks, err
}
