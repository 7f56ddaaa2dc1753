package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"semaforo/channel/webhook"
)

var sent = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

func private() *webhook.Sender {
	return webhook.NewSender(webhook.Options{Private: true, Now: func() time.Time { return sent }})
}

// isPermanent asks as the outbox does.
func isPermanent(err error) bool {
	var p interface{ Permanent() bool }
	return errors.As(err, &p) && p.Permanent()
}

func TestDeliveryIsSignedAndRecognisable(t *testing.T) {
	t.Parallel()
	type received struct {
		header http.Header
		body   string
		method string
	}
	got := make(chan received, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got <- received{r.Header, string(body), r.Method}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	body := `{"seq":3,"type":"alert1"}`
	err := private().Deliver(context.Background(), server.URL+"/x?y=1", "s3", "w:c:3", []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	r := <-got
	// Worked out here as a receiver would, from the package's documentation alone.
	mac := hmac.New(sha256.New, []byte("s3"))
	mac.Write([]byte("1795435200." + body))
	want := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	if r.header.Get("X-Semaforo-Signature") != want {
		t.Errorf("signature %q, want %q", r.header.Get("X-Semaforo-Signature"), want)
	}
	if r.header.Get("X-Semaforo-Timestamp") != "1795435200" || r.header.Get("X-Semaforo-Delivery") != "w:c:3" ||
		r.header.Get("Content-Type") != "application/json" || r.method != http.MethodPost || r.body != body {
		t.Errorf("received %+v", r)
	}
}

func TestWhichAnswersAreTriedAgain(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{200: "done", 201: "done", 204: "done", 301: "again", 302: "again", 307: "again",
		400: "again", 401: "again", 404: "again", 410: "never", 429: "again", 500: "again", 503: "again"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
		}))
		t.Cleanup(server.Close)
		err := private().Deliver(context.Background(), server.URL, "s", "k", nil)
		got := map[bool]string{true: "never", false: "again"}[isPermanent(err)]
		if err == nil {
			got = "done"
		}
		if got != want {
			t.Errorf("%d: %s (%v), want %s", status, got, err, want)
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var followed atomic.Bool
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Store(true) }))
	t.Cleanup(target.Close)
	server := httptest.NewServer(http.RedirectHandler(target.URL, http.StatusTemporaryRedirect))
	t.Cleanup(server.Close)
	if err := private().Deliver(context.Background(), server.URL, "s", "k", nil); err == nil {
		t.Error("a redirect is a success")
	}
	if followed.Load() {
		t.Error("a redirect was followed")
	}
}

func TestAReceiverThatIsGoneIsTriedAgain(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	url := server.URL
	server.Close()
	if err := private().Deliver(context.Background(), url, "s", "k", nil); err == nil || isPermanent(err) {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestAReceiverThatHangsIsLeft(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	err := private().Deliver(ctx, server.URL, "s", "k", nil)
	if !errors.Is(err, context.DeadlineExceeded) || isPermanent(err) {
		t.Errorf("a receiver that hangs: %v", err)
	}
}

func TestPrivateAddressesAreRefusedWhenConnecting(t *testing.T) {
	t.Parallel()
	var reached atomic.Bool
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	t.Cleanup(server.Close)
	sender := webhook.NewSender(webhook.Options{})
	_, port, _ := cutPort(server.URL)
	for _, url := range []string{server.URL, "https://localhost:" + port, "https://[::1]:" + port, "https://localtest.localhost:" + port} {
		err := sender.Deliver(context.Background(), url, "s", "k", nil)
		if !isPermanent(err) || !errors.Is(err, webhook.ErrPrivate) {
			t.Errorf("%s: %v", url, err)
		}
	}
	if reached.Load() {
		t.Error("a private address was reached")
	}
}

func cutPort(url string) (host, port string, ok bool) {
	for i := len(url) - 1; i >= 0; i-- {
		if url[i] == ':' {
			return url[:i], url[i+1:], true
		}
	}
	return url, "", false
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]error{
		"https://example.com/hook?x=1":     nil,
		"https://example.com:8443/":        nil,
		"https://93.184.215.14/":           nil,
		"https://[2606:2800:21f:cb07::1]/": nil,
		"http://example.com/":              webhook.ErrAddress,
		"ftp://example.com/":               webhook.ErrAddress,
		"https://":                         webhook.ErrAddress,
		"https:example.com":                webhook.ErrAddress,
		"//example.com":                    webhook.ErrAddress,
		"example.com":                      webhook.ErrAddress,
		"":                                 webhook.ErrAddress,
		"https://user:pass@example.com/":   webhook.ErrAddress,
		"https://example.com/#x":           webhook.ErrAddress,
		"https://exa mple.com/":            webhook.ErrAddress,
		"https://example.com/\x00":         webhook.ErrAddress,
		"https://localhost/":               webhook.ErrPrivate,
		"https://LOCALHOST./":              webhook.ErrPrivate,
		"https://db.internal/":             webhook.ErrPrivate,
		"https://127.0.0.1/":               webhook.ErrPrivate,
		"https://10.1.2.3/":                webhook.ErrPrivate,
		"https://192.168.0.1/":             webhook.ErrPrivate,
		"https://172.16.0.1/":              webhook.ErrPrivate,
		"https://169.254.169.254/latest":   webhook.ErrPrivate,
		"https://100.64.0.1/":              webhook.ErrPrivate,
		"https://0.0.0.0/":                 webhook.ErrPrivate,
		"https://255.255.255.255/":         webhook.ErrPrivate,
		"https://224.0.0.1/":               webhook.ErrPrivate,
		"https://[::]/":                    webhook.ErrPrivate,
		"https://[::1]/":                   webhook.ErrPrivate,
		"https://[::ffff:10.0.0.1]/":       webhook.ErrPrivate,
		"https://[64:ff9b::a00:1]/":        webhook.ErrPrivate,
		"https://[2002:a00:1::]/":          webhook.ErrPrivate,
		"https://[fd00::1]/":               webhook.ErrPrivate,
		"https://[fe80::1%25eth0]/":        webhook.ErrPrivate,
	} {
		if got := webhook.CheckURL(url, false); !errors.Is(got, want) {
			t.Errorf("%s: %v, want %v", url, got, want)
		}
	}
	for url, want := range map[string]error{"http://127.0.0.1:9/": nil, "gopher://127.0.0.1/": webhook.ErrAddress} {
		if got := webhook.CheckURL(url, true); !errors.Is(got, want) {
			t.Errorf("%s, private ones allowed: %v, want %v", url, got, want)
		}
	}
}
