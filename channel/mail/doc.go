// Package mail sends e-mails by SMTP: plain text in UTF-8, one person each.
//
// Every attempt at one e-mail carries the same Message-ID, made from its key, so
// that a mailbox can tell a repeat, and says that a program wrote it
// (Auto-Submitted). The connection is encrypted: by TLS from the start (smtps) or
// by STARTTLS, without which nothing is sent but to this very machine. A refusal
// that a later attempt would only repeat is a channel.Permanent error.
package mail
