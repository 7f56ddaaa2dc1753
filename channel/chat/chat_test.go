package chat_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"semaforo/channel"
	"semaforo/channel/chat"
)

func TestVisitorIsKnownByItsSecretAlone(t *testing.T) {
	t.Parallel()
	ana, bia := chat.NewVisitor(), chat.NewVisitor()
	if ana == bia || ana.ExternalID() == bia.ExternalID() || ana.SecretHash() == bia.SecretHash() {
		t.Fatal("two browsers are one")
	}
	again, ok := chat.ParseVisitor(ana.Secret)
	if !ok || again.ExternalID() != ana.ExternalID() || !again.Is(ana.SecretHash()) {
		t.Error("a browser that comes back is not known")
	}
	if bia.Is(ana.SecretHash()) || ana.Is("") {
		t.Error("a browser passes for another")
	}
	for _, kept := range []string{ana.ExternalID(), ana.SecretHash(), ana.MessageID("k")} {
		if strings.Contains(kept, ana.Secret) {
			t.Error("what is stored gives the secret away")
		}
	}
	if ana.MessageID("k") == bia.MessageID("k") {
		t.Error("one key names the messages of two customers")
	}
}

func TestForgedVisitors(t *testing.T) {
	t.Parallel()
	secret := chat.NewVisitor().Secret
	for _, forged := range []string{"", "x", secret[1:], secret + "A", secret + "=", " " + secret, strings.Repeat("?", 43),
		base64.RawURLEncoding.EncodeToString(make([]byte, 31)), strings.Repeat("A", 42) + "B"} {
		if _, ok := chat.ParseVisitor(forged); ok {
			t.Errorf("%q is taken for a secret", forged)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	good := chat.Message{Name: " Maria  Silva", Phone: "(11) 91234-5678", Text: "Oi \r\n", Key: "k-1"}
	got, refused := chat.Parse(good, false)
	if want := (chat.Message{Name: "Maria Silva", Phone: "+5511912345678", Text: "Oi", Key: "k-1"}); got != want || refused != nil {
		t.Errorf("a new customer's form: %+v, %v", got, refused)
	}
	got, refused = chat.Parse(good, true)
	if want := (chat.Message{Text: "Oi", Key: "k-1"}); got != want || refused != nil {
		t.Errorf("a known customer's form: %+v, %v", got, refused)
	}
	for _, test := range []struct {
		name   string
		change func(*chat.Message)
		known  bool
		field  string
		code   channel.Code
	}{
		{"no name", func(m *chat.Message) { m.Name = " \x00" }, false, "name", channel.CodeRequired},
		{"a long name", func(m *chat.Message) { m.Name = strings.Repeat("a", 81) }, false, "name", channel.CodeTooLong},
		{"no phone number", func(m *chat.Message) { m.Phone = "ligue já" }, false, "phone", channel.CodePhone},
		{"no text", func(m *chat.Message) { m.Text = "\n" }, true, "text", channel.CodeRequired},
		{"a long text", func(m *chat.Message) { m.Text = strings.Repeat("a", 4097) }, true, "text", channel.CodeTooLong},
		{"not UTF-8", func(m *chat.Message) { m.Text = "\xff" }, true, "text", channel.CodeNotUTF8},
		{"no key", func(m *chat.Message) { m.Key = "" }, true, "key", channel.CodeRequired},
		{"a key of another shape", func(m *chat.Message) { m.Key = "a:b" }, true, "key", channel.CodeControl},
		{"a long key", func(m *chat.Message) { m.Key = strings.Repeat("a", 65) }, true, "key", channel.CodeTooLong},
	} {
		form := good
		test.change(&form)
		got, refused := chat.Parse(form, test.known)
		if got != (chat.Message{}) || len(refused) != 1 || refused[test.field] == nil || refused[test.field].Code != test.code {
			t.Errorf("%s: %+v, %v", test.name, got, refused)
		}
	}
}
