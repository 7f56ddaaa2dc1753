package channel

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what comes in, in characters.
const (
	MaxText       = 4096
	MaxName       = 80
	MaxExternalID = 200
)

// Text is a message's text as it is kept: line ends as \n, control characters
// taken out, white space around it trimmed. It must have something to read, and
// at most MaxText characters.
func Text(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", &Invalid{Code: CodeNotUTF8}
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	return bounded(strings.TrimSpace(s), MaxText, true)
}

// Name is a person's name as it is kept: one line with single spaces, without
// control characters and without the invisible ones that could make it look
// like another. It has at most MaxName characters; an empty one stays empty.
func Name(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", &Invalid{Code: CodeNotUTF8}
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != zeroWidthJoiner:
			return -1
		}
		return r
	}, s)
	if !strings.ContainsFunc(s, readable) {
		return "", nil
	}
	return bounded(strings.Join(strings.Fields(s), " "), MaxName, false)
}

// zeroWidthJoiner holds emoji together, and nothing else is lost with it.
const zeroWidthJoiner = '\u200d'

// ExternalID is another system's id, taken exactly as it is: ids that differ
// must stay different. It must not be empty, and has at most MaxExternalID
// characters, none of them a control character.
func ExternalID(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", &Invalid{Code: CodeNotUTF8}
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		return "", &Invalid{Code: CodeControl}
	}
	return bounded(s, MaxExternalID, true)
}

// bounded holds a text against its limits.
func bounded(s string, limit int, required bool) (string, error) {
	if required && !strings.ContainsFunc(s, readable) {
		return "", &Invalid{Code: CodeRequired}
	}
	if utf8.RuneCountInString(s) > limit {
		return "", &Invalid{Code: CodeTooLong, Limit: limit}
	}
	return s, nil
}

// readable reports whether a character shows.
func readable(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }
