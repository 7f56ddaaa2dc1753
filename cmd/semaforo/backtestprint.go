package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"semaforo/flow"
	"semaforo/scheduler"
)

// backtestDoc spells an answer in JSON: instants in UTC, times as 1m30s.
type backtestDoc struct {
	Queue       flow.Queue      `json:"queue"`
	Since       time.Time       `json:"since"`
	Until       time.Time       `json:"until"`
	Earliest    *time.Time      `json:"earliest,omitempty"`
	Complete    bool            `json:"complete"`
	Waits       int             `json:"waits"`
	Imported    int             `json:"imported"`
	Draft       triedDoc        `json:"draft"`
	InForce     triedDoc        `json:"in_force"`
	Answered    int             `json:"answered"`
	Percentiles []percentileDoc `json:"percentiles"`
	Suggested   *suggestionDoc  `json:"suggested,omitempty"`
	AfterAction afterDoc        `json:"after_action"`
	Bins        []binDoc        `json:"bins"`
}

type (
	triedDoc struct {
		Flow  *draftDoc `json:"flow,omitempty"`
		Flows []string  `json:"flows,omitempty"`
		verdictsDoc
		Estimated cutDoc `json:"estimated"`
	}
	draftDoc struct {
		Alert1 string          `json:"alert1"`
		Alert2 string          `json:"alert2"`
		Clock  flow.Clock      `json:"clock"`
		Action flow.ActionType `json:"action"`
		Delay  string          `json:"delay"`
	}
	verdictsDoc struct {
		Green  int `json:"green"`
		Yellow int `json:"yellow"`
		Red    int `json:"red"`
		Acted  int `json:"acted"`
	}
	cutDoc struct {
		verdictsDoc
		Replayed int `json:"replayed"`
	}
	percentileDoc struct {
		Share  float64 `json:"share"`
		Within string  `json:"within"`
	}
	suggestionDoc struct {
		Alert1 string  `json:"alert1"`
		Share1 float64 `json:"share1"`
		Alert2 string  `json:"alert2"`
		Share2 float64 `json:"share2"`
	}
	afterDoc struct {
		Of       int `json:"of"`
		Replayed int `json:"replayed"`
		Green    int `json:"answered_green"`
		Yellow   int `json:"answered_yellow"`
		Red      int `json:"answered_red"`
		Again    int `json:"acted_again"`
		Cycle    int `json:"skipped_cycle"`
		NoTarget int `json:"skipped_no_target"`
		Closed   int `json:"closed"`
		Ended    int `json:"ended"`
		Handed   int `json:"handed"`
		Open     int `json:"open"`
	}
	binDoc struct {
		From  string `json:"from"`
		To    string `json:"to,omitempty"`
		Waits int    `json:"waits"`
	}
)

