package scheduler

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"semaforo/db"
)

const (
	// importBatch is how many lines one transaction checks or prepares: a person's
	// click waits no longer for it than for a batch of timers.
	importBatch = 100
	// importPoll is how long an import waits at most, in real time, for a process that
	// takes it over from one that died. Whoever starts one wakes its own.
	importPoll = 5 * time.Minute
	// importStale is how long an import that waits for somebody is kept.
	importStale = 24 * time.Hour
	// importAttempts is how often an import is begun anew, because its customers were
	// changed under it or something failed, before it is given up.
	importAttempts = 5
)

// The codes of what is wrong with a line's cell.
const (
	ProblemUnknown   = "unknown"   // no such customer, seller or channel
	ProblemAmbiguous = "ambiguous" // several customers, or sellers, it could be
	ProblemInactive  = "inactive"  // a seller who has left
	ProblemRepeated  = "repeated"  // Arg is the line that is about the same
	ProblemRequired  = "required"
	ProblemConflict  = "conflict" // the cells speak of different customers
	ProblemKind      = "kind"     // a channel that takes no contacts from outside
)

// The columns of a line's cells.
const (
	ColumnCode     = "code"
	ColumnName     = "name"
	ColumnPhone    = "phone"
	ColumnSeller   = "seller"
	ColumnChannel  = "channel"
	ColumnExternal = "external"
)

// Why an import was given up.
const (
	ReasonStale     = "stale"     // nobody went on with it
	ReasonCancelled = "cancelled" // somebody said so
	ReasonOvertaken = "overtaken" // the store changed faster than it could be prepared
	ReasonFailed    = "failed"    // our fault
)

// BeginImport stores a new import and, where it goes on by itself, has it carried on.
func (d *Door) BeginImport(ctx context.Context, i db.Import) error {
	return d.importing(ctx, func(tx *db.Tx, now time.Time) error {
		i.CreatedAt, i.ChangedAt = now, now
		return tx.InsertImport(ctx, i)
	})
}

// AddImportLines stores lines of a file that is coming in.
func (d *Door) AddImportLines(ctx context.Context, lines []db.ImportLine) error {
	return d.db.Tx(ctx, func(tx *db.Tx) error { return tx.InsertImportLines(ctx, lines...) })
}

// MoveImport brings an import that waits for somebody into its next state; db.ErrChanged
// when it is not in the state from any more. change may fill in what goes with it.
func (d *Door) MoveImport(ctx context.Context, store, id string, from, to db.ImportState, change func(*db.Import)) error {
	return d.importing(ctx, func(tx *db.Tx, now time.Time) error {
		i, err := tx.LockImport(ctx, store, id)
		if err != nil {
			return err
		}
		if i.State != from {
			return fmt.Errorf("import %s is %s: %w", id, i.State, db.ErrChanged)
		}
		i.To(to)
		i.ChangedAt = now
		if change != nil {
			change(&i)
		}
		return tx.UpdateImport(ctx, i)
	})
}

func (d *Door) importing(ctx context.Context, f func(tx *db.Tx, now time.Time) error) error {
	return d.db.Tx(ctx, func(tx *db.Tx) error {
		tx.AfterCommit(d.haul)
		return f(tx, d.clock.Now())
	})
}

// carrier carries one import on in one transaction.
type carrier struct {
	tx      *db.Tx
	i       *db.Import
	now     time.Time
	sellers map[string][]db.Seller // by the word that lines of this batch have for them
	past    *atomic.Pointer[pastBook]
}

func (c *carrier) to(state db.ImportState) { c.i.To(state) }

// undo takes away what was prepared; then the import is in the state then.
func (c *carrier) undo(then db.ImportState, reason string) {
	c.to(db.ImportUndoing)
	c.i.Details.Then, c.i.Reason = then, reason
}

func (c *carrier) step(ctx context.Context) error {
	past := c.i.Kind == db.ImportHistory
	switch c.i.State {
	case db.ImportChecking:
		if past {
			return c.retrace(ctx)
		}
		return c.lines(ctx, c.check, c.checked)
	case db.ImportPreparing:
		switch {
		case past:
			return c.retrace(ctx)
		case c.i.Kind == db.ImportAssign:
			return c.gather(ctx)
		}
		return c.lines(ctx, c.prepare, c.apply)
	case db.ImportUndoing:
		if past {
			return c.undoPast(ctx)
		}
		return c.undoing(ctx)
	case db.ImportReceiving, db.ImportRefused, db.ImportChecked:
		if c.now.Sub(c.i.ChangedAt) >= importStale {
			c.undo(db.ImportGivenUp, ReasonStale)
		}
		return nil
	}
	if !c.i.Tidy {
		return nil
	}
	clear, n := c.tx.TidyImport, importBatch
	if past {
		clear, n = c.tx.ClearPastLines, pastBatch
	}
	n, err := clear(ctx, c.i.Store, c.i.ID, n)
	c.i.Tidy = n > 0
	return err
}

// lines does the next batch of lines, and after the last one what comes then.
func (c *carrier) lines(ctx context.Context, each func(context.Context, *db.ImportLine) error, then func(context.Context) error) error {
	lines, err := c.tx.ImportLines(ctx, c.i.Store, c.i.ID, c.i.Position, importBatch)
	if err != nil {
		return err
	}
	for i := range lines {
		if err := each(ctx, &lines[i]); err != nil {
			return fmt.Errorf("line %d: %w", lines[i].Line, err)
		}
		if err := c.tx.UpdateImportLine(ctx, lines[i]); err != nil {
			return err
		}
		c.i.Position = lines[i].N
	}
	if len(lines) == importBatch {
		return nil
	}
	return then(ctx)
}

