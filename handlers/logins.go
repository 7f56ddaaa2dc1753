package handlers

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
)

// Sign-ins are throttled by login and address together, and by each alone: one
// guesser is slowed down soon, many who share an address or attack one login
// later. Waits double from a second up to the longest. The second step goes by
// login alone and waits longest: who gets there has the password. Three codes of a
// million are good at any moment and about fifteen can be tried a day, so guessing
// one takes 60 years on average, all of it in the audit trail.
const forgetFailures = 24 * time.Hour

type throttleKey struct {
	hash    string
	free    int // failures without a wait
	longest time.Duration
}

type throttleKeys struct {
	both, login, address throttleKey
	step                 throttleKey // the second step
	noted                throttleKey // refusals in the audit trail
}

func throttleKeysOf(login, address string) throttleKeys {
	login, address = db.Fold(login), network(address)
	return throttleKeys{
		both:    throttleKey{HashSecret("both\x00" + login + "\x00" + address), 5, 15 * time.Minute},
		login:   throttleKey{HashSecret("login\x00" + login), 50, time.Minute},
		address: throttleKey{HashSecret("address\x00" + address), 20, 15 * time.Minute},
		step:    throttleKey{HashSecret("step\x00" + login), 5, 6 * time.Hour},
		noted:   throttleKey{hash: HashSecret("noted\x00" + login), longest: 15 * time.Minute},
	}
}

// network is what one guesser has at will: an IPv4 address, an IPv6 /64.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		if host, _, err := net.SplitHostPort(address); err == nil {
			return host
		}
		return address
	}
	if ip = ip.Unmap(); ip.Is6() {
		if prefix, err := ip.WithZone("").Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return ip.String()
}

func (k throttleKey) wait(failures int) time.Duration {
	if failures < k.free {
		return 0
	}
	return min(k.longest, time.Second<<min(failures-k.free, 20))
}

// throttled reports how long to wait before the next try of a password. With zero,
// the try is counted as failed at once, so that simultaneous ones do not slip
// through; not against the address, which a whole shop may share.
func (s *Server) throttled(ctx context.Context, keys throttleKeys, now time.Time) (time.Duration, error) {
	return s.held(ctx, now, keys.address, keys.both, keys.login)
}

// stepThrottled is throttled for the second step.
func (s *Server) stepThrottled(ctx context.Context, keys throttleKeys, now time.Time) (time.Duration, error) {
	return s.held(ctx, now, keys.address, keys.step)
}

// held is how long an address or any of some keys has to wait. With zero the keys
// count a failure.
func (s *Server) held(ctx context.Context, now time.Time, address throttleKey, keys ...throttleKey) (wait time.Duration, err error) {
	err = s.DB.Tx(ctx, func(tx *db.Tx) error {
		wait = 0
		for _, k := range append([]throttleKey{address}, keys...) {
			failures, err := tx.LoginFailures(ctx, k.hash)
			if err != nil {
				return err
			}
			wait = max(wait, failures.BlockedUntil.Sub(now))
		}
		if wait > 0 {
			return nil
		}
		for _, k := range keys {
			if err := k.fail(ctx, tx, now); err != nil {
				return err
			}
		}
		return nil
	})
	return wait, err
}

// fail counts a failed try, and refuses the next ones for a while.
func (k throttleKey) fail(ctx context.Context, tx *db.Tx, now time.Time) error {
	n, err := tx.AddLoginFailure(ctx, k.hash, now, now.Add(-forgetFailures))
	if pause := k.wait(n); err == nil && pause > 0 {
		err = tx.BlockLogin(ctx, k.hash, now.Add(pause))
	}
	return err
}

// Why a sign-in was refused, in the audit trail's words.
const (
	wrongPassword = "senha incorreta"
	wrongCode     = "código incorreto"
)

// failed counts a refused sign-in against the address too, and notes it in the
// trail of each store of the login's person. An unknown login's user is the zero
// one, and takes the same work.
func (s *Server) failed(c echo.Context, keys throttleKeys, user db.User, why string, now time.Time) error {
	ctx := c.Request().Context()
	return s.DB.Tx(ctx, func(tx *db.Tx) error {
		return errors.Join(keys.address.fail(ctx, tx, now), s.noteSignIn(ctx, tx, c, keys.noted, user, why, now))
	})
}

// noteSignIn notes the first refusal of a login, and then one in a while with how
// many there have been: nobody fills a trail by guessing.
func (s *Server) noteSignIn(ctx context.Context, tx *db.Tx, c echo.Context, noted throttleKey, user db.User, why string, now time.Time) error {
	before, err := tx.LoginFailures(ctx, noted.hash)
	if err != nil {
		return err
	}
	n, err := tx.AddLoginFailure(ctx, noted.hash, now, now.Add(-forgetFailures))
	if err != nil || before.BlockedUntil.After(now) {
		return err
	}
	var fields changes
	fields.add("reason", "", why)
	fields.add("attempts", "", strconv.Itoa(n))
	entry := db.Audit{Noun: db.NounSession, NounName: Device(c.Request().UserAgent()), Action: db.AuditRefused, Changes: fields}
	return errors.Join(tx.BlockLogin(ctx, noted.hash, now.Add(noted.longest)), recordOf(ctx, tx, c, s.Clock.Now(), user, entry))
}

// forgive forgets failures of what has succeeded. The address keeps its own, or a
// guesser with one account could go on for ever.
func forgive(ctx context.Context, tx *db.Tx, keys ...throttleKey) error {
	for _, k := range keys {
		if err := tx.ClearLoginFailures(ctx, k.hash); err != nil {
			return err
		}
	}
	return nil
}

// signedIn forgives a login all its failures, in the transaction of its sign-in.
func (k throttleKeys) signedIn(ctx context.Context, tx *db.Tx) error {
	return forgive(ctx, tx, k.both, k.login, k.step, k.noted)
}
