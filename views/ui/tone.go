package ui

// Tone is a colour with a meaning. The three of the traffic light stand for a conversation's state
// and for nothing else, save that a toast or banner may warn in them.
type Tone string

// The tones.
const (
	Neutral Tone = "neutral"
	Accent  Tone = "accent"
	Green   Tone = "green"
	Yellow  Tone = "yellow"
	Red     Tone = "red"
)

func (t Tone) class() string {
	switch t {
	case Accent, Green, Yellow, Red:
		return string(t)
	}
	return string(Neutral)
}

// icon is the sign of a tone, so that colour is never the only one.
func (t Tone) icon() IconName {
	switch t {
	case Green:
		return IconCircleCheck
	case Yellow:
		return IconAlertOne
	case Red:
		return IconAlertTwo
	}
	return IconInfo
}

// State is what a conversation's badge says.
type State string

// The states of screens.md.
const (
	OnTime    State = "on-time"
	FirstLate State = "alert-1"
	LastLate  State = "alert-2"
	Postponed State = "postponed"
	Answered  State = "answered"
	Closed    State = "closed"
)

// Word is what people read.
func (s State) Word() string {
	switch s {
	case OnTime:
		return "No prazo"
	case FirstLate:
		return "1º alerta"
	case LastLate:
		return "2º alerta"
	case Postponed:
		return "Adiada"
	case Closed:
		return "Finalizada"
	}
	return "Respondida"
}

// Tone is the state's colour.
func (s State) Tone() Tone {
	switch s {
	case OnTime:
		return Green
	case FirstLate:
		return Yellow
	case LastLate:
		return Red
	}
	return Neutral
}

// Icon is the state's sign.
func (s State) Icon() IconName {
	switch s {
	case Postponed:
		return IconSnooze
	case Answered:
		return IconCheckCheck
	case Closed:
		return IconArchive
	}
	return s.Tone().icon()
}
