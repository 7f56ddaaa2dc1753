package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"semaforo/channel/chat"
	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/web"
)

const chatPath = "/chat/loja"

// customer is a browser at a store's chat.
type customer struct {
	*browser
	path string
}

// chatSite is a site with a store that has a chat and the sellers Ana and Bia.
func chatSite(t *testing.T, change func(*web.Options)) (s *site, shop *dbtest.Shop, ana, bia db.Seller) {
	t.Helper()
	s = newSite(t, change)
	shop = dbtest.Store(t, s.db, "loja")
	shop.Channel("Chat", db.ChannelChat)
	ana, bia = shop.Seller("Ana"), shop.Seller("Bia")
	// What the fixtures wrote into the tables is in force from here on.
	if _, err := s.handlers.Door.Configure(context.Background(), shop.ID, scheduler.By{Kind: db.BySystem}, func(*db.Tx, time.Time) error { return nil }); err != nil {
		t.Fatal(err)
	}
	return s, shop, ana, bia
}

func (s *site) customer() *customer { return &customer{s.browser(), chatPath} }

// page opens the chat and reads it.
func (c *customer) page() *goquery.Document {
	c.site.t.Helper()
	return c.read(c.get(c.path), http.StatusOK)
}

func (c *customer) read(a answer, status int) *goquery.Document {
	c.site.t.Helper()
	if a.StatusCode != status {
		c.site.t.Fatalf("%s: %d, want %d\n%s", a.Request.URL, a.StatusCode, status, a.body)
	}
	page, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		c.site.t.Fatal(err)
	}
	return page
}

// form is what the page's form would post, with these fields filled in.
func form(page *goquery.Document, fields ...string) url.Values {
	values := url.Values{"key": {page.Find("input[name=key]").AttrOr("value", "")}}
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	return values
}

// writes posts the form as a browser without scripts does, and follows to the page.
func (c *customer) writes(text string, fields ...string) *goquery.Document {
	c.site.t.Helper()
	a := c.post(c.path+"/mensagens", form(c.page(), append(fields, "text", text)...))
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != c.path {
		c.site.t.Fatalf("posting: %d to %q\n%s", a.StatusCode, a.Header.Get("Location"), a.body)
	}
	return c.page()
}

// news is what the page's script gets.
type news struct {
	Cursor, State, Notice, Error, Closed string
	Messages                             []struct{ ID, From, Name, Text, Day string }
}

func (c *customer) script(method, after string, fields url.Values, status int) news {
	c.site.t.Helper()
	path := c.path + "/mensagens?" + url.Values{"after": {after}}.Encode()
	a := c.do(method, path, fields.Encode(), "Accept", "application/json")
	if a.StatusCode != status {
		c.site.t.Fatalf("%s %s: %d, want %d\n%s", method, path, a.StatusCode, status, a.body)
	}
	var n news
	if err := json.Unmarshal([]byte(a.body), &n); err != nil {
		c.site.t.Fatal(err)
	}
	return n
}

func texts(page *goquery.Document) string {
	return strings.Join(page.Find("#chat-log .bubble-text").Map(func(_ int, s *goquery.Selection) string { return s.Text() }), "|")
}

func state(page *goquery.Document) string { return page.Find("#chat-state").Text() }

// conversations are all of a store's.
func conversations(t *testing.T, s *site, store string) []db.Row {
	t.Helper()
	page, err := s.db.ListConversations(context.Background(), store, db.ListQuery{Tab: db.TabAny})
	if err != nil {
		t.Fatal(err)
	}
	return page.Rows
}

func (s *site) say(store string, out scheduler.Outbound) {
	s.t.Helper()
	if _, _, err := s.handlers.Door.Say(context.Background(), store, scheduler.By{Kind: db.ByUser}, out); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) act(store string, a scheduler.Act) {
	s.t.Helper()
	if _, err := s.handlers.Door.Act(context.Background(), store, scheduler.By{Kind: db.ByUser}, a); err != nil {
		s.t.Fatal(err)
	}
}

