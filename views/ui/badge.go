package ui

import (
	"time"

	"github.com/a-h/templ"
)

// BadgeProps describe a small label.
type BadgeProps struct {
	Tone Tone
	Icon IconName
	Text string
	// Hint is a tooltip.
	Hint string
}

// StatusProps describe a conversation's badge.
type StatusProps struct {
	State State
	// Until is the end of a postponement, already in words ("14:30", "amanhã às 09:00").
	Until string
}

func (p StatusProps) word() string {
	if p.State == Postponed && p.Until != "" {
		return "Adiada até " + p.Until
	}
	return p.State.Word()
}

// ChipProps describe a word in a list; with Remove it is a link that takes it away.
type ChipProps struct {
	Text   string
	Icon   IconName
	Remove string
	Attrs  templ.Attributes
}

// AvatarProps describe a person's initials. Presence, when given, is the dot beside them.
type AvatarProps struct {
	Name  string
	Small bool
	Large bool
}

// hue picks one of eight quiet tints by the name, the same every time.
func (p AvatarProps) hue() string {
	sum := 0
	for _, r := range p.Name {
		sum = sum*31 + int(r)
	}
	if sum < 0 {
		sum = -sum
	}
	return "avatar-" + itoa(sum%8)
}

// TimeProps describe an instant written relative to now.
type TimeProps struct {
	At time.Time
	// Mode is TimeAgo unless given.
	Mode TimeMode
	// Prefix and Suffix are words around it ("espera ", "muda para vermelho ").
	Prefix, Suffix string
	// Still writes it once; otherwise it ticks.
	Still bool
}

// TimeMode is how an instant is put into words.
type TimeMode string

// The modes.
const (
	// TimeAgo is "há 12 min".
	TimeAgo TimeMode = "since"
	// TimeFor is "12 min".
	TimeFor TimeMode = "for"
	// TimeIn is "em 3 min".
	TimeIn TimeMode = "until"
)

func (p TimeProps) text(now time.Time) string {
	switch p.Mode {
	case TimeIn:
		return p.Prefix + In(now, p.At) + p.Suffix
	case TimeFor:
		return p.Prefix + For(now, p.At) + p.Suffix
	}
	return p.Prefix + Ago(now, p.At) + p.Suffix
}

func (p TimeProps) attrs() templ.Attributes {
	attrs := templ.Attributes{"datetime": p.At.UTC().Format(time.RFC3339)}
	if p.Still {
		return attrs
	}
	mode := p.Mode
	if mode == "" {
		mode = TimeAgo
	}
	attrs["data-"+string(mode)] = p.At.UTC().Format("2006-01-02T15:04:05.000Z")
	attrs["role"] = "timer"
	if p.Prefix != "" {
		attrs["data-prefix"] = p.Prefix
	}
	if p.Suffix != "" {
		attrs["data-suffix"] = p.Suffix
	}
	return attrs
}
