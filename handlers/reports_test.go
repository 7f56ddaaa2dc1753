package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// ledger is a floor whose store has been at work for weeks: it is Monday, 21
// December 2026, 09:00 in São Paulo, where business hours are Monday to Friday from
// 09:00 to 18:00. What happened is put there as the engine leaves it: stays and deeds.
type ledger struct {
	*floor
	zone *time.Location
	n    int
}

func newLedger(t *testing.T, zone string) *ledger {
	t.Helper()
	l := &ledger{floor: newFloor(t)}
	var err error
	if l.zone, err = time.LoadLocation(zone); err != nil {
		t.Fatal(err)
	}
	l.configure(func(ctx context.Context, tx *db.Tx, _ time.Time) error {
		store, err := tx.Store(ctx, l.shop.ID)
		if err != nil {
			return err
		}
		store.Timezone = zone
		var week flow.Week
		for d := time.Monday; d <= time.Friday; d++ {
			week[d] = []flow.Slot{{Open: 9 * 60, Close: 18 * 60}}
		}
		if err := tx.UpdateStore(ctx, store); err != nil {
			return err
		}
		return tx.SetCalendar(ctx, db.Calendar{Store: l.shop.ID, Hours: &week})
	})
	l.floor.time = l.at("2026-12-21 09:00")
	return l
}

// at is an instant by the store's clocks.
func (l *ledger) at(local string) time.Time {
	l.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", local, l.zone)
	if err != nil {
		l.t.Fatal(err)
	}
	return at.UTC()
}

// stay is a run of a clock that ended; a conversation's first answer unless change
// says otherwise.
func (l *ledger) stay(from string, took time.Duration, team db.Team, by db.Member, change func(*db.Stay)) {
	l.t.Helper()
	l.n++
	at := l.at(from)
	s := db.Stay{Store: l.shop.ID, Seq: 1, Stay: flow.Stay{Conversation: fmt.Sprint("c", l.n), Queue: flow.TeamQueue, Team: team.ID, Channel: l.channel.Name,
		Wait: at, Start: at, End: at.Add(took), Level: flow.Green, Outcome: flow.Answered, By: by.Seller}}
	if change != nil {
		change(&s)
	}
	l.write(func(tx *db.Tx) error {
		deeds := db.Deeds{}
		deeds.AddStay(s, l.zone)
		return firstOf(tx.InsertStay(context.Background(), s), tx.ApplyDeeds(context.Background(), deeds))
	})
}

// deed is something that was done.
func (l *ledger) deed(who db.Member, at string, rec flow.Record) {
	l.t.Helper()
	rec.At = l.at(at)
	deeds := db.Deeds{}
	deeds.AddEvent(db.Event{Store: l.shop.ID, Record: rec, ByKind: db.ByUser, ByID: who.User}, l.channel.Name, l.zone)
	l.write(func(tx *db.Tx) error { return tx.ApplyDeeds(context.Background(), deeds) })
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *ledger) write(change func(tx *db.Tx) error) {
	l.t.Helper()
	if err := l.shop.DB.Tx(context.Background(), change); err != nil {
		l.t.Fatal(err)
	}
}

func (l *ledger) sum() {
	l.t.Helper()
	if err := l.s.SumFigures(context.Background()); err != nil {
		l.t.Fatal(err)
	}
}

