package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"semaforo/db"
)

const mainFlow = `{"queue": "team", "kind": "main", "alert1": "5m", "alert2": "15m"}`

func TestFlowsByTheAPI(t *testing.T) {
	t.Parallel()
	_, shop, c := apiSite(t)
	shop.Channel("Site", db.ChannelAPI)
	for _, id := range []string{"vendas", "plantao"} {
		c.call("POST", "/teams", fmt.Sprintf(`{"id": %q, "name": %q}`, id, id)).is(201)
	}
	c.call("GET", "/flows", "").is(200).has("items", "[]")
	made := c.call("POST", "/flows", `{"id": "f1", "queue": "team", "kind": "main", "alert1": "5m", "alert2": "900s", "clock": "business_hours",
	  "action": {"type": "transfer_team", "team": "plantao", "delay": "90s"}}`).is(201).
		has("id", "f1", "alert1", "5m0s", "alert2", "15m0s", "action.delay", "1m30s", "active", true, "version", 1, "name", "")
	// What is answered can be sent back.
	c.call("PUT", "/flows/f1", strings.Replace(made.body, `"5m0s"`, `"6m"`, 1)).is(200).has("version", 2, "alert1", "6m0s", "clock", "business_hours")
	c.call("PUT", "/flows/f1", made.body).refuses(409)
	c.call("PUT", "/flows/f1", mainFlow).refuses(422, "version=required")
	c.call("PUT", "/flows/f1", strings.Replace(made.body, `"team"`, `"seller"`, 1)).refuses(422, "queue=fixed")
	c.call("PUT", "/flows/f1", strings.Replace(made.body, `"f1"`, `"f2"`, 1)).refuses(422, "id=fixed")
	c.call("PUT", "/flows/x", made.body).refuses(404)
	alternative := c.call("POST", "/flows", `{"queue": "team", "kind": "alternative", "targets": ["vendas"], "alert1": "1m", "alert2": "720h", "name": "Plantão"}`).
		is(201).has("targets", "[vendas]", "action.type", "none").text("id")
	c.call("POST", "/flows", `{"queue": "waiting", "kind": "alternative", "targets": ["Site"], "alert1": "1m", "alert2": "2m"}`).is(201)

	with := func(field string) string { return mainFlow[:len(mainFlow)-1] + ", " + field + "}" }
	alt := func(field string) string {
		return `{"queue": "team", "kind": "alternative", "alert1": "5m", "alert2": "15m"` + field + "}"
	}
	for body, want := range map[string]string{
		`{}`:     "queue=required kind=required alert1=required alert2=required",
		mainFlow: "kind=second_main",
		`{"queue": "fila", "kind": "main", "alert1": "5m", "alert2": "15m"}`:                          "queue=unknown",
		`{"queue": "seller", "kind": "principal", "alert1": "5m", "alert2": "15m"}`:                   "kind=unknown",
		`{"queue": "seller", "kind": "main", "alert1": "15m", "alert2": "5m"}`:                        "alert2=order",
		`{"queue": "seller", "kind": "main", "alert1": "59s", "alert2": "721h"}`:                      "alert1=out_of_range alert2=out_of_range",
		`{"queue": "seller", "kind": "main", "alert1": "-5m", "alert2": "5.5"}`:                       "alert1=out_of_range alert2=duration",
		`{"queue": "seller", "kind": "main", "alert1": "90.5s", "alert2": "15m"}`:                     "alert1=out_of_range",
		`{"queue": "seller", "kind": "main", "alert1": "5m", "alert2": "15m", "id": "default"}`:       "id=reserved",
		`{"queue": "seller", "kind": "main", "alert1": "5m", "alert2": "15m", "id": "á"}`:             "id=control",
		`{"queue": "seller", "kind": "main", "alert1": "5m", "alert2": "15m", "targets": ["a"]}`:      "targets=main_targets",
		`{"queue": "seller", "kind": "main", "alert1": "5m", "alert2": "15m", "clock": "às vezes"}`:   "clock=unknown",
		strings.Replace(with(`"action": {"type": "transfer_team"}`), `"team"`, `"seller"`, 1):         "action.team=required",
		strings.Replace(with(`"action": {"type": "fugir"}`), `"team"`, `"seller"`, 1):                 "action.type=unknown",
		strings.Replace(with(`"action": {"delay": "1m"}`), `"team"`, `"seller"`, 1):                   "action.type=required",
		strings.Replace(with(`"action": {"type": "close", "delay": "-1s"}`), `"team"`, `"seller"`, 1): "action.delay=out_of_range",
		alt(``):                        "targets=no_targets",
		alt(`, "targets": ["vendas"]`): "targets[0]=taken",
		alt(`, "targets": ["plantao", "plantao"]`):                                              "targets[1]=repeated",
		alt(`, "targets": ["x"]`):                                                               "targets[0]=not_configured",
		alt(`, "targets": ["plantao"], "action": {"type": "transfer_team", "team": "x"}`):       "action.team=not_configured",
		alt(`, "targets": ["plantao"], "action": {"type": "transfer_seller", "seller": "x"}`):   "action.seller=not_configured",
		alt(`, "targets": ["plantao"], "action": {"type": "transfer_team", "team": "plantao"}`): "action.team=present_holder",
		alt(`, "targets": ["plantao"], "name": "` + strings.Repeat("é", 81) + `"`):              "name=too_long",
	} {
		c.call("POST", "/flows", body).refuses(422, strings.Fields(want)...)
	}
	for _, body := range []string{with(`"version": 1`), with(`"active": null`), with(`"action": "none"`), with(`"targets": "vendas"`), with(`"targets": [1]`), with(`"alert3": "1m"`)} {
		c.call("POST", "/flows", body).refuses(400)
	}
	c.call("POST", "/flows", strings.Replace(alt(`, "targets": ["plantao"], "id": "f1"`), `"team"`, `"team"`, 1)).refuses(409)
	if ids := c.call("GET", "/flows", "").is(200).ids(); len(ids) != 3 {
		t.Errorf("refused flows were kept: %v", ids)
	}
	// A team that a flow names is not put away under it.
	c.call("PUT", "/teams/vendas", `{"name": "vendas", "archived": true}`).refuses(409)
	c.call("PUT", "/teams/plantao", `{"name": "plantao", "archived": true}`).refuses(409)

	c.call("DELETE", "/flows/f1", ``).refuses(422, "version=required")
	c.call("DELETE", "/flows/f1?version=x", ``).refuses(422, "version=unknown")
	c.call("DELETE", "/flows/f1?version=1", ``).refuses(409)
	c.call("DELETE", "/flows/f1?version=2", ``).is(204)
	c.call("DELETE", "/flows/f1?version=2", ``).refuses(404)
	c.call("DELETE", "/flows/"+alternative, `{"version": 1}`).is(204)
	c.call("GET", "/flows/f1", "").refuses(404)
}

