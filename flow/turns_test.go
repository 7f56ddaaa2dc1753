package flow

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Whatever is pushed comes out by instant, then by id.
func TestTurnsComeInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var h turns
		pushed := 0
		last := turn{conversation: &simulated{}}
		for _, minute := range rapid.SliceOf(rapid.IntRange(-3, 20)).Draw(t, "minutes") {
			if minute < 0 && len(h) > 0 {
				h.pop()
				pushed--
				continue
			}
			c := &simulated{Conversation: Conversation{ID: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id")}}
			h.push(turn{time.Unix(int64(minute), 0).UTC(), c})
			pushed++
		}
		for ; len(h) > 0; h.pop() {
			if h[0].before(last) {
				t.Fatalf("%v of %s comes after %v of %s", h[0].at, h[0].conversation.ID, last.at, last.conversation.ID)
			}
			last = h[0]
			pushed--
		}
		if pushed != 0 {
			t.Fatalf("%d turns are lost", pushed)
		}
	})
}
