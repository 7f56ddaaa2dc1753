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