// weeks are what happened in the last two: Ana answers for Vendas, Bia for Plantão.
func weeks(t *testing.T) *ledger {
	t.Helper()
	l := newLedger(t, "America/Sao_Paulo")
	second := func(s *db.Stay) { s.Conversation, s.Seq = "c1", 2 }
	l.stay("2026-12-18 10:00", 2*time.Minute, l.vendas, l.ana, nil)
	l.stay("2026-12-18 10:30", 4*time.Minute, l.vendas, l.ana, second)
	// On Thursday night, until Friday: no business hour counts of it.
	l.stay("2026-12-17 23:50", 20*time.Minute, l.plantao, l.bia, func(s *db.Stay) { s.Level = flow.Red })
	// It waited 15 minutes in Vendas, and Plantão answered 5 minutes later.
	l.stay("2026-12-16 11:00", 15*time.Minute, l.vendas, noSeller, func(s *db.Stay) { s.Outcome, s.Level = flow.Acted, flow.Red })
	l.stay("2026-12-16 11:15", 5*time.Minute, l.plantao, l.bia, func(s *db.Stay) {
		s.Conversation, s.Seq, s.Wait, s.Level = "c4", 2, l.at("2026-12-16 11:00"), flow.Yellow
	})
	l.stay("2026-12-16 12:00", 9*time.Hour, l.vendas, l.ana, func(s *db.Stay) { s.Imported = true })
	// The week before.
	l.stay("2026-12-11 10:00", time.Minute, l.vendas, l.ana, nil)
	l.stay("2026-12-09 15:00", 30*time.Minute, l.plantao, l.bia, func(s *db.Stay) { s.Level = flow.Red })
	vendas, hers := flow.Record{Team: l.vendas.ID}, flow.Record{Team: l.vendas.ID, Seller: l.ana.Seller}
	alert, moved, skipped, closed := vendas, vendas, vendas, hers
	alert.Type, alert.Flow = flow.Alert1, flow.DefaultFlow
	moved.Type, moved.Flow, moved.Action = flow.ActionTaken, "gone", flow.TransferTeam
	skipped.Type, skipped.Flow, skipped.Action = flow.ActionSkipped, "gone", flow.Redistribute
	closed.Type, closed.Reason = flow.AutoClosed, string(flow.ClosedInactivity)
	l.deed(noSeller, "2026-12-16 11:05", alert)
	l.deed(noSeller, "2026-12-18 00:05", alert)
	l.deed(noSeller, "2026-12-09 15:05", alert)
	l.deed(noSeller, "2026-12-16 11:15", moved)
	l.deed(noSeller, "2026-12-10 11:15", skipped)
	l.deed(noSeller, "2026-12-17 11:15", closed)
	postpone := func(who db.Member, at string, d time.Duration) {
		rec := hers
		rec.Type, rec.Until, rec.Seller = flow.Postpone, l.at(at).Add(d), who.Seller
		l.deed(who, at, rec)
	}
	postpone(l.ana, "2026-12-18 11:00", time.Hour)
	postpone(l.ana, "2026-12-18 15:00", 2*time.Hour)
	postpone(l.bia, "2026-12-11 15:00", 30*time.Minute)
	l.sum()
	return l
}

// file is a report's table as its file has it.
func (l *ledger) file(who db.Member, query string) string {
	l.t.Helper()
	a := l.ask(page(who), "/relatorios.csv?"+query, nil).is(http.StatusOK)
	if got := a.Header().Get("Content-Type"); got != "text/csv; charset=utf-8" {
		l.t.Errorf("the file is a %s", got)
	}
	return strings.ReplaceAll(strings.TrimPrefix(a.Body.String(), "\ufeff"), "\r\n", "\n")
}

func (l *ledger) isFile(who db.Member, query, want string) {
	l.t.Helper()
	if got := l.file(who, query); got != want {
		l.t.Errorf("%s for %s:\n%s\nwant\n%s", query, who.Person.Name, got, want)
	}
}

const figureColumns = "Respostas;Respostas, antes;1ª resposta, mediana;1ª resposta, mediana, antes;1ª resposta, 9 em cada 10;1ª resposta, 9 em cada 10, antes;" +
	"Resposta, mediana;Resposta, mediana, antes;Resposta, 9 em cada 10;Resposta, 9 em cada 10, antes;Espera, mediana;Espera, mediana, antes;Espera, 9 em cada 10;Espera, 9 em cada 10, antes;No verde;No verde, antes\n"

