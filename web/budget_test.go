package web_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
	"semaforo/handlers"
	"semaforo/scheduler"
	"semaforo/web"
)

// How much HTML a page may be, before compression.
const (
	maxPage    = 150 << 10
	maxChooser = 250 << 10 // one that offers or lists every seller or team
	maxBoth    = 400 << 10 // one that offers the ones over a list of the others, as without scripts
)

// bounds are those of the pages that are not just a page.
var bounds = map[string]int{
	"/conversas": maxChooser, "/conversas/:id/transferir": maxChooser, "/conversas/:id/finalizar": maxChooser,
	handlers.CustomersPath + "/carteira": maxChooser,
	handlers.InactivityPath + "/mapa":    maxChooser, handlers.InactivityPath + "/mapa/parte": maxChooser,
	handlers.InactivityPath + "/:queue/programacoes/:schedule": maxChooser, handlers.InactivityPath + "/:queue/historico/:flow/:version/restaurar": maxChooser,
	handlers.TeamsPath: maxChooser, handlers.TeamsPath + "/novo": maxBoth, handlers.TeamsPath + "/:team/editar": maxChooser,
	handlers.UsersPath: maxChooser, handlers.UsersPath + "/:user": maxChooser, handlers.UsersPath + "/:user/senha": maxChooser,
	handlers.UsersPath + "/:user/desativar": maxChooser, handlers.UsersPath + "/convites/novo": maxChooser,
	handlers.UsersPath + "/convites/:invite/reenviar": maxChooser, handlers.UsersPath + "/convites/:invite/revogar": maxChooser,
}

// batches are files, which are read some hundreds of lines at a time.
var batches = map[string]bool{"/clientes/exportar": true, handlers.AuditPath + ".csv": true}

// cost is what a page takes.
type cost struct {
	status     int
	statements int64
	bytes      int
}

// TestPagesCostTheSameHoweverMuchThereIs asks every address that can be read in a
// small store and in a large one: there is no statement per row, and no page grows
// without a bound.
func TestPagesCostTheSameHoweverMuchThereIs(t *testing.T) {
	t.Parallel()
	small, large := costs(t, crowd{teams: 3, sellers: 3, rows: 3, own: 3}), costs(t, crowd{teams: 200, sellers: 500, rows: 300, own: 60})
	for page, few := range small {
		many := large[page]
		if few.status != many.status || few.status >= http.StatusInternalServerError {
			t.Errorf("%s answers %d, and in a large store %d", page, few.status, many.status)
		}
		if many.statements > few.statements && !batches[page] {
			t.Errorf("%s takes %d statements, and in a large store %d", page, few.statements, many.statements)
		}
		if bound := cmp.Or(bounds[page], maxPage); many.bytes > bound {
			t.Errorf("%s is %d kB in a large store, more than %d", page, many.bytes>>10, bound>>10)
		}
	}
}

// costs are those of every address that is answered to its readers, by path.
func costs(t *testing.T, size crowd) map[string]cost {
	s := newSite(t, nil)
	shop := dbtest.Store(t, s.db, "loja")
	names := s.crowded(shop, size)
	all := map[string]cost{}
	for _, r := range s.web.Routes() {
		if r.Method != http.MethodGet || r.Is(web.Stream) || r.Path == "/metrics" || strings.HasPrefix(r.Path, "/static/") {
			continue
		}
		header := []string{"Cookie", names["cookie"]}
		if r.Permission.OfAPI() {
			header = []string{"Authorization", "Bearer " + names["secret"]}
		}
		s.cost(filledIn(t, r, names), header) // notes the session's use, and the seller's heartbeat
		all[r.Path] = s.cost(filledIn(t, r, names), header)
	}
	return all
}

// filledIn is a row's address, with a thing for each of its parameters.
func filledIn(t *testing.T, r web.Route, names map[string]string) string {
	t.Helper()
	parts := strings.Split(r.Path, "/")
	for i, part := range parts {
		if !strings.HasPrefix(part, ":") {
			continue
		}
		noun := strings.TrimPrefix(part, ":")
		if part == ":id" {
			noun = nounsOfID[parts[i-1]]
		}
		if r.Is(web.Secret) {
			noun = "link"
		}
		if parts[i] = names[noun]; parts[i] == "" {
			t.Fatalf("%s: this test does not know what %s names; add it to crowded", r.Path, part)
		}
	}
	return strings.Join(parts, "/")
}

