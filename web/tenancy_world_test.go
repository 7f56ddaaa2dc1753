package web_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
	"semaforo/scheduler"
)

// world is two stores on one installation.
type world struct {
	*site
	mine, theirs *dbtest.Shop
	spare        map[string][]string // what things of theirs are called that nobody has asked for yet
	both         db.Member           // of both stores, at work in mine
	left         db.Member           // of mine, and deactivated in theirs
	words        int
}

func newWorld(t *testing.T) *world {
	w := &world{site: newSite(t, nil)}
	w.mine, w.theirs = dbtest.Store(t, w.db, mine), dbtest.Store(t, w.db, theirs)
	w.mine.Channel("porta", db.ChannelAPI)
	w.theirs.Channel("porta de "+theirs, db.ChannelAPI)
	w.publish(w.mine)
	w.publish(w.theirs)
	return w
}

// keep makes spare things of theirs.
func (w *world) keep() {
	w.spare = map[string][]string{}
	for noun, n := range map[string]int{"message": 20, "team": 10, "seller": 10, "channel name": 10, "flow": 10, "login": 20} {
		for range n {
			w.spare[noun] = append(w.spare[noun], nouns[noun](w, w.theirs))
		}
	}
}

// other is what a thing of theirs is asked for by.
func (w *world) other(noun string, foreign map[string]string) string {
	w.t.Helper()
	name, fresh := strings.CutPrefix(noun, "new ")
	if !fresh {
		return foreign[noun]
	}
	all := w.spare[name]
	if len(all) == 0 {
		w.t.Fatalf("no spare %s is left", name)
	}
	w.spare[name] = all[1:]
	return all[0]
}

// word is a name nobody else has; in theirs it says so.
func (w *world) word(in *dbtest.Shop) string {
	w.words++
	return fmt.Sprintf("%s-%d", in.Slug, w.words)
}

func (w *world) login(in *dbtest.Shop) string { return w.word(in) + "@" + in.Slug + ".example" }

// publish makes what was put into the tables the store's configuration.
func (w *world) publish(in *dbtest.Shop) {
	w.t.Helper()
	_, err := w.handlers.Door.Configure(context.Background(), in.ID, scheduler.By{Kind: db.BySystem}, func(*db.Tx, time.Time) error { return nil })
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) receive(in *dbtest.Shop) scheduler.Received {
	w.t.Helper()
	ctx := context.Background()
	channels, err := w.db.Channels(ctx, in.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	porta := channels[slices.IndexFunc(channels, func(c db.Channel) bool { return strings.HasPrefix(c.Name, "porta") })]
	got, err := w.handlers.Door.Receive(ctx, in.ID, scheduler.Inbound{ChannelID: porta.ID, ExternalID: w.word(in), Text: "Oi, " + in.Slug,
		Contact: scheduler.InboundContact{ExternalID: w.word(in), Name: w.word(in), Phone: "+5511987654321"}})
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

func (w *world) flow(in *dbtest.Shop) db.Flow {
	f := db.Flow{Store: in.ID, Name: w.word(in), Version: 1, UpdatedAt: dbtest.Start, UpdatedBy: in.Slug, Flow: flow.Flow{ID: db.NewID(),
		Queue: flow.TeamQueue, Kind: flow.Alternative, Targets: []string{in.Team(w.word(in)).ID}, Alert1: time.Minute, Alert2: time.Hour,
		Clock: flow.Always, Action: flow.Action{Type: flow.ActionNone}, Active: true}}
	w.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertFlow(ctx, f) })
	return f
}

// schedule makes one of a flow of its own.
func (w *world) schedule(in *dbtest.Shop) db.FlowSchedule {
	g := db.FlowSchedule{Store: in.ID, ID: db.NewID(), Becomes: w.flow(in), Existing: true, UpdatedAt: dbtest.Start, UpdatedBy: in.Slug,
		Start: db.ScheduleStep{At: time.Now().Add(time.Hour), State: db.StepWaiting}}
	w.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertSchedule(ctx, g) })
	return g
}

// withoutFlows takes a store's flows away: a queue has room for some only.
func (w *world) withoutFlows(in *dbtest.Shop) {
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		flows, err := tx.Flows(ctx, in.ID)
		for _, f := range flows {
			err = errors.Join(err, tx.DeleteFlow(ctx, f))
		}
		return err
	})
}

func (w *world) token(in *dbtest.Shop) db.Token {
	k := db.Token{Store: in.ID, ID: db.NewID(), Name: w.word(in), Scope: db.ScopeRead, Hash: db.NewID(), CreatedAt: dbtest.Start}
	w.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertToken(ctx, k) })
	return k
}

