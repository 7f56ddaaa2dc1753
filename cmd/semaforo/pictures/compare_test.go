package pictures_test

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"semaforo/static/browsertest"
)

// How much of a bitmap may differ, of its pixels, and by how much a pixel's red, green or blue may without counting.
const (
	mayDiffer = 0.001
	unnoticed = 0x1800
)

// biggest is the size of a bitmap that the repository takes.
const biggest = 60_000

func (l look) String() string {
	if l.dark {
		return fmt.Sprintf("-%d-dark", l.width)
	}
	return fmt.Sprintf("-%d", l.width)
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// committed is a golden file; with -update it becomes what was got.
func committed(t *testing.T, name string, got []byte) []byte {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		write(t, path, got)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (make pictures takes it)", err)
	}
	return want
}

func sameText(t *testing.T, name, got string) {
	t.Helper()
	if diff := gocmp.Diff(string(committed(t, name, []byte(got))), got); diff != "" {
		t.Errorf("%s, committed (-) and drawn (+); if that is as it should be, make pictures:\n%s", name, diff)
	}
}

// sameBrowser reports whether the browser writes as the one that the bitmaps were taken with.
func sameBrowser(t *testing.T, b *browsertest.Tab) bool {
	t.Helper()
	const name = "browser.txt"
	got := b.Hand() + "\n"
	return string(committed(t, name, []byte(got))) == got
}

func samePicture(t *testing.T, name string, shot []byte) {
	t.Helper()
	small := smaller(t, shot)
	if len(small) > biggest {
		t.Errorf("%s has %d bytes, more than %d: show less of the page", name, len(small), biggest)
	}
	want := decode(t, committed(t, name, small))
	if difference := differs(want, decode(t, small)); difference > mayDiffer {
		path := filepath.Join(t.ArtifactDir(), name)
		write(t, path, shot)
		t.Errorf("%s differs from the committed one in %.2f %% of its pixels: see %s; if that is as it should be, make pictures", name, 100*difference, path)
	}
}

// smaller is a bitmap in 256 colours, as small as it gets: in its most frequent ones, and in those of the rest that
// are least like any of them. The others are shades between them, at the edges of letters.
func smaller(t *testing.T, shot []byte) []byte {
	t.Helper()
	img := decode(t, shot)
	counts, box := map[color.RGBA]int{}, img.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			counts[color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(counts), func(a, b color.RGBA) int {
		return cmp.Or(counts[b]-counts[a], bytes.Compare([]byte{a.R, a.G, a.B}, []byte{b.R, b.G, b.B}))
	})
	few := image.NewPaletted(box, fewer(colours))
	draw.Draw(few, box, img, box.Min, draw.Src)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, few); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// fewer picks a palette of colours that are sorted by how frequent they are.
func fewer(colours []color.RGBA) color.Palette {
	const all, frequent = 256, 128
	var palette color.Palette
	apart := make([]int, len(colours)) // how unlike the palette a colour is
	for i := range apart {
		apart[i] = math.MaxInt
	}
	for len(palette) < min(all, len(colours)) {
		next := len(palette)
		if next >= frequent {
			next = 0
			for i := range colours {
				if apart[i] > apart[next] {
					next = i
				}
			}
		}
		palette = append(palette, colours[next])
		for i, c := range colours {
			apart[i] = min(apart[i], unlike(c, colours[next]))
		}
	}
	return palette
}

func unlike(a, b color.RGBA) int {
	r, g, bl := int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B)
	return r*r + g*g + bl*bl
}

func decode(t *testing.T, content []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// differs is the share of pixels in which two bitmaps differ noticeably; all, if they are not of one size.
func differs(a, b image.Image) float64 {
	if a.Bounds().Size() != b.Bounds().Size() {
		return 1
	}
	n, size := 0, a.Bounds().Size()
	for y := range size.Y {
		for x := range size.X {
			if noticeable(a.At(a.Bounds().Min.X+x, a.Bounds().Min.Y+y), b.At(b.Bounds().Min.X+x, b.Bounds().Min.Y+y)) {
				n++
			}
		}
	}
	return float64(n) / float64(max(1, size.X*size.Y))
}

func noticeable(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	return far(ar, br) || far(ag, bg) || far(ab, bb)
}

func far(a, b uint32) bool { return max(a, b)-min(a, b) > unnoticed }

// A difference is one that people would notice, wherever it is.
func TestDiffers(t *testing.T) {
	t.Parallel()
	paint := func(change func(*image.RGBA)) image.Image {
		img := image.NewRGBA(image.Rect(0, 0, 100, 20))
		change(img)
		return img
	}
	none := paint(func(*image.RGBA) {})
	for what, test := range map[string]struct {
		other image.Image
		want  float64
	}{
		"the same":     {none, 0},
		"another size": {image.NewRGBA(image.Rect(0, 0, 100, 21)), 1},
		"two pixels in blue": {paint(func(p *image.RGBA) {
			p.Set(99, 19, color.RGBA{0, 0, 200, 255})
			p.Set(0, 0, color.RGBA{0, 0, 200, 255})
		}), 0.001},
		"a shade": {paint(func(p *image.RGBA) { p.Set(5, 5, color.RGBA{9, 9, 9, 255}) }), 0},
	} {
		if got := differs(none, test.other); got != test.want {
			t.Errorf("%s: %v, not %v", what, got, test.want)
		}
	}
}
