package journey

import (
	"fmt"
	"testing"

	"semaforo/static/browsertest"
)

// A number that cannot be meant is refused at its field and comes back as it was
// typed, whatever the browser's own idea of a number is; nothing is saved.
func TestWhatCannotBeMeant(t *testing.T) {
	t.Parallel()
	s := demo(t)
	token := s.token()
	before := fmt.Sprint(s.call(token, "GET", "/auto_close", 200, nil))
	v := s.signIn(manager)
	v.open("/automacoes/inatividade")
	v.choose("#closing-espera-preset", "Outro tempo…")
	for _, test := range []struct{ typed, words string }{
		{"1,5", "Informe um número inteiro"}, {"meia hora", "Informe um número inteiro"}, {"-3", "Informe um número inteiro"},
		{"0", "Informe de 1 minuto a 30 dias."}, {"721", "Informe de 1 minuto a 30 dias."}, {"99999999", "Informe de 1 minuto a 30 dias."},
	} {
		v.fill("#closing-espera-after", test.typed)
		v.click("#closing-espera-save")
		// The press took the focus away; the answer puts it back.
		v.Until(fmt.Sprintf(`document.activeElement.id === "closing-espera-after" && document.querySelector("#closing-espera-after-error")?.innerText.includes(%q)`, test.words))
		if got := browsertest.Eval[string](v.Tab, `document.activeElement.value`); got != test.typed {
			t.Errorf("%q came back as %q", test.typed, got)
		}
	}
	v.Axe("refused")
	if after := fmt.Sprint(s.call(token, "GET", "/auto_close", 200, nil)); after != before {
		t.Errorf("a refusal changed %s to %s", before, after)
	}
	v.Quiet("422")
}