func (s *site) cost(address string, header []string) cost {
	ctx, statements := db.CountStatements(context.Background())
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.web.Handler().ServeHTTP(w, r)
	return cost{w.Code, statements.Load(), w.Body.Len()}
}

// crowd is how many there are of what a store has: rows of what grows by itself, own
// of what somebody sets up one by one.
type crowd struct{ teams, sellers, rows, own int }

// crowded fills a store, and returns what an address calls one of each noun, and a
// cookie and a token to ask with.
func (s *site) crowded(shop *dbtest.Shop, size crowd) map[string]string {
	s.t.Helper()
	ana := shop.Member("ana@loja", "Ana", db.Admin)
	names := map[string]string{"queue": "time", "closing": "espera", "store": shop.Slug, "holiday": "2027-03-01", "seq": "1", "version": "1",
		"cookie": s.session(shop.ID, ana), "secret": s.token(shop.ID, db.ScopeConfiguration)}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		m := &making{ctx, tx, shop, ana, names, nil, nil}
		return errors.Join(m.people(size), m.lists(size.rows, size.own), m.conversations(size.rows), m.settings(size))
	})
	publish := func(*db.Tx, time.Time) error { return nil }
	if _, err := s.handlers.Door.Configure(context.Background(), shop.ID, scheduler.By{Kind: db.BySystem}, publish); err != nil {
		s.t.Fatal(err)
	}
	return names
}

// making fills a store in one transaction.
type making struct {
	ctx     context.Context
	tx      *db.Tx
	shop    *dbtest.Shop
	ana     db.Member
	names   map[string]string
	teams   []db.Team
	sellers []db.Seller
}

// people are teams, and sellers who sign in, each in two of the teams.
func (m *making) people(size crowd) error {
	for i := range size.teams {
		team := db.Team{Store: m.shop.ID, ID: db.NewID(), Name: fmt.Sprintf("Time de vendas %03d", i), CreatedAt: dbtest.Start}
		if err := m.tx.InsertTeam(m.ctx, team); err != nil {
			return err
		}
		m.teams = append(m.teams, team)
	}
	for i := range size.sellers {
		u := db.User{ID: db.NewID(), Login: fmt.Sprintf("pessoa%03d@loja.example", i), Name: fmt.Sprintf("Maria dos Santos %03d", i), PasswordHash: "none", CreatedAt: dbtest.Start}
		seller := db.Seller{Store: m.shop.ID, ID: db.NewID(), Name: u.Name, User: u.ID, Active: true, CreatedAt: dbtest.Start,
			Teams: []string{m.teams[i%size.teams].ID, m.teams[(i+1)%size.teams].ID}}
		err := errors.Join(m.tx.InsertUser(m.ctx, u), m.tx.InsertSeller(m.ctx, seller),
			m.tx.InsertMembership(m.ctx, db.Membership{Store: m.shop.ID, User: u.ID, Role: db.Agent, Seller: seller.ID, CreatedAt: dbtest.Start}))
		if err != nil {
			return err
		}
		m.sellers = append(m.sellers, seller)
		m.names["user"], m.names["seller"] = u.ID, seller.ID
	}
	m.names["team"] = m.teams[0].ID
	return nil
}

