package channel

// permanent is an error that trying again would only repeat.
type permanent struct{ error }

// Permanent marks an error as one that trying again would only repeat: the
// outbox gives the item up at once, with the reason. Whoever asks need not know
// this package: the error, or one it wraps, has a method Permanent() bool.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanent{err}
}

// Permanent tells the outbox that it need not try again.
func (permanent) Permanent() bool { return true }

// Unwrap is what failed.
func (p permanent) Unwrap() error { return p.error }
