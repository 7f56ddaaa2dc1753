package db

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"semaforo/flow"
)

// Calendars are stored as engine.md's configuration writes them:
// {"mon":[["09:00","18:00"]]} and ["2026-12-25"].

var dayNames = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func encodeWeek(w *flow.Week) (any, error) {
	if w == nil {
		return nil, nil
	}
	days := map[string][][2]string{}
	for d, slots := range w {
		for _, s := range slots {
			days[dayNames[d]] = append(days[dayNames[d]], [2]string{clockText(s.Open), clockText(s.Close)})
		}
	}
	return encode(days)
}

func decodeWeek(text string) (*flow.Week, error) {
	if text == "" {
		return nil, nil
	}
	var days map[string][][2]string
	if err := decode("hours", text, &days); err != nil {
		return nil, err
	}
	var w flow.Week
	for d, name := range dayNames {
		for _, s := range days[name] {
			opens, err := clockMinutes(s[0])
			if err != nil {
				return nil, err
			}
			closes, err := clockMinutes(s[1])
			if err != nil {
				return nil, err
			}
			w[d] = append(w[d], flow.Slot{Open: opens, Close: closes})
		}
	}
	return &w, nil
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func clockMinutes(s string) (int, error) {
	h, m, _ := strings.Cut(s, ":")
	hours, err := strconv.Atoi(h)
	if err != nil {
		return 0, fmt.Errorf("hours %q: %w", s, err)
	}
	minutes, err := strconv.Atoi(m)
	if err != nil {
		return 0, fmt.Errorf("hours %q: %w", s, err)
	}
	return 60*hours + minutes, nil
}

func encodeDates(dates []flow.Date) (string, error) {
	texts := make([]string, len(dates))
	for i, d := range dates {
		texts[i] = fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
	}
	return encode(texts)
}

func decodeDates(text string) ([]flow.Date, error) {
	if text == "" {
		return nil, nil
	}
	var texts []string
	if err := decode("holidays", text, &texts); err != nil {
		return nil, err
	}
	var dates []flow.Date
	for _, s := range texts {
		t, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return nil, fmt.Errorf("holiday %q: %w", s, err)
		}
		dates = append(dates, flow.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()})
	}
	return dates, nil
}

// calendarText encodes a calendar's two columns.
func calendarText(w *flow.Week, holidays []flow.Date) (hours any, dates string, err error) {
	if hours, err = encodeWeek(w); err != nil {
		return nil, "", err
	}
	dates, err = encodeDates(holidays)
	return hours, dates, err
}
