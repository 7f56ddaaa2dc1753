package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// exchange is a store whose flows are written down in a word each, before and after
// somebody is put away.
type exchange struct {
	t    *testing.T
	shop *dbtest.Shop
	c    echo.Context
	ids  map[string]string // by name
}

func newExchange(t *testing.T, d *db.DB) *exchange {
	t.Helper()
	x := &exchange{t: t, shop: dbtest.Store(t, d, "loja"), ids: map[string]string{}}
	for _, name := range []string{"A", "B", "C"} {
		x.ids[name] = x.shop.Team(name).ID
	}
	for _, name := range []string{"ana", "bia"} {
		x.ids[name] = x.shop.Seller(name).ID
	}
	x.c = echo.New().NewContext(httptest.NewRequest(http.MethodPost, "/", nil), httptest.NewRecorder())
	WithViewer(x.c, &Viewer{User: Person{ID: "u", Name: "Helena"}, Store: x.shop.Store, Role: Admin, Now: dbtest.Start})
	return x
}

func (x *exchange) holder(name string) holder {
	switch {
	case name == "":
		return holder{}
	case name == strings.ToLower(name):
		return holder{seller: x.ids[name]}
	}
	return holder{team: x.ids[name]}
}

// flow is written "queue[targets]>action": "team[A,B]>C", "seller[]>ana"; an
// action that leads nowhere is ">".
func (x *exchange) flow(id, text string) db.Flow {
	queue, rest, _ := strings.Cut(text, "[")
	targets, goal, _ := strings.Cut(rest, "]>")
	f := db.Flow{Store: x.shop.ID, Name: id, UpdatedAt: dbtest.Start, Flow: flow.Flow{ID: id, Queue: flow.Queue(queue), Kind: flow.Alternative,
		Alert1: time.Minute, Alert2: 2 * time.Minute, Clock: flow.Always, Action: flow.Action{Type: flow.ActionNone}, Active: true}}
	if goal != "" {
		f.Action = x.holder(goal).toward(flow.Action{Delay: time.Hour})
	}
	if targets == "" {
		f.Kind = flow.Main
		return f
	}
	for _, t := range strings.Split(targets, ",") {
		if queue != "waiting" {
			t = x.ids[t]
		}
		f.Targets = append(f.Targets, t)
	}
	return f
}

// text is a flow as flow reads it.
func (x *exchange) text(f db.Flow) string {
	names := map[string]string{}
	for name, id := range x.ids {
		names[id] = name
	}
	var targets []string
	for _, t := range f.Targets {
		if name, ok := names[t]; ok {
			t = name
		}
		targets = append(targets, t)
	}
	return fmt.Sprintf("%s[%s]>%s", f.Queue, strings.Join(targets, ","), names[f.Action.Team+f.Action.Seller])
}