func (w *world) webhook(in *dbtest.Shop) db.Webhook {
	h := db.Webhook{Store: in.ID, ID: db.NewID(), URL: "https://" + w.word(in) + ".example/", Secret: in.Slug, Active: true, CreatedAt: dbtest.Start}
	w.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertWebhook(ctx, h) })
	return h
}

func (w *world) signIn(in *dbtest.Shop) db.Session {
	m := in.Member(w.login(in), w.word(in), db.Agent)
	s := db.Session{IDHash: db.NewID(), ID: db.NewID(), Store: in.ID, User: m.User, CreatedAt: dbtest.Start, LastUsedAt: dbtest.Start,
		ExpiresAt: dbtest.Start.Add(time.Hour), UserAgent: in.Slug, Data: "{}"}
	w.tx(func(ctx context.Context, tx *db.Tx) error { return tx.SaveSession(ctx, s) })
	return s
}

func (w *world) invite(in *dbtest.Shop) db.Invite {
	i := db.Invite{Store: in.ID, ID: db.NewID(), TokenHash: db.NewID(), Login: w.login(in), Name: w.word(in), Role: db.Agent, ByName: in.Slug,
		Teams: []string{in.Team(w.word(in)).ID}, CreatedAt: dbtest.Start, ExpiresAt: dbtest.Start.Add(time.Hour)}
	w.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertInvite(ctx, i) })
	return i
}

func (w *world) reset(in *dbtest.Shop) db.Reset {
	r := db.Reset{TokenHash: db.NewID(), Store: in.ID, User: w.someone(in).User, CreatedAt: dbtest.Start, ExpiresAt: dbtest.Start.Add(time.Hour)}
	w.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertReset(ctx, r) })
	return r
}

// importing makes an import that has been checked, with a problem, and waits for
// somebody to say go.
func (w *world) importing(in *dbtest.Shop) db.Import {
	i := db.Import{Store: in.ID, ID: db.NewID(), Kind: db.ImportFile, Name: w.word(in), State: db.ImportChecked, Total: 1, Position: 1, Created: 1,
		ByUser: db.NewID(), ByName: in.Slug, CreatedAt: dbtest.Start, ChangedAt: dbtest.Start}
	line := db.ImportLine{Store: in.ID, Import: i.ID, N: 1, Line: 2, Cells: db.ImportCells{Name: w.word(in)}, Action: db.LineNew,
		Problems: []db.ImportProblem{{Column: "phone", Code: "phone", Arg: in.Slug}},
		Customer: db.Customer{Store: in.ID, ID: db.NewID(), Name: w.word(in), CreatedAt: dbtest.Start}}
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(tx.InsertImport(ctx, i), tx.InsertImportLines(ctx, line))
	})
	return i
}

// history makes an import of a past conversation, with a wait and a line that says
// nothing, which waits for somebody to say go.
func (w *world) history(in *dbtest.Shop) db.Import {
	i := db.Import{Store: in.ID, ID: db.NewID(), Kind: db.ImportHistory, Name: w.word(in), State: db.ImportChecked, Total: 1, Created: 1,
		Details: db.ImportDetails{History: &db.History{Conversations: 1, Waits: 1, Without: 1, First: dbtest.Start, Last: dbtest.Start,
			Unknown: []db.UnknownName{{Kind: db.OfTeam, Name: w.word(in), Lines: 1, Line: 2}}}},
		ByUser: db.NewID(), ByName: in.Slug, CreatedAt: dbtest.Start, ChangedAt: dbtest.Start}
	line := db.ImportLine{Store: in.ID, Import: i.ID, N: 1, Line: 2, Story: db.PastConversation(i.ID), At: dbtest.Start,
		Cells:    db.ImportCells{Past: &db.PastCells{Conversation: w.word(in), Event: flow.CustomerMessage, Team: w.word(in)}},
		Problems: []db.ImportProblem{{Column: "team", Code: "unknown", Arg: in.Slug}}}
	stay := db.Stay{Store: in.ID, Seq: 1, Imported: true, Stay: flow.Stay{Conversation: line.Story, Queue: flow.TeamQueue, Team: w.word(in), Wait: dbtest.Start,
		Start: dbtest.Start, End: dbtest.Start.Add(time.Minute), Level: flow.Green, Outcome: flow.Answered, By: w.word(in)}}
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.InsertPastStays(ctx, i.ID, stay)
		return errors.Join(err, tx.InsertImport(ctx, i), tx.InsertPastLines(ctx, line))
	})
	return i
}

