package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/handlers"
)

// document is the API's own description, read and checked once.
var document = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(handlers.OpenAPIDocument)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background())
})

// client calls the API with a token; every answer is held against the document.
type client struct {
	*browser
	token string
}

// apiSite is a site with a store, and a client that may do everything there.
func apiSite(t *testing.T) (*site, *dbtest.Shop, *client) {
	t.Helper()
	s := newSite(t, nil)
	shop := dbtest.Store(t, s.db, "loja")
	return s, shop, s.client(shop.ID, db.ScopeConfiguration)
}

func (s *site) client(store string, scope db.Scope) *client {
	return &client{browser: s.browser(), token: s.token(store, scope)}
}

// called is an answer of the API, decoded.
type called struct {
	answer
	t    *testing.T
	json any
}

// call asks, and checks the answer against the document.
func (c *client) call(method, path, body string) called {
	t := c.site.t
	t.Helper()
	a := c.do(method, "/api/v1"+path, body, "Authorization", "Bearer "+c.token, "Content-Type", "application/json")
	out := called{answer: a, t: t}
	if a.body != "" {
		if err := json.Unmarshal([]byte(a.body), &out.json); err != nil {
			t.Fatalf("%s %s: %v\n%s", method, path, err, a.body)
		}
	}
	described(t, method, path, out)
	return out
}

// described fails unless the document knows the call, the status and the answer's shape.
func described(t *testing.T, method, path string, a called) {
	t.Helper()
	doc, err := document()
	if err != nil {
		t.Fatal(err)
	}
	path, _, _ = strings.Cut(path, "?")
	for template, item := range doc.Paths.Map() {
		operation := item.GetOperation(method)
		if operation == nil || !matches(template, path) {
			continue
		}
		response := operation.Responses.Status(a.StatusCode)
		if response == nil {
			t.Errorf("%s %s answers %d, which the document does not have\n%s", method, path, a.StatusCode, a.body)
			return
		}
		if len(response.Value.Content) == 0 {
			if a.body != "" {
				t.Errorf("%s %s answers a body with %d", method, path, a.StatusCode)
			}
			return
		}
		kind := a.Header.Get("Content-Type")
		media := response.Value.Content[kind]
		if media == nil {
			t.Errorf("%s %s answers %q with %d", method, path, kind, a.StatusCode)
		} else if err := media.Schema.Value.VisitJSON(a.json, openapi3.VisitAsResponse()); err != nil {
			t.Errorf("%s %s: %v\n%s", method, path, err, a.body)
		}
		return
	}
	t.Errorf("the document has no %s %s", method, path)
}

func matches(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && !strings.HasPrefix(want[i], "{") {
			return false
		}
	}
	return true
}

// is fails unless the answer has the status.
func (a called) is(status int) called {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Errorf("%s %s: %d, want %d\n%s", a.Request.Method, a.Request.URL, a.StatusCode, status, a.body)
	}
	return a
}

// refuses fails unless the answer is a problem at these paths, each as path=code.
func (a called) refuses(status int, fields ...string) {
	a.t.Helper()
	a.is(status)
	var problem struct {
		Status int
		Errors []struct{ Path, Code, Message string }
	}
	if err := json.Unmarshal([]byte(a.body), &problem); err != nil || problem.Status != status {
		a.t.Errorf("no problem of status %d: %s", status, a.body)
	}
	var got []string
	for _, e := range problem.Errors {
		got = append(got, e.Path+"="+e.Code)
	}
	if len(fields) > 0 && strings.Join(got, " ") != strings.Join(fields, " ") {
		a.t.Errorf("%s %s refuses %v, want %v\n%s", a.Request.Method, a.Request.URL, got, fields, a.body)
	}
}

