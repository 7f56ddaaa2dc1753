package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"html"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
)

// channelScope is dirty when a channel is switched on or off: its customers' pages
// say so.
func channelScope(id string) string { return "channel:" + id }

// nameKept is the refusal of a name that another channel has had and by which open
// conversations know it.
type nameKept struct{ channel string }

// Error implements error.
func (e *nameKept) Error() string { return "open conversations know another channel by this name" }

func (e *nameKept) words() string {
	return "Este nome já foi do canal " + e.channel + ", e há conversas abertas que ainda o conhecem por ele. Escolha outro."
}

// changedChannel is what a change of a channel did beside it.
type changedChannel struct {
	renamed bool
	flows   []string // the names of the flows that name it
}

func (d changedChannel) words(name string) string {
	text := "Canal " + name + " salvo."
	if !d.renamed || len(d.flows) == 0 {
		return text
	}
	if len(d.flows) == 1 {
		return text + " O fluxo “" + d.flows[0] + "” mostra o novo nome e continua valendo para as conversas abertas."
	}
	return text + " Os fluxos “" + strings.Join(d.flows, "”, “") + "” mostram o novo nome e continuam valendo para as conversas abertas."
}

// createChannel stores a new channel and notes it in the audit trail.
func createChannel(ctx context.Context, tx *db.Tx, c echo.Context, h db.Channel) error {
	if err := knownRoute(ctx, tx.Queries, h); err != nil {
		return err
	}
	if err := takeName(ctx, tx, h); err != nil {
		return err
	}
	if err := tx.InsertChannel(ctx, h); err != nil {
		return err
	}
	team, err := teamWord(ctx, tx.Queries, h.Store, h.Team)
	if err != nil {
		return err
	}
	var l changes
	l.add("kind", "", kindWord(h.Kind))
	l.add("team", "", team)
	return record(ctx, tx, c, h.CreatedAt, db.Audit{Noun: db.NounChannel, NounID: h.ID, NounName: h.Name, Action: db.AuditCreated, Changes: l})
}

// changeChannel writes a channel as it shall be, and what its name has to do with:
// flows that name it name it anew, and who knows it by the old name finds it still
// (db.Queries.BuildConfiguration, db.Queries.ChannelByName). What changed is noted
// in the audit trail.
func changeChannel(ctx context.Context, tx *db.Tx, c echo.Context, by stamp, present, next db.Channel) (done changedChannel, err error) {
	if next.Team != present.Team {
		if err := knownRoute(ctx, tx.Queries, next); err != nil {
			return done, err
		}
	}
	if done.renamed = next.Name != present.Name; done.renamed {
		if done.flows, err = renameChannel(ctx, tx, c, by, present, next); err != nil {
			return done, err
		}
	}
	if next.Name == present.Name && next.Team == present.Team && next.Active == present.Active {
		return done, nil
	}
	if err := tx.UpdateChannel(ctx, next); err != nil {
		return done, err
	}
	return done, recordChannel(ctx, tx, c, by, present, next)
}

// renameChannel frees the way for a channel's new name and returns the names of
// the flows that had the old one.
func renameChannel(ctx context.Context, tx *db.Tx, c echo.Context, by stamp, present, next db.Channel) ([]string, error) {
	if err := takeName(ctx, tx, next); err != nil {
		return nil, err
	}
	if err := tx.KeepChannelName(ctx, present.Store, present.ID, present.Name); err != nil {
		return nil, err
	}
	if err := renameInSchedules(ctx, tx, present.Store, present.Name, next.Name); err != nil {
		return nil, err
	}
	flows, err := tx.QueueFlows(ctx, present.Store, flow.WaitingQueue)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range flows {
		i := slices.Index(f.Targets, present.Name)
		if i < 0 {
			continue
		}
		before := strings.Join(f.Targets, ", ")
		f.Targets = slices.Clone(f.Targets)
		f.Targets[i], f.UpdatedAt, f.UpdatedBy = next.Name, by.at, by.name
		if err := errors.Join(tx.UpdateFlow(ctx, f), tx.FollowFlow(ctx, f.Store, f.ID, f.Version)); err != nil {
			return nil, err
		}
		var l changes
		l.add("targets", before, strings.Join(f.Targets, ", "))
		err := record(ctx, tx, c, by.at, db.Audit{Noun: db.NounFlow, NounID: f.ID, NounName: f.Name, Action: db.AuditChanged, Changes: l})
		if err != nil {
			return nil, err
		}
		names = append(names, f.Name)
	}
	return names, nil
}

