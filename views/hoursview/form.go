package hoursview

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"semaforo/flow"
	"semaforo/views/ui"
)

// Which hours a calendar has.
const (
	ModeStore  = "store"  // a team's: those of the store
	ModeAlways = "always" // open around the clock
	ModeWeek   = "week"   // as the week says
)

// What the editor's buttons ask for; those of a day are followed by ":mon" and the like.
const (
	GoSave     = "save"
	GoPreview  = "preview"
	goAdd      = "add"
	goRemove   = "remove" // and ":" with the slot's place
	goWholeDay = "whole"
	goClose    = "close"
	goCopy     = "copy"
)

// MaxSlots is how many slots a day may have: one each half hour.
const MaxSlots = 48

var dayKeys = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// HoursForm is what was typed into the week's editor.
type HoursForm struct {
	// Seen is a mark of what was saved when the form was drawn.
	Seen string
	Mode string
	// Days are the slots by weekday, as typed.
	Days [7][]SlotForm
	// Copy are the days ticked to copy each day to.
	Copy [7][]string
	// Focus is the id of the control that takes the focus.
	Focus string
}

// SlotForm is one slot as typed, with what is wrong with it in words.
type SlotForm struct {
	From, To       string
	Error          string
	badFrom, badTo bool
}

// ReadHours reads a posted editor, or one in an address.
func ReadHours(values url.Values) HoursForm {
	f := HoursForm{Seen: readable(values.Get("seen")), Mode: values.Get("mode")}
	for d, key := range dayKeys {
		from, to := values[key+"_from"], values[key+"_to"]
		for i := range min(max(len(from), len(to)), MaxSlots) {
			f.Days[d] = append(f.Days[d], SlotForm{From: spelled(at(from, i)), To: strings.Replace(spelled(at(to, i)), "24:00", "00:00", 1)})
		}
		f.Copy[d] = values[key+"_copy"]
	}
	return f
}

func at(texts []string, i int) string {
	if i >= len(texts) {
		return ""
	}
	return readable(strings.TrimSpace(texts[i]))
}

// spelled writes a time of day as a time input takes it, and leaves alone what is none.
func spelled(text string) string {
	if minutes, ok := timeOf(text); ok {
		return flow.FormatTimeOfDay(minutes)
	}
	return text
}

func readable(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if utf8.RuneCountInString(s) > 40 {
		return string([]rune(s)[:40])
	}
	return s
}

// HoursFormOf fills the editor with saved hours.
func HoursFormOf(mode string, week flow.Week, seen string) HoursForm {
	f := HoursForm{Seen: seen, Mode: mode}
	for d, shifts := range ui.Shifts(week) {
		for _, s := range shifts {
			f.Days[d] = append(f.Days[d], slotFormOf(s))
		}
	}
	return f
}

// slotFormOf writes a shift as the inputs take it: a time input knows no 24:00.
func slotFormOf(s ui.Shift) SlotForm {
	return SlotForm{From: flow.FormatTimeOfDay(s.Open), To: flow.FormatTimeOfDay(s.Close % (24 * 60))}
}

// Do carries out one of the buttons that change the form alone, and reports
// whether it was one.
func (f *HoursForm) Do(action string) bool {
	verb, rest, _ := strings.Cut(action, ":")
	key, place, _ := strings.Cut(rest, ":")
	d := slices.Index(dayKeys[:], key)
	if d < 0 {
		return false
	}
	f.Focus = dayID(d, "add")
	switch verb {
	case goAdd:
		f.add(d)
	case goRemove:
		i, err := strconv.Atoi(place)
		if err != nil || i < 0 || i >= len(f.Days[d]) {
			return false
		}
		f.Days[d] = slices.Delete(f.Days[d], i, i+1)
	case goWholeDay:
		f.Days[d] = []SlotForm{slotFormOf(ui.WholeDay)}
	case goClose:
		f.Days[d] = nil
	case goCopy:
		for other, key := range dayKeys {
			if other != d && slices.Contains(f.Copy[d], key) {
				f.Days[other] = slices.Clone(f.Days[d])
			}
		}
	default:
		return false
	}
	f.Mode, f.Copy = ModeWeek, [7][]string{}
	return true
}

// add gives a day a slot: a closed one the usual hours, an open one room for more.
func (f *HoursForm) add(d int) {
	switch len(f.Days[d]) {
	case 0:
		f.Days[d] = []SlotForm{{From: "09:00", To: "18:00"}}
	case MaxSlots:
		return
	default:
		f.Days[d] = append(f.Days[d], SlotForm{})
	}
	f.Focus = slotID(d, len(f.Days[d])-1, "from")
}

