package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"text/tabwriter"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/handlers"
	"semaforo/scheduler"
	"semaforo/views/auditview"
)

// importCmd is `semaforo import`: past conversations, for backtests.
type importCmd struct {
	ofStore
	Preview bool   `help:"Check the file and say what it would bring, without importing it."`
	Unknown string `enum:"refuse,leave-out,as-none" default:"refuse" placeholder:"CHOICE" help:"Names that the store does not know: refuse them, leave-out the conversations in which they occur, or take them as-none, as if no name were given. (default ${default})"`
	JSON    bool   `help:"Print the result as JSON."`
	File    string `arg:"" help:"A CSV, or one JSON object a line as simulate reads them. - is standard input."`
}

var namesChoices = map[string]db.NamesChoice{"refuse": db.NamesRefused, "leave-out": db.NamesLeftOut, "as-none": db.NamesAsNone}

// Run imports a file as the page does: the same checks, the same words, all of it or
// nothing. A file with errors ends with status 2.
func (cmd *importCmd) Run(std *streams) error {
	file, err := open(std, cmd.File)
	if err != nil {
		return err
	}
	defer file.Close()
	err = cmd.inStore(std, func(ctx context.Context, d *db.DB, store db.Store) error {
		ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
		defer stop()
		r := importRun{cmd: cmd, std: std, db: d, store: store, scheduler: operator(d, std)}
		return r.run(ctx, file)
	})
	if db.IsSerialization(err) {
		return fmt.Errorf("%w: another program keeps writing to %s; try again, or import the file in the running program, under %s", err, cmd.DB, handlers.HistoryPath)
	}
	return err
}

// importRun is one run.
type importRun struct {
	cmd       *importCmd
	std       *streams
	db        *db.DB
	store     db.Store
	zone      *time.Location
	scheduler *scheduler.Scheduler
	told      time.Time // when the progress was last told
}

func (r *importRun) run(ctx context.Context, file io.Reader) error {
	var err error
	if r.zone, err = time.LoadLocation(r.store.Timezone); err != nil {
		return err
	}
	name := filepath.Base(r.cmd.File)
	if r.cmd.File == "-" {
		name = "stdin"
	}
	i := db.Import{Store: r.store.ID, ID: db.NewID(), Kind: db.ImportHistory, Name: name, State: db.ImportReceiving, ByName: auditview.OperatorName}
	i.Details.History = &db.History{Names: namesChoices[r.cmd.Unknown]}
	err = handlers.TakeHistory(ctx, r.scheduler.Door, &i, file, r.zone, scheduler.RealClock().Now())
	if err == nil {
		i, err = r.scheduler.CarryImport(ctx, i.Store, i.ID, r.progress)
	}
	if err == nil {
		err = r.problems(ctx, i)
	}
	if err == nil && i.State == db.ImportChecked && !r.cmd.Preview {
		i, err = r.apply(ctx, i)
	}
	if err == nil && i.State == db.ImportGivenUp {
		err = errors.New("the import was given up: somebody cancelled it")
	}
	if err != nil {
		return errors.Join(r.unreadable(err), r.leave(i))
	}
	if i.State != db.ImportDone {
		err = r.leave(i)
	}
	return errors.Join(err, r.result(i))
}

func (r *importRun) apply(ctx context.Context, i db.Import) (db.Import, error) {
	if err := r.scheduler.MoveImport(ctx, i.Store, i.ID, i.State, db.ImportPreparing, nil); err != nil {
		return i, err
	}
	return r.scheduler.CarryImport(ctx, i.Store, i.ID, r.progress)
}

// unreadable is a file that is wrong as a whole.
func (r *importRun) unreadable(err error) error {
	if words, is := handlers.UnreadableFile(err); is {
		return usageError{fmt.Errorf("%s: %s", r.cmd.File, words)}
	}
	return err
}

// leave takes what was only looked at, or did not work, away again.
func (r *importRun) leave(i db.Import) error {
	ctx := context.Background()
	now, err := r.db.Import(ctx, i.Store, i.ID)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if now.State != db.ImportGivenUp && now.State != db.ImportUndoing {
		err = r.scheduler.MoveImport(ctx, i.Store, i.ID, now.State, db.ImportUndoing, func(i *db.Import) {
			i.Details.Then, i.Reason = db.ImportGivenUp, scheduler.ReasonCancelled
		})
	}
	if err == nil {
		_, err = r.scheduler.CarryImport(ctx, i.Store, i.ID, func(db.Import) {})
	}
	if err != nil {
		return err
	}
	return r.scheduler.ForgetImport(ctx, i.Store, i.ID)
}

