package db

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"time"

	"semaforo/flow"
)

// Wait is an ended stay as blocks hold it: instants are microseconds, and who held it
// are numbers of the store's WaitNames.
type Wait struct {
	flow.Wait
	Team, Seller, Channel int
	Level                 flow.Level
}

// blockSize is how many waits a block holds: few enough that to add one writes little,
// many enough that a million are read in no time.
const blockSize = 2000

// The places of what blocks hold as numbers.
var (
	waitOutcomes = []flow.Outcome{flow.Answered, flow.NoReply, flow.HandedOver, flow.Acted, flow.Deferred, flow.Ended, flow.TimedOut}
	waitLevels   = []flow.Level{flow.Green, flow.Yellow, flow.Red}
)

// A block's body has for each wait, as varints: how much later it ended than the one
// before (the first: than the day began), how long it was, the numbers of team, seller
// and channel, and how it ended, in one.
func appendWait(b []byte, before int64, w Wait) []byte {
	b = binary.AppendVarint(b, w.End-before)
	b = binary.AppendVarint(b, w.End-w.Start)
	for _, number := range []int{w.Team, w.Seller, w.Channel} {
		b = binary.AppendUvarint(b, uint64(number))
	}
	return binary.AppendUvarint(b, uint64(w.how()))
}

// how is how a wait ended, as one number.
func (w *Wait) how() int {
	how := slices.Index(waitOutcomes, w.Outcome)*len(waitLevels) + slices.Index(waitLevels, w.Level)
	if w.Imported {
		how += len(waitOutcomes) * len(waitLevels)
	}
	return how
}

// ended takes what how gave, and reports whether it can have.
func (w *Wait) ended(how uint64) bool {
	all := uint64(len(waitOutcomes) * len(waitLevels))
	if w.Imported = how >= all; w.Imported {
		how -= all
	}
	if how >= all {
		return false
	}
	w.Outcome, w.Level = waitOutcomes[how/uint64(len(waitLevels))], waitLevels[how%uint64(len(waitLevels))]
	return true
}

var errWaits = errors.New("a block of waits that nobody wrote")

// eachWait calls each for the waits of a block, and returns when the last one ended.
// Each gets the same wait, filled anew.
func eachWait(b []byte, day int64, n int, each func(w *Wait)) (last int64, err error) {
	var w Wait
	last = day
	for range n {
		later, read := binary.Varint(b)
		if read <= 0 {
			return 0, errWaits
		}
		b = b[read:]
		long, read := binary.Varint(b)
		if read <= 0 {
			return 0, errWaits
		}
		b = b[read:]
		var numbers [4]uint64
		for i := range numbers {
			if len(b) > 0 && b[0] < 0x80 { // most are small
				numbers[i], b = uint64(b[0]), b[1:]
				continue
			}
			v, read := binary.Uvarint(b)
			if read <= 0 || v > 1<<40 {
				return 0, errWaits
			}
			numbers[i], b = v, b[read:]
		}
		if !w.ended(numbers[3]) {
			return 0, errWaits
		}
		last += later
		w.Start, w.End = last-long, last
		w.Team, w.Seller, w.Channel = int(numbers[0]), int(numbers[1]), int(numbers[2])
		each(&w)
	}
	if len(b) > 0 {
		return 0, errWaits
	}
	return last, nil
}

// dayOf is a UTC day, and the instant at which it begins.
func dayOf(t time.Time) (day string, begins int64) {
	t = t.UTC()
	return t.Format(time.DateOnly), time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).UnixMicro()
}

// blockKey is where a store's waits belong.
type blockKey struct {
	queue flow.Queue
	day   string
	from  string // the import they came with: a block is of one, or of the store's own
}

// AddWaits adds ended stays of a store to its blocks. Call it in the transaction that
// takes them: see TakeStays.
func (tx *Tx) AddWaits(ctx context.Context, store string, stays []Stay) error {
	numbers, err := tx.numberNames(ctx, store, stays)
	if err != nil {
		return err
	}
	blocks := map[blockKey][]Wait{}
	for _, s := range stays {
		day, _ := dayOf(s.End)
		key := blockKey{s.Queue, day, s.Import}
		blocks[key] = append(blocks[key], Wait{Team: numbers[s.Team], Seller: numbers[s.Seller], Channel: numbers[s.Channel], Level: s.Level,
			Wait: flow.Wait{Start: s.Start.UnixMicro(), End: s.End.UnixMicro(), Outcome: s.Outcome, Imported: s.Imported}})
	}
	keys := slices.SortedFunc(maps.Keys(blocks), func(a, b blockKey) int {
		return cmp.Or(cmp.Compare(a.queue, b.queue), cmp.Compare(a.day, b.day), cmp.Compare(a.from, b.from))
	})
	for _, key := range keys {
		if err := tx.extend(ctx, store, key, blocks[key]); err != nil {
			return err
		}
	}
	return nil
}

