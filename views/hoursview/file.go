package hoursview

import (
	"strings"

	"semaforo/flow"
	"semaforo/views/ui"
)

// File is the page that checks what an .ics file holds.
type File struct {
	Owner
	Year int
	Name string
	Days []FoundDay
	// Problems are what could not be read, by line, in words; More counts those left out.
	Problems []string
	More     int
	Error    string
}

// FoundDay is one event of the file: a day, or several in a row.
type FoundDay struct {
	First, Last flow.Date
	Name        string
	Yearly      bool
	// Take offers it ticked; Note says why it is not ("Já fechado: Natal").
	Take bool
	Note string
}

// Value is the day as its checkbox posts it: what ParseFound reads.
func (d FoundDay) Value() string {
	repeats := "once"
	if d.Yearly {
		repeats = "yearly"
	}
	return strings.Join([]string{d.First.String(), d.Last.String(), repeats, d.Name}, " ")
}

// ParseFound reads what Value writes.
func ParseFound(text string) (d FoundDay, ok bool) {
	parts := strings.SplitN(text, " ", 4)
	if len(parts) < 4 {
		return d, false
	}
	var firstErr, lastErr error
	d.First, firstErr = flow.ParseDate(parts[0])
	d.Last, lastErr = flow.ParseDate(parts[1])
	d.Yearly, d.Name = parts[2] == "yearly", parts[3]
	return d, firstErr == nil && lastErr == nil && !d.Last.Before(d.First)
}

func (d FoundDay) label() string {
	text := longDate(d.First)
	if d.Last != d.First {
		text += " a " + longDate(d.Last)
	}
	return text + " " + nameOr(d.Name)
}

func (f File) choices() ui.ChoicesProps {
	p := ui.ChoicesProps{Field: ui.Field{ID: "take", Name: "take", Label: "Dias do arquivo", Error: f.Error}, Columns: true, Filter: "Filtrar os dias"}
	for _, d := range f.Days {
		c := ui.Choice{Value: d.Value(), Label: d.label(), Checked: d.Take, Reason: d.Note}
		if d.Yearly {
			c.Help = "Todo ano. "
		}
		p.Choices = append(p.Choices, c)
	}
	return p
}

func (f File) found() string {
	return ui.Count(len(f.Days), "dia ou período encontrado", "dias ou períodos encontrados") + " em " + f.Name + "."
}