// Week reads what was typed as a week: what is wrong is noted at its slot, and
// the first bad input takes the focus. A slot left empty is none.
func (f *HoursForm) Week() (flow.Week, bool) {
	var days [7][]ui.Shift
	var places [7][]int // of each shift among the day's slots
	for d := range f.Days {
		for i := range f.Days[d] {
			s := &f.Days[d][i]
			s.Error, s.badFrom, s.badTo = "", false, false
			if s.From == "" && s.To == "" {
				continue
			}
			if shift, ok := s.shift(); ok {
				days[d], places[d] = append(days[d], shift), append(places[d], i)
			}
		}
	}
	for _, c := range ui.Clashes(days) {
		s := &f.Days[c.Day][places[c.Day][c.Index]]
		s.Error, s.badFrom = "Sobrepõe "+otherShift(c)+".", true
	}
	if f.focusBad() {
		return flow.Week{}, false
	}
	return ui.WeekOf(days), true
}

// Refuse notes at a day what the engine says against it.
func (f *HoursForm) Refuse(day time.Weekday, words string) {
	if len(f.Days[day]) == 0 {
		f.Days[day] = []SlotForm{{}}
	}
	s := &f.Days[day][0]
	s.Error, s.badFrom = words, true
	f.focusBad()
}

func (f *HoursForm) focusBad() bool {
	for _, d := range ui.WeekOrder {
		for i, s := range f.Days[d] {
			if s.Error != "" {
				f.Focus = slotID(int(d), i, "from")
				if !s.badFrom {
					f.Focus = slotID(int(d), i, "to")
				}
				return true
			}
		}
	}
	return false
}

// shift reads a slot: an end not after its beginning is the next day's, and 00:00
// as an end is midnight.
func (s *SlotForm) shift() (ui.Shift, bool) {
	from, fromOK := timeOf(s.From)
	to, toOK := timeOf(s.To)
	s.badFrom, s.badTo = !fromOK || from >= 24*60, !toOK
	switch {
	case s.From == "":
		s.Error = "Informe o início."
	case s.badFrom:
		s.Error = "Informe um início como 09:00, até 23:59."
	case s.To == "":
		s.Error = "Informe o fim."
	case s.badTo:
		s.Error = "Informe um fim como 18:00, até 24:00."
	case to == from && from > 0:
		s.Error, s.badTo = "O fim precisa ser diferente do início.", true
	case to <= from && to > 0:
		return ui.Shift{Open: from, Close: to + 24*60}, true
	case to == 0:
		return ui.Shift{Open: from, Close: 24 * 60}, true
	}
	return ui.Shift{Open: from, Close: to}, s.Error == ""
}

// timeOf reads a time of day as a time input sends it, or as people type it where
// there is none: 9, 9h, 9h30, 9:30, 09:30, 09:30:00.
func timeOf(text string) (int, bool) {
	hours, rest, found := strings.Cut(strings.ReplaceAll(strings.ToLower(text), "h", ":"), ":")
	minutes, seconds, _ := strings.Cut(rest, ":")
	if len(hours) == 1 {
		hours = "0" + hours
	}
	if !found || minutes == "" {
		minutes = "00"
	}
	if seconds != "" && seconds != "00" {
		return 0, false
	}
	return flow.ParseTimeOfDay(hours + ":" + minutes)
}

// otherShift names the shift that another one begins in.
func otherShift(c ui.Clash) string {
	if c.OtherDay == c.Day {
		return c.Other.String() + ", do mesmo dia"
	}
	return theDay(c.OtherDay) + " " + c.Other.String()
}

func theDay(d time.Weekday) string {
	if d == time.Saturday || d == time.Sunday {
		return "o " + ui.WeekdayWord(d)
	}
	return "a " + ui.WeekdayWord(d)
}

func dayID(d int, what string) string { return dayKeys[d] + "-" + what }

func slotID(d, i int, what string) string { return fmt.Sprintf("%s-%d-%s", dayKeys[d], i, what) }

// Values are the form as inputs carry it, for a form beside it.
func (f HoursForm) Values() []ui.Option {
	values := []ui.Option{{Value: "seen", Label: f.Seen}, {Value: "mode", Label: f.Mode}}
	for d, key := range dayKeys {
		for _, s := range f.Days[d] {
			values = append(values, ui.Option{Value: key + "_from", Label: s.From}, ui.Option{Value: key + "_to", Label: s.To})
		}
	}
	return values
}
