package db

import (
	"strings"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// NewID makes an identifier: a UUIDv7, so that ids sort by when they were made.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Fold makes the key by which names are compared and searched: lower case,
// without accents, trimmed, single spaces. "  João  da Silva" is "joao da silva".
func Fold(s string) string {
	fold := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	folded, _, err := transform.String(fold, s)
	if err != nil {
		folded = s
	}
	return strings.Join(strings.Fields(strings.ToLower(folded)), " ")
}

// Digits keeps a text's decimal digits: a phone number's key.
func Digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// Preview shortens a text to one line of at most 160 characters, for lists.
func Preview(s string) string {
	const limit = 160
	line := strings.Join(strings.Fields(s), " ")
	n := 0
	for i := range line {
		if n == limit-1 && len([]rune(line[i:])) > 1 {
			return line[:i] + "…"
		}
		n++
	}
	return line
}
