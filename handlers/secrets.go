package handlers

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// NewSecret makes 256 random bits as 43 letters, digits, - and _: a session's id,
// an API token.
func NewSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// HashSecret is what the database keeps of a secret. It is fast because the
// secret is random: nothing can be guessed. Passwords take HashPassword.
func HashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
