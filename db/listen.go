package db

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const notifyChannel = "semaforo"

// Notify tells the other processes on this database, once the transaction is
// committed. On SQLite there are none.
func (tx *Tx) Notify(ctx context.Context, payload string) error {
	if !tx.postgres {
		return nil
	}
	_, err := tx.exec(ctx, "notify", `SELECT pg_notify($1, $2)`, notifyChannel, tx.process+" "+payload)
	return err
}

// Listen sends to wake what other processes Notify, until ctx is done; it
// reconnects by itself, and sends an empty payload when it has connected again,
// as something may have been missed. It never waits for a reader of wake, whose
// capacity is at least 1: what does not fit is said by an empty payload too. On
// SQLite it only waits.
func (db *DB) Listen(ctx context.Context, wake chan string) {
	if !db.postgres {
		<-ctx.Done()
		return
	}
	const slowest = 30 * time.Second
	delay := time.Second / 4
	for ctx.Err() == nil {
		began := time.Now()
		err := db.listen(ctx, wake)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > slowest {
			delay = time.Second / 4
		}
		db.log.Warn("listening to the database ended, trying again", "error", err, "in", delay)
		if pause(ctx, delay) != nil {
			return
		}
		delay = min(2*delay, slowest)
	}
}

func (db *DB) listen(ctx context.Context, wake chan string) error {
	c, err := pgx.Connect(ctx, db.dsn)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer c.Close(context.WithoutCancel(ctx))
	if _, err := c.Exec(ctx, "LISTEN "+notifyChannel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	offer(wake, "")
	for {
		n, err := c.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("wait: %w", err)
		}
		if sender, payload, _ := strings.Cut(n.Payload, " "); sender != db.process {
			offer(wake, payload)
		}
	}
}

// offer is the only one that sends to wake: once it has taken something out
// there is room. The empty payload then stands for both.
func offer(wake chan string, payload string) {
	select {
	case wake <- payload:
		return
	default:
	}
	select {
	case <-wake:
	default:
	}
	wake <- ""
}
