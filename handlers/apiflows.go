package handlers

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/channel"
	"semaforo/channel/api"
	"semaforo/db"
	"semaforo/flow"
)

// Limits of what a call configures.
const (
	minAlert = time.Minute
	maxAlert = 30 * 24 * time.Hour
)

// byAPI is who changed something, in words.
const byAPI = "API"

// flowDocument is a flow as the API writes it: the engine's, and its name and version.
type flowDocument struct {
	ID      string         `json:"id"`
	Queue   flow.Queue     `json:"queue"`
	Kind    flow.Kind      `json:"kind"`
	Name    string         `json:"name"`
	Targets []string       `json:"targets,omitempty"`
	Alert1  string         `json:"alert1"`
	Alert2  string         `json:"alert2"`
	Clock   flow.Clock     `json:"clock"`
	Action  actionDocument `json:"action"`
	Active  bool           `json:"active"`
	Version int64          `json:"version"`
}

type actionDocument struct {
	Type   flow.ActionType `json:"type"`
	Team   string          `json:"team,omitempty"`
	Seller string          `json:"seller,omitempty"`
	Delay  string          `json:"delay"`
}

func flowOf(f db.Flow) flowDocument {
	return flowDocument{
		ID: f.ID, Queue: f.Queue, Kind: f.Kind, Name: f.Name, Targets: f.Targets,
		Alert1: f.Alert1.String(), Alert2: f.Alert2.String(), Clock: f.Clock,
		Action: actionDocument{f.Action.Type, f.Action.Team, f.Action.Seller, f.Action.Delay.String()},
		Active: f.Active, Version: f.Version,
	}
}

// readFlow takes a flow's fields; what they may be to each other the engine says.
func readFlow(o *api.Object, f *db.Flow) {
	f.Clock, f.Action.Type, f.Active = flow.Always, flow.ActionNone, true
	o.Need("queue", "kind", "alert1", "alert2")
	o.Clean("id", &f.ID, identifier)
	o.Text("queue", (*string)(&f.Queue))
	o.Text("kind", (*string)(&f.Kind))
	o.Clean("name", &f.Name, channel.Name)
	o.Texts("targets", &f.Targets)
	readSpan(o, "alert1", &f.Alert1, minAlert)
	readSpan(o, "alert2", &f.Alert2, minAlert)
	o.Text("clock", (*string)(&f.Clock))
	o.Flag("active", &f.Active)
	o.Object("action", func(o *api.Object) {
		o.Need("type")
		o.Text("type", (*string)(&f.Action.Type))
		o.Text("team", &f.Action.Team)
		o.Text("seller", &f.Action.Seller)
		readSpan(o, "delay", &f.Action.Delay, 0)
	})
	if f.Kind == flow.Alternative && f.Name == "" {
		f.Name = "Fluxo alternativo"
	}
}

// readSpan takes a time that people wait: from least to 30 days, in whole seconds.
func readSpan(o *api.Object, key string, into *time.Duration, least time.Duration) {
	if !o.Duration(key, into) {
		return
	}
	switch d := *into; {
	case d < least || d > maxAlert:
		o.RefuseAs(key, api.CodeOutOfRange, fmt.Sprintf("must be from %s to %s", least, maxAlert))
	case d%time.Second != 0:
		o.RefuseAs(key, api.CodeOutOfRange, "must be in whole seconds")
	}
}

const maxID = 64

// identifier is an id that the caller chooses; without one we do.
func identifier(s string) (string, error) {
	switch {
	case s == "":
		return "", &channel.Invalid{Code: channel.CodeRequired}
	case len(s) > maxID:
		return "", &channel.Invalid{Code: channel.CodeTooLong, Limit: maxID}
	case strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-") != "":
		return "", &channel.Invalid{Code: channel.CodeControl}
	}
	return s, nil
}

