package handlers

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/channel/ics"
	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/hoursview"
	"semaforo/views/ui"
)

// shownProblems is how many lines of a file are named that could not be read.
const shownProblems = 20

// ReadHolidayFile shows what an .ics file holds, to be chosen from. It changes
// nothing.
func (s *Server) ReadHolidayFile(c echo.Context) error {
	content, name, err := sentFile(c)
	if err != nil {
		return err
	}
	year, err := yearOf(c.FormValue("year"), ViewerOf(c))
	if err != nil {
		return err
	}
	p, err := s.holidays(c, year)
	if err != nil {
		return err
	}
	events, problems := ics.Parse(content, ViewerOf(c).Location)
	if words := wholeFile(content, problems); words != "" {
		return s.answerHolidays(c, http.StatusUnprocessableEntity, year, func(p *hoursview.Holidays) { p.FileError = words })
	}
	file := hoursview.File{Owner: p.Owner, Year: year, Name: name, Days: foundDays(events, p.Plan, today(ViewerOf(c)))}
	for i, problem := range problems {
		if i < shownProblems {
			file.Problems = append(file.Problems, fileWords(problem))
		}
	}
	file.More = len(problems) - len(file.Problems)
	return s.drawFile(c, http.StatusOK, file)
}

func (s *Server) drawFile(c echo.Context, status int, file hoursview.File) error {
	page, err := s.page(c, "Conferir o arquivo")
	if err != nil {
		return err
	}
	return render(c, status, page, hoursview.FilePage(file))
}

// sentFile reads the file that a form came with; none is an empty one.
func sentFile(c echo.Context) (content []byte, name string, err error) {
	if _, err := postedValues(c); err != nil {
		return nil, "", err
	}
	header, err := c.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	file, err := header.Open()
	if err != nil {
		return nil, "", err
	}
	defer file.Close()
	content, err = io.ReadAll(file)
	name = header.Filename
	if !isPlainText(name) || len(name) > 100 {
		name = "arquivo.ics"
	}
	return content, name, err
}

// wholeFile is what is wrong with the file as a whole; empty where it can be read.
func wholeFile(content []byte, problems []ics.Problem) string {
	switch {
	case len(content) == 0:
		return "Escolha um arquivo .ics."
	case len(problems) == 1 && problems[0].Code == ics.NotCalendar:
		return "Este arquivo não é um calendário .ics: ele não começa com BEGIN:VCALENDAR."
	case len(problems) == 1 && problems[0].Code == ics.NotText:
		return "Este arquivo não é um calendário .ics em UTF-8."
	}
	return ""
}

var fileProblems = map[ics.Code]string{
	ics.Syntax:      "isto não é uma linha de calendário: “%”.",
	ics.Unended:     "a parte % não começa e termina como deveria.",
	ics.NoDate:      "o evento que começa aqui não diz em que dia é.",
	ics.BadDate:     "“%” não é uma data que exista, entre 1900 e 2200.",
	ics.BadDuration: "“%” não é uma duração.",
	ics.Reversed:    "o evento termina antes de começar.",
	ics.TooLong:     "o evento que começa aqui dura mais de 31 dias.",
	ics.TooMany:     "o arquivo tem mais de 1.000 eventos; o resto não foi lido.",
	ics.Repeats:     "o evento se repete mais de uma vez por ano (%); isto não é um feriado.",
	ics.PartlyRead:  "a repetição tem regras que não são seguidas aqui (%); entra só a primeira data.",
}

func fileWords(p ics.Problem) string {
	return fmt.Sprintf("Linha %d: ", p.Line) + strings.ReplaceAll(fileProblems[p.Code], "%", p.Arg)
}

// foundDays offers a file's events: ticked but for what is closed already, or past.
func foundDays(events []ics.Event, plan flow.HolidayPlan, today flow.Date) []hoursview.FoundDay {
	days := make([]hoursview.FoundDay, 0, len(events))
	seen, closed := map[string]bool{}, newClosedDays(plan)
	for _, e := range events {
		d := hoursview.FoundDay{First: e.First, Last: e.Last, Name: e.Name, Yearly: e.Yearly, Take: true}
		if seen[d.Value()] {
			continue
		}
		seen[d.Value()] = true
		name, free := closed.free(d)
		switch {
		case len(free) == 0:
			d.Take, d.Note = false, "Já fechado"+calledSo(name)
		case !d.Yearly && d.Last.Before(today):
			d.Take, d.Note = false, "Já passou"
		case e.First.Year < hoursview.MinYear || e.Last.Year > hoursview.MaxYear:
			continue
		}
		days = append(days, d)
	}
	slices.SortStableFunc(days, func(a, b hoursview.FoundDay) int { return strings.Compare(a.First.String(), b.First.String()) })
	return days
}