// Every table is a file that says the same, to the second, beside the week before:
// nothing that was imported is in it.
func TestReportFiles(t *testing.T) {
	t.Parallel()
	l := weeks(t)
	for table, want := range map[string]string{
		"dias": "Dia;Dia no período anterior;" + figureColumns +
			"18/12/2026;11/12/2026;3;1;0:02:00;0:01:00;0:20:09;0:01:00;0:04:02;0:01:00;0:20:09;0:01:00;0:04:02;0:01:00;0:20:09;0:01:00;67%;100%\n" +
			"16/12/2026;09/12/2026;1;1;0:20:09;0:29:50;0:20:09;0:29:50;0:20:09;0:29:50;0:20:09;0:29:50;0:05:01;0:29:50;0:15:01;0:29:50;0%;0%\n",
		"horas": "Dia e hora em que a espera começou;" + figureColumns +
			"quarta-feira, 11 h;1;0;0:20:09;;0:20:09;;0:20:09;;0:20:09;;0:05:01;;0:15:01;;0%;\n" +
			"quarta-feira, 15 h;0;1;;0:29:50;;0:29:50;;0:29:50;;0:29:50;;0:29:50;;0:29:50;;0%\n" +
			"quinta-feira, 23 h;1;0;0:20:09;;0:20:09;;0:20:09;;0:20:09;;0:20:09;;0:20:09;;0%;\n" +
			"sexta-feira, 10 h;2;1;0:02:00;0:01:00;0:02:00;0:01:00;0:02:00;0:01:00;0:04:02;0:01:00;0:02:00;0:01:00;0:04:02;0:01:00;100%;100%\n",
		"times": "Time;" + figureColumns +
			"Plantão;2;1;0:20:09;0:29:50;0:20:09;0:29:50;0:20:09;0:29:50;0:20:09;0:29:50;0:05:01;0:29:50;0:20:09;0:29:50;0%;0%\n" +
			"Vendas;2;1;0:02:00;0:01:00;0:02:00;0:01:00;0:02:00;0:01:00;0:04:02;0:01:00;0:04:02;0:01:00;0:15:01;0:01:00;100%;100%\n",
		"vendedores": "Vendedor;" + figureColumns + anas("Ana;") +
			"Bia;2;1;0:20:09;0:29:50;0:20:09;0:29:50;0:20:09;0:29:50;0:20:09;0:29:50;0:05:01;0:29:50;0:20:09;0:29:50;0%;0%\n",
		"canais": "Canal;" + figureColumns +
			"WhatsApp;4;2;0:20:09;0:01:00;0:20:09;0:29:50;0:04:02;0:01:00;0:20:09;0:29:50;0:05:01;0:01:00;0:20:09;0:29:50;50%;50%\n",
		"fluxos": "Fluxo;O que fez;Vezes;Vezes, antes\n" +
			"Cores padrão;1º alerta;2;1\nEncerramento automático;Encerrou a conversa;1;0\nFluxo excluído;Pulou a ação;0;1\nFluxo excluído;Transferiu para outro time;1;0\n",
		"adiamentos": "Quem adiou;Vezes;Vezes, antes;Por quanto tempo, em média;Por quanto tempo, em média, antes;Ao todo;Ao todo, antes\n" +
			"Ana;2;0;1:30:00;;3:00:00;\nBia;0;1;;0:30:00;;0:30:00\n",
	} {
		l.isFile(l.paulo, "periodo=7&tabela="+table, want)
	}
	if name := l.ask(page(l.paulo), "/relatorios.csv?tabela=dias", nil).Header().Get("Content-Disposition"); name != `attachment; filename="relatorio-dias.csv"` {
		t.Errorf("the file is called %s", name)
	}
	// In business hours the night between Thursday and Friday is none.
	l.isFile(l.paulo, "periodo=7&relogio=comercial&tabela=dias", "Dia;Dia no período anterior;"+figureColumns+
		"18/12/2026;11/12/2026;3;1;0:00:00;0:01:00;0:02:00;0:01:00;0:02:00;0:01:00;0:04:02;0:01:00;0:02:00;0:01:00;0:04:02;0:01:00;67%;100%\n"+
		"16/12/2026;09/12/2026;1;1;0:20:09;0:29:50;0:20:09;0:29:50;0:20:09;0:29:50;0:20:09;0:29:50;0:05:01;0:29:50;0:15:01;0:29:50;0%;0%\n")
	// Of one team, seller or channel.
	l.isFile(l.paulo, "periodo=7&quem=seller:"+l.ana.Seller+"&tabela=dias", "Dia;Dia no período anterior;"+figureColumns+anas("18/12/2026;11/12/2026;"))
	l.isFile(l.paulo, "periodo=7&quem=team:"+l.vendas.ID+"&tabela=horas", "Dia e hora em que a espera começou;"+figureColumns+
		"quarta-feira, 11 h;0;0;;;;;;;;;0:15:01;;0:15:01;;;\n"+anas("sexta-feira, 10 h;"))
	l.isFile(l.paulo, "periodo=7&quem=team:"+l.plantao.ID+"&tabela=fluxos", "Fluxo;O que fez;Vezes;Vezes, antes\n")
	l.isFile(l.paulo, "periodo=7&quem=channel:WhatsApp&tabela=adiamentos", l.file(l.paulo, "periodo=7&tabela=adiamentos"))
	for _, wrong := range []string{"tabela=x", "", "quem=team:" + l.vendas.ID + "&tabela=times"} {
		l.ask(page(l.paulo), "/relatorios.csv?"+wrong, nil).is(http.StatusNotFound)
	}
}

