package handlers

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"time"
)

// SHA-1 is what RFC 6238 and every app use; its weakness, collisions, is none here.
// A code is good for its step of 30 seconds, and, as clocks differ, for the one
// before and after.
const (
	totpStep   = 30 * time.Second
	totpWindow = 1
	totpDigits = 6
)

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

// newTOTPSecret makes a secret of 160 bits, as RFC 4226 recommends, in base32.
func newTOTPSecret() string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	return base32Text.EncodeToString(b[:])
}

// stepAt is the step an instant is in.
func stepAt(at time.Time) int64 { return at.Unix() / int64(totpStep/time.Second) }

// TOTP is what an app shows at an instant (RFC 6238: SHA-1, six digits, 30
// seconds); empty for a secret that is not base32.
func TOTP(secret string, at time.Time) string { return totpOf(secret, stepAt(at)) }

func totpOf(secret string, step int64) string {
	key, err := base32Text.DecodeString(secret)
	if err != nil {
		return ""
	}
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	number := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", totpDigits, number%1_000_000)
}

// matchTOTP is the step around an instant whose code this is.
func matchTOTP(secret, code string, at time.Time) (step int64, ok bool) {
	now := stepAt(at)
	for n := now - totpWindow; n <= now+totpWindow; n++ {
		if want := totpOf(secret, n); want != "" && subtle.ConstantTimeCompare([]byte(code), []byte(want)) == 1 {
			step, ok = n, true
		}
	}
	return step, ok
}

// totpURI is what the QR code says to an app.
func totpURI(secret, login string) string {
	const issuer = "Semáforo"
	// SHA-1, six digits and 30 seconds are what every app takes for granted.
	return "otpauth://totp/" + url.PathEscape(issuer+":"+login) + "?secret=" + secret + "&issuer=" + url.PathEscape(issuer)
}
