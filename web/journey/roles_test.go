package journey

import (
	"testing"

	"semaforo/static/browsertest"
)

// Supervisão reads the configuration: everything stands there, and nothing to
// press; an address that would change it says so, and where to go.
func TestSupervision(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(supervisor)
	v.Until(`document.querySelector("#tab-all").getAttribute("aria-current") === "page" && document.querySelectorAll("[data-row]").length > 0`)
	v.press("Gestão de Inatividade")
	v.sees("Você pode ver esta configuração. Só a Administração pode alterá-la.")
	if n := browsertest.Eval[int](v.Tab, `document.querySelectorAll("main form, main [role=switch], main input, main select").length`); n != 0 {
		t.Errorf("%d things to change on a page that may only be read", n)
	}
	v.Axe("supervision")
	v.click("#configure-team")
	v.sees("Aplicado a todos os times")
	if n := browsertest.Eval[int](v.Tab, `document.querySelectorAll("main form, main button, main a:not([href='/automacoes/inatividade'], [href*='/historico/'])").length`); n != 0 {
		t.Errorf("%d things to press on a queue that may only be read", n)
	}
	v.Shoot("supervision-queue")
	v.open("/automacoes/inatividade/time/principal?step=alert1")
	v.sees("Sem permissão")
	v.press("Ir para as conversas")
	v.Until(`location.pathname === "/conversas"`)
	v.Quiet("403")
}

// Atendimento has no configuration, and of conversations what is theirs: pages
// say what to do next, in the same words for what is hidden and what is not there.
func TestAttendance(t *testing.T) {
	t.Parallel()
	s := demo(t)
	token := s.token()
	others := s.write(token, "Só da Eduarda", "pos-venda", "Oi")
	v := s.signIn(seller)
	if browsertest.Eval[bool](v.Tab, `document.querySelector("#sidebar").innerText.includes("Gestão") || !!document.querySelector("#tab-all")`) {
		t.Error("a menu or a tab leads where Atendimento may not go")
	}
	v.open("/automacoes/inatividade")
	v.sees("Sem permissão")
	v.Axe("forbidden")
	for _, id := range []string{others, "00000000-0000-7000-8000-000000000000", "nada"} {
		v.open("/conversas/" + id)
		v.sees("Esta conversa não existe, ou está com outra pessoa ou outro time.")
	}
	v.Axe("missing")
	v.Shoot("attendance-missing")
	v.press("Ir para as conversas")
	v.Until(`location.pathname === "/conversas" && document.querySelector("#tab-mine").getAttribute("aria-current") === "page"`)
	v.Quiet("403", "404")
}

// A stranger's address leads to the sign-in, and from there back to where they
// meant to go. (That nothing ran for them is told by the log, which has to be
// free of errors.)
func TestStranger(t *testing.T) {
	t.Parallel()
	v := demo(t).visit()
	for _, path := range []string{"/conversas", "/conversas?tab=waiting", "/automacoes/inatividade/time"} {
		v.open(path)
		v.Until(`location.pathname === "/entrar"`)
	}
	v.fill(`input[name="login"]`, supervisor)
	v.fill(`input[name="password"]`, password)
	v.click("#sign-in-button")
	v.Until(`location.pathname === "/automacoes/inatividade/time"`)
	v.Quiet()
}
