package signinview

import (
	"time"
	"unicode/utf8"

	"semaforo/views/ui"
)

// Limits of what the sign-in form takes, in characters: a password's is the
// longest one can have.
const (
	maxLogin    = 254
	maxPassword = 200
)

// Form is what was typed into the sign-in form, and what is wrong with it. The
// password is never sent back, but for a demonstration's.
type Form struct {
	Login string
	// Back is the page to go to after.
	Back string
	Demo []DemoSignIn
	// Forgot is where one asks for a new password; empty where one cannot.
	Forgot string

	problems                  []string
	loginError, passwordError string
}

// DemoSignIn is one of the demonstration's people.
type DemoSignIn struct {
	Login, Password, Name, Role string
	// Fill is the address of this page with the form filled in; Filled, that it is.
	Fill   string
	Filled bool
}

func (d DemoSignIn) fillWord() string {
	if d.Filled {
		return "Preenchido"
	}
	return "Preencher"
}

// Check notes what cannot be a login or a password.
func (f *Form) Check(password string) {
	switch {
	case f.Login == "":
		f.loginError = "Informe seu login."
	case !utf8.ValidString(f.Login) || utf8.RuneCountInString(f.Login) > maxLogin:
		f.Login, f.loginError = "", "Este login não é válido."
	}
	switch {
	case password == "":
		f.passwordError = "Informe sua senha."
	case !utf8.ValidString(password) || utf8.RuneCountInString(password) > maxPassword:
		f.passwordError = "Esta senha não é válida."
	}
}

// Wrong reports whether Check found something.
func (f *Form) Wrong() bool { return f.loginError != "" || f.passwordError != "" }

// Refused says that the login and the password do not go together, without
// telling which of them exists.
func (f *Form) Refused() {
	f.problems = []string{"Login ou senha incorretos. Confira os dois e tente de novo."}
}

// Throttled says that there have been too many tries.
func (f *Form) Throttled(wait time.Duration) { f.problems = []string{WaitWords(wait)} }

// WaitWords asks to wait, in whole seconds rounded up.
func WaitWords(wait time.Duration) string {
	wait = (wait + time.Second - 1).Truncate(time.Second)
	return "Muitas tentativas seguidas. Espere " + ui.Duration(wait) + " e tente de novo."
}

// Late says that the second step took too long.
func (f *Form) Late() {
	f.problems = []string{"O tempo para digitar o código acabou. Entre de novo com o login e a senha."}
}

// password is the one to fill in: a demonstration's person's.
func (f *Form) password() string {
	for _, d := range f.Demo {
		if d.Filled {
			return d.Password
		}
	}
	return ""
}

// onePassword is the demonstration's password where everybody has the same.
func (f *Form) onePassword() string {
	for _, d := range f.Demo {
		if d.Password != f.Demo[0].Password {
			return ""
		}
	}
	return f.Demo[0].Password
}

func (f *Form) demoLead() string {
	lead := "Escolha com quem entrar."
	if password := f.onePassword(); password != "" {
		lead += " A senha de todos é " + password + "."
	}
	return lead
}

func (f *Form) demoLine(d DemoSignIn) string {
	line := d.Role + " · " + d.Login
	if f.onePassword() == "" {
		line += " · senha " + d.Password
	}
	return line
}

// The cursor goes to the first field that needs something.
func (f *Form) startAtLogin() bool { return f.loginError != "" || f.Login == "" }

func (f *Form) startAtPassword() bool { return !f.startAtLogin() && f.password() == "" }

// Everything is filled in.
func (f *Form) startAtButton() bool { return !f.startAtLogin() && f.password() != "" }
