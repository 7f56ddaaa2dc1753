package handlers

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/inboxview"
	"semaforo/views/ui"
)

// Assume is POST /conversas/:id/assumir.
func (s *Server) Assume(c echo.Context) error {
	return s.press(c, func(v *Viewer) scheduler.Act { return scheduler.Act{Type: flow.Assume, Seller: v.Seller} },
		"A conversa agora está com você.")
}

// Resume is POST /conversas/:id/continuar.
func (s *Server) Resume(c echo.Context) error {
	return s.press(c, func(*Viewer) scheduler.Act { return scheduler.Act{Type: flow.Resume} }, "O adiamento terminou.")
}

// NoReplyNeeded is POST /conversas/:id/nao-precisa-de-resposta.
func (s *Server) NoReplyNeeded(c echo.Context) error {
	return s.press(c, func(v *Viewer) scheduler.Act { return scheduler.Act{Type: flow.NoReplyNeeded, Seller: v.Seller} },
		"Marcada: não precisa de resposta.")
}

// press is a button that acts at once.
func (s *Server) press(c echo.Context, act func(*Viewer) scheduler.Act, done string) error {
	v := ViewerOf(c)
	t, err := s.actable(c)
	if err != nil {
		return err
	}
	if words := t.moved(v, c.FormValue("holder")); words != "" {
		return s.refusedAct(c, http.StatusConflict, words)
	}
	a := act(v)
	a.Conversation = t.row.ID
	if _, err := s.Door.Act(c.Request().Context(), v.Store.ID, v.By(), a); err != nil {
		return s.failedAct(c, err)
	}
	return s.acted(c, done)
}

// actable reads the conversation that is asked to change, for who may change it.
func (s *Server) actable(c echo.Context) (talk, error) {
	t, err := s.talk(c, c.Param("id"))
	if err == nil && (!t.view.MayAct || t.view.Me == "") {
		err = Forbidden()
	}
	if err != nil && wantsPart(c) && FailureOf(err).Status == http.StatusNotFound {
		// The page is open: it was theirs a moment ago, and what they typed stays.
		gone := NotFound()
		gone.Words = "Esta conversa não está mais com você. Nada foi mudado."
		err = gone
	}
	return t, err
}

// moved says who has the conversation now, where that is somebody else than the
// page showed when the button was pressed; pages that did not say are not asked.
func (t *talk) moved(v *Viewer, seen string) string {
	now := t.row.Holder()
	if seen == "" || seen == now || t.row.Seller == v.Seller || t.row.Status == flow.Closed {
		return ""
	}
	if t.row.Seller == "" && t.row.Team == "" {
		return "A conversa voltou para Aguardando enquanto você estava aqui. Se ainda quiser, faça de novo."
	}
	return "A conversa passou para " + t.view.Names.Holder(t.row.Team, t.row.Seller) + " enquanto você estava aqui. Se ainda quiser, faça de novo."
}

// PostponePage is GET /conversas/:id/adiar: another date and time.
func (s *Server) PostponePage(c echo.Context) error {
	t, err := s.actable(c)
	if err != nil {
		return err
	}
	return s.askTalk(c, http.StatusOK, t, inboxview.PostponeDialog(t.view, inboxview.PostponeForm{}))
}

// Postpone is POST /conversas/:id/adiar.
func (s *Server) Postpone(c echo.Context) error {
	var form inboxview.PostponeForm
	v := ViewerOf(c)
	if err := (&echo.DefaultBinder{}).BindBody(c, &form); err != nil {
		return err
	}
	t, err := s.actable(c)
	if err != nil {
		return err
	}
	until := form.Check(v.Now, v.Location)
	status := http.StatusUnprocessableEntity
	if form.Problem = t.moved(v, form.Seen); form.Problem != "" {
		status = http.StatusConflict
	}
	if !form.Wrong() {
		_, err = s.Door.Act(c.Request().Context(), v.Store.ID, v.By(),
			scheduler.Act{Conversation: t.row.ID, Type: flow.Postpone, Until: until, Reason: form.Reason})
		if err == nil {
			return s.acted(c, "Adiada até "+ui.Until(v.Now, until, v.Location)+".")
		}
		if status, form.Problem, err = refusal(err); err != nil {
			return err
		}
	}
	if form.Short() && form.ReasonError == "" {
		return s.refusedAct(c, status, form.First())
	}
	return s.askTalk(c, status, t, inboxview.PostponeDialog(t.view, form))
}

