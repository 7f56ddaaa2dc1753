package handlers

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// throttle holds back customers who write too often, beside what the front door
// allows of any one address. The zero value is ready. It goes by the machine's
// clock: nobody writes faster in a demonstration that runs fast.
type throttle struct {
	mu      sync.Mutex
	buckets map[string]*bucket
	tabs    map[string]int
	swept   time.Time
}

type bucket struct {
	limiter *rate.Limiter
	used    time.Time
}

const (
	messageRate  = rate.Limit(1)      // a second, of one customer
	messageBurst = 20                 // at once
	newcomerRate = rate.Limit(1. / 5) // customers nobody knows yet, of one address
	newcomers    = 30                 // at once
	bucketKept   = 10 * time.Minute   // longer than an empty bucket takes to fill
	chatTabs     = 10                 // streams of one customer
)

// chat takes a message of a visit from an address into account and returns how
// long to wait, zero where it may pass.
func (t *throttle) chat(v *visit, address string) time.Duration {
	if v.contact != nil {
		return t.take("contact:"+v.contact.ID, messageRate, messageBurst)
	}
	return t.take("newcomer:"+address, newcomerRate, newcomers)
}

func (t *throttle) take(key string, limit rate.Limit, burst int) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	t.sweep(now)
	b := t.buckets[key]
	if b == nil {
		b = &bucket{limiter: rate.NewLimiter(limit, burst)}
		t.buckets[key] = b
	}
	b.used = now
	r := b.limiter.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// sweep forgets who has been quiet, now and then.
func (t *throttle) sweep(now time.Time) {
	if t.buckets == nil {
		t.buckets = map[string]*bucket{}
	}
	if now.Sub(t.swept) < bucketKept {
		return
	}
	t.swept = now
	for key, b := range t.buckets {
		if now.Sub(b.used) >= bucketKept {
			delete(t.buckets, key)
		}
	}
}

// enter counts a customer's stream in; false when there are too many.
func (t *throttle) enter(contact string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
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
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tabs[contact]--; t.tabs[contact] <= 0 {
		delete(t.tabs, contact)
	}
}