// block is one row.
type block struct {
	part, n int64
	first   Instant
	body    []byte
}

// extend adds waits to the last block of a day, and goes on with further ones.
func (tx *Tx) extend(ctx context.Context, store string, key blockKey, waits []Wait) error {
	blocks, err := list(ctx, tx.Queries, "last block", func(r row) (b block, err error) { return b, r.Scan(&b.part, &b.n, &b.first, &b.body) },
		`SELECT part, n, first_at, body FROM wait_blocks WHERE store_id = $1 AND queue = $2 AND day = $3
		   AND import_id = $4 ORDER BY part DESC LIMIT 1`, store, string(key.queue), key.day, key.from)
	if err != nil {
		return err
	}
	next, err := one(ctx, tx.Queries, "next block", column[int64],
		`SELECT COALESCE(MAX(part) + 1, 0) FROM wait_blocks WHERE store_id = $1 AND queue = $2 AND day = $3`, store, string(key.queue), key.day)
	if err != nil {
		return err
	}
	slices.SortStableFunc(waits, func(a, b Wait) int { return cmp.Compare(a.End, b.End) })
	b := block{part: next}
	if len(blocks) > 0 {
		b = blocks[0]
	}
	_, begins := dayOf(time.UnixMicro(waits[0].End))
	last, err := eachWait(b.body, begins, int(b.n), func(*Wait) {})
	if err != nil {
		return wrap("block of "+key.day, err)
	}
	for len(waits) > 0 {
		if b.n >= blockSize {
			b, last = block{part: next}, begins
		}
		if b.part == next {
			next++
		}
		some := waits[:min(len(waits), blockSize-int(b.n))]
		waits = waits[len(some):]
		for _, w := range some {
			b.body = appendWait(b.body, last, w)
			if last = w.End; b.n == 0 || Instant(w.End) < b.first {
				b.first = Instant(w.End)
			}
			b.n++
		}
		_, err := tx.exec(ctx, "write block", `INSERT INTO wait_blocks (store_id, queue, day, part, n, first_at, body, import_id)
		   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (store_id, queue, day, part)
		   DO UPDATE SET n = excluded.n, first_at = excluded.first_at, body = excluded.body`,
			store, string(key.queue), key.day, b.part, b.n, int64(b.first), b.body, key.from)
		if err != nil {
			return err
		}
	}
	return nil
}

// namesAtOnce and endsAtOnce are how many are looked up by one statement.
const (
	namesAtOnce = 50
	endsAtOnce  = 100
)

// numberNames gives each team, seller and channel of some stays a number of its own,
// the one it has or the next; nobody's is 0.
func (tx *Tx) numberNames(ctx context.Context, store string, stays []Stay) (map[string]int, error) {
	numbers := map[string]int{"": 0}
	var missing []string
	for _, s := range stays {
		for _, name := range []string{s.Team, s.Seller, s.Channel} {
			if _, seen := numbers[name]; !seen {
				numbers[name] = 0
				missing = append(missing, name)
			}
		}
	}
	for _, some := range evenly(missing, namesAtOnce) {
		a := arguments{values: []any{store}}
		known, err := list(ctx, tx.Queries, "wait names", scanWaitName, `SELECT number, name FROM wait_names WHERE store_id = $1 AND name `+in(&a, some), a.values...)
		if err != nil {
			return nil, err
		}
		for _, k := range known {
			numbers[k.name] = k.number
		}
	}
	missing = slices.DeleteFunc(missing, func(name string) bool { return numbers[name] > 0 })
	slices.Sort(missing)
	for _, name := range missing {
		number, err := one(ctx, tx.Queries, "name a wait's holder", column[int],
			`INSERT INTO wait_names (store_id, number, name) SELECT CAST($1 AS TEXT), 1 + COALESCE(MAX(number), 0), CAST($2 AS TEXT)
			 FROM wait_names WHERE store_id = CAST($1 AS TEXT) RETURNING number`, store, name)
		if err != nil {
			return nil, err
		}
		numbers[name] = number
	}
	return numbers, nil
}