// TransferPage is GET /conversas/:id/transferir.
func (s *Server) TransferPage(c echo.Context) error {
	t, err := s.actable(c)
	if err != nil {
		return err
	}
	return s.askTalk(c, http.StatusOK, t, inboxview.TransferDialog(t.view, t.choices(inboxview.TransferForm{})))
}

// Transfer is POST /conversas/:id/transferir.
func (s *Server) Transfer(c echo.Context) error {
	var form inboxview.TransferForm
	v := ViewerOf(c)
	if err := (&echo.DefaultBinder{}).BindBody(c, &form); err != nil {
		return err
	}
	t, err := s.actable(c)
	if err != nil {
		return err
	}
	team, seller := form.Check()
	status := http.StatusUnprocessableEntity
	if form.Problem = t.moved(v, form.Seen); form.Problem != "" {
		status = http.StatusConflict
	}
	if !form.Wrong() {
		_, err = s.Door.Act(c.Request().Context(), v.Store.ID, v.By(),
			scheduler.Act{Conversation: t.row.ID, Type: flow.Transfer, Team: team, Seller: seller})
		if err == nil {
			return s.acted(c, "Transferida para "+t.view.Names.Holder(team, seller)+".")
		}
		if status, form.Problem, err = refusal(err); err != nil {
			return err
		}
	}
	return s.askTalk(c, status, t, inboxview.TransferDialog(t.view, t.choices(form)))
}

// choices are whom the conversation can go to: not who has it.
func (t *talk) choices(f inboxview.TransferForm) inboxview.TransferForm {
	f.Teams, f.Sellers = teamOptions(t.teams, false), sellerOptions(t.sellers, false)
	for i := range f.Teams {
		if t.row.Seller == "" && f.Teams[i].Value == t.row.Team {
			f.Teams[i].Disabled, f.Teams[i].Note = true, "já está aqui"
		}
	}
	for i := range f.Sellers {
		if f.Sellers[i].Value == t.row.Seller {
			f.Sellers[i].Disabled, f.Sellers[i].Note = true, "já está com a conversa"
		}
	}
	return f
}

// ClosePage is GET /conversas/:id/finalizar: the question.
func (s *Server) ClosePage(c echo.Context) error {
	t, err := s.actable(c)
	if err != nil {
		return err
	}
	return s.askTalk(c, http.StatusOK, t, inboxview.CloseDialog(t.view, t.closing(ViewerOf(c), inboxview.CloseForm{})))
}

// Close is POST /conversas/:id/finalizar.
func (s *Server) Close(c echo.Context) error {
	var form inboxview.CloseForm
	v := ViewerOf(c)
	if err := (&echo.DefaultBinder{}).BindBody(c, &form); err != nil {
		return err
	}
	t, err := s.actable(c)
	if err != nil {
		return err
	}
	status := http.StatusConflict
	form.Problem = t.moved(v, form.Seen)
	if form.Problem == "" && t.row.LastFrom == flow.FromCustomer && int64(db.At(t.row.LastAt)) > form.Last {
		form.Problem = "O cliente escreveu agora há pouco. Leia a mensagem antes de finalizar."
	}
	if form.Problem == "" {
		_, err = s.Door.Act(c.Request().Context(), v.Store.ID, v.By(), scheduler.Act{Conversation: t.row.ID, Type: flow.Close,
			With: s.entrust(c, t.contact, form.Responsible)})
		if err == nil {
			return s.acted(c, "Conversa finalizada.")
		}
		if FailureOf(err).Status == http.StatusForbidden {
			return s.askTalk(c, http.StatusConflict, t, inboxview.CloseDialog(t.view, t.closing(v, takenMeanwhile(form))))
		}
		if status, form.Problem, err = refusal(err); err != nil {
			return err
		}
	}
	return s.askTalk(c, status, t, inboxview.CloseDialog(t.view, t.closing(v, form)))
}

// entrust gives the customer of a conversation a responsible in the transaction that
// closes it; nil where nobody was chosen.
func (s *Server) entrust(c echo.Context, contact db.Contact, to string) func(context.Context, *db.Tx, time.Time) error {
	if to == "" {
		return nil
	}
	return func(ctx context.Context, tx *db.Tx, now time.Time) error {
		k, err := tx.LockCustomer(ctx, contact.Store, contact.Customer)
		if err != nil {
			return err
		}
		return s.assign(ctx, tx, c, now, k, to)
	}
}

