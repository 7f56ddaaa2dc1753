package flow

import (
	"encoding/json"
	"time"
)

// The document types spell a configuration as ParseConfiguration reads it.
type (
	configurationDoc struct {
		Timezone          string        `json:"timezone"`
		Hours             weekDoc       `json:"hours,omitzero"`
		Holidays          []string      `json:"holidays,omitzero"`
		Teams             []teamDoc     `json:"teams,omitempty"`
		Sellers           []sellerDoc   `json:"sellers,omitempty"`
		Flows             []flowDoc     `json:"flows,omitempty"`
		AutoClose         *autoCloseDoc `json:"auto_close,omitempty"`
		AutoCloseCustomer *autoCloseDoc `json:"auto_close_customer,omitempty"`
	}
	weekDoc map[string][][2]string
	teamDoc struct {
		ID       string   `json:"id"`
		Hours    weekDoc  `json:"hours,omitzero"`
		Holidays []string `json:"holidays,omitzero"`
	}
	sellerDoc struct {
		ID    string   `json:"id"`
		Teams []string `json:"teams,omitempty"`
	}
	flowDoc struct {
		ID      string    `json:"id"`
		Queue   Queue     `json:"queue"`
		Kind    Kind      `json:"kind"`
		Targets []string  `json:"targets,omitempty"`
		Alert1  string    `json:"alert1"`
		Alert2  string    `json:"alert2"`
		Clock   Clock     `json:"clock"`
		Action  actionDoc `json:"action"`
		Active  *bool     `json:"active,omitempty"`
	}
	actionDoc struct {
		Type   ActionType `json:"type"`
		Team   string     `json:"team,omitempty"`
		Seller string     `json:"seller,omitempty"`
		Delay  string     `json:"delay"`
	}
	autoCloseDoc struct {
		Enabled   bool      `json:"enabled"`
		After     string    `json:"after,omitempty"`
		EnabledAt time.Time `json:"enabled_at,omitzero"`
	}
)

// MarshalJSON writes the configuration's document (the engine's specification,
// simulate), which ParseConfiguration reads back to an equal value.
func (cfg Configuration) MarshalJSON() ([]byte, error) {
	doc := configurationDoc{
		Timezone:          cfg.Timezone,
		Hours:             weekDocOf(cfg.Hours),
		Holidays:          dateTexts(cfg.Holidays),
		AutoClose:         autoCloseDocOf(cfg.AutoClose),
		AutoCloseCustomer: autoCloseDocOf(cfg.AutoCloseCustomer),
	}
	for _, t := range cfg.Teams {
		doc.Teams = append(doc.Teams, teamDoc{ID: t.ID, Hours: weekDocOf(t.Hours), Holidays: dateTexts(t.Holidays)})
	}
	for _, s := range cfg.Sellers {
		doc.Sellers = append(doc.Sellers, sellerDoc(s))
	}
	for _, f := range cfg.Flows {
		doc.Flows = append(doc.Flows, flowDocOf(f))
	}
	return json.Marshal(doc)
}

func flowDocOf(f Flow) flowDoc {
	doc := flowDoc{
		ID: f.ID, Queue: f.Queue, Kind: f.Kind, Targets: f.Targets,
		Alert1: f.Alert1.String(), Alert2: f.Alert2.String(), Clock: f.Clock,
		Action: actionDoc{Type: f.Action.Type, Team: f.Action.Team, Seller: f.Action.Seller, Delay: f.Action.Delay.String()},
	}
	if !f.Active {
		doc.Active = &f.Active
	}
	return doc
}

func autoCloseDocOf(a AutoClose) *autoCloseDoc {
	if a == (AutoClose{}) {
		return nil
	}
	doc := &autoCloseDoc{Enabled: a.Enabled, EnabledAt: a.EnabledAt}
	if a.After != 0 {
		doc.After = a.After.String()
	}
	return doc
}

func weekDocOf(w *Week) weekDoc {
	if w == nil {
		return nil
	}
	doc := weekDoc{}
	for d, slots := range w {
		for _, s := range slots {
			doc[days[d]] = append(doc[days[d]], [2]string{FormatTimeOfDay(s.Open), FormatTimeOfDay(s.Close)})
		}
	}
	return doc
}

func dateTexts(dates []Date) []string {
	if dates == nil {
		return nil
	}
	texts := make([]string, len(dates))
	for i, d := range dates {
		texts[i] = d.String()
	}
	return texts
}