// at is the value at a path such as "conversation.contact.name" or "items.0.id", nil where there is none.
func (a called) at(path string) any {
	value := a.json
	for key := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[key]
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

func (a called) text(path string) string {
	s, _ := a.at(path).(string)
	return s
}

// has fails unless the values are those wanted: path, value, path, value …
func (a called) has(pairs ...any) called {
	a.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := a.at(pairs[i].(string)); fmt.Sprint(got) != fmt.Sprint(pairs[i+1]) {
			a.t.Errorf("%s %s: %s is %v, want %v\n%s", a.Request.Method, a.Request.URL, pairs[i], got, pairs[i+1], a.body)
		}
	}
	return a
}

// ids are the ids of a list's items.
func (a called) ids() []string {
	var ids []string
	items, _ := a.at("items").([]any)
	for _, item := range items {
		ids = append(ids, item.(map[string]any)["id"].(string))
	}
	return ids
}

// writes sends a customer's message to the channel api.
func (c *client) writes(message, contact, text string, more ...string) called {
	c.site.t.Helper()
	body := fmt.Sprintf(`{"channel": "api", "external_id": %q, "contact": {"external_id": %q, "name": "Maria"}, "text": %q%s}`,
		message, contact, text, strings.Join(more, ""))
	return c.call("POST", "/messages", body)
}

func TestOpenAPIDescribesTheRouteTable(t *testing.T) {
	t.Parallel()
	doc, err := document()
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	for template, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			described[method+" /api/v1"+template] = true
		}
	}
	s := newSite(t, nil)
	served := map[string]bool{}
	for _, r := range s.web.Routes() {
		if strings.HasPrefix(r.Path, "/api/v1/") {
			served[r.Method+" "+strings.ReplaceAll(r.Path, ":id", "{id}")] = true
		}
	}
	for call := range served {
		if !described[call] {
			t.Errorf("%s is served and not described", call)
		}
	}
	for call := range described {
		if !served[call] {
			t.Errorf("%s is described and not served", call)
		}
	}
	a := s.browser().get("/api/v1/openapi.json")
	if a.StatusCode != http.StatusOK || !bytes.Equal([]byte(a.body), handlers.OpenAPIDocument) {
		t.Errorf("openapi.json: %d", a.StatusCode)
	}
}

func TestWhoMayCall(t *testing.T) {
	t.Parallel()
	s, shop, all := apiSite(t)
	all.call("GET", "/conversations", "").is(200)
	for _, token := range []string{"", "x", all.token + "x"} {
		stranger := &client{browser: s.browser(), token: token}
		a := stranger.call("GET", "/conversations", "")
		a.refuses(401)
		if a.Header.Get("WWW-Authenticate") == "" {
			t.Error("401 without WWW-Authenticate")
		}
	}
	reader, talker := s.client(shop.ID, db.ScopeRead), s.client(shop.ID, db.ScopeConversations)
	reader.call("POST", "/messages", `{}`).refuses(403)
	talker.call("POST", "/flows", `{}`).refuses(403)
	talker.call("GET", "/webhooks", "").refuses(403)
}

