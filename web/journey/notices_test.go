package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

const noticesPage = "/minha-conta/notificacoes"

// before runs a script in every page of the tab, before the page's own.
func (v *visitor) before(script string) {
	v.site.t.Helper()
	if _, err := chromedp.Call(v, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}); err != nil {
		v.site.t.Fatal(err)
	}
}

// permit answers the browser's question about notifications.
func (v *visitor) permit(setting browser.PermissionSetting) {
	v.site.t.Helper()
	_, err := chromedp.CallBrowser(v, browser.SetPermission, browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: "notifications"},
		Setting: setting, Origin: v.site.url, BrowserContextID: chromedp.FromContext(v).BrowserContextID})
	if err != nil {
		v.site.t.Fatal(err)
	}
}

// Preferences are saved, a mistake is told at its field with what was typed kept,
// and another page's changes are not overwritten unseen.
func TestNoticePreferences(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(supervisor)
	v.open(noticesPage)
	v.sees("Notificações do navegador")
	v.sees("Avisos da gestão")
	v.sees("O envio de e-mails não está configurado nesta instalação.")
	if browsertest.Eval[bool](v.Tab, `!document.querySelector("#notice-mail2").disabled`) {
		t.Error("e-mail can be chosen where none is sent")
	}
	v.Axe("notices")
	v.Shoot("notices-1440")
	v.Look(390, 844, true)
	v.open(noticesPage)
	v.Axe("notices-390-dark")
	v.Shoot("notices-390-dark")
	v.Look(1440, 900, false)
	v.open(noticesPage)

	// By the keyboard alone: the slider, a box, and the button.
	v.Do(chromedp.Focus("#notice-volume1"), chromedp.KeyEvent(kb.ArrowRight))
	v.Until(`document.querySelector("#notice-volume1").value === "55" && document.querySelector("output[for=notice-volume1]").value === "55%"`)
	v.Do(chromedp.Focus("#notice-quiet"), chromedp.KeyEvent(" "))
	browsertest.Eval[chromedp.Void](v.Tab, `document.querySelectorAll("[name=quiet_days]").forEach(e => { e.checked = false })`)
	v.click("#notice-form .form-foot button")
	v.sees("Escolha ao menos um dia, ou desligue o horário de silêncio.")
	if browsertest.Eval[string](v.Tab, `document.querySelector("#notice-volume1").value`) != "55" {
		t.Error("what was chosen is lost")
	}
	v.Axe("notices-refused")
	v.click("#notice-quiet_days-6") // Saturday
	v.click("#notice-form .form-foot button")
	v.sees("Preferências de notificação salvas.")
	v.Until(`document.querySelector("#notice-quiet").checked && document.querySelector("#notice-volume1").value === "55" && document.querySelectorAll("[name=quiet_days]:checked").length === 1`)

	// Saved elsewhere meanwhile: told, kept, and the next press goes through.
	browsertest.Eval[chromedp.Void](v.Tab, `fetch(location.pathname, {method: "POST", body: new URLSearchParams(new FormData(document.querySelector("#notice-form")))}).then(() => undefined)`)
	v.click("#notice-show_name")
	v.click("#notice-form .form-foot button")
	v.sees("Mudou enquanto você estava aqui")
	v.Axe("notices-changed")
	v.Until(`document.querySelector("#notice-show_name").checked`)
	v.click("#notice-form .form-foot button")
	v.sees("Preferências de notificação salvas.")
	v.Quiet("422", "409")
}

// earpiece stands in for the browser's sound and notes what is played.
const earpiece = `
window.played = [];
window.AudioContext = class {
	state = "suspended"; currentTime = 0; destination = {};
	resume() { if (navigator.userActivation.isActive) this.state = "running"; return Promise.resolve(); }
	createOscillator() { const o = { frequency: {}, connect: (n) => n, start: (at) => window.played.push({ at, pitch: o.frequency.value, type: o.type }), stop() {} }; return o; }
	createGain() { return { gain: { setValueAtTime() {}, linearRampToValueAtTime: (peak) => { window.peak = peak; }, exponentialRampToValueAtTime() {} }, connect: (n) => n }; }
};`

