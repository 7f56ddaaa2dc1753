package mail_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"semaforo/channel/mail"
)

// received is an e-mail as the server got it.
type received struct {
	from, to, data, user string
	encrypted            bool
}

// server is a mail server of our own: enough of SMTP to take an e-mail, with or
// without STARTTLS, and to refuse one.
type server struct {
	t        *testing.T
	listener net.Listener
	tls      *tls.Config // nil: no STARTTLS
	refuse   map[string]string
	mu       sync.Mutex
	got      []received
	heard    atomic.Bool // a user, a sender or a text
}

func serve(t *testing.T, config *tls.Config, refuse map[string]string) *server {
	t.Helper()
	return serveAt(t, "127.0.0.1:0", config, refuse)
}

func serveAt(t *testing.T, address string, config *tls.Config, refuse map[string]string) *server {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, listener: l, tls: config, refuse: refuse}
	var done sync.WaitGroup
	done.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			done.Go(func() { s.talk(conn) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		done.Wait()
	})
	return s
}

func (s *server) talk(conn net.Conn) {
	defer func() { conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	lines := bufio.NewReader(conn)
	say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
	var now received
	say("220 local ESMTP")
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		verb = strings.ToUpper(verb)
		s.heard.Store(s.heard.Load() || verb == "AUTH" || verb == "MAIL" || verb == "DATA")
		if answer := s.refuse[verb]; answer != "" {
			say("%s", answer)
			continue
		}
		switch verb {
		case "EHLO":
			say("250-local")
			if s.tls != nil && !now.encrypted {
				say("250-STARTTLS")
			}
			say("250 AUTH PLAIN")
		case "STARTTLS":
			say("220 go on")
			secure := tls.Server(conn, s.tls)
			conn, lines, now = secure, bufio.NewReader(secure), received{encrypted: true}
		case "AUTH":
			raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			if err != nil {
				s.t.Error(err)
			}
			now.user = strings.ReplaceAll(string(raw), "\x00", "/")
			say("235 welcome")
		case "MAIL":
			now.from = between(rest)
			say("250 ok")
		case "RCPT":
			now.to += between(rest)
			say("250 ok")
		case "DATA":
			say("354 go on")
			var data bytes.Buffer
			for {
				line, err := lines.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				data.WriteString(strings.TrimPrefix(line, "."))
			}
			now.data = data.String()
			s.mu.Lock()
			s.got = append(s.got, now)
			s.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func between(s string) string {
	_, rest, _ := strings.Cut(s, "<")
	address, _, _ := strings.Cut(rest, ">")
	return address
}

func (s *server) sender(t *testing.T, userinfo string, config *tls.Config) *mail.Sender {
	t.Helper()
	address, err := mail.ParseServer("smtp://" + userinfo + s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return senderOf(t, address, config)
}

func senderOf(t *testing.T, address mail.Server, config *tls.Config) *mail.Sender {
	t.Helper()
	from, err := mail.ParseSender("Semáforo Loja <avisos@loja.example>")
	if err != nil {
		t.Fatal(err)
	}
	return mail.NewSender(mail.Options{Server: address, From: from, TLS: config,
		Now: func() time.Time { return time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC) }})
}

// taken is the only e-mail the server got.
func (s *server) taken(t *testing.T) received {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.got) != 1 {
		t.Fatalf("the server got %d e-mails", len(s.got))
	}
	return s.got[0]
}

func TestMailArrivesAsItWasWritten(t *testing.T) {
	t.Parallel()
	s := serve(t, nil, nil)
	text := "2º alerta: João espera há 15 min.\n\nhttps://semaforo.example/conversas/" + strings.Repeat("x", 90) + "\n.\nFim\n"
	if err := s.sender(t, "", nil).Send(context.Background(), "loja:mail:1", "ana@loja.example", "2º alerta: João espera há 15 min", text); err != nil {
		t.Fatal(err)
	}
	got := s.taken(t)
	if got.from != "avisos@loja.example" || got.to != "ana@loja.example" || got.encrypted {
		t.Errorf("envelope %+v", got)
	}
	m, err := netmail.ReadMessage(strings.NewReader(got.data))
	if err != nil {
		t.Fatalf("%v in\n%s", err, got.data)
	}
	word := new(mime.WordDecoder)
	header := func(name string) string {
		v, err := word.DecodeHeader(m.Header.Get(name))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for name, want := range map[string]string{
		"Subject": "2º alerta: João espera há 15 min", "To": "<ana@loja.example>", "Auto-Submitted": "auto-generated",
		"Date": "Mon, 23 Nov 2026 12:00:00 +0000", "Content-Type": "text/plain; charset=UTF-8", "Mime-Version": "1.0",
	} {
		if got := header(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if from := header("From"); !strings.Contains(from, "Semáforo Loja") || !strings.Contains(from, "<avisos@loja.example>") {
		t.Errorf("From: %q", from)
	}
	if id := header("Message-Id"); !strings.HasSuffix(id, "@loja.example>") || strings.Contains(id, "loja:mail:1") {
		t.Errorf("Message-ID: %q", id)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimRight(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n"); got != strings.TrimRight(text, "\n") {
		t.Errorf("body %q, want %q", got, text)
	}
}

// A retry has the Message-ID of the first attempt, another e-mail its own.
func TestRetryIsRecognisable(t *testing.T) {
	t.Parallel()
	s := serve(t, nil, nil)
	sender := s.sender(t, "", nil)
	for _, key := range []string{"a", "a", "b"} {
		if err := sender.Send(context.Background(), key, "ana@loja.example", "Oi", "Oi"); err != nil {
			t.Fatal(err)
		}
	}
	var ids []string
	for _, got := range s.got {
		m, err := netmail.ReadMessage(strings.NewReader(got.data))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, m.Header.Get("Message-Id"))
	}
	if ids[0] != ids[1] || ids[0] == ids[2] || ids[0] == "" {
		t.Errorf("ids %q", ids)
	}
}

func TestNothingInjectsAHeader(t *testing.T) {
	t.Parallel()
	s := serve(t, nil, nil)
	sender := s.sender(t, "", nil)
	evil := "Oi\r\nBcc: todos@loja.example\r\n\r\nOutra coisa"
	if err := sender.Send(context.Background(), "k\r\nX-Key: 1", "ana@loja.example", evil, "texto"); err != nil {
		t.Fatal(err)
	}
	got := s.taken(t)
	m, err := netmail.ReadMessage(strings.NewReader(got.data))
	if err != nil {
		t.Fatal(err)
	}
	if m.Header.Get("Bcc") != "" || m.Header.Get("X-Key") != "" || m.Header.Get("Subject") != "Oi Bcc: todos@loja.example Outra coisa" || got.to != "ana@loja.example" {
		t.Errorf("headers %v to %s", m.Header, got.to)
	}
	for _, to := range []string{"ana@loja.example\r\nBcc: x@loja.example", "ana@loja.example, x@loja.example", "ana", "", "ana@loja.example>\r\nDATA"} {
		if err := sender.Send(context.Background(), "k", to, "Oi", "Oi"); !permanent(err) {
			t.Errorf("to %q: %v", to, err)
		}
	}
	s.taken(t)
}

func permanent(err error) bool {
	var p interface{ Permanent() bool }
	return errors.As(err, &p) && p.Permanent()
}

// certificate is a server's own for a name, and whom to trust for it.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: roots}
}

func TestSTARTTLSAndPassword(t *testing.T) {
	t.Parallel()
	config, client := certificate(t)
	s := serve(t, config, nil)
	if err := s.sender(t, "loja:s%40gredo@", client).Send(context.Background(), "k", "ana@loja.example", "Oi", "Oi"); err != nil {
		t.Fatal(err)
	}
	if got := s.taken(t); !got.encrypted || got.user != "/loja/s@gredo" {
		t.Errorf("%+v", got)
	}
	// A certificate that nobody vouches for is not spoken to.
	if err := s.sender(t, "loja:segredo@", nil).Send(context.Background(), "k", "ana@loja.example", "Oi", "Oi"); err == nil || permanent(err) {
		t.Errorf("a stranger's certificate: %v", err)
	}
	s.taken(t)
}

// A server elsewhere that offers no encryption gets nothing, least of all a password.
func TestNothingLeavesTheMachineUnencrypted(t *testing.T) {
	t.Parallel()
	elsewhere := ""
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil {
			elsewhere = ip.IP.String()
		}
	}
	if elsewhere == "" {
		t.Skip("NOT RUN: this machine has no address but the loopback one")
	}
	s := serveAt(t, elsewhere+":0", nil, nil)
	if err := s.sender(t, "loja:segredo@", nil).Send(context.Background(), "k", "ana@loja.example", "Oi", "Oi"); err == nil || permanent(err) {
		t.Errorf("unencrypted: %v", err)
	}
	if len(s.got) != 0 || s.heard.Load() {
		t.Error("something was said unencrypted")
	}
}

func TestWhatServersAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		verb, answer string
		permanent    bool
	}{
		"no such mailbox":   {"RCPT", "550 5.1.1 no such user", true},
		"full for now":      {"RCPT", "452 4.2.2 full", false},
		"sender refused":    {"MAIL", "553 5.7.1 not you", true},
		"server busy":       {"MAIL", "451 4.3.2 busy", false},
		"content refused":   {"DATA", "554 5.6.0 no", true},
		"greeting refused":  {"EHLO", "421 4.3.2 closing", false},
		"try another time":  {"DATA", "421 4.3.2 closing", false},
		"greylisted sender": {"RCPT", "450 4.7.1 come back", false},
	} {
		s := serve(t, nil, map[string]string{test.verb: test.answer, "HELO": test.answer})
		err := s.sender(t, "", nil).Send(context.Background(), "k", "ana@loja.example", "Oi", "Oi")
		if err == nil || permanent(err) != test.permanent {
			t.Errorf("%s: %v, permanent %t", name, err, permanent(err))
		}
	}
	s := serve(t, nil, nil)
	s.listener.Close()
	if err := s.sender(t, "", nil).Send(context.Background(), "k", "ana@loja.example", "Oi", "Oi"); err == nil || permanent(err) {
		t.Errorf("a server that is down: %v", err)
	}
}

func TestParseServer(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"smtp://u:p@mail.example": "smtp://mail.example:587", "smtps://u:p%2F@mail.example": "smtps://mail.example:465",
		"smtp://mail.example:25": "smtp://mail.example:25", " smtp://mail.example/\n": "smtp://mail.example:587",
		"smtp://[::1]:25": "smtp://::1:25",
		"http://x":        "", "mail.example:25": "", "smtp://": "", "smtp://u@mail.example": "", "smtp://:p@mail.example": "",
		"smtp://u:segredo@mail.example:99999": "", "smtp://u:segredo@mail.example/pasta": "", "smtp://u:segredo@mail.example?tls=no": "", "smtp://u:segr edo@mail.example": "", "smtp://u:segredo@[mail": "",
	} {
		got, err := mail.ParseServer(address)
		if (err != nil) != (want == "") || err == nil && got.String() != want {
			t.Errorf("%q: %v (%v), want %q", address, got, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "segredo") || strings.Contains(fmt.Sprint(got), "segredo") {
			t.Errorf("%q tells its password: %v", address, err)
		}
	}
	for _, from := range []string{"", "loja", "a@b\r\nBcc: c@d", "Loja"} {
		if _, err := mail.ParseSender(from); err == nil {
			t.Errorf("sender %q passes", from)
		}
	}
}