func TestReceivingMessages(t *testing.T) {
	t.Parallel()
	s, shop, c := apiSite(t)
	team, ana := shop.Team("Vendas"), shop.Seller("Ana")
	c.call("POST", "/channels", `{"id": "api", "name": "Site", "kind": "api", "team": "`+team.ID+`"}`).is(201)

	first := c.writes("m-1", "c-1", " Oi\r\n").is(201).has("message.text", "Oi", "message.from", "customer", "message.external_id", "m-1",
		"conversation.status", "open", "conversation.queue", "team", "conversation.team", team.ID, "conversation.level", "green",
		"conversation.channel", "Site", "conversation.channel_id", "api", "conversation.contact.external_id", "c-1",
		"conversation.wait_start", "2026-11-23T12:00:00Z", "conversation.flow", "default", "conversation.next.type", "alert1",
		"conversation.next.at", "2026-11-23T12:05:00Z")
	// T90, T93: the same delivery again is answered as the first time, and nothing is done twice.
	again := c.writes("m-1", "c-1", "Oi").is(200)
	if again.body != first.body {
		t.Errorf("a repeat is answered otherwise:\n%s\n%s", first.body, again.body)
	}
	id := first.text("conversation.id")
	if n := len(c.call("GET", "/conversations/"+id+"/messages", "").is(200).ids()); n != 1 {
		t.Errorf("%d messages after a repeat", n)
	}
	// The channel by its name, and a second message: the same conversation, the wait goes on.
	s.clock.pass(time.Minute)
	c.call("POST", "/messages", `{"channel": "site", "external_id": "m-2", "contact": {"external_id": "c-1"}, "text": "Alguém?"}`).is(201).
		has("conversation.id", id, "conversation.wait_start", "2026-11-23T12:00:00Z", "conversation.contact.name", "Maria")
	// T13: late and early instants are clamped between the last event and now.
	c.writes("m-3", "c-1", "atrasada", `, "at": "2026-11-20T09:00:00-03:00"`).is(201).has("message.at", "2026-11-23T12:01:00Z")
	c.writes("m-4", "c-1", "adiantada", `, "at": "2027-01-01T00:00:00Z"`).is(201).has("message.at", "2026-11-23T12:01:00Z")
	// The order they arrived in is the order they are read in.
	c.call("GET", "/conversations/"+id+"/messages", "").has("items.0.text", "Oi", "items.2.text", "atrasada", "items.3.text", "adiantada")
	// The routing is the caller's where it says so.
	c.writes("m-5", "c-2", "Oi", `, "seller": "`+ana.ID+`"`).is(201).has("conversation.queue", "seller", "conversation.seller", ana.ID)
}

func TestMessagesThatAreRefused(t *testing.T) {
	t.Parallel()
	_, shop, c := apiSite(t)
	shop.Channel("api", db.ChannelAPI)
	shop.Channel("chat", db.ChannelChat)
	c.call("POST", "/channels", `{"id": "off", "name": "Parado", "kind": "api", "active": false}`).is(201)
	const good = `{"channel": "api", "external_id": "m", "contact": {"external_id": "c"}, "text": "Oi"}`
	for _, body := range []string{``, `x`, `[]`, `null`, good + `{}`, good[:20], strings.Replace(good, `"text"`, `"texto"`, 1),
		strings.Replace(good, `"text"`, `"channel"`, 1), strings.Replace(good, `"Oi"`, `7`, 1), strings.Replace(good, "Oi", "\xff", 1),
		strings.Replace(good, "Oi", `\udc00`, 1)} {
		c.call("POST", "/messages", body).refuses(400)
	}
	c.call("POST", "/messages", good[:len(good)-1]+`, "pad": "`+strings.Repeat("x", 1<<20)+`"}`).refuses(413)
	for body, want := range map[string]string{
		`{}`:                                "channel=required external_id=required contact=required text=required",
		strings.Replace(good, "Oi", " ", 1): "text=required",
		strings.Replace(good, "Oi", strings.Repeat("é", 4097), 1):                     "text=too_long",
		strings.Replace(good, `"c"`, `"c", "name": "`+strings.Repeat("é", 81)+`"`, 1): "contact.name=too_long",
		strings.Replace(good, `"c"`, `"c", "phone": "x"`, 1):                          "contact.phone=phone",
		strings.Replace(good, `"Oi"`, `"Oi", "at": "ontem"`, 1):                       "at=instant",
		strings.Replace(good, `"api"`, `"outro"`, 1):                                  "channel=unknown",
		strings.Replace(good, `"api"`, `"chat"`, 1):                                   "channel=unknown",
		strings.Replace(good, `"Oi"`, `"Oi", "team": "x"`, 1):                         "team=unknown_team",
		strings.Replace(good, `"Oi"`, `"Oi", "seller": "x"`, 1):                       "seller=unknown_seller",
	} {
		c.call("POST", "/messages", body).refuses(422, strings.Fields(want)...)
	}
	// A channel that is off: the sender is told to keep the message, and when to send it again.
	off := c.call("POST", "/messages", strings.Replace(good, `"api"`, `"off"`, 1))
	off.refuses(409)
	if wait := off.Header.Get("Retry-After"); wait != "60" || !strings.Contains(off.body, `"code":"channel_off"`) {
		t.Errorf("Retry-After %q, %s", wait, off.body)
	}
	if ids := c.call("GET", "/conversations", "").is(200).ids(); len(ids) != 0 {
		t.Errorf("refused messages opened %v", ids)
	}
	c.call("PUT", "/channels/off", `{"name": "Parado", "kind": "api", "active": true}`).is(200)
	c.call("POST", "/messages", strings.Replace(good, `"api"`, `"off"`, 1)).is(201)
}

