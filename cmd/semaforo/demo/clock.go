package demo

import (
	"context"
	"time"

	"semaforo/db"
	"semaforo/scheduler"
)

// Clock is the demonstration's: speed times as fast as the machine's. It starts
// at the present, or where a faster clock had got to when the program last ran:
// what has happened is never in the future.
func Clock(ctx context.Context, d *db.DB, speed float64) (scheduler.Clock, error) {
	latest, err := d.LatestInstant(ctx)
	if err != nil {
		return scheduler.Clock{}, err
	}
	real := scheduler.RealClock()
	now := real.Now()
	if speed == 1 && !latest.After(now) {
		return real, nil
	}
	return scheduler.FastClock(later(now, latest.Add(time.Microsecond)), speed), nil
}
