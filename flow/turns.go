package flow

import "time"

// turn is when a conversation's next timer is to fire.
type turn struct {
	at           time.Time
	conversation *simulated
}

func (t turn) before(u turn) bool {
	order := t.at.Compare(u.at)
	return order < 0 || order == 0 && t.conversation.ID < u.conversation.ID
}

// turns is a heap with four children each, which is kinder to memory than two.
// The first is the earliest, at one instant that of the smallest id (§5). A
// conversation whose turn changes is pushed again and its old turn left behind,
// for who takes the first to pass over: to find it would cost more.
type turns []turn

func (h *turns) push(t turn) {
	q := append(*h, t)
	*h = q
	i := len(q) - 1
	for parent := (i - 1) / 4; i > 0 && t.before(q[parent]); parent = (i - 1) / 4 {
		q[i] = q[parent]
		i = parent
	}
	q[i] = t
}

// pop drops the first.
func (h *turns) pop() {
	q := *h
	last := len(q) - 1
	t := q[last]
	q[last] = turn{}
	q = q[:last]
	*h = q
	if last == 0 {
		return
	}
	i := 0
	for first := 1; first < last; first = 4*i + 1 {
		child := first
		for other := first + 1; other < min(first+4, last); other++ {
			if q[other].before(q[child]) {
				child = other
			}
		}
		if !q[child].before(t) {
			break
		}
		q[i] = q[child]
		i = child
	}
	q[i] = t
}
