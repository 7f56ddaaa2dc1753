package signinview

import (
	"net/url"
	"time"
)

// StepForm is the second step of a sign-in, and what is wrong with what was typed,
// which is never sent back.
type StepForm struct {
	// Back is the page to go to after.
	Back string
	// Recovery asks for a recovery code rather than the app's.
	Recovery bool

	problems []string
	code     string // what is wrong at the field
}

// Missing says that nothing was typed.
func (f *StepForm) Missing() { f.code = "Informe o código." }

// Refused says that the code does not do.
func (f *StepForm) Refused() {
	f.code = "Este código não vale. Espere o aplicativo mostrar o próximo e tente de novo."
	if f.Recovery {
		f.code = "Este código não vale, ou já foi usado."
	}
}

// Throttled says that there have been too many tries.
func (f *StepForm) Throttled(wait time.Duration) { f.problems = []string{WaitWords(wait)} }

// other is the address that asks for the other kind of code.
func (f *StepForm) other() string {
	if f.Recovery {
		return f.address("/entrar/codigo", url.Values{})
	}
	return f.address("/entrar/codigo", url.Values{"recuperacao": {"sim"}})
}

// over is the address to begin at again.
func (f *StepForm) over() string { return f.address("/entrar", url.Values{}) }

// address keeps the page to go to after.
func (f *StepForm) address(path string, values url.Values) string {
	if f.Back != "" {
		values.Set("volta", f.Back)
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

func (f *StepForm) lead() string {
	if f.Recovery {
		return "Digite um dos códigos de recuperação que você guardou. Cada um vale uma vez."
	}
	return "Digite o código de 6 dígitos que o seu aplicativo de autenticação mostra agora."
}
