package pictures_test

import (
	"flag"
	"net/url"
	"os"
	"testing"

	"semaforo/static/browsertest"
)

var update = flag.Bool("update", false, "take the pictures anew")

// picture is a part of a page that is to look as it is committed.
type picture struct {
	name string
	path string // {alert} is the address of why a conversation was alerted
	part string // the selector of what the picture shows
	form string // what is posted to the path; empty: nothing
	// looks are the bitmaps; the structure is the same in all of them.
	looks []look
}

// look is a window's width, by light or in the dark.
type look struct {
	width int64
	dark  bool
}

var (
	desk, night  = look{1440, false}, look{1440, true}
	phone, pouch = look{390, false}, look{390, true}
)

// golden are the pictures that tests compare, one a line.
var golden = []picture{
	{"mapa", "/automacoes/inatividade/mapa", "#map-picture", "", []look{desk, night, phone}},
	{"relatorio-dias", "/relatorios", "#report-days", "", []look{desk, night, phone}},
	{"relatorio-horas", "/relatorios", "#report-hours", "", []look{desk, night}},
	{"por-que", "{alert}", "#panel", "", []look{desk, pouch}},
	{"impacto", "/automacoes/inatividade/time/principal", "#flow-impact", hurried, []look{desk, phone}},
	{"esperas", "/automacoes/inatividade/time/principal/teste", "#flow-backtest", hurried, []look{desk, night, phone}},
}

// readme are the README's pictures: whole windows that have the part in sight, taken by `make pictures`.
var readme = []picture{
	{name: "conversas", path: "/conversas?tab=all"},
	{name: "impacto", path: "/automacoes/inatividade/time/principal", part: "#flow-impact", form: hurried},
	{name: "mapa", path: "/automacoes/inatividade/mapa"},
}

// hurried is the panel of the team queue's main flow after its second step, with times so short that saving
// them moves conversations at once.
var hurried = url.Values{"go": {"next"}, "step": {"alert2"}, "version": {"1"}, "alert1": {"1"}, "alert1_unit": {"minutes"}, "alert2": {"3"}, "alert2_unit": {"minutes"},
	"when": {"alert2"}, "delay": {""}, "delay_unit": {"minutes"}, "action": {"transfer_team"}, "team": {"plantao"}, "seller": {""}, "clock": {"always"}}.Encode()

func TestMain(m *testing.M) { os.Exit(browsertest.Main(m)) }

// What the server draws is what is committed, whatever browser there is.
func TestStructures(t *testing.T) {
	t.Parallel()
	s := newStudio(t)
	for _, p := range golden {
		t.Run(p.name, func(t *testing.T) { sameText(t, p.name+".html", s.structure(t, p)) })
	}
}

// The bitmaps are those that are committed, where the browser and its fonts are the ones they were taken with.
func TestPictures(t *testing.T) {
	t.Parallel()
	s := newStudio(t)
	b := s.sitter(t)
	same := sameBrowser(t, b)
	for _, p := range golden {
		for _, l := range p.looks {
			t.Run(p.name+l.String(), func(t *testing.T) {
				if !same && !*update {
					t.Skip("NOT COMPARED: another browser or other fonts than in testdata/browser.txt; run make pictures on the machine that is to compare")
				}
				s.open(b, p, l)
				samePicture(t, p.name+l.String()+".png", b.Picture(p.part))
			})
		}
	}
	if !*update {
		return
	}
	for _, p := range readme {
		s.open(b, p, desk)
		write(t, "../../../static/readme/"+p.name+".png", smaller(t, b.Picture("")))
	}
}
