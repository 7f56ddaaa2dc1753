package handlers_test

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

const (
	noticesPath  = "/minha-conta/notificacoes"
	browsersPath = noticesPath + "/navegadores"
)

// newNotices is a floor with the pages of notices.
func newNotices(t *testing.T) *floor {
	t.Helper()
	f := newFloor(t)
	h := f.h
	h.PushKey = "BPublic"
	f.echo.GET(noticesPath, h.NoticesPage)
	f.echo.POST(noticesPath, h.SaveNotices)
	f.echo.GET(browsersPath, h.Browsers)
	f.echo.POST(browsersPath, h.Subscribe)
	f.echo.POST(browsersPath+"/conferir", h.CheckBrowser)
	f.echo.POST(browsersPath+"/desativar", h.Unsubscribe)
	f.echo.POST(browsersPath+"/:browser/testar", h.TestBrowser)
	f.echo.POST(browsersPath+"/:browser/remover", h.RemoveBrowser)
	f.echo.GET("/sw.js", h.Worker)
	for _, m := range []db.Member{f.ana, f.bia, f.paulo} {
		f.signIn(m)
	}
	return f
}

// noticeForm is what the page posts when nothing was changed.
func noticeForm(changes map[string][]string) url.Values {
	form := url.Values{"version": {"0"}, "sound1": {"on"}, "volume1": {"50"}, "sound2": {"on"}, "volume2": {"80"},
		"push": {"alert1", "alert2", "managers"}, "quiet_from": {"22:00"}, "quiet_until": {"07:00"}, "quiet_days": {"1", "2"}}
	maps.Copy(form, changes)
	return form
}

func TestNoticePreferencesAreOnesOwn(t *testing.T) {
	t.Parallel()
	f := newNotices(t)
	f.ask(page(f.ana), noticesPath, nil).is(http.StatusOK).says("main, body", "Notificações").lacks(`[name="push"][value="managers"]`).
		says("#notice-mail2-help", "não está configurado")
	f.ask(page(f.paulo), noticesPath, nil).is(http.StatusOK).says("body", "Avisos da gestão")
	f.h.MailOn = true
	f.ask(page(f.ana), noticesPath, nil).is(http.StatusOK).lacks("#notice-mail2[disabled]").says("#notice-mail2-help", "Para ana.")

	form := noticeForm(map[string][]string{"sound1": nil, "volume2": {"35"}, "push": {"alert2"}, "mail2": {"on"}, "quiet": {"on"}, "quiet_days": {"0", "6", "6"}})
	if a := f.ask(page(f.ana), noticesPath, form).is(http.StatusSeeOther); a.Header().Get("Location") != noticesPath {
		t.Errorf("saved leads to %q", a.Header().Get("Location"))
	}
	got, err := f.shop.DB.NoticePreferences(context.Background(), f.shop.ID, f.ana.User)
	if err != nil || got.Sound1 || !got.Sound2 || got.Volume2 != 35 || got.Push1 || !got.Push2 || got.PushManagers || !got.Mail2 || !got.Quiet.On ||
		got.Quiet.From != 22*60 || got.Quiet.Until != 7*60 || len(got.Quiet.Days) != 2 {
		t.Errorf("saved %+v (%v)", got, err)
	}
	if hers, err := f.shop.DB.NoticePreferences(context.Background(), f.shop.ID, f.bia.User); err != nil || hers.Version != 0 {
		t.Errorf("a colleague's changed: %+v (%v)", hers, err)
	}
	// Another page of hers saved first: told, what she did is kept, and the next press goes through.
	late := noticeForm(map[string][]string{"volume1": {"5"}})
	a := f.ask(page(f.ana), noticesPath, late).is(http.StatusConflict).says("body", "Mudou enquanto você estava aqui")
	if v := a.doc.Find("#notice-volume1").AttrOr("value", ""); v != "5" {
		t.Errorf("what she did is lost: %q", v)
	}
	late.Set("version", a.doc.Find(`[name="version"]`).AttrOr("value", ""))
	f.ask(page(f.ana), noticesPath, late).is(http.StatusSeeOther)
}

