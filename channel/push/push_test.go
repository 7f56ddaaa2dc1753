package push_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"semaforo/channel"
	"semaforo/channel/push"
)

// browser is the receiving end, as RFC 8291 has it.
type browser struct {
	key  *ecdh.PrivateKey
	auth []byte
}

func newBrowser(t *testing.T) browser {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := browser{key, make([]byte, 16)}
	_, _ = rand.Read(b.auth)
	return b
}

func (b browser) p256dh() string { return encode(b.key.PublicKey().Bytes()) }

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// decrypt reads a body of the content coding aes128gcm (RFC 8188) with the keys that
// RFC 8291 derives.
func (b browser) decrypt(t *testing.T, body []byte) string {
	t.Helper()
	must := func(raw []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	if len(body) < 21 {
		t.Fatalf("a body of %d bytes", len(body))
	}
	salt, size, idLength := body[:16], int(binary.BigEndian.Uint32(body[16:20])), int(body[20])
	server, record := body[21:21+idLength], body[21+idLength:]
	if len(record) > size {
		t.Fatalf("more than one record: %d bytes of %d", len(record), size)
	}
	theirs, err := ecdh.P256().NewPublicKey(server)
	if err != nil {
		t.Fatal(err)
	}
	shared := must(b.key.ECDH(theirs))
	info := "WebPush: info\x00" + string(b.key.PublicKey().Bytes()) + string(server)
	ikm := must(hkdf.Key(sha256.New, shared, b.auth, info, 32))
	key := must(hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16))
	nonce := must(hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12))
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	plain := strings.TrimRight(string(must(gcm.Open(nil, nonce, record, nil))), "\x00")
	text, last := strings.CutSuffix(plain, "\x02") // the delimiter of the last record
	if !last {
		t.Fatalf("no end of the last record in %q", plain)
	}
	return text
}

// checkVAPID verifies the Authorization of RFC 8292 against a public key.
func checkVAPID(t *testing.T, authorization, public, audience, subject string) {
	t.Helper()
	rest, ok := strings.CutPrefix(authorization, "vapid ")
	fields := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[name] = value
	}
	if !ok || fields["k"] != public {
		t.Fatalf("authorization %q, want the key %s", authorization, public)
	}
	parts := strings.Split(fields["t"], ".")
	if len(parts) != 3 {
		t.Fatalf("token %q", fields["t"])
	}
	raw := func(s string) []byte {
		b, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	point, signature, sum := raw(public), raw(parts[2]), sha256.Sum256([]byte(parts[0]+"."+parts[1]))
	if len(point) != 65 || len(signature) != 64 {
		t.Fatalf("a key of %d and a signature of %d bytes", len(point), len(signature))
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		t.Fatal(err)
	}
	if !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the token's signature is not the installation's")
	}
	var head struct{ Alg, Typ string }
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	if err := errors.Join(json.Unmarshal(raw(parts[0]), &head), json.Unmarshal(raw(parts[1]), &claims)); err != nil {
		t.Fatal(err)
	}
	if left := time.Until(time.Unix(claims.Exp, 0)); head.Alg != "ES256" || claims.Aud != audience || claims.Sub != subject || left <= 0 || left > 24*time.Hour {
		t.Errorf("token %+v %+v", head, claims)
	}
}

// service is a push service that keeps what it got and answers as it is told.
type service struct {
	*httptest.Server
	got chan *http.Request
	raw chan []byte
}

