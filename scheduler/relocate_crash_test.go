package scheduler

import (
	"context"
	"fmt"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

// A process that is killed in the middle of a move, again and again, moves each
// conversation once in the end.
func TestKilledProcessMovesEachOnce(t *testing.T) {
	t.Parallel()
	movedThroughCrashes(t, dbtest.SQLiteAddress(t), 1)
}

// So do two processes on one PostgreSQL of which one is killed.
func TestTwoProcessesMoveEachOnce(t *testing.T) {
	t.Parallel()
	movedThroughCrashes(t, dbtest.PostgresAddress(t), 2)
}

func movedThroughCrashes(t *testing.T, address string, processes int) {
	if testing.Short() {
		t.Skip("real processes")
	}
	c := &crash{address: address, epoch: time.Now()}
	d, err := db.Open(context.Background(), address, db.Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	c.shop = newShop(t, d, sharedClock(c.epoch))
	var ids []string
	for i := range 7*batch + 20 {
		ids = append(ids, c.says(fmt.Sprint("c", i), "Vendas").ID)
	}
	c.archive("Vendas", "Plantão")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	var steady []*child
	for range processes - 1 {
		p := c.child(false)
		go p.readAll()
		steady = append(steady, p)
	}
	for left := len(ids); left > 0; {
		p := c.child(false)
		p.read(1)
		left = c.leftBelow(left)
		p.kill()
	}
	for _, p := range steady {
		p.stop()
	}
	if c.DB, err = db.Open(c.ctx, address, db.Options{Log: quiet}); err != nil {
		t.Fatal(err)
	}
	defer c.DB.Close()
	for _, id := range ids {
		c.wantMoves(id, c.away("Vendas", "Plantão"))
	}
}

// leftBelow waits until fewer are left in the queue that is moved, and says how many.
func (c *crash) leftBelow(n int) int {
	d, err := db.Open(c.ctx, c.address, db.Options{Log: quiet, Shared: true})
	if err != nil {
		c.t.Fatal(err)
	}
	defer d.Close()
	for deadline := time.Now().Add(30 * time.Second); ; {
		left, err := d.CountHeld(c.ctx, c.Store.ID, c.teams["Vendas"], "")
		if err == nil && left.Total() < n {
			return left.Total()
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("still %d to move after 30 s (%v)", left.Total(), err)
		}
	}
}
