package hoursview

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"semaforo/flow"
	"semaforo/views/ui"
)

func TestTimesAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"09:00": 540, "9:00": 540, "9": 540, "9h": 540, "9H30": 570, "09h30": 570, "23:59": 1439, "24:00": 1440, "24h": 1440,
		"00:00": 0, "0": 0, "09:30:00": 570} {
		if got, ok := timeOf(text); !ok || got != want {
			t.Errorf("%q: %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", ":", "h", "25:00", "24:01", "9:5", "9:60", "-1", "+9", "9:00 PM", "nove", "09:30:15", "0900", "９:00", "9:00:00:00"} {
		if got, ok := timeOf(text); ok {
			t.Errorf("%q is taken as %d", text, got)
		}
	}
}

// Whatever is posted: no panic; a week that is taken is one the engine takes, and
// is shown again as what it says; one that is not says so where it can be seen.
func FuzzHoursForm(f *testing.F) {
	for _, seed := range []string{"mode=week&mon_from=9&mon_to=18", "mode=week&fri_from=18:00&fri_to=02:00&sat_from=01:00&sat_to=05:00", "mode=always",
		"mode=week&sun_from=22h&sun_to=2h&mon_from=0&mon_to=2", "mode=week&mon_from=0&mon_to=0&tue_from=&tue_to=&mon_copy=tue", "mon_from=%ff&seen=%00",
		"mode=week" + strings.Repeat("&mon_from=9", 60)} {
		f.Add(seed, "copy:mon")
		f.Add(seed, "save")
	}
	f.Add("mode=week&mon_from=9&mon_to=18", "remove:mon:99999999999999999999")
	f.Fuzz(func(t *testing.T, query, action string) {
		values, _ := url.ParseQuery(query)
		form := ReadHours(values)
		form.Do(action)
		week, ok := form.Week()
		for _, v := range form.Values() {
			if !utf8.ValidString(v.Label) && v.Value != "mode" {
				t.Fatalf("%q cannot be shown", v.Label)
			}
		}
		if !ok {
			if form.Focus == "" {
				t.Fatal("refused, and nobody is told where")
			}
			return
		}
		if _, err := flow.Compile(flow.Configuration{Timezone: "UTC", Hours: &week}); err != nil {
			t.Fatalf("the editor takes %v, the engine: %v", week, err)
		}
		again := HoursFormOf(ModeWeek, week, "")
		if back, ok := again.Week(); !ok || ui.HoursSummary(&back) != ui.HoursSummary(&week) {
			t.Fatalf("%v is shown as %v", week, again.Days)
		}
	})
}
