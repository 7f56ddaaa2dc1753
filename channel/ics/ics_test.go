package ics

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"semaforo/flow"
)

var saoPaulo = time.FixedZone("-03", -3*60*60)

// file is a calendar of events, each given by its lines.
func file(events ...string) []byte {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//PT\r\n")
	for _, e := range events {
		b.WriteString("BEGIN:VEVENT\r\nUID:x\r\n" + strings.ReplaceAll(e, "\n", "\r\n") + "\r\nEND:VEVENT\r\n")
	}
	b.WriteString("END:VCALENDAR\r\n")
	return []byte(b.String())
}

// short writes what was found as "name first..last yearly".
func short(events []Event) []string {
	var lines []string
	for _, e := range events {
		text := e.Name + " " + e.First.String()
		if e.Last != e.First {
			text += ".." + e.Last.String()
		}
		if e.Yearly {
			text += " yearly"
		}
		lines = append(lines, text)
	}
	return lines
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, event, want string }{
		{"a day", "DTSTART;VALUE=DATE:20260125\nDTEND;VALUE=DATE:20260126\nSUMMARY:Aniversário de São Paulo", "Aniversário de São Paulo 2026-01-25"},
		{"without an end", "SUMMARY:Dia\nDTSTART:20260125", "Dia 2026-01-25"},
		{"that ends when it begins", "DTSTART;VALUE=DATE:20260125\nDTEND;VALUE=DATE:20260125\nSUMMARY:Dia", "Dia 2026-01-25"},
		{"several days", "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20270103\nSUMMARY:Recesso", "Recesso 2026-12-24..2027-01-02"},
		{"days by duration", "DTSTART;VALUE=DATE:20261224\nDURATION:P3D\nSUMMARY:Recesso", "Recesso 2026-12-24..2026-12-26"},
		{"every year", "DTSTART;VALUE=DATE:20260709\nRRULE:FREQ=YEARLY\nSUMMARY:Revolução", "Revolução 2026-07-09 yearly"},
		{"every year, said at length", "DTSTART;VALUE=DATE:20260709\nRRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=7;BYMONTHDAY=9;WKST=SU\nSUMMARY:R", "R 2026-07-09 yearly"},
		{"a local time", "DTSTART;TZID=America/Sao_Paulo:20260125T090000\nDTEND;TZID=America/Sao_Paulo:20260125T180000\nSUMMARY:D", "D 2026-01-25"},
		{"until midnight", "DTSTART:20260125T090000\nDTEND:20260126T000000\nSUMMARY:D", "D 2026-01-25"},
		{"over midnight", "DTSTART:20260125T220000\nDTEND:20260126T020000\nSUMMARY:D", "D 2026-01-25..2026-01-26"},
		{"a time of UTC", "DTSTART:20260126T020000Z\nDTEND:20260126T023000Z\nSUMMARY:D", "D 2026-01-25"},
		{"hours by duration", "DTSTART:20260125T220000\nDURATION:PT1H30M\nSUMMARY:D", "D 2026-01-25"},
		{"folded and escaped", "DTSTART;VALUE=\n DATE:2026\n\t0125\nSUMMARY;LANGUAGE=\"pt;BR:x\":Festa\\, missa\\; e\\n qu\n ermesse \\\\o/", "Festa, missa; e quermesse \\o/ 2026-01-25"},
		{"small letters", "dtstart;value=date:20260125\nsummary:D", "D 2026-01-25"},
		{"with an alarm", "DTSTART;VALUE=DATE:20260125\nSUMMARY:D\nBEGIN:VALARM\nDURATION:PT15M\nSUMMARY:outro\nEND:VALARM", "D 2026-01-25"},
		{"a leap day", "DTSTART;VALUE=DATE:20280229\nRRULE:FREQ=YEARLY\nSUMMARY:D", "D 2028-02-29 yearly"},
		{"no name", "DTSTART;VALUE=DATE:20260125", " 2026-01-25"},
		{"cancelled", "DTSTART;VALUE=DATE:20260125\nSTATUS:CANCELLED", ""},
	} {
		events, problems := Parse(file(test.event), saoPaulo)
		if got := strings.Join(short(events), "; "); got != test.want || len(problems) > 0 {
			t.Errorf("%s: %q, want %q (%v)", test.name, got, test.want, problems)
		}
	}
}

// The zone part's own beginnings are not events, and other programs' files end
// their lines as they like.
func TestParseWholeFiles(t *testing.T) {
	t.Parallel()
	zone := "\ufeffBEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:19700101T000000\nEND:STANDARD\nEND:VTIMEZONE\n" +
		"BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260125\nSUMMARY:A\nEND:VEVENT\n\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260708\nSUMMARY:B\nEND:VEVENT\nEND:VCALENDAR"
	events, problems := Parse([]byte(zone), saoPaulo)
	want := []Event{
		{8, "A", flow.Date{Year: 2026, Month: 1, Day: 25}, flow.Date{Year: 2026, Month: 1, Day: 25}, false},
		{13, "B", flow.Date{Year: 2026, Month: 7, Day: 8}, flow.Date{Year: 2026, Month: 7, Day: 8}, false}}
	if diff := cmp.Diff(want, events); diff != "" || problems != nil {
		t.Errorf("(-want +got):\n%s%v", diff, problems)
	}
}

