package customerview

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"semaforo/flow"
	"semaforo/views/ui"
)

// Customer is a customer's page.
type Customer struct {
	ID, Name, Phone string
	Seller          string // the responsible's id, or empty
	SellerName      string
	Since           time.Time
	Version         int64

	Contacts      []Contact
	Conversations []Conversation
	Older         string // where the older conversations are; empty where there are none
	Newest        bool   // the list begins with the newest

	Me      string // the reader's own seller
	Sellers []ui.Option
	// What the reader may do. Manages: choose any seller and join customers.
	Manages, MayEdit, MayTake, MayRelease bool
	// Part says that only the conversations the reader may see are shown, and the
	// contacts they are with.
	Part bool
}

// Contact is the customer on a channel.
type Contact struct {
	ID, Channel, Name, Phone string
	Since                    time.Time
}

// Conversation is one of the customer's.
type Conversation struct {
	ID      string
	State   ui.State
	Until   time.Time // of a postponement
	Channel string
	Holder  string
	Opened  time.Time
	Preview string
}

// URL is the page's address.
func (c Customer) URL() string { return Path(c.ID) }

func (c Customer) action(name string) string { return c.URL() + "/" + name }

// Title names the page.
func (c Customer) Title() string { return known(c.Name, "Cliente sem nome") }

func (c Customer) responsible() string {
	switch {
	case c.Seller == "":
		return "Sem responsável"
	case c.Seller == c.Me:
		return "Você"
	}
	return c.SellerName
}

func (c Customer) rule() string {
	switch {
	case c.Seller == "":
		return "As conversas novas seguem o canal: para o time dele, ou para Aguardando."
	case c.Seller == c.Me:
		return "As conversas novas deste cliente vêm para você, no seu fluxo: nunca no de um time."
	}
	return "As conversas novas deste cliente vão para " + c.SellerName + ", no fluxo do vendedor: nunca no de um time."
}

func (c Customer) facts(ctx context.Context) []ui.Term {
	return []ui.Term{{Label: "Telefone", Value: known(ui.Phone(c.Phone), "Não informado")},
		{Label: "Cliente desde", Value: ui.Date(c.Since, ui.Location(ctx))}}
}

func (c Customer) contacts(ctx context.Context) ui.TableProps {
	t := ui.TableProps{ID: "contacts", Caption: "Contatos por canal", Columns: []ui.Column{{Label: "Canal"}, {Label: "Nome no canal"},
		{Label: "Telefone"}, {Label: "Desde"}}}
	for _, p := range c.Contacts {
		t.Rows = append(t.Rows, ui.TableRow{ID: "contact-" + p.ID, Cells: []templ.Component{ui.Words(p.Channel), ui.Words(known(p.Name, "—")),
			ui.Words(known(ui.Phone(p.Phone), "—")), ui.Words(ui.Date(p.Since, ui.Location(ctx)))}})
	}
	return t
}

func (c Customer) conversations(ctx context.Context) ui.TableProps {
	t := ui.TableProps{ID: "conversations", Caption: "Conversas, da mais nova para a mais antiga", Columns: []ui.Column{{Label: "Começou"},
		{Label: "Situação"}, {Label: "Canal"}, {Label: "Com"}}}
	for _, v := range c.Conversations {
		status := ui.StatusProps{State: v.State}
		if !v.Until.IsZero() {
			status.Until = ui.Until(ui.Now(ctx), v.Until, ui.Location(ctx))
		}
		t.Rows = append(t.Rows, ui.TableRow{ID: "conversation-" + v.ID, Cells: []templ.Component{
			ui.CellLink("/conversas/"+v.ID, ui.When(ui.Now(ctx), v.Opened, ui.Location(ctx)), v.Preview), ui.StatusBadge(status),
			ui.Words(v.Channel), ui.Words(v.Holder)}})
	}
	return t
}

// HolderWord is who holds a conversation, in the reader's words.
func HolderWord(c flow.Conversation, me, team, seller string) string {
	switch c.Queue() {
	case flow.SellerQueue:
		if c.Seller == me {
			return "Você"
		}
		return known(seller, "um vendedor que não existe mais")
	case flow.TeamQueue:
		return known(team, "um time que não existe mais")
	}
	return "Aguardando"
}

// EditForm is what a customer's dialog asks.
type EditForm struct {
	Name    string `form:"name" validate:"required,max=80,plaintext"`
	Phone   string `form:"phone" validate:"max=40"`
	Version int64  `form:"version"`

	Problem string            `form:"-"`
	Errors  map[string]string `form:"-"`
}

// AssignForm is what sets a customer's responsible.
type AssignForm struct {
	Seller  string `form:"responsible"`
	Version int64  `form:"version"`
	Error   string `form:"-"`
}

// JoinForm is what joins two customers.
type JoinForm struct {
	Search  string `query:"q" form:"-"`
	Other   string `query:"other" form:"other"`
	Version int64  `form:"version"`
	Theirs  int64  `form:"theirs"`

	Found   []Row     `form:"-"`
	With    *Customer `form:"-"`
	Problem string    `form:"-"`
}

func (f JoinForm) compared(c Customer) ui.CompareProps {
	return ui.CompareProps{Caption: "Os dois clientes", Theirs: "Fica", Mine: "É juntado", Lines: []ui.ComparedLine{
		{Label: "Nome", Theirs: c.Title(), Mine: f.With.Title()},
		{Label: "Telefone", Theirs: known(ui.Phone(c.Phone), "—"), Mine: known(f.With.Phone, "—")},
		{Label: "Responsável", Theirs: c.responsible(), Mine: f.With.responsible()},
		{Label: "Contatos", Theirs: c.channels(), Mine: f.With.channels()},
	}}
}

func (c Customer) channels() string {
	text := ""
	for i, p := range c.Contacts {
		if i > 0 {
			text += ", "
		}
		text += p.Channel
	}
	return known(text, "Nenhum")
}

func (f JoinForm) choices() ui.ChoicesProps {
	p := ui.ChoicesProps{Field: ui.Field{Name: "other", Label: "Qual deles", Autofocus: true}}
	for i, r := range f.Found {
		p.Choices = append(p.Choices, ui.Choice{Value: r.ID, Label: known(r.Name, "Cliente sem nome"), Icon: ui.IconUser, Checked: i == 0,
			Help: known(ui.Phone(r.Phone), "Sem telefone") + " · " + r.seller()})
	}
	return p
}

func newest(c Customer) string {
	if c.Newest {
		return ""
	}
	return c.URL()
}

func noTalk(c Customer) string {
	if c.Part {
		return "Aqui aparecem só as conversas que você pode ver."
	}
	return "As conversas deste cliente que você pode ver aparecem aqui."
}

// choices are all whom a manager can make responsible.
func (c Customer) choices() []ui.Option { return choices(c.Sellers, c.Seller) }

// choices are nobody and the active sellers, and whoever it is now.
func choices(sellers []ui.Option, present string) []ui.Option {
	options := append([]ui.Option{{Value: Nobody, Label: "Ninguém"}}, sellers...)
	if present == "" {
		present = Nobody
	}
	return chosen(options, present)
}

func (f JoinForm) submit() string {
	if len(f.Found) == 0 {
		return "Procurar"
	}
	return "Continuar"
}
