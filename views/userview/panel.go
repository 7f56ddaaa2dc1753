package userview

import (
	"semaforo/views/ui"
)

// Errors are problems in words by the name of the input.
type Errors map[string]string

// UserForm is what the panel of a person posts.
type UserForm struct {
	Name  string   `form:"name" validate:"required,max=80,plaintext"`
	Role  string   `form:"role" validate:"oneof=admin supervisor agent"`
	Teams []string `form:"teams"`
	// Seen is what the form was drawn from.
	Seen string `form:"seen"`
}

// Panel is the side panel of a person.
type Panel struct {
	Row
	MemberSince string
	Disabled    bool
	CanManage   bool
	Form        UserForm
	Errors      Errors
	// Changed says what somebody else has saved meanwhile.
	Changed string
	// Teams are what can be chosen.
	Teams []ui.Option
	// Fixed says why the role cannot be changed.
	Fixed string
	// Close is the list as it was left.
	Close string
}

func (p Panel) name() ui.InputProps {
	return ui.InputProps{Field: ui.Field{ID: "user-name", Name: "name", Label: "Nome", Help: "Como aparece para os colegas e para os clientes.", Error: p.Errors["name"], Required: true,
		Autofocus: p.Errors["name"] != ""}, Value: p.Form.Name, MaxLength: 80, Autocomplete: "off"}
}

func (p Panel) role() ui.ChoicesProps {
	cards := roleCards(ui.Field{ID: "user-role", Name: "role", Label: "Perfil", Help: p.Fixed, Error: p.Errors["role"], Disabled: p.Fixed != "",
		Autofocus: p.Errors["role"] != "" && p.Errors["name"] == ""}, p.Form.Role)
	return cards
}

func (p Panel) teams() ui.ChoicesProps {
	return teamBoxes(p.Teams, p.Form.Teams, p.Errors["teams"], "Sem time, a pessoa só recebe o que for transferido para ela.")
}

// teamBoxes are teams of which any number is chosen.
func teamBoxes(teams []ui.Option, ticked []string, problem, help string) ui.ChoicesProps {
	p := ui.ChoicesProps{Field: ui.Field{ID: "teams", Name: "teams", Label: "Times", Help: help, Error: problem, Autofocus: problem != ""},
		Columns: true, Empty: "A loja ainda não tem times.", Filter: "Procurar um time"}
	for _, t := range teams {
		choice := ui.Choice{Value: t.Value, Label: t.Label}
		for _, id := range ticked {
			choice.Checked = choice.Checked || id == t.Value
		}
		p.Choices = append(p.Choices, choice)
	}
	return p
}

func (p Panel) facts() []ui.Term {
	terms := []ui.Term{{Label: "Login", Value: p.Login}, {Label: "Presença", Body: presence(p.Row)}, {Label: "Conversas", Body: held(p.Row)},
		{Label: "Na loja desde", Value: p.MemberSince}}
	if p.Disabled {
		terms[1] = ui.Term{Label: "Situação", Value: "Desativado: não entra nesta loja"}
	}
	if !p.editable() {
		terms = append(terms, ui.Term{Label: "Perfil", Value: roleWord(p.Row.Role)}, ui.Term{Label: "Times", Value: listed(p.Row.Teams)})
	}
	return terms
}

// editable reports whether the panel is a form.
func (p Panel) editable() bool { return p.CanManage && !p.Disabled }

func (p Panel) action() string {
	if p.editable() {
		return Path(p.ID)
	}
	return ""
}
