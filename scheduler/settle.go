package scheduler

import "context"

// Settle does all that is due now and returns, for who lets the time pass by
// hand instead of running the loop.
func (s *Scheduler) Settle(ctx context.Context) error {
	for {
		sleep, err := s.turn(ctx)
		if err != nil || sleep > 0 {
			return err
		}
	}
}
