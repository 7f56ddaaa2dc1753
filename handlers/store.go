package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/storeview"
	"semaforo/views/ui"
)

// StorePage is Loja: the store's name and time zone, and its rules.
func (s *Server) StorePage(c echo.Context) error {
	return s.showStore(c, http.StatusOK, storePageOf(ViewerOf(c).Store))
}

func storePageOf(store db.Store) storeview.StorePage {
	return storeview.StorePage{ID: store.ID, Slug: store.Slug, OpenPortfolio: store.OpenPortfolio, TwoStep: store.TwoStepRequired,
		Form: storeview.StoreForm{Name: store.Name, Timezone: store.Timezone, SeenName: store.Name, SeenTimezone: store.Timezone}}
}

func (s *Server) showStore(c echo.Context, status int, p storeview.StorePage) error {
	return s.show(c, status, storeScreen(p))
}

func storeScreen(p storeview.StorePage) screen {
	return screen{title: "Loja", path: StorePath, content: func() (templ.Component, error) { return storeview.Store(p), nil }}
}

// SaveStore changes the store's name and time zone.
func (s *Server) SaveStore(c echo.Context) error {
	var form storeview.StoreForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	form.Trim()
	v := ViewerOf(c)
	page := storePageOf(v.Store)
	if form.ID != v.Store.ID {
		return anotherStore()
	}
	page.Form, page.Errors = form, checkForm(&form)
	if page.Errors["timezone"] == "" && !ui.KnownZone(form.Timezone) && form.Timezone != v.Store.Timezone {
		page.Errors["timezone"] = "Escolha um fuso horário da lista."
	}
	if len(page.Errors) > 0 {
		return s.showStore(c, http.StatusUnprocessableEntity, page)
	}
	saved, err := s.setStore(c, form)
	if errors.Is(err, db.ErrChanged) {
		return s.lostStore(c, page, saved)
	}
	if err != nil {
		return err
	}
	if err := s.Sessions.AddToast(c, ui.Toast{Tone: ui.Green, Key: "store", Text: storeSaved(v.Store, saved)}); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, StorePath)
}

func storeSaved(before, after db.Store) string {
	if before.Timezone == after.Timezone {
		return "Loja salva."
	}
	return "Loja salva. Horários e prazos passam a ser lidos no fuso de " + ui.ZoneWord(after.Timezone) + "."
}

// setStore writes the form and returns the store after it; with db.ErrChanged, as
// somebody else left it.
func (s *Server) setStore(c echo.Context, form storeview.StoreForm) (saved db.Store, err error) {
	err = s.changeStore(c, func(store *db.Store) error {
		if saved = *store; store.Name != form.SeenName || store.Timezone != form.SeenTimezone {
			return db.ErrChanged
		}
		store.Name, store.Timezone = form.Name, form.Timezone
		saved = *store
		return nil
	})
	return saved, err
}

// changeStore changes the viewer's store through the one door, with its entry in
// the audit trail.
func (s *Server) changeStore(c echo.Context, change func(*db.Store) error) error {
	return s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		before, err := tx.Store(ctx, by.store)
		if err != nil {
			return err
		}
		after := before
		if err := change(&after); err != nil {
			return err
		}
		var made changes
		made.add("name", before.Name, after.Name)
		made.add("timezone", ui.ZoneWord(before.Timezone), ui.ZoneWord(after.Timezone))
		made.add("open_portfolio", yesNo(before.OpenPortfolio), yesNo(after.OpenPortfolio))
		made.add("two_step_required", yesNo(before.TwoStepRequired), yesNo(after.TwoStepRequired))
		if len(made) == 0 {
			return nil
		}
		if err := tx.UpdateStore(ctx, after); err != nil {
			return err
		}
		return record(ctx, tx, c, by.at, db.Audit{Noun: db.NounStore, NounID: after.ID, NounName: after.Name,
			Action: db.AuditChanged, Changes: made})
	})
}

// lostStore shows what somebody else saved beside what was typed; the form then
// carries what has been seen, so that a second press goes through.
func (s *Server) lostStore(c echo.Context, page storeview.StorePage, saved db.Store) error {
	lost := storeview.Lost{Name: saved.Name, Timezone: saved.Timezone}
	entries, err := s.DB.AuditTrail(c.Request().Context(), saved.ID, db.AuditQuery{Noun: db.NounStore}, 20)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if slices.ContainsFunc(e.Changes, func(change db.AuditChange) bool { return change.Field == "name" || change.Field == "timezone" }) {
			lost.By, lost.At = e.ByName, e.At
			break
		}
	}
	page.Form.SeenName, page.Form.SeenTimezone, page.Lost = saved.Name, saved.Timezone, &lost
	return s.showStore(c, http.StatusConflict, page)
}

// anotherStore is the failure of a form of the store that was left in another tab.
func anotherStore() *Failure {
	return conflict("changed", "the form is of another store", "Você trocou de loja em outra janela. Recarregue a página e tente de novo.")
}

// SwitchPortfolio opens the portfolio to sellers, or closes it.
func (s *Server) SwitchPortfolio(c echo.Context) error {
	return s.switchRule(c, func(store *db.Store, on bool) string {
		store.OpenPortfolio = on
		if on {
			return "Vendedores passam a ver clientes fora da própria carteira."
		}
		return "Vendedores passam a ver só a própria carteira."
	})
}

// SwitchTwoStep has everybody sign in in two steps, or leaves it to each. Who asks it
// of everybody is asked first: it sends away whoever has not set it up, themselves
// among them.
func (s *Server) SwitchTwoStep(c echo.Context) error {
	v := ViewerOf(c)
	if c.FormValue("on") == "true" && c.FormValue("sure") == "" && c.FormValue("store") == v.Store.ID {
		own, err := s.DB.TwoStep(c.Request().Context(), v.User.ID)
		if err != nil {
			return err
		}
		page := storePageOf(v.Store)
		return s.showModal(c, http.StatusOK, storeScreen(page), storeview.TwoStepDialog(page, own.EnabledAt.IsZero()))
	}
	return s.switchRule(c, func(store *db.Store, on bool) string {
		store.TwoStepRequired = on
		if on {
			return "Verificação em duas etapas exigida de todos."
		}
		return "Verificação em duas etapas deixada à escolha de cada um."
	})
}

// switchRule sets one of the store's rules to what its switch posts; set changes
// it and says so.
func (s *Server) switchRule(c echo.Context, set func(store *db.Store, on bool) string) error {
	if c.FormValue("store") != ViewerOf(c).Store.ID {
		return anotherStore()
	}
	on := c.FormValue("on")
	if on != "true" && on != "false" {
		return BadRequest("on", "on is neither true nor false", "O formulário está incompleto. Recarregue a página e tente de novo.")
	}
	var saved db.Store
	toast := ui.Toast{Tone: ui.Green, Key: "store"}
	err := s.changeStore(c, func(store *db.Store) error {
		toast.Text = set(store, on == "true")
		saved = *store
		return nil
	})
	if err != nil {
		return err
	}
	if wantsPart(c) {
		ui.SetPanel(c.Response().Header(), false)
		ui.SetToast(c.Response().Header(), toast)
		return renderPart(c, http.StatusOK, storeview.RulesPartial(storePageOf(saved)))
	}
	if err := s.Sessions.AddToast(c, toast); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, StorePath)
}