func TestANewCustomerWithoutScripts(t *testing.T) {
	t.Parallel()
	s, shop, _, _ := chatSite(t, nil)
	c := s.customer()
	a := c.get(chatPath)
	page := c.read(a, http.StatusOK)
	for _, name := range []string{"name", "phone", "text", "key"} {
		if page.Find("[name="+name+"]").Length() != 1 {
			t.Errorf("the form has no %s", name)
		}
	}
	if _, listens := page.Find("body").Attr("data-events"); listens {
		t.Error("there is something to listen to before the first message")
	}
	policy := a.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "frame-ancestors *") || !strings.Contains(policy, "default-src 'none'") || a.Header.Get("X-Frame-Options") != "" {
		t.Errorf("the page cannot be framed, or by any policy: %q", policy)
	}
	cookie := a.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Secure || cookie.Path != chatPath || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("cookie %+v", cookie)
	}
	page = c.writes("Oi", "name", " Maria  Silva ", "phone", "(11) 91234-5678")
	if texts(page) != "Oi" || state(page) != "Aguardando atendimento" || page.Find("[name=name]").Length() != 0 ||
		!strings.Contains(page.Find(".chat-leave button").AttrOr("title", ""), "Maria Silva") || page.Find("#chat-log .chat-day").Text() != "Hoje" {
		t.Errorf("after the first message: %q, %q", texts(page), state(page))
	}
	rows := conversations(t, s, shop.ID)
	if len(rows) != 1 || rows[0].ContactName != "Maria Silva" || rows[0].ContactPhone != "+5511912345678" {
		t.Fatalf("conversations %+v", rows)
	}
	contact, err := s.db.Contact(context.Background(), shop.ID, rows[0].ContactID)
	if err != nil || contact.SecretHash == "" || strings.Contains(contact.SecretHash+contact.ExternalID, cookie.Value) {
		t.Errorf("the contact keeps the secret itself: %+v, %v", contact, err)
	}
	if texts(c.writes("Tudo bem?")) != "Oi|Tudo bem?" {
		t.Error("who comes back is not known")
	}
}

func TestByHTTPSTheCookieWorksInAShopsFrame(t *testing.T) {
	t.Parallel()
	s, _, _, _ := chatSite(t, func(o *web.Options) { o.AlwaysSecure = true })
	cookie := s.customer().get(chatPath).Cookies()[0]
	if !cookie.Secure || cookie.SameSite != http.SameSiteNoneMode || !cookie.Partitioned || !cookie.HttpOnly {
		t.Errorf("cookie %+v", cookie)
	}
}

func TestForgedCookiesShowNothing(t *testing.T) {
	t.Parallel()
	s, shop, _, _ := chatSite(t, nil)
	c := s.customer()
	name := c.get(chatPath).Cookies()[0].Name
	c.writes("segredo meu", "name", "Maria")
	contact, err := s.db.Contact(context.Background(), shop.ID, conversations(t, s, shop.ID)[0].ContactID)
	if err != nil {
		t.Fatal(err)
	}
	for _, forged := range []string{"", "x", contact.ExternalID, contact.SecretHash, contact.ID, chat.NewVisitor().Secret} {
		stranger := s.customer()
		a := stranger.get(chatPath, "Cookie", name+"="+forged)
		if page := stranger.read(a, 200); strings.Contains(a.body, "segredo") || page.Find("[name=name]").Length() != 1 {
			t.Errorf("%q passes for the customer", forged)
		}
		for _, path := range []string{"/mensagens", "/eventos"} {
			if got := stranger.get(chatPath+path, "Cookie", name+"="+forged, "Accept", "application/json"); got.StatusCode != 401 {
				t.Errorf("%q gets %d of %s", forged, got.StatusCode, path)
			}
		}
	}
}

func TestTwoTabsAndRepeatedPosts(t *testing.T) {
	t.Parallel()
	s, shop, _, _ := chatSite(t, nil)
	c := s.customer()
	page := c.writes("um", "name", "Maria")
	cursor := page.Find("body").AttrOr("data-cursor", "")
	if n := c.script("GET", cursor, nil, 200); len(n.Messages) != 0 || n.Cursor != cursor {
		t.Errorf("a page that shows all gets %+v", n)
	}
	two := form(page, "text", "dois")
	first := c.script("POST", cursor, two, 201)
	if len(first.Messages) != 1 || first.Messages[0].Text != "dois" || first.Messages[0].Day != "" {
		t.Errorf("the message's own tab gets %+v", first)
	}
	// The other tab has seen nothing of it yet; a retry of the post is answered the same and kept once.
	if n := c.script("GET", cursor, nil, 200); len(n.Messages) != 1 || n.Cursor != first.Cursor {
		t.Errorf("the other tab gets %+v", n)
	}
	if again := c.script("POST", cursor, two, 201); len(again.Messages) != 1 || again.Messages[0].ID != first.Messages[0].ID {
		t.Errorf("a retry gets %+v", again)
	}
	if n := c.script("POST", first.Cursor, two, 201); len(n.Messages) != 0 {
		t.Errorf("a retry that has seen it gets %+v", n)
	}
	// A form without scripts that is sent twice, too.
	if a := c.post(chatPath+"/mensagens", two); a.StatusCode != http.StatusSeeOther {
		t.Errorf("sent again: %d", a.StatusCode)
	}
	// Another customer's same key is another message.
	other := s.customer()
	other.page()
	two.Set("name", "João")
	other.script("POST", "", two, 201)
	if got := texts(c.page()); got != "um|dois" {
		t.Errorf("the customer sees %q", got)
	}
	if got := texts(other.page()); got != "dois" || len(conversations(t, s, shop.ID)) != 2 {
		t.Errorf("the other sees %q", got)
	}
	// Another's cursor, or none that we made, shows one's own messages and nothing else.
	for _, strange := range []string{"", "x", "..", "a.b.c", first.Cursor} {
		for _, m := range other.script("GET", strange, nil, 200).Messages {
			if m.Text != "dois" {
				t.Errorf("cursor %q shows %+v", strange, m)
			}
		}
	}
}

