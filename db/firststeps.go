package db

import "context"

// FirstSteps are the facts by which a new store's first steps tick themselves
// off. None of them is stored.
type FirstSteps struct {
	Team      bool // a team that is not archived
	Staffed   bool // one with an active seller in it
	Colleague bool // somebody beside the first member can sign in, or is invited to
	Hours     bool // the store has hours of its own
	Message   bool // a customer has written
	Key       bool // a token of the API works
	Flow      bool // a flow is configured
}

// FirstSteps reads them in one statement of look-ups by index.
func (q Queries) FirstSteps(ctx context.Context, store string) (FirstSteps, error) {
	return one(ctx, q, "first steps of store "+store, func(r row) (f FirstSteps, err error) {
		return f, r.Scan(&f.Team, &f.Staffed, &f.Colleague, &f.Hours, &f.Message, &f.Key, &f.Flow)
	}, `SELECT
	  EXISTS (SELECT 1 FROM teams t WHERE t.store_id = s.id AND NOT t.archived),
	  EXISTS (SELECT 1 FROM teams t
	    JOIN seller_teams st ON st.store_id = t.store_id AND st.team_id = t.id
	    JOIN sellers p ON p.store_id = st.store_id AND p.id = st.seller_id AND p.active
	    WHERE t.store_id = s.id AND NOT t.archived),
	  EXISTS (SELECT 1 FROM memberships m WHERE m.store_id = s.id AND NOT m.disabled
	    AND m.user_id <> (SELECT MIN(f.user_id) FROM memberships f WHERE f.store_id = s.id AND NOT f.disabled))
	    OR EXISTS (SELECT 1 FROM invites i WHERE i.store_id = s.id),
	  s.hours IS NOT NULL,
	  EXISTS (SELECT 1 FROM conversations c WHERE c.store_id = s.id),
	  EXISTS (SELECT 1 FROM tokens k WHERE k.store_id = s.id AND k.revoked_at IS NULL),
	  EXISTS (SELECT 1 FROM flows f WHERE f.store_id = s.id)
	FROM stores s WHERE s.id = $1`, store)
}
