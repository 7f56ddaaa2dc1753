package handlers_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
	"semaforo/handlers"
	"semaforo/scheduler"
	"semaforo/views/channelview"
)

// withChannels is a floor with the addresses of Canais.
func withChannels(t *testing.T) *floor {
	f := newFloor(t)
	f.h.Secure = func(*http.Request) bool { return true }
	const at = channelview.Path
	e, h := f.echo, f.h
	e.GET(at, h.ListChannels)
	e.GET(at+"/novo", h.NewChannel)
	e.POST(at+"/novo", h.CreateChannel)
	e.GET(at+"/chaves", h.ListKeys)
	e.GET(at+"/chaves/nova", h.NewKey)
	e.POST(at+"/chaves/nova", h.CreateKey)
	e.GET(at+"/chaves/:token/revogar", h.RevokeKeyPage)
	e.POST(at+"/chaves/:token/revogar", h.RevokeKey)
	e.GET(at+"/webhooks", h.ListWebhooks)
	e.POST(at+"/webhooks/novo", h.CreateWebhook)
	e.POST(at+"/webhooks/:webhook/ativo", h.SwitchWebhook)
	e.GET(at+"/webhooks/:webhook/excluir", h.DeleteWebhookPage)
	e.POST(at+"/webhooks/:webhook/excluir", h.DeleteWebhook)
	e.GET(at+"/:channel", h.ShowChannel)
	e.GET(at+"/:channel/editar", h.EditChannel)
	e.POST(at+"/:channel/editar", h.SaveChannel)
	e.GET(at+"/:channel/ativo", h.SwitchChannelPage)
	e.POST(at+"/:channel/ativo", h.SwitchChannel)
	return f
}