// What a channel refuses is kept for who looks after it: the last one, in words.
func TestRefusalsAreNotedOnTheChannel(t *testing.T) {
	t.Parallel()
	s, shop, c := apiSite(t)
	channel := shop.Channel("api", db.ChannelAPI)
	refusal := func() db.Refusal {
		h, err := s.db.Channel(context.Background(), shop.ID, channel.ID)
		if err != nil {
			t.Fatal(err)
		}
		return h.Refusal
	}
	const good = `{"channel": "API", "external_id": "m", "contact": {"external_id": "c"}, "text": "Oi"}`
	c.call("POST", "/messages", strings.Replace(good, `"m"`, `"m-1"`, 1)).is(201)
	if r := refusal(); !r.At.IsZero() {
		t.Errorf("a message that was taken is noted as refused: %+v", r)
	}
	for _, test := range []struct{ body, code, text string }{
		{strings.Replace(good, "Oi", "", 1), "required", "Campo text: Preencha este campo."},
		{strings.Replace(strings.Replace(good, `"c"`, `"d"`, 1), `"Oi"`, `"Oi", "team": "x"`, 1), "unknown_team", "Campo team: "},
		{strings.Replace(good, `"text"`, `"texto"`, 1), "malformed", "O que foi enviado não pôde ser lido."},
	} {
		c.call("POST", "/messages", test.body)
		if r := refusal(); r.Code != test.code || !strings.HasPrefix(r.Text, test.text) || r.At.IsZero() {
			t.Errorf("%s is noted as %+v", test.body, r)
		}
	}
	// What names no channel, or another store's, is nobody's.
	before := refusal()
	for _, body := range []string{`x`, `{}`, strings.Replace(good, "API", "outro", 1)} {
		c.call("POST", "/messages", body)
	}
	if refusal() != before {
		t.Errorf("noted %+v", refusal())
	}
}

