package channel

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// MaxURL is how long an address to send to may be, in bytes.
const MaxURL = 2000

// ErrAddress says that an address is not one to send to.
var ErrAddress = errors.New("must be an https:// address without user or fragment")

// ErrPrivate says that an address is inside the network that we run in.
var ErrPrivate = errors.New("the address is not a public one")

// CheckURL reports whether an address that somebody gave us may be sent to. Whether the host's
// name leads to a public address is only known when it is sent to; a host that
// is given as an address is checked here too. private allows http and addresses
// that are not public.
func CheckURL(address string, private bool) error {
	u, err := url.Parse(address)
	switch {
	case err != nil, len(address) > MaxURL, u.Hostname() == "", u.User != nil, u.Fragment != "", u.Opaque != "":
		return ErrAddress
	case u.Scheme != "https" && !(private && u.Scheme == "http"):
		return ErrAddress
	case private:
		return nil
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".internal") {
		return ErrPrivate
	}
	if ip, err := netip.ParseAddr(host); err == nil && !public(ip) {
		return ErrPrivate
	}
	return nil
}

// public reports whether an address is one of the internet's.
func public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if ip.Zone() != "" || !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	return !slices.ContainsFunc(reserved, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// reserved are the ranges that netip takes for global and that lead inside, to
// nobody, or, wrapped, to any address of the other family.
var reserved = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10")

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, s := range texts {
		all[i] = netip.MustParsePrefix(s)
	}
	return all
}

// maxHeader bounds what a receiver may say in its answer's head.
const maxHeader = 64 << 10

// NewClient returns a client for addresses that others gave us. It follows no
// redirects, and connects to public addresses alone, whatever a name resolves to,
// unless private allows all.
func NewClient(private bool, timeout time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: timeout}
	if !private {
		dialer.Control = refusePrivate
	}
	transport := &http.Transport{
		// No Proxy: the check is of the address that is dialled.
		DialContext: dialer.DialContext, TLSHandshakeTimeout: timeout, ForceAttemptHTTP2: true,
		MaxIdleConns: 100, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: maxHeader,
	}
	return &http.Client{
		Transport: transport, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// refusePrivate stops a connection before it is made: the address is the one
// that the name was resolved to, so no second answer of the DNS gets past it.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if !public(to.Addr()) {
		return ErrPrivate
	}
	return nil
}