func TestAlertSounds(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(seller)
	v.before(earpiece)
	v.open(noticesPage)
	alert := func(id string, step int) {
		browsertest.Eval[chromedp.Void](v.Tab, fmt.Sprintf(`document.body.dispatchEvent(new CustomEvent("toast", {bubbles: true, detail: {data: JSON.stringify({tone: "yellow", text: "1º alerta", sound: {id: %q, step: %d, volume: 50}})}}))`, id, step))
	}
	heard := func() int { return browsertest.Eval[int](v.Tab, `window.played.length`) }
	// Nobody has touched the page: the browser would not let it sound, and the page says so.
	alert("018f-1", 1)
	v.sees("O navegador segura o som dos alertas até você clicar")
	if heard() != 0 {
		t.Error("it sounds before anybody has touched the page")
	}
	v.click("#test-volume1")
	v.Until(`window.played.length === 2`)
	soft := browsertest.Eval[float64](v.Tab, `window.peak`)
	v.Do(chromedp.Focus("#notice-volume2"), chromedp.KeyEvent(kb.End))
	v.click("#test-volume2")
	v.Until(`window.played.length === 6`)
	if loud := browsertest.Eval[float64](v.Tab, `window.peak`); loud <= soft {
		t.Errorf("100%% is played at %v, 50%% at %v", loud, soft)
	}
	if browsertest.Eval[bool](v.Tab, `window.played[0].pitch === window.played[2].pitch || window.played[0].type === window.played[2].type`) {
		t.Error("the two alerts sound alike")
	}
	// An alert sounds once, however many tabs and streams tell of it, and an older one not after it.
	alert("018f-3", 1)
	v.Until(`window.played.length === 8`)
	for _, id := range []string{"018f-3", "018f-2"} {
		alert(id, 2)
	}
	alert("018f-4", 2)
	v.Until(`window.played.length === 12`)
	if n := heard(); n != 12 {
		t.Errorf("%d notes, want 12", n)
	}
	v.Quiet()
}

// A tab that nobody looks at rests its stream, and still tells: by its title, its
// favicon and a sound.
func TestHiddenTabTells(t *testing.T) {
	t.Parallel()
	s := demo(t, "--clock-speed=60") // the 1st alert comes after 5 seconds
	token := s.token()
	v := s.signIn(seller)
	v.before(earpiece + `
const real = window.setInterval;
window.setInterval = (run, wait) => real(run, wait === 20000 ? 200 : wait);`)
	v.open("/conversas")
	v.click("h1") // a gesture, without which no page may sound
	v.Until(`!!document.querySelector("[data-stream]")._htmx?.sse?.lastEventId`)
	before := browsertest.Eval[string](v.Tab, `document.title`)
	browsertest.Eval[chromedp.Void](v.Tab, `window.played.length = 0; Object.defineProperty(document, "hidden", { get: () => true }); document.dispatchEvent(new Event("visibilitychange"))`)
	id := s.write(token, "Dona Nena", "vendas", "Oi")
	ana := s.call(token, http.MethodGet, "/sellers", http.StatusOK, struct{}{})["items"].([]any)[0].(map[string]any)["id"]
	s.call(token, http.MethodPost, "/conversations/"+id+"/transfer", http.StatusOK, map[string]any{"seller": ana})
	v.Until(fmt.Sprintf(`document.title !== %q && /^\(\d+\) /.test(document.title)`, before))
	v.Until(`window.played.length > 0`)
	v.Until(`document.getElementById("favicon").getAttribute("href") !== document.getElementById("favicon").dataset.neutral`)
	v.Quiet()
}