func TestNoticePreferencesThatCannotBe(t *testing.T) {
	t.Parallel()
	f := newNotices(t)
	for field, test := range map[string]struct {
		value []string
		words string
	}{
		"volume1": {[]string{"101"}, "De 0 a 100"}, "volume2": {[]string{"1,5"}, "Informe um número inteiro"},
		"quiet_from": {[]string{"25:00"}, "Informe a hora, como 22:00."}, "quiet_until": {[]string{""}, "Preencha este campo."},
		"push": {[]string{"fax"}, "Escolha uma das opções."},
	} {
		a := f.ask(page(f.ana), noticesPath, noticeForm(map[string][]string{field: test.value})).is(http.StatusUnprocessableEntity)
		if got := a.doc.Find("#notice-" + field + "-error").Text(); !strings.Contains(strings.ToLower(got), strings.ToLower(strings.TrimPrefix(test.words, "De "))) {
			t.Errorf("%s=%q says %q, want %q", field, test.value, got, test.words)
		}
	}
	f.ask(page(f.ana), noticesPath, noticeForm(map[string][]string{"quiet": {"on"}, "quiet_days": nil})).is(http.StatusUnprocessableEntity).
		says("#notice-quiet_days-error", "Escolha ao menos um dia")
	f.ask(page(f.ana), noticesPath, noticeForm(map[string][]string{"version": {"x"}})).is(http.StatusBadRequest)
}

// browserForm is what a browser says of itself.
func browserForm(t *testing.T, endpoint string) url.Values {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return url.Values{"endpoint": {endpoint}, "p256dh": {base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes())},
		"auth": {base64.RawURLEncoding.EncodeToString(make([]byte, 16))}}
}

func (f *floor) browsersOf(m db.Member) []db.Subscription {
	f.t.Helper()
	all, err := f.shop.DB.Subscriptions(context.Background(), f.shop.ID, m.User)
	if err != nil {
		f.t.Fatal(err)
	}
	return all
}

func TestBrowserIsTiedToItsPerson(t *testing.T) {
	t.Parallel()
	f := newNotices(t)
	form := browserForm(t, "https://push.example.com/1")
	f.ask(page(f.ana), browsersPath, form).is(http.StatusNoContent)
	mine := f.browsersOf(f.ana)
	if len(mine) != 1 || mine[0].Session != "session-"+f.ana.User {
		t.Fatalf("browsers %+v", mine)
	}
	f.ask(page(f.ana), noticesPath, nil).is(http.StatusOK).says("#browsers", "este navegador", "nenhum ainda")
	f.ask(part(f.ana), browsersPath, nil).is(http.StatusOK).says("#browsers", "este navegador")
	known := func(m db.Member) string {
		return strings.TrimSpace(f.ask(page(m), browsersPath+"/conferir", url.Values{"endpoint": form["endpoint"]}).is(http.StatusOK).Body.String())
	}
	if got := known(f.ana); got != `{"known":true}` {
		t.Errorf("her own browser: %s", got)
	}
	if got := known(f.bia); got != `{"known":false}` {
		t.Errorf("a colleague at her browser: %s", got)
	}
	// Another's browser is the same 404 as one that does not exist.
	for _, what := range []string{"/testar", "/remover"} {
		theirs := f.ask(page(f.bia), browsersPath+"/"+mine[0].ID+what, url.Values{}).is(http.StatusNotFound)
		none := f.ask(page(f.bia), browsersPath+"/"+db.NewID()+what, url.Values{}).is(http.StatusNotFound)
		if theirs.Body.String() != none.Body.String() {
			t.Errorf("%s tells %q from %q", what, theirs.Body, none.Body)
		}
	}
	f.ask(page(f.ana), browsersPath+"/"+mine[0].ID+"/testar", url.Values{}).is(http.StatusSeeOther)
	if next, err := f.shop.DB.EarliestOutbox(context.Background()); err != nil || next.IsZero() {
		t.Errorf("no test was put into the outbox (%v)", err)
	}
	// A new address of the same browser takes the old one's place.
	moved := browserForm(t, "https://push.example.com/2")
	moved.Set("old", "https://push.example.com/1")
	f.ask(page(f.ana), browsersPath, moved).is(http.StatusNoContent)
	if mine = f.browsersOf(f.ana); len(mine) != 1 || mine[0].Endpoint != "https://push.example.com/2" {
		t.Errorf("after it moved: %+v", mine)
	}
	f.ask(page(f.bia), browsersPath+"/desativar", url.Values{"endpoint": moved["endpoint"]}).is(http.StatusNoContent)
	if len(f.browsersOf(f.ana)) != 1 {
		t.Error("a colleague switched it off")
	}
	f.ask(page(f.ana), browsersPath+"/desativar", url.Values{"endpoint": moved["endpoint"]}).is(http.StatusNoContent)
	f.ask(page(f.ana), browsersPath, form).is(http.StatusNoContent)
	f.ask(page(f.ana), browsersPath+"/"+f.browsersOf(f.ana)[0].ID+"/remover", url.Values{}).is(http.StatusSeeOther)
	if left := f.browsersOf(f.ana); len(left) != 0 {
		t.Errorf("left %+v", left)
	}
}

