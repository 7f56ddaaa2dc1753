package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/handlers"
	"semaforo/scheduler"
	"semaforo/web"
)

// invited makes an invitation and returns its link's path.
func (s *site) invited(store, login string, change func(*db.Invite)) string {
	s.t.Helper()
	secret, now := handlers.NewSecret(), s.clock.Now()
	i := db.Invite{Store: store, ID: db.NewID(), TokenHash: handlers.HashSecret(secret), Login: login, Name: "Joana", Role: db.Supervisor, ByName: "Ana",
		CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
	if change != nil {
		change(&i)
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertInvite(ctx, i) })
	return "/convite/" + secret
}

func acceptForm(password string) url.Values {
	return url.Values{"name": {"Joana Prado"}, "password": {password}}
}

// about is a store's audit trail of a noun, the latest first.
func (s *site) about(store, noun string) []db.Audit {
	s.t.Helper()
	trail, err := s.db.AuditTrail(context.Background(), store, db.AuditQuery{Noun: noun}, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	return trail
}

func TestAcceptInvite(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	vendas := shop.Team("Vendas")
	gone := shop.Team("Extinto")
	gone.Archived = true
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.UpdateTeam(ctx, gone) })
	link := s.invited(shop.ID, "joana@loja.br", func(i *db.Invite) { i.Teams = []string{vendas.ID, gone.ID} })
	b := s.browser()
	a := b.get(link).is(t, 200).has(t, "Loja loja").has(t, "perfil Supervisão").has(t, `value="joana@loja.br"`).has(t, `value="Joana"`).has(t, "Escolha uma senha")
	if a.Header.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(a.body, `name="referrer" content="no-referrer"`) || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers: %v", a.Header)
	}
	a = b.post(link, acceptForm("curta")).is(t, 422).has(t, "Informe uma senha de 10 a 200 caracteres.").has(t, `value="Joana Prado"`)
	if strings.Contains(a.body, `value="curta"`) {
		t.Error("the password came back")
	}
	b.post(link, url.Values{"name": {" "}, "password": {password}}).is(t, 422).has(t, "Preencha este campo.")
	if got := b.post(link, acceptForm(password)).is(t, 303).Header.Get("Location"); got != "/conversas" {
		t.Errorf("leads to %s", got)
	}
	b.get("/conversas").is(t, 200).has(t, "Joana Prado").has(t, "Boas-vindas!")
	c, err := s.db.Colleague(context.Background(), shop.ID, s.user("joana@loja.br").ID)
	if err != nil || c.Role != db.Supervisor || !c.As.Active || len(c.As.Teams) != 1 || c.As.Teams[0] != vendas.ID {
		t.Errorf("the member: %+v, %v", c, err)
	}
	if e := s.about(shop.ID, db.NounInvite)[0]; e.Action != db.AuditAccepted || e.ByID != c.User || e.Address == "" {
		t.Errorf("audit: %+v", e)
	}
	for _, stranger := range []*browser{b, s.browser()} {
		stranger.get(link).is(t, 404).has(t, "Este convite não vale mais")
		stranger.post(link, acceptForm(password)).is(t, 404).has(t, "Este convite não vale mais")
	}
	s.browser().signIn("joana@loja.br", password).is(t, 303)
}

func TestInvitesThatLeadNowhere(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	expired := s.invited(shop.ID, "a@loja.br", nil)
	member := s.invited(shop.ID, "admin@loja", nil)
	s.clock.pass(time.Hour)
	good := s.invited(shop.ID, "b@loja.br", nil)
	s.browser().get(good).is(t, 200)
	for _, link := range []string{expired, member, good + "x", "/convite/" + handlers.NewSecret(), "/convite/x", "/convite/%20"} {
		want := s.browser().get(link).is(t, 404).has(t, "Este convite não vale mais").has(t, "Ir para a entrada")
		if got := s.browser().post(link, acceptForm(password)).is(t, 404); len(got.body) != len(want.body) {
			t.Errorf("%s answers differently", link)
		}
	}
	s.browser().post("/convite/", acceptForm(password)).is(t, 404)
}

// Many at once with one link: one of them is in.
func TestInviteIsAcceptedOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	link := s.invited(shop.ID, "joana@loja.br", nil)
	results := make([]int, 6)
	var all sync.WaitGroup
	for i := range results {
		b := s.browser()
		all.Go(func() { results[i] = b.post(link, acceptForm(fmt.Sprintf("senha número %d", i))).StatusCode })
	}
	all.Wait()
	in := 0
	for i, status := range results {
		switch status {
		case 303:
			in++
			s.browser().signIn("joana@loja.br", fmt.Sprintf("senha número %d", i)).is(t, 303)
		case 404:
		default:
			t.Errorf("answers: %v", results)
		}
	}
	if in != 1 {
		t.Errorf("%d got in: %v", in, results)
	}
}

