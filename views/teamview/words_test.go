package teamview_test

import (
	"testing"
	"time"

	"semaforo/flow"
	"semaforo/views/teamview"
)

func TestHours(t *testing.T) {
	t.Parallel()
	monday := &flow.Week{time.Monday: {{Open: 540, Close: 1080}}}
	for want, week := range map[string]*flow.Week{"Horário da loja": nil, "seg 09:00–18:00": monday} {
		if got := teamview.Hours(week); got != want {
			t.Errorf("%v is %q, want %q", week, got, want)
		}
	}
}
