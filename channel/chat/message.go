package chat

import (
	"errors"
	"strings"

	"semaforo/channel"
)

// Message is what the chat's form holds, as it came or, from Parse, as it is kept.
type Message struct {
	Name  string // asked for once
	Phone string // may be empty
	Text  string
	Key   string // the same one again is the same message
}

// Refused says by field (name, phone, text, key) why a form is not taken.
type Refused map[string]*channel.Invalid

// Parse checks a form. A customer who is known is not asked for a name: name and
// phone are then ignored.
func Parse(form Message, known bool) (Message, Refused) {
	refused := Refused{}
	take := func(field string, into *string, clean func(string) (string, error)) {
		value, err := clean(*into)
		var invalid *channel.Invalid
		if errors.As(err, &invalid) {
			refused[field] = invalid
		}
		*into = value
	}
	if known {
		form.Name, form.Phone = "", ""
	} else {
		take("name", &form.Name, requiredName)
		take("phone", &form.Phone, channel.Phone)
	}
	take("text", &form.Text, channel.Text)
	take("key", &form.Key, messageKey)
	if len(refused) == 0 {
		return form, nil
	}
	return Message{}, refused
}

func requiredName(s string) (string, error) {
	name, err := channel.Name(s)
	if err == nil && name == "" {
		return "", &channel.Invalid{Code: channel.CodeRequired}
	}
	return name, err
}

const maxKey = 64

// messageKey takes what our page makes: letters, digits and hyphens.
func messageKey(s string) (string, error) {
	switch {
	case s == "":
		return "", &channel.Invalid{Code: channel.CodeRequired}
	case len(s) > maxKey:
		return "", &channel.Invalid{Code: channel.CodeTooLong, Limit: maxKey}
	case strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "":
		return "", &channel.Invalid{Code: channel.CodeControl}
	}
	return s, nil
}