func TestAtMostTwentyAlternativeFlows(t *testing.T) {
	t.Parallel()
	_, _, c := apiSite(t)
	post := func(i int) called {
		c.call("POST", "/teams", fmt.Sprintf(`{"id": "t%d", "name": "Time %d"}`, i, i)).is(201)
		return c.call("POST", "/flows", fmt.Sprintf(`{"queue": "team", "kind": "alternative", "targets": ["t%d"], "alert1": "1m", "alert2": "2m"}`, i))
	}
	for i := range 20 {
		post(i).is(201)
	}
	post(20).refuses(422, "queue=too_many")
	page := c.call("GET", "/flows?limit=15", "").is(200)
	if rest := c.call("GET", "/flows?limit=15&cursor="+page.text("next_cursor"), "").is(200).ids(); len(page.ids()) != 15 || len(rest) != 5 {
		t.Errorf("pages of %d and %d flows", len(page.ids()), len(rest))
	}
}

func TestAutoCloseByTheAPI(t *testing.T) {
	t.Parallel()
	s, _, c := apiSite(t)
	c.call("GET", "/auto_close", "").is(200).has("auto_close.enabled", false, "auto_close_customer.enabled", false)
	c.call("PUT", "/auto_close", `{"auto_close": {"enabled": true}}`).refuses(422, "auto_close.after=required")
	c.call("PUT", "/auto_close", `{"auto_close": {"enabled": true, "after": "24h"}}`).is(200).
		has("auto_close.enabled_at", "2026-11-23T12:00:00Z", "auto_close.after", "24h0m0s")
	s.clock.pass(time.Minute)
	// Changing the time leaves the moment; off and on again renews it (§5).
	c.call("PUT", "/auto_close", `{"auto_close": {"enabled": true, "after": "48h"}, "auto_close_customer": {"enabled": true, "after": "1h", "closing_text": " Até logo! "}}`).is(200).
		has("auto_close.enabled_at", "2026-11-23T12:00:00Z", "auto_close.after", "48h0m0s", "auto_close_customer.enabled_at", "2026-11-23T12:01:00Z",
			"auto_close_customer.closing_text", "Até logo!")
	c.call("PUT", "/auto_close", `{"auto_close": {"enabled": false}}`).is(200).has("auto_close.enabled_at", nil, "auto_close.after", "48h0m0s", "auto_close_customer.enabled", true)
	s.clock.pass(time.Minute)
	c.call("PUT", "/auto_close", `{"auto_close": {"enabled": true}}`).is(200).has("auto_close.enabled_at", "2026-11-23T12:02:00Z")
	for body, want := range map[string]string{
		`{"auto_close": {}}`: "auto_close.enabled=required",
		`{"auto_close": {"enabled": true, "after": "0s"}}`:                                                "auto_close.after=out_of_range",
		`{"auto_close": {"enabled": true, "after": "721h"}}`:                                              "auto_close.after=out_of_range",
		`{"auto_close": {"enabled": true, "after": "um dia"}}`:                                            "auto_close.after=duration",
		`{"auto_close_customer": {"enabled": true, "closing_text": "` + strings.Repeat("é", 4097) + `"}}`: "auto_close_customer.closing_text=too_long",
	} {
		c.call("PUT", "/auto_close", body).refuses(422, want)
	}
	for _, body := range []string{`{"auto_close": {"enabled": true, "enabled_at": "2026-11-01T00:00:00Z"}}`, `{"auto_close": {"enabled": "sim"}}`,
		`{"auto_close": {"enabled": true, "closing_text": "x"}}`, `{"outro": {}}`, `[]`} {
		c.call("PUT", "/auto_close", body).refuses(400)
	}
	c.call("GET", "/auto_close", "").is(200).has("auto_close.enabled_at", "2026-11-23T12:02:00Z", "auto_close.after", "48h0m0s")
}

