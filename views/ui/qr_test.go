package ui

import (
	"fmt"
	"strings"
	"testing"

	"rsc.io/qr"
)

// The drawing has the code's dark squares and no others, inside a quiet zone.
func TestQRCode(t *testing.T) {
	t.Parallel()
	const text = "otpauth://totp/Sem%C3%A1foro:ana@loja.demo?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sem%C3%A1foro"
	image, err := QRCode(text)
	if err != nil {
		t.Fatal(err)
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	if image.Size != code.Size+8 {
		t.Errorf("size %d of a code of %d", image.Size, code.Size)
	}
	dark := map[[2]int]bool{}
	for run := range strings.SplitSeq(strings.TrimSuffix(image.Path, "z"), "z") {
		var x, y, n, back int
		if _, err := fmt.Sscanf(run, "M%d %dh%dv1h-%d", &x, &y, &n, &back); err != nil || n != back || n < 1 {
			t.Fatalf("%q: %v", run, err)
		}
		for i := range n {
			dark[[2]int{x + i, y}] = true
		}
	}
	for y := range image.Size {
		for x := range image.Size {
			if want := code.Black(x-4, y-4); dark[[2]int{x, y}] != want {
				t.Fatalf("%d, %d: dark %v, want %v", x, y, !want, want)
			}
		}
	}
	if _, err := QRCode(strings.Repeat("x", 5000)); err == nil {
		t.Error("a text that no code holds")
	}
}