// check finds out whom a line is about and what becomes of them.
func (c *carrier) check(ctx context.Context, l *db.ImportLine) error {
	if len(l.Problems) > 0 {
		c.i.Errors++
		return nil
	}
	r := resolver{carrier: c, line: l}
	if err := r.resolve(ctx); err != nil {
		return err
	}
	switch {
	case len(l.Problems) > 0:
		c.i.Errors++
	case l.Action == db.LineNew:
		c.i.Created++
	case l.Action == db.LineSame:
		c.i.Same++
	default:
		c.i.Changed++
	}
	return nil
}

func (c *carrier) checked(context.Context) error {
	c.to(db.ImportChecked)
	if c.i.Errors > 0 {
		c.to(db.ImportRefused)
	}
	return nil
}

// prepare checks a line again, as the store may have changed since, and writes of it
// what nobody sees yet.
func (c *carrier) prepare(ctx context.Context, l *db.ImportLine) error {
	if l.N == 1 {
		c.i.Errors, c.i.Created, c.i.Changed, c.i.Same = 0, 0, 0, 0
	}
	if err := c.check(ctx, l); err != nil || len(l.Problems) > 0 {
		return err
	}
	return c.tx.PrepareLine(ctx, *l)
}

// apply makes everything seen at once, where it still fits.
func (c *carrier) apply(ctx context.Context) error {
	if c.i.Errors > 0 {
		c.undo(db.ImportRefused, "")
		return nil
	}
	n, err := c.tx.Overtaken(ctx, c.i.Store, c.i.ID)
	if err != nil {
		return err
	}
	if n > 0 {
		if c.i.Attempts++; c.i.Attempts > importAttempts {
			c.undo(db.ImportGivenUp, ReasonOvertaken)
		} else {
			c.undo(db.ImportPreparing, "")
		}
		return nil
	}
	if err := c.tx.ApplyImport(ctx, c.i.Store, c.i.ID, c.now); err != nil {
		return err
	}
	c.to(db.ImportDone)
	c.i.Tidy = true
	return c.record(ctx)
}

// gather collects the next customers of an assignment's search; nobody sees that
// either before all of them are there.
func (c *carrier) gather(ctx context.Context) error {
	query := c.i.Details.Query
	query.Limit = importBatch
	page, err := c.tx.Customers(ctx, c.i.Store, query)
	if err != nil {
		return err
	}
	for _, row := range page.Rows {
		c.i.Position++
		l := db.ImportLine{Store: c.i.Store, Import: c.i.ID, N: c.i.Position, Line: c.i.Position, Action: db.LineSame, Customer: row.Customer}
		if row.Seller == c.i.Details.To {
			c.i.Same++
		} else {
			l.Action, l.Customer.Seller = db.LineAssign, c.i.Details.To
			c.i.Changed++
		}
		if err := c.tx.InsertImportLines(ctx, l); err != nil {
			return err
		}
	}
	c.i.Total = max(c.i.Total, c.i.Position)
	if c.i.Details.Query.After = page.Next; page.Next != nil {
		return nil
	}
	c.i.Total = c.i.Position
	return c.apply(ctx)
}

// undoing takes the next of what was prepared away. An assignment gathers its
// customers anew.
func (c *carrier) undoing(ctx context.Context) error {
	n, err := c.tx.UndoImport(ctx, c.i.Store, c.i.ID, importBatch)
	if err != nil || n > 0 {
		return err
	}
	then := c.i.Details.Then
	if then == db.ImportGivenUp || c.i.Kind == db.ImportAssign {
		if n, err = c.tx.TidyImport(ctx, c.i.Store, c.i.ID, importBatch); err != nil || n > 0 {
			return err
		}
	}
	if c.i.Kind == db.ImportAssign {
		c.i.Details.Query.After, c.i.Changed, c.i.Same = nil, 0, 0
	}
	c.to(then)
	return nil
}

// entry begins the audit trail's entry about the import; an operator's command has no
// user.
func (c *carrier) entry(noun, action string) db.Audit {
	e := db.Audit{Store: c.i.Store, At: c.now, ByKind: db.ByUser, ByID: c.i.ByUser, ByName: c.i.ByName, Address: c.i.Address,
		Noun: noun, NounID: c.i.ID, NounName: c.i.Name, Action: action}
	if e.ByID == "" {
		e.ByKind = db.BySystem
	}
	return e
}

// record adds what was done to the audit trail.
func (c *carrier) record(ctx context.Context) error {
	e := c.entry(db.NounPortfolio, db.AuditImported)
	count := func(field string, n int) {
		e.Changes = append(e.Changes, db.AuditChange{Field: field, After: fmt.Sprint(n)})
	}
	if c.i.Kind == db.ImportAssign {
		e.Action = db.AuditTransferred
		name := "ninguém"
		if c.i.Details.To != "" {
			seller, err := c.tx.Seller(ctx, c.i.Store, c.i.Details.To)
			if err != nil {
				return err
			}
			name = seller.Name
		}
		e.Changes = append(e.Changes, db.AuditChange{Field: "seller", After: name})
	} else {
		count("customers_created", c.i.Created)
	}
	count("customers_changed", c.i.Changed)
	return c.tx.AppendAudit(ctx, e)
}
