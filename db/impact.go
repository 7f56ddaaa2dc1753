package db

import (
	"context"
	"database/sql"
	"strconv"
	"time"
)

// Aging says which open conversations a change may bear on at once: those that
// have waited since an instant or before, or that were answered then.
type Aging struct {
	Waiting  time.Time // zero: none of the waiting ones
	Answered time.Time // zero: none of the answered ones
}

// EachAging calls each for a store's open conversations that a change may bear
// on, with their customers' names. It reads the ranges of the lists' index that
// hold them and no others; each must not ask the database.
func (q Queries) EachAging(ctx context.Context, store string, aging Aging, each func(c Conversation, customer string)) error {
	channels, err := q.channelIDs(ctx, store)
	if err != nil {
		return err
	}
	a := arguments{values: []any{store}}
	var ranges []string
	if !aging.Waiting.IsZero() {
		until := a.arg(int64(At(aging.Waiting)))
		for rank := RankRed; rank <= RankGreen; rank++ {
			ranges = append(ranges, "c.rank = "+strconv.Itoa(rank)+" AND c.sort_key <= "+until)
		}
	}
	if !aging.Answered.IsZero() {
		ranges = append(ranges, "c.rank = "+strconv.Itoa(RankNone)+" AND c.sort_key >= "+a.arg(-int64(At(aging.Answered))))
	}
	var parts []string
	for _, channel := range channels {
		on := " AND c.channel_id = " + a.arg(channel) + " AND "
		for _, r := range ranges {
			parts = append(parts, "SELECT "+conversationColumns+", p.name FROM conversations c"+q.indexedBy("conversations_channel")+
				" CROSS JOIN contacts p WHERE c.store_id = $1"+on+r+" AND p.store_id = c.store_id AND p.id = c.contact_id")
		}
	}
	if len(parts) == 0 {
		return nil
	}
	err = q.run.query(ctx, union(parts, ""), a.values, func(r *sql.Rows) error {
		var c Conversation
		var visited, name string
		if err := r.Scan(append(c.targets(&visited), &name)...); err != nil {
			return err
		}
		if err := c.read(visited); err != nil {
			return err
		}
		each(c, name)
		return nil
	})
	return wrap("aging conversations", err)
}