func TestPeopleAndPlacesByTheAPI(t *testing.T) {
	t.Parallel()
	_, _, c := apiSite(t)
	team := c.call("POST", "/teams", `{"name": " Plantão  da noite ", "hours": {"mon": [["18:00", "24:00"]]}, "holidays": ["2026-12-25"]}`).is(201).
		has("name", "Plantão da noite", "hours.mon", "[[18:00 24:00]]", "holidays", "[2026-12-25]", "archived", false)
	at := "/teams/" + team.text("id")
	c.call("PUT", at, team.body).is(200).has("hours.mon", "[[18:00 24:00]]")
	c.call("PUT", at, `{"name": "Plantão"}`).is(200).has("hours", nil, "holidays", nil)
	c.call("POST", "/teams", `{"name": "PLANTAO"}`).refuses(409)
	for body, want := range map[string]string{
		`{}`:                 "name=required",
		`{"name": "\u0000"}`: "name=required",
		`{"name": "x", "holidays": ["2026-12-25"]}`:              "holidays=holidays",
		`{"name": "x", "hours": {"mon": [["18:00", "09:00"]]}}`:  "hours.mon=reversed",
		`{"name": "x", "hours": {"mon": [["25:00", "26:00"]]}}`:  "hours.mon[0][0]=time hours.mon[0][1]=time",
		`{"name": "x", "hours": {}, "holidays": ["25/12/2026"]}`: "holidays[0]=date",
		`{"name": "x", "id": "` + strings.Repeat("a", 65) + `"}`: "id=too_long",
	} {
		c.call("POST", "/teams", body).refuses(422, strings.Fields(want)...)
	}
	c.call("POST", "/teams", `{"name": "x", "hours": {"seg": []}}`).refuses(400)
	c.call("PUT", "/teams/x", `{"name": "x"}`).refuses(404)
	c.call("PUT", at, `{"name": "x", "id": "outro"}`).refuses(422, "id=fixed")

	seller := c.call("POST", "/sellers", `{"id": "ana", "name": "Ana", "teams": ["`+team.text("id")+`"]}`).is(201).has("active", true)
	c.call("PUT", "/sellers/ana", seller.body).is(200).has("name", "Ana")
	c.call("POST", "/sellers", `{"name": "Bia", "teams": ["x"]}`).refuses(422, "teams[0]=unknown")
	c.call("POST", "/sellers", `{"name": "Bia", "teams": ["a", "a"]}`).refuses(422, "teams[1]=repeated")
	c.call("POST", "/sellers", `{"id": "ana", "name": "Outra"}`).refuses(409)
	flow := c.call("POST", "/flows", `{"queue": "seller", "kind": "alternative", "targets": ["ana"], "alert1": "1m", "alert2": "2m"}`).is(201).text("id")
	c.call("PUT", "/sellers/ana", `{"name": "Ana", "active": false}`).refuses(409)
	c.call("DELETE", "/flows/"+flow+"?version=1", "").is(204)
	c.call("PUT", "/sellers/ana", `{"name": "Ana", "active": false}`).is(200).has("active", false, "teams", "[]")
	c.call("PUT", "/sellers/ana", `{"name": "Ana"}`).is(200).has("active", true)

	channel := c.call("POST", "/channels", `{"name": "Site", "kind": "api", "team": "`+team.text("id")+`"}`).is(201).has("active", true)
	where := "/channels/" + channel.text("id")
	c.call("PUT", where, channel.body).is(200)
	c.call("PUT", where, `{"name": "Site", "kind": "chat"}`).refuses(422, "kind=fixed")
	c.call("POST", "/channels", `{"name": "x", "kind": "fax"}`).refuses(422, "kind=unknown")
	c.call("POST", "/channels", `{"name": "SITE", "kind": "chat"}`).refuses(409)
	c.call("PUT", at, `{"name": "Plantão", "archived": true}`).refuses(409)
	c.call("POST", "/flows", `{"queue": "waiting", "kind": "alternative", "targets": ["Site"], "alert1": "1m", "alert2": "2m"}`).is(201)
	// A new name goes into the flows that name the channel, and the old one still leads to it.
	c.call("PUT", where, `{"name": "Loja", "kind": "api"}`).is(200).has("name", "Loja")
	c.call("GET", "/flows", "").is(200).has("items.0.targets", "[Loja]", "items.0.version", 2)
	c.call("POST", "/messages", `{"channel": "site", "external_id": "m-1", "contact": {"external_id": "c-0"}, "text": "Oi"}`).is(201).
		has("conversation.channel", "Loja")
	c.call("PUT", where, `{"name": "Site", "kind": "api"}`).is(200)
	c.call("POST", "/channels", `{"id": "chaves", "name": "Outro", "kind": "api"}`).refuses(422, "id=fixed")

	contact := c.call("POST", "/contacts", `{"channel": "site", "external_id": "c-1", "name": "Maria", "phone": "(11) 91234-5678", "seller": "ana"}`).is(201).
		has("phone", "+5511912345678", "seller", "ana", "channel_id", channel.text("id"))
	whom := "/contacts/" + contact.text("id")
	c.call("PUT", whom, contact.body).is(200)
	c.call("PUT", whom, `{"name": "Maria Silva"}`).is(200).has("name", "Maria Silva", "phone", nil, "seller", nil)
	c.call("PUT", whom, `{"name": "Maria", "external_id": "c-2"}`).refuses(422, "external_id=fixed")
	c.call("PUT", whom, `{"name": "Maria", "seller": "x"}`).refuses(422, "seller=unknown")
	c.call("POST", "/contacts", `{"channel": "site", "external_id": "c-1", "name": "Outra"}`).refuses(409)
	c.call("POST", "/contacts", `{"channel": "x", "external_id": "c-3", "name": "Outra"}`).refuses(422, "channel=unknown")
	c.call("POST", "/contacts", `{"channel": "site", "external_id": "c-3"}`).refuses(422, "name=required")
	for _, path := range []string{at, "/sellers/ana", where, whom} {
		c.call("GET", path, "").is(200)
	}
	for _, path := range []string{"/teams", "/sellers", "/channels", "/contacts"} {
		if ids := c.call("GET", path+"?limit=1", "").is(200).ids(); len(ids) != 1 {
			t.Errorf("%s lists %v", path, ids)
		}
		c.call("GET", path+"?cursor=x", "").refuses(422, "cursor=unknown")
		c.call("GET", path+"/x", "").refuses(404)
	}
}