func TestActing(t *testing.T) {
	t.Parallel()
	s, shop, c := apiSite(t)
	shop.Channel("api", db.ChannelAPI)
	vendas := c.call("POST", "/teams", `{"id": "vendas", "name": "Vendas"}`).is(201).text("id")
	c.call("POST", "/sellers", `{"id": "ana", "name": "Ana", "teams": ["vendas"]}`).is(201)
	c.call("POST", "/sellers", `{"id": "bia", "name": "Bia"}`).is(201).has("teams", "[]")
	id := c.writes("m-1", "c-1", "Oi").is(201).has("conversation.queue", "waiting").text("conversation.id")
	at := "/conversations/" + id
	do := func(action, body string) called { return c.call("POST", at+"/"+action, body) }

	do("postpone", `{"for": "30m"}`).refuses(409)
	do("resume", ``).refuses(409)
	do("transfer", `{"team": "vendas"}`).is(200).has("queue", "team", "team", vendas)
	do("transfer", `{"team": "vendas"}`).refuses(409)
	do("transfer", `{"team": "x"}`).refuses(422, "team=unknown_team")
	do("transfer", `{}`).refuses(422, "team=required")
	do("transfer", `{"team": "vendas", "seller": "ana"}`).refuses(422, "seller=exclusive")
	do("assume", `{}`).refuses(422, "seller=required")
	do("assume", `{"seller": "x"}`).refuses(422, "seller=unknown_seller")
	do("assume", `{"seller": 1}`).refuses(400)
	do("assume", `{"seller": "ana"}`).is(200).has("queue", "seller", "seller", "ana", "team", vendas)

	do("postpone", `{"for": "30m", "reason": "Almoço"}`).is(200).has("postponed_until", "2026-11-23T12:30:00Z", "level", "none", "next.type", "postpone_ended")
	do("postpone", `{"until": "2026-11-23T12:00:00Z"}`).refuses(422, "until=not_later")
	do("postpone", `{"until": "2027-11-23T12:00:00Z"}`).refuses(422, "until=too_far")
	do("postpone", `{"for": "721h"}`).refuses(422, "for=too_far")
	do("postpone", `{"for": "-1m"}`).refuses(422, "for=out_of_range")
	do("postpone", `{"for": "meia hora"}`).refuses(422, "for=duration")
	do("postpone", `{"for": "1m", "until": "2026-11-24T12:00:00Z"}`).refuses(422, "for=exclusive")
	do("postpone", `{}`).refuses(422, "until=required")
	do("postpone", `{"for": "1m", "reason": "`+strings.Repeat("a", 201)+`"}`).refuses(422, "reason=too_long")
	do("resume", `{"seller": "ana"}`).refuses(400)
	do("resume", ``).is(200).has("level", "green", "postponed_until", nil)

	s.clock.pass(time.Minute)
	c.call("POST", at+"/messages", `{"text": "Só um instante", "from": "bot"}`).is(201).has("conversation.level", "green", "message.from", "bot")
	c.call("POST", at+"/messages", `{"text": "cliente antigo", "seller": "bia", "private": true}`).is(201).
		has("message.private", true, "message.delivery", "none", "conversation.seller", "ana")
	c.call("POST", at+"/messages", `{"text": "Olá!", "seller": "bia"}`).is(201).
		has("conversation.seller", "bia", "conversation.level", "none", "conversation.wait_start", nil, "message.delivery", "sent", "message.seller", "bia")
	c.call("POST", at+"/messages", `{"text": "Olá!"}`).refuses(422, "seller=required")
	c.call("POST", at+"/messages", `{"text": "Olá!", "from": "bot", "seller": "bia"}`).refuses(422, "seller=exclusive")
	c.call("POST", at+"/messages", `{"text": "Olá!", "from": "customer", "seller": "bia"}`).refuses(422, "from=unknown")
	c.call("POST", at+"/messages", `{"text": "nota", "seller": "x", "private": true}`).refuses(422, "seller=unknown")
	c.writes("m-2", "c-1", "Obrigada!").is(201).has("conversation.level", "green")
	do("no_reply_needed", `{"seller": "bia"}`).is(200).has("level", "none")
	do("close", ``).is(200).has("status", "closed", "closed_at", "2026-11-23T12:01:00Z", "next", nil, "flow", nil)
	for action, body := range map[string]string{"close": ``, "resume": ``, "assume": `{"seller": "ana"}`, "transfer": `{"seller": "ana"}`,
		"no_reply_needed": `{"seller": "ana"}`, "postpone": `{"for": "1m"}`, "messages": `{"text": "Oi", "seller": "ana"}`} {
		do(action, body).refuses(409)
	}
	// T70, T72: what the customer writes now opens another conversation.
	c.writes("m-3", "c-1", "Mais uma coisa").is(201).has("conversation.status", "open", "conversation.queue", "waiting")
	if next := c.writes("m-3", "c-1", "Mais uma coisa").is(200); next.text("conversation.id") == id {
		t.Error("a closed conversation was continued")
	}

	log := c.call("GET", at+"/events", "").is(200).has("items.0.type", "customer_message", "items.0.seq", 1, "items.0.by.kind", "customer",
		"items.1.type", "transfer", "items.1.to_team", "vendas", "items.1.by.kind", "token", "items.3.type", "postpone", "items.3.note", "Almoço",
		"items.3.until", "2026-11-23T12:30:00Z", "items.4.type", "resume")
	page := c.call("GET", at+"/events?limit=2", "").is(200).has("items.1.seq", 2)
	c.call("GET", at+"/events?limit=2&cursor="+page.text("next_cursor"), "").is(200).has("items.0.seq", 3)
	if n := len(log.at("items").([]any)); n != 11 {
		t.Errorf("%d events\n%s", n, log.body)
	}
	first := c.call("GET", at+"/messages?limit=1", "").is(200).has("items.0.text", "Oi")
	c.call("GET", at+"/messages?limit=1&cursor="+first.text("next_cursor"), "").is(200).has("items.0.text", "Só um instante")
}

