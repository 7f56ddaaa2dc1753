package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/accountview"
	"semaforo/views/noticeview"
	"semaforo/views/ui"
)

// NoticesPage is GET /minha-conta/notificacoes: how one is told of what waits.
func (s *Server) NoticesPage(c echo.Context) error {
	v := ViewerOf(c)
	p, err := s.DB.NoticePreferences(c.Request().Context(), v.Store.ID, v.User.ID)
	if err != nil {
		return err
	}
	return s.drawNotices(c, http.StatusOK, noticeview.Page{Form: noticeForm(p)})
}

// SaveNotices is POST /minha-conta/notificacoes. They are one's own, and no part of
// what the store configures: Auditoria does not keep them.
func (s *Server) SaveNotices(c echo.Context) error {
	var form noticeview.Form
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	version, err := versionOf(form.Version)
	if err != nil {
		return err
	}
	p, refused := s.checkNotices(c, form)
	if len(refused) > 0 {
		return s.drawNotices(c, http.StatusUnprocessableEntity, noticeview.Page{Form: form, Errors: refused})
	}
	ctx := c.Request().Context()
	p.Version = version
	err = s.DB.Tx(ctx, func(tx *db.Tx) error { return tx.SaveNoticePreferences(ctx, p) })
	if errors.Is(err, db.ErrChanged) {
		return s.noticesChanged(c, form)
	}
	if err != nil {
		return err
	}
	if err := s.Sessions.AddToast(c, ui.Toast{Tone: ui.Green, Key: "notices", Text: "Preferências de notificação salvas."}); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, noticeview.Path)
}

// noticesChanged answers who saves over what another page of theirs has saved: what
// they did is kept, and the next press goes through.
func (s *Server) noticesChanged(c echo.Context, form noticeview.Form) error {
	v := ViewerOf(c)
	saved, err := s.DB.NoticePreferences(c.Request().Context(), v.Store.ID, v.User.ID)
	if err != nil {
		return err
	}
	form.Version = strconv.FormatInt(saved.Version, 10)
	return s.drawNotices(c, http.StatusConflict, noticeview.Page{Form: form, Changed: true})
}

// drawNotices fills in what a page of notices has whatever was typed.
func (s *Server) drawNotices(c echo.Context, status int, p noticeview.Page) error {
	v := ViewerOf(c)
	p.Manages, p.MailOn, p.Mail, p.PushKey, p.Zone = v.Role.Can(SeeAllConversations), s.MailOn, v.User.Login, s.PushKey, v.Store.Timezone
	return s.show(c, status, screen{title: "Notificações", path: noticeview.Path, content: func() (templ.Component, error) {
		var err error
		p.Browsers, err = s.browsers(c.Request().Context(), v)
		return framed(accountview.Frame(accountview.TabNotices), noticeview.Notices(p)), err
	}})
}

func noticeForm(p db.NoticePreferences) noticeview.Form {
	f := noticeview.Form{
		Version: strconv.FormatInt(p.Version, 10), Sound1: noticeview.Checked(p.Sound1), Volume1: strconv.Itoa(p.Volume1),
		Sound2: noticeview.Checked(p.Sound2), Volume2: strconv.Itoa(p.Volume2), Mail2: noticeview.Checked(p.Mail2),
		ShowName: noticeview.Checked(p.ShowName), Quiet: noticeview.Checked(p.Quiet.On),
		QuietFrom: noticeview.ClockText(p.Quiet.From), QuietUntil: noticeview.ClockText(p.Quiet.Until),
	}
	for value, on := range map[string]bool{noticeview.PushFirst: p.Push1, noticeview.PushSecond: p.Push2, noticeview.PushManagers: p.PushManagers} {
		if on {
			f.Push = append(f.Push, value)
		}
	}
	for _, day := range p.Quiet.Days {
		f.QuietDays = append(f.QuietDays, strconv.Itoa(int(day)))
	}
	return f
}

// checkNotices reads a form into preferences, and says what is wrong with it.
func (s *Server) checkNotices(c echo.Context, f noticeview.Form) (db.NoticePreferences, map[string]string) {
	v, refused := ViewerOf(c), checkForm(&f)
	p := db.NoticePreferences{Store: v.Store.ID, User: v.User.ID, Sound1: f.Sound1 == noticeview.On, Sound2: f.Sound2 == noticeview.On,
		Push1: slices.Contains(f.Push, noticeview.PushFirst), Push2: slices.Contains(f.Push, noticeview.PushSecond),
		PushManagers: slices.Contains(f.Push, noticeview.PushManagers), Mail2: f.Mail2 == noticeview.On, ShowName: f.ShowName == noticeview.On,
		Quiet: db.Quiet{On: f.Quiet == noticeview.On, Days: []time.Weekday{}}, UpdatedAt: v.Now}
	read := func(name, text, words string, into *int, parse func(string) (int, bool)) {
		n, ok := parse(text)
		if !ok && refused[name] == "" {
			refused[name] = words
		}
		*into = n
	}
	read("volume1", f.Volume1, "Escolha de 0 a 100.", &p.Volume1, noticeview.Volume)
	read("volume2", f.Volume2, "Escolha de 0 a 100.", &p.Volume2, noticeview.Volume)
	read("quiet_from", f.QuietFrom, "Informe a hora, como 22:00.", &p.Quiet.From, noticeview.Minute)
	read("quiet_until", f.QuietUntil, "Informe a hora, como 07:00.", &p.Quiet.Until, noticeview.Minute)
	for _, day := range f.QuietDays {
		if n, err := strconv.Atoi(day); err == nil && !slices.Contains(p.Quiet.Days, time.Weekday(n)) {
			p.Quiet.Days = append(p.Quiet.Days, time.Weekday(n))
		}
	}
	if p.Quiet.On && len(p.Quiet.Days) == 0 && refused["quiet_days"] == "" {
		refused["quiet_days"] = "Escolha ao menos um dia, ou desligue o horário de silêncio."
	}
	return p, refused
}

func (s *Server) browsers(ctx context.Context, v *Viewer) ([]noticeview.Browser, error) {
	all, err := s.DB.Subscriptions(ctx, v.Store.ID, v.User.ID)
	browsers := make([]noticeview.Browser, len(all))
	for i, b := range all {
		browsers[i] = noticeview.Browser{ID: b.ID, Name: browserName(b.UserAgent), Here: b.Session == v.Session,
			Since: b.CreatedAt, Sent: b.SentAt, Failed: b.FailedAt}
	}
	return browsers, err
}