func TestProblemsAreToldByLine(t *testing.T) {
	t.Parallel()
	good := "DTSTART;VALUE=DATE:20260125\nSUMMARY:Bom"
	for _, test := range []struct {
		event string
		want  Problem // of the event that begins in line 9
		kept  bool
	}{
		{"SUMMARY:sem data", Problem{9, NoDate, ""}, false},
		{"DTSTART;VALUE=DATE:20260230\nSUMMARY:x", Problem{11, BadDate, "20260230"}, false},
		{"SUMMARY:x\nDTSTART:25/01/2026", Problem{12, BadDate, "25/01/2026"}, false},
		{"DTSTART:20260125\nDTEND:amanhã", Problem{12, BadDate, "amanhã"}, false},
		{"DTSTART:20260125\nDTEND:20260124", Problem{12, Reversed, ""}, false},
		{"DTSTART:20260125\nDURATION:3 dias", Problem{12, BadDuration, "3 dias"}, false},
		{"DTSTART:20260101\nDTEND:20260202", Problem{9, TooLong, ""}, false},
		{"DTSTART:20260125\nRRULE:FREQ=WEEKLY;BYDAY=SU", Problem{12, Repeats, "FREQ=WEEKLY;BYDAY=SU"}, false},
		{"DTSTART:20260125\nRRULE:FREQ=YEARLY;COUNT=3", Problem{12, PartlyRead, "FREQ=YEARLY;COUNT=3"}, true},
		{"DTSTART:20260125\nRRULE:FREQ=YEARLY;BYMONTH=2", Problem{12, PartlyRead, "FREQ=YEARLY;BYMONTH=2"}, true},
		{"DTSTART:20260125\nRRULE:FREQ=YEARLY\nEXDATE:20270125", Problem{13, PartlyRead, "EXDATE"}, true},
		{"DTSTART:20260125\nisto não é nada", Problem{12, Syntax, "isto não é nada"}, true},
		{"DTSTART:20260125\nEND:VTODO", Problem{12, Unended, "VTODO"}, true},
	} {
		events, problems := Parse(file(good, test.event), saoPaulo)
		if diff := cmp.Diff([]Problem{test.want}, problems); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.event, diff)
		}
		if kept := len(events) == 2; kept != test.kept || len(events) == 0 || events[0].Name != "Bom" || kept && events[1].Yearly {
			t.Errorf("%q: %q", test.event, short(events))
		}
	}
	for text, want := range map[string]Problem{
		"": {1, NotCalendar, ""}, "<html>": {1, NotCalendar, ""}, "data;nome\n25/01/2026;x": {1, NotCalendar, ""},
		"BEGIN:VCALENDAR\xff": {1, NotText, ""}, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260125": {3, Unended, "VEVENT"},
	} {
		if events, problems := Parse([]byte(text), saoPaulo); len(events) > 0 || !cmp.Equal(problems, []Problem{want}) {
			t.Errorf("%q: %v, %v", text, events, problems)
		}
	}
}

func TestLongFiles(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range MaxEvents + 5 {
		many = append(many, "DTSTART;VALUE=DATE:20260125\nSUMMARY:"+fmt.Sprint(i))
	}
	events, problems := Parse(file(many...), saoPaulo)
	if len(events) != MaxEvents || len(problems) != 1 || problems[0].Code != TooMany {
		t.Errorf("%d events, %v", len(events), problems)
	}
	folded := "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260125\nSUMMARY:a" + strings.Repeat("\n b", 1<<18) + "\nEND:VEVENT\nEND:VCALENDAR"
	if events, _ := Parse([]byte(folded), saoPaulo); len(events) != 1 || utf8.RuneCountInString(events[0].Name) != maxName {
		t.Errorf("a name of 256 KiB: %q", short(events))
	}
}

// Whatever the file: no panic, dates that exist, ranges that are one, lines that
// are the file's, and names that can be shown.
func FuzzParse(f *testing.F) {
	for _, seed := range [][]byte{file("DTSTART;VALUE=DATE:20260125\nDTEND;VALUE=DATE:20260126\nRRULE:FREQ=YEARLY\nSUMMARY:a\\, b"),
		file("DTSTART;TZID=\"a:b\":20260125T090000Z\nDURATION:P1DT2H\n folded"), []byte("BEGIN:VCALENDAR\nEND:VEVENT\nBEGIN:VEVENT\nEND:VEVENT"),
		[]byte("BEGIN:VCALENDAR\n \n\t\n:\n;=:"), nil} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		events, problems := Parse(file, saoPaulo)
		lines := strings.Count(string(file), "\n") + 1
		for _, e := range events {
			for _, d := range []flow.Date{e.First, e.Last} {
				if read, err := flow.ParseDate(d.String()); err != nil || read != d {
					t.Fatalf("%v does not exist", d)
				}
			}
			if e.Last.Before(e.First) || e.Line < 1 || e.Line > lines || !utf8.ValidString(e.Name) || strings.ContainsAny(e.Name, "\r\n\x00") {
				t.Fatalf("%+v of %d lines", e, lines)
			}
		}
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Code == "" || utf8.RuneCountInString(p.Arg) > maxName {
				t.Fatalf("%+v of %d lines", p, lines)
			}
		}
	})
}
