package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/scheduler"
)

// Person is who is signed in.
type Person struct{ ID, Name, Login string }

// Viewer is on whose behalf a page is answered: a person in a store. It is
// read once per request and not changed after.
type Viewer struct {
	User     Person
	Store    db.Store
	Location *time.Location // the store's
	Role     Role
	Seller   string    // their own seller's id in the store
	Teams    []string  // ids of the teams that seller is in
	Away     bool      // their own word: ausente
	Session  string    // hash of the session's id
	Stores   int       // how many stores they can go to, this one among them
	Theme    string    // "light", "dark" or "" for the system's
	Now      time.Time // the request's one instant, UTC
	Owes     string    // see Owes
}

// Owes is the address of what somebody who is signed in has to do before anything
// else; empty where there is nothing.
func Owes(s db.SignedIn) string {
	switch {
	case s.User.MustChangePassword:
		return NewPasswordPath
	case s.TwoStepRequired && !s.TwoStep:
		return TwoStepPath
	}
	return ""
}

// By is the viewer as the log names them.
func (v *Viewer) By() scheduler.By { return scheduler.By{Kind: db.ByUser, ID: v.User.ID} }

// Caller is on whose behalf an API call is answered: a token of a store.
type Caller struct {
	Store    db.Store
	Location *time.Location // the store's
	Token    string         // the token's id
	// TokenName is what its people call it.
	TokenName string
	Scope     Scope
	Now       time.Time // the call's one instant, UTC
}

// By is the caller as the log names it.
func (c *Caller) By() scheduler.By { return scheduler.By{Kind: db.ByToken, ID: c.Token} }

const (
	viewerKey = "semaforo.viewer"
	callerKey = "semaforo.caller"
)

// WithViewer puts the viewer where ViewerOf finds it.
func WithViewer(c echo.Context, v *Viewer) { c.Set(viewerKey, v) }

// ViewerOf is the person signed in, nil where nobody is. Behind a permission
// other than Public there always is one.
func ViewerOf(c echo.Context) *Viewer {
	v, _ := c.Get(viewerKey).(*Viewer)
	return v
}

// WithCaller puts the API's caller where CallerOf finds it.
func WithCaller(c echo.Context, v *Caller) { c.Set(callerKey, v) }

// CallerOf is the token an API call came with, nil outside the API.
func CallerOf(c echo.Context) *Caller {
	v, _ := c.Get(callerKey).(*Caller)
	return v
}

// HoldersOf are the holders ("waiting", "team:ID", "seller:ID") whose
// conversations the viewer may see beside their own: what a live screen
// watches. Managers watch the whole store instead (nil, true).
func HoldersOf(v *Viewer) (holders []string, all bool) {
	if v.Role.Can(SeeAllConversations) {
		return nil, true
	}
	holders = []string{"waiting"}
	if v.Seller != "" {
		holders = append(holders, "seller:"+v.Seller)
	}
	for _, team := range v.Teams {
		holders = append(holders, "team:"+team)
	}
	return holders, false
}
