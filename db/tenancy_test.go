package db_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
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
		browser := db.Subscription{Store: s.ID, ID: db.NewID(), User: member.User, Endpoint: "e", CreatedAt: at}
		out := db.Outgoing{Store: s.ID, ID: db.NewID(), Key: "k", CreatedAt: at, NextAt: at}
		write(t, d, func(tx *db.Tx) error {
			err := errors.Join(tx.InsertMessage(ctx, &m), tx.InsertFlow(ctx, f), tx.InsertWebhook(ctx, hook), tx.InsertToken(ctx, key),
				tx.PutOutbox(ctx, out), tx.SetAutoClosing(ctx, db.AutoClosing{Store: s.ID, Kind: db.AutoClose}),
				tx.InsertAlert(ctx, db.Alert{Store: s.ID, Conversation: c.ID, At: at, Kind: db.FirstAlert, Holder: "waiting"}),
				tx.SetAside(ctx, s.ID, c.ID, 1, "x", at, at),
				tx.SaveSubscription(ctx, browser), tx.SaveNoticePreferences(ctx, db.NoticePreferences{Store: s.ID, User: member.User, Mail2: true, UpdatedAt: at}))
			claimed, claimErr := tx.ClaimOutbox(ctx, "", at, at, 1)
			out = claimed[0]
			return errors.Join(err, claimErr, tx.OutboxGiveUp(ctx, out, "x", at))
		})
		reads := map[string]func() (any, error){
			"Conversation":         func() (any, error) { return d.Conversation(ctx, other, c.ID) },
			"ConversationRow":      func() (any, error) { return d.ConversationRow(ctx, other, c.ID) },
			"OpenConversation":     func() (any, error) { return d.OpenConversation(ctx, other, c.ContactID) },
			"ConversationsOf":      func() (any, error) { return d.ConversationsOf(ctx, other, c.ContactID, "", 9) },
			"ListSetAside":         func() (any, error) { return d.ListSetAside(ctx, other, 9) },
			"Events":               func() (any, error) { return d.Events(ctx, other, c.ID, 0, 0) },
			"EventFeed":            func() (any, error) { return d.EventFeed(ctx, other, "", 9) },
			"Message":              func() (any, error) { return d.Message(ctx, other, m.ID) },
			"MessageByExternal":    func() (any, error) { return d.MessageByExternal(ctx, other, c.ChannelID, "e") },
			"Messages":             func() (any, error) { return d.Messages(ctx, other, c.ID, nil, 9) },
			"MessagesAfter":        func() (any, error) { return d.MessagesAfter(ctx, other, c.ID, db.MessageKey{}, 9) },
			"SellerMessagesSince":  func() (any, error) { return d.SellerMessagesSince(ctx, other, c.ID, time.Time{}) },
			"CountBySeller":        func() (any, error) { return d.CountBySeller(ctx, other) },
			"CountByQueue":         func() (any, error) { return d.CountByQueue(ctx, other) },
			"Alerts":               func() (any, error) { return d.Alerts(ctx, other, []string{"waiting"}, "", time.Time{}, 9) },
			"LastAlert":            func() (any, error) { return d.LastAlert(ctx, other) },
			"Flow":                 func() (any, error) { return d.Flow(ctx, other, f.ID) },
			"Flows":                func() (any, error) { return d.Flows(ctx, other) },
			"QueueFlows":           func() (any, error) { return d.QueueFlows(ctx, other, flow.TeamQueue) },
			"ConfigurationVersion": func() (any, error) { return d.ConfigurationVersion(ctx, other, 2) },
			"Team":                 func() (any, error) { return d.Team(ctx, other, team.ID) },
			"Teams":                func() (any, error) { return d.Teams(ctx, other) },
			"Seller":               func() (any, error) { return d.Seller(ctx, other, seller.ID) },
			"Sellers":              func() (any, error) { return d.Sellers(ctx, other, db.NameKey{}, 9) },
			"AllSellers":           func() (any, error) { return d.AllSellers(ctx, other) },
			"Membership":           func() (any, error) { return d.Membership(ctx, other, member.User) },
			"Members":              func() (any, error) { return d.Members(ctx, other, "", 9) },
			"Available":            func() (any, error) { return d.Available(ctx, other, time.Time{}) },
			"AuditTrail":           func() (any, error) { return d.AuditTrail(ctx, other, db.AuditQuery{}, 9) },
			"Channel":              func() (any, error) { return d.Channel(ctx, other, c.ChannelID) },
			"ChannelByName":        func() (any, error) { return d.ChannelByName(ctx, other, "api") },
			"Channels":             func() (any, error) { return d.Channels(ctx, other) },
			"Contact":              func() (any, error) { return d.Contact(ctx, other, c.ContactID) },
			"Contacts":             func() (any, error) { return d.Contacts(ctx, other, db.NameKey{}, 9) },
			"Tokens":               func() (any, error) { return d.Tokens(ctx, other, "", 9) },
			"GivenUp":              func() (any, error) { return d.GivenUp(ctx, other, 9) },
			"Webhook":              func() (any, error) { return d.Webhook(ctx, other, hook.ID) },
			"Webhooks":             func() (any, error) { return d.Webhooks(ctx, other, "", 9) },
			"Troubled":             func() (any, error) { return d.Troubled(ctx, other, c.ID) },
			"Reach":                func() (any, error) { return d.Reach(ctx, other) },
			"Recipients":           func() (any, error) { return d.Recipients(ctx, other, db.Managers, at, member.User) },
			"Subscription":         func() (any, error) { return d.Subscription(ctx, other, browser.ID) },
			"Subscriptions":        func() (any, error) { return d.Subscriptions(ctx, other, member.User) },
			"NoticePreferences": func() (any, error) {
				p, err := d.NoticePreferences(ctx, other, member.User)
				return p.Version, err
			},
			"StaleRefs":       func() (any, error) { return d.StaleRefs(ctx, other, 99, at.Add(time.Hour), 9) },
			"SellersSignedIn": func() (any, error) { return d.SellersSignedIn(ctx, other, at, at) },
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
			"DeleteFlow":         func(tx *db.Tx) error { return tx.DeleteFlow(ctx, other, f.ID, 1) },
			"UpdateTeam":         func(tx *db.Tx) error { return tx.UpdateTeam(ctx, team) },
			"UpdateSeller":       func(tx *db.Tx) error { return tx.UpdateSeller(ctx, seller) },
			"SetMemberDisabled":  func(tx *db.Tx) error { return tx.SetMemberDisabled(ctx, other, member.User, true) },
			"SetAway":            func(tx *db.Tx) error { return tx.SetAway(ctx, other, seller.ID, true) },
			"TouchSeller":        func(tx *db.Tx) error { return tx.TouchSeller(ctx, other, seller.ID, at) },
			"SetRole":            func(tx *db.Tx) error { return tx.SetRole(ctx, other, member.User, db.Agent) },
			"UpdateContact":      func(tx *db.Tx) error { return tx.UpdateContact(ctx, contact) },
			"UpdateChannel":      func(tx *db.Tx) error { return tx.UpdateChannel(ctx, db.Channel{Store: other, ID: c.ChannelID}) },
			"TouchToken":         func(tx *db.Tx) error { return tx.TouchToken(ctx, other, key.ID, at) },
			"RevokeToken":        func(tx *db.Tx) error { return tx.RevokeToken(ctx, other, key.ID, at) },
			"SetWebhookActive":   func(tx *db.Tx) error { return tx.SetWebhookActive(ctx, other, hook.ID, true) },
			"DeleteWebhook":      func(tx *db.Tx) error { return tx.DeleteWebhook(ctx, other, hook.ID) },
			"TouchSubscription":  func(tx *db.Tx) error { return tx.TouchSubscription(ctx, other, browser.ID, "") },
			"DeleteSubscription": func(tx *db.Tx) error { return tx.DeleteSubscription(ctx, other, member.User, browser.ID) },
			"SaveNoticePreferences": func(tx *db.Tx) error {
				return tx.SaveNoticePreferences(ctx, db.NoticePreferences{Store: other, User: member.User, Version: 1})
			},
			"OutboxDone":       func(tx *db.Tx) error { return tx.OutboxDone(ctx, out, "", at) },
			"LockConversation": func(tx *db.Tx) error { _, err := tx.LockConversation(ctx, other, c.ID); return err },
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
	})
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