// APIFlows is GET /api/v1/flows.
func (s *Server) APIFlows(c echo.Context) error {
	p, err := parametersOf(c, listed...)
	if err != nil {
		return err
	}
	at, err := placeOf(p, 1)
	if err != nil {
		return err
	}
	flows, err := s.DB.Flows(c.Request().Context(), CallerOf(c).Store.ID)
	if err != nil {
		return err
	}
	id := func(f db.Flow) string { return f.ID }
	if flows, err = slicePage(at, flows, id); err != nil {
		return err
	}
	return answerList(c, at, flows, flowOf, func(f db.Flow) string { return cursorOf(f.ID) })
}

// APIFlow is GET /api/v1/flows/{id}.
func (s *Server) APIFlow(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	return s.answerFlow(c, http.StatusOK, c.Param("id"))
}

func (s *Server) answerFlow(c echo.Context, status int, id string) error {
	f, err := s.DB.Flow(c.Request().Context(), CallerOf(c).Store.ID, id)
	if err != nil {
		return err
	}
	return answer(c, status, flowOf(f))
}

// APICreateFlow is POST /api/v1/flows.
func (s *Server) APICreateFlow(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	f := db.Flow{}
	if err := readDocument(c, func(o *api.Object) { readFlow(o, &f) }); err != nil {
		return err
	}
	if f.ID == "" {
		f.ID = db.NewID()
	}
	err := s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		f.Store, f.UpdatedAt, f.UpdatedBy = CallerOf(c).Store.ID, now, byAPI
		if err := checkFlow(ctx, tx.Queries, f); err != nil {
			return err
		}
		if err := tx.InsertFlow(ctx, f); err != nil {
			return err
		}
		return recordFlow(ctx, tx, c, now, db.Flow{}, f)
	})
	if err != nil {
		return err
	}
	return s.answerFlow(c, http.StatusCreated, f.ID)
}

// APIUpdateFlow is PUT /api/v1/flows/{id}: all of the flow, from the version seen.
func (s *Server) APIUpdateFlow(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	f := db.Flow{}
	err := readDocument(c, func(o *api.Object) {
		readFlow(o, &f)
		o.Need("version")
		o.Integer("version", &f.Version)
	})
	if err != nil {
		return err
	}
	err = s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		present, err := tx.Flow(ctx, CallerOf(c).Store.ID, c.Param("id"))
		if err != nil {
			return err
		}
		if err := sameFlow(present, f); err != nil {
			return err
		}
		f.ID, f.Store, f.UpdatedAt, f.UpdatedBy = present.ID, present.Store, now, byAPI
		if f.Version != present.Version {
			return db.ErrChanged
		}
		if err := checkFlow(ctx, tx.Queries, f); err != nil {
			return err
		}
		if err := tx.UpdateFlow(ctx, f); err != nil {
			return err
		}
		return recordFlow(ctx, tx, c, now, present, f)
	})
	if err != nil {
		return err
	}
	return s.answerFlow(c, http.StatusOK, f.ID)
}

// sameFlow refuses to make a flow another one.
func sameFlow(present, f db.Flow) error {
	const message = "cannot be changed: delete the flow and create another"
	switch {
	case f.ID != "" && f.ID != present.ID:
		return refuseField("id", codeFixed, message)
	case f.Queue != present.Queue:
		return refuseField("queue", codeFixed, message)
	case f.Kind != present.Kind:
		return refuseField("kind", codeFixed, message)
	}
	return nil
}

// codeFixed is of a field that stays as it was made.
const codeFixed api.Code = "fixed"

