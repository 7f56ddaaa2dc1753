package db

import "context"

// ReplayStays is the migration's own, for tests.
func (tx *Tx) ReplayStays(ctx context.Context) error { return tx.replayStays(ctx) }
