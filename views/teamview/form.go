package teamview

import (
	"context"
	"slices"
	"strings"
	"time"

	"semaforo/views/ui"
)

// Form is what the panel posts.
type Form struct {
	Name    string   `form:"name" label:"Nome" validate:"required,max=80,plaintext"`
	Members []string `form:"members" label:"Membros" validate:"max=2000"`
	// Seen marks what the panel was drawn from; Entry is the team's latest entry of the audit trail then.
	Seen  string `form:"seen"`
	Entry string `form:"entry"`
}

// Trim leaves out white space around what was typed.
func (f *Form) Trim() { f.Name = strings.Join(strings.Fields(f.Name), " ") }

// Panel is the side panel that edits a team, or makes one.
type Panel struct {
	// ID is empty for a team that does not exist yet; Saved is the name of one that does.
	ID, Saved string
	Form      Form
	// Errors are refused inputs by their names, in words.
	Errors  map[string]string
	Sellers []Seller
	// Hours are the present ones, in words.
	Hours string
}

// Seller is somebody who can be a member.
type Seller struct {
	ID, Name string
	// Teams are the names of the other teams they are in.
	Teams []string
}

func (p Panel) path() string {
	if p.ID == "" {
		return NewPath
	}
	return EditPath(p.ID)
}

// back is the page under the panel.
func (p Panel) back() string {
	if p.ID == "" {
		return Base
	}
	return TeamPath(p.ID)
}

func (p Panel) title() string {
	if p.ID == "" {
		return "Novo time"
	}
	return "Editar " + p.Saved
}

func (p Panel) submit() string {
	if p.ID == "" {
		return "Criar"
	}
	return "Salvar"
}

func (p Panel) name() ui.InputProps {
	return ui.InputProps{Field: ui.Field{ID: "team-name", Name: "name", Label: "Nome do time", Error: p.Errors["name"], Required: true,
		Autofocus: p.Errors["name"] != "" || len(p.Errors) == 0}, Value: p.Form.Name, MaxLength: 80, Autocomplete: "off"}
}

func (p Panel) members() ui.ChoicesProps {
	props := ui.ChoicesProps{
		Field: ui.Field{ID: "team-members", Name: "members", Label: "Membros", Help: "Quem está no time vê a fila dele e pode assumir as conversas.",
			Error: p.Errors["members"], Autofocus: p.Errors["name"] == "" && p.Errors["members"] != ""},
		Columns: true, Filter: "Filtrar os vendedores", Empty: "A loja ainda não tem vendedores. Convide pessoas em Usuários.",
	}
	for _, s := range p.Sellers {
		c := ui.Choice{Value: s.ID, Label: s.Name, Checked: slices.Contains(p.Form.Members, s.ID)}
		if len(s.Teams) > 0 {
			c.Help = "Também em " + ui.Join(s.Teams, 3)
		}
		props.Choices = append(props.Choices, c)
	}
	return props
}

// Conflict is what stands in the panel when somebody else has changed the team meanwhile. The form holds
// what was typed, and the mark of what saving over it would replace.
type Conflict struct {
	Panel
	// By is who saved and At when; By is empty where nobody knows.
	By string
	At time.Time
	// Archived: the team was archived meanwhile.
	Archived bool
	Theirs   Form
}

func (c Conflict) who() string {
	if c.By == "" {
		return "Outra pessoa"
	}
	return c.By
}

func (c Conflict) title() string {
	if c.Archived {
		return "Este time foi arquivado"
	}
	return "Este time mudou enquanto você editava"
}

func (c Conflict) sentence(ctx context.Context) string {
	done, rest := "mudou este time", ". Nada do que foi salvo se perdeu, e o que você fez ainda não foi salvo."
	if c.Archived {
		done, rest = "arquivou este time", ". O que você fez não foi salvo: desarquive o time para mudá-lo."
	}
	if c.At.IsZero() {
		return c.who() + " " + done + " enquanto você editava" + rest
	}
	return c.who() + " " + done + " " + ui.When(ui.Now(ctx), c.At, ui.Location(ctx)) + rest
}

func (c Conflict) lines() []ui.ComparedLine {
	return []ui.ComparedLine{
		{Label: "Nome", Theirs: c.Theirs.Name, Mine: c.Form.Name},
		{Label: "Membros", Theirs: memberCount(len(c.Theirs.Members)), Mine: memberCount(len(c.Form.Members)) + c.difference()},
	}
}

// difference says whom saving over it would put in and take out.
func (c Conflict) difference() string {
	var with, without []string
	for _, s := range c.Sellers {
		switch mine, theirs := slices.Contains(c.Form.Members, s.ID), slices.Contains(c.Theirs.Members, s.ID); {
		case mine && !theirs:
			with = append(with, s.Name)
		case theirs && !mine:
			without = append(without, s.Name)
		}
	}
	var words []string
	if len(with) > 0 {
		words = append(words, "com "+ui.Join(with, 12))
	}
	if len(without) > 0 {
		words = append(words, "sem "+ui.Join(without, 12))
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, "; ") + ")"
}
