// Package push sends notices to browsers by Web Push (RFC 8030).
//
// What is sent is encrypted for the browser alone (RFC 8291, aes128gcm) and signed
// with the installation's key (VAPID, RFC 8292), so that a push service can neither
// read it nor take it from anybody else. Push services are addresses that browsers
// gave us: only public https ones are sent to, unless an option allows others.
package push
