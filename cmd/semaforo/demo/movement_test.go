package demo

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
)

// Half an hour of the movement.
func TestMovementLives(t *testing.T) {
	staged(t, func(s *stage) {
		told := len(s.events())
		s.moves(260, 7*time.Second)
		did, channels := map[string]int{}, map[string]int{}
		for _, e := range s.events()[told:] {
			did[e.ByKind+" "+string(e.Type)]++
			if e.Opened {
				channels[e.Channel]++
			}
		}
		for _, what := range []string{"customer customer_message", "token seller_message", "token close", "token no_reply_needed", "token postpone",
			"system alert1", "system alert2", "system action"} {
			if did[what] < 2 {
				s.t.Errorf("%s happened %d times: %v", what, did[what], did)
			}
		}
		if channels[chatChannel] < 3 || channels[apiChannel] < 3 {
			s.t.Errorf("new conversations by channel: %v", channels)
		}
		if n := len(s.rows(db.TabAll)); n < 15 || n > s.crowd.many+4 {
			s.t.Errorf("%d open conversations, want about %d to %d", n, s.crowd.few, s.crowd.many)
		}
		s.checkReplay()
	})
}

func TestSameSeedSameMoves(t *testing.T) {
	t.Parallel()
	var logs [2][]string
	for i := range logs {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			inBubble(t, false, func(s *stage, _ *inProcess) {
				s.moves(40, 5*time.Second)
				for _, e := range s.events() {
					logs[i] = append(logs[i], strings.Join([]string{e.At.String(), string(e.Type), e.Team, e.Seller, e.ToTeam, e.Note}, " "))
				}
			})
		})
	}
	if diff := cmp.Diff(logs[0], logs[1]); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
}

