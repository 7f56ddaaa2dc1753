package handlers_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/handlers"
	"semaforo/scheduler"
)

func TestWhatErrorsMean(t *testing.T) {
	t.Parallel()
	refusal := func(code flow.RefusalCode) error { return fmt.Errorf("act: %w", &flow.Refusal{Code: code}) }
	for _, test := range []struct {
		name   string
		err    error
		status int
		code   string
		field  string
	}{
		{"no such row", fmt.Errorf("conversation x: %w", db.ErrNotFound), 404, "not_found", ""},
		{"a version seen long ago", fmt.Errorf("flow x: %w", db.ErrChanged), 409, "changed", ""},
		{"a name that is taken", fmt.Errorf("team x: %w", db.ErrDuplicate), 409, "duplicate", ""},
		{"closed", refusal(flow.RefusedClosed), 409, "closed", ""},
		{"the present holder", refusal(flow.RefusedPresentHolder), 409, "present_holder", ""},
		{"not a seller's", refusal(flow.RefusedNotHeldBySeller), 409, "not_held_by_seller", ""},
		{"not postponed", refusal(flow.RefusedNotPostponed), 409, "not_postponed", ""},
		{"no such conversation", refusal(flow.RefusedUnknownConversation), 404, "not_found", ""},
		{"no such team", refusal(flow.RefusedUnknownTeam), 422, "invalid", "team"},
		{"no such seller", refusal(flow.RefusedUnknownSeller), 422, "invalid", "seller"},
		{"a past instant", refusal(flow.RefusedNotLater), 422, "invalid", "until"},
		{"a command's field", &scheduler.Invalid{Field: "text", Code: scheduler.InvalidTooLong}, 422, "invalid", "text"},
		{"a configuration's field", flow.Problems{{Path: "flows[0].alert2", Code: flow.CodeOrder}}, 422, "invalid", "flows[0].alert2"},
		{"too large", fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 1}), 413, "too_large", ""},
		{"no such address", echo.ErrNotFound, 404, "not_found", ""},
		{"not this method", echo.ErrMethodNotAllowed, 405, "method_not_allowed", ""},
		{"too slow", fmt.Errorf("list: %w", context.DeadlineExceeded), 503, "unavailable", ""},
		{"nobody waits", fmt.Errorf("list: %w", context.Canceled), 499, "gone", ""},
		{"ours", errors.New("secret detail"), 500, "internal", ""},
	} {
		f := handlers.FailureOf(test.err)
		if f.Status != test.status || f.Code != test.code {
			t.Errorf("%s: %d %s, want %d %s", test.name, f.Status, f.Code, test.status, test.code)
		}
		if f.Detail == "" || strings.Contains(f.Detail, "secret") {
			t.Errorf("%s: detail %q", test.name, f.Detail)
		}
		if f.Unwrap() == nil {
			t.Errorf("%s: the cause is lost", test.name)
		}
		if test.field == "" {
			continue
		}
		if len(f.Errors) != 1 || f.Errors[0].Path != test.field || f.Errors[0].Message == "" || f.Errors[0].Words == "" ||
			strings.HasPrefix(f.Errors[0].Message, test.field) {
			t.Errorf("%s: fields %+v", test.name, f.Errors)
		}
	}
}

func TestEveryRuleHasItsOwnWords(t *testing.T) {
	t.Parallel()
	for _, code := range []flow.Code{flow.CodeSyntax, flow.CodeType, flow.CodeUnknownField, flow.CodeRepeated, flow.CodeRequired,
		flow.CodeDuration, flow.CodeInstant, flow.CodeDate, flow.CodeTime, flow.CodeZone, flow.CodeUnknown, flow.CodeNotPositive,
		flow.CodeNegative, flow.CodeOrder, flow.CodeReversed, flow.CodeOverlap, flow.CodeHolidays, flow.CodeReserved,
		flow.CodeSecondMain, flow.CodeTooMany, flow.CodeMainTargets, flow.CodeNoTargets, flow.CodeTaken, flow.CodeNotConfigured} {
		if words := handlers.ProblemWords(flow.Problem{Code: code, Arg: "x"}); words == handlers.ProblemWords(flow.Problem{}) || strings.Contains(words, "%") {
			t.Errorf("%s: %q", code, words)
		}
	}
	for _, code := range []flow.RefusalCode{flow.RefusedUnknownConversation, flow.RefusedClosed, flow.RefusedUnknownTeam,
		flow.RefusedUnknownSeller, flow.RefusedPresentHolder, flow.RefusedNotHeldBySeller, flow.RefusedNotLater, flow.RefusedNotPostponed} {
		if words := handlers.RefusalWords(&flow.Refusal{Code: code}); words == handlers.RefusalWords(&flow.Refusal{}) {
			t.Errorf("%s: %q", code, words)
		}
	}
	for _, code := range []scheduler.InvalidCode{scheduler.InvalidRequired, scheduler.InvalidTooLong, scheduler.InvalidText,
		scheduler.InvalidTooFar, scheduler.InvalidUnknown, scheduler.InvalidInactive} {
		if words := handlers.InvalidWords(&scheduler.Invalid{Code: code}); words == handlers.InvalidWords(&scheduler.Invalid{}) {
			t.Errorf("%s: %q", code, words)
		}
	}
}
