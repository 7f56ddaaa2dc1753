package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
)

// backtestCmd is `semaforo backtest`: a flow tried on what a store has been through.
type backtestCmd struct {
	ofStore
	Queue   string         `required:"" enum:"team,seller,waiting" placeholder:"QUEUE" help:"Whose waits: team, seller or waiting."`
	Flow    string         `placeholder:"FLOW" help:"The flow to begin with: an alternative one's id or name. (default: the queue's main flow)"`
	Targets []string       `placeholder:"NAME" help:"Try an alternative flow for these teams, sellers or channels, by id or name."`
	Alert1  *time.Duration `name:"alert1" placeholder:"TIME" help:"The 1st alert, as 5m. (default: the flow's own, as all that is not given)"`
	Alert2  *time.Duration `name:"alert2" placeholder:"TIME" help:"The 2nd alert, counted from the beginning too."`
	Clock   string         `enum:",always,business_hours" default:"" placeholder:"CLOCK" help:"What time counts: always or business_hours."`
	Action  string         `enum:",none,transfer_team,transfer_seller,redistribute,return_to_waiting,close" default:"" placeholder:"ACTION" help:"none, transfer_team, transfer_seller, redistribute, return_to_waiting or close."`
	To      string         `placeholder:"NAME" help:"Whom the action transfers to, by id or name."`
	Delay   *time.Duration `placeholder:"TIME" help:"How long after the 2nd alert the action comes."`
	Days    *int           `xor:"period" placeholder:"N" help:"The waits that ended in the last N days. (default: 30)"`
	Since   string         `xor:"period" placeholder:"DATE" help:"The waits that ended since a day, as 2026-09-01, in the store's zone."`
	Team    string         `placeholder:"NAME" help:"Only this team's waits; of the seller queue those that came from it."`
	Seller  string         `placeholder:"NAME" help:"Only this seller's waits, of the seller queue."`
	Channel string         `placeholder:"NAME" help:"Only this channel's waits, of the waiting queue."`
	JSON    bool           `name:"json" help:"Print one JSON object."`
}

// Run asks the question and prints the answer.
func (cmd *backtestCmd) Run(std *streams) error {
	if err := cmd.check(); err != nil {
		return usageError{err}
	}
	return cmd.inStore(std, func(ctx context.Context, d *db.DB, store db.Store) error {
		names, err := namesOf(ctx, d, store)
		if err != nil {
			return err
		}
		t, err := cmd.trial(ctx, d, names, scheduler.RealClock().Now())
		if err != nil {
			return err
		}
		b, err := door(d, std).Backtest(ctx, store.ID, t)
		if problems := (flow.Problems)(nil); errors.As(err, &problems) {
			return usageError{fmt.Errorf("that is no flow: %w", err)}
		}
		if err != nil {
			return err
		}
		if cmd.JSON {
			return printJSON(std.out, t, b)
		}
		return printTable(std.out, names, t, b)
	})
}

// check refuses what would find nothing.
func (cmd *backtestCmd) check() error {
	switch queue := flow.Queue(cmd.Queue); {
	case cmd.Days != nil && *cmd.Days < 1:
		return errors.New("--days is at least 1")
	case cmd.Team != "" && queue == flow.WaitingQueue:
		return errors.New("--team is for the queues team and seller")
	case cmd.Seller != "" && queue != flow.SellerQueue:
		return errors.New("--seller is for the queue seller")
	case cmd.Channel != "" && queue != flow.WaitingQueue:
		return errors.New("--channel is for the queue waiting")
	}
	return nil
}

// trial is the question that the options ask.
func (cmd *backtestCmd) trial(ctx context.Context, d *db.DB, names storeNames, now time.Time) (t scheduler.Trial, err error) {
	if t.Draft, err = cmd.draft(ctx, d, names); err != nil {
		return t, err
	}
	days := 30
	if cmd.Days != nil {
		days = *cmd.Days
	}
	t.Since, t.Until = now.AddDate(0, 0, -days), now
	if cmd.Since != "" {
		if t.Since, err = time.ParseInLocation(time.DateOnly, cmd.Since, names.zone); err != nil {
			return t, usageError{fmt.Errorf("--since is a day as 2026-09-01, not %q", cmd.Since)}
		}
	}
	if t.Team, err = names.id(flow.TeamQueue, cmd.Team); err != nil {
		return t, err
	}
	if t.Seller, err = names.id(flow.SellerQueue, cmd.Seller); err != nil {
		return t, err
	}
	t.Channel, err = names.id(flow.WaitingQueue, cmd.Channel)
	return t, err
}

