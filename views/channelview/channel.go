package channelview

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// The kinds of channel, as forms write them.
const (
	KindChat = "chat"
	KindAPI  = "api"
)

// Channel is a channel as its pages show it.
type Channel struct {
	ID, Name, Kind string
	// TeamID and Team are where its new conversations go; empty: Aguardando.
	TeamID, Team string
	Active       bool
	Version      string
	LastMessage  time.Time
	Refusal      Refusal
	// Open are the conversations that are open on it.
	Open int

	// Address is the chat's; Embed the code that opens it in a shop's page; Curl an example for the API.
	Address, Embed, Curl string
}

// Refusal is the last message that was refused; the zero value: none.
type Refusal struct {
	At         time.Time
	Code, Text string
}

// List is the page of all channels.
type List struct {
	Channels []Channel
	CanEdit  bool
	CanKeys  bool
}

// Page is one channel's.
type Page struct {
	Channel
	CanEdit, CanKeys bool
}

// Form is what makes or changes a channel.
type Form struct {
	Version string `form:"version"`
	Name    string `form:"name" validate:"required,max=80,plaintext"`
	Kind    string `form:"kind" validate:"oneof=chat api"`
	Team    string `form:"team"`
}

// Trim takes the blanks around what was typed.
func (f *Form) Trim() { f.Name = strings.TrimSpace(f.Name) }

// Edit is the dialog around the form: of a new channel, or of one with an id.
type Edit struct {
	ID     string
	Form   Form
	Errors map[string]string
	// Problem is what is wrong with the whole.
	Problem string
	Teams   []ui.Option
	// Named are the flows that name the channel, which a new name changes.
	Named []string
	// Back is the page under the dialog.
	Back string
}

// Off is the question before a channel is switched off.
type Off struct {
	Channel
	// Changed says that it is no longer what the reader saw.
	Changed string
}

func kindWord(kind string) string {
	if kind == KindChat {
		return "Chat do site"
	}
	return "API"
}

func kindIcon(kind string) ui.IconName {
	if kind == KindChat {
		return ui.IconMessageCircle
	}
	return ui.IconGitBranch
}

func (c Channel) teamWord() string {
	if c.Team == "" {
		return "Aguardando"
	}
	return c.Team
}

func (c Channel) state() ui.BadgeProps {
	if c.Active {
		return ui.BadgeProps{Tone: ui.Accent, Icon: ui.IconCheck, Text: "Ligado"}
	}
	return ui.BadgeProps{Icon: ui.IconPower, Text: "Desligado"}
}

var columns = []ui.Column{{Label: "Canal"}, {Label: "Estado"}, {Label: "Novas conversas vão para"}, {Label: "Última mensagem"}, {Label: "Última recusa"}}

func (l List) rows() []ui.TableRow {
	rows := make([]ui.TableRow, len(l.Channels))
	for i, c := range l.Channels {
		rows[i] = ui.TableRow{ID: "channel-" + c.ID, Quiet: !c.Active, Cells: []templ.Component{
			ui.CellLink(ChannelPath(c.ID), c.Name, kindWord(c.Kind)), ui.Badge(c.state()), ui.Words(c.teamWord()),
			activity(c.LastMessage), refused(c.Refusal)}}
	}
	return rows
}

func (p Page) lead() string {
	if p.Kind == KindChat {
		return "O chat que a loja põe no próprio site, ou manda por link."
	}
	return "Por aqui outro programa entrega as mensagens dos clientes."
}

func (p Page) facts() []ui.Term {
	return []ui.Term{
		{Label: "Estado", Icon: ui.IconPower, Body: ui.Badge(p.state())},
		{Label: "Tipo", Icon: kindIcon(p.Kind), Value: kindWord(p.Kind)},
		{Label: "Novas conversas vão para", Icon: ui.IconUsers, Value: p.teamWord()},
		{Label: "Conversas abertas", Icon: ui.IconInbox, Value: ui.Number(p.Open)},
		{Label: "Última mensagem", Icon: ui.IconClock, Body: activity(p.LastMessage)},
		{Label: "Última recusa", Icon: ui.IconCircleX, Body: refused(p.Refusal)},
	}
}

func (e Edit) title() string {
	if e.ID == "" {
		return "Novo canal"
	}
	return "Editar canal"
}

func (e Edit) path() string {
	if e.ID == "" {
		return NewPath
	}
	return EditPath(e.ID)
}

func (e Edit) submit() string {
	if e.ID == "" {
		return "Criar canal"
	}
	return "Salvar"
}

func (e Edit) field(name, label, help string) ui.Field {
	return ui.Field{ID: "channel-" + name, Name: name, Label: label, Help: help, Error: e.Errors[name],
		Autofocus: e.Errors[name] != "" || len(e.Errors) == 0 && name == "name"}
}

func (e Edit) kinds() []ui.Choice {
	return []ui.Choice{
		{Value: KindChat, Label: "Chat do site", Icon: kindIcon(KindChat), Checked: e.Form.Kind == KindChat,
			Help: "Uma página de conversa, que também abre dentro do site da loja."},
		{Value: KindAPI, Label: "API", Icon: kindIcon(KindAPI), Checked: e.Form.Kind == KindAPI,
			Help: "Outro programa entrega as mensagens, com uma chave da API."},
	}
}

// nameHelp says what a new name changes with it.
func (e Edit) nameHelp() string {
	switch len(e.Named) {
	case 0:
		return ""
	case 1:
		return "O fluxo “" + e.Named[0] + "” usa este canal e passa a mostrar o novo nome."
	}
	last := len(e.Named) - 1
	return "Os fluxos “" + strings.Join(e.Named[:last], "”, “") + "” e “" + e.Named[last] + "” usam este canal e passam a mostrar o novo nome."
}

func (o Off) openSentence() string {
	switch o.Open {
	case 0:
		return "Não há conversas abertas neste canal."
	case 1:
		return "A conversa aberta neste canal continua com a equipe, e o fluxo dela também."
	}
	return "As " + ui.Number(o.Open) + " conversas abertas neste canal continuam com a equipe, e os fluxos delas também."
}