// progress tells a terminal how far the import has come, now and then.
func (r *importRun) progress(i db.Import) {
	in, is := r.std.err.(io.Reader)
	if !is || !isTerminal(in) || time.Since(r.told) < time.Second {
		return
	}
	r.told = time.Now()
	doing := "checking"
	if i.State == db.ImportPreparing {
		doing = "importing"
	}
	fmt.Fprintf(r.std.err, "%s: line %d of %d\n", doing, i.Position, i.Total)
}

// problems writes the lines that are wrong, or where none is those that change nothing.
func (r *importRun) problems(ctx context.Context, i db.Import) error {
	out := bufio.NewWriter(r.std.err)
	for after := 0; ; {
		lines, err := r.db.PastProblems(ctx, i.Store, i.ID, i.Errors == 0, after, db.MaxPage)
		if err != nil {
			return err
		}
		for _, l := range lines {
			for _, p := range l.Problems {
				fmt.Fprintf(out, "%s: line %d: %s: %s\n", r.cmd.File, l.Line, handlers.ColumnWord(p.Column), handlers.PastWords(p))
			}
			after = l.N
		}
		if len(lines) < db.MaxPage {
			return out.Flush()
		}
	}
}

// importResult is what the command prints as JSON.
type importResult struct {
	Imported      bool               `json:"imported"`
	Import        string             `json:"import,omitempty"` // its id, where it was imported
	Lines         int                `json:"lines"`
	Errors        int                `json:"errors"`
	Conversations int                `json:"conversations"`
	LeftOut       int                `json:"left_out"`
	Waits         int                `json:"waits"`
	New           *int               `json:"new,omitempty"` // waits that were not there, where it was imported
	Queues        map[flow.Queue]int `json:"queues"`
	First         time.Time          `json:"first,omitzero"`
	Last          time.Time          `json:"last,omitzero"`
	Silences      int                `json:"silences"`
	Unanswered    int                `json:"unanswered"`
	WithoutEffect int                `json:"without_effect"`
	Unknown       []db.UnknownName   `json:"unknown"`
}

// result prints what the file brought, or would.
func (r *importRun) result(i db.Import) error {
	h := *i.Details.History
	v := importResult{Imported: i.State == db.ImportDone, Lines: i.Total, Errors: i.Errors, Conversations: h.Conversations - h.LeftOut, LeftOut: h.LeftOut,
		Waits: h.Waits, Queues: map[flow.Queue]int{}, First: r.local(h.First), Last: r.local(h.Last), Silences: h.Silences, Unanswered: h.Waiting,
		WithoutEffect: h.Without, Unknown: append([]db.UnknownName{}, h.Unknown...)}
	for _, q := range flow.Queues {
		v.Queues[q] = h.Queues[q]
	}
	if v.Imported {
		v.Import, v.New = i.ID, &i.Created
	}
	print := v.table
	if r.cmd.JSON {
		print = v.json
	}
	err := print(r.std.out, i)
	if i.Errors > 0 {
		err = errors.Join(err, usageError{fmt.Errorf("%s: %d lines have errors: nothing was imported", r.cmd.File, i.Errors)})
	}
	return err
}

// local is an instant in the store's zone.
func (r *importRun) local(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(r.zone)
}

func (v importResult) json(w io.Writer, _ db.Import) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func (v importResult) table(w io.Writer, i db.Import) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(label, value string) { fmt.Fprintf(out, "%s\t%s\n", label, value) }
	row("Lines", strconv.Itoa(v.Lines))
	row("Conversations", strconv.Itoa(v.Conversations))
	if v.LeftOut > 0 {
		row("Conversations left out", strconv.Itoa(v.LeftOut))
	}
	row("Waits", strconv.Itoa(v.Waits))
	for _, q := range []struct {
		queue flow.Queue
		word  string
	}{{flow.TeamQueue, "  of the team queue"}, {flow.SellerQueue, "  of the seller queue"}, {flow.WaitingQueue, "  of the waiting queue"}} {
		row(q.word, strconv.Itoa(v.Queues[q.queue]))
	}
	if !v.First.IsZero() {
		row("Period", v.First.Format(time.RFC3339)+" to "+v.Last.Format(time.RFC3339))
	}
	row("Waits that ended in a silence of 3 days", strconv.Itoa(v.Silences))
	row("Conversations without an answer at the end", strconv.Itoa(v.Unanswered))
	row("Lines without effect", strconv.Itoa(v.WithoutEffect))
	for _, u := range v.Unknown {
		row("Unknown "+string(u.Kind), fmt.Sprintf("%s (%d times, first in line %d)", u.Name, u.Lines, u.Line))
	}
	switch {
	case v.Imported:
		row("Imported", fmt.Sprintf("%d new waits", i.Created))
	case i.Errors == 0:
		row("Imported", "no: only checked")
	}
	return out.Flush()
}
