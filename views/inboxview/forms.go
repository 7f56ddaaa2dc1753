package inboxview

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"semaforo/flow"
	"semaforo/views/ui"
)

// MaxReason is the longest reason of a postponement, in characters.
const MaxReason = 200

// MaxPostponement is how far away a postponement may end.
const MaxPostponement = 30 * 24 * time.Hour

// The choice of another date and time, and the layout its input uses.
const (
	postponeOther = "other"
	untilLayout   = "2006-01-02T15:04"
)

// postponements are the choices of ADIAR that need no further question.
var postponements = []struct {
	value, label string
	span         time.Duration // 0: tomorrow at nine
}{
	{"15m", "15 min", 15 * time.Minute}, {"30m", "30 min", 30 * time.Minute}, {"1h", "1 h", time.Hour},
	{"2h", "2 h", 2 * time.Hour}, {"tomorrow", "Amanhã às 9h", 0},
}

// PostponeForm is what ADIAR asks.
type PostponeForm struct {
	For    string `form:"for"`
	Until  string `form:"until"` // the store's local time
	Reason string `form:"reason"`
	Seen   string `form:"holder"`

	Problem, UntilError, ReasonError string `form:"-"`
}

// Wrong reports whether anything is to be put right.
func (f PostponeForm) Wrong() bool {
	return f.Problem != "" || f.UntilError != "" || f.ReasonError != ""
}

// Check works out when the postponement ends, in UTC, and notes what is wrong.
func (f *PostponeForm) Check(now time.Time, loc *time.Location) (until time.Time) {
	if f.Reason = strings.TrimSpace(f.Reason); utf8.RuneCountInString(f.Reason) > MaxReason {
		f.ReasonError = "O motivo pode ter até 200 caracteres."
	}
	if !utf8.ValidString(f.Reason) {
		f.ReasonError = "O motivo tem caracteres que não podem ser lidos."
	}
	for _, p := range postponements {
		switch {
		case p.value != f.For:
		case p.span == 0:
			y, m, d := now.In(loc).Date()
			return flow.LocalInstant(loc, time.Date(y, m, d+1, 9, 0, 0, 0, time.UTC))
		default:
			return now.Add(p.span)
		}
	}
	wall, err := time.Parse(untilLayout, f.Until)
	if f.For != "" && f.For != postponeOther || err != nil {
		f.UntilError = "Informe a data e a hora."
		return time.Time{}
	}
	until = flow.LocalInstant(loc, wall)
	switch {
	case !until.After(now):
		f.UntilError = "Escolha um momento que ainda não passou."
	case until.Sub(now) > MaxPostponement:
		f.UntilError = "O limite é de 30 dias."
	}
	return until
}

func (f PostponeForm) bounds(ctx context.Context) (low, high string) {
	now, loc := ui.Now(ctx), ui.Location(ctx)
	return now.In(loc).Format(untilLayout), now.Add(MaxPostponement).In(loc).Format(untilLayout)
}

func (f PostponeForm) until(ctx context.Context) ui.InputProps {
	low, high := f.bounds(ctx)
	return ui.InputProps{
		Field: ui.Field{Name: "until", Label: "Até quando", Help: "No horário da loja, até 30 dias.", Error: f.UntilError,
			Required: true, Autofocus: f.ReasonError == ""},
		Type: "datetime-local", Value: f.Until, Min: low, Max: high,
	}
}

func (f PostponeForm) reason() ui.InputProps {
	return ui.InputProps{
		Field: ui.Field{Name: "reason", Label: "Motivo (opcional)", Error: f.ReasonError, Autofocus: f.ReasonError != ""},
		Value: f.Reason, MaxLength: MaxReason, Autocomplete: "off",
	}
}

// TransferForm is what TRANSFERIR asks.
type TransferForm struct {
	Kind   string `form:"kind"` // team or seller
	Team   string `form:"team"`
	Seller string `form:"seller"`
	Seen   string `form:"holder"`

	Teams, Sellers                             []ui.Option `form:"-"`
	Problem, KindError, TeamError, SellerError string      `form:"-"`
}

// The kinds of new holder.
const (
	ToTeam   = "team"
	ToSeller = "seller"
)

// Wrong reports whether anything is to be put right.
func (f TransferForm) Wrong() bool {
	return f.Problem != "" || f.KindError != "" || f.TeamError != "" || f.SellerError != ""
}

// Check returns to whom, only one of them not empty, and notes what is wrong.
func (f *TransferForm) Check() (team, seller string) {
	switch f.Kind {
	case ToTeam:
		if f.Team == "" {
			f.TeamError = "Escolha o time."
		}
		return f.Team, ""
	case ToSeller:
		if f.Seller == "" {
			f.SellerError = "Escolha o vendedor."
		}
		return "", f.Seller
	}
	f.KindError = "Escolha para um time ou para um vendedor."
	return "", ""
}

func (f TransferForm) choices() ui.ChoicesProps {
	team := ui.SelectProps{Field: ui.Field{Name: "team", Label: "Time", HideLabel: true, Error: f.TeamError, Autofocus: f.TeamError != ""},
		Empty: "Escolha o time", Options: chosen(f.Teams, f.Team)}
	seller := ui.SelectProps{Field: ui.Field{Name: "seller", Label: "Vendedor", HideLabel: true, Error: f.SellerError, Autofocus: f.SellerError != ""},
		Empty: "Escolha o vendedor", Options: chosen(f.Sellers, f.Seller)}
	kind := f.Kind
	if kind == "" {
		kind = ToTeam
	}
	return ui.ChoicesProps{
		Field: ui.Field{Name: "kind", Label: "Para quem", Error: f.KindError, Autofocus: f.TeamError == "" && f.SellerError == ""},
		Choices: []ui.Choice{
			{Value: ToTeam, Label: "Para um time", Icon: ui.IconUsers, Help: "Vai para a fila do time, até alguém assumir.",
				Checked: kind == ToTeam, More: ui.Select(team)},
			{Value: ToSeller, Label: "Para um vendedor", Icon: ui.IconUser, Help: "Fica com a pessoa que você escolher.",
				Checked: kind == ToSeller, More: ui.Select(seller)},
		},
	}
}

// CloseForm is what FINALIZAR asks.
type CloseForm struct {
	Seen    string    `form:"holder"`
	Last    int64     `form:"last"` // the customer's latest message that was seen, in microseconds
	Problem string    `form:"-"`
	Waiting time.Time `form:"-"` // since when the customer waits
	// Responsible is whose portfolio the customer goes into: a seller, or empty to leave it as it is.
	Responsible      string      `form:"responsible"`
	Sellers          []ui.Option `form:"-"` // whom the reader may choose; none, nothing is asked
	ResponsibleError string      `form:"-"`
}

func (f CloseForm) responsible(c Conversation) ui.SelectProps {
	return ui.SelectProps{
		Field: ui.Field{Name: "responsible", Label: "Responsável pelo cliente (opcional)", Error: f.ResponsibleError,
			Help: "As próximas conversas deste cliente vão direto para essa pessoa.", Autofocus: f.ResponsibleError != ""},
		Empty: "Deixar como está: " + c.Contact.responsible(c.Me), Options: chosen(f.Sellers, f.Responsible),
	}
}

// Short reports whether the choice came from the menu, which asks for no date.
func (f PostponeForm) Short() bool { return f.For != "" && f.For != postponeOther }

// First is the first thing that is wrong.
func (f PostponeForm) First() string {
	for _, text := range []string{f.Problem, f.UntilError, f.ReasonError} {
		if text != "" {
			return text
		}
	}
	return ""
}