// anas is a row of Ana's two weeks, or of Friday's mornings in Vendas.
func anas(first string) string {
	return first + "2;1;0:02:00;0:01:00;0:02:00;0:01:00;0:02:00;0:01:00;0:04:02;0:01:00;0:02:00;0:01:00;0:04:02;0:01:00;100%;100%\n"
}

// The page says what the files say: numbers beside those of the week before, both
// weeks as lines, the hours shaded, each table beside its file.
func TestReportPage(t *testing.T) {
	t.Parallel()
	l := weeks(t)
	a := l.ask(page(l.paulo), "/relatorios?periodo=7", nil).is(http.StatusOK)
	a.says("#main", "15/12/2026 a 21/12/2026, contado em tempo corrido. O período anterior é 08/12/2026 a 14/12/2026.").
		says("#first-median", "20 min", "antes 1 min (+1908 %)").says("#answer-p90", "20 min", "antes 30 min").says("#answers", "4", "antes 2 (+100 %)").says("#green", "50 %", "antes 50 %").
		says("#report-days .chart-key", "Mediana", "9 em cada 10 até", "Mediana no período anterior").
		says("#report-days tbody tr:first-child", "18/12/2026 antes 11/12/2026", "67 % antes 100 %").
		says("#report-hours", "Mediana, pela hora em que o cliente começou a esperar").
		says("#report-times tbody tr:first-child", "Plantão", "2 antes 1", "20 min antes 30 min").
		says("#report-fluxos", "Cores padrão", "2 antes 1").says("#report-adiamentos", "Ana", "1 h 30 min", "quem continua, assume, transfere ou finaliza")
	if n := a.doc.Find("#report-days .chart-earlier").Length(); n == 0 {
		t.Error("the week before is not drawn")
	}
	if title := a.doc.Find("#report-hours td[title]").Last().AttrOr("title", ""); title != "sexta-feira às 10 h: 2 min, 1 resposta" {
		t.Errorf("Friday's cell says %q", title)
	}
	for _, table := range []string{"dias", "horas", "times", "vendedores", "canais", "fluxos", "adiamentos"} {
		href := a.doc.Find("#csv-"+table).AttrOr("href", "")
		if want := "/relatorios.csv?medida=primeira&periodo=7&tabela=" + table; href != want {
			t.Errorf("the file of %s is at %q, not %q", table, href, want)
		}
	}
	l.ask(page(l.paulo), "/relatorios?periodo=7&medida=resposta&relogio=comercial", nil).says("#report-days h2", "Tempo de resposta por dia").
		says("#main", "contado no horário de atendimento").says("#answer-median", "2 min")
	l.ask(page(l.paulo), "/relatorios?periodo=7&quem=team:"+l.vendas.ID, nil).lacks("#report-times").says("#answers", "2").says("#report-of option[selected]", "Vendas")
	if whole, month := a.statements, l.ask(page(l.paulo), "/relatorios?periodo=90", nil).statements; whole != month || whole > 40 {
		t.Errorf("%d statements for a week, %d for three months", whole, month)
	}
}

