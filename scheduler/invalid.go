package scheduler

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Invalid is a command that no state could accept: which field, and which rule
// it breaks. Callers put it into their reader's words.
type Invalid struct {
	Field string
	Code  InvalidCode
}

// InvalidCode names a rule that a command's field breaks.
type InvalidCode string

// The rules of commands.
const (
	InvalidRequired InvalidCode = "required"
	InvalidTooLong  InvalidCode = "too_long"
	InvalidText     InvalidCode = "not_text" // not UTF-8, or with a NUL
	InvalidTooFar   InvalidCode = "too_far"  // a postponement of more than MaxPostponement
	InvalidUnknown  InvalidCode = "unknown"  // a channel or a type that does not exist
	InvalidInactive InvalidCode = "inactive" // a channel that is switched off
)

// Error says in English what is wrong.
func (i *Invalid) Error() string { return i.Field + ": " + string(i.Code) }

// Limits of commands.
const (
	MaxText         = 4096 // characters of a message
	MaxName         = 80   // characters of a name
	MaxReason       = 200  // characters of a postponement's reason
	MaxPostponement = 30 * 24 * time.Hour
)

func checkText(field, text string, limit int) error {
	switch {
	case strings.TrimSpace(text) == "":
		return &Invalid{field, InvalidRequired}
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return &Invalid{field, InvalidText}
	case utf8.RuneCountInString(text) > limit:
		return &Invalid{field, InvalidTooLong}
	}
	return nil
}

func checkOptional(field, text string, limit int) error {
	if text == "" {
		return nil
	}
	return checkText(field, text, limit)
}
