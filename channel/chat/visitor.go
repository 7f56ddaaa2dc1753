package chat

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
)

// Visitor is a customer's browser, by the secret it keeps.
type Visitor struct{ Secret string }

const secretBytes = 32

// NewVisitor is a browser that nobody has seen before.
func NewVisitor() Visitor {
	var secret [secretBytes]byte
	rand.Read(secret[:]) // never fails
	return Visitor{base64.RawURLEncoding.EncodeToString(secret[:])}
}

// ParseVisitor reads what a browser keeps; false when it is nothing that
// NewVisitor made.
func ParseVisitor(secret string) (Visitor, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	if err != nil || len(raw) != secretBytes {
		return Visitor{}, false
	}
	return Visitor{secret}, true
}

// ExternalID is the contact's id on the channel.
func (v Visitor) ExternalID() string { return v.digest("contact")[:32] }

// SecretHash is what the contact keeps of the secret.
func (v Visitor) SecretHash() string { return v.digest("secret") }

// Is reports whether a contact's hash is of this browser's secret.
func (v Visitor) Is(secretHash string) bool {
	return subtle.ConstantTimeCompare([]byte(v.SecretHash()), []byte(secretHash)) == 1
}

// MessageID is the channel's id of a message that this browser sends under a key.
func (v Visitor) MessageID(key string) string { return v.ExternalID() + ":" + key }

func (v Visitor) digest(purpose string) string {
	sum := sha256.Sum256([]byte("semaforo chat " + purpose + "\x00" + v.Secret))
	return hex.EncodeToString(sum[:])
}