func TestWhatTheCustomerIsToldAndNot(t *testing.T) {
	t.Parallel()
	s, shop, ana, bia := chatSite(t, nil)
	c := s.customer()
	c.writes("Oi", "name", "Maria")
	id := conversations(t, s, shop.ID)[0].ID
	s.act(shop.ID, scheduler.Act{Conversation: id, Type: flow.Assume, Seller: ana.ID})
	if got := state(c.page()); got != "Ana vai responder em instantes" {
		t.Errorf("assumed: %q", got)
	}
	s.say(shop.ID, scheduler.Outbound{Conversation: id, From: scheduler.FromBot, Text: "Já vamos!"})
	s.say(shop.ID, scheduler.Outbound{Conversation: id, From: flow.FromSeller, Seller: ana.ID, Text: "cuidado com este", Private: true})
	s.say(shop.ID, scheduler.Outbound{Conversation: id, From: flow.FromSeller, Seller: ana.ID, Text: "Olá, Maria!"})
	messages, err := s.db.Messages(context.Background(), shop.ID, id, nil, 10)
	if err != nil || messages[3].Delivery != db.DeliverySent {
		t.Fatalf("before it is seen: %+v, %v", messages, err)
	}
	page := c.page()
	if state(page) != "Ana está atendendo" || texts(page) != "Oi|Já vamos!|Olá, Maria!" || strings.Contains(page.Text(), "cuidado") {
		t.Errorf("answered: %q, %q", state(page), texts(page))
	}
	if got := page.Find(".bubble-seller .bubble-name").Text() + "|" + page.Find(".bubble-bot .bubble-name").Text(); got != "Ana|Atendimento automático" {
		t.Errorf("names %q", got)
	}
	// T15: what the customer's page has shown has been delivered, and nothing else.
	messages, err = s.db.Messages(context.Background(), shop.ID, id, nil, 10)
	if err != nil || messages[3].Delivery != db.DeliveryDelivered || messages[2].Delivery != db.DeliveryNone || messages[0].Delivery != db.DeliveryNone {
		t.Errorf("after it is seen: %+v, %v", messages, err)
	}
	c.writes("E agora?")
	if got := state(c.page()); got != "Ana está atendendo" {
		t.Errorf("asked again: %q", got)
	}
	s.act(shop.ID, scheduler.Act{Conversation: id, Type: flow.Transfer, Seller: bia.ID})
	if got := state(c.page()); got != "Bia vai responder em instantes" {
		t.Errorf("transferred: %q", got)
	}
	s.clock.pass(24 * time.Hour)
	s.act(shop.ID, scheduler.Act{Conversation: id, Type: flow.Close})
	page = c.page()
	if state(page) != "Conversa finalizada" || !strings.Contains(page.Find("#chat-notice").Text(), "uma nova conversa") {
		t.Errorf("closed: %q, %q", state(page), page.Find("#chat-notice").Text())
	}
	cursor := page.Find("body").AttrOr("data-cursor", "")
	n := c.script("POST", cursor, form(page, "text", "Mais uma coisa"), 201)
	if n.State != "Aguardando atendimento" || n.Notice != "" || len(n.Messages) != 1 || n.Messages[0].Day != "Hoje" {
		t.Errorf("written again: %+v", n)
	}
	if rows := conversations(t, s, shop.ID); len(rows) != 2 || rows[0].ID == id || rows[0].Status != flow.Open {
		t.Errorf("conversations %+v", rows)
	}
	if got := texts(c.page()); got != "Oi|Já vamos!|Olá, Maria!|E agora?|Mais uma coisa" {
		t.Errorf("the whole thread: %q", got)
	}
}

