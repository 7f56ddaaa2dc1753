package api

import "strings"

// MaxBody is how large a document may be, in bytes.
const MaxBody = 1 << 20

// Malformed is the error of a document that is not what the call takes.
type Malformed struct {
	Path   string // the field, empty for the document
	Detail string
}

// Error says what is malformed, and where.
func (e *Malformed) Error() string {
	if e.Path == "" {
		return "the document " + e.Detail
	}
	return e.Path + " " + e.Detail
}

// Code names why a field is refused.
type Code string

// Why a field is refused, besides the codes of package channel and of flow.
const (
	CodeRequired   Code = "required"
	CodeDuration   Code = "duration"
	CodeInstant    Code = "instant"
	CodeUnknown    Code = "unknown"
	CodeOutOfRange Code = "out_of_range"
	CodeExclusive  Code = "exclusive"
)

var messages = map[Code]string{
	CodeRequired:   "is missing or empty",
	CodeDuration:   "is not a duration such as 90s, 5m or 24h",
	CodeInstant:    "is not an RFC 3339 instant such as 2026-11-23T09:00:00-03:00",
	CodeUnknown:    "is none of the values it may have",
	CodeOutOfRange: "is out of range",
	CodeExclusive:  "cannot be given together with another field",
}

// Field is a field whose value may not be.
type Field struct {
	Path    string
	Code    Code
	Message string // English, to follow the path
}

// Invalid is the error of a document with such fields, in its order.
type Invalid []Field

// Error joins the fields.
func (e Invalid) Error() string {
	lines := make([]string, len(e))
	for i, f := range e {
		lines[i] = f.Path + " " + f.Message
	}
	return strings.Join(lines, "; ")
}
