package channel

import "fmt"

// Code names why a value is not taken. Callers put it into their reader's words.
type Code string

// Why a value is not taken.
const (
	CodeRequired Code = "required"
	CodeTooLong  Code = "too_long"
	CodeNotUTF8  Code = "not_utf8"
	CodeControl  Code = "control"
	CodePhone    Code = "phone"
)

// Invalid is the error of a value that is not taken.
type Invalid struct {
	Code Code
	// Limit is how long it may be, for CodeTooLong.
	Limit int
}

// Error says in English what is wrong, to follow the field's name.
func (e *Invalid) Error() string {
	switch e.Code {
	case CodeRequired:
		return "is missing or empty"
	case CodeTooLong:
		return fmt.Sprintf("is longer than %d characters", e.Limit)
	case CodeNotUTF8:
		return "is not valid UTF-8"
	case CodeControl:
		return "has control characters"
	case CodePhone:
		return "is not a phone number such as +5511912345678"
	}
	return "is not valid"
}