// Who answers sees their own alone, whomever they ask about, on the page and in
// files; there is no file of others.
func TestReportsOfOnesOwn(t *testing.T) {
	t.Parallel()
	l := weeks(t)
	own := l.ask(page(l.ana), "/relatorios?periodo=7", nil).is(http.StatusOK).says("#answers", "2", "antes 1").lacks("#report-of").lacks("#report-times").lacks("#report-vendedores").lacks("#report-canais")
	for _, others := range []string{"Bia", "Plantão", "20 min", "antes 30 min", "Vendas"} {
		if strings.Contains(own.doc.Find("#main").Text(), others) {
			t.Errorf("Ana's page has %q", others)
		}
	}
	days := "Dia;Dia no período anterior;" + figureColumns + anas("18/12/2026;11/12/2026;")
	for _, of := range []string{"", "seller:" + l.bia.Seller, "team:" + l.plantao.ID, "team:" + l.vendas.ID, "channel:WhatsApp", "store:", "team:nobody", "x"} {
		query := "periodo=7&quem=" + of
		if a := l.ask(page(l.ana), "/relatorios?"+query, nil).is(http.StatusOK); a.Body.String() != own.Body.String() {
			t.Errorf("%s shows Ana something else than her own", query)
		}
		l.isFile(l.ana, query+"&tabela=dias", days)
		l.isFile(l.ana, query+"&tabela=adiamentos", "Quem adiou;Vezes;Vezes, antes;Por quanto tempo, em média;Por quanto tempo, em média, antes;Ao todo;Ao todo, antes\nAna;2;0;1:30:00;;3:00:00;\n")
		l.isFile(l.ana, query+"&tabela=fluxos", "Fluxo;O que fez;Vezes;Vezes, antes\nEncerramento automático;Encerrou a conversa;1;0\n")
		for _, table := range []string{"times", "vendedores", "canais"} {
			l.ask(page(l.ana), "/relatorios.csv?"+query+"&tabela="+table, nil).is(http.StatusNotFound)
		}
	}
}

// Another store's ids are as those that do not exist; days that are none, or too
// many, are refused at their field with what was typed.
func TestReportsRefuse(t *testing.T) {
	t.Parallel()
	l := weeks(t)
	other := weeks(t)
	for _, of := range []string{"team:" + other.vendas.ID, "seller:" + other.ana.Seller, "channel:Loja ao lado", "team:" + l.ana.Seller, "seller:" + l.vendas.ID, "team:", "store:", "shop:1", "x"} {
		for _, path := range []string{"/relatorios?quem=", "/relatorios.csv?tabela=dias&quem="} {
			a := l.ask(page(l.paulo), path+url.QueryEscape(of), nil).is(http.StatusNotFound)
			if gone := l.ask(page(l.paulo), path+"team:nobody", nil); a.Body.String() != gone.Body.String() {
				t.Errorf("%s%s answers otherwise than what does not exist", path, of)
			}
		}
	}
	for query, want := range map[string][2]string{
		"de=ontem&ate=2026-12-01":      {"#report-from", "Informe um dia"},
		"de=2026-02-30&ate=2026-12-01": {"#report-from", "Informe um dia"},
		"de=2026-12-01&ate=2026-13-01": {"#report-to", "Informe um dia"},
		"de=2026-12-02&ate=2026-12-01": {"#report-to", "O fim vem antes do começo"},
		"de=2024-01-01&ate=2026-12-01": {"#report-to", "no máximo dois anos"},
		"ate=2026-12-01":               {"#report-from", "Informe um dia"},
		"de=2027-12-01":                {"#report-to", "O fim vem antes do começo"},
	} {
		a := l.ask(page(l.paulo), "/relatorios?"+query, nil).is(http.StatusUnprocessableEntity).says(want[0]+"-error", want[1]).lacks("#report-days")
		if typed, _ := url.ParseQuery(query); typed.Has("de") && a.doc.Find("#report-from").AttrOr("value", "") != typed.Get("de") {
			t.Errorf("%s: what was typed is gone", query)
		}
		a = l.ask(page(l.paulo), "/relatorios.csv?tabela=dias&"+query, nil).is(http.StatusUnprocessableEntity)
		if !strings.Contains(a.Body.String(), want[1]) {
			t.Errorf("the file of %s answers %q", query, a.Body)
		}
	}
	for _, odd := range []string{"periodo=14", "medida=x", "relogio=x", "de=&ate="} {
		l.ask(page(l.paulo), "/relatorios?"+odd, nil).is(http.StatusOK).says("#main", "22/11/2026 a 21/12/2026")
	}
}

