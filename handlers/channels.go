package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/channelview"
	"semaforo/views/ui"
)

// ListChannels is GET /configuracoes/canais.
func (s *Server) ListChannels(c echo.Context) error {
	if !wantsPart(c) {
		return s.show(c, http.StatusOK, s.channelsScreen(c))
	}
	l, err := s.channelList(c)
	if err != nil {
		return err
	}
	return renderPart(c, http.StatusOK, channelview.Channels(l))
}

// channelsScreen is the list.
func (s *Server) channelsScreen(c echo.Context) screen {
	return screen{title: "Canais", path: channelview.Path, content: func() (templ.Component, error) {
		l, err := s.channelList(c)
		return channelview.ListPage(l), err
	}}
}

func (s *Server) channelList(c echo.Context) (channelview.List, error) {
	v := ViewerOf(c)
	l := channelview.List{CanEdit: v.Role.Can(EditConfiguration), CanKeys: v.Role.Can(ManageKeys)}
	channels, teams, err := s.channelsAndTeams(c)
	for _, h := range channels {
		l.Channels = append(l.Channels, channelLine(h, teams))
	}
	return l, err
}

func (s *Server) channelsAndTeams(c echo.Context) (channels []db.Channel, teams []db.Team, err error) {
	ctx, store := c.Request().Context(), ViewerOf(c).Store.ID
	err = s.DB.Snapshot(ctx, func(q db.Queries) (err error) {
		if channels, err = q.Channels(ctx, store); err != nil {
			return err
		}
		teams, err = q.Teams(ctx, store)
		return err
	})
	return channels, teams, err
}

func channelLine(h db.Channel, teams []db.Team) channelview.Channel {
	line := channelview.Channel{ID: h.ID, Name: h.Name, Kind: h.Kind, TeamID: h.Team, Active: h.Active,
		Version: strconv.FormatInt(h.Version, 10), LastMessage: h.LastMessageAt,
		Refusal: channelview.Refusal{At: h.Refusal.At, Code: h.Refusal.Code, Text: h.Refusal.Text}}
	if i := slices.IndexFunc(teams, func(t db.Team) bool { return t.ID == h.Team }); i >= 0 {
		line.Team = teams[i].Name
	}
	return line
}

// ShowChannel is GET /configuracoes/canais/{channel}.
func (s *Server) ShowChannel(c echo.Context) error {
	p, err := s.channelPage(c, c.Param("channel"))
	if err != nil {
		return err
	}
	if wantsPart(c) {
		return renderPart(c, http.StatusOK, channelview.Details(p))
	}
	content := func() (templ.Component, error) { return channelview.ChannelPage(p), nil }
	return s.show(c, http.StatusOK, screen{title: p.Name, path: channelview.ChannelPath(p.ID), content: content})
}

// channelScreen is one channel's page; its content is read anew.
func (s *Server) channelScreen(c echo.Context, id, name string) screen {
	return screen{title: name, path: channelview.ChannelPath(id), content: func() (templ.Component, error) {
		p, err := s.channelPage(c, id)
		return channelview.ChannelPage(p), err
	}}
}

// channelPage reads one channel with how to use it.
func (s *Server) channelPage(c echo.Context, id string) (channelview.Page, error) {
	v := ViewerOf(c)
	ctx := c.Request().Context()
	p := channelview.Page{CanEdit: v.Role.Can(EditConfiguration), CanKeys: v.Role.Can(ManageKeys)}
	channels, teams, err := s.channelsAndTeams(c)
	if err != nil {
		return p, err
	}
	i := slices.IndexFunc(channels, func(h db.Channel) bool { return h.ID == id })
	if i < 0 {
		return p, NotFound()
	}
	p.Channel = channelLine(channels[i], teams)
	counts, err := s.DB.CountConversations(ctx, v.Store.ID, db.ListQuery{Tab: db.TabAll, ChannelID: id})
	p.Open = counts.Ranks.Total()
	if p.Kind == db.ChannelChat {
		main, _ := chatChannel(channels, "")
		p.Address, p.Embed = s.chatAddress(c, p.ID, main.ID == id)
	} else {
		p.Curl = curlExample(s.absolute(c, "/api/v1/messages"), id)
	}
	return p, err
}

