package ui_test

import (
	"testing"

	"semaforo/views/ui"
)

func TestPhone(t *testing.T) {
	t.Parallel()
	for kept, want := range map[string]string{
		"+5511912345678": "(11) 91234-5678",
		"+551132345678":  "(11) 3234-5678",
		"+55119123":      "+55119123",
		"+351912345678":  "+351912345678",
		"":               "",
	} {
		if got := ui.Phone(kept); got != want {
			t.Errorf("ui.Phone(%q) is %q, not %q", kept, got, want)
		}
	}
}
