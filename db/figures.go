package db

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"time"

	"semaforo/flow"
)

// FigureKind is what figures are of.
type FigureKind string

// The kinds; the store's own have no id.
const (
	OfStore   FigureKind = "store"
	OfTeam    FigureKind = "team"
	OfSeller  FigureKind = "seller"
	OfChannel FigureKind = "channel"
)

// FigureKinds lists the kinds.
var FigureKinds = []FigureKind{OfStore, OfTeam, OfSeller, OfChannel}

// HoursInWeek is how many hours figures by hour have; the first is Sunday's.
const HoursInWeek = 7 * 24

// Took is how long something took, in real time and in business hours.
type Took struct{ Real, Business flow.Durations }

// Figures are what ended stays took, summed up.
type Figures struct {
	First  Took // from a customer's first unanswered message to the conversation's first answer
	Answer Took // from a customer's first unanswered message to any answer
	Held   Took // that one holder let a customer wait, however it ended
	// By the colour in which conversations were answered.
	Green, Yellow, Red int
}

// Merge adds all that o sums up.
func (f *Figures) Merge(o Figures) {
	for i, h := range f.parts() {
		h.Merge(*o.parts()[i])
	}
	f.Green, f.Yellow, f.Red = f.Green+o.Green, f.Yellow+o.Yellow, f.Red+o.Red
}

func (f *Figures) parts() [6]*flow.Durations {
	return [6]*flow.Durations{&f.First.Real, &f.First.Business, &f.Answer.Real, &f.Answer.Business, &f.Held.Real, &f.Held.Business}
}

// encode writes each histogram as how many of its counts are not zero, and for each
// of those how far it is from the one before and what it counts; then the colours.
func (f *Figures) encode() []byte {
	var b []byte
	for _, h := range f.parts() {
		pairs, before := []byte(nil), 0
		n := 0
		h.Range(func(index, count int) {
			pairs = binary.AppendUvarint(pairs, uint64(index-before))
			pairs = binary.AppendUvarint(pairs, uint64(count))
			n, before = n+1, index
		})
		b = append(binary.AppendUvarint(b, uint64(n)), pairs...)
	}
	for _, n := range []int{f.Green, f.Yellow, f.Red} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
}

var errFigures = errors.New("figures that nobody wrote")

// merge adds what encode wrote.
func (f *Figures) merge(b []byte) error {
	bad := false
	next := func() int {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > 1<<40 {
			bad = true
			return 0
		}
		b = b[n:]
		return int(v)
	}
	var read flow.Durations
	for _, h := range f.parts() {
		index := 0
		read = read[:0]
		for range next() {
			index += next()
			if bad || index > 1<<14 {
				return errFigures
			}
			read.Fill(index, next())
		}
		h.Merge(read)
	}
	for _, n := range []*int{&f.Green, &f.Yellow, &f.Red} {
		*n += next()
	}
	if bad || len(b) > 0 {
		return errFigures
	}
	return nil
}

// FigureKey is where figures belong. Span is a local day, "2026-11-26", or a month,
// "2026-11"; with Hours, Hour is the hour of the week.
type FigureKey struct {
	Store string
	Kind  FigureKind
	Hours bool
	Span  string
	ID    string
	Hour  int
}

func (k FigureKey) kind() string {
	if k.Hours {
		return string(k.Kind) + "_hours"
	}
	return string(k.Kind)
}

// StoreToSum is a store with stays that its figures do not hold yet: ErrNotFound
// where there is none.
func (q Queries) StoreToSum(ctx context.Context) (string, error) {
	return one(ctx, q, "store to sum", column[string],
		`SELECT y.store_id FROM stays y WHERE NOT y.summed ORDER BY y.store_id, y.import_id, y.ended_at LIMIT 1`)
}

