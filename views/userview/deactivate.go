package userview

import (
	"context"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// DeactivateForm is what the question before a deactivation posts.
type DeactivateForm struct {
	To       string `form:"to"` // team or seller
	ToTeam   string `form:"to_team"`
	ToSeller string `form:"to_seller"`
	// Flows is who takes the person's place in the flows: a seller's id, or NobodyInstead.
	Flows string `form:"flows"`
	// Portfolio is the seller who gets the customers; empty: they stay.
	Portfolio string `form:"portfolio"`
	// Shown is the choice in Flows whose changes were on screen, Seen a mark of them.
	Shown string `form:"shown"`
	Seen  string `form:"seen"`
	// Anyway repeats the warning that was shown and is to be gone on in spite of.
	Anyway string `form:"anyway"`
	// Go is GoPreview for who only wants to see what changes.
	Go string `form:"go"`
}

// The kinds of new holder, the choice of nobody, and asking to see what changes.
const (
	ToTeam        = "team"
	ToSeller      = "seller"
	NobodyInstead = "none"
	GoPreview     = "preview"
)

// Deactivation is the question before somebody is deactivated, with all they hold.
type Deactivation struct {
	ID, Name string
	// What they hold now.
	Open, Red, Yellow, Postponed int
	// Incoming: conversations of somebody who left are still on their way to them.
	Incoming bool
	// Changes draws what becomes of the flows that name them; nil where none does.
	Changes        templ.Component
	Portfolio      int
	Teams, Sellers []ui.Option
	Form           DeactivateForm
	Errors         Errors
	Close          string
}

func (d Deactivation) destination() ui.ChoicesProps {
	to := d.Form.To
	if to == "" && d.Form.ToSeller == "" {
		to = ToTeam
	}
	team := ui.SelectProps{Field: ui.Field{Name: "to_team", Label: "Time", HideLabel: true, Error: d.Errors["to_team"], Autofocus: d.Errors["to_team"] != ""},
		Empty: "Escolha o time", Options: chosen(d.Teams, d.Form.ToTeam)}
	seller := ui.SelectProps{Field: ui.Field{Name: "to_seller", Label: "Vendedor", HideLabel: true, Error: d.Errors["to_seller"], Autofocus: d.Errors["to_seller"] != ""},
		Empty: "Escolha o vendedor", Options: chosen(d.Sellers, d.Form.ToSeller)}
	return ui.ChoicesProps{
		Field: ui.Field{Name: "to", Label: "Para onde vão as conversas", Error: d.Errors["to"], Autofocus: d.Errors["to"] != ""},
		Choices: []ui.Choice{
			{Value: ToTeam, Label: "Para um time", Icon: ui.IconUsers, Help: "Entram na fila do time, até alguém assumir.", Checked: to == ToTeam, More: ui.Select(team)},
			{Value: ToSeller, Label: "Para um vendedor", Icon: ui.IconUser, Help: "Ficam com a pessoa que você escolher.", Checked: to == ToSeller, More: ui.Select(seller)},
		},
	}
}

// instead shows what changes as soon as somebody is chosen, with all else as typed.
func (d Deactivation) instead(ctx context.Context) ui.SelectProps {
	preview := ui.HX(ctx, "post", DeactivatePath(d.ID), "vals", `{"go":"`+GoPreview+`"}`, "include", "closest form", "trigger", "change",
		"target", "#"+ui.ModalID, "swap", "innerMorph", "sync", "this:replace")
	options := append([]ui.Option{{Value: NobodyInstead, Label: "Ninguém: o nome sai dos fluxos"}}, d.Sellers...)
	return ui.SelectProps{Field: ui.Field{Name: "flows", Label: "Quem entra no lugar, nos fluxos", Error: d.Errors["flows"], Required: true,
		Autofocus: d.Errors["flows"] != "" || d.Form.Go == GoPreview, Attrs: preview}, Empty: "Escolha", Options: chosen(options, d.Form.Flows)}
}

func (d Deactivation) heir() ui.SelectProps {
	return ui.SelectProps{Field: ui.Field{Name: "portfolio", Label: "Carteira: " + ui.Count(d.Portfolio, "cliente", "clientes"), Error: d.Errors["portfolio"],
		Help: "Ficam como estão, a menos que você passe a carteira para outra pessoa."}, Empty: "Deixar a carteira como está", Options: chosen(d.Sellers, d.Form.Portfolio)}
}

func (d Deactivation) submit() string {
	if d.Errors["warning"] != "" {
		return "Desativar assim mesmo"
	}
	return "Desativar"
}

func (d Deactivation) values() []ui.Option {
	return []ui.Option{{Value: "shown", Label: d.Form.Shown}, {Value: "seen", Label: d.Form.Seen}, {Value: "anyway", Label: d.Errors["warning"]}}
}
