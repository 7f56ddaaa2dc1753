package scheduler

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// T81: each recipient, step and way once; a colleague is told nothing.
func TestSellerIsToldOnceEachStep(t *testing.T) {
	noticing(t, func(c *crew) {
		c.browser("ana", "ana-phone")
		c.prefers("ana", func(p *db.NoticePreferences) { p.Mail2, p.ShowName = true, true })
		conversation := c.to("Maria", "ana")
		pass(4 * time.Minute)
		c.wantTold("before the 1st alert")
		pass(time.Minute)
		c.wantTold("at the 1st alert", "ana: 1º alerta: cliente espera há 5 min (Maria)", "ana-phone: 1º alerta: cliente espera há 5 min (Maria)")
		pass(10 * time.Minute)
		synctest.Wait()
		c.messenger.mu.Lock()
		mails, pushes := slices.Clone(c.messenger.mails), slices.Clone(c.messenger.pushes)
		c.messenger.mu.Unlock()
		if len(mails) != 1 || len(pushes) != 2 {
			t.Fatalf("at the 2nd alert: mails %+v pushes %+v", mails, pushes)
		}
		mail := mails[0]
		for _, want := range []string{"2º alerta: Maria espera há 15 min.", "https://semaforo.example/conversas/" + conversation.ID, "https://semaforo.example/minha-conta/notificacoes", c.Store.Name} {
			if !strings.Contains(mail.text, want) {
				t.Errorf("the e-mail lacks %q:\n%s", want, mail.text)
			}
		}
		if mail.to != "ana@loja" || !strings.HasPrefix(mail.subject, "2º alerta: cliente espera há 15 min") {
			t.Errorf("e-mail %+v", mail)
		}
		if p := pushes[0]; p.URL != "/conversas/"+conversation.ID || p.Tag != "conversation:"+conversation.ID {
			t.Errorf("push %+v", p)
		}
		c.messenger.told()
		pass(48 * time.Hour)
		c.wantTold("later")
		c.nothingPending()
	})
}

func TestWhomAnAlertConcerns(t *testing.T) {
	noticing(t, func(c *crew) {
		// A team's: its available members. Bia has gone out, and Caio is in another team.
		c.tx(func(tx *db.Tx) error { return tx.SetAway(c.ctx, c.Store.ID, c.sellers["bia"], true, time.Now()) })
		team := c.says("Rita", "Vendas")
		pass(5*time.Minute - time.Second)
		c.seen()
		pass(time.Second)
		c.wantTold("in a team", "ana: 1º alerta: cliente espera há 5 min")
		c.act(team.ID, Act{Type: flow.Close})
		// Nobody of the team has a page open: nobody is available.
		team = c.says("Rita", "Vendas")
		pass(6 * time.Minute)
		c.wantTold("in a team of nobody")
		c.act(team.ID, Act{Type: flow.Close})
		// Aguardando: everybody who may assume.
		waiting := c.says("Davi", "")
		pass(5 * time.Minute)
		c.wantTold("in Aguardando", "ana: 1º alerta: cliente espera há 5 min", "bia: 1º alerta: cliente espera há 5 min",
			"caio: 1º alerta: cliente espera há 5 min", "paulo: 1º alerta: cliente espera há 5 min")
		c.act(waiting.ID, Act{Type: flow.Close})
	})
}

// Skips and loops concern whoever manages the store; the holder the alert itself.
func TestManagersAreToldOfWhatDidNotHappen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action func(*crew) flow.Action
		want   string
	}{
		"skipped": {func(c *crew) flow.Action { return flow.Action{Type: flow.TransferTeam, Team: "nobody-knows-it"} }, "e não há para quem transferir"},
		"loop": {func(c *crew) flow.Action { return flow.Action{Type: flow.TransferSeller, Seller: c.sellers["ana"]} },
			"e a transferência voltaria para onde a conversa já esteve"},
	} {
		t.Run(name, func(t *testing.T) {
			noticing(t, func(c *crew) {
				c.flow(flow.SellerQueue, 5*time.Minute, 15*time.Minute, test.action(c))
				c.to("Maria", "ana")
				pass(5 * time.Minute)
				c.messenger.told()
				pass(10 * time.Minute)
				c.wantTold("at the action", "ana: 2º alerta: cliente espera há 15 min",
					"paulo: Ação automática não feita: cliente espera há 15 min, "+test.want)
				pass(time.Hour)
				c.wantTold("later")
			})
		})
	}
}

// One person has one notice of a conversation, however many reasons there are (§7).
func TestHolderWhoManagesIsToldOnce(t *testing.T) {
	noticing(t, func(c *crew) {
		c.flow(flow.SellerQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.TransferTeam, Team: "nobody-knows-it"})
		c.to("Maria", "paulo")
		pass(5 * time.Minute)
		c.messenger.told()
		pass(10 * time.Minute)
		c.wantTold("at the action", "paulo: Ação automática não feita: cliente espera há 15 min, e não há para quem transferir")
		// Who does not want the managers' is told the alert.
		c.prefers("paulo", func(p *db.NoticePreferences) { p.PushManagers = false })
		c.to("João", "paulo")
		pass(5 * time.Minute)
		c.messenger.told()
		pass(10 * time.Minute)
		c.wantTold("without the managers'", "paulo: 2º alerta: cliente espera há 15 min")
	})
}

func TestManagersAreToldOfAConversationSetAside(t *testing.T) {
	noticing(t, func(c *crew) {
		conversation := c.to("Maria", "ana")
		dbtest.Corrupt(t, c.DB, conversation.ID)
		pass(5 * time.Minute)
		c.wantTold("when it is set aside", "paulo: Conversa parada por um erro: cliente pode estar sem atendimento")
		pass(time.Hour)
		c.wantTold("when it fails again")
	})
}