// pushServer stands in for a browser maker's push service.
func pushServer(t *testing.T) (url string, got chan int) {
	t.Helper()
	got = make(chan int, 10)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Content-Encoding") != "aes128gcm" || !strings.HasPrefix(r.Header.Get("Authorization"), "vapid t=") {
			t.Errorf("pushed %v (%v)", r.Header, err)
		}
		w.WriteHeader(http.StatusCreated)
		got <- len(body)
	}))
	t.Cleanup(s.Close)
	return s.URL, got
}

// subscription stands in for the browser's own connection to its maker's push
// service, which no machine that builds this has: the rest is the browser's.
const subscription = `
(async () => {
	let made = null;
	const encode = (raw) => btoa(String.fromCharCode(...new Uint8Array(raw))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
	const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
	const p256dh = encode(await crypto.subtle.exportKey("raw", pair.publicKey));
	const auth = encode(crypto.getRandomValues(new Uint8Array(16)));
	const subscription = { endpoint: %q, toJSON: () => ({ endpoint: %[1]q, keys: { p256dh, auth } }), unsubscribe: async () => { made = null; return true; } };
	PushManager.prototype.getSubscription = async () => made;
	PushManager.prototype.subscribe = async (options) => { window.asked = { visible: options.userVisibleOnly, key: options.applicationServerKey.length }; return (made = subscription); };
})();`

