package demo

import (
	"context"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/handlers"
	"semaforo/scheduler"
)

// changedBy names the demonstration where a screen says who changed something.
const changedBy = "Demonstração"

const minute = time.Minute

// flows are the article's (5 minutes, 15 minutes, transfer to Plantão) and
// shorter ones, so that there is always one about to fire. All can be edited in
// the panel, which counts in whole minutes.
func flows() []db.Flow {
	return []db.Flow{
		mainFlow(flow.TeamQueue, 5*minute, 15*minute, flow.Action{Type: flow.TransferTeam, Team: plantao}),
		alternative("time-plantao", flow.TeamQueue, "Plantão", plantao, 2*minute, 4*minute, flow.Action{Type: flow.Redistribute, Delay: minute}),
		alternative("time-trocas", flow.TeamQueue, "Trocas", trocas, 3*minute, 6*minute,
			flow.Action{Type: flow.TransferTeam, Team: posVenda, Delay: 5 * minute}),
		inBusinessHours(alternative("time-pos-venda", flow.TeamQueue, "Pós-venda no expediente", posVenda, 10*minute, 30*minute,
			flow.Action{Type: flow.ActionNone})),
		mainFlow(flow.SellerQueue, 3*minute, 8*minute, flow.Action{Type: flow.Redistribute, Delay: 4 * minute}),
		alternative("vendedor-supervisao", flow.SellerQueue, "Supervisão", "marcos", 10*minute, 30*minute, flow.Action{Type: flow.ActionNone}),
		mainFlow(flow.WaitingQueue, minute, 2*minute, flow.Action{Type: flow.TransferTeam, Team: vendas, Delay: minute}),
		alternative("aguardando-api", flow.WaitingQueue, "Integrações", apiChannel, 2*minute, 4*minute,
			flow.Action{Type: flow.TransferTeam, Team: vendas}),
	}
}

var mainIDs = map[flow.Queue]string{flow.TeamQueue: "time", flow.SellerQueue: "vendedor", flow.WaitingQueue: "aguardando"}

func mainFlow(queue flow.Queue, alert1, alert2 time.Duration, action flow.Action) db.Flow {
	return db.Flow{Flow: flow.Flow{ID: mainIDs[queue], Queue: queue, Kind: flow.Main, Alert1: alert1, Alert2: alert2,
		Clock: flow.Always, Action: action, Active: true}}
}

func alternative(id string, queue flow.Queue, name, target string, alert1, alert2 time.Duration, action flow.Action) db.Flow {
	f := mainFlow(queue, alert1, alert2, action)
	f.ID, f.Kind, f.Targets, f.Name = id, flow.Alternative, []string{target}, name
	return f
}

func inBusinessHours(f db.Flow) db.Flow {
	f.Clock = flow.BusinessHours
	return f
}

// Automatic closings: both after half an hour, so that no conversation stays
// for ever, however long the demonstration runs.
const (
	closeAfter  = 30 * minute
	closingText = "Como não tivemos retorno, encerramos este atendimento por aqui. Quando precisar, é só escrever de novo!"
)

func autoClosings() []db.AutoClosing {
	return []db.AutoClosing{{Kind: db.AutoClose}, {Kind: db.AutoCloseCustomer, ClosingText: closingText}}
}

// configure gives the store all that it configures, as one change.
func configure(ctx context.Context, door *scheduler.Door, store db.Store) error {
	hash, err := handlers.HashPassword(ctx, Password)
	if err != nil {
		return err
	}
	_, err = door.Configure(ctx, store.ID, scheduler.By{Kind: db.BySystem}, func(tx *db.Tx, now time.Time) error {
		calendar := db.Calendar{Store: store.ID, Hours: storeHours()}
		if err := tx.SetCalendar(ctx, calendar.Planned(flow.NationalHolidays(), now.Year())); err != nil {
			return err
		}
		if err := insertTeams(ctx, tx, store.ID, now); err != nil {
			return err
		}
		if err := insertPeople(ctx, tx, store.ID, hash, now); err != nil {
			return err
		}
		if err := insertChannels(ctx, tx, store.ID, now); err != nil {
			return err
		}
		return insertFlows(ctx, tx, store.ID, now)
	})
	return err
}

func insertTeams(ctx context.Context, tx *db.Tx, store string, now time.Time) error {
	for _, t := range teams() {
		if err := tx.InsertTeam(ctx, db.Team{Store: store, ID: t.id, Name: t.name, Hours: t.hours, CreatedAt: now}); err != nil {
			return err
		}
	}
	return nil
}

func insertPeople(ctx context.Context, tx *db.Tx, store, passwordHash string, now time.Time) error {
	for _, p := range people {
		user := db.User{ID: db.NewID(), Login: p.login(), Name: p.name, PasswordHash: passwordHash, CreatedAt: now}
		if err := tx.InsertUser(ctx, user); err != nil {
			return err
		}
		seller := db.Seller{Store: store, ID: p.id, Name: p.name, User: user.ID, Active: true, Teams: p.teams, CreatedAt: now}
		if err := tx.InsertSeller(ctx, seller); err != nil {
			return err
		}
		if err := tx.InsertMembership(ctx, db.Membership{Store: store, User: user.ID, Role: p.role, Seller: p.id, CreatedAt: now}); err != nil {
			return err
		}
	}
	return nil
}

func insertChannels(ctx context.Context, tx *db.Tx, store string, now time.Time) error {
	for name, kind := range map[string]string{chatChannel: db.ChannelChat, apiChannel: db.ChannelAPI} {
		if err := tx.InsertChannel(ctx, db.Channel{Store: store, ID: db.NewID(), Name: name, Kind: kind, Active: true, CreatedAt: now}); err != nil {
			return err
		}
	}
	return nil
}

func insertFlows(ctx context.Context, tx *db.Tx, store string, now time.Time) error {
	for _, f := range flows() {
		f.Store, f.UpdatedAt, f.UpdatedBy = store, now, changedBy
		if err := tx.InsertFlow(ctx, f); err != nil {
			return err
		}
	}
	for _, c := range autoClosings() {
		c.Store, c.UpdatedAt, c.UpdatedBy = store, now, changedBy
		c.AutoClose = flow.AutoClose{Enabled: true, After: closeAfter, EnabledAt: now}
		if err := tx.SetAutoClosing(ctx, c); err != nil {
			return err
		}
	}
	return nil
}
