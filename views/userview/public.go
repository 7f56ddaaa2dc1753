package userview

import "semaforo/views/ui"

// maxPassword is the longest password there can be, in characters.
const maxPassword = 200

// AcceptForm is what accepting an invitation posts; the password is never sent back.
type AcceptForm struct {
	Name     string `form:"name" validate:"required,max=80,plaintext"`
	Password string `form:"password"`
}

// Accept is the page an invitation leads to.
type Accept struct {
	Secret, Store, Login, Role string
	// Known: the login has a password already, by which the person is known.
	Known    bool
	Form     AcceptForm
	Errors   Errors
	Problems []string
}

func (a Accept) lead() string {
	return "Este é o seu convite para " + a.Store + ", com o perfil " + roleWord(a.Role) + "."
}

func (a Accept) first() string {
	if a.Errors["name"] != "" {
		return "name"
	}
	return "password"
}

func (a Accept) name() ui.InputProps {
	return ui.InputProps{Field: ui.Field{Name: "name", Label: "Seu nome", Help: "Como os colegas e os clientes vão ver você.", Error: a.Errors["name"], Required: true, Autofocus: a.first() == "name"},
		Value: a.Form.Name, Autocomplete: "name", MaxLength: 80}
}

// login is shown, and tells the browser's password manager whose password it is.
func login(value string) ui.InputProps {
	return ui.InputProps{Field: ui.Field{Name: "login", Label: "Login", Attrs: map[string]any{"readonly": true}}, Value: value, Autocomplete: "username"}
}

func (a Accept) password() ui.InputProps {
	if a.Known {
		return ui.InputProps{Field: ui.Field{Name: "password", Label: "Sua senha", Help: "Você já usa o Semáforo com este login: informe a senha que já tem.", Error: a.Errors["password"], Required: true,
			Autofocus: a.first() == "password"}, Type: "password", Autocomplete: "current-password", MaxLength: maxPassword}
	}
	return newPassword("Escolha uma senha", a.Errors["password"], a.first() == "password")
}

func newPassword(label, problem string, focus bool) ui.InputProps {
	return ui.InputProps{Field: ui.Field{Name: "password", Label: label, Help: "Pelo menos 10 caracteres. Uma frase curta é boa e fácil de lembrar.", Error: problem, Required: true, Autofocus: focus},
		Type: "password", Autocomplete: "new-password", MaxLength: maxPassword}
}

// ResetForm is what a link for a new password posts.
type ResetForm struct {
	Password string `form:"password"`
}

// Reset is the page that a link for a new password leads to.
type Reset struct {
	Secret, Login string
	// TwoStep: two-step sign-in is switched off as well.
	TwoStep bool
	Error   string
}

// ForgotForm is what asking for a new password posts.
type ForgotForm struct {
	Login string `form:"login"`
}

// Forgot is the page on which one asks for a new password.
type Forgot struct {
	Form  ForgotForm
	Error string
}