// NewChannel is GET /configuracoes/canais/novo.
func (s *Server) NewChannel(c echo.Context) error {
	e := channelview.Edit{Form: channelview.Form{Kind: db.ChannelChat}, Back: channelview.Path}
	return s.drawChannelEdit(c, http.StatusOK, e)
}

// EditChannel is GET /configuracoes/canais/{channel}/editar.
func (s *Server) EditChannel(c echo.Context) error {
	h, err := s.DB.Channel(c.Request().Context(), ViewerOf(c).Store.ID, c.Param("channel"))
	if err != nil {
		return err
	}
	e := channelview.Edit{ID: h.ID, Form: channelview.Form{Version: strconv.FormatInt(h.Version, 10), Name: h.Name, Kind: h.Kind, Team: h.Team}}
	return s.drawChannelEdit(c, http.StatusOK, e)
}

// drawChannelEdit answers the dialog, over the page it was opened from.
func (s *Server) drawChannelEdit(c echo.Context, status int, e channelview.Edit) error {
	ctx, store := c.Request().Context(), ViewerOf(c).Store.ID
	teams, err := s.DB.Teams(ctx, store)
	if err != nil {
		return err
	}
	for _, t := range teams {
		if !t.Archived || t.ID == e.Form.Team {
			e.Teams = append(e.Teams, ui.Option{Value: t.ID, Label: t.Name, Selected: t.ID == e.Form.Team})
		}
	}
	if e.ID == "" {
		e.Back = channelview.Path
		return s.showModal(c, status, s.channelsScreen(c), channelview.EditDialog(e))
	}
	h, err := s.DB.Channel(ctx, store, e.ID)
	if err != nil {
		return err
	}
	if e.Named, err = flowsOnChannel(ctx, s.DB.Queries, store, h.Name); err != nil {
		return err
	}
	e.Back = channelview.ChannelPath(e.ID)
	return s.showModal(c, status, s.channelScreen(c, e.ID, h.Name), channelview.EditDialog(e))
}

// CreateChannel is POST /configuracoes/canais/novo.
func (s *Server) CreateChannel(c echo.Context) error {
	e := channelview.Edit{}
	if err := decodeForm(c, &e.Form); err != nil {
		return err
	}
	e.Form.Trim()
	if e.Errors = checkForm(&e.Form); len(e.Errors) > 0 {
		return s.drawChannelEdit(c, http.StatusUnprocessableEntity, e)
	}
	h := db.Channel{ID: db.NewID(), Name: e.Form.Name, Kind: e.Form.Kind, Team: e.Form.Team, Active: true}
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		h.Store, h.CreatedAt = by.store, by.at
		return createChannel(ctx, tx, c, h)
	})
	if err != nil {
		return s.channelRefused(c, e, err)
	}
	return s.finish(c, s.channelScreen(c, h.ID, h.Name), ui.Toast{Tone: ui.Green, Key: "channel", Text: "Canal " + h.Name + " criado."})
}

// SaveChannel is POST /configuracoes/canais/{channel}/editar: its name and where
// its new conversations go.
func (s *Server) SaveChannel(c echo.Context) error {
	e := channelview.Edit{ID: c.Param("channel")}
	if err := decodeForm(c, &e.Form); err != nil {
		return err
	}
	e.Form.Trim()
	version, err := versionOf(e.Form.Version)
	if err != nil {
		return err
	}
	if e.Errors = checkForm(&e.Form, "Name"); len(e.Errors) > 0 {
		return s.drawChannelEdit(c, http.StatusUnprocessableEntity, e)
	}
	var done changedChannel
	err = s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		present, err := tx.Channel(ctx, by.store, e.ID)
		if err != nil {
			return err
		}
		if present.Version != version {
			e.Form.Version = strconv.FormatInt(present.Version, 10)
			return db.ErrChanged
		}
		next := present
		next.Name, next.Team = e.Form.Name, e.Form.Team
		done, err = changeChannel(ctx, tx, c, by, present, next)
		return err
	})
	if err != nil {
		return s.channelRefused(c, e, err)
	}
	return s.finish(c, s.channelScreen(c, e.ID, e.Form.Name), ui.Toast{Tone: ui.Green, Key: "channel", Text: done.words(e.Form.Name)})
}