func TestListingConversations(t *testing.T) {
	t.Parallel()
	s, shop, c := apiSite(t)
	shop.Channel("api", db.ChannelAPI)
	c.call("POST", "/teams", `{"id": "vendas", "name": "Vendas"}`).is(201)
	c.call("POST", "/sellers", `{"id": "ana", "name": "Ana"}`).is(201)
	open := func(name, more string) string {
		s.clock.pass(time.Second)
		return c.writes("m-"+name, name, "Oi", more).is(201).text("conversation.id")
	}
	waiting, team, seller := open("a", ""), open("b", `, "team": "vendas"`), open("c", `, "seller": "ana"`)
	postponed, closed, answered := open("d", `, "seller": "ana"`), open("e", ""), open("f", "")
	c.call("POST", "/conversations/"+postponed+"/postpone", `{"for": "1h"}`).is(200)
	c.call("POST", "/conversations/"+closed+"/close", ``).is(200)
	c.call("POST", "/conversations/"+answered+"/no_reply_needed", `{"seller": "ana"}`).is(200)
	for query, want := range map[string][]string{
		"":                           {waiting, team, seller, answered, postponed, closed},
		"?status=open":               {waiting, team, seller, answered, postponed},
		"?status=closed":             {closed},
		"?queue=waiting":             {waiting, closed},
		"?queue=waiting&status=open": {waiting},
		"?queue=team":                {team},
		"?team=vendas":               {team},
		"?seller=ana":                {seller, answered, postponed},
		"?seller=ninguem":            nil,
		"?level=green":               {waiting, team, seller},
		"?level=red":                 nil,
		"?level=none":                {answered, postponed, closed},
		"?postponed=true":            {postponed},
		"?postponed=false":           {waiting, team, seller, answered, closed},
		"?status=closed&level=green": nil,
		"?level=none&postponed=true": {postponed},
	} {
		if got := c.call("GET", "/conversations"+query, "").is(200).ids(); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s lists %v, want %v", query, got, want)
		}
	}
	var all []string
	for query := "?limit=2"; query != ""; {
		page := c.call("GET", "/conversations"+query, "").is(200)
		all = append(all, page.ids()...)
		if query = ""; page.text("next_cursor") != "" {
			query = "?limit=2&cursor=" + page.text("next_cursor")
		}
	}
	if strings.Join(all, " ") != strings.Join([]string{waiting, team, seller, answered, postponed, closed}, " ") {
		t.Errorf("page by page: %v", all)
	}
	for query, want := range map[string]string{"?limit=0": "limit=out_of_range", "?limit=201": "limit=out_of_range", "?limit=x": "limit=out_of_range",
		"?cursor=x": "cursor=unknown", "?queue=fila": "queue=unknown", "?level=blue": "level=unknown", "?status=": "status=unknown", "?postponed=sim": "postponed=unknown"} {
		c.call("GET", "/conversations"+query, "").refuses(422, want)
	}
	for _, query := range []string{"?limit=1&limit=2", "?fila=time", "?queue=%zz"} {
		c.call("GET", "/conversations"+query, "").refuses(400)
	}
}

