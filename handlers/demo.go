package handlers

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"semaforo/views/layout"
	"semaforo/views/ui"
)

// Movement is a demonstration's customers and sellers who write by themselves.
type Movement interface {
	Paused() bool
	Pause(paused bool)
}

// DemoPath is where the demonstration's banner pauses the movement.
const DemoPath = "/demonstracao"

// demo is the banner of a demonstration's pages, nil on a real store's.
func (s *Server) demo(ctx context.Context, v *Viewer) *layout.Demo {
	if !v.Store.Demo {
		return nil
	}
	d := &layout.Demo{Chat: "/chat/" + v.Store.Slug}
	if s.Clock.Speed != 1 {
		d.Text = "Demonstração acelerada: o tempo passa " + strconv.FormatFloat(s.Clock.Speed, 'f', -1, 64) +
			" vezes mais rápido. Os clientes e vendedores são simulados."
	}
	if s.Movement != nil {
		d.Paused, d.Action = s.Movement.Paused(), DemoPath
		d.Form = ui.HX(ctx, "post", DemoPath, "target", "#demo", "swap", "outerMorph")
	}
	return d
}

// PauseDemo is POST /demonstracao: the movement stands still, or goes on.
func (s *Server) PauseDemo(c echo.Context) error {
	if s.Movement == nil {
		return NotFound()
	}
	paused, err := strconv.ParseBool(c.FormValue("paused"))
	if err != nil {
		return BadRequest("paused", "paused is true or false", "")
	}
	s.Movement.Pause(paused)
	if wantsPart(c) {
		return renderPart(c, http.StatusOK, layout.DemoBanner(s.demo(c.Request().Context(), ViewerOf(c))))
	}
	return c.Redirect(http.StatusSeeOther, cameFrom(c))
}
