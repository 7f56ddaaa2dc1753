package demo

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// monthDays is how many days of reports the demonstration begins with. Its
// conversations are 90 minutes old; what was before is only told in figures.
const monthDays = 75

// month makes up what ended and what was done in the days before the past begins, so
// that reports have something to show: stays and deeds, without conversations.
type month struct {
	random *rand.Rand
	store  string
	loc    *time.Location
	until  time.Time
	n      int
	stays  []db.Stay
	deeds  db.Deeds
	users  map[string]string // by seller
}

// desks are the teams' sellers, and how much longer than others they take.
var desks = []struct {
	team    string
	sellers []string
	pace    float64
}{
	{vendas, []string{"ana", "bruno", "camila"}, 0.8},
	{vendas, []string{"ana", "camila"}, 0.9},
	{plantao, []string{"camila", "felipe"}, 1.1},
	{posVenda, []string{"diego", "eduarda"}, 1.3},
	{trocas, []string{"eduarda", "felipe"}, 1.6},
}

func figures(ctx context.Context, d *db.DB, store string, until time.Time) error {
	loc, err := time.LoadLocation(timezone)
	if err != nil {
		return err
	}
	m := &month{random: rand.New(rand.NewPCG(7, 26)), store: store, loc: loc, until: until, deeds: db.Deeds{}, users: map[string]string{}}
	members, err := d.Members(ctx, store, "", db.MaxPage)
	if err != nil {
		return err
	}
	for _, member := range members {
		m.users[member.Seller] = member.User
	}
	today := until.In(loc)
	for ago := monthDays; ago >= 0; ago-- {
		m.day(time.Date(today.Year(), today.Month(), today.Day()-ago, 0, 0, 0, 0, loc))
	}
	return d.Tx(ctx, func(tx *db.Tx) error {
		for _, stay := range m.stays {
			if err := tx.InsertStay(ctx, stay); err != nil {
				return err
			}
		}
		return tx.ApplyDeeds(ctx, m.deeds)
	})
}

// day has fewer customers at weekends, and most of them around noon.
func (m *month) day(midnight time.Time) {
	customers := 26 + m.random.IntN(14)
	switch midnight.Weekday() {
	case time.Saturday:
		customers /= 2
	case time.Sunday:
		customers /= 6
	}
	for range customers {
		hour := 13 + 2.6*m.random.NormFloat64()
		wait := midnight.Add(time.Duration(math.Min(math.Max(hour, 8), 20.5) * float64(time.Hour)))
		m.conversation(wait, 1+0.5*math.Abs(hour-13)/2.6)
	}
}

// conversation is a customer's wait in a team's queue and a few with the seller who
// answered it; slower is how much longer than usual things take at that hour.
func (m *month) conversation(wait time.Time, slower float64) {
	m.n++
	id := fmt.Sprintf("before-%05d", m.n)
	desk := desks[m.random.IntN(len(desks))]
	seller := desk.sellers[m.random.IntN(len(desk.sellers))]
	channel := []string{chatChannel, apiChannel}[m.random.IntN(2)]
	stay := flow.Stay{Conversation: id, Queue: flow.TeamQueue, Team: desk.team, Channel: channel}
	for turn := range 1 + m.random.IntN(4) {
		if turn > 0 {
			stay.Queue, stay.Seller = flow.SellerQueue, seller
			wait = wait.Add(time.Duration(1+m.random.IntN(40)) * time.Minute)
		}
		took := time.Duration(math.Exp(5+0.9*m.random.NormFloat64()) * slower * desk.pace * float64(time.Second)).Truncate(time.Second)
		stay.Wait, stay.Start, stay.End, stay.Outcome, stay.By = wait, wait, wait.Add(took), flow.Answered, seller
		if stay.End.After(m.until) {
			return
		}
		m.level(&stay, took)
		m.keep(stay, int64(turn+1))
		wait = stay.End
	}
	if m.random.IntN(5) == 0 {
		m.deeds.AddEvent(db.Event{Store: m.store, Record: flow.Record{At: wait, Type: flow.Postpone, Team: desk.team, Seller: seller,
			Until: wait.Add(time.Duration(1+m.random.IntN(8)) * 30 * time.Minute)}, ByKind: db.ByUser, ByID: m.users[seller]}, channel, m.loc)
	}
	m.deeds.AddEvent(db.Event{Store: m.store, Record: flow.Record{At: wait, Type: flow.Close, Team: desk.team, Seller: seller}}, channel, m.loc)
}

// level is what the default colours gave, with the alerts on the way.
func (m *month) level(stay *flow.Stay, took time.Duration) {
	stay.Level = flow.Green
	for _, alert := range []struct {
		after time.Duration
		event flow.EventType
		level flow.Level
	}{{flow.DefaultAlert1, flow.Alert1, flow.Yellow}, {flow.DefaultAlert2, flow.Alert2, flow.Red}} {
		if took < alert.after {
			return
		}
		stay.Level = alert.level
		m.deeds.AddEvent(db.Event{Store: m.store, Record: flow.Record{At: stay.Start.Add(alert.after), Type: alert.event, Flow: flow.DefaultFlow,
			Team: stay.Team, Seller: stay.Seller}}, stay.Channel, m.loc)
	}
}

func (m *month) keep(stay flow.Stay, seq int64) {
	kept := db.Stay{Store: m.store, Seq: seq, Stay: stay}
	m.stays = append(m.stays, kept)
	m.deeds.AddStay(kept, m.loc)
}