// APIDeleteFlow is DELETE /api/v1/flows/{id}: the version seen comes as the
// parameter version, or in a document.
func (s *Server) APIDeleteFlow(c echo.Context) error {
	p, err := parametersOf(c, "version")
	if err != nil {
		return err
	}
	var version int64
	if p.values.Has("version") {
		version, err = strconv.ParseInt(p.text("version"), 10, 64)
		if err != nil {
			return refuseField("version", api.CodeUnknown, "is not a version")
		}
	} else if err := readDocument(c, func(o *api.Object) {
		o.Need("version")
		o.Integer("version", &version)
	}); err != nil {
		return err
	}
	err = s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		present, err := tx.Flow(ctx, CallerOf(c).Store.ID, c.Param("id"))
		if err == nil {
			gone := present
			gone.Version, gone.UpdatedAt, gone.UpdatedBy = version, now, byAPI
			err = tx.DeleteFlow(ctx, gone)
		}
		if err != nil {
			return err
		}
		return recordFlow(ctx, tx, c, now, present, db.Flow{})
	})
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// checkFlow holds a flow against the engine's rules, beside the others of its
// queue, and against what the store has: the engine skips a holder that it does
// not know, but nobody means to configure one.
func checkFlow(ctx context.Context, q db.Queries, f db.Flow) error {
	flows, err := q.QueueFlows(ctx, f.Store, f.Queue)
	if err != nil {
		return err
	}
	cfg := flow.Configuration{Timezone: "UTC"}
	for _, other := range flows {
		if other.ID != f.ID {
			cfg.Flows = append(cfg.Flows, other.Flow)
		}
	}
	own := fmt.Sprintf("flows[%d]", len(cfg.Flows))
	cfg.Flows = append(cfg.Flows, f.Flow)
	problems := cfg.Validate()
	if len(problems) == 0 {
		if problems, err = unknownHolders(ctx, q, f, own); err != nil {
			return err
		}
	}
	if len(problems) > 0 {
		return rulesFailure(problems, func(path string) string {
			if path == own {
				return "queue" // one flow too many
			}
			return strings.TrimPrefix(path, own+".")
		})
	}
	return toItself(f)
}

// toItself refuses a flow whose action would transfer a conversation to where it
// already is.
func toItself(f db.Flow) error {
	const code, message = api.Code(flow.RefusedPresentHolder), "is one of the flow's targets: the conversation is there already"
	switch {
	case f.Queue == flow.TeamQueue && f.Action.Type == flow.TransferTeam && slices.Contains(f.Targets, f.Action.Team):
		return refuseField("action.team", code, message)
	case f.Queue == flow.SellerQueue && f.Action.Type == flow.TransferSeller && slices.Contains(f.Targets, f.Action.Seller):
		return refuseField("action.seller", code, message)
	}
	return nil
}

// unknownHolders are the targets and the action's team or seller that the store
// does not have, or no longer uses.
func unknownHolders(ctx context.Context, q db.Queries, f db.Flow, path string) (flow.Problems, error) {
	cfg, err := q.BuildConfiguration(ctx, f.Store)
	if err != nil {
		return nil, err
	}
	channels, err := q.Channels(ctx, f.Store)
	if err != nil {
		return nil, err
	}
	isTeam := func(id string) bool {
		return slices.ContainsFunc(cfg.Teams, func(t flow.Team) bool { return t.ID == id })
	}
	isSeller := func(id string) bool {
		return slices.ContainsFunc(cfg.Sellers, func(s flow.Seller) bool { return s.ID == id })
	}
	isTarget := map[flow.Queue]func(string) bool{flow.TeamQueue: isTeam, flow.SellerQueue: isSeller,
		flow.WaitingQueue: func(name string) bool {
			return slices.ContainsFunc(channels, func(h db.Channel) bool { return h.Name == name })
		}}[f.Queue]
	var problems flow.Problems
	unknown := func(at, name string) {
		problems = append(problems, flow.Problem{Path: path + "." + at, Code: flow.CodeNotConfigured, Arg: name})
	}
	for i, target := range f.Targets {
		if !isTarget(target) {
			unknown(fmt.Sprintf("targets[%d]", i), target)
		}
	}
	if f.Action.Type == flow.TransferTeam && !isTeam(f.Action.Team) {
		unknown("action.team", f.Action.Team)
	}
	if f.Action.Type == flow.TransferSeller && !isSeller(f.Action.Seller) {
		unknown("action.seller", f.Action.Seller)
	}
	return problems, nil
}
