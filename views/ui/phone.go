package ui

import "strings"

// Phone is a kept number (E.164) as people read it: Brazil's as "(11) 91234-5678", another country's as it is kept.
func Phone(kept string) string {
	n, brazil := strings.CutPrefix(kept, "+55")
	if !brazil || len(n) != 10 && len(n) != 11 {
		return kept
	}
	return "(" + n[:2] + ") " + n[2:len(n)-4] + "-" + n[len(n)-4:]
}