// TakeStays takes up to limit stays that the store's figures do not hold yet, the
// store's own first and then the earliest: whoever takes them adds them to the figures
// and to the blocks in the same transaction, and nobody else adds to the store's until
// it ends. Of those that are imported it says with which import.
func (tx *Tx) TakeStays(ctx context.Context, store string, now time.Time, limit int) ([]Stay, error) {
	_, err := tx.exec(ctx, "hold the figures", `INSERT INTO figure_stores (store_id, summed_at) VALUES ($1, $2)
	   ON CONFLICT (store_id) DO UPDATE SET summed_at = excluded.summed_at`, store, At(now))
	if err != nil {
		return nil, err
	}
	return list(ctx, tx.Queries, "take stays", func(r row) (Stay, error) {
		var s Stay
		return s, r.Scan(append(s.targets(), &s.Import)...)
	},
		`WITH due AS MATERIALIZED (SELECT store_id AS s, conversation_id AS c, seq AS n FROM stays
		   WHERE store_id = $1 AND NOT summed ORDER BY import_id, ended_at, conversation_id, seq LIMIT $2)
		 UPDATE stays SET summed = TRUE FROM due WHERE store_id = due.s AND conversation_id = due.c AND seq = due.n
		 RETURNING `+strings.ReplaceAll(stayColumns, "y.", "")+`, import_id`, store, limit)
}

// AddFigures adds to a store's figures.
func (tx *Tx) AddFigures(ctx context.Context, sums map[FigureKey]*Figures) error {
	keys := make([]FigureKey, 0, len(sums))
	for key := range sums {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b FigureKey) int {
		return cmp.Or(cmp.Compare(a.Store, b.Store), cmp.Compare(a.kind(), b.kind()), cmp.Compare(a.Span, b.Span), cmp.Compare(a.ID, b.ID), a.Hour-b.Hour)
	})
	for _, key := range keys {
		bodies, err := list(ctx, tx.Queries, "figures", column[[]byte],
			`SELECT body FROM figures WHERE store_id = $1 AND kind = $2 AND span = $3 AND id = $4 AND hour = $5`,
			key.Store, key.kind(), key.Span, key.ID, key.Hour)
		if err != nil {
			return err
		}
		var f Figures
		f.Merge(*sums[key])
		for _, body := range bodies {
			if err := f.merge(body); err != nil {
				return wrap("figures of "+key.Span, err)
			}
		}
		_, err = tx.exec(ctx, "add figures", `INSERT INTO figures (store_id, kind, span, id, hour, body) VALUES ($1, $2, $3, $4, $5, $6)
		   ON CONFLICT (store_id, kind, span, id, hour) DO UPDATE SET body = excluded.body`,
			key.Store, key.kind(), key.Span, key.ID, key.Hour, f.encode())
		if err != nil {
			return err
		}
	}
	return nil
}

// ForgetFigures deletes a store's figures and its blocks of waits, so that both are
// made anew from all of its stays.
func (tx *Tx) ForgetFigures(ctx context.Context, store string) error {
	if _, err := tx.exec(ctx, "forget figures", `DELETE FROM figures WHERE store_id = $1`, store); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, "forget blocks", `DELETE FROM wait_blocks WHERE store_id = $1`, store); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "sum anew", `UPDATE stays SET summed = FALSE WHERE store_id = $1 AND summed`, store)
	return err
}

// Period is a stretch of local days, "2026-11-26", both included.
type Period struct{ From, To string }

// Days are the period's days, the earliest first; none where it has no beginning or
// no end.
func (p Period) Days() []string {
	day, err := time.Parse(time.DateOnly, p.From)
	last, lastErr := time.Parse(time.DateOnly, p.To)
	if err != nil || lastErr != nil {
		return nil
	}
	var days []string
	for ; !day.After(last); day = day.AddDate(0, 0, 1) {
		days = append(days, day.Format(time.DateOnly))
	}
	return days
}

// spans are the period's whole months, and the days that are in none of them.
func (p Period) spans() []string {
	var spans []string
	month := ""
	for _, day := range p.Days() {
		switch first := day[:len("2006-01")]; {
		case first == month:
		case first+"-01" == day && lastOfMonth(day) <= p.To:
			month = first
			spans = append(spans, month)
		default:
			spans = append(spans, day)
		}
	}
	return spans
}

// lastOfMonth is the last day of a month that begins with a day.
func lastOfMonth(day string) string {
	first, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return first.AddDate(0, 1, -1).Format(time.DateOnly)
}

type figureRow struct {
	id, span string
	hour     int
	body     []byte
}

