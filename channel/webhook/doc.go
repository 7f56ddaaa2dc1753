// Package webhook delivers a store's events to the store's own systems.
//
// Each delivery is a POST of the event as JSON with three headers:
//
//	X-Semaforo-Delivery   the same for every attempt at one delivery: to recognise a repeat
//	X-Semaforo-Timestamp  when it was sent, in seconds since 1970
//	X-Semaforo-Signature  sha256= and the hexadecimal HMAC-SHA256, under the webhook's secret, of the
//	                      timestamp, a full stop and the body
//
// An answer of 2xx within five seconds is a success; 410 ends the delivery for
// good, and anything else is tried again. Redirects are not followed. Addresses
// inside the network that the program runs in are refused when the connection
// is made, whatever the name resolves to, unless an option allows them.
package webhook
