package web

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/handlers"
)

// policyHead and policyTail stand around the nonce and the ancestors. The
// policy is strict on purpose: strangers' messages are shown on these pages.
const (
	policyHead = "default-src 'none'; script-src 'self' 'nonce-"
	policyBody = "'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
	policyTail = "; worker-src 'self'; require-trusted-types-for 'script'; trusted-types htmx worker"
)

// contentPolicy is the Content-Security-Policy of one answer. ancestors is
// 'none', or * for what a shop puts into its own pages.
func contentPolicy(nonce, ancestors string) string {
	return policyHead + nonce + policyBody + ancestors + policyTail
}

// newNonce is good for one answer.
func newNonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	return base64.StdEncoding.EncodeToString(b[:])
}

// securityHeaders writes what every answer says to the browser and puts the
// nonce where templates find it.
func (s *Server) securityHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		nonce, ancestors, sharing := newNonce(), "'none'", "same-origin"
		if s.rowOf(c).Is(Embeddable) {
			ancestors, sharing = "*", "cross-origin"
		}
		head := c.Response().Header()
		head.Set("Content-Security-Policy", contentPolicy(nonce, ancestors))
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "same-origin")
		if s.rowOf(c).Is(Secret) {
			head.Set("Referrer-Policy", "no-referrer")
		}
		head.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		head.Set("Cross-Origin-Resource-Policy", sharing)
		if s.secure(c.Request()) {
			head.Set("Strict-Transport-Security", "max-age=31536000")
			if ancestors == "'none'" {
				head.Set("Cross-Origin-Opener-Policy", "same-origin")
			}
		}
		c.SetRequest(c.Request().WithContext(templ.WithNonce(c.Request().Context(), nonce)))
		return next(c)
	}
}

// sameOrigin refuses what another site's page sends in a person's name. Calls
// of the API carry a token that no other site has, and so do addresses that hold a
// secret: their pages tell no origin, which over plain http is all there is to check.
func (s *Server) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		if isAPI(c) || s.rowOf(c).Is(Secret) && tellsNoOrigin(c.Request()) {
			return next(c)
		}
		if err := protection.Check(c.Request()); err != nil {
			return &handlers.Failure{Status: http.StatusForbidden, Code: "cross_origin", Detail: err.Error(),
				Words: "Este pedido veio de outro site e foi recusado. Abra a página do Semáforo e tente por lá."}
		}
		return next(c)
	}
}

// tellsNoOrigin reports whether a browser keeps where a request comes from to itself.
func tellsNoOrigin(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "null"
}

// readable refuses addresses with bytes that no database takes as text.
func readable(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !isText(c.Request().URL.Path) {
			return handlers.NotFound()
		}
		for name, values := range c.QueryParams() {
			for _, value := range append(values, name) {
				if !isText(value) {
					return handlers.BadRequest("not_text", "the address has parameters that are not UTF-8 text", "O endereço tem caracteres que não podem ser lidos.")
				}
			}
		}
		return next(c)
	}
}

func isText(s string) bool {
	for i := range len(s) {
		if s[i] == 0 {
			return false
		}
	}
	return utf8.ValidString(s)
}

// maxBody is the most a request may carry, in bytes.
const maxBody = 1 << 20

// maxFile is the most a request with a file may carry: the largest file, and the form
// around it.
const maxFile = 21 << 20

// maxHuge is the most a request may carry whose file is never held as a whole.
const maxHuge = 201 << 20

// bodyLimit refuses larger requests, also those that do not say how large they are.
func (s *Server) bodyLimit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, limit := c.Request(), int64(maxBody)
		switch row := s.rowOf(c); {
		case row.Is(Huge):
			limit = maxHuge
		case row.Is(Large):
			limit = maxFile
		}
		if r.ContentLength > limit {
			return &http.MaxBytesError{Limit: limit}
		}
		r.Body = http.MaxBytesReader(c.Response(), r.Body, limit)
		return next(c)
	}
}
