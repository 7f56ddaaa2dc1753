package scheduler

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// The crash test's children are this very test binary, told by the environment
// to be a process under load instead.
const (
	childAddress = "SEMAFORO_CRASH_CHILD"
	ready        = "ready" // a child's first line: it has the database
)

func TestMain(m *testing.M) {
	if address := os.Getenv(childAddress); address != "" {
		if err := crashChild(address); err != nil {
			fmt.Fprintln(os.Stderr, "child:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// crashSpeed makes the flows' minutes pass in a few hundred milliseconds.
const crashSpeed = 600

// sharedClock is the same for all children and the parent: it runs fast from an
// instant on.
func sharedClock(epoch time.Time) Clock {
	return Clock{Speed: crashSpeed, Now: func() time.Time {
		return epoch.Add(time.Since(epoch) * crashSpeed).UTC().Truncate(time.Microsecond)
	}}
}

// crashChild runs the loop and, beside it, customers and sellers who write as
// fast as they can, until its standard input ends. Whatever the door has
// promised it reports on standard output, after the promise.
func crashChild(address string) error {
	micros, err := strconv.ParseInt(os.Getenv("SEMAFORO_CRASH_EPOCH"), 10, 64)
	if err != nil {
		return err
	}
	d, err := db.Open(context.Background(), address, db.Options{Log: quiet})
	if err != nil {
		return err
	}
	fmt.Println(ready)
	s := New(d, sharedClock(time.UnixMicro(micros)), quiet, nil)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.Run(ctx) })
	if os.Getenv("SEMAFORO_CRASH_LOAD") != "" {
		for n := range 3 {
			running.Go(func() { crashLoad(ctx, s, n) })
		}
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	cancel()
	running.Wait()
	return err
}

func crashLoad(ctx context.Context, s *Scheduler, worker int) {
	store, channel := os.Getenv("SEMAFORO_CRASH_STORE"), os.Getenv("SEMAFORO_CRASH_CHANNEL")
	team, seller := os.Getenv("SEMAFORO_CRASH_TEAM"), os.Getenv("SEMAFORO_CRASH_SELLER")
	for i := 0; ctx.Err() == nil; i++ {
		external := fmt.Sprintf("%d-%d-%d", os.Getpid(), worker, i)
		got, err := s.Receive(ctx, store, Inbound{ChannelID: channel, ExternalID: external, Text: "Oi", Team: team,
			Contact: InboundContact{ExternalID: fmt.Sprint(rand.IntN(60)), Name: "Cliente"}})
		if err != nil {
			continue // refused by what happened meanwhile, or stopping
		}
		fmt.Println("received", external)
		id := got.Conversation.ID
		switch rand.IntN(6) {
		case 0:
			_, m, err := s.Say(ctx, store, By{Kind: db.ByUser}, Outbound{Conversation: id, From: flow.FromSeller, Seller: seller, Text: "Olá"})
			if err == nil {
				fmt.Println("said", m.ID)
			}
		case 1:
			if _, err := s.Act(ctx, store, By{Kind: db.ByUser}, Act{Conversation: id, Type: flow.Assume, Seller: seller}); err == nil {
				_, _ = s.Act(ctx, store, By{Kind: db.ByUser}, Act{Conversation: id, Type: flow.Postpone, Until: s.clock.Now().Add(3 * time.Minute)})
			}
		case 2:
			_, _ = s.Act(ctx, store, By{Kind: db.ByUser}, Act{Conversation: id, Type: flow.Close})
		}
	}
}

type crash struct {
	*shop
	address string
	epoch   time.Time
	mu      sync.Mutex
	acked   []string
}

func newCrash(t *testing.T, address string) *crash {
	d, err := db.Open(context.Background(), address, db.Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	c := &crash{address: address, epoch: time.Now()}
	c.shop = newShop(t, d, sharedClock(c.epoch))
	c.flow(flow.TeamQueue, time.Minute, 2*time.Minute, flow.Action{Type: flow.TransferTeam, Team: c.teams["Plantão"], Delay: time.Minute})
	c.flow(flow.SellerQueue, time.Minute, 2*time.Minute, flow.Action{Type: flow.Redistribute})
	c.autoClose(20 * time.Minute)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return c
}

// child is a process; promises closes when it has ended.
type child struct {
	crash    *crash
	cmd      *exec.Cmd
	in       io.Closer
	promises chan string
}

func (c *crash) child(load bool) *child {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childAddress+"="+c.address, "SEMAFORO_CRASH_EPOCH="+strconv.FormatInt(c.epoch.UnixMicro(), 10),
		"SEMAFORO_CRASH_STORE="+c.Store.ID, "SEMAFORO_CRASH_CHANNEL="+c.channel.ID,
		"SEMAFORO_CRASH_TEAM="+c.teams["Vendas"], "SEMAFORO_CRASH_SELLER="+c.sellers["Ana"])
	if load {
		cmd.Env = append(cmd.Env, "SEMAFORO_CRASH_LOAD=1")
	}
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	p := &child{crash: c, cmd: cmd, in: in, promises: make(chan string)}
	go func() {
		defer close(p.promises)
		for lines := bufio.NewReader(out); ; {
			line, err := lines.ReadString('\n')
			if err != nil {
				return // a line cut by the signal is no promise
			}
			p.promises <- strings.TrimSuffix(line, "\n")
		}
	}()
	return p
}

// read takes n promises, or all that come before the child ends.
func (p *child) read(n int) {
	for range n {
		promise, ok := <-p.promises
		if !ok {
			return
		}
		p.crash.mu.Lock()
		p.crash.acked = append(p.crash.acked, promise)
		p.crash.mu.Unlock()
	}
}

// readAll takes every promise until the child ends.
func (p *child) readAll() { p.read(math.MaxInt) }

// stop ends the child in an orderly way.
func (p *child) stop() {
	p.in.Close()
	p.readAll()
	if err := p.cmd.Wait(); err != nil {
		p.crash.t.Errorf("a child that was asked to stop: %v", err)
	}
}

// kill ends it at once; what it had promised before still counts.
func (p *child) kill() {
	_ = p.cmd.Process.Kill()
	p.readAll()
	_ = p.cmd.Wait() // its status is the signal's
}

// settle runs one child without load until nothing is due.
func (c *crash) settle() {
	last := c.child(false)
	last.read(1)
	d, err := db.Open(c.ctx, c.address, db.Options{Log: quiet, Shared: true})
	if err != nil {
		c.t.Fatal(err)
	}
	deadline := time.Now().Add(30 * time.Second)
	for {
		refs, err := d.DueRefs(c.ctx, c.clock.Now().Add(-time.Minute), 1)
		if err == nil && len(refs) == 0 {
			break
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("still due after 30 s: %+v (%v)", refs, err)
		}
	}
	if err := d.Close(); err != nil {
		c.t.Error(err)
	}
	last.stop()
}

// verify holds everything against everything: promises, logs, rows, counts.
func (c *crash) verify() {
	d, err := db.Open(c.ctx, c.address, db.Options{Log: quiet})
	if err != nil {
		c.t.Fatal(err)
	}
	defer d.Close()
	c.DB = d
	c.shop.Door.db = d
	for _, ack := range c.acked {
		what, id, _ := strings.Cut(ack, " ")
		var err error
		switch what {
		case "received":
			_, err = d.MessageByExternal(c.ctx, c.Store.ID, c.channel.ID, id)
		case "said":
			_, err = d.Message(c.ctx, c.Store.ID, id)
		}
		if err != nil {
			c.t.Errorf("promised and lost: %s: %v", ack, err)
		}
	}
	counts := map[flow.EventType]int{}
	ids := c.conversations()
	for _, id := range ids {
		c.check(id)
		c.once(id, counts)
	}
	c.t.Logf("%d promises, %d conversations, events: %v", len(c.acked), len(ids), counts)
	for _, typ := range []flow.EventType{flow.Alert1, flow.Alert2, flow.ActionTaken, flow.PostponeEnded} {
		if counts[typ] == 0 {
			c.t.Errorf("the run saw no %s: it proves nothing", typ)
		}
	}
}

func (c *crash) conversations() []string {
	var ids []string
	for after := (*db.Cursor)(nil); ; {
		page, err := c.DB.ListConversations(c.ctx, c.Store.ID, db.ListQuery{Tab: db.TabAny, After: after, Limit: 200})
		if err != nil {
			c.t.Fatal(err)
		}
		for _, row := range page.Rows {
			ids = append(ids, row.ID)
		}
		if after = page.Next; after == nil {
			return ids
		}
	}
}

// once checks that no timer fired twice for one clock, nor early.
func (c *crash) once(id string, counts map[flow.EventType]int) {
	var state flow.Conversation
	fired := map[flow.EventType]bool{}
	for _, e := range c.events(id) {
		counts[e.Type]++
		if !e.Due.IsZero() && !e.Due.Before(e.At) {
			c.t.Errorf("%s of conversation %s is due at %s and fired at %s", e.Type, id, e.Due, e.At)
		}
		if fired[e.Type] {
			c.t.Errorf("%s of conversation %s fired twice for one clock", e.Type, id)
		}
		switch e.Type {
		case flow.Alert1, flow.Alert2, flow.ActionTaken, flow.ActionSkipped, flow.AutoClosed:
			fired[e.Type] = true
		}
		before := state.ClockStart
		state = flow.Evolve(state, e.Record)
		if state.ClockStart != before {
			clear(fired)
		}
	}
}

// A process under load is killed at random moments, many times; afterwards no
// event is missing or doubled, and every state is the replay of its log.
func TestKilledProcessLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	crashed(t, dbtest.SQLiteAddress(t), 1)
}

// Two processes on one PostgreSQL, one of them killed again and again: each
// timer fires exactly once.
func TestTwoProcessesFireEachTimerOnce(t *testing.T) {
	t.Parallel()
	crashed(t, dbtest.PostgresAddress(t), 2)
}

func crashed(t *testing.T, address string, processes int) {
	if testing.Short() {
		t.Skip("real processes")
	}
	c := newCrash(t, address)
	var steady []*child
	for range processes - 1 {
		p := c.child(true)
		go p.readAll()
		steady = append(steady, p)
	}
	for range 12 {
		p := c.child(true)
		p.read(20 + rand.IntN(400))
		p.kill()
	}
	for _, p := range steady {
		p.stop()
	}
	c.settle()
	c.verify()
}