func TestBrowsersThatAreRefused(t *testing.T) {
	t.Parallel()
	f := newNotices(t)
	for name, change := range map[string]func(url.Values){
		"inside":       func(v url.Values) { v.Set("endpoint", "https://10.0.0.1/x") },
		"not https":    func(v url.Values) { v.Set("endpoint", "http://push.example.com/x") },
		"not text":     func(v url.Values) { v.Set("endpoint", "https://push.example.com/\xff") },
		"no key":       func(v url.Values) { v.Set("p256dh", "") },
		"wrong secret": func(v url.Values) { v.Set("auth", "AAAA") },
	} {
		form := browserForm(t, "https://push.example.com/x")
		change(form)
		f.ask(page(f.ana), browsersPath, form).is(http.StatusUnprocessableEntity)
		if len(f.browsersOf(f.ana)) != 0 {
			t.Errorf("%s: taken", name)
		}
	}
	for i := range 12 {
		f.ask(page(f.ana), browsersPath, browserForm(t, "https://push.example.com/"+string(rune('a'+i)))).is(http.StatusNoContent)
	}
	if mine := f.browsersOf(f.ana); len(mine) != 10 || !strings.HasSuffix(mine[0].Endpoint, "/c") {
		t.Errorf("%d browsers, the first %s", len(mine), mine[0].Endpoint)
	}
	f.h.PushKey = ""
	f.ask(page(f.ana), browsersPath, browserForm(t, "https://push.example.com/x")).is(http.StatusNotFound)
}

func TestServiceWorkerIsAskedForAnewAndTellsNothing(t *testing.T) {
	t.Parallel()
	f := newNotices(t)
	a := f.ask(page(f.ana), "/sw.js", nil).is(http.StatusOK)
	if a.Header().Get("Cache-Control") != "no-cache" || a.Header().Get("Service-Worker-Allowed") != "/" || !strings.HasPrefix(a.Header().Get("Content-Type"), "text/javascript") {
		t.Errorf("headers %v", a.Header())
	}
	if body := a.Body.String(); !strings.Contains(body, "notificationclick") || strings.Contains(body, f.h.PushKey) || strings.Contains(body, f.ana.User) {
		t.Error("not the service worker, or one that knows something")
	}
}

// Who is away has no part in what waits in their teams; what they hold and Aguardando
// stay theirs.
func TestAwayIsNotToldOfTheirTeams(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	err := f.shop.DB.Tx(context.Background(), func(tx *db.Tx) error {
		return tx.SetAway(context.Background(), f.shop.ID, f.ana.Seller, true, f.now())
	})
	if err != nil {
		t.Fatal(err)
	}
	after := func(m db.Member, last string) string {
		return f.ask(page(m), "/resumo?after="+last, nil).is(http.StatusOK).Body.String()
	}
	f.says("Rita", "Oi", f.vendas, noSeller)
	f.pass(6 * time.Minute)
	f.says("Rita", "Alô?", noTeam, noSeller)
	if got := after(f.ana, "0"); strings.Contains(got, "Rita") {
		t.Errorf("away, and told %s", got)
	}
	if got := after(f.bia, "0"); !strings.Contains(got, "Rita") || !strings.Contains(got, `"sound":{"id":`) {
		t.Errorf("there, and told %s", got)
	}
	f.says("Maria", "Oi", noTeam, f.ana)
	f.pass(6 * time.Minute)
	f.says("Maria", "Alô?", noTeam, noSeller)
	if got := after(f.ana, "0"); !strings.Contains(got, "Maria") || strings.Contains(got, "Rita") {
		t.Errorf("her own: %s", got)
	}
}

