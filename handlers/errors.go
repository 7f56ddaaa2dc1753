package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
)

// Failure is why a request was not done: for people in words of theirs, for
// the API in English. web/errors.go writes it as a page or a problem+json.
type Failure struct {
	Status int
	// Code names the reason for programs: "not_found", "closed", "changed" …
	Code string
	// Detail is for the API's caller; Words for a person, empty where the
	// status says it all.
	Detail, Words string
	Errors        []FieldError
	RetryAfter    time.Duration // 429 and 503
	cause         error
}

// FieldError is one refused field: path and code for programs, the message in
// English for the API, Words for the field on the page.
type FieldError struct{ Path, Code, Message, Words string }

// Error implements error.
func (f *Failure) Error() string {
	text := fmt.Sprintf("%d %s", f.Status, f.Code)
	if f.Detail != "" {
		text += ": " + f.Detail
	}
	return text
}

// Unwrap is the error the failure was made from.
func (f *Failure) Unwrap() error { return f.cause }

// NotFound is the failure of an address where nothing is, or nothing of this store.
func NotFound() *Failure {
	return &Failure{Status: http.StatusNotFound, Code: "not_found", Detail: "there is no such thing in this store"}
}

// Forbidden is the failure of what this person or token may not do.
func Forbidden() *Failure {
	return &Failure{Status: http.StatusForbidden, Code: "forbidden", Detail: "this role or scope does not allow it"}
}

// Unauthorized is the failure of a call that nobody signed.
func Unauthorized() *Failure {
	return &Failure{Status: http.StatusUnauthorized, Code: "unauthorized", Detail: "a valid token is needed: Authorization: Bearer TOKEN"}
}

// TooMany is the failure of what came too often.
func TooMany(retryAfter time.Duration) *Failure {
	return &Failure{Status: http.StatusTooManyRequests, Code: "too_many_requests", Detail: "too many requests: wait and try again", RetryAfter: retryAfter}
}

// BadRequest is the failure of a request that is not what the address takes.
func BadRequest(code, detail, words string) *Failure {
	return &Failure{Status: http.StatusBadRequest, Code: code, Detail: detail, Words: words}
}

// Unprocessable is the failure of refused fields.
func Unprocessable(fields ...FieldError) *Failure {
	return &Failure{Status: http.StatusUnprocessableEntity, Code: "invalid", Detail: "some fields are not valid", Errors: fields,
		Words: "Alguns campos precisam de correção."}
}

// FailureOf is what an error means to who asked. An error it does not know is
// the program's own (500), whose text nobody outside gets to see.
func FailureOf(err error) *Failure {
	f := failureOf(err)
	if f.cause == nil && f != err {
		f.cause = err
	}
	return f
}

func failureOf(err error) *Failure {
	var (
		failure  *Failure
		refusal  *flow.Refusal
		problems flow.Problems
		invalid  *scheduler.Invalid
		router   *echo.HTTPError
		tooLarge *http.MaxBytesError
	)
	switch {
	case errors.As(err, &failure):
		return failure
	case errors.As(err, &tooLarge):
		return &Failure{Status: http.StatusRequestEntityTooLarge, Code: "too_large", Detail: "the body is larger than 1 MiB"}
	case errors.As(err, &refusal):
		return refused(refusal)
	case errors.As(err, &invalid):
		return Unprocessable(FieldError{Path: invalid.Field, Code: string(invalid.Code), Message: strings.TrimPrefix(invalid.Error(), invalid.Field+": "), Words: InvalidWords(invalid)})
	case errors.As(err, &problems):
		return Unprocessable(fieldErrors(problems)...)
	case errors.Is(err, db.ErrNotFound):
		return NotFound()
	case errors.Is(err, db.ErrChanged):
		return conflict("changed", "it was changed meanwhile: read it again", "Outra pessoa mudou isto enquanto você editava. Veja como ficou e tente de novo.")
	case errors.Is(err, db.ErrDuplicate):
		return conflict("duplicate", "something else already has this name, key or number", "Já existe outro com este nome.")
	case errors.As(err, &router):
		return ofEcho(router)
	case errors.Is(err, context.DeadlineExceeded):
		return unavailable()
	case errors.Is(err, context.Canceled):
		return &Failure{Status: statusGone, Code: "gone", Detail: "nobody waits for the answer any more"}
	}
	return &Failure{Status: 500, Code: "internal", Detail: "the server could not do it; it has been logged"}
}

// statusGone is what is logged for a client that went away before its answer.
const statusGone = 499

func conflict(code, detail, words string) *Failure {
	return &Failure{Status: http.StatusConflict, Code: code, Detail: detail, Words: words}
}

func unavailable() *Failure {
	return &Failure{Status: http.StatusServiceUnavailable, Code: "unavailable", Detail: "it took too long: try again", RetryAfter: 5 * time.Second}
}

// refused: an event that this state does not allow is a conflict, one that
// names what the store does not know an invalid field.
func refused(r *flow.Refusal) *Failure {
	words := RefusalWords(r)
	switch r.Code {
	case flow.RefusedUnknownConversation:
		return NotFound()
	case flow.RefusedUnknownTeam:
		return Unprocessable(FieldError{Path: "team", Code: string(r.Code), Message: r.Error(), Words: words})
	case flow.RefusedUnknownSeller:
		return Unprocessable(FieldError{Path: "seller", Code: string(r.Code), Message: r.Error(), Words: words})
	case flow.RefusedNotLater:
		return Unprocessable(FieldError{Path: "until", Code: string(r.Code), Message: r.Error(), Words: words})
	}
	return conflict(string(r.Code), r.Error(), words)
}

// ofEcho is what the router and the middleware report: 404, 405, 413, 400 …
func ofEcho(e *echo.HTTPError) *Failure {
	codes := map[int]string{400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found",
		405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type", 429: "too_many_requests", 503: "unavailable"}
	code := codes[e.Code]
	if code == "" {
		code = "failed"
	}
	f := &Failure{Status: e.Code, Code: code, Detail: http.StatusText(e.Code)}
	if text, ok := e.Message.(string); ok && e.Code < 500 {
		f.Detail = text
	}
	return f
}

// SetRetryAfter tells a client how long to wait, in whole seconds rounded up.
func SetRetryAfter(h http.Header, wait time.Duration) {
	h.Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10))
}