func scanFigure(r row) (f figureRow, err error) { return f, r.Scan(&f.id, &f.span, &f.hour, &f.body) }

const figureColumns = `SELECT id, span, hour, body FROM figures WHERE store_id = $1 AND kind = $2 AND span `

// sumUp adds rows by a key of theirs.
func sumUp[K comparable](rows []figureRow, err error, key func(figureRow) K) (map[K]*Figures, error) {
	sums := map[K]*Figures{}
	for _, row := range rows {
		k := key(row)
		if sums[k] == nil {
			sums[k] = &Figures{}
		}
		err = errors.Join(err, sums[k].merge(row.body))
	}
	return sums, err
}

// FiguresByDay are the figures of one of a kind for each local day that has any.
func (q Queries) FiguresByDay(ctx context.Context, store string, kind FigureKind, id string, p Period) (map[string]*Figures, error) {
	a := arguments{values: []any{store, string(kind), id}}
	rows, err := list(ctx, q, "figures by day", scanFigure, figureColumns+in(&a, p.Days())+` AND id = $3`, a.values...)
	return sumUp(rows, err, func(f figureRow) string { return f.span })
}

// FiguresOf are the figures of everything of a kind over a period, by id.
func (q Queries) FiguresOf(ctx context.Context, store string, kind FigureKind, p Period) (map[string]*Figures, error) {
	a := arguments{values: []any{store, string(kind)}}
	rows, err := list(ctx, q, "figures", scanFigure, figureColumns+in(&a, p.spans()), a.values...)
	return sumUp(rows, err, func(f figureRow) string { return f.id })
}

// FiguresOne are the figures of one of a kind over a period.
func (q Queries) FiguresOne(ctx context.Context, store string, kind FigureKind, id string, p Period) (f Figures, err error) {
	a := arguments{values: []any{store, string(kind), id}}
	rows, err := list(ctx, q, "figures of one", scanFigure, figureColumns+in(&a, p.spans())+` AND id = $3`, a.values...)
	sums, err := sumUp(rows, err, func(figureRow) string { return "" })
	if sums[""] != nil {
		f = *sums[""]
	}
	return f, err
}

// FiguresByHour are the figures of one of a kind over a period by the hour of the
// week in which the waits began.
func (q Queries) FiguresByHour(ctx context.Context, store string, kind FigureKind, id string, p Period) (map[int]*Figures, error) {
	a := arguments{values: []any{store, FigureKey{Kind: kind, Hours: true}.kind(), id}}
	rows, err := list(ctx, q, "figures by hour", scanFigure, figureColumns+in(&a, p.spans())+` AND id = $3`, a.values...)
	return sumUp(rows, err, func(f figureRow) int { return f.hour })
}

// FiguresSummed is up to when a store's figures hold what happened: the instant of
// their last summing, zero before the first, and whether stays of its own wait to be
// summed.
func (q Queries) FiguresSummed(ctx context.Context, store string) (at time.Time, waiting bool, err error) {
	type state struct {
		at      time.Time
		waiting int
	}
	s, err := one(ctx, q, "figures summed", func(r row) (s state, err error) { return s, r.Scan(timeInto{&s.at}, &s.waiting) },
		`SELECT (SELECT summed_at FROM figure_stores WHERE store_id = $1),
		   CASE WHEN EXISTS (SELECT 1 FROM stays WHERE store_id = $1 AND import_id = '' AND NOT summed) THEN 1 ELSE 0 END`, store)
	return s.at, s.waiting == 1, err
}

// ConfigurationInForce is the store's configuration at an instant, the first one
// before there was any: ErrNotFound before the first was made.
func (q Queries) ConfigurationInForce(ctx context.Context, store string, at time.Time) (version int64, err error) {
	return one(ctx, q, "configuration in force", column[int64],
		`SELECT version FROM (SELECT version, 0 AS later FROM configurations WHERE store_id = $1 AND at <= $2
		   UNION ALL SELECT MIN(version), 1 FROM configurations WHERE store_id = $1 HAVING COUNT(*) > 0) AS found
		 ORDER BY later, version DESC LIMIT 1`, store, At(at))
}