// Who has a login in another store gives its password, and is a member of both.
func TestAcceptWithALoginOfAnotherStore(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop, other := s.store(), dbtest.Store(t, s.db, "outra")
	s.setPassword(other.Member("joana@loja.br", "Joana", db.Agent))
	joana := s.user("joana@loja.br")
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertReset(ctx, db.Reset{TokenHash: "theirs", Store: other.ID, User: joana.ID, By: "x", Shown: true, CreatedAt: dbtest.Start, ExpiresAt: dbtest.Start.Add(time.Hour)})
	})
	link := s.invited(shop.ID, "joana@loja.br", nil)
	b := s.browser()
	b.get(link).is(t, 200).has(t, "Você já usa o Semáforo com este login")
	b.post(link, acceptForm("")).is(t, 422).has(t, "Informe sua senha.")
	for range 5 {
		b.post(link, acceptForm("outra senha boa")).is(t, 422).has(t, "Esta não é a senha deste login.")
	}
	if a := b.post(link, acceptForm(password)).is(t, 429).has(t, "Muitas tentativas seguidas."); a.Header.Get("Retry-After") == "" {
		t.Error("it is not said how long to wait")
	}
	s.clock.pass(time.Minute)
	b.post(link, acceptForm(password)).is(t, 303)
	b.get("/conversas").is(t, 200).has(t, "Loja loja")
	stores, err := s.db.MembershipsOf(context.Background(), joana.ID)
	if err != nil || len(stores) != 2 {
		t.Errorf("stores: %v, %v", stores, err)
	}
	if got := s.user("joana@loja.br"); got.PasswordHash != joana.PasswordHash || got.Name != "Joana" {
		t.Errorf("the person has changed: %+v", got)
	}
	if _, err := s.db.ResetByHash(context.Background(), "theirs", dbtest.Start); !errors.Is(err, db.ErrNotFound) {
		t.Errorf("the other store's link still works: %v", err)
	}
}

func TestADisabledLoginAcceptsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop, other := s.store(), dbtest.Store(t, s.db, "outra")
	m := other.Member("joana@loja.br", "Joana", db.Agent)
	m.Person.Disabled = true
	s.setPassword(m)
	link := s.invited(shop.ID, "joana@loja.br", nil)
	s.browser().post(link, acceptForm(password)).is(t, 422).has(t, "Esta não é a senha deste login.")
}

// resetLink makes a link for a member's new password and returns its path.
func (s *site) resetLink(store string, user string, change func(*db.Reset)) string {
	s.t.Helper()
	secret, now := handlers.NewSecret(), s.clock.Now()
	r := db.Reset{TokenHash: handlers.HashSecret(secret), Store: store, User: user, By: "admin", Shown: true, CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
	if change != nil {
		change(&r)
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertReset(ctx, r) })
	return "/senha/" + secret
}

func TestResetPassword(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	agent := s.user("agent@loja")
	signedIn := s.as(db.Agent)
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.RequirePassword(ctx, shop.ID, agent.ID, true) })
	link, second := s.resetLink(shop.ID, agent.ID, nil), s.resetLink(shop.ID, agent.ID, nil)
	b := s.browser()
	a := b.get(link).is(t, 200).has(t, `value="agent@loja"`)
	if a.Header.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(a.body, `name="referrer" content="no-referrer"`) {
		t.Errorf("headers: %v", a.Header)
	}
	b.post(link, url.Values{"password": {"curta"}}).is(t, 422).has(t, "Informe uma senha de 10 a 200 caracteres.")
	if !signedIn.signedIn() {
		t.Error("a refused password ended the sessions")
	}
	b.post(link, url.Values{"password": {"outra senha boa"}}).is(t, 200).has(t, "Senha trocada")
	if signedIn.signedIn() || b.signedIn() {
		t.Error("somebody is still, or is now, signed in")
	}
	for _, used := range []string{link, second} {
		b.get(used).is(t, 404).has(t, "Este link não vale mais")
		b.post(used, url.Values{"password": {"mais uma senha"}}).is(t, 404)
	}
	if s.user("agent@loja").MustChangePassword {
		t.Error("the password has to be changed again")
	}
	s.browser().signIn("agent@loja", password).is(t, 422)
	s.browser().signIn("agent@loja", "outra senha boa").is(t, 303)
	if e := s.about(shop.ID, db.NounAccount)[0]; e.Action != db.AuditReset || e.ByID != agent.ID {
		t.Errorf("audit: %+v", e)
	}
}

