package scheduler

import (
	"context"
	"fmt"
	"slices"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

const (
	// pastBatch is how many lines of past conversations one transaction reads, and at
	// most how many of their waits it writes.
	pastBatch = 250
	// MaxPastLines is how many lines a conversation can have: one with more is a file
	// whose column of conversations is another.
	MaxPastLines = 10_000
	// unknownKept is how many unknown names are listed.
	unknownKept = 100
)

// The columns of a line of past conversations, beside those of customers.
const (
	ColumnConversation = "conversation"
	ColumnWhen         = "when"
	ColumnWho          = "who"
	ColumnTeam         = "team"
	ColumnUntil        = "until"
)

// What can be wrong with a line of past conversations.
const (
	ProblemCrowded = "crowded"  // the conversation has too many lines
	ProblemWithout = "without_" // with the engine's reason: the line changes nothing
)

// ReasonDeleted is that somebody deleted an import that was done.
const ReasonDeleted = "deleted"

// AddPastLines stores lines of a file of past conversations that is coming in.
func (d *Door) AddPastLines(ctx context.Context, lines []db.ImportLine) error {
	return d.db.Tx(ctx, func(tx *db.Tx) error { return tx.InsertPastLines(ctx, lines...) })
}

// DeleteHistory takes the waits of an import that is done away again; db.ErrChanged
// where it is not done.
func (d *Door) DeleteHistory(ctx context.Context, store, id string, entry db.Audit) error {
	return d.importing(ctx, func(tx *db.Tx, now time.Time) error {
		i, err := tx.LockImport(ctx, store, id)
		if err != nil {
			return err
		}
		if i.Kind != db.ImportHistory || i.State != db.ImportDone {
			return fmt.Errorf("import %s is %s: %w", id, i.State, db.ErrChanged)
		}
		i.To(db.ImportUndoing)
		i.Details.Then, i.Reason, i.ChangedAt = db.ImportGivenUp, ReasonDeleted, now
		if err := tx.UpdateImport(ctx, i); err != nil {
			return err
		}
		entry.Store, entry.At, entry.Noun, entry.NounID, entry.NounName, entry.Action = store, now, db.NounHistory, id, i.Name, db.AuditDeleted
		return tx.AppendAudit(ctx, entry)
	})
}

// ForgetImport forgets that there was an import that came to nothing.
func (d *Door) ForgetImport(ctx context.Context, store, id string) error {
	return d.db.Tx(ctx, func(tx *db.Tx) error { return tx.DeleteImport(ctx, store, id) })
}

// retrace does the next conversations of an import of past ones: checks them, or
// writes their waits, which nobody sees yet.
func (c *carrier) retrace(ctx context.Context) error {
	h := c.i.Details.History
	if h.Settling {
		return c.settle(ctx)
	}
	if h.Cursor == "" {
		c.startOver()
	}
	book, err := c.pastBook(ctx)
	if err != nil {
		return err
	}
	lines, last, err := c.nextPast(ctx)
	if err != nil {
		return err
	}
	var stays []db.Stay
	for _, story := range storiesOf(lines) {
		found, err := c.story(ctx, book, story)
		if err != nil {
			return err
		}
		stays = append(stays, found...)
		h.Cursor = story[0].Story
		c.i.Position += len(story)
	}
	if c.i.State == db.ImportPreparing {
		if err := c.write(ctx, stays); err != nil {
			return err
		}
	}
	if !last {
		return nil
	}
	return c.retraced(ctx)
}

// startOver forgets what an earlier look at the lines found.
func (c *carrier) startOver() {
	h := c.i.Details.History
	*h = db.History{Malformed: h.Malformed, Names: h.Names}
	c.i.Errors, c.i.Created, c.i.Same = h.Malformed, 0, 0
}

// pastBook is read once for each import and each thing done with it.
func (c *carrier) pastBook(ctx context.Context) (*pastBook, error) {
	of := c.i.Store + " " + c.i.ID + " " + string(c.i.State)
	if b := c.past.Load(); b != nil && b.of == of && c.i.Details.History.Cursor != "" {
		return b, nil
	}
	b, err := openPastBook(ctx, c.tx.Queries, c.i.Store, of)
	if err == nil {
		c.past.Store(b)
	}
	return b, err
}

// nextPast reads the lines of the next conversations, each with all of its lines, and
// whether they are the last.
func (c *carrier) nextPast(ctx context.Context) (lines []db.ImportLine, last bool, err error) {
	lines, err = c.tx.PastLines(ctx, c.i.Store, c.i.ID, c.i.Details.History.Cursor, pastBatch)
	if err != nil || len(lines) < pastBatch {
		return lines, true, err
	}
	cut := len(lines) - 1 // the last conversation may go on
	for cut > 0 && lines[cut-1].Story == lines[cut].Story {
		cut--
	}
	if cut > 0 {
		return lines[:cut], false, nil
	}
	lines, err = c.tx.PastLinesOf(ctx, c.i.Store, c.i.ID, lines[0].Story, MaxPastLines+1)
	return lines, false, err
}

// storiesOf are the conversations of lines.
func storiesOf(lines []db.ImportLine) [][]db.ImportLine {
	var all [][]db.ImportLine
	for len(lines) > 0 {
		n := slices.IndexFunc(lines, func(l db.ImportLine) bool { return l.Story != lines[0].Story })
		if n < 0 {
			n = len(lines)
		}
		all, lines = append(all, lines[:n]), lines[n:]
	}
	return all
}

// story does one conversation and returns its waits.
func (c *carrier) story(ctx context.Context, book *pastBook, lines []db.ImportLine) ([]db.Stay, error) {
	h := c.i.Details.History
	h.Conversations++
	wrong := make([][]db.ImportProblem, len(lines))
	if len(lines) > MaxPastLines {
		wrong[0] = []db.ImportProblem{{Column: ColumnConversation, Code: ProblemCrowded, Arg: lines[0].Cells.Past.Conversation}}
		c.i.Errors++
		return nil, c.tell(ctx, lines, wrong, nil)
	}
	inOrder(lines)
	var events []flow.Event
	anybody := false
	for i, l := range lines {
		e, unknown := book.event(l)
		events = append(events, e)
		for _, name := range unknown {
			anybody = true
			c.miss(name)
			if h.Names == db.NamesRefused {
				wrong[i] = append(wrong[i], problemOf(name))
			}
		}
		if len(wrong[i]) > 0 {
			c.i.Errors++
		}
	}
	if anybody && h.Names != db.NamesAsNone {
		if h.Names == db.NamesLeftOut {
			h.LeftOut++
		}
		return nil, c.tell(ctx, lines, wrong, nil)
	}
	told := flow.Retrace(book.rules, events)
	c.count(lines, told)
	return staysOfPast(c.i.Store, told), c.tell(ctx, lines, wrong, told.Without)
}

func problemOf(name db.UnknownName) db.ImportProblem {
	code := ProblemUnknown
	if name.Ambiguous {
		code = ProblemAmbiguous
	}
	return db.ImportProblem{Column: string(name.Kind), Code: code, Arg: name.Name}
}

// count adds what a conversation was to what the import found.
func (c *carrier) count(lines []db.ImportLine, told flow.Retraced) {
	h := c.i.Details.History
	h.Waits += len(told.Stays)
	h.Silences += told.Silences
	if told.Waiting {
		h.Waiting++
	}
	if h.Queues == nil {
		h.Queues = map[flow.Queue]int{}
	}
	for _, s := range told.Stays {
		h.Queues[s.Queue]++
	}
	first, last := lines[0].At, lines[len(lines)-1].At
	if h.First.IsZero() || first.Before(h.First) {
		h.First = first
	}
	if last.After(h.Last) {
		h.Last = last
	}
}

// tell writes what is wrong with a conversation's lines, or that they change nothing,
// where that is news. What bots and notes change nobody expects.
func (c *carrier) tell(ctx context.Context, lines []db.ImportLine, wrong [][]db.ImportProblem, without map[int]*flow.Refusal) error {
	for i, l := range lines {
		problems, action := wrong[i], db.LineAction(false)
		if refusal := without[i]; refusal != nil && refusal.Event != flow.BotMessage && refusal.Event != flow.Note {
			problems, action = []db.ImportProblem{{Column: ColumnWho, Code: ProblemWithout + string(refusal.Code)}}, db.LineAction(true)
			c.i.Details.History.Without++
		}
		if slices.Equal(problems, l.Problems) && action == l.Action {
			continue
		}
		l.Problems, l.Action = problems, action
		if err := c.tx.UpdatePastLine(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// staysOfPast are a conversation's waits as they are kept. Their number comes from
// when they began, so that another file that tells of the same wait tells nothing new.
func staysOfPast(store string, told flow.Retraced) []db.Stay {
	const atOnce = 1024 // runs of one clock that can begin at one instant
	var stays []db.Stay
	for _, s := range told.Stays {
		seq := s.Start.UnixMicro() * atOnce
		if n := len(stays); n > 0 && stays[n-1].Seq >= seq {
			seq = stays[n-1].Seq + 1
		}
		stays = append(stays, db.Stay{Stay: s.Stay, Store: store, Seq: seq, First: s.First, Imported: true})
	}
	return stays
}

// write stores waits, hidden.
func (c *carrier) write(ctx context.Context, stays []db.Stay) error {
	n, err := c.tx.InsertPastStays(ctx, c.i.ID, stays...)
	c.i.Created += n
	c.i.Same += len(stays) - n
	return err
}

// retraced is what comes after the last conversation.
func (c *carrier) retraced(ctx context.Context) error {
	switch {
	case c.i.State == db.ImportChecking:
		return c.checked(ctx)
	case c.i.Errors > 0:
		c.undo(db.ImportRefused, "")
		return nil
	}
	c.i.Details.History.Settling = true
	return nil
}

// settle has the waits enter what is read of them, and then shows all of it at once.
func (c *carrier) settle(ctx context.Context) error {
	wait, err := c.tx.PastStaysWait(ctx, c.i.Store, c.i.ID)
	if err != nil {
		return err
	}
	if wait {
		return enterStays(ctx, c.tx, c.i.Store, c.now)
	}
	c.to(db.ImportDone)
	c.i.Tidy = true
	entry := c.entry(db.NounHistory, db.AuditImported)
	for _, n := range []struct {
		field string
		n     int
	}{{"past_conversations", c.i.Details.History.Conversations - c.i.Details.History.LeftOut}, {"waits", c.i.Created}} {
		entry.Changes = append(entry.Changes, db.AuditChange{Field: n.field, After: fmt.Sprint(n.n)})
	}
	return c.tx.AppendAudit(ctx, entry)
}

// undoPast takes the next of what an import wrote away.
func (c *carrier) undoPast(ctx context.Context) error {
	n, err := c.tx.DeletePastStays(ctx, c.i.Store, c.i.ID, pastBatch)
	if err != nil || n > 0 {
		return err
	}
	if err := c.tx.DeletePastBlocks(ctx, c.i.Store, c.i.ID); err != nil {
		return err
	}
	if c.i.Details.Then == db.ImportGivenUp {
		if n, err = c.tx.ClearPastLines(ctx, c.i.Store, c.i.ID, pastBatch); err != nil || n > 0 {
			return err
		}
	}
	c.to(c.i.Details.Then)
	return nil
}

// miss counts a line with a name that nobody knows.
func (c *carrier) miss(name db.UnknownName) {
	h := c.i.Details.History
	key := db.Fold(name.Name)
	for i, u := range h.Unknown {
		if u.Kind == name.Kind && db.Fold(u.Name) == key {
			h.Unknown[i].Lines++
			h.Unknown[i].Line = min(u.Line, name.Line)
			return
		}
	}
	if len(h.Unknown) == unknownKept {
		h.MoreUnknown++
		return
	}
	h.Unknown = append(h.Unknown, name)
}
