package ui

import (
	"testing"
	"time"
	_ "time/tzdata"
)

// Every zone can be had, is there once, and Brazil's come first.
func TestZones(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, z := range zones {
		if _, err := time.LoadLocation(z.Value); err != nil || seen[z.Value] || z.Label == "" {
			t.Errorf("%+v: %v", z, err)
		}
		seen[z.Value] = true
	}
	all := Zones("Europe/Paris")
	if last := all[len(all)-1]; !last.Selected || last.Label != "Europe/Paris" {
		t.Errorf("a zone that an operator set: %+v", last)
	}
	if groups := grouped(all); len(groups) != 2 || groups[0][0].Group != "Brasil" || len(Zones("UTC")) != len(zones) {
		t.Errorf("%d groups", len(groups))
	}
}
