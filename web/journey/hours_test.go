package journey

import (
	"testing"
)

func TestHoursShots(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(manager)
	for i, path := range []string{"/configuracoes/horarios", "/configuracoes/horarios/feriados?year=2027", "/configuracoes/horarios/times/plantao"} {
		v.Look(1440, 1500, false)
		v.open(path)
		v.Shoot("h" + string(rune('a'+i)) + "-1440")
		v.Look(390, 2200, true)
		v.open(path)
		v.Shoot("h" + string(rune('a'+i)) + "-390")
	}
	v.Quiet()
}