func newService(t *testing.T, status int) *service {
	s := &service{got: make(chan *http.Request, 10), raw: make(chan []byte, 10)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		s.got <- r
		s.raw <- body
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	return s
}

func newSender(t *testing.T, anywhere bool, contact string) (*push.Sender, string) {
	t.Helper()
	public, private, err := push.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	return push.NewSender(push.Options{Public: public, Private: private, Contact: contact, Anywhere: anywhere}), public
}

func TestBrowserReadsWhatWasSent(t *testing.T) {
	t.Parallel()
	for contact, subject := range map[string]string{"https://semaforo.example": "https://semaforo.example", "ti@loja.example": "mailto:ti@loja.example"} {
		b, s := newBrowser(t), newService(t, http.StatusCreated)
		sender, public := newSender(t, true, contact)
		text := `{"title":"2º alerta: cliente espera há 15 min"}`
		if err := sender.Send(context.Background(), s.URL+"/push/abc", b.p256dh(), encode(b.auth), "conversation:1", 10*time.Minute, []byte(text)); err != nil {
			t.Fatal(err)
		}
		r, body := <-s.got, <-s.raw
		if got := b.decrypt(t, body); got != text {
			t.Errorf("decrypted %q, want %q", got, text)
		}
		if strings.Contains(string(body), "alerta") {
			t.Error("the push service can read it")
		}
		checkVAPID(t, r.Header.Get("Authorization"), public, s.URL, subject)
		if r.Method != http.MethodPost || r.URL.Path != "/push/abc" || r.Header.Get("Content-Encoding") != "aes128gcm" ||
			r.Header.Get("TTL") != "600" || r.Header.Get("Urgency") != "high" || len(r.Header.Get("Topic")) != 32 {
			t.Errorf("%s %s with %v", r.Method, r.URL, r.Header)
		}
	}
}

// What a push service still holds is replaced by what has the same topic.
func TestTopicIsTheSameForTheSameConversation(t *testing.T) {
	t.Parallel()
	b, s := newBrowser(t), newService(t, http.StatusCreated)
	sender, _ := newSender(t, true, "ti@loja.example")
	topics := map[string]string{}
	for _, topic := range []string{"conversation:1", "conversation:2", "conversation:1"} {
		if err := sender.Send(context.Background(), s.URL, b.p256dh(), encode(b.auth), topic, time.Minute, []byte("{}")); err != nil {
			t.Fatal(err)
		}
		<-s.raw
		got := (<-s.got).Header.Get("Topic")
		if known := topics[topic]; known != "" && known != got || strings.Contains(got, "conversation") {
			t.Errorf("topic %q of %s, before %q", got, topic, known)
		}
		topics[topic] = got
	}
	if topics["conversation:1"] == topics["conversation:2"] {
		t.Error("two conversations have one topic")
	}
}

func TestWhatPushServicesAnswer(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	for status, want := range map[int]string{201: "sent", 204: "sent", 404: "gone", 410: "gone", 400: "permanent", 403: "permanent",
		413: "permanent", 301: "permanent", 429: "again", 500: "again", 503: "again"} {
		s := newService(t, status)
		sender, _ := newSender(t, true, "ti@loja.example")
		err := sender.Send(context.Background(), s.URL, b.p256dh(), encode(b.auth), "x", time.Minute, []byte("{}"))
		if got := kindOf(err); got != want {
			t.Errorf("%d: %s (%v), want %s", status, got, err, want)
		}
	}
}

func kindOf(err error) string {
	var gone interface{ Gone() bool }
	var permanent interface{ Permanent() bool }
	switch {
	case err == nil:
		return "sent"
	case errors.As(err, &gone) && gone.Gone() && errors.As(err, &permanent) && permanent.Permanent():
		return "gone"
	case errors.As(err, &permanent) && permanent.Permanent():
		return "permanent"
	}
	return "again"
}

// An endpoint is whatever a browser says it is: it must not lead inside, nor be
// written into a log.
func TestEndpointsInsideAreRefused(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	sender, _ := newSender(t, false, "ti@loja.example")
	for _, endpoint := range []string{"http://example.com/x", "https://127.0.0.1/x", "https://10.0.0.1/", "https://localhost/", "file:///etc/passwd", ""} {
		err := sender.Send(context.Background(), endpoint, b.p256dh(), encode(b.auth), "x", time.Minute, []byte("{}"))
		if kindOf(err) != "permanent" {
			t.Errorf("%q: %v", endpoint, err)
		}
		if push.Check(endpoint, b.p256dh(), encode(b.auth), false) == nil {
			t.Errorf("%q passes the check", endpoint)
		}
	}
	closed := newService(t, 201)
	closed.Close()
	open, _ := newSender(t, true, "ti@loja.example")
	err := open.Send(context.Background(), closed.URL+"/capability", b.p256dh(), encode(b.auth), "x", time.Minute, []byte("{}"))
	if kindOf(err) != "again" || strings.Contains(err.Error(), "capability") {
		t.Errorf("a service that is down: %v", err)
	}
	if _, err := url.Parse(closed.URL); err != nil {
		t.Fatal(err)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	point := b.key.PublicKey().Bytes()
	point[10] ^= 1 // on no curve
	for name, test := range map[string]struct {
		endpoint, p256dh, auth string
		want                   error
	}{
		"good":             {"https://push.example.com/x", b.p256dh(), encode(b.auth), nil},
		"padded":           {"https://push.example.com/x", b.p256dh() + "=", encode(b.auth) + "==", nil},
		"no key":           {"https://push.example.com/x", "", encode(b.auth), push.ErrKeys},
		"not base64":       {"https://push.example.com/x", "!!!", encode(b.auth), push.ErrKeys},
		"not on the curve": {"https://push.example.com/x", encode(point), encode(b.auth), push.ErrKeys},
		"short secret":     {"https://push.example.com/x", b.p256dh(), "AAAA", push.ErrKeys},
		"no address":       {"push.example.com", b.p256dh(), encode(b.auth), channel.ErrAddress},
		"inside":           {"https://192.168.0.1/", b.p256dh(), encode(b.auth), channel.ErrPrivate},
	} {
		if err := push.Check(test.endpoint, test.p256dh, test.auth, false); !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}
