package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/views/layout"
	"semaforo/views/ui"
)

// OpenStore makes a store as every one begins: with its administrator, a web
// chat, a channel for the API and its first configuration. by says who does it
// and from where, for the audit trail; the administrator where it names nobody.
// It returns the administrator's user. db.ErrDuplicate: the store's name in
// addresses, or a new administrator's login, is taken.
func OpenStore(ctx context.Context, tx *db.Tx, store db.Store, admin NewMember, by db.Audit) (user string, err error) {
	if err = tx.InsertStore(ctx, store); err == nil {
		err = observeNational(ctx, tx, store)
	}
	if err == nil {
		user, err = AddMember(ctx, tx, store.ID, admin, store.CreatedAt)
	}
	for _, channel := range []db.Channel{{Name: "Chat", Kind: db.ChannelChat}, {Name: "api", Kind: db.ChannelAPI}} {
		if err == nil {
			channel.Store, channel.ID, channel.Active, channel.CreatedAt = store.ID, db.NewID(), true, store.CreatedAt
			err = tx.InsertChannel(ctx, channel)
		}
	}
	if err == nil {
		err = firstConfiguration(ctx, tx, store, user)
	}
	if err != nil {
		return user, err
	}
	if by.ByKind == "" {
		by.ByKind, by.ByID, by.ByName = db.ByUser, user, admin.Name
	}
	var made changes
	made.add("name", "", store.Name)
	made.add("slug", "", store.Slug)
	made.add("timezone", "", ui.ZoneWord(store.Timezone))
	made.add("administrator", "", admin.Name)
	by.Store, by.At, by.Noun, by.NounID, by.NounName = store.ID, store.CreatedAt, db.NounStore, store.ID, store.Name
	by.Action, by.Changes = db.AuditCreated, made
	return user, tx.AppendAudit(ctx, by)
}

func firstConfiguration(ctx context.Context, tx *db.Tx, store db.Store, user string) error {
	configuration, err := tx.BuildConfiguration(ctx, store.ID)
	if err != nil {
		return err
	}
	document, err := json.Marshal(configuration)
	if err != nil {
		return err
	}
	_, err = tx.AppendConfiguration(ctx, db.Configuration{Store: store.ID, At: store.CreatedAt, ByUser: user, ByLabel: db.ByUser, Document: string(document)})
	return err
}

// storesOf are the stores a person can go to, for the sidebar's head; none for
// who has one alone, which costs nothing. A page is worth more than its menu: one
// that cannot be read is left out.
func (s *Server) storesOf(ctx context.Context, v *Viewer) []layout.Store {
	if v.Stores < 2 {
		return nil
	}
	stores, err := s.DB.StoresOf(ctx, v.User.ID)
	if err != nil {
		s.Log.Warn("the menu of stores could not be read", "user", v.User.ID, "error", err)
		return nil
	}
	var all []layout.Store
	for _, store := range stores {
		all = append(all, layout.Store{ID: store.ID, Name: store.Name, Current: store.ID == v.Store.ID})
	}
	return all
}

// SwitchStore is POST /trocar-loja: the person goes on in another of their
// stores. One that is not theirs answers as one that is not there.
func (s *Server) SwitchStore(c echo.Context) error {
	ctx, v, id := c.Request().Context(), ViewerOf(c), c.FormValue("store")
	to, err := s.DB.Membership(ctx, id, v.User.ID)
	if err == nil && to.Disabled {
		err = db.ErrNotFound
	}
	if err != nil {
		return err
	}
	if to.Store == v.Store.ID {
		return c.Redirect(http.StatusSeeOther, HomePath)
	}
	store, err := s.DB.Store(ctx, to.Store)
	if err != nil {
		return err
	}
	err = s.Sessions.Enter(c, to, db.Audit{Store: to.Store, At: v.Now, ByKind: db.ByUser, ByID: v.User.ID, ByName: v.User.Name,
		Address: c.RealIP(), Noun: db.NounSession, NounID: v.User.ID, NounName: v.User.Name, Action: db.AuditSignedIn})
	if errors.Is(err, db.ErrNotFound) {
		return Unauthorized()
	}
	if err != nil {
		return err
	}
	s.Hub.Mark(v.Store.ID, scheduler.SessionScope(v.Session))
	if err := s.Sessions.AddToast(c, ui.Toast{Tone: ui.Accent, Key: "store", Text: "Você está em " + store.Name + "."}); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, HomePath)
}
