package scheduler

import (
	"context"
	"time"

	"semaforo/db"
)

// renewHolidays gives every store whose holidays were worked out around an earlier
// year those of this one, so that nobody has to come back each year. A store that
// cannot be configured keeps what it has, which reaches two years ahead, and is
// tried again.
func (s *Scheduler) renewHolidays(ctx context.Context, now time.Time) error {
	year := now.Year()
	stores, err := s.db.HolidaysBehind(ctx, year)
	if err != nil {
		return err
	}
	for _, store := range stores {
		_, err := s.Configure(ctx, store, By{Kind: db.BySystem}, func(tx *db.Tx, _ time.Time) error {
			return tx.RenewHolidays(ctx, store, year)
		})
		if err != nil && ctx.Err() == nil {
			s.log.Error("a store's holidays could not be renewed", "store", store, "year", year, "error", err)
		}
	}
	return ctx.Err()
}
