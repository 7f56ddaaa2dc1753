package db_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// Everything in one store, asked for by another's id: nothing is found, nothing
// is changed.
func TestAnotherStoreSeesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := oneConversation(t, d, "a")
		other := dbtest.Store(t, d, "b").ID
		at := dbtest.Start
		team, seller := s.Team("Vendas"), s.Seller("Ana")
		member := s.Member("ana@x.br", "Ana", db.Admin)
		m := db.Message{Store: s.ID, ID: db.NewID(), Conversation: c.ID, Seq: 2, At: at, From: "seller", Text: "segredo",
			Delivery: db.DeliveryPending, ChannelID: c.ChannelID, ExternalID: "e"}
		f := db.Flow{Store: s.ID, UpdatedAt: at, Version: 1, Flow: flow.Flow{ID: db.NewID(), Queue: flow.TeamQueue, Kind: flow.Main,
			Alert1: 1e9, Alert2: 2e9, Clock: flow.Always, Action: flow.Action{Type: flow.ActionNone}}}
		hook := db.Webhook{Store: s.ID, ID: db.NewID(), CreatedAt: at}
		key := db.Token{Store: s.ID, ID: db.NewID(), Scope: db.ScopeRead, Hash: "h", CreatedAt: at}
		invite := inviteOf(s, "novo@x.br", "Novo")
		out := db.Outgoing{Store: s.ID, ID: db.NewID(), Kind: "webhook", Key: "k", CreatedAt: at, NextAt: at}
		in := someImport(s)
		browser := db.Subscription{Store: s.ID, ID: db.NewID(), User: member.User, Endpoint: "e", CreatedAt: at}
		thatDay := db.Period{From: "2026-11-26", To: "2026-11-26"}
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.TakeStays(ctx, s.ID, at, 9)
			sums := map[db.FigureKey]*db.Figures{}
			for _, hours := range []bool{false, true} {
				sums[db.FigureKey{Store: s.ID, Kind: db.OfTeam, Hours: hours, Span: thatDay.From, ID: "t"}] = figuresOf(time.Minute)
			}
			stay := flow.Stay{Conversation: c.ID, Queue: flow.TeamQueue, Team: "t", Channel: "api", Wait: at, Start: at, End: at, Level: flow.Green, Outcome: flow.Ended}
			return errors.Join(err, tx.AddFigures(ctx, sums), tx.AddWaits(ctx, s.ID, []db.Stay{{Store: s.ID, Seq: 1, Stay: stay}}),
				tx.ApplyDeeds(ctx, db.Deeds{{Store: s.ID, Day: thatDay.From, Kind: db.DeedClosed}: {N: 1}}))
		})
		write(t, d, func(tx *db.Tx) error {
			err := errors.Join(tx.InsertMessage(ctx, &m), tx.InsertFlow(ctx, f), tx.InsertWebhook(ctx, hook), tx.InsertToken(ctx, key),
				tx.PutOutbox(ctx, out), tx.KeepChannelName(ctx, s.ID, c.ChannelID, "antes"), tx.SetAutoClosing(ctx, db.AutoClosing{Store: s.ID, Kind: db.AutoClose}),
				tx.InsertAlert(ctx, db.Alert{Store: s.ID, Conversation: c.ID, At: at, Kind: db.FirstAlert, Holder: "waiting"}),
				tx.InsertInvite(ctx, invite), tx.SetAside(ctx, s.ID, c.ID, 1, "x", at, at),
				tx.SaveSubscription(ctx, browser), tx.SaveNoticePreferences(ctx, db.NoticePreferences{Store: s.ID, User: member.User, Mail2: true, UpdatedAt: at}),
				tx.InsertImport(ctx, in), tx.InsertImportLines(ctx, db.ImportLine{Store: s.ID, Import: in.ID, N: 1, Line: 2, Identity: "who",
					Action: db.LineAssign, Customer: db.Customer{ID: c.ContactID, Version: 99}, Problems: []db.ImportProblem{{Code: "x"}}}))
			claimed, claimErr := tx.ClaimOutbox(ctx, "", at, at, 1)
			out = claimed[0]
			return errors.Join(err, claimErr, tx.OutboxGiveUp(ctx, out, "x", at), tx.JoinTeam(ctx, s.ID, team.ID, seller.ID),
				tx.InsertRelocation(ctx, db.Relocation{Store: s.ID, ID: "move", FromTeam: team.ID, ToSeller: seller.ID, ByKind: db.ByUser, CreatedAt: at}))
		})
		gone := someFlow(s, "gone", flow.Alternative)
		write(t, d, func(tx *db.Tx) error {
			return errors.Join(tx.InsertFlow(ctx, gone), tx.DeleteFlow(ctx, gone), tx.AppendEvents(ctx, db.Event{Store: s.ID, Seq: 7, FlowAt: at,
				Record: flow.Record{At: at, Conversation: c.ID, Type: flow.Alert1, Flow: f.ID}}))
		})
		acted := func(store string) db.FlowSpan { return db.FlowSpan{Store: store, Flow: f.ID, From: at} }
		plan := db.FlowSchedule{Store: s.ID, ID: "plan", Becomes: f, UpdatedAt: at, Version: 1, Start: db.ScheduleStep{At: at, State: db.StepWaiting},
			Return: db.ScheduleStep{At: at.Add(time.Hour), State: db.StepFailed, Settled: at, Config: 1}}
		write(t, d, func(tx *db.Tx) error { return tx.InsertSchedule(ctx, plan) })
		reads := map[string]func() (any, error){
			"Conversation":        func() (any, error) { return d.Conversation(ctx, other, c.ID) },
			"ConversationRow":     func() (any, error) { return d.ConversationRow(ctx, other, c.ID) },
			"OpenConversation":    func() (any, error) { return d.OpenConversation(ctx, other, c.ContactID) },
			"ConversationsOf":     func() (any, error) { return d.ConversationsOf(ctx, other, c.ContactID, "", 9) },
			"ListSetAside":        func() (any, error) { return d.ListSetAside(ctx, other, 9) },
			"Events":              func() (any, error) { return d.Events(ctx, other, c.ID, 0, 0) },
			"EventsOf":            func() (any, error) { return d.EventsOf(ctx, other, []string{c.ID}) },
			"EventFeed":           func() (any, error) { return d.EventFeed(ctx, other, "", 9) },
			"Message":             func() (any, error) { return d.Message(ctx, other, m.ID) },
			"MessageByExternal":   func() (any, error) { return d.MessageByExternal(ctx, other, c.ChannelID, "e") },
			"Messages":            func() (any, error) { return d.Messages(ctx, other, c.ID, nil, 9) },
			"MessagesAfter":       func() (any, error) { return d.MessagesAfter(ctx, other, c.ID, db.MessageKey{}, 9) },
			"SellerMessagesSince": func() (any, error) { return d.SellerMessagesSince(ctx, other, c.ID, time.Time{}) },
			"CountBySeller":       func() (any, error) { return d.CountBySeller(ctx, other) },
			"CountByQueue":        func() (any, error) { return d.CountByQueue(ctx, other) },
			"Alerts":              func() (any, error) { return d.Alerts(ctx, other, []string{"waiting"}, "", time.Time{}, 9) },
			"LastAlert":           func() (any, error) { return d.LastAlert(ctx, other) },
			"Flow":                func() (any, error) { return d.Flow(ctx, other, f.ID) },
			"Flows":               func() (any, error) { return d.Flows(ctx, other) },
			"FlowVersion":         func() (any, error) { return d.FlowVersion(ctx, other, f.ID, 1) },
			"FlowVersions":        func() (any, error) { return d.FlowVersions(ctx, other, f.ID, 0, 9) },
			"DeletedFlows":        func() (any, error) { return d.DeletedFlows(ctx, other, flow.TeamQueue, db.FlowKey{}, 9) },
			"CountDeletedFlows":   func() (any, error) { return d.CountDeletedFlows(ctx, other) },
			"ActedOn":             func() (any, error) { return d.ActedOn(ctx, acted(other), db.FlowDeedKey{}, 9) },
			"CountActedOn": func() (any, error) {
				n, err := d.CountActedOn(ctx, []db.FlowSpan{acted(other)}, 9)
				return n[0], err
			},
			"Schedule":             func() (any, error) { return d.Schedule(ctx, other, "plan") },
			"OpenSchedules":        func() (any, error) { return d.OpenSchedules(ctx, other) },
			"DueSchedules":         func() (any, error) { return d.DueSchedules(ctx, other, at) },
			"UnfinishedSchedules":  func() (any, error) { return d.UnfinishedSchedules(ctx, other, at, 9) },
			"SchedulesOf":          func() (any, error) { return d.SchedulesOf(ctx, other, f.ID, "", 9) },
			"ScheduledBetween":     func() (any, error) { return d.ScheduledBetween(ctx, other, 0, 99) },
			"StepAt":               func() (any, error) { store, err := d.Store(ctx, other); return store.StepAt, err },
			"QueueFlows":           func() (any, error) { return d.QueueFlows(ctx, other, flow.TeamQueue) },
			"ConfigurationVersion": func() (any, error) { return d.ConfigurationVersion(ctx, other, 2) },
			"Team":                 func() (any, error) { return d.Team(ctx, other, team.ID) },
			"Teams":                func() (any, error) { return d.Teams(ctx, other) },
			"CountMembers":         func() (any, error) { return d.CountMembers(ctx, other) },
			"CountByTeam":          func() (any, error) { return d.CountByTeam(ctx, other) },
			"CountHeld":            func() (any, error) { return d.CountHeld(ctx, other, team.ID, "") },
			"HeldRefs":             func() (any, error) { return d.HeldRefs(ctx, other, "waiting", at.Add(time.Hour), 9) },
			"Relocations":          func() (any, error) { return d.Relocations(ctx, other) },
			"Seller":               func() (any, error) { return d.Seller(ctx, other, seller.ID) },
			"Sellers":              func() (any, error) { return d.Sellers(ctx, other, db.NameKey{}, 9) },
			"AllSellers":           func() (any, error) { return d.AllSellers(ctx, other) },
			"Membership":           func() (any, error) { return d.Membership(ctx, other, member.User) },
			"Members":              func() (any, error) { return d.Members(ctx, other, "", 9) },
			"People":               func() (any, error) { return d.People(ctx, other, db.PeopleQuery{}, 9) },
			"Colleague":            func() (any, error) { return d.Colleague(ctx, other, member.User) },
			"CountPeople":          func() (any, error) { return d.CountPeople(ctx, other, time.Time{}) },
			"OtherAdmins":          func() (any, error) { return d.OtherAdmins(ctx, other, "") },
			"RanksOf":              func() (any, error) { return d.RanksOf(ctx, other, seller.ID, member.Seller) },
			"CountPortfolio":       func() (any, error) { return d.CountPortfolio(ctx, other, seller.ID) },
			"Invite":               func() (any, error) { return d.Invite(ctx, other, invite.ID) },
			"Invites":              func() (any, error) { return d.Invites(ctx, other, db.InviteQuery{}, 9) },
			"FirstSteps":           func() (any, error) { return d.FirstSteps(ctx, other) },
			"Available":            func() (any, error) { return d.Available(ctx, other, time.Time{}) },
			"Actors":               func() (any, error) { return d.Actors(ctx, other) },
			"NewStays":             func() (any, error) { return d.NewStays(ctx, other, 9) },
			"StaysEnded":           func() (any, error) { return d.StaysEnded(ctx, other, flow.TeamQueue, []time.Time{at}) },
			"FirstWait":            func() (any, error) { return d.FirstWait(ctx, other, flow.TeamQueue) },
			"CountWaits": func() (any, error) {
				return d.CountWaits(ctx, other, flow.TeamQueue, at, at.AddDate(1, 0, 0))
			},
			"WaitNames": func() (any, error) { names, err := d.WaitNames(ctx, other); return names[1:], err },
			"EachWait": func() (any, error) {
				n := 0
				err := d.EachWait(ctx, other, flow.TeamQueue, at, at.AddDate(1, 0, 0), func(*db.Wait) { n++ })
				return n, err
			},
			"PastLines":   func() (any, error) { return d.PastLines(ctx, other, in.ID, "", 9) },
			"PastLinesOf": func() (any, error) { return d.PastLinesOf(ctx, other, in.ID, "past", 9) },
			"PastProblems": func() (any, error) {
				return d.PastProblems(ctx, other, in.ID, false, 0, 9)
			},
			"PastStaysWait": func() (any, error) {
				waits, err := d.PastStaysWait(ctx, other, in.ID)
				return map[bool][]bool{true: {waits}}[waits], err
			},
			"StaysOf":    func() (any, error) { return d.StaysOf(ctx, other, c.ID) },
			"WorstWaits": func() (any, error) { return d.WorstWaits(ctx, other, "") },
			"UserNames":  func() (any, error) { return d.UserNames(ctx, other) },
			"ConfigurationInForce": func() (any, error) {
				// Its own first one, whatever the other store has.
				v, err := d.ConfigurationInForce(ctx, other, at)
				return v - 1, err
			},
			"FiguresOf":         func() (any, error) { return d.FiguresOf(ctx, other, db.OfTeam, thatDay) },
			"FiguresByDay":      func() (any, error) { return d.FiguresByDay(ctx, other, db.OfTeam, "t", thatDay) },
			"FiguresByHour":     func() (any, error) { return d.FiguresByHour(ctx, other, db.OfTeam, "t", thatDay) },
			"FiguresOne":        func() (any, error) { return d.FiguresOne(ctx, other, db.OfTeam, "t", thatDay) },
			"FiguresSummed":     func() (any, error) { at, _, err := d.FiguresSummed(ctx, other); return at, err },
			"Deeds":             func() (any, error) { return d.Deeds(ctx, other, db.DeedQuery{Period: thatDay}) },
			"Stays":             func() (any, error) { return d.Stays(ctx, other, time.Time{}, at.Add(time.Hour), 9) },
			"LastSeen":          func() (any, error) { return d.LastSeen(ctx, other, at.Add(time.Hour)) },
			"RanksBySeller":     func() (any, error) { return d.RanksBySeller(ctx, other) },
			"Calendar":          func() (any, error) { return d.Calendar(ctx, other, team.ID) },
			"TeamCalendars":     func() (any, error) { return d.TeamCalendars(ctx, other) },
			"AuditTrail":        func() (any, error) { return d.AuditTrail(ctx, other, db.AuditQuery{}, 9) },
			"Channel":           func() (any, error) { return d.Channel(ctx, other, c.ChannelID) },
			"ChannelByName":     func() (any, error) { return d.ChannelByName(ctx, other, "api") },
			"Channels":          func() (any, error) { return d.Channels(ctx, other) },
			"Contact":           func() (any, error) { return d.Contact(ctx, other, c.ContactID) },
			"Contacts":          func() (any, error) { return d.Contacts(ctx, other, db.NameKey{}, 9) },
			"Token":             func() (any, error) { return d.Token(ctx, other, key.ID) },
			"TokensInUse":       func() (any, error) { return d.TokensInUse(ctx, other, 9) },
			"Backlogs":          func() (any, error) { return d.Backlogs(ctx, other) },
			"ChannelNameHolder": func() (any, error) { return d.ChannelNameHolder(ctx, other, "antes", "") },
			"FormerName":        func() (any, error) { return d.ChannelByName(ctx, other, "antes") },
			"Tokens":            func() (any, error) { return d.Tokens(ctx, other, "", 9) },
			"GivenUp":           func() (any, error) { return d.GivenUp(ctx, other, 9) },
			"Webhook":           func() (any, error) { return d.Webhook(ctx, other, hook.ID) },
			"Webhooks":          func() (any, error) { return d.Webhooks(ctx, other, "", 9) },
			"StaleRefs":         func() (any, error) { return d.StaleRefs(ctx, other, 99, at.Add(time.Hour), 9) },
			"SellersSignedIn":   func() (any, error) { return d.SellersSignedIn(ctx, other, at, at) },
			"ContactsOf":        func() (any, error) { return d.ContactsOf(ctx, other, c.ContactID) },
			"ContactsOfAll":     func() (any, error) { return d.ContactsOfAll(ctx, other, []string{c.ContactID}) },
			"Customer":          func() (any, error) { return d.Customer(ctx, other, c.ContactID) },
			"CustomersByPhone":  func() (any, error) { return d.CustomersByPhone(ctx, other, "11987654321", 9) },
			"CountCustomers":    func() (any, error) { return d.CountCustomers(ctx, other, db.CustomerQuery{}, 9) },
			"ConversationsOfCustomer": func() (any, error) {
				return d.ConversationsOfCustomer(ctx, other, c.ContactID, db.Sight{All: true}, "", 9)
			},
			"ConfigurationsFrom": func() (any, error) {
				all, err := d.ConfigurationsFrom(ctx, other, at.Add(-time.Hour), at.Add(time.Hour), 9)
				return slices.DeleteFunc(all, func(v db.Configuration) bool { return v.Store == other }), err
			},
			"Customers": func() (any, error) {
				p, err := d.Customers(ctx, other, db.CustomerQuery{Search: "maria"})
				return p.Rows, err
			},
			"Import":       func() (any, error) { return d.Import(ctx, other, in.ID) },
			"Imports":      func() (any, error) { return d.Imports(ctx, other, 9, db.ImportFile) },
			"ImportLines":  func() (any, error) { return d.ImportLines(ctx, other, in.ID, 0, 9) },
			"ProblemLines": func() (any, error) { return d.ProblemLines(ctx, other, in.ID, 0, 9) },
			"Overtaken":    func() (any, error) { return d.Overtaken(ctx, other, in.ID) },
			"EarlierLine": func() (any, error) {
				return d.EarlierLine(ctx, db.ImportLine{Store: other, Import: in.ID, N: 9, Identity: "who"})
			},
			"SellersByWord": func() (any, error) { return d.SellersByWord(ctx, other, "ana@x.br") },
			"Troubled":      func() (any, error) { return d.Troubled(ctx, other, c.ID) },
			"Reach":         func() (any, error) { return d.Reach(ctx, other) },
			"Recipients":    func() (any, error) { return d.Recipients(ctx, other, db.Managers, at, member.User) },
			"Subscription":  func() (any, error) { return d.Subscription(ctx, other, browser.ID) },
			"Subscriptions": func() (any, error) { return d.Subscriptions(ctx, other, member.User) },
			"NoticePreferences": func() (any, error) {
				p, err := d.NoticePreferences(ctx, other, member.User)
				return p.Version, err
			},
			"ListConversations": func() (any, error) {
				p, err := d.ListConversations(ctx, other, db.ListQuery{Tab: db.TabAny})
				return p.Rows, err
			},
			"search": func() (any, error) {
				p, err := d.ListConversations(ctx, other, db.ListQuery{Tab: db.TabAny, Search: "maria segredo"})
				return p.Rows, err
			},
			"CountConversations": func() (any, error) {
				n, err := d.CountConversations(ctx, other, db.ListQuery{Tab: db.TabAll})
				return n.Tabs[db.TabAll], err
			},
			"Exempt": func() (any, error) { n, _, err := d.Exempt(ctx, other, db.AutoClose, at.Add(time.Hour)); return n, err },
			"AutoClosings": func() (any, error) {
				both, err := d.AutoClosings(ctx, other)
				return both.AutoClose.Version, err
			},
			"BuildConfiguration": func() (any, error) {
				built, err := d.BuildConfiguration(ctx, other)
				built.Timezone = ""
				return built, err
			},
		}
		for name, read := range reads {
			got, err := read()
			empty := got == nil || reflect.ValueOf(got).IsZero() || hasNoElements(got)
			if !errors.Is(err, db.ErrNotFound) && (err != nil || !empty) {
				t.Errorf("%s of another store: %v, %v", name, got, err)
			}
		}
		c.Store, c.Seq, team.Store, seller.Store, f.Store, out.Store = other, 2, other, other, other, other
		contact := db.Contact{Store: other, ID: c.ContactID}
		writes := map[string]func(tx *db.Tx) error{
			"UpdateConversation": func(tx *db.Tx) error { return tx.UpdateConversation(ctx, &c, 1) },
			"SetAside":           func(tx *db.Tx) error { return tx.SetAside(ctx, other, c.ID, 1, "x", at, at) },
			"Reevaluated":        func(tx *db.Tx) error { same := c; same.Seq = 1; return tx.Reevaluated(ctx, &same) },
			"UpdateFlow":         func(tx *db.Tx) error { return tx.UpdateFlow(ctx, f) },
			"UpdateSchedule":     func(tx *db.Tx) error { same := plan; same.Store = other; return tx.UpdateSchedule(ctx, same) },
			"DeleteFlow":         func(tx *db.Tx) error { return tx.DeleteFlow(ctx, f) },
			"UpdateTeam":         func(tx *db.Tx) error { return tx.UpdateTeam(ctx, team) },
			"LockRelocation":     func(tx *db.Tx) error { _, err := tx.LockRelocation(ctx, other, "move"); return err },
			"EndRelocation":      func(tx *db.Tx) error { return tx.EndRelocation(ctx, other, "move", at) },
			"SetCalendar":        func(tx *db.Tx) error { return tx.SetCalendar(ctx, db.Calendar{Store: other, Team: team.ID}) },
			"UpdateSeller":       func(tx *db.Tx) error { return tx.UpdateSeller(ctx, seller) },
			"RenameSeller":       func(tx *db.Tx) error { return tx.RenameSeller(ctx, other, seller.ID, "x") },
			"SetMemberDisabled":  func(tx *db.Tx) error { return tx.SetMemberDisabled(ctx, other, member.User, true) },
			"RequirePassword":    func(tx *db.Tx) error { return tx.RequirePassword(ctx, other, member.User, true) },
			"RenewInvite":        func(tx *db.Tx) error { i := invite; i.Store = other; return tx.RenewInvite(ctx, i) },
			"DeleteInvite":       func(tx *db.Tx) error { return tx.DeleteInvite(ctx, other, invite.ID) },
			"TakeInvite":         func(tx *db.Tx) error { i := invite; i.Store = other; return tx.TakeInvite(ctx, i, at) },
			"EnterStore":         func(tx *db.Tx) error { return tx.EnterStore(ctx, other, member.User, at) },
			"SetRole":            func(tx *db.Tx) error { return tx.SetRole(ctx, other, member.User, db.Agent) },
			"UpdateContact":      func(tx *db.Tx) error { return tx.UpdateContact(ctx, contact, contact, db.ByProgram) },
			"UpdateChannel":      func(tx *db.Tx) error { return tx.UpdateChannel(ctx, db.Channel{Store: other, ID: c.ChannelID}) },
			"TouchToken":         func(tx *db.Tx) error { return tx.TouchToken(ctx, other, key.ID, at) },
			"RevokeToken":        func(tx *db.Tx) error { return tx.RevokeToken(ctx, other, key.ID, at) },
			"SetWebhookActive":   func(tx *db.Tx) error { return tx.SetWebhookActive(ctx, other, hook.ID, true) },
			"DeleteWebhook":      func(tx *db.Tx) error { return tx.DeleteWebhook(ctx, other, hook.ID) },
			"OutboxDone":         func(tx *db.Tx) error { return tx.OutboxDone(ctx, out, "", at) },
			"LockConversation":   func(tx *db.Tx) error { _, err := tx.LockConversation(ctx, other, c.ID); return err },
			"SetAway":            func(tx *db.Tx) error { return tx.SetAway(ctx, other, seller.ID, true, at) },
			"SellerGone":         func(tx *db.Tx) error { return tx.SellerGone(ctx, other, seller.ID, at) },
			"TouchSeller": func(tx *db.Tx) error {
				noted, err := tx.TouchSeller(ctx, other, seller.ID, db.Heartbeat{At: at})
				if err == nil && !noted {
					return db.ErrNotFound
				}
				return err
			},
			"ChannelSpoke": func(tx *db.Tx) error { return tx.ChannelSpoke(ctx, other, c.ChannelID, at) },
			"ChannelRefused": func(tx *db.Tx) error {
				err := tx.ChannelRefused(ctx, other, c.ChannelID, db.Refusal{At: at, Code: "x"})
				if h, readErr := tx.Channel(ctx, s.ID, c.ChannelID); err == nil && readErr == nil && h.Refusal.At.IsZero() {
					return db.ErrNotFound
				}
				return err
			},
			"DropChannelName": func(tx *db.Tx) error {
				err := tx.DropChannelName(ctx, other, "antes")
				if _, readErr := tx.ChannelByName(ctx, s.ID, "antes"); err == nil && readErr == nil {
					return db.ErrNotFound
				}
				return err
			},
			"UpdateCustomer": func(tx *db.Tx) error {
				return tx.UpdateCustomer(ctx, db.Customer{Store: other, ID: c.ContactID, Version: 1})
			},
			"LockCustomer": func(tx *db.Tx) error { _, err := tx.LockCustomer(ctx, other, c.ContactID); return err },
			"JoinCustomers": func(tx *db.Tx) error {
				return tx.JoinCustomers(ctx, db.Customer{Store: other, ID: c.ContactID, Version: 1}, db.Customer{Store: other, ID: "x", Version: 1})
			},
			"AssignCustomers": func(tx *db.Tx) error { return noneOf(tx.AssignCustomers(ctx, other, []string{c.ContactID}, "")) },
			"AssignFound":     func(tx *db.Tx) error { return noneOf(tx.AssignFound(ctx, other, db.CustomerQuery{}, "")) },
			"MovePortfolio":   func(tx *db.Tx) error { return noneOf(tx.MovePortfolio(ctx, other, seller.ID, "")) },
			"UndoImport":      func(tx *db.Tx) error { return noneOf(tx.UndoImport(ctx, other, in.ID, 9)) },
			"TidyImport":      func(tx *db.Tx) error { return noneOf(tx.TidyImport(ctx, other, in.ID, 9)) },
			"LockImport":      func(tx *db.Tx) error { _, err := tx.LockImport(ctx, other, in.ID); return err },
			"UpdateImport":    func(tx *db.Tx) error { in.Store = other; return tx.UpdateImport(ctx, in) },
			"ClearPastLines":  func(tx *db.Tx) error { return noneOf(tx.ClearPastLines(ctx, other, in.ID, 9)) },
			"DeletePastStays": func(tx *db.Tx) error { return noneOf(tx.DeletePastStays(ctx, other, in.ID, 9)) },
			"DeleteImport":    func(tx *db.Tx) error { return tx.DeleteImport(ctx, other, in.ID) },
			"UpdatePastLine":  func(tx *db.Tx) error { return tx.UpdatePastLine(ctx, db.ImportLine{Store: other, Import: in.ID, N: 1}) },
			"UpdateImportLine": func(tx *db.Tx) error {
				return tx.UpdateImportLine(ctx, db.ImportLine{Store: other, Import: in.ID, N: 1})
			},
			"TouchSubscription":  func(tx *db.Tx) error { return tx.TouchSubscription(ctx, other, browser.ID, "") },
			"DeleteSubscription": func(tx *db.Tx) error { return tx.DeleteSubscription(ctx, other, member.User, browser.ID) },
			"SaveNoticePreferences": func(tx *db.Tx) error {
				return tx.SaveNoticePreferences(ctx, db.NoticePreferences{Store: other, User: member.User, Version: 1})
			},
			"LockOpenConversation": func(tx *db.Tx) error {
				_, err := tx.LockOpenConversation(ctx, other, c.ContactID)
				return err
			},
			"ClaimStale": func(tx *db.Tx) error {
				stale, err := tx.ClaimStale(ctx, other, 99, at.Add(time.Hour), 9)
				if err == nil && len(stale) == 0 {
					return db.ErrNotFound
				}
				return err
			},
			"SetDelivery": func(tx *db.Tx) error {
				changed, err := tx.SetDelivery(ctx, other, m.ID, db.DeliverySent, "", "")
				if err == nil && !changed {
					return db.ErrNotFound
				}
				return err
			},
		}
		writes["ClaimHeld"] = func(tx *db.Tx) error {
			held, err := tx.ClaimHeld(ctx, other, "waiting", at.Add(time.Hour), 9)
			if err == nil && len(held) == 0 {
				return db.ErrNotFound
			}
			return err
		}
		for name, write := range writes {
			if err := d.Tx(ctx, write); !errors.Is(err, db.ErrNotFound) && !errors.Is(err, db.ErrChanged) {
				t.Errorf("%s in another store: %v", name, err)
			}
		}
		err := d.Tx(ctx, func(tx *db.Tx) error {
			return tx.AppendEvents(ctx, db.Event{Store: other, Seq: 9, Record: flow.Record{At: at, Conversation: c.ID}})
		})
		if !db.IsForeignKey(err) {
			t.Errorf("an event of another store's conversation: %v", err)
		}
		// What has nothing to find changes nothing.
		write(t, d, func(tx *db.Tx) error {
			return errors.Join(tx.AddStepImpact(ctx, other, 1, db.StepImpact{Moved: 1}), tx.SetStepConfig(ctx, other, at.Add(time.Hour), 9), tx.FollowFlow(ctx, other, f.ID, 0), tx.LeaveTeam(ctx, other, team.ID, seller.ID), tx.ForgetFigures(ctx, other), tx.DisbandTeam(ctx, other, team.ID),
				tx.EndRelocations(ctx, other, team.ID, "", at))
		})
		if got := must[map[string]*db.Figures](t)(d.FiguresOf(ctx, s.ID, db.OfTeam, thatDay)); len(got) != 1 {
			t.Errorf("another store's figures were forgotten with its own: %v", got)
		}
		if got := must[db.FlowSchedule](t)(d.Schedule(ctx, s.ID, "plan")); got.Return.Impact.Moved != 0 || got.Return.Config != 1 || got.Applied != 0 {
			t.Errorf("another store changed a schedule: %+v", got.Return)
		}
		if got := must[db.Seller](t)(d.Seller(ctx, s.ID, seller.ID)); len(got.Teams) != 1 {
			t.Errorf("another store took a seller out of %s", team.ID)
		}
		if got := must[[]db.Relocation](t)(d.Relocations(ctx, s.ID)); len(got) != 1 {
			t.Errorf("another store ended a relocation: %v", got)
		}
	})
}

// noneOf is not found where nothing was changed.
func noneOf(n int, err error) error {
	if err == nil && n == 0 {
		return db.ErrNotFound
	}
	return err
}

func hasNoElements(v any) bool {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Slice, reflect.Map:
		return r.Len() == 0
	}
	return false
}

// Every exported method is called in some test of this package.
func TestEveryQueryIsTested(t *testing.T) {
	t.Parallel()
	called := map[string]bool{}
	tests := must[[]string](t)(filepath.Glob("*_test.go"))
	helpers := must[[]string](t)(filepath.Glob("dbtest/*.go"))
	for _, name := range append(tests, helpers...) {
		file := must[*ast.File](t)(parser.ParseFile(token.NewFileSet(), name, nil, 0))
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
					called[selector.Sel.Name] = true
				}
			}
			return true
		})
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[*db.DB](), reflect.TypeFor[*db.Tx](), reflect.TypeFor[db.Queries]()} {
		for method := range typ.Methods() {
			if !called[method.Name] {
				t.Errorf("no test calls %v.%s", typ, method.Name)
			}
		}
	}
}