// Who was deactivated in Usuários is brought back there alone.
func TestDeactivatedPeopleByTheAPI(t *testing.T) {
	t.Parallel()
	s, shop, c := apiSite(t)
	bia := shop.Member("bia@loja.br", "Bia", db.Agent)
	put := func(active string) called {
		return c.call("PUT", "/sellers/"+bia.Seller, `{"name": "Bia", "active": `+active+`}`)
	}
	put("false").is(200)
	put("true").is(200)
	put("false").is(200)
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.SetMemberDisabled(ctx, shop.ID, bia.User, true) })
	put("false").is(200)
	put("true").refuses(409)
}

func TestWebhooksByTheAPI(t *testing.T) {
	t.Parallel()
	_, _, c := apiSite(t)
	made := c.call("POST", "/webhooks", `{"url": "https://example.com/eventos"}`).is(201).has("active", true)
	if len(made.text("secret")) < 40 {
		t.Errorf("secret %q", made.text("secret"))
	}
	c.call("POST", "/webhooks", `{"url": "https://example.com/", "secret": "um segredo escolhido"}`).is(201).has("secret", "um segredo escolhido")
	listed := c.call("GET", "/webhooks", "").is(200)
	if len(listed.ids()) != 2 || strings.Contains(listed.body, "secret") {
		t.Errorf("listed as %s", listed.body)
	}
	for body, want := range map[string]string{
		`{}`:                             "url=required",
		`{"url": "http://example.com/"}`: "url=url",
		`{"url": "https://127.0.0.1/"}`:  "url=url",
		`{"url": "https://169.254.169.254/latest"}`:                        "url=url",
		`{"url": "https://example.com/", "secret": "curto"}`:               "secret=out_of_range",
		`{"url": "https://example.com/` + strings.Repeat("x", 2000) + `"}`: "url=url",
	} {
		c.call("POST", "/webhooks", body).refuses(422, want)
	}
	c.call("DELETE", "/webhooks/"+made.text("id"), "").is(204)
	c.call("DELETE", "/webhooks/"+made.text("id"), "").refuses(404)
	for range 19 {
		c.call("POST", "/webhooks", `{"url": "https://example.com/"}`).is(201)
	}
	c.call("POST", "/webhooks", `{"url": "https://example.com/"}`).refuses(409)
}
