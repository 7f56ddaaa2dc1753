package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/reportview"
	"semaforo/views/ui"
)

// maxReport is how many days a report may have: two years.
const maxReport = 731

// ReportPage is GET /relatorios.
func (s *Server) ReportPage(c echo.Context) error {
	v := ViewerOf(c)
	filter, refused := reportFilter(c)
	status := http.StatusOK
	if len(refused) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.show(c, status, screen{title: "Relatórios", path: reportview.ReportPath, content: func() (templ.Component, error) {
		r, err := s.readReport(c.Request().Context(), v, filter, refused)
		if err != nil {
			return nil, err
		}
		return reportview.ReportPage(r.view()), nil
	}})
}

// ReportCSV is GET /relatorios.csv: one of the report's tables, whole.
func (s *Server) ReportCSV(c echo.Context) error {
	filter, refused := reportFilter(c)
	for _, words := range refused {
		return &Failure{Status: http.StatusUnprocessableEntity, Code: "filter", Detail: "the filter has days that are none", Words: words}
	}
	r, err := s.readReport(c.Request().Context(), ViewerOf(c), filter, refused)
	if err != nil {
		return err
	}
	t, found := r.table(c.QueryParam("tabela"))
	if !found {
		return db.ErrNotFound
	}
	out := beginCSV(c, "relatorio-"+t.Code+".csv")
	for _, line := range t.Lines() {
		out.line(line...)
	}
	return out.flush()
}

// reportFilter reads what a report is asked about: the last 30 days unless said. Its
// days are the store's.
func reportFilter(c echo.Context) (reportview.Filter, map[string]string) {
	v, refused := ViewerOf(c), map[string]string{}
	f := reportview.Filter{Days: c.QueryParam("periodo"), From: c.QueryParam("de"), To: c.QueryParam("ate"), Of: c.QueryParam("quem"),
		Measure: reportview.Measure(c.QueryParam("medida"))}
	if c.QueryParam("relogio") == reportview.Business {
		f.Clock = reportview.Business
	}
	if !slices.Contains(reportview.Measures, f.Measure) {
		f.Measure = reportview.First
	}
	if !slices.Contains(reportview.Periods, f.Days) {
		f.Days = ""
	}
	if f.Days == "" && f.From == "" && f.To == "" {
		f.Days = "30"
	}
	now := v.Now.In(v.Location)
	if f.Days != "" {
		days := map[string]int{"7": 7, "30": 30, "90": 90}[f.Days]
		f.From, f.To = now.AddDate(0, 0, 1-days).Format(time.DateOnly), now.Format(time.DateOnly)
	}
	f.To = cmp.Or(f.To, now.Format(time.DateOnly))
	from, fromErr := time.Parse(time.DateOnly, f.From)
	to, toErr := time.Parse(time.DateOnly, f.To)
	switch {
	case fromErr != nil:
		refused["de"] = "Informe um dia, como 26/11/2026."
	case toErr != nil:
		refused["ate"] = "Informe um dia, como 26/11/2026."
	case to.Before(from):
		refused["ate"] = "O fim vem antes do começo."
	case to.Sub(from) >= maxReport*24*time.Hour:
		refused["ate"] = "Um relatório tem no máximo dois anos."
	}
	return f, refused
}

// report is what one is made of: what was in the period, and then in the one before.
type report struct {
	filter    reportview.Filter
	refused   map[string]string
	own       bool
	names     names
	kind      db.FigureKind
	id        string
	now, then span
	channels  []string
	summedAt  time.Time
	waiting   bool
}

// span is what was in a period.
type span struct {
	db.Period
	all   db.Figures
	days  map[string]*db.Figures
	hours map[int]*db.Figures
	of    map[db.FigureKind]map[string]*db.Figures
	deeds []db.DeedSum
}

// readReport reads a report in a fixed number of statements. Who may see their own
// alone gets theirs, whomever they ask about.
func (s *Server) readReport(ctx context.Context, v *Viewer, f reportview.Filter, refused map[string]string) (r report, err error) {
	r = report{filter: f, refused: refused, own: !v.Role.Can(SeeReports), kind: db.OfStore}
	if r.own {
		r.filter.Of, r.kind, r.id = "", db.OfSeller, ownSeller(v)
	}
	err = s.DB.Snapshot(ctx, func(q db.Queries) error {
		if r.names, err = readNames(ctx, q, v.Store.ID); err != nil {
			return err
		}
		channels, err := q.Channels(ctx, v.Store.ID)
		if err != nil {
			return err
		}
		for _, c := range channels {
			r.channels = append(r.channels, c.Name)
		}
		if err := r.choose(); err != nil || len(refused) > 0 {
			return err
		}
		r.now.Period = db.Period{From: f.From, To: f.To}
		r.then.Period = periodBefore(r.now.Period)
		return r.read(ctx, q, v.Store.ID)
	})
	return r, err
}

