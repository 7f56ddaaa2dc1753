package db

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Instant is how a moment is stored: microseconds since 1970 UTC. Zero is no
// moment at all, NULL in the database and the zero time.Time in Go.
type Instant int64

// At is the instant of t, truncated to microseconds; the zero time is none.
func At(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixMicro())
}

// Time is the moment in UTC, or the zero time.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(i)).UTC()
}

// Value stores the instant, none as NULL.
func (i Instant) Value() (driver.Value, error) {
	if i == 0 {
		return nil, nil
	}
	return int64(i), nil
}

// timeInto reads an instant into a time.Time.
type timeInto struct{ t *time.Time }

// Scan implements sql.Scanner.
func (s timeInto) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*s.t = time.Time{}
	case int64:
		*s.t = Instant(v).Time()
	default:
		return fmt.Errorf("instant: cannot read %T", v)
	}
	return nil
}

// textInto reads a text that may be NULL, which is the empty string in Go.
type textInto struct{ s *string }

// Scan implements sql.Scanner.
func (s textInto) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*s.s = ""
	case string:
		*s.s = v
	case []byte:
		*s.s = string(v)
	default:
		return fmt.Errorf("text: cannot read %T", v)
	}
	return nil
}

// null stores the empty string as NULL.
func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// micros stores a duration.
func micros(d time.Duration) int64 { return d.Microseconds() }

func duration(us int64) time.Duration { return time.Duration(us) * time.Microsecond }
