package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"semaforo/db"
	"semaforo/scheduler"
)

// collectors are the figures of what runs behind the pages.
func collectors(d *db.DB, s *scheduler.Scheduler) []prometheus.Collector {
	return []prometheus.Collector{
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "semaforo_database_statements_total", Help: "Statements run on the database.",
		}, func() float64 { return float64(d.Statements()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "semaforo_scheduler_behind_seconds", Help: "How long what is due longest has been waiting; -1 when the database does not say.",
		}, func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
			defer cancel()
			behind, err := s.Behind(ctx)
			if err != nil {
				return -1
			}
			return behind.Seconds()
		}),
	}
}