// choose finds out whose figures are asked for: db.ErrNotFound of whom the store does
// not have.
func (r *report) choose() error {
	if r.filter.Of == "" {
		return nil
	}
	kind, id, _ := strings.Cut(r.filter.Of, ":")
	r.kind, r.id = db.FigureKind(kind), id
	known := map[db.FigureKind]bool{db.OfTeam: r.names.teams[id] != "", db.OfSeller: r.names.sellers[id] != "", db.OfChannel: slices.Contains(r.channels, id)}
	if !known[r.kind] {
		return db.ErrNotFound
	}
	return nil
}

// periodBefore is the period of the same length that ends where another begins.
func periodBefore(p db.Period) db.Period {
	days := len(p.Days())
	from, err := time.Parse(time.DateOnly, p.From)
	if err != nil {
		return db.Period{}
	}
	return db.Period{From: from.AddDate(0, 0, -days).Format(time.DateOnly), To: from.AddDate(0, 0, -1).Format(time.DateOnly)}
}

func (r *report) read(ctx context.Context, q db.Queries, store string) (err error) {
	if r.summedAt, r.waiting, err = q.FiguresSummed(ctx, store); err != nil {
		return err
	}
	for _, s := range []*span{&r.now, &r.then} {
		if err := s.read(ctx, q, store, r.kind, r.id); err != nil {
			return err
		}
	}
	return nil
}

func (s *span) read(ctx context.Context, q db.Queries, store string, kind db.FigureKind, id string) (err error) {
	if s.all, err = q.FiguresOne(ctx, store, kind, id, s.Period); err != nil {
		return err
	}
	if s.days, err = q.FiguresByDay(ctx, store, kind, id, s.Period); err != nil {
		return err
	}
	if s.hours, err = q.FiguresByHour(ctx, store, kind, id, s.Period); err != nil {
		return err
	}
	s.of = map[db.FigureKind]map[string]*db.Figures{}
	if kind == db.OfStore {
		for _, kind := range []db.FigureKind{db.OfTeam, db.OfSeller, db.OfChannel} {
			if s.of[kind], err = q.FiguresOf(ctx, store, kind, s.Period); err != nil {
				return err
			}
		}
	}
	s.deeds, err = q.Deeds(ctx, store, db.DeedQuery{Period: s.Period, Kind: kind, ID: id})
	return err
}

// took is a measure of figures on the clock that was chosen.
func (r report) took(f db.Figures, m reportview.Measure) flow.Durations {
	t := map[reportview.Measure]db.Took{reportview.First: f.First, reportview.Answer: f.Answer, reportview.Held: f.Held}[m]
	if r.filter.Clock == reportview.Business {
		return t.Business
	}
	return t.Real
}

func (r report) view() reportview.Report {
	page := reportview.Report{Filter: r.filter, Errors: r.refused, Own: r.own, Whose: r.whose()}
	if len(r.refused) > 0 {
		return page
	}
	page.Period, page.Before = periodWords(r.now.Period), periodWords(r.then.Period)
	page.Empty = r.now.all.Held.Real.Len() == 0
	page.SummedAt, page.Waiting = r.summedAt, r.waiting
	page.Stats, page.Chart, page.Heat, page.Days = r.stats(), r.chart(), r.heat(), r.dayTable()
	page.Tables = r.tables()
	return page
}

func (r report) whose() []ui.Option {
	var options []ui.Option
	add := func(group string, kind db.FigureKind, all map[string]string) {
		var some []ui.Option
		for id, name := range all {
			value := string(kind) + ":" + id
			some = append(some, ui.Option{Value: value, Label: name, Group: group, Selected: value == r.filter.Of})
		}
		slices.SortFunc(some, func(a, b ui.Option) int {
			return cmp.Or(cmp.Compare(db.Fold(a.Label), db.Fold(b.Label)), cmp.Compare(a.Value, b.Value))
		})
		options = append(options, some...)
	}
	add("Times", db.OfTeam, r.names.teams)
	add("Vendedores", db.OfSeller, r.names.sellers)
	channels := map[string]string{}
	for _, name := range r.channels {
		channels[name] = name
	}
	add("Canais", db.OfChannel, channels)
	return options
}

func periodWords(p db.Period) string { return dayWords(p.From) + " a " + dayWords(p.To) }

func dayWords(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("02/01/2006")
}
