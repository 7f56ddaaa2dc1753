package channel

import "strings"

// What a phone number may have, in digits with its country (E.164).
const (
	minPhone = 8
	maxPhone = 15
)

// Phone is a phone number as it is kept: "+" and its digits with the country's.
// A number without a country is Brazil's, with its area code: "(11) 91234-5678"
// is "+5511912345678". An empty one stays empty. It is for people to call and
// to search by, never an identity: one number has several spellings.
func Phone(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	country := strings.HasPrefix(s, "+")
	digits, ok := phoneDigits(strings.TrimPrefix(s, "+"))
	if !ok {
		return "", &Invalid{Code: CodePhone}
	}
	switch {
	case country:
	case strings.HasPrefix(digits, "00"):
		digits = digits[2:]
	default:
		digits, ok = brazilian(digits)
	}
	if !ok || len(digits) < minPhone || len(digits) > maxPhone || digits[0] == '0' {
		return "", &Invalid{Code: CodePhone}
	}
	return "+" + digits, nil
}

// brazilian adds the country to a number dialled within it.
func brazilian(digits string) (string, bool) {
	digits = strings.TrimPrefix(digits, "0")
	switch len(digits) {
	case 10, 11: // area and number
		return "55" + digits, digits[0] != '0'
	case 12, 13: // the same with the country, written without its plus
		return digits, strings.HasPrefix(digits, "55")
	}
	return "", false
}

// phoneDigits takes out what people write between the digits.
func phoneDigits(s string) (string, bool) {
	var digits strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r == ' ', r == '\u00a0', r == '-', r == '.', r == '(', r == ')', r == '/':
		default:
			return "", false
		}
	}
	return digits.String(), digits.Len() > 0
}
