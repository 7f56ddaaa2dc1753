package ui

import (
	"encoding/base64"
	"fmt"
	"strings"

	"rsc.io/qr"
)

// QRImage is a QR code as a drawing: Size dark and light squares a side, of which
// Path draws the dark ones.
type QRImage struct {
	Size int
	Path string
}

// quietZone is the light frame, in squares, by which readers find a code.
const quietZone = 4

// QRCode draws a text.
func QRCode(text string) (QRImage, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return QRImage{}, fmt.Errorf("QR code: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			begin := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > begin {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", begin+quietZone, y+quietZone, x-begin, x-begin)
			}
		}
	}
	return QRImage{Size: code.Size + 2*quietZone, Path: path.String()}, nil
}

func (q QRImage) viewBox() string { return fmt.Sprintf("0 0 %d %d", q.Size, q.Size) }

// dataURL is a text as an address of its own, which needs no request.
func dataURL(text string) string {
	return "data:text/plain;charset=utf-8;base64," + base64.StdEncoding.EncodeToString([]byte(text))
}