// draft is the flow to begin with, and what the options change of it.
func (cmd *backtestCmd) draft(ctx context.Context, d *db.DB, names storeNames) (f flow.Flow, err error) {
	if f, err = cmd.present(ctx, d, names.store); err != nil {
		return f, err
	}
	if len(cmd.Targets) > 0 {
		if f.Kind == flow.Main {
			f.ID, f.Kind = "", flow.Alternative
		}
		f.Targets = nil
		for _, name := range cmd.Targets {
			id, err := names.id(f.Queue, name)
			if err != nil {
				return f, err
			}
			f.Targets = append(f.Targets, id)
		}
	}
	for _, change := range []struct{ of, to *time.Duration }{{&f.Alert1, cmd.Alert1}, {&f.Alert2, cmd.Alert2}, {&f.Action.Delay, cmd.Delay}} {
		if change.to != nil {
			*change.of = *change.to
		}
	}
	if cmd.Clock != "" {
		f.Clock = flow.Clock(cmd.Clock)
	}
	if cmd.Action == "" && cmd.To != "" {
		return f, usageError{errors.New("--to needs an --action that transfers")}
	}
	if cmd.Action == "" {
		return f, nil
	}
	f.Action = flow.Action{Type: flow.ActionType(cmd.Action), Delay: f.Action.Delay}
	switch f.Action.Type {
	case flow.TransferTeam:
		f.Action.Team, err = names.id(flow.TeamQueue, cmd.To)
	case flow.TransferSeller:
		f.Action.Seller, err = names.id(flow.SellerQueue, cmd.To)
	}
	return f, err
}

// present is the flow that the draft begins with: the named one, the queue's main
// flow, or the default colours.
func (cmd *backtestCmd) present(ctx context.Context, d *db.DB, store db.Store) (flow.Flow, error) {
	flows, err := d.QueueFlows(ctx, store.ID, flow.Queue(cmd.Queue))
	if err != nil {
		return flow.Flow{}, err
	}
	i := slices.IndexFunc(flows, func(f db.Flow) bool {
		return cmd.Flow == "" && f.Kind == flow.Main || cmd.Flow != "" && (f.ID == cmd.Flow || f.Name != "" && db.Fold(f.Name) == db.Fold(cmd.Flow))
	})
	switch {
	case i >= 0:
		return flows[i].Flow, nil
	case cmd.Flow != "":
		return flow.Flow{}, fmt.Errorf("the %s queue of the store %s has no flow %q", cmd.Queue, store.Slug, cmd.Flow)
	}
	return flow.Flow{Queue: flow.Queue(cmd.Queue), Kind: flow.Main, Alert1: flow.DefaultAlert1, Alert2: flow.DefaultAlert2, Clock: flow.Always,
		Action: flow.Action{Type: flow.ActionNone}}, nil
}

// storeNames finds a store's teams, sellers and channels by what people call them.
type storeNames struct {
	store db.Store
	zone  *time.Location
	ids   map[flow.Queue]map[string]string // by the queue whose flows name them, by name and by id
	flows map[string]string                // names by id
}

func namesOf(ctx context.Context, d *db.DB, store db.Store) (storeNames, error) {
	n := storeNames{store: store, ids: map[flow.Queue]map[string]string{}, flows: map[string]string{flow.DefaultFlow: "the default colours"}}
	for _, queue := range flow.Queues {
		n.ids[queue] = map[string]string{}
	}
	add := func(queue flow.Queue, id, name string) {
		n.ids[queue][db.Fold(name)], n.ids[queue][id] = id, id
	}
	teams, teamsErr := d.Teams(ctx, store.ID)
	for _, t := range teams {
		add(flow.TeamQueue, t.ID, t.Name)
	}
	sellers, sellersErr := d.AllSellers(ctx, store.ID)
	for _, s := range sellers {
		add(flow.SellerQueue, s.ID, s.Name)
	}
	channels, channelsErr := d.Channels(ctx, store.ID)
	for _, c := range channels {
		add(flow.WaitingQueue, c.Name, c.Name)
	}
	flows, flowsErr := d.Flows(ctx, store.ID)
	for _, f := range flows {
		if n.flows[f.ID] = f.Name; f.Kind == flow.Main {
			n.flows[f.ID] = "the main flow"
		}
	}
	var err error
	n.zone, err = time.LoadLocation(store.Timezone)
	return n, errors.Join(teamsErr, sellersErr, channelsErr, flowsErr, err)
}

// id is that of somebody, or nobody's where no name is given.
func (n storeNames) id(queue flow.Queue, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	if id, known := n.ids[queue][name]; known {
		return id, nil
	}
	if id, known := n.ids[queue][db.Fold(name)]; known {
		return id, nil
	}
	what := map[flow.Queue]string{flow.TeamQueue: "team", flow.SellerQueue: "seller", flow.WaitingQueue: "channel"}[queue]
	return "", fmt.Errorf("the store %s has no %s %q", n.store.Slug, what, name)
}
