//go:build unix

package main

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
)

const (
	benchEvents        = 1_000_000
	benchConversations = 100_000
)

// BenchmarkSimulate is the command over 1 M events of 100 k conversations, on
// one core: read, parsed, decided and printed. Beside its rate stands the raw
// limit, a bare loop that reads the same lines and splits each at its quotes.
// On a busy machine the rate by the processor's time is the one that says what
// a core can do.
func BenchmarkSimulate(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	dir := b.TempDir()
	config, events := filepath.Join(dir, "store.json"), filepath.Join(dir, "events.jsonl")
	if err := os.WriteFile(config, []byte(benchConfig), 0o600); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(events, benchLog(), 0o600); err != nil {
		b.Fatal(err)
	}
	b.Run("raw", func(b *testing.B) {
		began := cpuTime(b)
		for b.Loop() {
			benchRaw(b, events)
		}
		reportRate(b, began)
	})
	b.Run("simulate", func(b *testing.B) {
		b.ReportAllocs()
		began := cpuTime(b)
		for b.Loop() {
			var out lineCounter
			if status := Run([]string{"simulate", "--config", config, "--events", events}, nil, &out, os.Stderr); status != exitDone {
				b.Fatalf("status %d", status)
			}
			b.ReportMetric(float64(out), "lines/op")
		}
		reportRate(b, began)
	})
}

// cpuTime is how long the processor has worked for this process.
func cpuTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func reportRate(b *testing.B, began time.Duration) {
	events := benchEvents * float64(b.N)
	b.ReportMetric(events/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(events/(cpuTime(b)-began).Seconds(), "events/cpu-s")
}

type lineCounter int

func (c *lineCounter) Write(p []byte) (int, error) {
	*c += lineCounter(bytes.Count(p, []byte("\n")))
	return len(p), nil
}

// benchRaw reads the log's lines and finds each one's texts.
func benchRaw(b *testing.B, events string) {
	f, err := os.Open(events)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<16)
	texts := 0
	for {
		line, err := r.ReadSlice('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
		for {
			i := bytes.IndexByte(line, '"')
			if i < 0 {
				break
			}
			texts, line = texts+1, line[i+1:]
		}
	}
	if texts < benchEvents {
		b.Fatalf("only %d texts", texts)
	}
}

// benchConfig is an ordinary store: flows in every queue, one of them in
// business hours, an exception, and both automatic closings.
const benchConfig = `{"timezone": "America/Sao_Paulo",
 "hours": {"mon": [["08:00","18:00"]], "tue": [["08:00","18:00"]], "wed": [["08:00","18:00"]], "thu": [["08:00","18:00"]], "fri": [["08:00","18:00"]], "sat": [["09:00","13:00"]]},
 "holidays": ["2026-12-25"],
 "teams": [{"id": "vendas"}, {"id": "suporte"}, {"id": "plantao", "hours": {"mon": [["07:00","24:00"]]}}],
 "sellers": [{"id": "s0", "teams": ["vendas"]}, {"id": "s1", "teams": ["vendas"]}, {"id": "s2", "teams": ["vendas", "suporte"]},
  {"id": "s3", "teams": ["suporte"]}, {"id": "s4", "teams": ["plantao"]}],
 "flows": [
  {"id": "t", "queue": "team", "kind": "main", "alert1": "5m", "alert2": "15m", "action": {"type": "transfer_team", "team": "plantao"}},
  {"id": "p", "queue": "team", "kind": "alternative", "targets": ["plantao"], "alert1": "10m", "alert2": "20m", "clock": "business_hours"},
  {"id": "s", "queue": "seller", "kind": "main", "alert1": "5m", "alert2": "10m", "clock": "business_hours", "action": {"type": "redistribute", "delay": "5m"}}],
 "auto_close": {"enabled": true, "after": "24h", "enabled_at": "2026-11-01T00:00:00-03:00"},
 "auto_close_customer": {"enabled": true, "after": "48h", "enabled_at": "2026-11-01T00:00:00-03:00"}}`

// benchLife is a conversation's ten events, with how long after its first.
var benchLife = [...]struct {
	after time.Duration
	rest  string
}{
	{0, `"type": "customer_message", "team": "vendas", "channel": "whatsapp"}`},
	{40 * time.Second, `"type": "customer_message"}`},
	{90 * time.Second, `"type": "assume", "seller": "s1"}`},
	{2 * time.Minute, `"type": "seller_message", "seller": "s1"}`},
	{4 * time.Minute, `"type": "customer_message"}`},
	{8 * time.Minute, `"type": "seller_message", "seller": "s1"}`},
	{30 * time.Minute, `"type": "customer_message"}`},
	{42 * time.Minute, `"type": "seller_message", "seller": "s2"}`},
	{60 * time.Minute, `"type": "customer_message"}`},
	{61 * time.Minute, `"type": "no_reply_needed", "seller": "s2"}`},
}

// benchLog is seven hours of a busy store: four conversations begin each
// second, and every tenth goes ten times as slowly, with all its alerts.
func benchLog() []byte {
	type entry struct {
		at           time.Duration
		conversation int
		rest         string
	}
	entries := make([]entry, 0, benchEvents)
	for c := range benchConversations {
		for _, e := range benchLife {
			after := e.after
			if c%10 == 0 {
				after *= 10
			}
			entries = append(entries, entry{time.Duration(c)*250*time.Millisecond + after, c, e.rest})
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.at, b.at) })
	began := time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC)
	var log bytes.Buffer
	for _, e := range entries {
		fmt.Fprintf(&log, `{"at": %q, "conversation": "c%06d", %s`, began.Add(e.at).Format(time.RFC3339Nano), e.conversation*7919%benchConversations, e.rest)
		log.WriteByte('\n')
	}
	return log.Bytes()
}