// takeName makes a name a channel's own: another that has had it, and by which no
// open conversation knows it any more, gives it up.
func takeName(ctx context.Context, tx *db.Tx, h db.Channel) error {
	holder, err := tx.ChannelNameHolder(ctx, h.Store, h.Name, h.ID)
	if err != nil {
		return err
	}
	if holder == "" {
		own, err := tx.ChannelByName(ctx, h.Store, h.Name)
		if err == nil && own.ID == h.ID {
			return nil // its own, of now or before
		}
		return tx.DropChannelName(ctx, h.Store, h.Name)
	}
	other, err := tx.Channel(ctx, h.Store, holder)
	if err != nil {
		return err
	}
	return &nameKept{other.Name}
}

func recordChannel(ctx context.Context, tx *db.Tx, c echo.Context, by stamp, present, next db.Channel) error {
	before, err := teamWord(ctx, tx.Queries, present.Store, present.Team)
	if err != nil {
		return err
	}
	after, err := teamWord(ctx, tx.Queries, next.Store, next.Team)
	if err != nil {
		return err
	}
	entry := db.Audit{Noun: db.NounChannel, NounID: next.ID, NounName: next.Name}
	var l changes
	l.add("name", present.Name, next.Name)
	l.add("team", before, after)
	if len(l) > 0 {
		entry.Action, entry.Changes = db.AuditChanged, l
		if err := record(ctx, tx, c, by.at, entry); err != nil {
			return err
		}
	}
	if present.Active == next.Active {
		return nil
	}
	entry.Action, entry.Changes = db.AuditDisabled, nil
	if next.Active {
		entry.Action = db.AuditEnabled
	}
	return record(ctx, tx, c, by.at, entry)
}

// teamWord is where new conversations go, in the words of the trail.
func teamWord(ctx context.Context, q db.Queries, store, id string) (string, error) {
	if id == "" {
		return "Aguardando", nil
	}
	t, err := q.Team(ctx, store, id)
	return t.Name, err
}

func kindWord(kind string) string {
	if kind == db.ChannelChat {
		return "Chat do site"
	}
	return "API"
}

// flowsOnChannel are the names of the waiting queue's flows that name a channel.
func flowsOnChannel(ctx context.Context, q db.Queries, store, channel string) ([]string, error) {
	flows, err := q.QueueFlows(ctx, store, flow.WaitingQueue)
	var names []string
	for _, f := range flows {
		if slices.Contains(f.Targets, channel) {
			names = append(names, f.Name)
		}
	}
	return names, err
}

// chatAddress is a chat's public address, and the code that opens it in a shop's
// page. The store's first chat needs no name in them.
func (s *Server) chatAddress(c echo.Context, id string, first bool) (address, embed string) {
	slug := ViewerOf(c).Store.Slug
	address = s.absolute(c, "/chat/"+url.PathEscape(slug))
	embed = `<script src="` + html.EscapeString(s.absolute(c, "/embed.js")) + `" data-store="` + html.EscapeString(slug) + `"`
	if !first {
		address += "?" + url.Values{"canal": {id}}.Encode()
		embed += ` data-channel="` + html.EscapeString(id) + `"`
	}
	return address, embed + ` async></script>`
}

// curlExample is a message as another program delivers it.
func curlExample(address, channel string) string {
	document, err := json.MarshalIndent(map[string]any{"channel": channel, "external_id": "mensagem-1",
		"contact": map[string]string{"external_id": "cliente-1", "name": "Maria"}, "text": "Oi"}, "  ", "  ")
	if err != nil {
		panic("handlers: texts do not marshal: " + err.Error())
	}
	return "curl -X POST " + address + " \\\n  -H 'Authorization: Bearer CHAVE' \\\n  -H 'Content-Type: application/json' \\\n  -d '" +
		strings.ReplaceAll(string(document), "'", `'\''`) + "'"
}
