package hoursview

import (
	"net/url"
	"strconv"

	"semaforo/flow"
)

// Base is the address of Horários: the store's.
const Base = "/configuracoes/horarios"

// Owner is whose calendar a page is about.
type Owner struct {
	// Team is its id; empty for the store.
	Team string
	// Name is the store's or the team's.
	Name    string
	CanEdit bool
}

// Path is the address of the week.
func (o Owner) Path() string {
	if o.Team == "" {
		return Base
	}
	return Base + "/times/" + url.PathEscape(o.Team)
}

// PreviewPath answers the preview of a deadline.
func (o Owner) PreviewPath() string { return o.Path() + "/previsao" }

// HolidaysPath is the address of the holidays, of this year.
func (o Owner) HolidaysPath() string { return o.Path() + "/feriados" }

// YearPath is the address of a year's holidays.
func (o Owner) YearPath(year int) string { return o.HolidaysPath() + "?year=" + strconv.Itoa(year) }

// ProposalPath switches a proposed holiday.
func (o Owner) ProposalPath() string { return o.HolidaysPath() + "/propostos" }

// OwnPath is where a day of one's own is changed.
func (o Owner) OwnPath(d flow.Date) string { return o.HolidaysPath() + "/dias/" + d.String() }

// RemovePath is where a day of one's own is removed.
func (o Owner) RemovePath(d flow.Date) string { return o.OwnPath(d) + "/remover" }

// FilePath reads an .ics file, ImportPath takes what was chosen of it.
func (o Owner) FilePath() string { return o.HolidaysPath() + "/arquivo" }

// ImportPath takes the days that were chosen of a file.
func (o Owner) ImportPath() string { return o.HolidaysPath() + "/importar" }

// phrase is the owner in a sentence: "da loja", "do time Vendas".
func (o Owner) phrase() string {
	if o.Team == "" {
		return "da loja"
	}
	return "do time " + o.Name
}
