package main

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"os"
	"strings"

	"semaforo/channel/mail"
	"semaforo/channel/push"
	"semaforo/channel/webhook"
	"semaforo/db"
	"semaforo/scheduler"
)

// postOptions are serve's options about what leaves the building, once read.
type postOptions struct {
	publicURL string
	smtp      *mail.Server // nil: no e-mails
	from      *netmail.Address
}

// post reads and checks them. What it says of a wrong --smtp-url does not repeat its
// password.
func (cmd *serveCmd) post() (p postOptions, err error) {
	if p.publicURL, err = publicURL(cmd.PublicURL); err != nil {
		return p, err
	}
	address, err := cmd.smtpAddress()
	if err != nil {
		return p, err
	}
	if cmd.MailFrom != "" {
		if p.from, err = mail.ParseSender(cmd.MailFrom); err != nil {
			return p, fmt.Errorf("--mail-from: %w", err)
		}
	}
	if address == "" {
		return p, nil
	}
	server, err := mail.ParseServer(address)
	switch {
	case err != nil:
		return p, fmt.Errorf("--smtp-url: %w", err)
	case p.from == nil:
		return p, errors.New("--smtp-url needs --mail-from: whom the e-mails come from")
	case p.publicURL == "":
		return p, errors.New("--smtp-url needs --public-url: what the e-mails' links lead to")
	}
	p.smtp = &server
	return p, nil
}

func (cmd *serveCmd) smtpAddress() (string, error) {
	if cmd.SMTPURLFile == "" {
		return cmd.SMTPURL, nil
	}
	if cmd.SMTPURL != "" {
		return "", errors.New("--smtp-url and --smtp-url-file: give one of the two")
	}
	content, err := os.ReadFile(cmd.SMTPURLFile)
	if err != nil {
		return "", fmt.Errorf("--smtp-url-file: %w", err)
	}
	address := strings.TrimSpace(string(content))
	if address == "" {
		return "", fmt.Errorf("--smtp-url-file: %s is empty", cmd.SMTPURLFile)
	}
	return address, nil
}

// publicURL checks an address that links are made from.
func publicURL(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil ||
		u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("--public-url must be an address as https://semaforo.example.com, without a path")
	}
	return strings.TrimSuffix(text, "/"), nil
}

// senders are the ways out, and the public key by which browsers know the
// installation.
func (cmd *serveCmd) senders(ctx context.Context, d *db.DB, p postOptions) (*scheduler.Senders, string, error) {
	keys, err := pushKeys(ctx, d)
	if err != nil {
		return nil, "", err
	}
	s := &scheduler.Senders{
		Webhook: webhook.NewSender(webhook.Options{Private: cmd.Demo}),
		Push: push.NewSender(push.Options{Public: keys.Public, Private: keys.Private, Contact: p.contact(),
			Anywhere: cmd.Demo}),
		PublicURL: p.publicURL,
	}
	if p.smtp != nil {
		s.Mail = mail.NewSender(mail.Options{Server: *p.smtp, From: p.from})
	}
	return s, keys.Public, nil
}

// contact is whom a push service can turn to about this installation.
func (p postOptions) contact() string {
	switch {
	case strings.HasPrefix(p.publicURL, "https://"):
		return p.publicURL
	case p.from != nil:
		return p.from.Address
	}
	return "semaforo@localhost"
}

// pushKeys are the installation's: made on the first start, and kept.
func pushKeys(ctx context.Context, d *db.DB) (db.PushKeys, error) {
	keys, err := d.PushKeys(ctx)
	if !errors.Is(err, db.ErrNotFound) {
		return keys, err
	}
	if keys.Public, keys.Private, err = push.NewKeys(); err != nil {
		return keys, err
	}
	// Of two processes that start at once the first one's pair stays.
	now := scheduler.RealClock().Now()
	if err := d.Tx(ctx, func(tx *db.Tx) error { return tx.KeepPushKeys(ctx, keys, now) }); err != nil {
		return keys, err
	}
	return d.PushKeys(ctx)
}
