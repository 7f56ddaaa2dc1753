package mail

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"semaforo/channel"
)

const (
	timeout = 10 * time.Second // of one attempt
	// atOnce is how many connections a server gets: many allow few.
	atOnce = 4
)

// Options say how a Sender sends.
type Options struct {
	Server Server
	From   *netmail.Address
	// TLS is the client's side of an encrypted connection; nil: the system's
	// authorities decide whom to trust.
	TLS *tls.Config
	// Now is the time that e-mails are dated with: the real one where it is nil.
	Now func() time.Time
}

// Sender sends. It is safe for concurrent use.
type Sender struct {
	options Options
	turns   chan struct{}
}

// NewSender returns a sender.
func NewSender(o Options) *Sender {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Sender{options: o, turns: make(chan struct{}, atOnce)}
}

// Send makes one attempt at an e-mail to one address; key is the same for every
// attempt. The error is one of channel.Permanent's where another attempt would be
// of no use.
func (s *Sender) Send(ctx context.Context, key, to, subject, text string) error {
	m, err := s.compose(key, to, subject, text)
	if err != nil {
		return channel.Permanent(fmt.Errorf("mail: %w", err))
	}
	var opened net.Conn
	client, err := s.client(&opened)
	if err != nil {
		return channel.Permanent(fmt.Errorf("mail: %w", err))
	}
	select {
	case s.turns <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.turns }()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	defer func() {
		if opened != nil {
			_ = opened.Close() // again, where all went well
		}
	}()
	return judge(deliver(ctx, client, m))
}

// compose makes the message. What could begin another header is no part of one:
// the address is parsed, and a subject is one line.
func (s *Sender) compose(key, to, subject, text string) (*gomail.Msg, error) {
	receiver, err := netmail.ParseAddress(to)
	if err != nil {
		return nil, errors.New("the receiver's address is not one")
	}
	m := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP), gomail.WithNoDefaultUserAgent())
	if err := errors.Join(m.From(s.options.From.String()), m.To((&netmail.Address{Address: receiver.Address}).String())); err != nil {
		return nil, err
	}
	m.Subject(oneLine(subject))
	m.SetDateWithValue(s.options.Now())
	m.SetMessageIDWithValue(s.messageID(key))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	m.SetBodyString(gomail.TypeTextPlain, text)
	return m, nil
}

// messageID is the same for every attempt at one e-mail, and tells nothing of it.
func (s *Sender) messageID(key string) string {
	_, domain, _ := strings.Cut(s.options.From.Address, "@")
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16]) + "@" + domain
}

func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// client makes the client of one attempt. opened becomes its connection: the library
// leaves one open whose beginning fails.
func (s *Sender) client(opened *net.Conn) (*gomail.Client, error) {
	server := s.options.Server
	policy := gomail.TLSMandatory
	if server.loopback() {
		policy = gomail.TLSOpportunistic
	}
	options := []gomail.Option{gomail.WithPort(server.port), gomail.WithTimeout(timeout), gomail.WithTLSPolicy(policy)}
	if server.tls {
		options = append(options, gomail.WithSSL())
	} else {
		options = append(options, gomail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			*opened = conn
			return conn, err
		}))
	}
	if server.user != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(server.user), gomail.WithPassword(server.password))
	}
	if s.options.TLS != nil {
		config := s.options.TLS.Clone()
		config.ServerName = server.host
		options = append(options, gomail.WithTLSConfig(config))
	}
	return gomail.NewClient(server.host, options...)
}

// deliver hands the message in. Once the server has taken it, how the connection
// ends is no news: to try again would send it twice.
func deliver(ctx context.Context, client *gomail.Client, m *gomail.Msg) error {
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = client.CloseWithSMTPClient(conn) }()
	return client.SendWithSMTPClient(conn, m)
}

// judge tells a refusal of this e-mail from a server that cannot be reached or is
// set up wrongly: an operator mends those.
func judge(err error) error {
	if err == nil {
		return nil
	}
	var refused *gomail.SendError
	if errors.As(err, &refused) {
		short := fmt.Errorf("mail: %s", reason(refused))
		if refused.ErrorCode() >= 500 && !refused.IsTemp() {
			return channel.Permanent(short)
		}
		return short
	}
	var answer *textproto.Error
	if errors.As(err, &answer) {
		return fmt.Errorf("mail: the server answers %d %s", answer.Code, oneLine(answer.Msg))
	}
	return fmt.Errorf("mail: %w", err)
}

func reason(e *gomail.SendError) string {
	if code := e.ErrorCode(); code > 0 {
		return fmt.Sprintf("the server answers %d to it (%s)", code, e.Reason)
	}
	return oneLine(e.Error())
}
