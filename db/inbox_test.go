package db_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// inbox is a store with conversations in every place, and what a list of them
// must be, worked out without SQL.
type inbox struct {
	*dbtest.Shop
	teams, sellers, channels []string
	all                      []db.Conversation
}

func newInbox(t *testing.T, d *db.DB, slug string, n int) inbox {
	s := inbox{Shop: dbtest.Store(t, d, slug)}
	for i := range 3 {
		s.teams = append(s.teams, s.Team(fmt.Sprint("Time ", i)).ID)
		s.channels = append(s.channels, s.Channel(fmt.Sprint("canal ", i), db.ChannelAPI).ID)
	}
	for i := range 4 {
		s.sellers = append(s.sellers, s.Seller(fmt.Sprint("Vendedor ", i), s.teams[i%3]).ID)
	}
	r := rand.New(rand.NewPCG(1, uint64(n)))
	for i := range n {
		p := s.Contact(s.channels[r.IntN(3)], fmt.Sprintf("Cliente %03d", i), fmt.Sprintf("+55 11 9%04d-0000", i))
		s.all = append(s.all, s.Conversation(p, func(c *db.Conversation) { s.place(r, c) }))
	}
	return s
}

// place puts a conversation anywhere, several at the same instants.
func (s inbox) place(r *rand.Rand, c *db.Conversation) {
	at := dbtest.Start.Add(-time.Duration(r.IntN(12)) * time.Minute)
	c.WaitStart, c.ClockStart, c.LastAt = at, at, at
	if r.IntN(2) > 0 {
		c.LastFrom = flow.FromSeller
	}
	if r.IntN(3) > 0 {
		c.Team = s.teams[r.IntN(3)]
	}
	if r.IntN(2) > 0 {
		c.Seller = s.sellers[r.IntN(4)]
	}
	c.Level = []flow.Level{flow.Green, flow.Yellow, flow.Red}[r.IntN(3)]
	switch r.IntN(6) {
	case 0:
		c.WaitStart, c.ClockStart, c.Level = time.Time{}, time.Time{}, flow.LevelNone
	case 1:
		c.Seller = s.sellers[r.IntN(4)]
		c.ClockStart, c.Level, c.PostponedUntil = time.Time{}, flow.LevelNone, at.Add(time.Hour)
	case 2:
		c.Status, c.ClosedAt, c.WaitStart, c.ClockStart, c.Level = flow.Closed, at, time.Time{}, time.Time{}, flow.LevelNone
	}
}

// want are the ids a query without cursor and limit lists.
func (s inbox) want(q db.ListQuery) []string {
	var found []db.Conversation
	for _, c := range s.all {
		if s.matches(q, c) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b db.Conversation) int {
		p, o := a.Place(), b.Place()
		return cmp.Or(p.Rank-o.Rank, cmp.Compare(p.SortKey, o.SortKey), cmp.Compare(a.ID, b.ID))
	})
	var ids []string
	for _, c := range found {
		ids = append(ids, c.ID)
	}
	return ids
}

func (s inbox) matches(q db.ListQuery, c db.Conversation) bool {
	mine, teams, waiting := c.Seller == q.Me, c.Seller == "" && slices.Contains(q.MyTeams, c.Team), c.Queue() == flow.WaitingQueue
	open, postponed := c.IsOpen(), c.Postponed()
	tab := map[db.Tab]bool{db.TabMine: mine && open && !postponed, db.TabTeams: teams && open && !postponed,
		db.TabWaiting: waiting && open && !postponed, db.TabPostponed: postponed && open, db.TabClosed: !open, db.TabAll: open,
		db.TabAny: true}[q.Tab]
	rank := c.Place().Rank
	return tab && (!q.OnlyVisible || mine || teams || waiting) &&
		(!q.OnlyVisible || q.Tab != db.TabPostponed || mine) &&
		(len(q.Ranks) == 0 || slices.Contains(q.Ranks, rank)) && (q.Queue == "" || q.Queue == c.Queue()) &&
		(q.Team == "" || q.Team == c.Team) && (q.Seller == "" || q.Seller == c.Seller) &&
		(q.ChannelID == "" || q.ChannelID == c.ChannelID)
}

// queries are combinations of everything a list can be asked for.
func (s inbox) queries() []db.ListQuery {
	var all []db.ListQuery
	ranks := [][]int{nil, {db.RankYellow}, {db.RankRed, db.RankGreen}, {db.RankPostponed, db.RankRed, db.RankYellow}}
	n := 0
	for _, tab := range []db.Tab{db.TabMine, db.TabTeams, db.TabWaiting, db.TabPostponed, db.TabClosed, db.TabAll, db.TabAny} {
		for _, visible := range []bool{false, true} {
			for _, team := range []string{"", s.teams[1]} {
				for _, seller := range []string{"", s.sellers[0], s.sellers[1]} {
					for _, channel := range []string{"", s.channels[2]} {
						for _, queue := range append([]flow.Queue{""}, flow.Queues...) {
							n++
							all = append(all, db.ListQuery{Tab: tab, Me: s.sellers[0], MyTeams: s.teams[:2], OnlyVisible: visible, Team: team,
								Seller: seller, ChannelID: channel, Queue: queue, Ranks: ranks[n%len(ranks)], Limit: 7})
						}
					}
				}
			}
		}
	}
	return all
}

func ids(rows []db.Row) []string {
	var all []string
	for _, r := range rows {
		all = append(all, r.ID)
	}
	return all
}

