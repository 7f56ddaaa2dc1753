package db

import (
	"context"
	"slices"
	"strings"
	"time"
)

// NoticePreferences is how a member of a store wants to be told of what needs
// them. What a page shows while it is open is not a matter of preference.
type NoticePreferences struct {
	Store, User      string
	Sound1, Sound2   bool // at a 1st, a 2nd alert
	Volume1, Volume2 int  // 0 to 100
	Push1, Push2     bool
	PushManagers     bool // of what only managers are told
	Mail2            bool // an e-mail at a 2nd alert
	ShowName         bool // notices by push and e-mail name the customer
	Quiet            Quiet
	Version          int64 // of its last change; 0: never changed
	UpdatedAt        time.Time
}

// Quiet are the hours of a member's week in which nothing sounds and nothing is
// sent, in the store's local time.
type Quiet struct {
	On          bool
	From, Until int            // minutes of the day; an end at or before the beginning is the next day's
	Days        []time.Weekday // on which it begins
}

// Holds reports whether an instant, in the store's zone, is a quiet one.
func (q Quiet) Holds(local time.Time) bool {
	if !q.On {
		return false
	}
	minute, today := local.Hour()*60+local.Minute(), local.Weekday()
	begins := func(day time.Weekday) bool { return slices.Contains(q.Days, day) }
	if q.From < q.Until {
		return begins(today) && minute >= q.From && minute < q.Until
	}
	return begins(today) && minute >= q.From || begins((today+6)%7) && minute < q.Until
}

// DefaultNotices are the preferences of a member who has changed none: sounds,
// and what is pushed once a browser takes it; no e-mail, no name, no quiet hours.
func DefaultNotices(store, user string) NoticePreferences {
	return NoticePreferences{Store: store, User: user, Sound1: true, Volume1: 50, Sound2: true, Volume2: 80,
		Push1: true, Push2: true, PushManagers: true,
		Quiet: Quiet{From: 22 * 60, Until: 7 * 60, Days: []time.Weekday{0, 1, 2, 3, 4, 5, 6}}}
}

const noticeColumns = `n.user_id, n.sound1, n.volume1, n.sound2, n.volume2, n.push1, n.push2, n.push_managers, n.mail2, n.show_name,
  n.quiet, n.quiet_from, n.quiet_until, n.quiet_days, n.version, n.updated_at`

func (p *NoticePreferences) targets(days *string) []any {
	return []any{&p.User, &p.Sound1, &p.Volume1, &p.Sound2, &p.Volume2, &p.Push1, &p.Push2, &p.PushManagers, &p.Mail2, &p.ShowName,
		&p.Quiet.On, &p.Quiet.From, &p.Quiet.Until, days, &p.Version, timeInto{&p.UpdatedAt}}
}

func scanNotices(store string) func(row) (NoticePreferences, error) {
	return func(r row) (NoticePreferences, error) {
		p, days := NoticePreferences{Store: store}, ""
		if err := r.Scan(p.targets(&days)...); err != nil {
			return p, err
		}
		return p, decode("quiet days", days, &p.Quiet.Days)
	}
}

// NoticePreferences reads a member's preferences, the defaults where none were
// changed.
func (q Queries) NoticePreferences(ctx context.Context, store, user string) (NoticePreferences, error) {
	all, err := list(ctx, q, "notice preferences of user "+user, scanNotices(store),
		`SELECT `+noticeColumns+` FROM notice_preferences n WHERE n.store_id = $1 AND n.user_id = $2`, store, user)
	if err != nil || len(all) == 0 {
		return DefaultNotices(store, user), err
	}
	return all[0], nil
}

