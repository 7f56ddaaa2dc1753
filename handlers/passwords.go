package handlers

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Argon2id's cost: 19 MiB and two passes, about 40 ms.
const (
	argonTime    = 2
	argonMemory  = 19 * 1024 // KiB
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// Lengths of a password, in characters.
const (
	MinPassword = 10
	MaxPassword = 200
)

// hashing holds at most two computations at a time, so that a burst of
// sign-ins takes neither all memory nor both cores for long.
var hashing = make(chan struct{}, 2)

func derive(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey), nil
}

// HashPassword makes what the database keeps of a password.
func HashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails: it ends the process instead
	key, err := derive(ctx, password, salt)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, encode(salt), encode(key)), nil
}

// nobody is what the password of an unknown login is compared with: it takes
// as long as a known one's, and never matches.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// CheckPassword reports whether a password is the one hash was made of. An
// empty hash, an unknown login's, takes the same work and is false.
func CheckPassword(ctx context.Context, hash, password string) (bool, error) {
	known := hash != ""
	if !known {
		hash = nobody
	}
	salt, want, err := parseHash(hash)
	if err != nil {
		return false, err
	}
	key, err := derive(ctx, password, salt)
	if err != nil {
		return false, fmt.Errorf("check password: %w", err)
	}
	return subtle.ConstantTimeCompare(key, want) == 1 && known, nil
}

var errHash = errors.New("the stored password is not in this program's format")

func parseHash(hash string) (salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	parameters := fmt.Sprintf("m=%d,t=%d,p=%d", argonMemory, argonTime, argonThreads)
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) || parts[3] != parameters {
		return nil, nil, errHash
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return nil, nil, errHash
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(key) != argonKey {
		return nil, nil, errHash
	}
	return salt, key, nil
}

// PasswordProblem says in English what is wrong with a new password; empty where
// nothing is.
func PasswordProblem(password string) string {
	n := utf8.RuneCountInString(password)
	switch {
	case password == "":
		return "is missing"
	case !utf8.ValidString(password):
		return "is not UTF-8 text"
	case n < MinPassword:
		return fmt.Sprintf("has fewer than %d characters", MinPassword)
	case n > MaxPassword:
		return fmt.Sprintf("has more than %d characters", MaxPassword)
	}
	return ""
}

// NewPassword makes a password that is easy to read out: four groups of five
// letters and digits, 100 bits.
func NewPassword() string {
	const letters = "abcdefghijkmnpqrstuvwxyz23456789" // 32, without l, o, 0 and 1
	raw := make([]byte, 20)
	_, _ = rand.Read(raw) // never fails: it ends the process instead
	var b strings.Builder
	for i, r := range raw {
		if i > 0 && i%5 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[int(r)%len(letters)])
	}
	return b.String()
}