// A browser is activated by a press alone, gets a test by the way of all notices,
// shows what is pushed to it and is removed again.
func TestBrowserTakesNotices(t *testing.T) {
	t.Parallel()
	s := demo(t)
	service, got := pushServer(t)
	v := s.signIn(seller)
	v.before(fmt.Sprintf(subscription, service+"/push/1"))
	v.permit(browser.PermissionSettingDenied)
	v.open(noticesPage)
	v.sees("Bloqueado pelo navegador")
	v.Axe("notices-blocked")
	v.permit(browser.PermissionSettingGranted)
	v.open(noticesPage)
	v.sees("Este navegador ainda não recebe avisos.")
	if browsertest.Eval[int](v.Tab, `navigator.serviceWorker.getRegistrations().then(all => all.length)`) != 0 {
		t.Error("a service worker before anybody asked for it")
	}
	registered := v.registrations()
	v.press("Ativar neste navegador")
	v.sees("Ativado aqui")
	v.sees("este navegador")
	if asked := browsertest.Eval[string](v.Tab, `JSON.stringify(window.asked)`); asked != `{"visible":true,"key":65}` {
		t.Errorf("subscribed with %s", asked)
	}
	v.Axe("notices-active")
	v.Shoot("notices-active")
	v.click(`[id^="browser-test-"]`)
	select {
	case n := <-got:
		if n < 100 {
			t.Errorf("a body of %d bytes", n)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("nothing was pushed")
	}
	v.sees("Teste enviado.")
	v.pushed(t, <-registered)
	v.opened(t)
	v.open(noticesPage)
	v.click(`[id^="browser-remove-"]`)
	v.sees("O navegador não recebe mais os seus avisos.")
	v.sees("Nenhum navegador recebe os seus avisos ainda.")
	v.Quiet()
}

// registrations follows the service workers of the tab.
func (v *visitor) registrations() <-chan serviceworker.RegistrationID {
	v.site.t.Helper()
	found := make(chan serviceworker.RegistrationID, 1)
	err := chromedp.Listen(v, func(event any) {
		e, ok := event.(*serviceworker.EventWorkerRegistrationUpdated)
		if !ok {
			return
		}
		for _, r := range e.Registrations {
			if strings.HasPrefix(r.ScopeURL, v.site.url) {
				select {
				case found <- r.RegistrationID:
				default:
				}
			}
		}
	})
	if err != nil {
		v.site.t.Fatal(err)
	}
	if _, err := chromedp.Call(v, serviceworker.Enable, cdp.Empty{}); err != nil {
		v.site.t.Fatal(err)
	}
	return found
}

// screen stands in for the system's notifications, which a browser without a screen
// does not show, inside the service worker.
const screen = `
self.shown = [];
registration.getNotifications = async () => self.shown;
registration.showNotification = async (title, options) => {
	const n = { title, ...options, close: () => { self.shown = self.shown.filter((other) => other !== n); } };
	self.shown = [...self.shown.filter((other) => other.tag !== n.tag), n];
};
self.press = () => {
	const event = new ExtendableEvent("notificationclick");
	Object.defineProperty(event, "notification", { value: self.shown[0] });
	self.dispatchEvent(event);
};`

// worker is the site's service worker, to look into.
func (v *visitor) worker() context.Context {
	v.site.t.Helper()
	targets, err := chromedp.Targets(v)
	if err != nil {
		v.site.t.Fatal(err)
	}
	for _, target := range targets {
		if target.Type == "service_worker" && strings.HasPrefix(target.URL, v.site.url) {
			ctx, cancel := chromedp.NewContext(v, chromedp.WithTargetID(target.TargetID))
			v.site.t.Cleanup(cancel)
			return ctx
		}
	}
	v.site.t.Fatal("there is no service worker")
	return nil
}

// pushed delivers messages to the service worker as the browser would, looks at what
// it shows, and presses it.
func (v *visitor) pushed(t *testing.T, id serviceworker.RegistrationID) {
	t.Helper()
	worker := v.worker()
	run := func(script string) string {
		t.Helper()
		got, err := chromedp.Run(worker, chromedp.Evaluate[string](script+`; JSON.stringify(self.shown.map(n => n.title + "|" + n.body + "|" + n.tag).sort())`))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	run(screen)
	deliver := func(title, tag, url, want string) {
		t.Helper()
		data, err := json.Marshal(map[string]string{"title": title, "body": "Maria", "url": url, "tag": tag})
		if err != nil {
			t.Fatal(err)
		}
		_, err = chromedp.Call(v, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{Origin: v.site.url, RegistrationID: id, Data: string(data)})
		if err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(10 * time.Second); ; {
			got := run("")
			if got == want {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("shown %s, want %s", got, want)
			}
		}
	}
	deliver("1º alerta: cliente espera há 5 min", "conversation:1", "/conversas/x", `["1º alerta: cliente espera há 5 min|Maria|conversation:1"]`)
	// The 2nd one takes the place of the 1st, and goes when it is pressed.
	deliver("2º alerta: cliente espera há 15 min", "conversation:1", "/conversas/x", `["2º alerta: cliente espera há 15 min|Maria|conversation:1"]`)
	if got := run(`self.press()`); got != "[]" {
		t.Errorf("still shown after the press: %s", got)
	}
	// More than three at once say how many there are.
	two, three := `"A|Maria|conversation:2"`, `"A|Maria|conversation:3"`
	deliver("A", "conversation:2", "/conversas/x", "["+two+"]")
	deliver("A", "conversation:3", "/conversas/x", "["+two+","+three+"]")
	deliver("A", "conversation:4", "/conversas/x", "["+two+","+three+`,"A|Maria|conversation:4"]`)
	deliver("A", "conversation:5", "/conversas/x", `["4 conversas em alerta||conversations"]`)
}

// opened presses a notice while the list is open: the list's tab goes to the
// conversation.
func (v *visitor) opened(t *testing.T) {
	t.Helper()
	id := v.site.write(v.site.token(), "Odete", "vendas", "Oi")
	v.open("/conversas")
	worker := v.worker()
	script := fmt.Sprintf(`self.shown = [{ close() {}, data: { url: "/conversas/%s" } }]; self.press(); ""`, id)
	if _, err := chromedp.Run(worker, chromedp.Evaluate[string](script)); err != nil {
		t.Fatal(err)
	}
	v.Until(fmt.Sprintf(`location.pathname === "/conversas/%s"`, id))
}