// A new password turns whoever is signed in out of the pages that are open, in every
// store, at once.
func TestResetPasswordEndsStreams(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop, other := s.store(), dbtest.Store(t, s.db, "outra")
	m := shop.Member("eva@loja", "Eva", db.Agent)
	there := other.Join(m, "Eva", db.Agent)
	_, here := s.stream(s.session(shop.ID, m))
	_, elsewhere := s.stream(s.session(other.ID, there))
	link := s.resetLink(shop.ID, m.User, func(r *db.Reset) { r.Shown = false })
	s.browser().post(link, url.Values{"password": {"outra senha boa"}}).is(t, 200)
	for _, lines := range []io.Reader{here, elsewhere} {
		begun := time.Now()
		if _, err := io.Copy(io.Discard, lines); err != nil || time.Since(begun) > 10*time.Second {
			t.Errorf("the stream went on for %s: %v", time.Since(begun), err)
		}
	}
}

func TestResetsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop, other := s.store(), dbtest.Store(t, s.db, "outra")
	two, left, blocked := shop.Member("two@loja.br", "Duas", db.Agent), shop.Member("left@loja.br", "Saiu", db.Agent), shop.Member("blocked@loja.br", "Bloqueada", db.Agent)
	agent := s.user("agent@loja")
	links := map[string]string{
		"expired":                             s.resetLink(shop.ID, agent.ID, func(r *db.Reset) { r.ExpiresAt = r.CreatedAt }),
		"shown, and now in another store too": s.resetLink(shop.ID, two.User, nil),
		"of who has left":                     s.resetLink(shop.ID, left.User, nil),
		"of a blocked login":                  s.resetLink(shop.ID, blocked.User, nil),
		"made up":                             "/senha/" + handlers.NewSecret(),
	}
	unseen := s.resetLink(shop.ID, two.User, func(r *db.Reset) { r.Shown = false })
	other.Join(two, "Duas", db.Agent)
	blocked.Person.Disabled = true
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(tx.SetMemberDisabled(ctx, shop.ID, left.User, true), tx.UpdateUser(ctx, blocked.Person))
	})
	for name, link := range links {
		if a := s.browser().get(link); a.StatusCode != 404 || !strings.Contains(a.body, "Este link não vale mais") {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
		if a := s.browser().post(link, url.Values{"password": {"outra senha boa"}}); a.StatusCode != 404 {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	s.browser().get(unseen).is(t, 200) // it went to the person's own address
}

// mailed are the e-mails that wait to be sent.
func (s *site) mailed() (mails []scheduler.Mail) {
	s.t.Helper()
	ctx := context.Background()
	_ = s.db.Tx(ctx, func(tx *db.Tx) error {
		claimed, err := tx.ClaimOutbox(ctx, "mail", s.clock.Now(), s.clock.Now(), 50)
		for _, o := range claimed {
			var m scheduler.Mail
			err = errors.Join(err, json.Unmarshal([]byte(o.Payload), &m))
			mails = append(mails, m)
		}
		if err != nil {
			s.t.Error(err)
		}
		return errors.New("only looked at")
	})
	return mails
}

func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	s := newSite(t, loopback)
	s.store()
	b := s.browser()
	b.get("/esqueci-minha-senha").is(t, 404)
	b.post("/esqueci-minha-senha", url.Values{"login": {"admin@loja"}}).is(t, 404)
	if a := b.get("/entrar"); strings.Contains(a.body, "Esqueci minha senha") {
		t.Error("what cannot be sent is offered")
	}
	s.handlers.MailOn, s.handlers.PublicURL = true, "https://loja.example"
	b.get("/entrar").has(t, "Esqueci minha senha")
	b.get("/esqueci-minha-senha").is(t, 200)
	from := 0
	ask := func(login string) answer {
		from++
		return b.post("/esqueci-minha-senha", url.Values{"login": {login}}, "X-Forwarded-For", fmt.Sprintf("10.0.0.%d", from))
	}
	ask("com espaço").is(t, 422)
	ask("").is(t, 422)
	known, unknown := ask(" ADMIN@loja ").is(t, 200), ask("ninguem@loja").is(t, 200)
	nonces := regexp.MustCompile(`nonce="[^"]*"`) // all that may differ
	if nonces.ReplaceAllString(known.body, "") != nonces.ReplaceAllString(unknown.body, "") {
		t.Error("the answer tells who has a login")
	}
	for range 4 {
		ask("admin@loja").is(t, 200)
	}
	mails := s.mailed()
	if len(mails) != 3 {
		t.Fatalf("%d mails: a stranger fills somebody's box", len(mails))
	}
	_, after, _ := strings.Cut(mails[0].Text, "https://loja.example")
	link := strings.Fields(after)[0]
	if mails[0].To != "admin@loja" {
		t.Errorf("sent to %s", mails[0].To)
	}
	b.post(link, url.Values{"password": {"outra senha boa"}}).is(t, 200)
	s.browser().signIn("admin@loja", "outra senha boa").is(t, 303)
	s.clock.pass(time.Hour)
	ask("admin@loja").is(t, 200)
	if n := len(s.mailed()); n != 4 {
		t.Errorf("%d mails after an hour", n)
	}

	for range 10 {
		b.post("/esqueci-minha-senha", url.Values{"login": {"x@loja"}}).is(t, 200)
	}
	if a := b.post("/esqueci-minha-senha", url.Values{"login": {"x@loja"}}).is(t, 429); a.Header.Get("Retry-After") == "" {
		t.Error("it is not said how long to wait")
	}
}

// The secret of a link is in no log, whatever is asked of its address.
func TestSecretsAreNotLogged(t *testing.T) {
	t.Parallel()
	var written bytes.Buffer
	var mu sync.Mutex
	log := slog.New(slog.NewTextHandler(writerFunc(func(p []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return written.Write(p)
	}), &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := newSite(t, func(o *web.Options) { o.Handlers.Log = log })
	shop := s.store()
	for _, link := range []string{s.invited(shop.ID, "joana@loja.br", nil), s.resetLink(shop.ID, s.user("agent@loja").ID, nil)} {
		for _, path := range []string{link, link + "/", link + "/mais", link + "?x=1"} {
			for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut} {
				s.browser().do(method, path, "")
			}
		}
		mu.Lock()
		text := written.String()
		mu.Unlock()
		if secret := link[strings.LastIndex(link, "/")+1:]; strings.Contains(text, secret) {
			t.Errorf("the log has the secret of %s:\n%s", link, text)
		}
	}
	if !strings.Contains(written.String(), "path=/convite/:invite") || !strings.Contains(written.String(), "path=/senha/:reset") {
		t.Errorf("the log lacks the routes:\n%s", written.String())
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// Over plain http a page that tells no referrer tells no origin either: its own form
// must work all the same, and no other site's.
func TestSecretPagesTellNoOrigin(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	link := s.invited(shop.ID, "joana@loja.br", nil)
	s.browser().post(link, acceptForm(password), "Origin", "https://outro.example").is(t, 403)
	s.browser().post(link, acceptForm(password), "Origin", "null", "Sec-Fetch-Site", "cross-site").is(t, 403)
	s.browser().post("/entrar", url.Values{"login": {"x"}}, "Origin", "null").is(t, 403)
	s.browser().post(link, acceptForm(password), "Origin", "null").is(t, 303)
}

// Who is deactivated, or gets another role, feels it at once: pages and stream.
func TestOpenSessionsFollowTheirPerson(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	admin := s.as(db.Admin)
	agent := s.user("agent@loja")
	b := s.as(db.Agent)
	path := "/configuracoes/usuarios/" + agent.ID
	ended := func(lines io.Reader) {
		t.Helper()
		if _, err := io.Copy(io.Discard, lines); err != nil {
			t.Errorf("the stream was torn off: %v", err)
		}
	}
	_, lines := s.stream("semaforo=" + b.cookie())
	seen := admin.get(path).is(t, 200).body
	_, seen, _ = strings.Cut(seen, `name="seen" value="`)
	admin.post(path, url.Values{"name": {"agent"}, "role": {"supervisor"}, "seen": {seen[:16]}}).is(t, 303)
	ended(lines)
	before := b.cookie()
	b.get("/configuracoes/usuarios").is(t, 200)
	if b.cookie() == before {
		t.Error("the session's id is the one of the role before")
	}
	_, lines = s.stream("semaforo=" + b.cookie())
	admin.post(path+"/desativar", url.Values{}).is(t, 303)
	ended(lines)
	if b.signedIn() {
		t.Error("who was deactivated is still in")
	}
	b.signIn("agent@loja", password).is(t, 422)
	if other := s.user("agent@loja"); other.Disabled {
		t.Error("the login is disabled in every store")
	}
}
