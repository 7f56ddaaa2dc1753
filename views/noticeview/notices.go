package noticeview

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// BrowsersPath is the address of one's browsers.
const BrowsersPath = Path + "/navegadores"

// BrowserPath is the address of something done to one browser.
func BrowserPath(id, what string) string { return BrowsersPath + "/" + id + "/" + what }

// Form is how somebody wants to be told.
type Form struct {
	Version    string   `form:"version"`
	Sound1     string   `form:"sound1" validate:"omitempty,oneof=on"`
	Volume1    string   `form:"volume1" validate:"required,max=3,wholenumber"`
	Sound2     string   `form:"sound2" validate:"omitempty,oneof=on"`
	Volume2    string   `form:"volume2" validate:"required,max=3,wholenumber"`
	Push       []string `form:"push" validate:"max=3,dive,oneof=alert1 alert2 managers"`
	Mail2      string   `form:"mail2" validate:"omitempty,oneof=on"`
	ShowName   string   `form:"show_name" validate:"omitempty,oneof=on"`
	Quiet      string   `form:"quiet" validate:"omitempty,oneof=on"`
	QuietFrom  string   `form:"quiet_from" validate:"required,max=5"`
	QuietUntil string   `form:"quiet_until" validate:"required,max=5"`
	QuietDays  []string `form:"quiet_days" validate:"max=7,dive,oneof=0 1 2 3 4 5 6"`
}

// The values of a ticked box, and of Form.Push.
const (
	On           = "on"
	PushFirst    = "alert1"
	PushSecond   = "alert2"
	PushManagers = "managers"
)

// Checked is a box's value.
func Checked(on bool) string {
	if on {
		return On
	}
	return ""
}

// ClockText is a minute of the day as an input of type time has it.
func ClockText(minute int) string {
	return time.Date(0, 1, 1, 0, minute, 0, 0, time.UTC).Format("15:04")
}

// Minute reads a minute of the day; false where the text is none.
func Minute(text string) (int, bool) {
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err == nil
}

// Volume reads a volume from 0 to 100; false where the text is none.
func Volume(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0 && n <= 100
}

// Page is the page of one's notices.
type Page struct {
	Form   Form
	Errors map[string]string // by the inputs' names
	// Changed says that somebody, or another page of the same person, saved meanwhile.
	Changed bool
	// Manages says that the person is told what only managers are.
	Manages bool
	// MailOn says that this installation sends e-mails; they go to Mail.
	MailOn bool
	Mail   string
	// PushKey is the installation's public key; empty where nothing can be pushed.
	PushKey  string
	Browsers []Browser
	Zone     string // the store's, as it is called
}

// Browser is one that takes notices.
type Browser struct {
	ID, Name     string
	Here         bool // it is the one that asks
	Since        time.Time
	Sent, Failed time.Time
}

func (p Page) field(name, label, help string) ui.Field {
	return ui.Field{ID: "notice-" + name, Name: name, Label: label, Help: help, Error: p.Errors[name], Autofocus: p.firstBad() == name}
}

// names are the inputs in the order of the page.
var names = []string{"sound1", "volume1", "sound2", "volume2", "push", "mail2", "show_name", "quiet", "quiet_from", "quiet_until", "quiet_days"}

func (p Page) firstBad() string {
	for _, name := range names {
		if p.Errors[name] != "" {
			return name
		}
	}
	return ""
}

func (p Page) box(name, label, help, value string) ui.CheckboxProps {
	return ui.CheckboxProps{Field: p.field(name, label, help), Value: On, Checked: value == On}
}

func (p Page) volume(name, label, value string) ui.SliderProps {
	return ui.SliderProps{Field: p.field(name, label, ""), Value: value}
}

// second names what sounds like a 2nd alert.
func (p Page) second() string {
	if p.Manages {
		return "Tocar no 2º alerta e nos avisos da gestão"
	}
	return "Tocar no 2º alerta"
}

func soundTest(step, volume string) templ.Attributes {
	return templ.Attributes{"data-sound-test": step, "data-volume": "notice-" + volume}
}

func (p Page) push() ui.ChoicesProps {
	choice := func(value, label, help string) ui.Choice {
		return ui.Choice{Value: value, Label: label, Help: help, Checked: slices.Contains(p.Form.Push, value)}
	}
	choices := []ui.Choice{
		choice(PushFirst, "1º alerta", "Das suas conversas, dos seus times enquanto você está disponível, e de Aguardando."),
		choice(PushSecond, "2º alerta", "O mesmo, quando a conversa fica vermelha."),
	}
	if p.Manages {
		choices = append(choices, choice(PushManagers, "Avisos da gestão", "Ações automáticas que não puderam ser feitas, e conversas paradas por um erro."))
	}
	return ui.ChoicesProps{Field: p.field("push", "Avisar por notificação do navegador", ""), Choices: choices}
}

func (p Page) mail() ui.CheckboxProps {
	box := p.box("mail2", "E-mail no 2º alerta", "Para "+p.Mail+".", p.Form.Mail2)
	if !p.MailOn {
		box.Disabled, box.Help = true, "O envio de e-mails não está configurado nesta instalação. Peça a quem a mantém."
	}
	return box
}

// days are the days of the week, from Monday.
var days = []struct{ value, label string }{
	{"1", "Segunda"}, {"2", "Terça"}, {"3", "Quarta"}, {"4", "Quinta"}, {"5", "Sexta"}, {"6", "Sábado"}, {"0", "Domingo"},
}

func (p Page) quietDays() ui.ChoicesProps {
	var choices []ui.Choice
	for _, d := range days {
		choices = append(choices, ui.Choice{Value: d.value, Label: d.label, Checked: slices.Contains(p.Form.QuietDays, d.value)})
	}
	return ui.ChoicesProps{Field: p.field("quiet_days", "Nos dias em que começa", ""), Choices: choices, Columns: true}
}

func (p Page) clock(name, label, value string) ui.InputProps {
	return ui.InputProps{Field: p.field(name, label, ""), Type: "time", Value: value, Narrow: true}
}

func browserTable(ctx context.Context, browsers []Browser) ui.TableProps {
	t := ui.TableProps{ID: "browsers-table", Caption: "Navegadores que recebem os seus avisos", Columns: []ui.Column{
		{Label: "Navegador"}, {Label: "Ativado"}, {Label: "Último aviso"}, {Label: "Ações", Bare: true}}}
	for _, b := range browsers {
		note := ""
		if b.Here {
			note = "este navegador"
		}
		t.Rows = append(t.Rows, ui.TableRow{ID: "browser-" + b.ID, Cells: []templ.Component{
			ui.CellNote(b.Name, note), ui.Words(when(ctx, b.Since)), ui.CellNote(b.last(ctx), b.trouble(ctx)), browserActions(b)}})
	}
	return t
}

func when(ctx context.Context, t time.Time) string { return ui.When(ui.Now(ctx), t, ui.Location(ctx)) }

func (b Browser) last(ctx context.Context) string {
	if b.Sent.IsZero() {
		return "nenhum ainda"
	}
	return when(ctx, b.Sent)
}

func (b Browser) trouble(ctx context.Context) string {
	if b.Failed.After(b.Sent) {
		return "não chegou " + when(ctx, b.Failed)
	}
	return ""
}