// takenMeanwhile is the question asked anew of who may no longer take the customer.
func takenMeanwhile(f inboxview.CloseForm) inboxview.CloseForm {
	f.Responsible, f.Problem = "", "Este cliente acabou de ganhar outro responsável. Nada foi mudado."
	return f
}

// entrusted are the sellers whom a viewer may make responsible when closing.
func (t *talk) entrusted(v *Viewer) []ui.Option {
	k := db.Customer{Store: v.Store.ID, Seller: t.contact.Seller}
	var all []ui.Option
	for _, o := range sellerOptions(t.sellers, false) {
		if o.Value == k.Seller || !CanAssign(v, k, o.Value) {
			continue
		}
		if o.Value == v.Seller {
			o.Label = "Você"
			all = append([]ui.Option{o}, all...)
			continue
		}
		all = append(all, o)
	}
	return all
}

// closing remembers what the question was asked upon.
func (t *talk) closing(v *Viewer, f inboxview.CloseForm) inboxview.CloseForm {
	f.Sellers = t.entrusted(v)
	f.Last, f.Waiting = int64(db.At(t.row.LastAt)), t.row.WaitStart
	return f
}

// askTalk shows a question: in its dialog, or over the page for who has no scripts.
func (s *Server) askTalk(c echo.Context, status int, t talk, dialog templ.Component) error {
	if wantsPart(c) {
		ui.SetPanel(c.Response().Header(), true)
		return renderPart(c, status, dialog)
	}
	return s.showTalk(c, status, t, dialog)
}

// acted answers what has been done: the conversation as it is now, or the list
// where it is no longer the viewer's to see.
func (s *Server) acted(c echo.Context, words string) error {
	toast := ui.Toast{Text: words, Key: "act"}
	t, err := s.talk(c, c.Param("id"))
	lost := err != nil && FailureOf(err).Status == http.StatusNotFound
	switch {
	case err != nil && !lost:
		return err
	case !lost && wantsPart(c):
		ui.SetPanel(c.Response().Header(), false)
		ui.SetToast(c.Response().Header(), toast)
		return renderPart(c, http.StatusOK, partsFor(c, t.view))
	}
	if err := s.Sessions.AddToast(c, toast); err != nil {
		return err
	}
	f, err := filterOf(c)
	if err != nil {
		return err
	}
	address := f.ConversationURL(c.Param("id"))
	if lost {
		address = f.URL()
	}
	if wantsPart(c) {
		c.Response().Header().Set("HX-Redirect", address)
		return c.NoContent(http.StatusOK)
	}
	return c.Redirect(http.StatusSeeOther, address)
}

// partsFor are the parts of the page for who asked: a form of the head, or one in
// a dialog. Who has just closed a conversation writes no more in it.
func partsFor(c echo.Context, view inboxview.Conversation) templ.Component {
	return inboxview.Parts(view, inboxview.Answer{
		Dialog:   strings.HasSuffix(c.Request().Header.Get("HX-Target"), "#"+ui.ModalID),
		Composer: view.Status == flow.Closed && view.Problem == "",
	})
}

// refusal is what a refused event is to a person, and its status; an error that
// is not theirs comes back.
func refusal(err error) (status int, words string, other error) {
	f := FailureOf(err)
	if f.Status != http.StatusConflict && f.Status != http.StatusUnprocessableEntity {
		return f.Status, "", err
	}
	words = f.Words
	if len(f.Errors) > 0 {
		words = f.Errors[0].Words
	}
	return f.Status, words, nil
}

func (s *Server) failedAct(c echo.Context, err error) error {
	status, words, other := refusal(err)
	if other != nil {
		return other
	}
	return s.refusedAct(c, status, words)
}

// refusedAct tells why a button did nothing, with the conversation as it is now.
func (s *Server) refusedAct(c echo.Context, status int, words string) error {
	t, err := s.talk(c, c.Param("id"))
	if err != nil {
		return err
	}
	t.view.Problem = words
	if wantsPart(c) {
		ui.SetToast(c.Response().Header(), ui.Toast{Tone: ui.Yellow, Text: words, Key: "act"})
		return renderPart(c, status, partsFor(c, t.view))
	}
	return s.showTalk(c, status, t, nil)
}