// channelRefused shows the dialog again, with what was typed and what stands
// against it.
func (s *Server) channelRefused(c echo.Context, e channelview.Edit, err error) error {
	var kept *nameKept
	var failure *Failure
	e.Errors = map[string]string{}
	switch {
	case errors.Is(err, db.ErrDuplicate):
		e.Errors["name"] = "Já existe um canal com este nome."
	case errors.As(err, &kept):
		e.Errors["name"] = kept.words()
	case errors.Is(err, db.ErrChanged):
		e.Errors, e.Problem = nil, "Outra pessoa mudou este canal enquanto você editava. O que você escreveu está aqui: salve de novo se ainda for o que quer."
	case errors.As(err, &failure) && len(failure.Errors) == 1 && failure.Errors[0].Path == "team":
		e.Errors["team"] = "Este time não existe mais. Escolha outro."
		return s.drawChannelEdit(c, http.StatusUnprocessableEntity, e)
	default:
		return err
	}
	return s.drawChannelEdit(c, http.StatusConflict, e)
}

// SwitchChannelPage is GET /configuracoes/canais/{channel}/ativo: asks before a
// channel is switched off.
func (s *Server) SwitchChannelPage(c echo.Context) error { return s.drawOff(c, http.StatusOK, "") }

func (s *Server) drawOff(c echo.Context, status int, changed string) error {
	p, err := s.channelPage(c, c.Param("channel"))
	if err != nil {
		return err
	}
	return s.showModal(c, status, s.channelScreen(c, p.ID, p.Name), channelview.OffDialog(channelview.Off{Channel: p.Channel, Changed: changed}))
}

// SwitchChannel is POST /configuracoes/canais/{channel}/ativo.
func (s *Server) SwitchChannel(c echo.Context) error {
	var form switchForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	version, err := form.version()
	if err != nil {
		return err
	}
	on, err := strconv.ParseBool(form.Active)
	if err != nil {
		return BadRequest("active", "active is neither true nor false", "O formulário está incompleto. Recarregue a página e tente de novo.")
	}
	id, name := c.Param("channel"), ""
	err = s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		present, err := tx.Channel(ctx, by.store, id)
		if err != nil {
			return err
		}
		if name = present.Name; present.Version != version && present.Active != on {
			return db.ErrChanged
		}
		next := present
		next.Active = on
		_, err = changeChannel(ctx, tx, c, by, present, next)
		return err
	})
	switch {
	case errors.Is(err, db.ErrChanged) && !on:
		return s.drawOff(c, http.StatusConflict, "Outra pessoa mudou este canal enquanto você estava aqui. Confira se é mesmo o que quer desligar.")
	case err != nil:
		return err
	}
	s.Hub.Mark(ViewerOf(c).Store.ID, channelScope(id))
	return s.channelSwitched(c, id, name, on)
}

func (s *Server) channelSwitched(c echo.Context, id, name string, on bool) error {
	toast := ui.Toast{Tone: ui.Green, Key: "channel", Text: "Canal " + name + " ligado."}
	if !on {
		toast.Text = "Canal " + name + " desligado."
	}
	if !on || !wantsPart(c) {
		return s.finish(c, s.channelScreen(c, id, name), toast)
	}
	p, err := s.channelPage(c, id)
	if err != nil {
		return err
	}
	ui.SetToast(c.Response().Header(), toast)
	return renderPart(c, http.StatusOK, channelview.Details(p))
}