// closedDays looks dates up in a plan, each year worked out once.
type closedDays struct {
	plan  flow.HolidayPlan
	years map[int]map[flow.Date]string
}

func newClosedDays(plan flow.HolidayPlan) closedDays {
	return closedDays{plan, map[int]map[flow.Date]string{}}
}

func (k closedDays) on(d flow.Date) (name string, closed bool) {
	if k.years[d.Year] == nil {
		k.years[d.Year] = map[flow.Date]string{}
		for _, h := range k.plan.Holidays(d.Year, d.Year) {
			k.years[d.Year][h.Date] = h.Name
		}
	}
	name, closed = k.years[d.Year][d]
	return name, closed
}

// free are the days of an event that the plan does not close yet, or not every
// year as the event would; name is what it calls one that it does.
func (k closedDays) free(d hoursview.FoundDay) (name string, free []flow.OwnHoliday) {
	for day := d.First; !d.Last.Before(day); day = nextDay(day) {
		own := flow.OwnHoliday{Date: day, Name: d.Name, Yearly: d.Yearly}
		already := true
		for year := day.Year; year <= day.Year+3; year++ {
			if at, falls := own.In(year); falls {
				found, closed := k.on(at)
				if already = already && closed; closed {
					name = found
				}
			}
		}
		if !already {
			free = append(free, own)
		}
	}
	return name, free
}

func nextDay(d flow.Date) flow.Date {
	return flow.DateIn(time.Date(d.Year, d.Month, d.Day+1, 0, 0, 0, 0, time.UTC), time.UTC)
}

// importForm is what was ticked of a file.
type importForm struct {
	Take []string `form:"take"`
	Name string   `form:"name"`
	Year string   `form:"year"`
}

// ImportHolidays adds what was ticked of a file; what is closed already is left
// as it is.
func (s *Server) ImportHolidays(c echo.Context) error {
	var form importForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	year, err := yearOf(form.Year, ViewerOf(c))
	if err != nil {
		return err
	}
	chosen, err := chosenDays(form.Take)
	if err != nil {
		return err
	}
	added := 0
	err = s.replan(c, db.AuditImported, func(plan flow.HolidayPlan) (flow.HolidayPlan, changes, error) {
		next, words, err := withFound(plan, chosen)
		var all changes
		all.add("holidays_file", "", importWords(words))
		added = len(words)
		return next, all, err
	})
	if err != nil {
		return err
	}
	toast := ui.Toast{Tone: ui.Green, Key: "holidays", Text: ui.Count(added, "feriado adicionado", "feriados adicionados") + " do arquivo."}
	if err := s.Sessions.AddToast(c, toast); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.holidaysScreen(c, year).path)
}

// withFound adds to a plan what it does not close yet of some events, and says
// what that was.
func withFound(plan flow.HolidayPlan, found []hoursview.FoundDay) (next flow.HolidayPlan, words []string, err error) {
	next = plan
	closed, added := newClosedDays(plan), map[flow.Date]bool{}
	for _, d := range found {
		_, free := closed.free(d)
		for _, own := range free {
			if added[own.Date] {
				continue
			}
			if len(next.Own) >= maxOwnHolidays {
				return plan, nil, conflict("full", "there can be no further days", tooManyHolidays)
			}
			added[own.Date] = true
			next, words = next.WithOwn(own), append(words, hoursview.DayWords(own))
		}
	}
	return next, words, nil
}

// chosenDays reads the ticked boxes. People do not type them: one that cannot be
// read comes from a page that is not ours.
func chosenDays(values []string) ([]hoursview.FoundDay, error) {
	days := make([]hoursview.FoundDay, len(values))
	for i, text := range values {
		d, ok := hoursview.ParseFound(text)
		if !ok || !isPlainText(d.Name) || NameProblem(d.Name) != "" && d.Name != "" ||
			d.First.Year < hoursview.MinYear || d.Last.Year > hoursview.MaxYear || daysBetween(d.First, d.Last) >= ics.MaxDays {
			return nil, BadRequest("days", "not the days of a file that was read", "O formulário está incompleto. Leia o arquivo de novo.")
		}
		days[i] = d
	}
	return days, nil
}

func daysBetween(a, b flow.Date) int {
	n := 0
	for ; a.Before(b) && n < 400; a = nextDay(a) {
		n++
	}
	return n
}

// namedDays is how many days an audit entry names.
const namedDays = 50

func importWords(days []string) string {
	if len(days) == 0 {
		return ""
	}
	text := strings.Join(days[:min(len(days), namedDays)], "; ")
	if more := len(days) - namedDays; more > 0 {
		text += fmt.Sprintf(" e mais %d", more)
	}
	return text
}
