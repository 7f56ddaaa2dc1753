package api_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"semaforo/channel/api"
	"semaforo/flow"
)

const good = `{"channel": "api", "external_id": "m-1", "contact": {"external_id": "c-1", "name": " Maria ", "phone": "+55 11 91234-5678"},
  "text": "Oi", "at": "2026-11-23T09:00:00-03:00", "team": "vendas"}`

func TestParseMessage(t *testing.T) {
	t.Parallel()
	got, err := api.ParseMessage([]byte(good))
	want := api.Message{Channel: "api", ExternalID: "m-1", Contact: api.Contact{"c-1", "Maria", "+5511912345678"}, Text: "Oi",
		At: time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC), Team: "vendas"}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
}

// What makes a document malformed, and at which path.
func TestMalformedDocuments(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, document, path, detail string }{
		{"empty", ``, "", "is not valid JSON"},
		{"no JSON", `oi`, "", "is not valid JSON"},
		{"cut off", good[:40], "", "is not valid JSON"},
		{"trailing text", good + ` x`, "", "is not valid JSON"},
		{"two documents", good + good, "", "is not valid JSON"},
		{"a trailing comma", `{"channel": "api",}`, "", "is not valid JSON"},
		{"not UTF-8", strings.Replace(good, "Oi", "\xff", 1), "", "is not valid UTF-8"},
		{"a list", `[]`, "", "must be an object"},
		{"null", `null`, "", "must be an object"},
		{"an unknown field", strings.Replace(good, `"team"`, `"tema"`, 1), "tema", "does not belong here"},
		{"a field in capitals", strings.Replace(good, `"team"`, `"Team"`, 1), "Team", "does not belong here"},
		{"an unknown field within", strings.Replace(good, `"name"`, `"nome"`, 1), "contact.nome", "does not belong here"},
		{"a repeated field", strings.Replace(good, `"team"`, `"text"`, 1), "text", "is given twice"},
		{"a repeated field in another spelling", strings.Replace(good, `"team"`, `"te\u0078t"`, 1), "text", "is given twice"},
		{"a repeated field within", strings.Replace(good, `"name"`, `"phone"`, 1), "contact.phone", "is given twice"},
		{"a number for text", strings.Replace(good, `"Oi"`, `1`, 1), "text", "must be text"},
		{"null for text", strings.Replace(good, `"Oi"`, `null`, 1), "text", "must be text"},
		{"text for an object", `{"contact": "Maria"}`, "contact", "must be an object"},
		{"half a surrogate pair", strings.Replace(good, `Oi`, `\ud800`, 1), "text", "has half a surrogate pair"},
	} {
		_, err := api.ParseMessage([]byte(test.document))
		var malformed *api.Malformed
		if !errors.As(err, &malformed) || malformed.Path != test.path || !strings.HasPrefix(malformed.Detail, test.detail) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestInvalidValuesAreToldTogether(t *testing.T) {
	t.Parallel()
	_, err := api.ParseMessage([]byte(`{"channel": "", "external_id": "a\nb", "contact": {"name": "` + strings.Repeat("a", 81) +
		`", "phone": "x"}, "text": " ", "at": "ontem", "seller": ""}`))
	var invalid api.Invalid
	if !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range invalid {
		got[f.Path] = string(f.Code)
		if f.Message == "" {
			t.Errorf("%s says nothing", f.Path)
		}
	}
	for path, code := range map[string]string{"channel": "required", "external_id": "control", "contact.external_id": "required",
		"contact.name": "too_long", "contact.phone": "phone", "text": "required", "at": "instant", "seller": "required"} {
		if got[path] != code {
			t.Errorf("%s: %q, want %q", path, got[path], code)
		}
	}
	if len(got) != 8 {
		t.Errorf("refused %v", got)
	}
}

func TestEveryKindOfField(t *testing.T) {
	t.Parallel()
	var text string
	var flag bool
	var number int64
	var span time.Duration
	var at time.Time
	var list []string
	var hours *flow.Week
	var holidays []flow.Date
	read := func(document string) error {
		return api.Read([]byte(document), func(o *api.Object) {
			o.Text("text", &text)
			o.Flag("flag", &flag)
			o.Integer("number", &number)
			o.Duration("span", &span)
			o.Instant("at", &at)
			o.Texts("list", &list)
			o.Calendar(&hours, &holidays)
		})
	}
	if err := read(`{"text": "\ud83d\ude00", "flag": true, "number": 7, "span": "1m30s", "at": "2026-11-23T12:00:00Z",
	    "list": ["a", "b"], "hours": {"mon": [["09:00", "18:00"]]}, "holidays": ["2026-12-25"]}`); err != nil {
		t.Fatal(err)
	}
	if text != "😀" || !flag || number != 7 || span != 90*time.Second || at.Hour() != 12 || len(list) != 2 ||
		len(hours[time.Monday]) != 1 || len(holidays) != 1 {
		t.Error("a field was not read")
	}
	for document, want := range map[string]string{
		`{"flag": null}`:                    "flag must be true or false",
		`{"flag": 1}`:                       "flag must be true or false",
		`{"number": 1.5}`:                   "number must be a whole number",
		`{"number": 99999999999999999999}`:  "number must be a whole number",
		`{"number": "7"}`:                   "number must be a whole number",
		`{"span": 5}`:                       "span must be text",
		`{"span": "5"}`:                     "span is not a duration such as 90s, 5m or 24h",
		`{"list": "a"}`:                     "list must be a list",
		`{"list": [1]}`:                     "list[0] must be text",
		`{"hours": {"seg": []}}`:            "hours.seg does not belong here",
		`{"hours": {"mon": [], "mon": []}}`: "hours.mon is given twice: mon",
		`{"hours": {"mon": [["9"]]}}`:       `hours.mon[0] must be a pair such as ["09:00", "18:00"]`,
		`{"holidays": ["amanhã"]}`:          "holidays[0] is not a date such as 2026-12-25: amanhã",
	} {
		if err := read(document); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", document, err, want)
		}
	}
}

// A document is taken, malformed or invalid; it never brings the reader down,
// and what is taken is within the limits.
func FuzzParseMessage(f *testing.F) {
	for _, seed := range []string{good, `{}`, `[]`, `{"contact":{}}`, `{"text":"\ud800"}`, `{"a":1,"a":2}`, "\xff", strings.Repeat("[", 2000)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		m, err := api.ParseMessage(document)
		var malformed *api.Malformed
		var invalid api.Invalid
		switch {
		case err == nil:
			if m.Channel == "" || m.ExternalID == "" || m.Contact.ExternalID == "" || m.Text == "" {
				t.Fatalf("%q is taken as %+v", document, m)
			}
		case errors.As(err, &malformed), errors.As(err, &invalid) && len(invalid) > 0:
			if m != (api.Message{}) {
				t.Fatalf("%q is refused and taken: %+v", document, m)
			}
		default:
			t.Fatalf("%q: %v", document, err)
		}
	})
}
