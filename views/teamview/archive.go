package teamview

import (
	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// ArchiveForm is what the dialog posts.
type ArchiveForm struct {
	Replacement string `form:"replacement" query:"replacement"`
	// Shown is the replacement whose changes were on screen, Seen a mark of all that was.
	Shown string `form:"shown"`
	Seen  string `form:"seen"`
	// Anyway repeats the warning that was shown and is to be archived in spite of.
	Anyway string `form:"anyway"`
	// Go is GoPreview for who wants to see what changes, without scripts.
	Go string `form:"go"`
}

// GoPreview asks to see what changes, and changes nothing.
const GoPreview = "preview"

// Archive is the dialog that archives a team, or moves what an archived one still has.
type Archive struct {
	ID, Name string
	// Archived: it is already, and only its conversations go.
	Archived bool
	Form     ArchiveForm
	// Needs: somebody has to take over.
	Needs bool
	// Options are the teams that can.
	Options []ui.Option
	// To is the chosen one's name.
	To string
	// Queue are the conversations that move, Sellers those that stay with somebody.
	Queue   ui.TallyProps
	Sellers int
	Members int
	// Changes draws what becomes of flows and channels.
	Changes templ.Component
	// Incoming: another team's conversations are still on their way to it.
	Incoming bool
	// Problem is at the choice, Changed says that this is no longer what was seen, Warning has to be read.
	Problem, Changed, Warning string
}

func (a Archive) title() string {
	if a.Archived {
		return "Mover as conversas de " + a.Name
	}
	return "Arquivar o time " + a.Name + "?"
}

// submit is the action's word; without anybody to take over there is none.
func (a Archive) submit() string {
	switch {
	case a.Needs && len(a.Options) == 0:
		return ""
	case a.Archived:
		return "Mover"
	case a.Warning != "":
		return "Arquivar assim mesmo"
	}
	return "Arquivar"
}

func (a Archive) values() []ui.Option {
	return []ui.Option{{Value: "shown", Label: a.Form.Shown}, {Value: "seen", Label: a.Form.Seen}, {Value: "anyway", Label: a.Warning}}
}

func (a Archive) replacement(attrs templ.Attributes) ui.SelectProps {
	return ui.SelectProps{Field: ui.Field{ID: "replacement", Name: "replacement", Label: "Time que fica no lugar", Error: a.Problem,
		Autofocus: true, Required: true, Attrs: attrs}, Empty: "Escolha um time", Options: a.Options}
}

// moveWords say where the open conversations go.
func (a Archive) moveWords() string {
	n := a.Queue.Total()
	switch {
	case n == 0 && a.Incoming:
		return "Conversas de outro time arquivado ainda estão a caminho deste e vão para o que ficar no lugar."
	case n == 0:
		return "Nenhuma conversa está na fila deste time."
	case a.To == "":
		return ui.Count(n, "conversa aberta está na fila deste time e precisa", "conversas abertas estão na fila deste time e precisam") + " de outro."
	}
	return ui.Count(n, "conversa aberta vai para "+a.To+".", "conversas abertas vão para "+a.To+".")
}

// clockWords say what a move does to the conversations.
func (a Archive) clockWords() string {
	words := "A espera do cliente continua contando; o relógio do fluxo recomeça no outro time."
	if a.Queue.Answered > 0 {
		words += " As respondidas voltam a esperar por alguém."
	}
	switch n := a.Queue.Postponed; {
	case n == 1:
		words += " A adiada deixa de estar adiada."
	case n > 1:
		words += " As " + ui.Number(n) + " adiadas deixam de estar adiadas."
	}
	return words
}

// staysWords say what is left alone.
func (a Archive) staysWords() string {
	var words string
	if a.Sellers > 0 {
		words = ui.Count(a.Sellers, "conversa que já está com um vendedor continua com ele.", "conversas que já estão com vendedores continuam com eles.")
	}
	if a.Members > 0 && !a.Archived {
		if words != "" {
			words += " "
		}
		words += ui.Count(a.Members, "membro sai", "membros saem") + " deste time."
	}
	return words
}