// What is another store's is not found, by any call and any id.
func TestStoresDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	s, shop, c := apiSite(t)
	shop.Channel("api", db.ChannelAPI)
	other := dbtest.Store(t, s.db, "outra")
	other.Channel("api", db.ChannelAPI)
	stranger := s.client(other.ID, db.ScopeConfiguration)
	stranger.call("POST", "/sellers", `{"id": "ana", "name": "Ana da outra"}`).is(201)
	c.call("POST", "/teams", `{"id": "vendas", "name": "Vendas"}`).is(201)
	c.call("POST", "/sellers", `{"id": "bia", "name": "Bia", "teams": ["vendas"]}`).is(201)
	c.call("POST", "/channels", `{"id": "site", "name": "Site", "kind": "api"}`).is(201)
	c.call("POST", "/flows", `{"id": "f1", "queue": "team", "kind": "main", "alert1": "5m", "alert2": "15m"}`).is(201)
	contact := c.call("POST", "/contacts", `{"channel": "api", "external_id": "c-9", "name": "Zé"}`).is(201).text("id")
	hook := c.call("POST", "/webhooks", `{"url": "https://example.com/"}`).is(201).text("id")
	conversation := c.writes("m-1", "c-1", "Oi").is(201).text("conversation.id")
	const flow = `{"queue": "team", "kind": "main", "alert1": "5m", "alert2": "15m", "version": 1}`
	for _, call := range []struct{ method, path, body string }{
		{"GET", "/conversations/" + conversation, ""}, {"GET", "/conversations/" + conversation + "/events", ""},
		{"GET", "/conversations/" + conversation + "/messages", ""},
		{"POST", "/conversations/" + conversation + "/messages", `{"text": "Oi", "seller": "ana"}`},
		{"POST", "/conversations/" + conversation + "/assume", `{"seller": "ana"}`},
		{"POST", "/conversations/" + conversation + "/transfer", `{"seller": "ana"}`},
		{"POST", "/conversations/" + conversation + "/postpone", `{"for": "1m"}`}, {"POST", "/conversations/" + conversation + "/resume", ``},
		{"POST", "/conversations/" + conversation + "/no_reply_needed", `{"seller": "ana"}`}, {"POST", "/conversations/" + conversation + "/close", ``},
		{"GET", "/flows/f1", ""}, {"PUT", "/flows/f1", flow}, {"DELETE", "/flows/f1?version=1", ""},
		{"GET", "/teams/vendas", ""}, {"PUT", "/teams/vendas", `{"name": "Minha"}`},
		{"GET", "/sellers/bia", ""}, {"PUT", "/sellers/bia", `{"name": "Minha"}`},
		{"GET", "/channels/site", ""}, {"PUT", "/channels/site", `{"name": "Meu", "kind": "api"}`},
		{"GET", "/contacts/" + contact, ""}, {"PUT", "/contacts/" + contact, `{"name": "Meu"}`}, {"DELETE", "/webhooks/" + hook, ""},
	} {
		stranger.call(call.method, call.path, call.body).refuses(404)
	}
	for _, list := range []string{"/conversations", "/flows", "/teams", "/channels", "/contacts", "/webhooks"} {
		for _, id := range stranger.call("GET", list, "").is(200).ids() {
			if strings.Contains(strings.Join([]string{conversation, "f1", "vendas", "site", contact, hook}, " "), id) {
				t.Errorf("%s shows another store's %s", list, id)
			}
		}
	}
	// Nor can one name another's, and an id means one's own thing.
	stranger.call("POST", "/channels", `{"name": "Novo", "kind": "api", "team": "vendas"}`).refuses(422, "team=unknown")
	stranger.call("POST", "/sellers", `{"name": "Novo", "teams": ["vendas"]}`).refuses(422, "teams[0]=unknown")
	c.writes("m-2", "c-2", "Oi", `, "seller": "ana"`).refuses(422, "seller=unknown_seller")
	stranger.writes("m-1", "c-1", "Oi").is(201)
	c.call("GET", "/conversations/"+conversation, "").is(200).has("status", "open", "seller", nil)
	c.call("GET", "/flows/f1", "").is(200).has("version", 1)
}
