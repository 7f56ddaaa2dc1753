package journey

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

// noted keeps the words of every toast, which go by themselves.
const noted = `
window.toasts = [];
new MutationObserver((changes) => {
	for (const change of changes) for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) window.toasts.push(node.innerText);
}).observe(document, { childList: true, subtree: true });`

// From an empty database to the first alert, by the browser alone: a team, somebody
// who accepts an invitation, hours, the shop's chat, a customer, a flow of one
// minute; and a minute later, in the program's real time, the alert.
func TestFirstAlert(t *testing.T) {
	t.Parallel()
	s := serve(t)
	v := s.visit()
	v.setsUp()
	v.firstTeam()
	rui := v.firstColleague()
	v.firstHours()
	v.firstChannel()
	v.open("/")
	v.stepsDone(3)

	s.atChat("/chat/otica-ipe").introduces("Clara", "Oi, fazem lentes multifocais?")
	v.stepsDone(4)
	rui.sees("Clara")
	v.firstFlow()
	v.Until(`location.pathname === "/conversas" || location.pathname.startsWith("/automacoes")`)
	v.open("/")
	v.at("/conversas") // nothing is missing
	if browsertest.Eval[bool](v.Tab, `!!document.querySelector("#steps-back")`) {
		t.Error("the inbox still leads back to first steps that are all done")
	}

	rui.Within(90*time.Second, `window.toasts.some(text => text.includes("1º alerta: Clara espera há 1 min"))`)
	rui.Until(`document.querySelector("[data-row]")?.innerText.includes("1º alerta")`)
	rui.Axe("first-alert")
	rui.Shoot("first-alert")
	v.toldDay()
	v.Quiet()
	rui.Quiet()
}

// setsUp fills in a fresh database's first page by the keyboard.
func (v *visitor) setsUp() {
	v.site.t.Helper()
	v.open("/")
	v.sees("Criar a loja")
	v.fill(`input[name="code"]`, v.site.code)
	v.fill(`input[name="store"]`, "Ótica Ipê")
	v.choose(`select[name="timezone"]`, "Manaus")
	v.fill(`input[name="name"]`, "Helena Duarte")
	v.fill(`input[name="login"]`, "helena@otica.example")
	v.fill(`input[name="password"]`, "uma senha de verdade")
	v.keys(kb.Enter)
	v.at("/")
	v.stepsDone(0)
}

// follows goes to where a first step is done, by the keyboard.
func (v *visitor) follows(step, path string) {
	v.site.t.Helper()
	v.open("/")
	v.tabTo("#" + step + "-link")
	v.keys(kb.Enter)
	v.at(path)
	v.Axe("first-" + step)
	v.Shoot("first-" + step)
}

func (v *visitor) firstTeam() {
	v.site.t.Helper()
	v.follows("step-team", "/configuracoes/times")
	v.tabTo("#create")
	v.keys(kb.Enter)
	v.focused("#team-name")
	v.Axe("first-team-panel")
	v.keys("Vendas" + kb.Enter)
	v.sees("Time Vendas criado.")
	v.Until(`!document.querySelector("#panel").open`)
}

// firstColleague invites Rui into the team; he accepts in a browser of his own.
func (v *visitor) firstColleague() *visitor {
	v.site.t.Helper()
	v.follows("step-people", usersPath)
	v.tabTo("#invite")
	v.keys(kb.Enter)
	v.focused("#invite-name")
	v.keys("Rui Barbosa" + kb.Tab + "rui@otica.example")
	v.press2("#teams label", "Vendas")
	v.press("Criar convite")
	link := v.shownLink()
	v.keys(kb.Escape)

	rui := v.site.visit()
	rui.before(noted)
	rui.open(link)
	rui.sees("Ótica Ipê")
	rui.Axe("first-invitation")
	rui.Shoot("first-invitation")
	rui.fill(`input[name="password"]`, "a senha do Rui")
	rui.keys(kb.Enter)
	rui.at("/conversas")
	rui.open("/conversas?tab=teams")
	rui.Axe("first-inbox")
	rui.Shoot("first-inbox")
	v.open("/configuracoes/times")
	v.press2("a", "Vendas")
	v.sees("Rui Barbosa")
	return rui
}

func (v *visitor) firstHours() {
	v.site.t.Helper()
	v.follows("step-hours", "/configuracoes/horarios")
	v.click(`label[for="mode-1"]`)
	v.Until(`!!document.querySelector("#mon-0-from")`)
	v.Axe("first-hours")
	v.Shoot("first-hours")
	v.click("#hours-save")
	v.sees("Horário salvo")
}

// firstChannel has what is written in the chat go to the team.
func (v *visitor) firstChannel() {
	v.site.t.Helper()
	v.follows("step-channel", "/configuracoes/canais")
	v.press2("main table a", "Chat")
	v.sees("Onde usar")
	v.Axe("first-channel")
	v.press("Editar")
	v.choose("#channel-team", "Vendas")
	v.press("Salvar")
	v.sees("Canal Chat salvo.")
}

func (v *visitor) firstFlow() {
	v.site.t.Helper()
	v.follows("step-flow", "/automacoes/inatividade")
	v.click("#configure-team")
	v.at("/automacoes/inatividade/time")
	v.tabTo("#main-alert1")
	v.keys(kb.Enter)
	v.focused("#panel-title")
	v.tabTo("#flow-alert1")
	v.keys("1" + kb.Enter)
	v.Until(`!!document.querySelector("#flow-alert2")`)
	v.tabTo("#flow-alert2")
	v.keys("2" + kb.Enter)
	v.Until(`!!document.querySelector("#flow-save")`)
	v.sees("Ao salvar, agora")
	v.Axe("first-flow")
	v.Shoot("first-flow")
	v.tabTo("#flow-save")
	v.keys(kb.Enter)
	v.sees("Fluxo principal da fila do time salvo.")
}

// toldDay reads the day in Auditoria, the latest first.
func (v *visitor) toldDay() {
	v.site.t.Helper()
	v.press("Auditoria")
	v.at("/configuracoes/auditoria")
	v.Axe("first-audit")
	v.Shoot("first-audit")
	v.Do(chromedp.Focus("#export"))
}