// The same over a real port: requests as anybody's.
func TestMovementOverTheNetwork(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	s := newStage(t, scheduler.RealClock(), "http://"+server.Listener.Addr().String(), func(http.Handler) *http.Client { return nil }, false)
	server.Config.Handler = s.handler
	server.Start()
	t.Cleanup(server.Close)
	t.Cleanup(s.Client.CloseIdleConnections)
	before := len(s.events())
	for _, who := range []customer{customerOf(s.store.ID, 150), customerOf(s.store.ID, 151)} {
		if err := s.write(t.Context(), who, "Oi, tudo bem?", ""); err != nil {
			t.Errorf("%s through %s: %v", who.name, who.channelName(), err)
		}
	}
	for range 20 {
		if err := s.step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if after := len(s.events()); after < before+5 {
		t.Errorf("%d events, then %d", before, after)
	}
	for _, c := range s.rows(db.TabAll) {
		if who, ours := s.customers[c.ContactExternalID]; !ours || who.name != c.ContactName || who.phone != c.ContactPhone {
			t.Errorf("%s, %s is none of the customers: %+v", c.ContactName, c.ContactPhone, who)
		}
	}
}

// A person who answered as a seller keeps the conversation: the movement's
// customers go on writing in it, its sellers do not.
func TestWhatAPersonAnsweredIsTheirs(t *testing.T) {
	staged(t, func(s *stage) {
		mine := s.held("bruno", true)
		_, _, err := s.scheduler.Say(s.t.Context(), s.store.ID, scheduler.By{Kind: db.ByUser, ID: "me"},
			scheduler.Outbound{Conversation: mine.ID, From: flow.FromSeller, Seller: "bruno", Text: "Oi! Sou eu mesmo."})
		if err != nil {
			s.t.Fatal(err)
		}
		s.moves(60, 5*time.Second)
		events, err := s.db.Events(s.t.Context(), s.store.ID, mine.ID, mine.Seq+1, 0)
		if err != nil {
			s.t.Fatal(err)
		}
		if !slices.ContainsFunc(events, func(e db.Event) bool { return e.ByKind == db.ByCustomer }) {
			s.t.Errorf("the customer never answered: %+v", events)
		}
		if slices.ContainsFunc(events, func(e db.Event) bool { return e.ByKind == db.ByToken }) {
			s.t.Errorf("a simulated seller meddled: %+v", events)
		}
	})
}

// Nobody plays the seller as whom somebody is signed in.
func TestTheSellerOfWhoIsSignedInStandsStill(t *testing.T) {
	staged(t, func(s *stage) {
		user, err := s.db.UserByLogin(s.t.Context(), "ana@loja.demo")
		if err != nil {
			s.t.Fatal(err)
		}
		now := time.Now()
		session := db.Session{IDHash: "hash", Store: s.store.ID, User: user.ID, CreatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(time.Hour), Data: "{}"}
		if err := s.db.Tx(s.t.Context(), func(tx *db.Tx) error { return tx.SaveSession(s.t.Context(), session) }); err != nil {
			s.t.Fatal(err)
		}
		told := len(s.events())
		s.moves(90, 5*time.Second)
		answered := 0
		for _, e := range s.events()[told:] {
			if e.ByKind == db.ByToken && (e.Seller == "ana" || e.ToSeller == "ana") {
				s.t.Errorf("%s on what Ana holds, or in her name", e.Type)
			}
			if e.ByKind == db.ByToken {
				answered++
			}
		}
		if answered == 0 {
			s.t.Error("the others stood still too")
		}
	})
}

// A customer who is none of the movement's is the visitor, playing the other side.
func TestARealCustomerIsNotAnswered(t *testing.T) {
	staged(t, func(s *stage) {
		channel, err := s.db.ChannelByName(s.t.Context(), s.store.ID, chatChannel)
		if err != nil {
			s.t.Fatal(err)
		}
		got, err := s.scheduler.Receive(s.t.Context(), s.store.ID, scheduler.Inbound{ChannelID: channel.ID, Text: "Oi, tem alguém?",
			Contact: scheduler.InboundContact{ExternalID: "somebody", Name: "Visitante"}})
		if err != nil {
			s.t.Fatal(err)
		}
		s.moves(40, 5*time.Second)
		events, err := s.db.Events(s.t.Context(), s.store.ID, got.Conversation.ID, 0, 0)
		if err != nil {
			s.t.Fatal(err)
		}
		types := []flow.EventType{}
		for _, e := range events {
			types = append(types, e.Type)
		}
		if diff := cmp.Diff([]flow.EventType{flow.CustomerMessage, flow.Alert1, flow.Alert2, flow.ActionTaken}, types); diff != "" {
			s.t.Errorf("the visitor's conversation:\n%s", diff)
		}
	})
}

func TestPauseAndResume(t *testing.T) {
	running(t, true, func(s *stage, line *inProcess) {
		pass(time.Hour)
		if n := line.requests(); n != 0 || !s.Paused() {
			s.t.Errorf("%d requests although it began paused", n)
		}
		s.Pause(false)
		pass(30 * time.Second)
		if n := line.requests(); n < 5 || s.Paused() {
			s.t.Errorf("%d requests in half a minute", n)
		}
		s.Pause(true)
		s.Pause(true) // a second click, or another window
		n := line.requests()
		pass(time.Hour)
		if line.requests() != n {
			s.t.Error("it goes on although it is paused")
		}
		s.Pause(false)
		pass(30 * time.Second)
		if line.requests() == n {
			s.t.Error("it does not go on")
		}
	})
}

func TestEndsWhilePaused(t *testing.T) {
	running(t, true, func(*stage, *inProcess) { pass(time.Minute) })
}

func TestOutageIsSurvived(t *testing.T) {
	running(t, false, func(s *stage, line *inProcess) {
		line.breakDown(true)
		pass(10 * time.Minute)
		during := line.requests()
		if during < 5 || during > 60 {
			s.t.Errorf("%d tries in ten minutes without an answer", during)
		}
		line.breakDown(false)
		pass(5 * time.Minute)
		if line.requests() < during+20 {
			s.t.Error("it does not recover")
		}
	})
}