type waitName struct {
	number int
	name   string
}

func scanWaitName(r row) (n waitName, err error) { return n, r.Scan(&n.number, &n.name) }

// WaitNames are the teams, sellers and channels that a store's blocks name, by their
// numbers; the first is nobody.
func (q Queries) WaitNames(ctx context.Context, store string) ([]string, error) {
	known, err := list(ctx, q, "wait names", scanWaitName, `SELECT number, name FROM wait_names WHERE store_id = $1 ORDER BY number`, store)
	if err != nil {
		return nil, err
	}
	names := []string{""}
	for _, k := range known {
		for len(names) <= k.number {
			names = append(names, "")
		}
		names[k.number] = k.name
	}
	return names, nil
}

// seenBlocks holds for the blocks of the store $1 that anybody sees: seenStays's.
const seenBlocks = `(import_id = '' OR import_id IN ` + doneImports + `)`

const waitPeriod = ` FROM wait_blocks WHERE store_id = $1 AND queue = $2 AND day >= $3 AND day <= $4 AND ` + seenBlocks

// CountWaits is how many waits the blocks of a queue's period hold at most.
func (q Queries) CountWaits(ctx context.Context, store string, queue flow.Queue, since, until time.Time) (int, error) {
	from, _ := dayOf(since)
	to, _ := dayOf(until)
	return one(ctx, q, "count waits", column[int], `SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT)`+waitPeriod, store, string(queue), from, to)
}

// EachWait calls each for a queue's waits in blocks that ended from an instant on and
// before another, day after day. Each gets the same wait, filled anew.
func (q Queries) EachWait(ctx context.Context, store string, queue flow.Queue, since, until time.Time, each func(w *Wait)) error {
	from, _ := dayOf(since)
	to, _ := dayOf(until)
	first, end := since.UnixMicro(), until.UnixMicro()
	err := q.run.query(ctx, `SELECT day, n, body`+waitPeriod+` ORDER BY day, part`, []any{store, string(queue), from, to}, func(r *sql.Rows) error {
		var day string
		var n int
		var body sql.RawBytes
		if err := r.Scan(&day, &n, &body); err != nil {
			return err
		}
		begins, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return err
		}
		_, err = eachWait(body, begins.UnixMicro(), n, func(w *Wait) {
			if w.End >= first && w.End < end {
				each(w)
			}
		})
		return err
	})
	return wrap("waits", err)
}

// FirstWait is when a queue's first wait in blocks ended, zero where there is none.
func (q Queries) FirstWait(ctx context.Context, store string, queue flow.Queue) (time.Time, error) {
	at, err := one(ctx, q, "first wait", instantColumn, `SELECT MIN(first_at) FROM wait_blocks WHERE store_id = $1 AND queue = $2 AND `+seenBlocks+`
	  AND day = (SELECT MIN(day) FROM wait_blocks WHERE store_id = $1 AND queue = $2 AND `+seenBlocks+`)`, store, string(queue))
	return at.Time(), err
}

// NewStays lists up to limit of a store's own stays that neither figures nor blocks
// hold yet, the earliest first.
func (q Queries) NewStays(ctx context.Context, store string, limit int) ([]Stay, error) {
	return list(ctx, q, "new stays", scanStay, `SELECT `+stayColumns+` FROM stays y WHERE y.store_id = $1 AND y.import_id = '' AND NOT y.summed
	  ORDER BY y.ended_at, y.conversation_id, y.seq LIMIT $2`, store, limit)
}

// StaysEnded lists a store's stays of a queue that ended at any of some instants.
func (q Queries) StaysEnded(ctx context.Context, store string, queue flow.Queue, at []time.Time) ([]Stay, error) {
	ends := make([]int64, len(at))
	for i, t := range at {
		ends[i] = int64(At(t))
	}
	slices.Sort(ends)
	var all []Stay
	for _, some := range evenly(slices.Compact(ends), endsAtOnce) {
		a := arguments{values: []any{store, string(queue)}}
		stays, err := list(ctx, q, "stays ended", scanStay, `SELECT `+stayColumns+` FROM stays y WHERE y.store_id = $1 AND y.queue = $2
		  AND y.ended_at `+in(&a, some)+` AND `+seenStays+` ORDER BY y.ended_at, y.conversation_id, y.seq`, a.values...)
		if err != nil {
			return nil, err
		}
		all = append(all, stays...)
	}
	return all, nil
}