func printJSON(w io.Writer, t scheduler.Trial, b flow.Backtest) error {
	f := t.Draft
	doc := backtestDoc{Queue: f.Queue, Since: b.Since, Until: b.Until, Complete: !b.Behind, Waits: b.Waits, Imported: b.Imported,
		Draft: triedDocOf(b.Draft), InForce: triedDocOf(b.Present), Answered: b.Answered, Percentiles: []percentileDoc{}, AfterAction: afterDoc(b.After)}
	doc.Draft.Flow = &draftDoc{short(f.Alert1), short(f.Alert2), f.Clock, f.Action.Type, short(f.Action.Delay)}
	doc.InForce.Flows = b.InForce
	if !b.Earliest.IsZero() {
		doc.Earliest = &b.Earliest
	}
	for _, p := range b.Percentiles {
		doc.Percentiles = append(doc.Percentiles, percentileDoc{p.Share, short(p.Within)})
	}
	if s := b.Suggested; s.Alert1 > 0 {
		doc.Suggested = &suggestionDoc{short(s.Alert1), s.Share1, short(s.Alert2), s.Share2}
	}
	for _, bin := range b.Bins {
		to := short(bin.To)
		if bin.To == 0 {
			to = ""
		}
		doc.Bins = append(doc.Bins, binDoc{short(bin.From), to, bin.N})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

func triedDocOf(t flow.Tried) triedDoc {
	return triedDoc{verdictsDoc: verdictsDoc(t.Verdicts), Estimated: cutDoc{verdictsDoc(t.Cut.Verdicts), t.Cut.Replayed}}
}

// table writes rows of cells; the first error is kept.
type table struct {
	*tabwriter.Writer
	err error
}

func (t *table) row(cells ...any) {
	texts := make([]string, len(cells))
	for i, c := range cells {
		texts[i] = fmt.Sprint(c)
	}
	if _, err := fmt.Fprintln(t, strings.Join(texts, "\t")); t.err == nil {
		t.err = err
	}
}

func printTable(w io.Writer, names storeNames, trial scheduler.Trial, b flow.Backtest) error {
	t := &table{Writer: tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	day := func(at time.Time) string { return at.In(names.zone).Format("2006-01-02 15:04") }
	t.row(fmt.Sprintf("%d waits of the %s queue ended from %s to %s (%s), %d of them imported.", b.Waits, trial.Draft.Queue, day(b.Since), day(b.Until),
		names.store.Timezone, b.Imported))
	switch {
	case b.Behind:
		t.row("Waits of the past are still being entered: the figures are not complete.")
	case b.Earliest.IsZero():
		t.row("Nothing is known of this queue's past.")
	case b.Waits == 0:
		t.row("The first that is known ended on " + day(b.Earliest) + ".")
	}
	if b.Waits > 0 {
		t.verdicts(names, trial.Draft, b)
		t.answers(b)
		t.after(b.After)
		t.bins(b)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return t.err
}

func (t *table) verdicts(names storeNames, f flow.Flow, b flow.Backtest) {
	var inForce []string
	for _, id := range b.InForce {
		inForce = append(inForce, names.flows[id])
	}
	t.row()
	t.row("", "DRAFT", "", "IN FORCE", "", strings.Join(inForce, ", "))
	d, p := b.Draft.Verdicts, b.Present.Verdicts
	limit := fmt.Sprintf("acted on after %s: %s", short(f.Alert2+f.Action.Delay), f.Action.Type)
	if f.Action.Type == flow.ActionNone {
		limit = "acted on"
	}
	for _, line := range []struct {
		what          string
		draft, inForc int
	}{
		{fmt.Sprintf("green, up to %s", short(f.Alert1)), d.Green, p.Green},
		{fmt.Sprintf("yellow, up to %s", short(f.Alert2)), d.Yellow, p.Yellow},
		{"red", d.Red, p.Red},
		{limit, d.Acted, p.Acted},
	} {
		t.row(line.what, line.draft, percent(line.draft, b.Waits), line.inForc, percent(line.inForc, b.Waits))
	}
	if n, m := b.Draft.Cut.Total(), b.Present.Cut.Total(); n+m > 0 {
		t.row("  of these an estimate", n, fmt.Sprintf("(%d replayed)", b.Draft.Cut.Replayed), m, fmt.Sprintf("(%d replayed)", b.Present.Cut.Replayed))
	}
}

func percent(n, of int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(max(of, 1))) }

func (t *table) answers(b flow.Backtest) {
	t.row()
	t.row(fmt.Sprintf("%d WERE ANSWERED, WITHIN", b.Answered))
	for _, p := range b.Percentiles {
		t.row(fmt.Sprintf("%.0f %%", 100*p.Share), short(p.Within.Round(time.Second)))
	}
	if s := b.Suggested; s.Alert1 > 0 {
		t.row(fmt.Sprintf("Suggested: 1st alert %s (%.1f %% are answered by then), 2nd alert %s (%.1f %%).", short(s.Alert1), 100*s.Share1, short(s.Alert2), 100*s.Share2))
		return
	}
	t.row("Too few, or too slow, to suggest times from.")
}

func (t *table) after(a flow.Aftermath) {
	if a.Of == 0 {
		return
	}
	t.row()
	t.row(fmt.Sprintf("OF %d ACTED ON: AN ESTIMATE FROM %d REPLAYED", a.Of, a.Replayed))
	for _, line := range []struct {
		what string
		n    int
	}{
		{"answered in green where it went", a.Green}, {"answered in yellow", a.Yellow}, {"answered in red", a.Red},
		{"the next flow acted in turn", a.Again}, {"skipped: it had been there", a.Cycle}, {"skipped: nowhere to go", a.NoTarget},
		{"closed by the action", a.Closed}, {"closed where it went", a.Ended}, {"taken, given on or postponed there", a.Handed},
		{"nothing more is known", a.Open},
	} {
		if line.n > 0 {
			t.row(line.what, line.n, percent(line.n, a.Of))
		}
	}
}

// short writes a duration as people type it: 5m, not 5m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// barWidth is how long the longest bar is.
const barWidth = 40

func (t *table) bins(b flow.Backtest) {
	most := 1
	for _, bin := range b.Bins {
		most = max(most, bin.N)
	}
	t.row()
	t.row("LENGTH UP TO", "WAITS")
	for _, bin := range b.Bins {
		to := short(bin.To)
		if bin.To == 0 {
			to = "more"
		}
		t.row(to, bin.N, strings.Repeat("#", bin.N*barWidth/most))
	}
}