// saved is the form of a channel's dialog, changed by pairs of a name and a value.
func (a asked) saved(pairs ...string) url.Values {
	form := url.Values{}
	a.doc.Find("#modal input, input[type=hidden], input.input").Each(func(_ int, s *goquery.Selection) {
		form.Set(s.AttrOr("name", ""), s.AttrOr("value", ""))
	})
	form.Set("team", a.doc.Find("select[name=team] option[selected]").AttrOr("value", ""))
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// told is the store's audit trail in short, the latest first.
func (f *floor) told() []string {
	f.t.Helper()
	entries := trailOf(f.t, f.shop, "")
	var lines []string
	for _, e := range entries {
		line := strings.Join([]string{e.ByName, e.Noun, e.NounName, e.Action}, " ")
		for _, change := range e.Changes {
			line += "; " + change.Field + ": " + change.Before + " → " + change.After
		}
		lines = append(lines, line)
	}
	return lines
}

func (f *floor) wantTold(want ...string) {
	f.t.Helper()
	got := f.told()
	if len(got) < len(want) {
		f.t.Fatalf("the trail is %q, want %q first", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			f.t.Errorf("the trail's entry %d is %q, want %q", i, got[i], want[i])
		}
	}
}

func (f *floor) channelNow(id string) db.Channel {
	f.t.Helper()
	h, err := f.shop.DB.Channel(context.Background(), f.shop.ID, id)
	if err != nil {
		f.t.Fatal(err)
	}
	return h
}

func TestAChannelIsMade(t *testing.T) {
	t.Parallel()
	f := withChannels(t)
	a := f.ask(dialog(f.clara), channelview.NewPath, nil).is(http.StatusOK)
	a.says("h2", "Novo canal").says("select[name=team]", "Aguardando (nenhum time)", "Vendas")
	form := url.Values{"version": {""}, "name": {"  Chat da loja "}, "kind": {"chat"}, "team": {f.vendas.ID}}
	done := f.ask(dialog(f.clara), channelview.NewPath, form).is(http.StatusOK)
	if !strings.Contains(done.toast(), "Canal Chat da loja criado.") {
		t.Errorf("toast %q", done.toast())
	}
	f.wantTold("Clara channel Chat da loja created; kind:  → Chat do site; team:  → Vendas")
	list := f.ask(page(f.paulo), channelview.Path, nil).is(http.StatusOK)
	list.says("#channels", "Chat da loja", "Chat do site", "Ligado", "Vendas", "WhatsApp", "API", "Aguardando", "Nenhuma ainda").lacks("#new-channel")
	made, err := f.shop.DB.ChannelByName(context.Background(), f.shop.ID, "chat da loja")
	if err != nil || made.Team != f.vendas.ID || !made.Active {
		t.Fatalf("%+v (%v)", made, err)
	}
	for name, test := range map[string]struct {
		change      []string
		status      int
		field, want string
	}{
		"no name":      {[]string{"name", " "}, 422, "#channel-name-error", "Preencha este campo."},
		"a long one":   {[]string{"name", strings.Repeat("é", 81)}, 422, "#channel-name-error", "Use no máximo 80 caracteres."},
		"a name taken": {[]string{"name", "WHATSAPP"}, 409, "#channel-name-error", "Já existe um canal com este nome."},
		"no such kind": {[]string{"name", "x", "kind", "fax"}, 422, "#channel-kind-error", "Escolha uma das opções."},
		"no such team": {[]string{"name", "x", "team", "outro"}, 422, "#channel-team-error", "Este time não existe mais."},
	} {
		t.Run(name, func(t *testing.T) {
			typed := url.Values{"version": {""}, "name": {"Novo"}, "kind": {"api"}, "team": {""}}
			for i := 0; i < len(test.change); i += 2 {
				typed.Set(test.change[i], test.change[i+1])
			}
			f.ask(dialog(f.clara), channelview.NewPath, typed).is(test.status).says(test.field, test.want)
			f.ask(page(f.clara), channelview.NewPath, typed).is(test.status).says("dialog#modal[open] "+test.field, test.want).says("h1", "Canais")
		})
	}
}

func TestHowToUseAChannel(t *testing.T) {
	t.Parallel()
	f := withChannels(t)
	f.h.PublicURL = "https://semaforo.example"
	first, second := f.shop.Channel("Chat", db.ChannelChat), f.shop.Channel("Atacado", db.ChannelChat)
	f.ask(page(f.paulo), channelview.ChannelPath(first.ID), nil).is(http.StatusOK).
		says("#channel-address", "https://semaforo.example/chat/loja").
		says("#channel-embed", `<script src="https://semaforo.example/embed.js" data-store="loja" async></script>`).lacks("#edit-channel").lacks("#switch-channel")
	f.ask(page(f.paulo), channelview.ChannelPath(second.ID), nil).is(http.StatusOK).
		says("#channel-address", "https://semaforo.example/chat/loja?canal="+second.ID).says("#channel-embed", `data-channel="`+second.ID+`"`)
	a := f.ask(page(f.clara), channelview.ChannelPath(f.channel.ID), nil).is(http.StatusOK)
	a.says("#channel-curl", "curl -X POST https://semaforo.example/api/v1/messages", "Bearer CHAVE", `"channel": "`+f.channel.ID+`"`)
	if copies := a.doc.Find("[data-copy]"); copies.Length() != 2 || !strings.Contains(copies.First().AttrOr("data-copy", ""), "curl") {
		t.Errorf("%d things to copy", copies.Length())
	}
	f.ask(page(f.clara), channelview.ChannelPath("outro"), nil).is(http.StatusNotFound)
}

// A new name goes into the flows that name the channel, in one transaction; the
// conversations that are open keep the name they know it by, and their flow.
func TestRenamingKeepsTheFlow(t *testing.T) {
	t.Parallel()
	f := withChannels(t)
	f.configure(func(ctx context.Context, tx *db.Tx, now time.Time) error {
		return tx.InsertFlow(ctx, db.Flow{Store: f.shop.ID, Name: "Lojas", UpdatedAt: now, UpdatedBy: "test", Flow: flow.Flow{ID: "w", Queue: flow.WaitingQueue,
			Kind: flow.Alternative, Targets: []string{"WhatsApp"}, Alert1: time.Minute, Alert2: time.Hour, Clock: flow.Always,
			Action: flow.Action{Type: flow.ActionNone}, Active: true}})
	})
	open := f.says("Maria", "Oi", noTeam, noSeller)
	if got := f.conversation(open); got.FlowID != "w" || got.Channel != "WhatsApp" {
		t.Fatalf("before: flow %s, channel %s", got.FlowID, got.Channel)
	}
	a := f.ask(dialog(f.clara), channelview.EditPath(f.channel.ID), nil).is(http.StatusOK)
	a.says("#channel-name-help", "O fluxo “Lojas” usa este canal e passa a mostrar o novo nome.")
	seen := a.saved()
	done := f.ask(dialog(f.clara), channelview.EditPath(f.channel.ID), a.saved("name", "Loja", "team", "")).is(http.StatusOK)
	if !strings.Contains(done.toast(), `O fluxo \u201cLojas\u201d mostra o novo nome`) {
		t.Errorf("toast %q", done.toast())
	}
	f.wantTold("Clara channel Loja changed; name: WhatsApp → Loja", "Clara flow Lojas changed; targets: WhatsApp → Loja")
	saved, err := f.shop.DB.Flow(context.Background(), f.shop.ID, "w")
	if err != nil || len(saved.Targets) != 1 || saved.Targets[0] != "Loja" || saved.Version != 2 || saved.UpdatedBy != "Clara" {
		t.Errorf("the flow is %+v (%v)", saved, err)
	}
	newer := f.says("João", "Oi", noTeam, noSeller)
	f.pass(time.Minute)
	if err := f.s.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	for id, channel := range map[string]string{open: "WhatsApp", newer: "Loja"} {
		got := f.conversation(id)
		if got.FlowID != "w" || got.Channel != channel || got.Level != flow.Yellow {
			t.Errorf("after: flow %s, channel %s, level %s", got.FlowID, got.Channel, got.Level)
		}
		f.replays(id)
	}

	// Somebody who had the dialog open is told, and saves over it with a second press.
	late := f.ask(dialog(f.clara), channelview.EditPath(f.channel.ID), func() url.Values { seen.Set("name", "Outro"); return seen }()).is(http.StatusConflict)
	late.says(".notice", "Outra pessoa mudou este canal")
	if late.doc.Find("[name=name]").AttrOr("value", "") != "Outro" || f.channelNow(f.channel.ID).Name != "Loja" {
		t.Error("what was typed is gone, or was saved")
	}
	f.ask(dialog(f.clara), channelview.EditPath(f.channel.ID), late.saved()).is(http.StatusOK)

	// The old name is still the open conversation's: no other channel may have it yet.
	taken := f.ask(dialog(f.clara), channelview.NewPath, url.Values{"name": {"whatsapp"}, "kind": {"api"}}).is(http.StatusConflict)
	taken.says("#channel-name-error", "Este nome já foi do canal Outro, e há conversas abertas que ainda o conhecem por ele.")
	f.act(f.clara, scheduler.Act{Conversation: open, Type: flow.Close})
	f.ask(dialog(f.clara), channelview.NewPath, url.Values{"name": {"whatsapp"}, "kind": {"api"}}).is(http.StatusOK)
	if f.channelNow(f.channel.ID).Name != "Outro" {
		t.Error("the other channel lost its name")
	}
}

// replays holds a conversation's row against its log.
func (f *floor) replays(id string) {
	f.t.Helper()
	events, err := f.shop.DB.Events(context.Background(), f.shop.ID, id, 0, 0)
	if err != nil {
		f.t.Fatal(err)
	}
	var log []flow.Record
	for _, e := range events {
		log = append(log, e.Record)
	}
	if got, row := flow.Replay(log), f.conversation(id); got.Channel != row.Channel || got.Level != row.Level || got.Holder() != row.Holder() {
		f.t.Errorf("the row %+v is not the replay of its log %+v", row.Conversation, got)
	}
}

func TestAChannelIsSwitchedOffAndOn(t *testing.T) {
	t.Parallel()
	f := withChannels(t)
	f.says("Maria", "Oi", noTeam, noSeller)
	at := channelview.SwitchPath(f.channel.ID)
	a := f.ask(dialog(f.clara), at, nil).is(http.StatusOK)
	a.says(".dialog-body", "channel_off", "A conversa aberta neste canal continua com a equipe")
	form := a.saved()
	f.ask(dialog(f.clara), at, form).is(http.StatusOK)
	if f.channelNow(f.channel.ID).Active {
		t.Error("it is still on")
	}
	f.wantTold("Clara channel WhatsApp disabled")
	_, err := f.s.Receive(context.Background(), f.shop.ID, scheduler.Inbound{ChannelID: f.channel.ID, Text: "Oi",
		Contact: scheduler.InboundContact{ExternalID: "João"}})
	if err == nil {
		t.Error("a message came through a channel that is off")
	}
	// The same again changes nothing, and is told to nobody.
	f.ask(dialog(f.clara), at, form).is(http.StatusOK)
	if n := len(f.told()); n != 1 {
		t.Errorf("%d entries in the trail: %q", n, f.told())
	}
	f.ask(page(f.clara), channelview.ChannelPath(f.channel.ID), nil).says("#channel", "Canal desligado", "Desligado")
	f.ask(by{f.clara, "div#channel"}, at, url.Values{"version": {"0"}, "active": {"true"}}).is(http.StatusConflict)
	version := strconv.FormatInt(f.channelNow(f.channel.ID).Version, 10)
	f.ask(by{f.clara, "div#channel"}, at, url.Values{"version": {version}, "active": {"true"}}).is(http.StatusOK).says("#channel", "Ligado")
	f.wantTold("Clara channel WhatsApp enabled")
	// Somebody else renamed it meanwhile: asked anew.
	f.ask(dialog(f.clara), at, form).is(http.StatusConflict).says(".notice", "Outra pessoa mudou este canal")
	f.ask(dialog(f.clara), at, url.Values{"version": {version}, "active": {"x"}}).is(http.StatusBadRequest)
	for _, path := range []string{"editar", "ativo"} {
		f.ask(dialog(f.clara), channelview.ChannelPath("outro")+"/"+path, nil).is(http.StatusNotFound)
		f.ask(dialog(f.clara), channelview.ChannelPath("outro")+"/"+path, url.Values{"version": {"1"}, "active": {"false"}, "name": {"x"}}).is(http.StatusNotFound)
	}
}

// A channel says when it last delivered a message, and what it had refused last.
func TestAChannelsActivity(t *testing.T) {
	t.Parallel()
	f := withChannels(t)
	f.says("Maria", "Oi", noTeam, noSeller)
	f.pass(59 * time.Second)
	f.says("João", "Oi", noTeam, noSeller)
	if got := f.channelNow(f.channel.ID).LastMessageAt; !got.Equal(f.now().Add(-59 * time.Second)) {
		t.Errorf("each message is written down: %v", got)
	}
	f.pass(time.Second)
	f.says("Rui", "Oi", noTeam, noSeller)
	f.pass(5 * time.Minute)
	err := f.shop.DB.Tx(context.Background(), func(tx *db.Tx) error {
		return tx.ChannelRefused(context.Background(), f.shop.ID, f.channel.ID, db.Refusal{At: f.now(), Code: "required", Text: "Campo text: Preencha este campo."})
	})
	if err != nil {
		t.Fatal(err)
	}
	f.ask(page(f.paulo), channelview.ChannelPath(f.channel.ID), nil).says("#channel-facts", "há 5 min", "agora", "Campo text: Preencha este campo.", "3")
	f.ask(by{f.paulo, "div#channels"}, channelview.Path, nil).says("#channel-"+f.channel.ID, "há 5 min", "Campo text")
}

func TestKeys(t *testing.T) {
	t.Parallel()
	f := withChannels(t)
	f.ask(page(f.clara), channelview.KeysPath, nil).is(http.StatusOK).says("#keys", "Nenhuma chave em uso")
	f.ask(dialog(f.clara), channelview.NewKeyPath, url.Values{"name": {""}, "scope": {"all"}}).is(422).
		says("#key-name-error", "Preencha este campo.").says("#key-scope-error", "Escolha uma das opções.")
	made := f.ask(dialog(f.clara), channelview.NewKeyPath, url.Values{"name": {" Loja virtual "}, "scope": {"conversations"}}).is(http.StatusOK)
	secret := made.doc.Find("#secret").Text()
	token, err := f.shop.DB.TokenByHash(context.Background(), handlers.HashSecret(secret))
	if err != nil || token.Name != "Loja virtual" || token.Scope != db.ScopeConversations || token.CreatedBy != "Clara" {
		t.Fatalf("the key %q is %+v (%v)", secret, token, err)
	}
	made.says("hx-partial", "Loja virtual", "Ler e atender", "por Clara", "Nunca")
	f.wantTold("Clara token Loja virtual created; scope:  → Ler e atender")
	for _, line := range f.told() {
		if strings.Contains(line, secret) || strings.Contains(line, token.Hash) {
			t.Error("the trail has the secret")
		}
	}
	list := f.ask(page(f.clara), channelview.KeysPath, nil).is(http.StatusOK).says("#keys", "Loja virtual")
	if strings.Contains(list.Body.String(), secret) || strings.Contains(list.Body.String(), token.Hash) {
		t.Error("the list shows the secret")
	}
	f.ask(dialog(f.clara), channelview.NewKeyPath, url.Values{"name": {"Loja virtual"}, "scope": {"read"}}).is(http.StatusConflict).
		says("#key-name-error", "Já existe uma chave em uso com este nome.")
	f.ask(dialog(f.clara), channelview.RevokePath(token.ID), nil).is(http.StatusOK).says("h2", "Revogar Loja virtual?").says(".dialog-body", "Ela nunca foi usada.")
	f.ask(dialog(f.clara), channelview.RevokePath(token.ID), url.Values{}).is(http.StatusOK)
	if _, err := f.shop.DB.TokenByHash(context.Background(), handlers.HashSecret(secret)); err == nil {
		t.Error("the key still works")
	}
	f.wantTold("Clara token Loja virtual revoked")
	f.ask(dialog(f.clara), channelview.RevokePath(token.ID), nil).is(http.StatusNotFound)
	f.ask(dialog(f.clara), channelview.RevokePath(token.ID), url.Values{}).is(http.StatusNotFound)
	f.ask(page(f.clara), channelview.NewKeyPath, url.Values{"name": {"Loja virtual"}, "scope": {"read"}}).is(http.StatusOK).
		says("dialog#modal[open]", "Chave criada", "Esta é a única vez")
}

func TestWebhooksByThePages(t *testing.T) {
	t.Parallel()
	f := withChannels(t)
	f.ask(page(f.clara), channelview.WebhooksPath, nil).is(http.StatusOK).says("#webhooks", "Nenhum webhook")
	for address, want := range map[string]string{"": "Preencha este campo.", "http://x.br": "comece com https://", "https://127.0.0.1/h": "rede interna", "x": "comece com https://"} {
		a := f.ask(dialog(f.clara), channelview.NewWebhookPath, url.Values{"url": {address}}).is(422).says("#webhook-url-error", want)
		if got := a.doc.Find("[name=url]").AttrOr("value", ""); got != address {
			t.Errorf("typed %q, kept %q", address, got)
		}
	}
	made := f.ask(dialog(f.clara), channelview.NewWebhookPath, url.Values{"url": {" https://x.br/h "}}).is(http.StatusOK)
	hooks, err := f.shop.DB.Webhooks(context.Background(), f.shop.ID, "", 9)
	if err != nil || len(hooks) != 1 || hooks[0].URL != "https://x.br/h" || hooks[0].Secret != made.doc.Find("#secret").Text() || !hooks[0].Active {
		t.Fatalf("%+v (%v)", hooks, err)
	}
	hook := hooks[0]
	f.wantTold("Clara webhook https://x.br/h created")
	f.says("Maria", "Oi", noTeam, noSeller)
	f.deliveryFails("webhook: the receiver answers 503", false)
	f.says("João", "Oi", noTeam, noSeller)
	f.deliveryFails("dial tcp: lookup x.br: no such host", true)
	list := f.ask(by{f.clara, "div#webhooks"}, channelview.WebhooksPath, nil).is(http.StatusOK)
	list.says("#webhook-"+hook.ID, "1 pendente", "1 entrega desistida, a última em 23/11/2026", "Última falha: o endereço não existe.")
	if strings.Contains(list.Body.String(), hook.Secret) {
		t.Error("the list shows the secret")
	}
	for _, active := range []string{"false", "false", "true"} {
		f.ask(by{f.clara, "div#webhooks"}, channelview.SwitchHookPath(hook.ID), url.Values{"active": {active}}).is(http.StatusOK)
	}
	f.wantTold("Clara webhook https://x.br/h enabled", "Clara webhook https://x.br/h disabled", "Clara webhook https://x.br/h created")
	f.ask(page(f.clara), channelview.SwitchHookPath(hook.ID), url.Values{"active": {"talvez"}}).is(http.StatusBadRequest)
	f.ask(dialog(f.clara), channelview.DeleteHookPath(hook.ID), nil).is(http.StatusOK).says(".dialog-body", "https://x.br/h")
	f.ask(dialog(f.clara), channelview.DeleteHookPath(hook.ID), url.Values{}).is(http.StatusOK).says("#webhooks", "Nenhum webhook")
	f.wantTold("Clara webhook https://x.br/h deleted")
	for _, path := range []string{channelview.DeleteHookPath(hook.ID), channelview.SwitchHookPath(hook.ID)} {
		f.ask(dialog(f.clara), path, url.Values{"active": {"true"}}).is(http.StatusNotFound)
	}
	for range 20 {
		f.ask(dialog(f.clara), channelview.NewWebhookPath, url.Values{"url": {"https://x.br/h"}}).is(http.StatusOK)
	}
	f.ask(dialog(f.clara), channelview.NewWebhookPath, url.Values{"url": {"https://x.br/h"}}).is(http.StatusConflict).says(".notice", "A loja já tem 20 webhooks.")
	f.ask(page(f.clara), channelview.WebhooksPath, nil).says(".page-actions", "A loja já tem 20 webhooks.")
}

// deliveryFails has what waits in the outbox fail, for now or for good.
func (f *floor) deliveryFails(why string, forGood bool) {
	f.t.Helper()
	ctx := context.Background()
	err := f.shop.DB.Tx(ctx, func(tx *db.Tx) error {
		lanes, err := tx.DueLanes(ctx, f.now(), 9)
		if err != nil {
			return err
		}
		claimed, err := tx.ClaimOutbox(ctx, lanes[0], f.now(), f.now().Add(time.Hour), 9)
		for _, o := range claimed {
			if forGood {
				err = tx.OutboxGiveUp(ctx, o, why, f.now())
			} else {
				err = tx.OutboxRetry(ctx, o, why, f.now().Add(time.Hour))
			}
			if err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// Another store's channel, key or webhook is as if it were not there, whatever is
// asked of it.
func TestAnotherStoresChannelsAreNotThere(t *testing.T) {
	t.Parallel()
	f := withChannels(t)
	other := dbtest.Store(t, f.shop.DB, "outra")
	channel := other.Channel("Deles", db.ChannelChat)
	key := db.Token{Store: other.ID, ID: db.NewID(), Name: "Deles", Scope: db.ScopeRead, Hash: "h", CreatedAt: f.now()}
	hook := db.Webhook{Store: other.ID, ID: db.NewID(), URL: "https://deles.example", Active: true, CreatedAt: f.now()}
	ctx := context.Background()
	err := f.shop.DB.Tx(ctx, func(tx *db.Tx) error { return errors.Join(tx.InsertToken(ctx, key), tx.InsertWebhook(ctx, hook)) })
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"version": {"1"}, "active": {"false"}, "name": {"Nosso"}, "kind": {"chat"}}
	for path, post := range map[string]url.Values{
		channelview.ChannelPath(channel.ID): nil, channelview.EditPath(channel.ID): form, channelview.SwitchPath(channel.ID): form,
		channelview.RevokePath(key.ID): form, channelview.DeleteHookPath(hook.ID): form, channelview.SwitchHookPath(hook.ID): form,
	} {
		nothing := strings.NewReplacer(channel.ID, "nada", key.ID, "nada", hook.ID, "nada").Replace(path)
		for _, form := range []url.Values{nil, post} {
			if path == channelview.SwitchHookPath(hook.ID) && form == nil {
				continue // it is only posted to
			}
			theirs, none := f.ask(page(f.clara), path, form).is(http.StatusNotFound), f.ask(page(f.clara), nothing, form)
			if theirs.Body.String() != none.Body.String() {
				t.Errorf("%s: %q, and where nothing is %q", path, theirs.Body, none.Body)
			}
		}
	}
	for _, path := range []string{channelview.Path, channelview.KeysPath, channelview.WebhooksPath} {
		if strings.Contains(strings.ToLower(f.ask(page(f.clara), path, nil).is(http.StatusOK).Body.String()), "deles") {
			t.Errorf("%s shows another store's", path)
		}
	}
	if h, err := f.shop.DB.Channel(ctx, other.ID, channel.ID); err != nil || !h.Active || h.Name != "Deles" {
		t.Errorf("it was changed: %+v (%v)", h, err)
	}
}
