package db

import "testing"

// Stores change faster than anybody reads: none is forgotten.
func TestOfferForgetsNobody(t *testing.T) {
	t.Parallel()
	wake := make(chan string, 2)
	for _, payload := range []string{"a", "b", "c"} {
		offer(wake, payload)
	}
	if first, second := <-wake, <-wake; first != "b" || second != "" {
		t.Errorf("received %q and %q, want what says that any may have changed", first, second)
	}
}
