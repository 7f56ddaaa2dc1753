package ui_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var out strings.Builder
	ctx := ui.WithClock(templ.WithNonce(context.Background(), "n0nce"), now, saoPaulo)
	if err := c.Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func has(t *testing.T, html string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(html, part) {
			t.Errorf("no %q in\n%s", part, html)
		}
	}
}

// The sprite holds what the kit names, and the kit names what the sprite holds.
func TestIconsMatchTheSprite(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../static/src/icons.txt")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[ui.IconName]bool{}
	for line := range strings.Lines(string(raw)) {
		line, _, _ = strings.Cut(line, "#")
		if fields := strings.Fields(line); len(fields) > 0 {
			listed[ui.IconName(fields[0])] = true
		}
	}
	for _, name := range ui.Icons {
		if !listed[name] {
			t.Errorf("icons.txt lacks %q", name)
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("icons.go lacks %q", name)
	}
}

// Every htmx element carries the page's nonce; half a pair is a mistake of the caller.
func TestHX(t *testing.T) {
	t.Parallel()
	attrs := ui.HX(templ.WithNonce(context.Background(), "n0nce"), "get", "/x", "target", "#panel")
	if attrs["hx-nonce"] != "n0nce" || attrs["hx-get"] != "/x" || attrs["hx-target"] != "#panel" {
		t.Errorf("attributes %v", attrs)
	}
	defer func() {
		if recover() == nil {
			t.Error("an odd number of pairs was taken")
		}
	}()
	//lint:ignore SA5012 the mistake is what is tested
	ui.HX(context.Background(), "get")
}

// A toast travels in a header, which carries ASCII alone, and comes out as it went in.
func TestToastHeader(t *testing.T) {
	t.Parallel()
	h := http.Header{}
	in := ui.Toast{Tone: ui.Red, Text: "São 2 º\n\"alertas\" 🚦", Urgent: true}
	ui.SetToast(h, in)
	text := h.Get(ui.HeaderToast)
	for _, r := range text {
		if r < ' ' || r > '~' {
			t.Fatalf("%q in %q", r, text)
		}
	}
	var out ui.Toast
	if err := json.Unmarshal([]byte(text), &out); err != nil || out != in {
		t.Errorf("came out as %+v, %v", out, err)
	}
}

// A field ties its label, help and error to the input, and keeps a hostile value inert.
func TestFieldIsTiedTogether(t *testing.T) {
	t.Parallel()
	html := render(t, ui.Input(ui.InputProps{
		Field: ui.Field{Name: "name", Label: "Nome", Help: "Até 80.", Error: "Falta o nome.", Required: true, Autofocus: true},
		Value: `"><script>alert(1)</script>`,
	}))
	has(t, html, `for="name"`, `id="name"`, `aria-describedby="name-help name-error"`, `id="name-help"`, `id="name-error"`, `aria-invalid="true"`, "required", "autofocus")
	if strings.Contains(html, "<script") {
		t.Errorf("the value came through: %s", html)
	}
	if quiet := render(t, ui.Input(ui.InputProps{Field: ui.Field{Name: "a", Label: "A"}})); strings.Contains(quiet, "aria-invalid") || strings.Contains(quiet, "aria-describedby") {
		t.Errorf("a good field says it is bad: %s", quiet)
	}
}

// The switch posts the state it would change to, and works as a plain form.
func TestSwitchPostsTheOtherState(t *testing.T) {
	t.Parallel()
	on := render(t, ui.Switch(ui.SwitchProps{ID: "s", Action: "/x", Name: "active", On: true, Label: "Ativo"}))
	has(t, on, `name="active" value="false"`, `aria-checked="true"`, `role="switch"`, `method="post"`, `action="/x"`)
	off := render(t, ui.Switch(ui.SwitchProps{ID: "s", Action: "/x", Name: "active", Label: "Ativo"}))
	has(t, off, `name="active" value="true"`, `aria-checked="false"`)
}

// A state is never colour alone: its icon and its word are there.
func TestStatusBadgeHasIconAndWord(t *testing.T) {
	t.Parallel()
	for state, want := range map[ui.State][3]string{
		ui.OnTime: {"tone-green", "#circle-check", "No prazo"}, ui.FirstLate: {"tone-yellow", "#alert-one", "1º alerta"},
		ui.LastLate: {"tone-red", "#alert-two", "2º alerta"}, ui.Postponed: {"tone-neutral", "#snooze", "Adiada até 14:30"},
		ui.Answered: {"tone-neutral", "#check-check", "Respondida"}, ui.Closed: {"tone-neutral", "#archive", "Finalizada"},
	} {
		has(t, render(t, ui.StatusBadge(ui.StatusProps{State: state, Until: "14:30"})), want[0], want[1], want[2])
	}
}

// A relative time has the exact one on hover and for screen readers, and is not announced as it ticks.
func TestRelTime(t *testing.T) {
	t.Parallel()
	html := render(t, ui.RelTime(ui.TimeProps{At: now.Add(-12 * 60e9), Prefix: "espera "}))
	has(t, html, `<span>espera há 12 min</span>`, `title="23/11/2026 às 14:18"`, `(23/11/2026 às 14:18)`, `role="timer"`, `data-since="2026-11-23T17:18:00.000Z"`, `data-prefix="espera "`)
	if html := render(t, ui.RelTime(ui.TimeProps{})); html != "" {
		t.Errorf("no instant gave %q", html)
	}
}

// Rows are named after their conversations, not their places.
func TestRowIdsDoNotDependOnPosition(t *testing.T) {
	t.Parallel()
	html := render(t, ui.Row(ui.RowProps{ID: "abc", Href: "/conversas/abc", Name: "<b>Ana</b>", Preview: "oi"}))
	has(t, html, `id="row-abc"`, `id="row-abc-link"`, `&lt;b&gt;Ana`)
}
