package handlers

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/channel/api"
	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
)

// readDocument reads a call's document strictly (package channel/api). A call
// whose document has nothing in it may leave it out.
func readDocument(c echo.Context, fields func(o *api.Object)) error {
	body, err := readBody(c)
	if err != nil {
		return err
	}
	if len(body) == 0 {
		body = []byte("{}")
	}
	return documentFailure(api.Read(body, fields))
}

func readBody(c echo.Context) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(c.Request().Body, api.MaxBody+1))
	var large *http.MaxBytesError
	if errors.As(err, &large) || len(body) > api.MaxBody {
		return nil, &Failure{Status: http.StatusRequestEntityTooLarge, Code: "too_large", Detail: "a document has at most 1 MiB"}
	}
	if err != nil {
		return nil, BadRequest("unreadable", "the document could not be read to its end", "")
	}
	return body, nil
}

// documentFailure is what package channel/api's errors mean to who called.
func documentFailure(err error) error {
	var malformed *api.Malformed
	var invalid api.Invalid
	switch {
	case errors.As(err, &malformed):
		f := BadRequest("malformed", malformed.Error(), "")
		if malformed.Path != "" {
			f.Errors = []FieldError{{Path: malformed.Path, Code: "malformed", Message: malformed.Detail}}
		}
		return f
	case errors.As(err, &invalid):
		fields := make([]FieldError, len(invalid))
		for i, f := range invalid {
			fields[i] = FieldError{Path: f.Path, Code: string(f.Code), Message: f.Message,
				Words: InvalidWords(&scheduler.Invalid{Field: f.Path, Code: scheduler.InvalidCode(f.Code)})}
		}
		return Unprocessable(fields...)
	}
	return err
}

// refuseField is the failure of one field that only the database could judge.
func refuseField(path string, code api.Code, message string) *Failure {
	return Unprocessable(FieldError{Path: path, Code: string(code), Message: message,
		Words: InvalidWords(&scheduler.Invalid{Field: path, Code: scheduler.InvalidCode(code)})})
}

// parameters are a call's, each once and each one that the call takes.
type parameters struct{ values url.Values }

func parametersOf(c echo.Context, names ...string) (parameters, error) {
	values, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return parameters{}, BadRequest("malformed", "the address has parameters that cannot be read", "")
	}
	for name, given := range values {
		switch {
		case !slices.Contains(names, name):
			return parameters{}, badParameter(name, "is not a parameter of this call")
		case len(given) > 1:
			return parameters{}, badParameter(name, "is given twice")
		}
	}
	return parameters{values}, nil
}

func badParameter(name, message string) *Failure {
	f := BadRequest("malformed", name+" "+message, "")
	f.Errors = []FieldError{{Path: name, Code: "malformed", Message: message}}
	return f
}

func (p parameters) text(name string) string { return p.values.Get(name) }

// oneOf reads a parameter that is one of a closed list's values, or absent.
func oneOf[T ~string](p parameters, name string, values ...T) (T, error) {
	v := T(p.text(name))
	if p.values.Has(name) && !slices.Contains(values, v) {
		return "", refuseField(name, api.CodeUnknown, "is none of the values it may have")
	}
	return v, nil
}

// place is where a page of a list begins and how long it is.
type place struct {
	limit int
	after []string // the cursor's parts, nil at the beginning
}

const defaultLimit = 50

// listed are the parameters of every list.
var listed = []string{"limit", "cursor"}

// placeOf reads limit and cursor. parts is how many a cursor of this list has.
func placeOf(p parameters, parts int) (place, error) {
	limit, err := limitOf(p)
	at := place{limit: limit}
	if err != nil || !p.values.Has("cursor") {
		return at, err
	}
	raw, err := base64.RawURLEncoding.DecodeString(p.text("cursor"))
	if err != nil || json.Unmarshal(raw, &at.after) != nil || len(at.after) != parts {
		return at, badCursor()
	}
	return at, nil
}

func limitOf(p parameters) (int, error) {
	if !p.values.Has("limit") {
		return defaultLimit, nil
	}
	n, err := strconv.Atoi(p.text("limit"))
	if err != nil || n < 1 || n > db.MaxPage {
		return 0, refuseField("limit", api.CodeOutOfRange, "must be from 1 to 200")
	}
	return n, nil
}

func badCursor() *Failure {
	return refuseField("cursor", api.CodeUnknown, "is not a cursor that this list answered")
}

// cursorOf is the cursor after an item.
func cursorOf(parts ...string) string {
	raw, err := json.Marshal(parts)
	if err != nil {
		panic("handlers: texts do not marshal: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// list is a list's page.
type list[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor,omitempty"`
}

// answerList answers rows as documents; a full page has a cursor to the next,
// which may turn out to be empty.
func answerList[R, T any](c echo.Context, at place, rows []R, document func(R) T, cursor func(R) string) error {
	page := list[T]{Items: make([]T, len(rows))}
	for i, row := range rows {
		page.Items[i] = document(row)
	}
	if n := len(rows); n > 0 && n == at.limit {
		page.NextCursor = cursor(rows[n-1])
	}
	return answer(c, http.StatusOK, page)
}

// slicePage is the page of a list that is short enough to be read as a whole.
func slicePage[R any](at place, rows []R, id func(R) string) ([]R, error) {
	if at.after != nil {
		i := slices.IndexFunc(rows, func(r R) bool { return id(r) == at.after[0] })
		if i < 0 {
			return nil, badCursor()
		}
		rows = rows[i+1:]
	}
	return rows[:min(len(rows), at.limit)], nil
}

// answer writes a document. What it says changes with every event, so nobody
// between us and the caller keeps it.
func answer(c echo.Context, status int, document any) error {
	body, err := json.Marshal(document)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Blob(status, echo.MIMEApplicationJSON, body)
}

// missing is ErrNotFound as a refused field: something that a document names.
func missing(err error, path string) error {
	if errors.Is(err, db.ErrNotFound) {
		return refuseField(path, api.CodeUnknown, "is unknown in this store")
	}
	return err
}

// rulesFailure is a refused configuration, with the paths of the one part of it
// that the call carried.
func rulesFailure(problems flow.Problems, path func(string) string) error {
	own := make(flow.Problems, len(problems))
	for i, p := range problems {
		own[i] = flow.Problem{Path: path(p.Path), Code: p.Code, Arg: p.Arg}
	}
	return own
}

// configure changes what the caller's store configures, through the door.
func (s *Server) configure(c echo.Context, change func(ctx context.Context, tx *db.Tx, now time.Time) error) error {
	ctx, caller := c.Request().Context(), CallerOf(c)
	_, err := s.Door.Configure(ctx, caller.Store.ID, caller.By(), func(tx *db.Tx, now time.Time) error {
		return change(ctx, tx, now)
	})
	return err
}
