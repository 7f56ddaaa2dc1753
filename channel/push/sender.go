package push

import (
	"context"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	webpush "github.com/SherClockHolmes/webpush-go"

	"semaforo/channel"
)

const (
	timeout   = 5 * time.Second
	maxAnswer = 64 << 10
)

// Options say how a Sender sends.
type Options struct {
	// Public and Private are the installation's key pair, as NewKeys makes it.
	Public, Private string
	// Contact is whom a push service can turn to: an https:// address or an e-mail
	// address.
	Contact string
	// Anywhere allows http and addresses that are not public: tests and
	// demonstrations only.
	Anywhere bool
}

// NewKeys makes a key pair for an installation.
func NewKeys() (public, private string, err error) {
	private, public, err = webpush.GenerateVAPIDKeys()
	return public, private, err
}

// Sender sends. It is safe for concurrent use.
type Sender struct {
	options Options
	client  *http.Client
}

// NewSender returns a sender.
func NewSender(o Options) *Sender {
	return &Sender{options: o, client: channel.NewClient(o.Anywhere, timeout)}
}

// ErrKeys says that a subscription's keys are not a browser's.
var ErrKeys = errors.New("the subscription's keys are not a browser's")

// Check reports whether a subscription, as a browser hands it over, is one that can
// be sent to: channel.ErrAddress, channel.ErrPrivate, ErrKeys.
func Check(endpoint, p256dh, auth string, anywhere bool) error {
	if err := channel.CheckURL(endpoint, anywhere); err != nil {
		return err
	}
	point, err := decode(p256dh)
	if err != nil {
		return ErrKeys
	}
	if _, err := ecdh.P256().NewPublicKey(point); err != nil {
		return ErrKeys
	}
	if secret, err := decode(auth); err != nil || len(secret) != 16 {
		return ErrKeys
	}
	return nil
}

func decode(key string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(key, "="))
}

// Send makes one attempt at a message to a browser. Of messages with the same topic
// that a push service still holds only the last one arrives; after the time to live
// it holds none. The error is one of channel.Permanent's where another attempt
// would be of no use, and has a method Gone() that answers true where the browser
// takes no more.
func (s *Sender) Send(ctx context.Context, endpoint, p256dh, auth, topic string, ttl time.Duration, body []byte) error {
	if err := Check(endpoint, p256dh, auth, s.options.Anywhere); err != nil {
		return channel.Permanent(fmt.Errorf("push: %w", err))
	}
	answer, err := webpush.SendNotificationWithContext(ctx, body,
		&webpush.Subscription{Endpoint: endpoint, Keys: webpush.Keys{Auth: auth, P256dh: p256dh}},
		&webpush.Options{HTTPClient: s.client, Subscriber: s.options.Contact, Topic: topicOf(topic), TTL: int(ttl / time.Second),
			Urgency: webpush.UrgencyHigh, VAPIDPublicKey: s.options.Public, VAPIDPrivateKey: s.options.Private})
	err = withoutAddress(err)
	if errors.Is(err, channel.ErrPrivate) || errors.Is(err, webpush.ErrMaxPadExceeded) {
		err = channel.Permanent(err)
	}
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer))
	return judge(answer.StatusCode)
}

// withoutAddress keeps an endpoint, by which anybody could reach the browser, out of
// logs.
func withoutAddress(err error) error {
	if failed := (*url.Error)(nil); errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// topicOf fits a topic into what a push service takes: up to 32 letters that tell it
// nothing.
func topicOf(topic string) string {
	sum := sha256.Sum256([]byte(topic))
	return base64.RawURLEncoding.EncodeToString(sum[:24])
}

// gone is the error of a browser that takes no more.
type gone struct{ error }

func (gone) Permanent() bool { return true }
func (gone) Gone() bool      { return true }

func judge(status int) error {
	err := fmt.Errorf("push: the push service answers %d", status)
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusNotFound, status == http.StatusGone:
		return gone{err}
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= 500:
		return err
	}
	return channel.Permanent(err)
}