func TestHostileTextIsInert(t *testing.T) {
	t.Parallel()
	s, _, _, _ := chatSite(t, nil)
	c := s.customer()
	const hostile = `<script>alert(1)</script><img src=x onerror=alert(2)>"'{{7*7}}`
	page := c.writes(hostile, "name", `<b onclick="x">Maria</b>`)
	if texts(page) != hostile || page.Find("#chat-log script, #chat-log img, b").Length() != 0 || page.Find("script").Length() != 1 {
		t.Errorf("shown as %q", texts(page))
	}
	if n := c.script("GET", "", nil, 200); n.Messages[0].Text != hostile {
		t.Errorf("told as %q", n.Messages[0].Text)
	}
}

func TestRefusedFormsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	s, shop, _, _ := chatSite(t, nil)
	c := s.customer()
	page := c.page()
	long := strings.Repeat("é", 4097)
	for _, test := range []struct{ field, value, words string }{
		{"name", "  ", "Diga seu nome."},
		{"name", strings.Repeat("é", 81), "O nome pode ter até 80 caracteres."},
		{"phone", "ligue", "Informe o telefone com DDD"},
		{"text", " \n", "Escreva sua mensagem."},
		{"text", long, "A mensagem pode ter até 4.096 caracteres."},
		{"text", "\xff", "O texto tem caracteres que não podem ser lidos."},
	} {
		fields := form(page, "name", "Maria", "phone", "11 91234-5678", "text", "Oi")
		fields.Set(test.field, test.value)
		refused := c.read(c.post(chatPath+"/mensagens", fields), http.StatusUnprocessableEntity)
		bad := refused.Find("[name=" + test.field + "]")
		if words := refused.Find("#" + bad.AttrOr("aria-describedby", "none")).Text(); !strings.HasPrefix(words, test.words) {
			t.Errorf("%s %.20q: %q", test.field, test.value, words)
		}
		if refused.Find("[name=phone]").AttrOr("value", "") != fields.Get("phone") || refused.Find("input[name=key]").AttrOr("value", "") != fields.Get("key") ||
			test.field != "text" && refused.Find("[name=text]").Text() != "Oi" {
			t.Errorf("%s %.20q: what was typed is gone", test.field, test.value)
		}
		if n := c.script("POST", "", fields, http.StatusUnprocessableEntity); !strings.HasPrefix(n.Error, test.words) {
			t.Errorf("the script is told %q", n.Error)
		}
	}
	if n := c.script("POST", "", url.Values{"name": {"Maria"}, "text": {"Oi"}, "key": {"a:b"}}, http.StatusUnprocessableEntity); n.Error == "" {
		t.Error("a key of another shape is taken")
	}
	// A browser that keeps no cookies: nothing is sent, and it is said what to do.
	blind := s.customer()
	blocked := blind.read(blind.post(chatPath+"/mensagens", form(page, "name", "Maria", "text", "Oi")), http.StatusForbidden)
	if blocked.Find("[name=text]").Text() != "Oi" || blocked.Find(".chat-foot a[target=_blank]").Length() != 1 {
		t.Error("who has no cookie is not told what to do")
	}
	if a := c.post(chatPath+"/mensagens", form(page, "name", "Maria", "text", "Oi"), "Origin", "https://outro.example", "Sec-Fetch-Site", "cross-site"); a.StatusCode != http.StatusForbidden {
		t.Errorf("another site's form: %d", a.StatusCode)
	}
	if rows := conversations(t, s, shop.ID); len(rows) != 0 {
		t.Errorf("refused forms opened %d conversations", len(rows))
	}
}