func (x *exchange) insert(flows []string) {
	x.t.Helper()
	err := x.shop.DB.Tx(context.Background(), func(tx *db.Tx) (err error) {
		for i, text := range flows {
			err = errors.Join(err, tx.InsertFlow(context.Background(), x.flow(fmt.Sprint("f", i), text)))
		}
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
}

// replace puts somebody away, and holds what is done against what was foretold.
func (x *exchange) replace(from, to string) (flows []string) {
	x.t.Helper()
	ctx := context.Background()
	plan, err := planReplacement(ctx, x.shop.DB.Queries, x.shop.ID, x.holder(from), x.holder(to))
	if err != nil {
		x.t.Fatal(err)
	}
	foretold := map[string]db.Flow{}
	for _, f := range plan.flows {
		foretold[f.before.ID] = f.after
	}
	err = x.shop.DB.Tx(ctx, func(tx *db.Tx) error {
		return plan.do(ctx, tx, x.c, stamp{x.shop.ID, "Helena", dbtest.Start})
	})
	if err != nil {
		x.t.Fatal(err)
	}
	all, err := x.shop.DB.Flows(ctx, x.shop.ID)
	if err != nil {
		x.t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b db.Flow) int { return strings.Compare(a.ID, b.ID) })
	for _, f := range all {
		flows = append(flows, x.text(f))
		if after, changes := foretold[f.ID]; changes && (x.text(after) != x.text(f) || f.Version != 2 || f.UpdatedBy != "Helena") {
			x.t.Errorf("%s was to become %s: %+v", f.ID, x.text(after), f)
		} else if !changes && f.Version != 1 {
			x.t.Errorf("%s was not to change: %+v", f.ID, f)
		}
	}
	return flows
}

func TestReplacement(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, from, to string
		before, after  []string
	}{
		{"nobody names it", "A", "B", []string{"team[]>C", "seller[ana]>"}, []string{"team[]>C", "seller[ana]>"}},
		{"a goal, in whatever queue", "A", "B", []string{"team[]>A", "seller[]>A", "waiting[api]>A"}, []string{"team[]>B", "seller[]>B", "waiting[api]>B"}},
		{"an exception", "A", "B", []string{"team[A,C]>"}, []string{"team[B,C]>"}},
		{"an exception beside who takes over", "A", "B", []string{"team[A,B]>"}, []string{"team[B]>"}},
		{"who takes over is one elsewhere", "A", "B", []string{"team[A,C]>", "team[B]>"}, []string{"team[C]>", "team[B]>"}},
		{"none is left", "A", "B", []string{"team[A]>", "team[B]>"}, []string{"team[B]>"}},
		{"a flow that leads to who takes over", "A", "B", []string{"team[A,C]>B"}, []string{"team[C]>B"}},
		{"and had no other exception", "A", "B", []string{"team[A]>B"}, []string{}},
		{"a goal that would lead to its own exception", "A", "B", []string{"team[B]>A"}, []string{"team[B]>"}},
		{"a seller for a seller", "ana", "bia", []string{"seller[ana]>", "team[]>ana", "seller[]>bia"}, []string{"seller[bia]>", "team[]>bia", "seller[]>bia"}},
		{"a seller for a team", "ana", "B", []string{"seller[ana,bia]>", "team[C]>ana"}, []string{"seller[bia]>", "team[C]>B"}},
		{"a seller for nobody", "ana", "", []string{"seller[ana,bia]>", "waiting[]>ana", "team[]>A"}, []string{"seller[bia]>", "waiting[]>", "team[]>A"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			x := newExchange(t, dbtest.New(t))
			x.insert(test.before)
			if got := x.replace(test.from, test.to); !slices.Equal(got, test.after) {
				t.Errorf("%v became %v, want %v", test.before, got, test.after)
			}
		})
	}
}

// The only team that is left cannot be transferred to from its own queue.
func TestReplacementByTheLast(t *testing.T) {
	t.Parallel()
	x := newExchange(t, dbtest.New(t))
	x.insert([]string{"team[]>A", "seller[]>A"})
	ctx := context.Background()
	err := x.shop.DB.Tx(ctx, func(tx *db.Tx) error {
		return tx.UpdateTeam(ctx, db.Team{Store: x.shop.ID, ID: x.ids["C"], Name: "C", Archived: true})
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := x.replace("A", "B"); !slices.Equal(got, []string{"team[]>", "seller[]>B"}) {
		t.Errorf("became %v", got)
	}
}

func TestReplacementIsRecorded(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newExchange(t, d)
		channel := x.shop.Channel("WhatsApp", db.ChannelAPI)
		channel.Team = x.ids["A"]
		ctx := context.Background()
		if err := d.Tx(ctx, func(tx *db.Tx) error { return tx.UpdateChannel(ctx, channel) }); err != nil {
			t.Fatal(err)
		}
		x.insert([]string{"team[]>A", "team[A]>B"})
		x.replace("A", "B")
		trail, err := d.AuditTrail(ctx, x.shop.ID, db.AuditQuery{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, e := range trail {
			lines = append(lines, fmt.Sprint(e.ByName, " ", e.Action, " ", e.NounName, " ", e.Changes))
		}
		slices.Sort(lines)
		want := []string{
			"Helena changed WhatsApp [{team A B}]",
			"Helena changed fluxo principal da fila do time [{action Transferir para A Transferir para B}]",
			"Helena deleted fluxo f1 da fila do time [{name f1 } {targets A } {alert1 1 min } {alert2 2 min } {action Transferir para B } {action_when 1 h depois do 2º alerta } {clock Sempre }]",
		}
		if !slices.Equal(lines, want) {
			t.Errorf("recorded %q", lines)
		}
		if got, err := d.Channel(ctx, x.shop.ID, channel.ID); err != nil || got.Team != x.ids["B"] {
			t.Errorf("the channel routes to %s (%v)", got.Team, err)
		}
	})
}
