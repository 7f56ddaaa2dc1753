package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"semaforo/channel"
)

// The headers of a delivery.
const (
	SignatureHeader = "X-Semaforo-Signature"
	TimestampHeader = "X-Semaforo-Timestamp"
	DeliveryHeader  = "X-Semaforo-Delivery"
)

const (
	timeout   = 5 * time.Second
	maxAnswer = 64 << 10 // of the answer's body is read, so that the connection can be used again
)

// Options say how a Sender sends.
type Options struct {
	// Private allows http and addresses that are not public: tests and
	// demonstrations only.
	Private bool
	// Now is the time that deliveries are stamped with: the real one where it is
	// nil, since receivers compare it with theirs.
	Now func() time.Time
}

// Sender delivers. It is safe for concurrent use.
type Sender struct {
	options Options
	client  *http.Client
}

// NewSender returns a sender.
func NewSender(options Options) *Sender {
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Sender{options: options, client: channel.NewClient(options.Private, timeout)}
}

// MaxURL is how long a webhook's address may be, in bytes.
const MaxURL = channel.MaxURL

// Why an address may not be a webhook's.
var (
	ErrAddress = channel.ErrAddress
	ErrPrivate = channel.ErrPrivate
)

// CheckURL reports whether an address may be a webhook's; see channel.CheckURL.
func CheckURL(address string, private bool) error { return channel.CheckURL(address, private) }

// Deliver makes one attempt at sending a body, JSON, to an address, signed with
// the webhook's secret; key is the same for every attempt. The error is one of
// channel.Permanent's where another attempt would be of no use.
func (s *Sender) Deliver(ctx context.Context, url, secret, key string, body []byte) error {
	if err := CheckURL(url, s.options.Private); err != nil {
		return channel.Permanent(fmt.Errorf("webhook: %w", err))
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return channel.Permanent(fmt.Errorf("webhook: %w", err))
	}
	s.sign(request.Header, secret, key, body)
	answer, err := s.client.Do(request)
	if err != nil {
		if errors.Is(err, ErrPrivate) {
			err = channel.Permanent(err)
		}
		return fmt.Errorf("webhook: %w", err)
	}
	defer answer.Body.Close()
	// What the receiver has to say does not matter, nor whether it says it to the end.
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer))
	return judge(answer.StatusCode)
}

// sign writes what a receiver checks and recognises a repeat by.
func (s *Sender) sign(head http.Header, secret, key string, body []byte) {
	timestamp := strconv.FormatInt(s.options.Now().Unix(), 10)
	head.Set("Content-Type", "application/json")
	head.Set("User-Agent", "Semaforo")
	head.Set(DeliveryHeader, key)
	head.Set(TimestampHeader, timestamp)
	head.Set(SignatureHeader, signature(secret, timestamp, body))
}

// signature is the signature header's value for a body sent at a timestamp.
func signature(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func judge(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusGone:
		return channel.Permanent(errors.New("webhook: the receiver answers 410: it wants no more"))
	}
	return fmt.Errorf("webhook: the receiver answers %d", status)
}