// lists are what is listed and belongs to nothing else.
func (m *making) lists(rows, own int) error {
	ctx, tx, store := m.ctx, m.tx, m.shop.ID
	for i := range own {
		id, word := db.NewID(), fmt.Sprintf("Palavra %03d", i)
		err := errors.Join(
			tx.InsertChannel(ctx, db.Channel{Store: store, ID: id, Name: word, Kind: db.ChannelAPI, Active: true, CreatedAt: dbtest.Start, Version: 1}),
			tx.InsertToken(ctx, db.Token{Store: store, ID: id, Name: word, Scope: db.ScopeRead, Hash: id, CreatedAt: dbtest.Start}),
			tx.SaveSession(ctx, db.Session{IDHash: id, ID: id, Store: store, User: m.ana.User, CreatedAt: dbtest.Start,
				LastUsedAt: dbtest.Start, ExpiresAt: dbtest.Start.Add(time.Hour), UserAgent: word, Data: "{}"}),
			tx.SaveSubscription(ctx, db.Subscription{Store: store, ID: id, User: m.ana.User, Endpoint: "https://push.example/" + id, UserAgent: word,
				CreatedAt: dbtest.Start}),
		)
		if err != nil {
			return err
		}
		for _, noun := range []string{"channel", "token", "session", "browser"} {
			m.names[noun] = id
		}
	}
	for i := range rows {
		id, secret, word := db.NewID(), handlers.NewSecret(), fmt.Sprintf("Palavra %03d", i)
		token := handlers.HashSecret(secret)
		err := errors.Join(
			tx.InsertInvite(ctx, db.Invite{Store: store, ID: id, TokenHash: token, Login: id + "@loja.example", Name: word, Role: db.Agent,
				Teams: []string{m.teams[0].ID}, CreatedAt: dbtest.Start, ExpiresAt: dbtest.Start.Add(time.Hour)}),
			tx.AppendAudit(ctx, db.Audit{Store: store, At: dbtest.Start, ByKind: db.ByUser, ByID: m.ana.User, ByName: "Ana", Noun: db.NounTeam,
				NounID: id, NounName: word, Action: db.AuditChanged, Changes: []db.AuditChange{{Field: "name", Before: word, After: id}}}),
			tx.InsertImport(ctx, db.Import{Store: store, ID: id, Kind: db.ImportFile, Name: word, State: db.ImportChecked, Total: 1,
				ByUser: m.ana.User, ByName: "Ana", CreatedAt: dbtest.Start, ChangedAt: dbtest.Start}),
			tx.InsertImport(ctx, db.Import{Store: store, ID: "h" + id, Kind: db.ImportHistory, Name: word, State: db.ImportChecked, Total: 1,
				Details: db.ImportDetails{History: &db.History{Conversations: 1, Waits: 1}}, ByUser: m.ana.User, ByName: "Ana", CreatedAt: dbtest.Start, ChangedAt: dbtest.Start}),
			tx.InsertReset(ctx, db.Reset{TokenHash: token, Store: store, User: m.ana.User, CreatedAt: dbtest.Start, ExpiresAt: dbtest.Start.Add(time.Hour)}),
		)
		if err != nil {
			return err
		}
		m.names["invite"], m.names["import"], m.names["history"] = id, id, "h"+id
		m.names["link"] = secret // of an invitation, and of a password's reset
	}
	return nil
}

// conversations are n customers, each with an open conversation in Ana's hands, a
// seller's or a queue; the last customer's is n messages long.
func (m *making) conversations(n int) error {
	ctx, tx, store := m.ctx, m.tx, m.shop.ID
	tallies := db.Tallies{}
	for i := range n {
		contact, err := tx.InsertContact(ctx, db.Contact{Store: store, ID: db.NewID(), ChannelID: m.names["channel"], ExternalID: db.NewID(),
			Name: fmt.Sprintf("Cliente %03d", i), Phone: fmt.Sprintf("+55119%08d", i), CreatedAt: dbtest.Start}, db.ByProgram)
		if err != nil {
			return err
		}
		c := db.Conversation{Store: store, ContactID: contact.ID, ChannelID: contact.ChannelID, Seq: 1, OpenedAt: dbtest.Start, ConfigVersion: 1,
			FlowID: flow.DefaultFlow, LastText: "Oi", LastTextFrom: "customer", Conversation: flow.Conversation{ID: db.NewID(), Status: flow.Open,
				WaitStart: dbtest.Start, ClockStart: dbtest.Start, IdleSince: dbtest.Start, LastFrom: flow.FromCustomer, LastAt: dbtest.Start,
				Level: flow.Green, AsOf: dbtest.Start}}
		switch i % 3 {
		case 0:
			c.Seller = m.ana.Seller
		case 1:
			c.Team, c.Seller = m.teams[i%len(m.teams)].ID, m.sellers[i%len(m.sellers)].ID
		}
		c.Visited = []string{c.Holder()}
		tallies.Moved(&c)
		event := db.Event{Store: store, Seq: 1, ByKind: db.ByCustomer, Record: flow.Record{At: c.OpenedAt, Conversation: c.ID,
			Type: flow.CustomerMessage, Queue: c.Queue(), Team: c.Team, Seller: c.Seller, Opened: true}}
		if err := errors.Join(tx.InsertConversation(ctx, &c), tx.AppendEvents(ctx, event)); err != nil {
			return err
		}
		m.names["conversation"], m.names["customer"] = c.ID, contact.Customer
	}
	for i := range n {
		err := tx.InsertMessage(ctx, &db.Message{Store: store, ID: db.NewID(), Conversation: m.names["conversation"], Seq: 1, At: dbtest.Start,
			From: "customer", Text: fmt.Sprintf("Oi %03d", i), Delivery: db.DeliveryNone, ChannelID: m.names["channel"]})
		if err != nil {
			return err
		}
	}
	return tx.ApplyTallies(ctx, tallies)
}