// A tab whose stream rests learns of an alert once, with its sound, as its person
// wants it.
func TestRestingTabHearsAlertsOnce(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	var news struct {
		Last  string
		Toast *struct {
			Text  string
			Sound *struct {
				ID           string
				Step, Volume int
			}
		}
	}
	ask := func(last string) {
		t.Helper()
		news.Toast = nil
		if err := json.Unmarshal(f.ask(page(f.ana), "/resumo?after="+last, nil).is(http.StatusOK).Body.Bytes(), &news); err != nil {
			t.Fatal(err)
		}
	}
	prefer := func(change func(*db.NoticePreferences)) {
		t.Helper()
		ctx := context.Background()
		err := f.shop.DB.Tx(ctx, func(tx *db.Tx) error {
			p, err := tx.NoticePreferences(ctx, f.shop.ID, f.ana.User)
			if err != nil {
				return err
			}
			change(&p)
			p.UpdatedAt = f.now()
			return tx.SaveNoticePreferences(ctx, p)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	f.says("Maria", "Oi", noTeam, f.ana)
	ask("")
	before := news.Last
	f.pass(6 * time.Minute)
	f.says("Maria", "Alô?", noTeam, noSeller)
	ask(before)
	if news.Toast == nil || news.Toast.Sound == nil || news.Toast.Sound.Step != 1 || news.Toast.Sound.Volume != 50 || news.Toast.Sound.ID != news.Last {
		t.Fatalf("told %+v", news)
	}
	first := news.Last
	ask(first)
	if news.Toast != nil || news.Last != first {
		t.Errorf("told again: %+v", news)
	}
	f.pass(10 * time.Minute)
	f.says("Maria", "Tem alguém?", noTeam, noSeller)
	ask(first)
	if news.Toast == nil || news.Toast.Sound == nil || news.Toast.Sound.Step != 2 || news.Toast.Sound.Volume != 80 {
		t.Errorf("the 2nd: %+v", news)
	}
	prefer(func(p *db.NoticePreferences) { p.Sound2 = false })
	if ask(first); news.Toast == nil || news.Toast.Sound != nil {
		t.Errorf("without a sound: %+v", news.Toast)
	}
	prefer(func(p *db.NoticePreferences) {
		p.Sound2, p.Quiet.On, p.Quiet.From, p.Quiet.Until = true, true, 0, 0
	})
	if ask(first); news.Toast == nil || news.Toast.Sound != nil {
		t.Errorf("in quiet hours: %+v", news.Toast)
	}
}

// Skips are told to who manages, on any page of theirs; not to the sellers.
func TestManagersSeeWhatDidNotHappen(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	flowOf(f, flow.SellerQueue, flow.Action{Type: flow.TransferSeller, Seller: f.ana.Seller})
	f.says("Maria", "Oi", noTeam, f.ana)
	f.pass(16 * time.Minute)
	f.says("Maria", "Alô?", noTeam, noSeller)
	for _, m := range []db.Member{f.paulo, f.clara} {
		if got := f.ask(page(m), "/resumo?after=0", nil).is(http.StatusOK).Body.String(); !strings.Contains(got, `A\u00e7\u00e3o autom\u00e1tica n\u00e3o feita: Maria espera h\u00e1 16 min`) || !strings.Contains(got, `"tone":"red"`) {
			t.Errorf("%s is told %s", m.Person.Name, got)
		}
	}
	if got := f.ask(page(f.bia), "/resumo?after=0", nil).is(http.StatusOK).Body.String(); strings.Contains(got, "Maria") {
		t.Errorf("a colleague is told %s", got)
	}
	if got := f.ask(page(f.ana), "/resumo?after=0", nil).is(http.StatusOK).Body.String(); !strings.Contains(got, `2\u00ba alerta: Maria`) {
		t.Errorf("the holder is told %s", got)
	}
}
