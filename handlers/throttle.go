package handlers

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Buckets let everybody have so much at once, and so much more as time passes.
// The zero value is ready; it is safe for concurrent use.
type Buckets struct {
	mu    sync.Mutex
	known map[string]*bucket
	swept time.Time
}

type bucket struct {
	limiter *rate.Limiter
	used    time.Time
}

// bucketKept is how long an unused bucket is remembered: longer than an empty
// one takes to fill.
const bucketKept = 10 * time.Minute

// Take takes one from a key's bucket and returns how long to wait, zero where
// there was one. limit is what flows in per second, burst what it holds. now is
// the machine's clock: nobody is faster in a demonstration that runs fast.
func (b *Buckets) Take(now time.Time, key string, limit rate.Limit, burst int) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sweep(now)
	own := b.known[key]
	if own == nil {
		own = &bucket{limiter: rate.NewLimiter(limit, burst)}
		b.known[key] = own
	}
	own.used = now
	r := own.limiter.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// sweep forgets who has been quiet, now and then.
func (b *Buckets) sweep(now time.Time) {
	if b.known == nil {
		b.known = map[string]*bucket{}
	}
	if now.Sub(b.swept) < bucketKept {
		return
	}
	b.swept = now
	for key, own := range b.known {
		if now.Sub(own.used) >= bucketKept {
			delete(b.known, key)
		}
	}
}

// throttle holds back customers who write too often, beside what the front door
// allows of any one address. The zero value is ready.
type throttle struct {
	Buckets
	open sync.Mutex
	tabs map[string]int
}

const (
	messageRate  = rate.Limit(1)      // a second, of one customer
	messageBurst = 20                 // at once
	newcomerRate = rate.Limit(1. / 5) // customers nobody knows yet, of one address
	newcomers    = 30                 // at once
	chatTabs     = 10                 // streams of one customer
)

// chat takes a message of a visit from an address into account and returns how
// long to wait, zero where it may pass.
func (t *throttle) chat(v *visit, address string, now time.Time) time.Duration {
	if v.contact != nil {
		return t.Take(now, "contact:"+v.contact.ID, messageRate, messageBurst)
	}
	return t.Take(now, "newcomer:"+address, newcomerRate, newcomers)
}

// enter counts a customer's stream in; false when there are too many.
func (t *throttle) enter(contact string) bool {
	t.open.Lock()
	defer t.open.Unlock()
	if t.tabs == nil {
		t.tabs = map[string]int{}
	}
	if t.tabs[contact] >= chatTabs {
		return false
	}
	t.tabs[contact]++
	return true
}

// leave counts it out.
func (t *throttle) leave(contact string) {
	t.open.Lock()
	defer t.open.Unlock()
	if t.tabs[contact]--; t.tabs[contact] <= 0 {
		delete(t.tabs, contact)
	}
}
