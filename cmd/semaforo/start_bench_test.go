//go:build linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

// bareServer is the least a Go program can do that answers.
const bareServer = `package main

import (
	"fmt"
	"net"
	"net/http"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("It answers at http://" + l.Addr().String())
	panic(http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })))
}
`

// BenchmarkStart is the time from the start of the built program, on a database
// of 100 k open conversations, to its first answer, and what it holds in memory
// once it is idle. Beside it stands a bare server.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	source, database := filepath.Join(dir, "bare.go"), filepath.Join(dir, "semaforo.db")
	if err := os.WriteFile(source, []byte(bareServer), 0o600); err != nil {
		b.Fatal(err)
	}
	program, bare := build(b, dir, "semaforo", "."), build(b, dir, "bare", source)
	d, err := db.Open(b.Context(), database, db.Options{})
	if err != nil {
		b.Fatal(err)
	}
	dbtest.Seed(b, d, "loja", dbtest.SeedSize{Open: 100_000, Closed: 20_000, Teams: 12, Sellers: 60, Channels: 4, Search: true})
	if err := d.Close(); err != nil {
		b.Fatal(err)
	}
	b.Run("semaforo", func(b *testing.B) {
		benchStart(b, program, "serve", "--addr", "127.0.0.1:0", "--db", database)
	})
	b.Run("raw", func(b *testing.B) { benchStart(b, bare) })
}

func build(b *testing.B, dir, name, source string) string {
	path := filepath.Join(dir, name)
	if out, err := exec.Command("go", "build", "-o", path, source).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return path
}

func benchStart(b *testing.B, program string, args ...string) {
	const starts = 20
	for b.Loop() {
		var times []time.Duration
		var resident int
		for range starts {
			took, idle := startOnce(b, program, args...)
			times, resident = append(times, took), max(resident, idle)
		}
		slices.Sort(times)
		b.ReportMetric(times[starts/2].Seconds()*1000, "p50-ms")
		b.ReportMetric(times[starts-1].Seconds()*1000, "max-ms")
		b.ReportMetric(float64(resident)/1024, "resident-MB")
	}
}

// startOnce starts the program, asks it as soon as it says where, waits until
// its memory has settled, and ends it.
func startOnce(b *testing.B, program string, args ...string) (took time.Duration, resident int) {
	ctx, stop := context.WithCancel(b.Context())
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		stop()
		_ = cmd.Wait() // the bare one knows no other end than the signal
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	_, url, _ := strings.Cut(strings.TrimSpace(line), "answers at ")
	answer, err := http.Get(url + "/healthz")
	if err != nil {
		b.Fatal(err)
	}
	took = time.Since(began)
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		b.Fatal(answer.Status)
	}
	return took, settled(b, cmd.Process.Pid)
}

// settled is a process's resident memory in kB once it stays the same for half a
// second.
func settled(b *testing.B, pid int) int {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	last, same := 0, 0
	for same < 10 {
		<-tick.C
		now := residentOf(b, pid)
		if same++; now != last {
			last, same = now, 0
		}
	}
	return last
}

func residentOf(b *testing.B, pid int) (kB int) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	if _, err := fmt.Sscan(rest, &kB); err != nil {
		b.Fatal(err)
	}
	return kB
}
