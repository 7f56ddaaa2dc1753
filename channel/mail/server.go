package mail

import (
	"errors"
	"fmt"
	netmail "net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Server is where to hand in e-mails. Its password never shows: String leaves it
// out.
type Server struct {
	host           string
	port           int
	user, password string
	tls            bool // from the start
}

// The ports for handing in mail, without and with TLS from the start.
const (
	submission  = 587
	submissions = 465
)

// ParseServer reads smtp[s]://user:password@host:port. The port is 587, with smtps
// 465, unless given. Its errors do not repeat the address, which holds a secret.
func ParseServer(address string) (Server, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return Server{}, errors.New("it cannot be read as an address (special characters of a password are written as %XX)")
	}
	s := Server{host: u.Hostname(), port: submission, user: u.User.Username()}
	s.password, _ = u.User.Password()
	switch u.Scheme {
	case "smtp":
	case "smtps":
		s.tls, s.port = true, submissions
	default:
		return Server{}, errors.New("it must begin with smtp:// or smtps://")
	}
	switch {
	case s.host == "":
		return Server{}, errors.New("it names no host")
	case u.Path != "" && u.Path != "/", u.RawQuery != "", u.Fragment != "":
		return Server{}, errors.New("it has something after the host and port")
	case (s.user == "") != (s.password == ""):
		return Server{}, errors.New("it must have both a user and a password, or neither")
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil || s.port < 1 || s.port > 65535 {
			return Server{}, fmt.Errorf("its port is not one: %s", u.Port())
		}
	}
	return s, nil
}

// String names the server without its password.
func (s Server) String() string {
	scheme := "smtp"
	if s.tls {
		scheme = "smtps"
	}
	return scheme + "://" + s.host + ":" + strconv.Itoa(s.port)
}

// loopback reports whether the server is this very machine.
func (s Server) loopback() bool {
	ip, err := netip.ParseAddr(s.host)
	return s.host == "localhost" || err == nil && ip.IsLoopback()
}

// ParseSender reads the sender of e-mails: an address, with a name if wanted.
func ParseSender(text string) (*netmail.Address, error) {
	from, err := netmail.ParseAddress(text)
	if err != nil {
		return nil, errors.New("it must be an e-mail address, as semaforo@example.com or Loja <semaforo@example.com>")
	}
	return from, nil
}
