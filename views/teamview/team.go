package teamview

import (
	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// TeamID is the part of a team's page that follows what others do.
const TeamID = "team"

// Team is a team's page.
type Team struct {
	ID, Name string
	Archived bool
	CanEdit  bool
	Hours    string
	Members  []Member
	// Queue are the open conversations in its queue, Sellers those that came from it and are with somebody.
	Queue, Sellers ui.TallyProps
	// InboxURL is the list of its conversations.
	InboxURL string
	// Applies is the flow of its queue; Named are others that name it, in words.
	Applies AppliedFlow
	Named   []Named
	// Channels route new conversations to it.
	Channels []string
	// MovingTo are whom its conversations are on their way to.
	MovingTo []string
}

// Member is somebody of a team.
type Member struct {
	Name string
	// Teams are the names of the other teams they are in.
	Teams []string
}

// AppliedFlow is the flow that applies to a team's queue.
type AppliedFlow struct {
	Title, Href string
	Steps       []ui.StepProps
}

// Named is a flow that names a team, and how.
type Named struct{ Title, Href, How string }

// Moving reports whether its conversations are being moved away.
func (t Team) moving() bool { return len(t.MovingTo) > 0 && t.Queue.Total() > 0 }

// left reports whether an archived team has conversations that nobody moves.
func (t Team) left() bool { return t.Archived && len(t.MovingTo) == 0 && t.Queue.Total() > 0 }

func (t Team) crumbs() []ui.Crumb {
	return []ui.Crumb{{Label: "Times", Href: Base}, {Label: t.Name}}
}

func (t Team) lead() string {
	if t.Archived {
		return "Time arquivado: não recebe conversas e não aparece nas escolhas. As conversas antigas continuam com o nome dele."
	}
	return memberCount(len(t.Members)) + " · " + ui.Count(t.Queue.Total(), "conversa na fila", "conversas na fila")
}

func (t Team) movingWords() string {
	return "Movendo " + ui.Count(t.Queue.Total(), "conversa", "conversas") + " para " + ui.Join(t.MovingTo, 3) + "…"
}

func (t Team) channelWords() string {
	if len(t.Channels) == 0 {
		return "Nenhum canal direciona conversas novas para este time."
	}
	return "Conversas novas de " + ui.Join(t.Channels, 8) + " começam na fila deste time."
}

func (t Team) members() ui.TableProps {
	p := ui.TableProps{Caption: "Membros de " + t.Name, Columns: []ui.Column{{Label: "Nome"}, {Label: "Outros times"}}}
	for _, m := range t.Members {
		others := "—"
		if len(m.Teams) > 0 {
			others = ui.Join(m.Teams, 4)
		}
		p.Rows = append(p.Rows, ui.TableRow{Cells: []templ.Component{ui.Words(m.Name), ui.Words(others)}})
	}
	return p
}

func (t Team) named() []ui.Term {
	terms := make([]ui.Term, len(t.Named))
	for i, f := range t.Named {
		terms[i] = ui.Term{Label: f.How, Body: ui.CellLink(f.Href, f.Title, "")}
	}
	return terms
}

func (t Team) facts() []ui.Term {
	return []ui.Term{
		{Label: "Na fila do time", Icon: ui.IconUsers, Body: ui.Tally(t.Queue)},
		{Label: "Com vendedores", Icon: ui.IconUser, Body: ui.Tally(t.Sellers)},
	}
}
