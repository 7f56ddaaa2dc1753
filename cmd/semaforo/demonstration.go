package main

import (
	"context"
	"time"

	"semaforo/cmd/semaforo/demo"
	"semaforo/handlers"
	"semaforo/scheduler"
)

// prepare is the program's clock; with --demo it fills the database first.
func (cmd *serveCmd) prepare(ctx context.Context, r *running) (scheduler.Clock, error) {
	clock := scheduler.RealClock()
	if !cmd.Demo {
		return clock, nil
	}
	var err error
	if r.demo, err = demo.Open(ctx, r.db, clock.Now(), r.log); err != nil {
		return clock, err
	}
	return demo.Clock(ctx, r.db, cmd.ClockSpeed)
}

// move offers the demonstration's people and begins its movement.
func (r *running) move(ctx context.Context, cmd *serveCmd, h *handlers.Server) error {
	if !cmd.Demo {
		return nil
	}
	h.DemoSignIns = demo.SignIns()
	movement, err := demo.NewMovement(ctx, demo.Options{DB: r.db, Store: r.demo, Clock: h.Clock, Log: r.log, Base: r.url(),
		Seed: uint64(time.Now().UnixNano()), Paused: cmd.NoMovement})
	if err != nil {
		return err
	}
	h.Movement, h.MovementToken = movement, movement.TokenID()
	r.still = r.begin(ctx, movement.Run)
	return nil
}
