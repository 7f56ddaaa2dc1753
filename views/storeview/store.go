package storeview

import (
	"context"
	"strings"
	"time"

	"semaforo/views/ui"
)

// The addresses of Loja and of its switches, and of what changes stores.
const (
	StorePath     = "/configuracoes/loja"
	PortfolioPath = StorePath + "/carteira"
	TwoStepPath   = StorePath + "/duas-etapas"
)

// RulesID is the card of the store's switches.
const RulesID = "store-rules"

// StoreForm is what Loja's form posts. It carries what was seen, and of which store: the form of another
// tab may be older than a change of either.
type StoreForm struct {
	ID           string `form:"store"`
	SeenName     string `form:"seen_name"`
	SeenTimezone string `form:"seen_timezone"`

	Name     string `form:"name" validate:"required,max=80,plaintext"`
	Timezone string `form:"timezone" validate:"required"`
}

// Trim takes away what nobody meant to type.
func (f *StoreForm) Trim() { f.Name = strings.TrimSpace(f.Name) }

// StorePage is Loja.
type StorePage struct {
	ID, Slug string
	Form     StoreForm
	Errors   map[string]string
	// Lost is set where somebody else saved since the form was drawn.
	Lost                   *Lost
	OpenPortfolio, TwoStep bool
}

// Lost is what somebody else saved meanwhile; By is empty where nobody knows.
type Lost struct {
	By             string
	At             time.Time
	Name, Timezone string
}

func (l Lost) sentence(ctx context.Context) string {
	if l.By == "" {
		return "Outra pessoa salvou a loja enquanto você editava. O que você fez ainda não foi salvo."
	}
	return l.By + " salvou a loja " + ui.When(ui.Now(ctx), l.At, ui.Location(ctx)) + ". O que você fez ainda não foi salvo."
}

func (p StorePage) compared() ui.CompareProps {
	return ui.CompareProps{Caption: "O que foi salvo e o que você fez", Theirs: "Salvo", Mine: "Você", Lines: []ui.ComparedLine{
		{Label: "Nome", Theirs: p.Lost.Name, Mine: p.Form.Name},
		{Label: "Fuso horário", Theirs: ui.ZoneWord(p.Lost.Timezone), Mine: ui.ZoneWord(p.Form.Timezone)},
	}}
}

func (p StorePage) field(name, label, help string) ui.Field {
	return ui.Field{ID: "store-" + name, Name: name, Label: label, Help: help, Error: p.Errors[name], Required: true,
		Autofocus: p.first() == name}
}

// first is the first field that is wrong.
func (p StorePage) first() string {
	for _, name := range []string{"name", "timezone"} {
		if p.Errors[name] != "" {
			return name
		}
	}
	return ""
}

func (p StorePage) seen() []ui.Option {
	return []ui.Option{{Value: "store", Label: p.ID}, {Value: "seen_name", Label: p.Form.SeenName},
		{Value: "seen_timezone", Label: p.Form.SeenTimezone}}
}

func (p StorePage) submit() string {
	if p.Lost != nil {
		return "Salvar o meu por cima"
	}
	return "Salvar"
}

func (p StorePage) cancel() string {
	if p.Lost != nil {
		return StorePath
	}
	return ""
}

// rule is a switch of the store's rules; one that asks answers with a dialog.
func (p StorePage) rule(ctx context.Context, id, label, path string, on, asks bool) ui.SwitchProps {
	form := ui.HX(ctx, "post", path, "swap", "none", "sync", "this:drop")
	if asks {
		form = ui.ModalForm(ctx, path)
	}
	return ui.SwitchProps{ID: id, Action: path, Name: "on", On: on, Label: label, HideLabel: true,
		Values: []ui.Option{{Value: "store", Label: p.ID}}, Form: form}
}
