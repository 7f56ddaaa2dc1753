package channel_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"semaforo/channel"
)

func code(err error) channel.Code {
	var invalid *channel.Invalid
	if errors.As(err, &invalid) {
		return invalid.Code
	}
	return ""
}

func TestText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, in, want string
		code           channel.Code
	}{
		{"as it is", "Olá, tudo bem?", "Olá, tudo bem?", ""},
		{"line ends", "a\r\nb\rc\nd", "a\nb\nc\nd", ""},
		{"around it", "\n  oi \t\n", "oi", ""},
		{"control characters", "o\x00i\x1b[31m\u0085\x7f", "oi[31m", ""},
		{"a tab stays", "a\tb", "a\tb", ""},
		{"emoji with joiners", "👩‍👧 ok", "👩‍👧 ok", ""},
		{"markup is text", "<script>alert(1)</script>", "<script>alert(1)</script>", ""},
		{"empty", "", "", channel.CodeRequired},
		{"only white space", " \n\t\u00a0 ", "", channel.CodeRequired},
		{"only control characters", "\x00\x01", "", channel.CodeRequired},
		{"only invisible ones", "\u200b\u2060", "", channel.CodeRequired},
		{"not UTF-8", "ol\xe1", "", channel.CodeNotUTF8},
		{"the longest", strings.Repeat("ã", 4096), strings.Repeat("ã", 4096), ""},
		{"one too many", strings.Repeat("ã", 4097), "", channel.CodeTooLong},
		{"too long only by what is trimmed", strings.Repeat("a", 4096) + "\r\n", strings.Repeat("a", 4096), ""},
	} {
		got, err := channel.Text(test.in)
		if got != test.want || code(err) != test.code {
			t.Errorf("%s: %q, %v; want %q, %q", test.name, got, err, test.want, test.code)
		}
	}
}

func TestName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in, want string
		code     channel.Code
	}{
		{"  João   da\tSilva ", "João da Silva", ""},
		{"", "", ""},
		{"Ana\n\x00Bia", "Ana Bia", ""},
		{"Ana\u202egro.evil", "Anagro.evil", ""},
		{"\xff", "", channel.CodeNotUTF8},
		{strings.Repeat("é", 80), strings.Repeat("é", 80), ""},
		{strings.Repeat("é", 81), "", channel.CodeTooLong},
	} {
		if got, err := channel.Name(test.in); got != test.want || code(err) != test.code {
			t.Errorf("Name(%q): %q, %v; want %q, %q", test.in, got, err, test.want, test.code)
		}
	}
}

func TestExternalID(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in   string
		code channel.Code
	}{
		{"m-1", ""}, {" m-1 ", ""}, {"wamid.HBg=", ""}, {strings.Repeat("x", 200), ""},
		{"", channel.CodeRequired}, {"  ", channel.CodeRequired}, {"a\nb", channel.CodeControl},
		{"a\xff", channel.CodeNotUTF8}, {strings.Repeat("x", 201), channel.CodeTooLong},
	} {
		got, err := channel.ExternalID(test.in)
		if code(err) != test.code || err == nil && got != test.in {
			t.Errorf("ExternalID(%q): %q, %v; want code %q", test.in, got, err, test.code)
		}
	}
}

func TestPhone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                      "",
		"  ":                    "",
		"+55 11 91234-5678":     "+5511912345678",
		"(11) 91234-5678":       "+5511912345678",
		"11 1234-5678":          "+551112345678",
		"011 91234 5678":        "+5511912345678",
		"5511912345678":         "+5511912345678",
		"0055 11 91234 5678":    "+5511912345678",
		"+1 (212) 555-0100":     "+12125550100",
		"+351 912 345 678":      "+351912345678",
		"91234-5678":            "invalid", // no area code
		"11 91234-5678 x":       "invalid",
		"+0 11 91234-5678":      "invalid",
		"+1234567890123456":     "invalid",
		"+1234567":              "invalid",
		"++5511912345678":       "invalid",
		"55+11912345678":        "invalid",
		"١١٩١٢٣٤٥٦٧٨":           "invalid",
		"4412345678901":         "invalid",
		"+":                     "invalid",
		"11\x00912345678":       "invalid",
		"<script>11912345678":   "invalid",
		"+55 11 91234-5678\xff": "invalid",
	} {
		got, err := channel.Phone(in)
		if err != nil {
			got = "invalid"
			if code(err) != channel.CodePhone {
				t.Errorf("Phone(%q): %v", in, err)
			}
		}
		if got != want {
			t.Errorf("Phone(%q): %q, want %q", in, got, want)
		}
	}
}

func TestPermanentErrorsAreTold(t *testing.T) {
	t.Parallel()
	cause := errors.New("410 Gone")
	err := fmt.Errorf("send: %w", channel.Permanent(cause))
	var p interface{ Permanent() bool }
	if !errors.As(err, &p) || !p.Permanent() || !errors.Is(err, cause) || err.Error() != "send: 410 Gone" {
		t.Errorf("permanent error %q is not recognised", err)
	}
	if errors.As(cause, &p) || channel.Permanent(nil) != nil {
		t.Error("an ordinary error is taken for permanent")
	}
}

// What is kept is clean, and cleaning it again changes nothing.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"oi", "\r\n\r", "a\x00b", "\u200b", "\xff", "👩‍👧", "\u0085x", " \t"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, clean := range map[string]func(string) (string, error){
			"Text": channel.Text, "Name": channel.Name, "Phone": channel.Phone, "ExternalID": channel.ExternalID,
		} {
			got, err := clean(s)
			if err != nil {
				if got != "" || code(err) == "" {
					t.Fatalf("%s(%q): %q with %v", name, s, got, err)
				}
				continue
			}
			if !utf8.ValidString(got) || utf8.RuneCountInString(got) > channel.MaxText {
				t.Fatalf("%s(%q) keeps %q", name, s, got)
			}
			if strings.ContainsFunc(got, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
				t.Fatalf("%s(%q) keeps control characters: %q", name, s, got)
			}
			if again, err := clean(got); err != nil || again != got {
				t.Fatalf("%s is not stable on %q: %q, %v", name, got, again, err)
			}
		}
	})
}