func (w *world) subscription(in *dbtest.Shop) db.Subscription {
	m := in.Member(w.login(in), w.word(in), db.Agent)
	b := db.Subscription{Store: in.ID, ID: db.NewID(), User: m.User, Endpoint: "https://" + w.word(in) + ".example/" + db.NewID(), P256dh: in.Slug, Auth: in.Slug,
		UserAgent: in.Slug, CreatedAt: dbtest.Start}
	w.tx(func(ctx context.Context, tx *db.Tx) error { return tx.SaveSubscription(ctx, b) })
	return b
}

// holiday makes a day of a store's own: each another one, which no other store has.
func (w *world) holiday(in *dbtest.Shop) flow.Date {
	w.words++
	day := time.Date(2031, 4, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, w.words)
	own := flow.OwnHoliday{Date: flow.Date{Year: day.Year(), Month: day.Month(), Day: day.Day()}, Name: w.word(in)}
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		calendar, err := tx.Calendar(ctx, in.ID, "")
		if err != nil {
			return err
		}
		return tx.SetCalendar(ctx, calendar.Planned(calendar.Plan().WithOwn(own), dbtest.Start.Year()))
	})
	return own.Date
}

func (w *world) someone(in *dbtest.Shop) db.Member {
	m := in.Member(w.login(in), w.word(in), db.Agent)
	w.setPassword(m)
	return m
}

// stock gives a store one of every noun.
func (w *world) stock(in *dbtest.Shop) map[string]string {
	w.t.Helper()
	stock := map[string]string{}
	for _, noun := range slices.Sorted(maps.Keys(nouns)) {
		stock[noun] = nouns[noun](w, in)
	}
	return stock
}

// fill gives a store one of everything, also of what no address names.
func (w *world) fill(in *dbtest.Shop) map[string]string {
	w.t.Helper()
	stock := w.stock(in)
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		store, err := tx.Store(ctx, in.ID)
		if err != nil {
			return err
		}
		store.Hours, store.OpenPortfolio = &flow.Week{time.Monday: {{Open: 540, Close: 1080}}}, true
		if err := tx.UpdateStore(ctx, store); err != nil {
			return err
		}
		for _, closing := range []string{db.AutoClose, db.AutoCloseCustomer} {
			err := tx.SetAutoClosing(ctx, db.AutoClosing{Store: in.ID, Kind: closing, ClosingText: in.Slug, UpdatedAt: dbtest.Start,
				UpdatedBy: in.Slug, AutoClose: flow.AutoClose{Enabled: true, After: time.Hour, EnabledAt: dbtest.Start}})
			if err != nil {
				return err
			}
		}
		if err := tx.InsertAlert(ctx, db.Alert{Store: in.ID, Conversation: stock["conversation"], At: dbtest.Start, Kind: db.SecondAlert, Holder: "waiting"}); err != nil {
			return err
		}
		return tx.AppendAudit(ctx, db.Audit{Store: in.ID, At: dbtest.Start, ByKind: db.ByUser, ByID: stock["user"], ByName: in.Slug,
			Noun: db.NounTeam, NounID: stock["team"], NounName: in.Slug, Action: db.AuditChanged})
	})
	w.publish(in)
	return stock
}

// share makes the people of mine who know the other store.
func (w *world) share() {
	for _, p := range []struct {
		member *db.Member
		login  string
	}{{&w.both, "both@loja"}, {&w.left, "left@loja"}} {
		*p.member = w.mine.Member(p.login, p.login, db.Admin)
		seller := w.theirs.Seller(w.word(w.theirs))
		m := db.Membership{Store: w.theirs.ID, User: p.member.User, Role: db.Admin, Seller: seller.ID, CreatedAt: dbtest.Start.Add(time.Hour),
			Disabled: p.member == &w.left}
		w.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertMembership(ctx, m) })
	}
}

// people are who asks: members with a session in mine, tokens of mine, nobody.
func (w *world) people() (pages, programs map[string]func() []string) {
	pages, programs = map[string]func() []string{"nobody": func() []string { return nil }}, map[string]func() []string{}
	members := map[string]db.Member{"both": w.both, "left": w.left}
	for _, role := range []db.Role{db.Admin, db.Supervisor, db.Agent} {
		members[string(role)] = w.mine.Member(string(role)+"@loja", string(role), role)
	}
	for who, m := range members {
		if m.User != "" {
			pages[who] = func() []string { return []string{"Cookie", w.session(w.mine.ID, m)} }
		}
	}
	for _, scope := range []db.Scope{db.ScopeRead, db.ScopeConversations, db.ScopeConfiguration} {
		programs[string(scope)] = func() []string { return []string{"Authorization", "Bearer " + w.site.token(w.mine.ID, scope)} }
	}
	return pages, programs
}
