package handlers_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// waiting puts conversations into Vendas's queue, whose customers have waited for
// so many minutes.
func (o *office) waiting(channel db.Channel, minutes ...int) {
	o.t.Helper()
	for _, n := range minutes {
		since := o.now.Add(-time.Duration(n) * time.Minute)
		o.shop.Conversation(o.shop.Contact(channel.ID, fmt.Sprintf("Cliente %d %s", n, db.NewID()), ""), func(c *db.Conversation) {
			c.Team, c.WaitStart, c.ClockStart, c.IdleSince, c.Visited = o.vendas.ID, since, since, since, []string{"team:" + o.vendas.ID}
			c.Level = flow.Green
			if n >= 5 {
				c.Level = flow.Yellow
			}
			if n >= 15 {
				c.Level = flow.Red
			}
		})
	}
}

// The last step says what saving does now, the button does, and what moves or
// closes conversations is only saved by who has seen it as it is.
func TestImpactIsSeenBeforeItHappens(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	chat := o.shop.Channel("chat", db.ChannelChat)
	o.waiting(chat, 2, 8, 20, 30, 40)

	step := o.ask(o.ana, team+"/principal", o.typed("step", "alert2", "go", "next"), true)
	step.says(t, "#flow-impact", "acontece agora mesmo", "3 conversas são transferidas para Plantão.", "Ver 3 conversas", "Vai de Vendas para Plantão.")
	step.says(t, "#flow-save", "Salvar e transferir 3 conversas agora")
	seen := step.value("seen")

	unseen := o.ask(o.ana, team+"/principal", o.typed(), true)
	unseen.says(t, "#flow-impact [role=alert]", "3 conversas são transferidas para Plantão.")
	if unseen.Code != 422 || len(o.flows(flow.TeamQueue)) != 0 || unseen.value("alert2") != "15" {
		t.Fatalf("saved without having been seen: %d", unseen.Code)
	}

	o.waiting(chat, 50)
	stale := o.ask(o.ana, team+"/principal", o.typed("seen", seen), true)
	stale.says(t, "#flow-impact [role=alert]", "Mudou enquanto você estava aqui", "4 conversas são transferidas para Plantão.")
	if stale.Code != 422 || len(o.flows(flow.TeamQueue)) != 0 {
		t.Fatalf("saved though it had changed: %d", stale.Code)
	}
	saved := o.ask(o.ana, team+"/principal", o.typed("seen", stale.value("seen")), true)
	if saved.Code != 200 || len(o.flows(flow.TeamQueue)) != 1 {
		t.Errorf("having been seen it is not saved: %d %s", saved.Code, saved.Body)
	}
}

// Colours that change are told and need no second press; a form that makes no
// flow yet says nothing, and nothing is saved by looking.
func TestImpactFollowsWhatIsTyped(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.waiting(o.shop.Channel("chat", db.ChannelChat), 2, 8, 20)
	look := func(pairs ...string) reply {
		form := o.typed(append([]string{"go", "impact", "action", "none", "team", ""}, pairs...)...)
		return o.ask(o.ana, team+"/principal", form, true)
	}
	look("alert1", "1", "alert2", "6").says(t, "#flow-impact", "1 conversa fica vermelha.", "1 conversa fica amarela.")
	look("alert1", "10", "alert2", "60").says(t, "#flow-impact", "1 conversa fica amarela.", "1 conversa volta a ficar verde.", "De vermelha para amarela.")
	look().says(t, "#flow-impact", "Nada muda agora nas conversas abertas.")
	look("action", "close").says(t, "#flow-impact", "1 conversa é encerrada.")
	look("action", "close").says(t, "hx-partial #flow-save", "Salvar e encerrar 1 conversa agora")
	if text := look("alert1", "muito").page.Find("#flow-impact").Text(); strings.TrimSpace(text) != "" {
		t.Errorf("of a form that makes no flow: %s", text)
	}
	if n := len(o.flows(flow.TeamQueue)); n != 0 {
		t.Fatalf("a look saved %d flows", n)
	}
	saved := o.ask(o.ana, team+"/principal", o.typed("alert1", "1", "alert2", "6", "action", "none", "team", ""), true)
	if saved.Code != 200 || len(o.flows(flow.TeamQueue)) != 1 {
		t.Errorf("colours alone need no second press: %d", saved.Code)
	}
	if trail := o.trail(""); len(trail) != 1 {
		t.Errorf("looking is recorded: %v", trail)
	}
}

// An alternative flow's impact stands in its own last step, as does a circle's warning.
func TestImpactOfAnAlternativeFlow(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.waiting(o.shop.Channel("chat", db.ChannelChat), 20)
	form := o.alternative("Rápido", o.vendas.ID)
	form.Set("go", "impact")
	o.ask(o.ana, team+"/alternativos/novo", form, true).says(t, "#flow-impact", "1 conversa é encerrada.")
	other := o.alternative("Outro", o.plant.ID)
	if saved := o.ask(o.ana, team+"/alternativos/novo", other, true); saved.Code != 200 {
		t.Errorf("one of another team bears on nobody: %d", saved.Code)
	}
	if page := o.ask(o.ana, team+"/alternativos/novo", url.Values(form), true); page.Code != 200 {
		t.Errorf("%d", page.Code)
	}
}

// A shorter time closes at once what it makes overdue, and asks first; switching
// on closes nothing that is open, and says so.
func TestImpactOfAnAutomaticClosing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.waiting(o.shop.Channel("chat", db.ChannelChat), 30, 40)
	o.ask(o.ana, "/automacoes/inatividade", nil, false).says(t, "#closing-espera-status", "Desligado", "nenhuma conversa é encerrada agora, e as 2 que estão abertas ficam de fora.")
	if on := o.ask(o.ana, idle, closing("0", "24h0m0s", "true"), true); on.Code != 200 {
		t.Fatalf("switching on asks: %d", on.Code)
	}
	o.now = o.now.Add(3 * time.Hour)
	o.waiting(o.shop.Channel("api", db.ChannelAPI), 90, 10)

	asked := o.ask(o.ana, idle, closing("1", "1h0m0s", ""), true)
	asked.says(t, "#closing-espera [role=alert]", "1 conversa é encerrada.", "Será encerrada.")
	asked.says(t, "#closing-espera-save", "Salvar e encerrar 1 conversa agora")
	if got := o.closings().AutoClose; asked.Code != 422 || got.After != 24*time.Hour || asked.page.Find("option[selected]").AttrOr("value", "") != "1h0m0s" {
		t.Fatalf("closed without asking: %d, %s", asked.Code, got.After)
	}
	form := closing("1", "1h0m0s", "")
	form.Set("seen", asked.value("seen"))
	if saved := o.ask(o.ana, idle, form, true); saved.Code != 200 || o.closings().AutoClose.After != time.Hour {
		t.Errorf("having been seen it is not saved: %d", saved.Code)
	}
}
