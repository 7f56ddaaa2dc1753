package channelview

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// Key is an API token as its page shows it: never its secret.
type Key struct {
	ID, Name, Scope, By string
	CreatedAt           time.Time
	LastUsedAt          time.Time // zero: never
}

// Keys is the page of all keys in use.
type Keys struct{ Keys []Key }

// The scopes of a key, as forms write them.
const (
	ScopeRead          = "read"
	ScopeConversations = "conversations"
	ScopeConfiguration = "configuration"
)

// KeyForm is what makes a key.
type KeyForm struct {
	Name  string `form:"name" validate:"required,max=80,plaintext"`
	Scope string `form:"scope" validate:"oneof=read conversations configuration"`
}

// Trim takes the blanks around what was typed.
func (f *KeyForm) Trim() { f.Name = strings.TrimSpace(f.Name) }

// NewKey is the dialog that makes one.
type NewKey struct {
	Form    KeyForm
	Errors  map[string]string
	Problem string
}

// Secret is what is shown once: a key's, or a webhook's.
type Secret struct {
	Title, Lead, Label, Help, Text string
	// Back is the page under the dialog.
	Back string
}

// ScopeWord is a scope in the reader's words.
func ScopeWord(scope string) string {
	switch scope {
	case ScopeRead:
		return "Ler"
	case ScopeConversations:
		return "Ler e atender"
	}
	return "Ler, atender e configurar"
}

var scopeHelp = map[string]string{
	ScopeRead:          "Vê conversas, fluxos, equipe e canais. Não muda nada.",
	ScopeConversations: "Também entrega mensagens de clientes e responde, transfere, adia e finaliza conversas.",
	ScopeConfiguration: "Também muda fluxos, times, vendedores, canais e webhooks.",
}

var keyColumns = []ui.Column{{Label: "Chave"}, {Label: "Pode"}, {Label: "Criada"}, {Label: "Último uso"}, {Label: "Ações", Bare: true}}

func (k Keys) rows() []ui.TableRow {
	rows := make([]ui.TableRow, len(k.Keys))
	for i, key := range k.Keys {
		rows[i] = ui.TableRow{ID: "key-" + key.ID, Cells: []templ.Component{
			ui.Words(key.Name), ui.Words(ScopeWord(key.Scope)), madeBy(key.CreatedAt, key.By), used(key.LastUsedAt), revokeLink(key)}}
	}
	return rows
}

func (n NewKey) field(name, label, help string) ui.Field {
	return ui.Field{ID: "key-" + name, Name: name, Label: label, Help: help, Error: n.Errors[name],
		Autofocus: n.Errors[name] != "" || len(n.Errors) == 0 && name == "name"}
}

func (n NewKey) scopes() []ui.Choice {
	all := []string{ScopeRead, ScopeConversations, ScopeConfiguration}
	choices := make([]ui.Choice, len(all))
	for i, scope := range all {
		choices[i] = ui.Choice{Value: scope, Label: ScopeWord(scope), Help: scopeHelp[scope], Checked: n.Form.Scope == scope}
	}
	return choices
}

func (k Key) usedSentence(loc *time.Location) string {
	if k.LastUsedAt.IsZero() {
		return "Ela nunca foi usada."
	}
	return "O último uso foi em " + ui.Exact(k.LastUsedAt, loc) + "."
}