func TestWhichChat(t *testing.T) {
	t.Parallel()
	s, shop, _, _ := chatSite(t, nil)
	dbtest.Store(t, s.db, "vazia")
	other := dbtest.Store(t, s.db, "outra")
	other.Channel("Chat", db.ChannelChat)
	shop.Channel("api", db.ChannelAPI)
	second := shop.Channel("Atacado", db.ChannelChat)
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertChannel(ctx, db.Channel{Store: shop.ID, ID: "off", Name: "Parado", Kind: db.ChannelChat, CreatedAt: dbtest.Start})
	})
	c := s.customer()
	for path, want := range map[string]int{"/chat/loja": 200, "/chat/loja?canal=atacado": 200, "/chat/loja?canal=" + second.ID: 200, "/chat/outra": 200,
		"/chat/vazia": 404, "/chat/nenhuma": 404, "/chat/loja?canal=api": 404, "/chat/loja?canal=off": 200, "/chat/loja?canal=parado": 200, "/chat/loja?canal=x": 404} {
		if a := c.get(path); a.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, a.StatusCode, want)
		}
	}
	c.path = "/chat/loja?canal=Atacado"
	page := c.page()
	a := c.post(page.Find("#chat-form").AttrOr("action", ""), form(page, "name", "Maria", "text", "Oi"))
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != c.path || conversations(t, s, shop.ID)[0].ChannelID != second.ID {
		t.Errorf("through another channel: %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	// Nobody is known at another channel or another store by that.
	for _, path := range []string{"/chat/loja", "/chat/outra"} {
		if c.path = path; texts(c.page()) != "" {
			t.Errorf("%s knows the customer", path)
		}
	}
}

func TestLeavingForgets(t *testing.T) {
	t.Parallel()
	s, _, _, _ := chatSite(t, nil)
	c := s.customer()
	page := c.writes("Oi", "name", "Maria")
	if a := c.post(page.Find(".chat-leave").AttrOr("action", ""), nil); a.StatusCode != http.StatusSeeOther {
		t.Errorf("leaving: %d", a.StatusCode)
	}
	if page := c.page(); texts(page) != "" || page.Find("[name=name]").Length() != 1 {
		t.Error("the browser has not forgotten")
	}
}

func TestCustomersThatWriteTooOften(t *testing.T) {
	t.Parallel()
	s, _, _, _ := chatSite(t, nil)
	c := s.customer()
	page := c.writes("Oi", "name", "Maria")
	for i := range 30 {
		fields := form(page, "text", "Oi de novo", "key", "k"+strings.Repeat("a", i))
		a := c.post(chatPath+"/mensagens", fields, "Accept", "application/json")
		if a.StatusCode == http.StatusTooManyRequests {
			if a.Header.Get("Retry-After") == "" || !strings.Contains(a.body, "Espere um pouco") {
				t.Errorf("held back with %v %s", a.Header, a.body)
			}
			return
		}
	}
	t.Error("nobody is held back")
}

// stream reads a customer's stream line by line.
func (c *customer) stream() (lines chan string, end func()) {
	c.site.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.site.url+c.path+"/eventos", nil)
	if err != nil {
		c.site.t.Fatal(err)
	}
	a, err := c.http.Do(r)
	if err != nil {
		c.site.t.Fatal(err)
	}
	if kind := a.Header.Get("Content-Type"); a.StatusCode != 200 || !strings.HasPrefix(kind, "text/event-stream") {
		c.site.t.Fatalf("stream: %d %s", a.StatusCode, kind)
	}
	lines = make(chan string, 100)
	go func() {
		defer close(lines)
		defer a.Body.Close()
		for read := bufio.NewScanner(a.Body); read.Scan(); {
			if read.Text() != "" {
				lines <- read.Text()
			}
		}
	}()
	return lines, cancel
}

func next(t *testing.T, lines chan string, want string) {
	t.Helper()
	select {
	case got := <-lines:
		if got != want {
			t.Fatalf("the stream says %q, want %q", got, want)
		}
	case <-time.After(5 * time.Second):
		t.Fatalf("the stream does not say %q", want)
	}
}

func TestTheStreamTellsOfOnesOwnConversation(t *testing.T) {
	t.Parallel()
	s, shop, ana, _ := chatSite(t, nil)
	maria, joao := s.customer(), s.customer()
	page := maria.writes("Oi", "name", "Maria")
	id := conversations(t, s, shop.ID)[0].ID // the only one yet
	joao.writes("Oi", "name", "João")
	marias, end := maria.stream()
	defer end()
	joaos, endJoao := joao.stream()
	next(t, marias, ": ")
	next(t, joaos, ": ")
	s.say(shop.ID, scheduler.Outbound{Conversation: id, From: flow.FromSeller, Seller: ana.ID, Text: "Olá!"})
	next(t, marias, "event: update")
	next(t, marias, "data: ")
	s.act(shop.ID, scheduler.Act{Conversation: id, Type: flow.Close})
	next(t, marias, "event: update")
	next(t, marias, "data: ")
	// Another tab opens a new conversation: this one watches it from then on.
	maria.script("POST", "", form(page, "text", "Mais uma", "key", "outra"), 201)
	next(t, marias, "event: update")
	next(t, marias, "data: ")
	for _, row := range conversations(t, s, shop.ID) {
		if row.ContactName == "Maria" && row.Status == flow.Open {
			s.say(shop.ID, scheduler.Outbound{Conversation: row.ID, From: scheduler.FromBot, Text: "Já vamos!"})
		}
	}
	next(t, marias, "event: update")
	// João heard nothing of all that: his stream ends without another word.
	endJoao()
	for line := range joaos {
		t.Errorf("João's stream says %q", line)
	}
}
