package hoursview

import (
	"strings"
	"testing"
	"time"

	"semaforo/flow"
)

// ask explains a deadline of a shop that opens Monday to Friday from 9 to 18.
func ask(t *testing.T, start string, open time.Duration, plan flow.HolidayPlan, hours *flow.Week) (string, []string) {
	t.Helper()
	loc, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", start, loc)
	if err != nil {
		t.Fatal(err)
	}
	c, err := flow.NewCalendar(loc.String(), hours, plan.Around(at.Year()))
	if err != nil {
		t.Fatal(err)
	}
	why := c.Why(at, open)
	var steps []string
	for _, s := range Way(why, loc, plan.NameOf) {
		steps = append(steps, s.Text)
	}
	return Sentence(why, loc, plan.NameOf), steps
}

func workdays() *flow.Week {
	nine := []flow.Slot{{Open: 540, Close: 1080}}
	return &flow.Week{nil, nine, nine, nine, nine, nine, nil}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	national := flow.NationalHolidays()
	unnamed := flow.PlanOf([]flow.Date{{Year: 2026, Month: time.November, Day: 26}})
	recess := national
	for d := 21; d <= 31; d++ {
		recess = recess.WithOwn(flow.OwnHoliday{Date: flow.Date{Year: 2026, Month: time.December, Day: d}, Name: "Recesso"})
	}
	for _, test := range []struct {
		start string
		open  time.Duration
		plan  flow.HolidayPlan
		hours *flow.Week
		want  string
	}{
		{"2026-11-27 17:50:00", 20 * time.Minute, national, workdays(), "sexta 17:50 + 20 min úteis = segunda 09:10, porque sábado e domingo estão fechados"},
		{"2026-11-27 17:50:30", 20 * time.Minute, national, workdays(), "sexta 17:50:30 + 20 min úteis = segunda 09:10:30, porque sábado e domingo estão fechados"},
		{"2026-11-25 17:50:00", 20 * time.Minute, unnamed, workdays(), "quarta 17:50 + 20 min úteis = sexta 09:10, porque quinta 26/11 é feriado"},
		{"2026-11-28 10:00:00", time.Hour, national, workdays(), "sábado 10:00 + 1 h útil = segunda 10:00, porque sábado e domingo estão fechados"},
		{"2026-11-29 10:00:00", time.Hour, national, workdays(), "domingo 10:00 + 1 h útil = segunda 10:00, porque domingo está fechado"},
		{"2026-12-18 17:00:00", 2 * time.Hour, recess, workdays(),
			"sexta 18/12/2026 17:00 + 2 h úteis = segunda 04/01/2027 10:00, porque 16 dias estão fechados no caminho, 12 deles feriados"},
		{"2026-11-23 09:00:00", 30 * time.Hour, national, workdays(), "segunda 09:00 + 30 h úteis = quinta 12:00, porque o horário fecha 3 vezes no caminho"},
		{"2026-11-23 09:00:00", 45 * time.Hour, flow.HolidayPlan{}, nil, "segunda 09:00 + 45 h úteis = quarta 06:00, tudo dentro do horário"},
		{"2026-11-23 09:00:00", time.Hour, national, &flow.Week{}, "Este prazo não existe: não há nenhum horário aberto na semana."},
		{"2026-11-23 09:00:00", 3000 * time.Hour, national, workdays(), "Este prazo não existe: ele passaria de 366 dias. Um alerta assim nunca acontece."},
	} {
		if got, _ := ask(t, test.start, test.open, test.plan, test.hours); got != test.want {
			t.Errorf("%s\nwant %s", got, test.want)
		}
	}
}

func TestWay(t *testing.T) {
	t.Parallel()
	_, steps := ask(t, "2026-11-23 09:00:00", 400*time.Hour, flow.NationalHolidays(), workdays())
	if len(steps) != shownStretches || !strings.HasPrefix(steps[shownStretches-2], "e mais ") || steps[0] != "Conta 9 h" {
		t.Errorf("a long way: %q", steps)
	}
	_, steps = ask(t, "2018-11-03 22:00:00", 4*time.Hour, flow.HolidayPlan{}, nil)
	if want := "Os relógios adiantam 1 h em 04/11/2018: conta o tempo que passa de fato"; len(steps) != 2 || steps[1] != want {
		t.Errorf("a clock change: %q", steps)
	}
}
