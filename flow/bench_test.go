package flow_test

import (
	"testing"
	"time"

	"semaforo/flow"
)

// BenchmarkParseLine reads one line of a log.
func BenchmarkParseLine(b *testing.B) {
	line := []byte(`{"at": "2026-11-23T09:00:00-03:00", "conversation": "c1", "type": "customer_message", "team": "vendas", "channel": "whatsapp"}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := flow.ParseLine(line); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNext finds what fires next, in real time, in business hours over a
// weekend, and where the store is closed for months.
func BenchmarkNext(b *testing.B) {
	const flows = `"flows": [{"id": "w", "queue": "waiting", "kind": "main", "alert1": "1h", "alert2": "2h", "clock": "business_hours"}]`
	for name, config := range map[string]string{
		"always":         `{}`,
		"business_hours": `{"hours": {"mon": [["09:00", "17:00"]]}, ` + flows + `}`,
		"holidays":       `{"hours": {"wed": [["00:00", "00:01"]]}, ` + flows + `}`,
	} {
		b.Run(name, func(b *testing.B) {
			rules, err := compile(config)
			if err != nil {
				b.Fatal(err)
			}
			rec, err := flow.Decide(rules, flow.Conversation{}, flow.Event{
				At: instant("2026-11-27T18:00:00-03:00"), Conversation: "c1", Type: flow.CustomerMessage})
			if err != nil {
				b.Fatal(err)
			}
			c := flow.Evolve(flow.Conversation{}, rec)
			b.ReportAllocs()
			for b.Loop() {
				flow.Next(rules, c, time.Time{})
			}
		})
	}
}
