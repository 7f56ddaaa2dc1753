package teamview_test

import (
	"testing"
	"time"

	"semaforo/flow"
	"semaforo/views/teamview"
)

func TestHours(t *testing.T) {
	t.Parallel()
	day, late := []flow.Slot{{Open: 540, Close: 1080}}, []flow.Slot{{Open: 420, Close: 540}, {Open: 1080, Close: 1440}}
	for _, test := range []struct {
		week *flow.Week
		want string
	}{
		{nil, "Horário da loja"},
		{&flow.Week{}, "Sempre fechado"},
		{&flow.Week{day, day, day, day, day, day, day}, "todos os dias 09:00–18:00"},
		{&flow.Week{time.Monday: day, time.Tuesday: day, time.Wednesday: day, time.Thursday: day, time.Friday: day, time.Saturday: late},
			"seg–sex 09:00–18:00; sáb 07:00–09:00 e 18:00–24:00"},
		{&flow.Week{time.Sunday: day, time.Saturday: day, time.Wednesday: late}, "qua 07:00–09:00 e 18:00–24:00; sáb e dom 09:00–18:00"},
		{&flow.Week{time.Sunday: late, time.Monday: day}, "seg 09:00–18:00; dom 07:00–09:00 e 18:00–24:00"},
	} {
		if got := teamview.Hours(test.week); got != test.want {
			t.Errorf("%v is %q, want %q", test.week, got, test.want)
		}
	}
}
