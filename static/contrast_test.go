package static

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// color is linear-light sRGB.
type color struct{ r, g, b float64 }

func (c color) luminance() float64 { return 0.2126*c.r + 0.7152*c.g + 0.0722*c.b }

func contrast(a, b color) float64 {
	x, y := a.luminance(), b.luminance()
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// oklch converts by Ottosson's matrices; what lies outside sRGB is clipped, as browsers nearly do.
func oklch(l, c, h float64) color {
	a, b := c*math.Cos(h*math.Pi/180), c*math.Sin(h*math.Pi/180)
	cube := func(x float64) float64 { return x * x * x }
	x, y, z := cube(l+0.3963377774*a+0.2158037573*b), cube(l-0.1055613458*a-0.0638541728*b), cube(l-0.0894841775*a-1.2914855480*b)
	clip := func(v float64) float64 { return math.Min(1, math.Max(0, v)) }
	return color{
		clip(4.0767416621*x - 3.3077115913*y + 0.2309699292*z),
		clip(-1.2684380046*x + 2.6097574011*y - 0.3413193965*z),
		clip(-0.0041960863*x - 0.7034186147*y + 1.7076147010*z),
	}
}

var token = regexp.MustCompile(`--([a-z0-9-]+): light-dark\(oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\), oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)\)`)

// tokens reads the style sheet's colours: by name, light then dark.
func tokens(t *testing.T) map[string][2]color {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("src", "css", "tokens.css"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][2]color{}
	for _, m := range token.FindAllStringSubmatch(string(raw), -1) {
		var n [6]float64
		for i := range n {
			n[i], err = strconv.ParseFloat(m[i+2], 64)
			if err != nil {
				t.Fatal(err)
			}
		}
		out[m[1]] = [2]color{oklch(n[0]/100, n[1], n[2]), oklch(n[3]/100, n[4], n[5])}
	}
	return out
}

// Every pair of colours that meets on a page: text at 4.5:1, marks and borders at 3:1, in both looks. axe
// sees neither hover nor borders nor placeholders.
func TestContrast(t *testing.T) {
	t.Parallel()
	all := tokens(t)
	grounds := []string{"base-100", "base-200", "base-300", "raised", "hover", "accent-soft"}
	type pair struct {
		over, under string
		least       float64
	}
	var pairs []pair
	for _, ground := range grounds {
		for _, ink := range []string{"text", "muted", "accent", "accent-strong"} {
			pairs = append(pairs, pair{ink, ground, 4.5})
		}
	}
	for _, ground := range []string{"base-100", "base-200", "raised", "hover"} {
		for _, tone := range []string{"green", "yellow", "red"} {
			pairs = append(pairs, pair{tone + "-text", ground, 4.5}, pair{tone + "-fill", ground, 3})
		}
		pairs = append(pairs, pair{"line", ground, 3})
	}
	for _, tone := range []string{"green", "yellow", "red"} {
		pairs = append(pairs, pair{tone + "-text", tone + "-soft", 4.5}, pair{"text", tone + "-soft", 4.5})
	}
	pairs = append(pairs,
		pair{"on-accent", "accent", 4.5}, pair{"on-accent", "accent-strong", 4.5},
		pair{"base-100", "red-text", 4.5}, pair{"base-100", "text", 4.5}, pair{"base-100", "accent", 3}, pair{"base-100", "line", 3},
		pair{"red-text", "accent-soft", 4.5}, pair{"red-text", "base-300", 4.5})
	for _, p := range pairs {
		over, ok1 := all[p.over]
		under, ok2 := all[p.under]
		if !ok1 || !ok2 {
			t.Fatalf("no colour %s or %s in tokens.css", p.over, p.under)
		}
		for i, look := range []string{"light", "dark"} {
			if got := contrast(over[i], under[i]); got < p.least {
				t.Errorf("%s on %s, %s: %.2f, needs %.1f", p.over, p.under, look, got, p.least)
			}
		}
	}
}

// The tints of avatars, by their hues.
func TestAvatarContrast(t *testing.T) {
	t.Parallel()
	for _, hue := range []float64{190, 200, 230, 245, 260, 285, 310, 335} {
		for look, pair := range map[string][2]color{
			"light": {oklch(0.38, 0.08, hue), oklch(0.92, 0.04, hue)}, "dark": {oklch(0.92, 0.04, hue), oklch(0.36, 0.05, hue)},
		} {
			if got := contrast(pair[0], pair[1]); got < 4.5 {
				t.Errorf("hue %v, %s: %.2f", hue, look, got)
			}
		}
	}
}