// walk pages through the whole list forwards, then back from its end.
func walk(t *testing.T, d *db.DB, store string, q db.ListQuery) (forwards, backwards []string) {
	t.Helper()
	list := func(q db.ListQuery) db.Page { return must[db.Page](t)(d.ListConversations(ctx, store, q)) }
	page := list(q)
	if page.Prev != nil {
		t.Errorf("%+v: the first page has one before", q)
	}
	forwards = ids(page.Rows)
	for page.Next != nil {
		q.After = must[*db.Cursor](t)(db.ParseCursor(page.Next.String()))
		page = list(q)
		forwards = append(forwards, ids(page.Rows)...)
	}
	backwards = ids(page.Rows)
	for q.After = nil; page.Prev != nil; {
		q.Before = page.Prev
		page = list(q)
		backwards = append(ids(page.Rows), backwards...)
	}
	return forwards, backwards
}

func TestListConversations(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newInbox(t, d, "a", 150)
		newInbox(t, d, "b", 20)
		for i, q := range s.queries() {
			if d.Postgres() && i%5 != 0 { // enough to see that it means the same there
				continue
			}
			want := s.want(q)
			forwards, backwards := walk(t, d, s.ID, q)
			if !slices.Equal(forwards, want) || !slices.Equal(backwards, want) {
				t.Fatalf("%+v:\nlisted %v\nback   %v\nwant   %v", q, forwards, backwards, want)
			}
			counts := must[db.Counts](t)(d.CountConversations(ctx, s.ID, q))
			q.Ranks = nil
			for tab, n := range counts.Tabs {
				q.Tab = tab
				if got := len(s.want(q)); got != n {
					t.Fatalf("%+v: counted %d, want %d", q, n, got)
				}
			}
		}
	})
}

func TestListNeedsTwoStatementsAndShowsNames(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newInbox(t, d, "a", 60)
		counted, n := db.CountStatements(ctx)
		page := must[db.Page](t)(d.ListConversations(counted, s.ID, db.ListQuery{Tab: db.TabAll, Limit: 50}))
		if n.Load() > 2 { // the list, and its store's channels
			t.Errorf("%d statements", n.Load())
		}
		n.Store(0)
		must[db.Page](t)(d.ListConversations(counted, s.ID, db.ListQuery{Tab: db.TabTeams, MyTeams: s.teams, Limit: 50}))
		if n.Load() > 2 {
			t.Errorf("%d statements", n.Load())
		}
		for _, r := range page.Rows {
			if r.ContactName == "" || r.ContactPhone == "" || r.ChannelName == "" || (r.TeamName == "") != (r.Team == "") ||
				(r.SellerName == "") != (r.Seller == "") {
				t.Errorf("names missing: %+v", r)
			}
			diff(t, must[db.Row](t)(d.ConversationRow(ctx, s.ID, r.ID)), r, sameConversation)
		}
		counts := must[db.Counts](t)(d.CountConversations(ctx, s.ID, db.ListQuery{Tab: db.TabAll}))
		byQueue := must[map[flow.Queue]db.Ranks](t)(d.CountByQueue(ctx, s.ID))
		total := 0
		for _, r := range byQueue {
			total += r.Total()
		}
		if total != counts.Tabs[db.TabAll] || counts.Ranks.Total() != total {
			t.Errorf("%d by queue, %+v", total, counts)
		}
	})
}

func TestParseCursorRefusesNonsense(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "x", "!!", "MSAy", "OSAxIGE", "YSBiIGM"} {
		if c, err := db.ParseCursor(s); err == nil {
			t.Errorf("%q is %v", s, c)
		}
	}
}

func TestExempt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newInbox(t, d, "a", 120)
		enabled := dbtest.Start.Add(-5 * time.Minute)
		waiting, answered := 0, 0
		for _, c := range s.all {
			if c.IsOpen() && !c.Postponed() && c.Waiting() && c.WaitStart.Before(enabled) {
				waiting++
			}
			if c.IsOpen() && !c.Postponed() && !c.Waiting() && c.LastFrom == flow.FromSeller && c.LastAt.Before(enabled) {
				answered++
			}
		}
		n, capped, err := d.Exempt(ctx, s.ID, db.AutoClose, enabled)
		if err != nil || capped || n != waiting || n == 0 {
			t.Errorf("%d exempt (%v %v), want %d", n, capped, err, waiting)
		}
		if n, _, err = d.Exempt(ctx, s.ID, db.AutoCloseCustomer, enabled); err != nil || n != answered {
			t.Errorf("%d exempt answered (%v), want %d", n, err, answered)
		}
	})
}

// What is merged of each channel's part is the same with more channels than one
// statement of SQLite's has parts.
func TestMoreChannelsThanAUnionHasParts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newInbox(t, d, "a", 60)
		look := func() (seen []any) {
			for _, q := range []db.ListQuery{{Tab: db.TabAll, Limit: 7}, {Tab: db.TabAny, Ranks: []int{db.RankRed, db.RankGreen, db.RankPostponed}, Limit: 7}} {
				for _, row := range must[db.Page](t)(d.ListConversations(ctx, s.ID, q)).Rows {
					seen = append(seen, row.ID)
				}
			}
			n, _, err := d.Exempt(ctx, s.ID, db.AutoClose, dbtest.Start.Add(-5*time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			var aging []string
			err = d.EachAging(ctx, s.ID, db.Aging{Waiting: dbtest.Start}, func(c db.Conversation, _ string) { aging = append(aging, c.ID) })
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(aging)
			return append(seen, n, aging)
		}
		few := look()
		err := d.Tx(ctx, func(tx *db.Tx) error { // three parts each
			for i := range 170 {
				c := db.Channel{Store: s.ID, ID: db.NewID(), Name: fmt.Sprintf("mais um %d", i), Kind: db.ChannelAPI, CreatedAt: dbtest.Start, Version: 1}
				if err := tx.InsertChannel(ctx, c); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		diff(t, look(), few)
	})
}
