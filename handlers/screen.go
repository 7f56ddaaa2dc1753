package handlers

import (
	"context"
	"io"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/views/ui"
)

// screen is a page of the configuration: its title, its own address, and what it
// shows, which is only read where it is drawn.
type screen struct {
	title, path string
	content     func() (templ.Component, error)
}

// framed is a frame of one view package around the content of another.
func framed(frame, content templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return frame.Render(templ.WithChildren(ctx, content), w)
	})
}

// show answers the page.
func (s *Server) show(c echo.Context, status int, p screen) error {
	return s.showOver(c, status, p, nil, nil)
}

// showPanel answers the side panel's content, or the page with it open.
func (s *Server) showPanel(c echo.Context, status int, p screen, panel templ.Component) error {
	if !wantsPart(c) {
		return s.showOver(c, status, p, panel, nil)
	}
	ui.SetPanel(c.Response().Header(), true)
	return renderPart(c, status, panel)
}

// showModal answers the centred dialog's content, or the page with it open.
func (s *Server) showModal(c echo.Context, status int, p screen, modal templ.Component) error {
	if !wantsPart(c) {
		return s.showOver(c, status, p, nil, modal)
	}
	ui.SetPanel(c.Response().Header(), true)
	return renderPart(c, status, modal)
}

// showMade answers the side panel's content once something was made, which is told
// there and nowhere else; the page under it is as it is now.
func (s *Server) showMade(c echo.Context, p screen, panel templ.Component) error {
	if !wantsPart(c) {
		return s.showOver(c, http.StatusOK, p, panel, nil)
	}
	content, err := p.content()
	if err != nil {
		return err
	}
	ui.SetPanel(c.Response().Header(), true)
	return renderPart(c, http.StatusOK, templ.Join(panel, ui.MainPartial(content)))
}

func (s *Server) showOver(c echo.Context, status int, p screen, panel, modal templ.Component) error {
	content, err := p.content()
	if err != nil {
		return err
	}
	page, err := s.page(c, p.title)
	if err != nil {
		return err
	}
	page.Panel, page.Modal, page.Back = panel, modal, p.path
	return render(c, status, page, content)
}

// finish closes the panel or dialog and shows the page as it is now, with a toast.
// Without scripts it leads to the page.
func (s *Server) finish(c echo.Context, p screen, toast ui.Toast) error {
	if !wantsPart(c) {
		if err := s.Sessions.AddToast(c, toast); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, p.path)
	}
	content, err := p.content()
	if err != nil {
		return err
	}
	head := c.Response().Header()
	ui.SetPanel(head, false)
	ui.SetToast(head, toast)
	return renderPart(c, http.StatusOK, ui.MainPartial(content))
}
