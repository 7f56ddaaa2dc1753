package db

import "strings"

// PhoneKey is what a number is recognised by, however it is written: "+55 (11)
// 98765-4321", "11 98765-4321" and "11 8765-4321" have the same. Brazil's ninth
// digit counts only where the rest could not be a fixed line's number without it.
func PhoneKey(phone string) string {
	digits := Digits(phone)
	if n := len(digits); !strings.HasPrefix(strings.TrimSpace(phone), "+") && (n == 10 || n == 11) {
		digits = "55" + digits
	}
	const country, area, ninth = 2, 4, 5 // where each ends
	mobile := len(digits) == 13 && digits[:country] == "55" && digits[area] == '9'
	if mobile && !strings.ContainsRune("2345", rune(digits[ninth])) {
		return digits[:area] + digits[ninth:]
	}
	return digits
}
