package inboxview_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"semaforo/flow"
	"semaforo/views/ui"
)

var (
	saoPaulo = func() *time.Location {
		loc, err := time.LoadLocation("America/Sao_Paulo")
		if err != nil {
			panic(err)
		}
		return loc
	}()
	// now is a Monday, 10:00 in São Paulo.
	now = time.Date(2026, time.November, 23, 13, 0, 0, 0, time.UTC)
)

func draw(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	var b strings.Builder
	ctx := templ.WithNonce(ui.WithClock(context.Background(), now, saoPaulo), "nonce")
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		if id := s.AttrOr("id", ""); ids[id] {
			t.Errorf("the id %q stands twice", id)
		} else {
			ids[id] = true
		}
	})
	return doc
}

// words are the text of what a selector finds, each element's apart, white space
// collapsed.
func words(doc *goquery.Document, selector string) string {
	var all []string
	var walk func(*goquery.Selection)
	walk = func(s *goquery.Selection) {
		s.Contents().Each(func(_ int, part *goquery.Selection) {
			if goquery.NodeName(part) == "#text" {
				all = append(all, strings.Fields(part.Text())...)
			} else {
				walk(part)
			}
		})
	}
	walk(doc.Find(selector))
	return strings.Join(all, " ")
}

func wants(t *testing.T, doc *goquery.Document, selector, text string) {
	t.Helper()
	if got := words(doc, selector); !strings.Contains(got, text) {
		t.Errorf("%s says %q, want %q", selector, got, text)
	}
}

func lacks(t *testing.T, doc *goquery.Document, selector string) {
	t.Helper()
	if found := doc.Find(selector); found.Length() > 0 {
		t.Errorf("%s should not be there: %q", selector, found.First().Text())
	}
}

func waiting(id string, level flow.Level, since time.Duration) flow.Conversation {
	at := now.Add(-since)
	return flow.Conversation{ID: id, Status: flow.Open, WaitStart: at, ClockStart: at, IdleSince: at, LastAt: at,
		LastFrom: flow.FromCustomer, Level: level}
}
