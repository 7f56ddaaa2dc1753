package reportview

import (
	"net/url"
	"time"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// Addresses.
const (
	ReportPath = "/relatorios"
	CSVPath    = ReportPath + ".csv"
)

// Measure is what durations are shown, as the address names it.
type Measure string

// The measures.
const (
	First  Measure = "primeira"
	Answer Measure = "resposta"
	Held   Measure = "espera"
)

// Measures lists the measures.
var Measures = []Measure{First, Answer, Held}

// Word is what people read.
func (m Measure) Word() string {
	switch m {
	case Answer:
		return "Tempo de resposta"
	case Held:
		return "Espera com cada responsável"
	}
	return "Primeira resposta"
}

// Business is the filter's value for time counted in business hours.
const Business = "comercial"

// Periods are the lengths that one choice gives, in days.
var Periods = []string{"7", "30", "90"}

// Filter is what a report is about. From and To are days of the store, both included; Days is which of
// Periods they came from, if any.
type Filter struct {
	Days, From, To, Clock string
	Measure               Measure
	// Of is "team:", "seller:" or "channel:" and whom, or empty.
	Of string
}

func (f Filter) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	if f.Days != "" {
		set("periodo", f.Days)
	} else {
		set("de", f.From)
		set("ate", f.To)
	}
	set("relogio", f.Clock)
	set("medida", string(f.Measure))
	set("quem", f.Of)
	return v
}

func (f Filter) url() string { return ReportPath + "?" + f.values().Encode() }

func (f Filter) csv(table string) string {
	v := f.values()
	v.Set("tabela", table)
	return CSVPath + "?" + v.Encode()
}

// Cell is a value as people read it and as a spreadsheet does, and Before the same of
// the period before, in a column that is compared.
type Cell struct {
	Text, Raw string
	Before    *Cell
}

// Column heads a table's cells. Before heads what they were, which the page shows in the same column and the
// file in one of its own; empty: it is not compared.
type Column struct{ Label, Before string }

// Table is facts of a report, for the page and for a file.
type Table struct {
	// Code names it in the file's address.
	Code, Title, Lead string
	Icon              ui.IconName
	Head              []Column
	Rows              [][]Cell
	// None is what its card says where there are no rows.
	None string
}

// Lines are the table as its file has it, the head first.
func (t Table) Lines() [][]string {
	lines := make([][]string, 1, 1+len(t.Rows))
	for _, h := range t.Head {
		if lines[0] = append(lines[0], h.Label); h.Before != "" {
			lines[0] = append(lines[0], h.Before)
		}
	}
	for _, row := range t.Rows {
		line := make([]string, 0, len(lines[0]))
		for _, c := range row {
			if line = append(line, c.Raw); c.Before != nil {
				line = append(line, c.Before.Raw)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// shown is how many rows of a table the page shows; the file has all.
const shown = 50

func (t Table) columns() []ui.Column {
	columns := make([]ui.Column, len(t.Head))
	for i, h := range t.Head {
		columns[i] = ui.Column{Label: h.Label, Number: i > 0 && t.Code != FlowTable || i > 1}
	}
	return columns
}

func (t Table) rows() []ui.TableRow {
	var rows []ui.TableRow
	for _, cells := range t.Rows[:min(len(t.Rows), shown)] {
		var row ui.TableRow
		for _, c := range cells {
			note := ""
			if c.Before != nil {
				note = "antes " + c.Before.Text
			}
			row.Cells = append(row.Cells, ui.CellNote(c.Text, note))
		}
		rows = append(rows, row)
	}
	return rows
}

func (t Table) cut() string {
	if len(t.Rows) <= shown {
		return ""
	}
	return "As primeiras " + ui.Number(shown) + " de " + ui.Number(len(t.Rows)) + " linhas: o CSV tem todas."
}

// The codes of the tables.
const (
	DayTable      = "dias"
	HourTable     = "horas"
	TeamTable     = "times"
	SellerTable   = "vendedores"
	ChannelTable  = "canais"
	FlowTable     = "fluxos"
	PostponeTable = "adiamentos"
)

// Report is Relatórios.
type Report struct {
	Filter Filter
	Errors map[string]string
	// Own shows one's own figures: there is nobody to choose.
	Own    bool
	Whose  []ui.Option
	Period string // "de 01/11/2026 a 30/11/2026"
	Before string // the one before, so too
	Stats  []ui.StatProps
	Chart  ui.ChartProps
	Heat   ui.HeatProps
	Days   Table
	Tables []Table
	// Empty says that nothing was answered in the period.
	Empty bool
	// SummedAt is up to when the figures are; Waiting says that some are still being added.
	SummedAt time.Time
	Waiting  bool
}

func (r Report) tabs() []ui.Tab {
	var tabs []ui.Tab
	for _, days := range Periods {
		f := r.Filter
		f.Days = days
		tabs = append(tabs, ui.Tab{ID: "period-" + days, Label: days + " dias", Href: f.url(), Count: -1, Current: r.Filter.Days == days})
	}
	return tabs
}

func (r Report) clocks() []ui.Option {
	return []ui.Option{{Value: "", Label: "Tempo corrido", Selected: r.Filter.Clock == ""},
		{Value: Business, Label: "Horário de atendimento", Selected: r.Filter.Clock == Business}}
}

func (r Report) measures() []ui.Option {
	options := make([]ui.Option, len(Measures))
	for i, m := range Measures {
		options[i] = ui.Option{Value: string(m), Label: m.Word(), Selected: m == r.Filter.Measure}
	}
	return options
}

func (r Report) clockWords() string {
	if r.Filter.Clock == Business {
		return "contado no horário de atendimento"
	}
	return "contado em tempo corrido"
}

func (r Report) empty() ui.StateProps {
	text := "Os números vêm das conversas que clientes esperam e alguém responde. Mensagens de robôs, notas internas e conversas importadas não contam."
	if r.Own {
		text = "Os números vêm das suas respostas a clientes que esperam. Mensagens de robôs e notas internas não contam."
	}
	return ui.StateProps{Icon: ui.IconChartNoAxesColumn, Title: "Nada foi respondido neste período", Text: text, Actions: wider(r.Filter)}
}

func downloads() templ.Attributes { return templ.Attributes{"download": true} }