// history is what flows have been and shall be: one of n versions, n that were deleted,
// and as much scheduled as there may be.
func (m *making) history(n int) error {
	ctx, tx, store := m.ctx, m.tx, m.shop.ID
	f, err := tx.Flow(ctx, store, m.names["flow"])
	if err != nil {
		return err
	}
	for i := range n {
		f.UpdatedAt = dbtest.Start.Add(time.Duration(i) * time.Minute)
		gone := f
		gone.ID, gone.Version, gone.Name = db.NewID(), 1, fmt.Sprintf("Fluxo de antes %03d", i)
		event := db.Event{Store: store, Seq: int64(i + 2), FlowAt: f.UpdatedAt, Record: flow.Record{At: f.UpdatedAt, Conversation: m.names["conversation"],
			Type: flow.Alert1, Flow: f.ID}}
		err := errors.Join(tx.UpdateFlow(ctx, f), tx.InsertFlow(ctx, gone), tx.DeleteFlow(ctx, gone), tx.AppendEvents(ctx, event))
		if err != nil {
			return err
		}
		f.Version++
	}
	for i := range min(n, 20) {
		id, from := db.NewID(), time.Now().Add(time.Duration(i+1)*time.Hour)
		err := tx.InsertSchedule(ctx, db.FlowSchedule{Store: store, ID: id, Becomes: f, Existing: true, UpdatedAt: dbtest.Start, UpdatedBy: "Ana",
			Start: db.ScheduleStep{At: from, State: db.StepWaiting}, Return: db.ScheduleStep{At: from.Add(time.Minute), State: db.StepWaiting}})
		if err != nil {
			return err
		}
		m.names["schedule"] = id
	}
	return nil
}

// settings are as many as there may be of what is bounded: flows, webhooks, holidays.
func (m *making) settings(size crowd) error {
	ctx, tx, store := m.ctx, m.tx, m.shop.ID
	var plan flow.HolidayPlan
	for i := range min(size.rows, 20) {
		f := flow.Flow{ID: db.NewID(), Queue: flow.TeamQueue, Kind: flow.Alternative, Targets: []string{m.teams[i%len(m.teams)].ID}, Alert1: time.Minute,
			Alert2: time.Hour, Clock: flow.Always, Action: flow.Action{Type: flow.ActionNone}, Active: true}
		hook := db.Webhook{Store: store, ID: db.NewID(), URL: fmt.Sprintf("https://loja.example/%d", i), Secret: "s", Active: true, CreatedAt: dbtest.Start}
		err := errors.Join(tx.InsertFlow(ctx, db.Flow{Store: store, Name: fmt.Sprintf("Fluxo %02d", i), Version: 1, UpdatedAt: dbtest.Start, Flow: f}),
			tx.InsertWebhook(ctx, hook))
		if err != nil {
			return err
		}
		m.names["flow"], m.names["webhook"] = f.ID, hook.ID
		plan.Own = append(plan.Own, flow.OwnHoliday{Name: fmt.Sprintf("Feriado %02d", i), Date: flow.Date{Year: 2027, Month: time.March, Day: i + 1}})
	}
	if err := m.history(size.rows); err != nil {
		return err
	}
	week := flow.Week{time.Monday: {{Open: 540, Close: 1080}}}
	calendar := db.Calendar{Store: store, Hours: &week}.Planned(plan, 2026)
	err := tx.SetCalendar(ctx, calendar)
	for _, team := range m.teams[:len(m.teams)/2] {
		calendar.Team = team.ID
		err = errors.Join(err, tx.SetCalendar(ctx, calendar))
	}
	return err
}
