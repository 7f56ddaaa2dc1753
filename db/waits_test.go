package db_test

import (
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func TestWorstWaits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		channel := s.Channel("api", db.ChannelAPI).ID
		team, ana := s.Team("Vendas").ID, s.Seller("Ana").ID
		waits := func(name, team, seller string, level flow.Level, minutes int) {
			s.Conversation(s.Contact(channel, name, ""), func(c *db.Conversation) {
				c.Team, c.Seller, c.Level = team, seller, level
				c.WaitStart = dbtest.Start.Add(-time.Duration(minutes) * time.Minute)
				c.ClockStart = c.WaitStart
			})
		}
		waits("1", team, ana, flow.Green, 2)
		waits("2", team, ana, flow.Green, 3)
		waits("3", "", ana, flow.Red, 9)
		waits("4", team, "", flow.Yellow, 5)
		waits("5", "", "", flow.Green, 1)
		since := func(minutes int) time.Time { return dbtest.Start.Add(-time.Duration(minutes) * time.Minute) }
		hers := []db.Waiting{{Seller: ana, Rank: db.RankRed, N: 1, Since: since(9)}, {Seller: ana, Team: team, Rank: db.RankGreen, N: 2, Since: since(3)}}
		all := append([]db.Waiting{{Rank: db.RankGreen, N: 1, Since: since(1)}, {Team: team, Rank: db.RankYellow, N: 1, Since: since(5)}}, hers...)
		diff(t, must[[]db.Waiting](t)(d.WorstWaits(ctx, s.ID, "")), all)
		diff(t, must[[]db.Waiting](t)(d.WorstWaits(ctx, s.ID, ana)), hers)
		diff(t, must[[]db.Waiting](t)(d.WorstWaits(ctx, other.ID, "")), []db.Waiting(nil))
	})
}

func TestUserNames(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		ana := s.Member("ana@x.br", "Ana", db.Agent)
		diff(t, must[map[string]string](t)(d.UserNames(ctx, s.ID)), map[string]string{ana.User: "Ana"})
		diff(t, must[map[string]string](t)(d.UserNames(ctx, other.ID)), map[string]string{})
	})
}
