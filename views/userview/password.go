package userview

import (
	"semaforo/views/ui"
)

// PasswordForm is what can be done about a person's password.
type PasswordForm struct {
	Action  string `form:"action"`
	TwoStep string `form:"two_step"`
}

// What can be done about a person's password.
const (
	PasswordLink    = "link"
	PasswordRequire = "require"
	PasswordKeep    = "keep"
)

// PasswordPanel is the side panel of a person's password.
type PasswordPanel struct {
	ID, Name, Login string
	MustChange      bool
	// TwoStep: they sign in in two steps, which the link may switch off.
	TwoStep bool
	// Shared: they are another store's too, and Kept says why what is required of them stays so.
	Shared bool
	Kept   string
	// MailOnly: the link is not shown, but sent to the person alone.
	MailOnly bool
	// Refused says why there can be no link.
	Refused string
	Error   string
	Close   string
}

func (p PasswordPanel) choices() ui.ChoicesProps {
	link := ui.Choice{Value: PasswordLink, Label: "Criar um link para uma senha nova", Icon: ui.IconLock, Checked: p.Refused == "",
		Help: "Vale por 24 horas e uma única vez. Quando a pessoa escolhe a senha nova, as sessões abertas dela terminam."}
	switch {
	case p.Refused != "":
		link.Help, link.Disabled, link.Reason = "", true, p.Refused
	case p.MailOnly:
		link.Label, link.Icon = "Enviar um link para uma senha nova", ui.IconMail
		link.Help = "Este login também é usado fora desta loja, por isso o link vai só para o e-mail da própria pessoa. Vale por 24 horas."
	}
	if p.TwoStep && p.Refused == "" && !p.MailOnly {
		link.More = ui.Checkbox(ui.CheckboxProps{Field: ui.Field{Name: "two_step", Label: "Desligar também a verificação em duas etapas",
			Help: "Só se a pessoa perdeu o celular e os códigos de recuperação."}, Value: "true"})
	}
	must := ui.Choice{Value: PasswordRequire, Label: "Exigir troca de senha na próxima entrada", Icon: ui.IconRefreshCw, Checked: p.Refused != "",
		Help: "A pessoa entra com a senha de hoje e escolhe outra antes de continuar."}
	if p.MustChange {
		must = ui.Choice{Value: PasswordKeep, Label: "Deixar de exigir a troca de senha", Icon: ui.IconUndo2, Checked: p.Refused != "",
			Help: "Hoje a pessoa precisa escolher outra senha na próxima entrada."}
		if p.Shared {
			must.Help, must.Disabled, must.Reason, must.Checked = "", true, p.Kept, false
		}
	}
	return ui.ChoicesProps{Field: ui.Field{ID: "password-action", Name: "action", Label: "O que fazer", Error: p.Error, Autofocus: p.Error != ""}, Choices: []ui.Choice{link, must}}
}