// The period before has as many days and ends where this one begins, whatever
// months are long; days are the store's, also where one has 23 hours.
func TestReportPeriods(t *testing.T) {
	t.Parallel()
	l := newLedger(t, "America/New_York") // the clocks go forward on 14 March 2027
	l.floor.time = l.at("2027-04-10 12:00")
	l.stay("2027-03-13 23:59", 30*time.Second, l.vendas, l.ana, nil)
	l.stay("2027-03-14 00:30", 2*time.Hour, l.vendas, l.ana, nil) // until 03:30
	l.stay("2027-03-14 23:00", 59*time.Minute, l.vendas, l.ana, nil)
	l.stay("2027-03-15 00:00", time.Minute, l.vendas, l.ana, nil)
	l.sum()
	for query, want := range map[string]string{
		"de=2027-03-14&ate=2027-03-14": "14/03/2027 a 14/03/2027, contado em tempo corrido. O período anterior é 13/03/2027 a 13/03/2027.",
		"de=2027-03-01&ate=2027-03-31": "O período anterior é 29/01/2027 a 28/02/2027.",
		"de=2028-02-01&ate=2028-02-29": "O período anterior é 03/01/2028 a 31/01/2028.",
		"de=2027-01-01&ate=2027-12-31": "O período anterior é 01/01/2026 a 31/12/2026.",
		"de=2027-01-01":                "01/01/2027 a 10/04/2027",
		"periodo=30":                   "12/03/2027 a 10/04/2027, contado em tempo corrido. O período anterior é 10/02/2027 a 11/03/2027.",
	} {
		l.ask(page(l.paulo), "/relatorios?"+query, nil).is(http.StatusOK).says("#main", want)
	}
	rows := func(query string) []string {
		var rows []string
		for _, line := range strings.Split(l.file(l.paulo, query+"&tabela=dias"), "\n")[1:] {
			if cells := strings.Split(line, ";"); len(cells) > 3 {
				rows = append(rows, strings.Join(cells[:4], " "))
			}
		}
		return rows
	}
	for query, want := range map[string][]string{
		"de=2027-03-14&ate=2027-03-14": {"14/03/2027 13/03/2027 2 1"},
		"de=2027-03-14&ate=2027-03-15": {"15/03/2027 13/03/2027 1 1", "14/03/2027 12/03/2027 2 0"},
		"de=2027-03-15&ate=2027-03-16": {"16/03/2027 14/03/2027 0 2", "15/03/2027 13/03/2027 1 1"},
	} {
		if got := rows(query); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// A store where nothing was answered yet says so, and its files have their heads alone.
func TestReportsOfAnEmptyStore(t *testing.T) {
	t.Parallel()
	l := newLedger(t, "America/Sao_Paulo")
	for _, who := range []db.Member{l.paulo, l.ana} {
		l.ask(page(who), "/relatorios", nil).is(http.StatusOK).says("#main", "Nada foi respondido neste período", "Ver 90 dias", "Nenhum fluxo agiu", "Nada foi adiado").lacks(".chart").lacks(".heat").lacks(".stat")
		l.isFile(who, "tabela=dias", "Dia;Dia no período anterior;"+figureColumns)
		l.isFile(who, "tabela=horas", "Dia e hora em que a espera começou;"+figureColumns)
		l.isFile(who, "tabela=fluxos", "Fluxo;O que fez;Vezes;Vezes, antes\n")
	}
	l.isFile(l.paulo, "tabela=times", "Time;"+figureColumns)
	l.ask(page(l.paulo), "/relatorios?periodo=90", nil).is(http.StatusOK)
}