// SaveNoticePreferences stores a member's preferences over those of their version.
// ErrChanged: they have another version by now.
func (tx *Tx) SaveNoticePreferences(ctx context.Context, p NoticePreferences) error {
	days, err := encode(p.Quiet.Days)
	if err != nil {
		return wrap("save notice preferences", err)
	}
	values := []any{p.Store, p.User, p.Sound1, p.Volume1, p.Sound2, p.Volume2, p.Push1, p.Push2, p.PushManagers, p.Mail2, p.ShowName,
		p.Quiet.On, p.Quiet.From, p.Quiet.Until, days, At(p.UpdatedAt)}
	what := "save notice preferences of user " + p.User
	if p.Version == 0 {
		return tx.must(ctx, ErrChanged, what,
			`INSERT INTO notice_preferences (store_id, user_id, sound1, volume1, sound2, volume2, push1, push2, push_managers, mail2,
			   show_name, quiet, quiet_from, quiet_until, quiet_days, updated_at, version)
			 VALUES (`+placeholders(1, 16)+`, 1) ON CONFLICT DO NOTHING`, values...)
	}
	return tx.must(ctx, ErrChanged, what,
		`UPDATE notice_preferences SET sound1 = $3, volume1 = $4, sound2 = $5, volume2 = $6, push1 = $7, push2 = $8,
		   push_managers = $9, mail2 = $10, show_name = $11, quiet = $12, quiet_from = $13, quiet_until = $14, quiet_days = $15,
		   updated_at = $16, version = version + 1
		 WHERE store_id = $1 AND user_id = $2 AND version = $17`, append(values, p.Version)...)
}

// Reach is whether anybody in a store can be told at all, and how.
type Reach struct{ Push, Mail bool }

// Reach reads whether a store has a browser that takes notices, and whether
// somebody wants e-mails.
func (q Queries) Reach(ctx context.Context, store string) (Reach, error) {
	return one(ctx, q, "reach", func(r row) (v Reach, err error) { return v, r.Scan(&v.Push, &v.Mail) },
		`SELECT EXISTS (SELECT 1 FROM push_subscriptions WHERE store_id = $1),
		   EXISTS (SELECT 1 FROM notice_preferences WHERE store_id = $1 AND mail2)`, store)
}

// Recipient is a member whom an alert concerns, with how they want to be told.
type Recipient struct {
	User, Login string // the login is an e-mail address
	Preferences NoticePreferences
}

// Recipients lists the members of a store whom an alert to a holder concerns now:
// the seller; in a team's queue its members who are available, seen since an
// instant; in Aguardando ("waiting") everybody who may assume; Managers. Disabled
// members and users are nobody's. With user it lists that member or none.
func (q Queries) Recipients(ctx context.Context, store, holder string, seen time.Time, user string) ([]Recipient, error) {
	a := arguments{values: []any{store}}
	where := ""
	switch kind, id, _ := strings.Cut(holder, ":"); kind {
	case "seller":
		where = ` AND p.active AND p.id = ` + a.arg(id)
	case "team":
		where = ` AND p.active AND NOT p.away AND p.seen_at >= ` + a.arg(At(seen)) +
			` AND EXISTS (SELECT 1 FROM seller_teams t WHERE t.store_id = p.store_id AND t.seller_id = p.id AND t.team_id = ` + a.arg(id) + `)`
	case "waiting":
		where = ` AND p.active`
	case Managers:
		where = ` AND m.role IN ('admin', 'supervisor')`
	default:
		return nil, nil
	}
	if user != "" {
		where += ` AND m.user_id = ` + a.arg(user)
	}
	people, err := list(ctx, q, "recipients of "+holder, func(r row) (v Recipient, err error) { return v, r.Scan(&v.User, &v.Login) },
		`SELECT u.id, u.login FROM memberships m
		 JOIN users u ON u.id = m.user_id AND NOT u.disabled
		 JOIN sellers p ON p.store_id = m.store_id AND p.id = m.seller_id
		 WHERE m.store_id = $1 AND NOT m.disabled`+where+` ORDER BY u.id`, a.values...)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	return people, q.preferred(ctx, store, people)
}

// preferred fills in how people want to be told.
func (q Queries) preferred(ctx context.Context, store string, people []Recipient) error {
	a, where := arguments{values: []any{store}}, ""
	if len(people) == 1 {
		where = ` AND n.user_id = ` + a.arg(people[0].User)
	}
	all, err := list(ctx, q, "notice preferences", scanNotices(store),
		`SELECT `+noticeColumns+` FROM notice_preferences n WHERE n.store_id = $1`+where, a.values...)
	changed := make(map[string]NoticePreferences, len(all))
	for _, p := range all {
		changed[p.User] = p
	}
	for i, v := range people {
		p, ok := changed[v.User]
		if !ok {
			p = DefaultNotices(store, v.User)
		}
		people[i].Preferences = p
	}
	return err
}
