package userview

import (
	"time"

	"semaforo/views/ui"
)

// InviteForm is what inviting somebody posts.
type InviteForm struct {
	Name  string   `form:"name" validate:"required,max=80,plaintext"`
	Login string   `form:"login" validate:"required,max=254,plaintext"`
	Role  string   `form:"role" validate:"oneof=admin supervisor agent"`
	Teams []string `form:"teams"`
}

// InvitePanel is the side panel in which somebody is invited.
type InvitePanel struct {
	Form   InviteForm
	Errors Errors
	Teams  []ui.Option
	// MailOn: the link is sent by e-mail too.
	MailOn bool
	Close  string
}

func (p InvitePanel) lead() string {
	if p.MailOn {
		return "O convite vai para o e-mail da pessoa e vale por 7 dias."
	}
	return "Você recebe um link para entregar à pessoa. Ele vale por 7 dias."
}

func (p InvitePanel) first() string {
	for _, name := range []string{"name", "login", "role", "teams"} {
		if p.Errors[name] != "" {
			return name
		}
	}
	return "name"
}

func (p InvitePanel) name() ui.InputProps {
	return ui.InputProps{Field: ui.Field{ID: "invite-name", Name: "name", Label: "Nome", Error: p.Errors["name"], Required: true, Autofocus: p.first() == "name"},
		Value: p.Form.Name, MaxLength: 80, Autocomplete: "off"}
}

func (p InvitePanel) login() ui.InputProps {
	return ui.InputProps{Field: ui.Field{ID: "invite-login", Name: "login", Label: "Login", Help: "O e-mail da pessoa: é com ele que ela entra.", Error: p.Errors["login"], Required: true,
		Autofocus: p.first() == "login", Attrs: map[string]any{"autocapitalize": "none", "spellcheck": "false"}}, Value: p.Form.Login, Mode: "email", MaxLength: 254, Autocomplete: "off"}
}

func (p InvitePanel) role() ui.ChoicesProps {
	return roleCards(ui.Field{ID: "invite-role", Name: "role", Label: "Perfil", Error: p.Errors["role"], Autofocus: p.first() == "role"}, p.Form.Role)
}

func (p InvitePanel) teams() ui.ChoicesProps {
	return teamBoxes(p.Teams, p.Form.Teams, p.Errors["teams"], "Opcional: dá para mudar depois.")
}

// Link is a link of one use, shown to who made it.
type Link struct {
	Title, Lead, URL string
	Until            time.Time
	// Mailed says whether it was sent by e-mail, in words.
	Mailed string
	Close  string
}

// Renewal asks before an invitation gets another link.
type Renewal struct {
	Invite
	MailOn bool
	Close  string
}

func (r Renewal) sentence() string {
	text := "O link anterior deixa de valer e um novo é criado, por 7 dias."
	if r.MailOn {
		text += " Ele também vai para " + r.Login + ", se for um e-mail."
	}
	return text
}

// Revocation asks before an invitation is taken back.
type Revocation struct {
	Invite
	Close string
}
