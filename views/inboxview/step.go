package inboxview

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"semaforo/flow"
)

// Step is a step of what will happen as somebody saw it, who asks for its reason:
// at which place it stood, from 1, and what was to happen when. Of a bare address
// only the place is known.
type Step struct {
	Place int
	Type  flow.EventType
	Due   time.Time
}

// The parameters by which a step is addressed.
const (
	placeParam = "step"
	seenParam  = "seen"
)

// StepOf reads a step from an address; it is the next one where none is named.
func StepOf(query url.Values) (Step, bool) {
	s := Step{Place: 1}
	if text := query.Get(placeParam); text != "" {
		place, err := strconv.Atoi(text)
		if err != nil || place < 1 {
			return s, false
		}
		s.Place = place
	}
	if text := query.Get(seenParam); text != "" {
		typ, due, _ := strings.Cut(text, "-")
		micro, err := strconv.ParseInt(due, 10, 64)
		if err != nil || !HasReason(flow.EventType(typ)) {
			return s, false
		}
		s.Type, s.Due = flow.EventType(typ), time.UnixMicro(micro).UTC()
	}
	return s, true
}

// stepMark tells a step from all others that a conversation has ahead, wherever it
// stands: what it is and when it is due.
func stepMark(rec flow.Record) string {
	return string(rec.Type) + "-" + strconv.FormatInt(rec.Deadline().UnixMicro(), 10)
}

// stepPath addresses the reason of the step at a place.
func (c Conversation) stepPath(i int) string {
	return whyPath + "?" + url.Values{placeParam: {strconv.Itoa(i + 1)}, seenParam: {stepMark(c.Coming[i])}}.Encode()
}

// Is reports whether a record is the step that was seen.
func (s Step) Is(rec flow.Record) bool { return rec.Type == s.Type && rec.Deadline().Equal(s.Due) }

// In finds the step among those to come: the one that was seen, wherever it stands
// now, else the same one at its place, due at another time. It is -1 where that is
// not to come any more.
func (s Step) In(coming []flow.Record) int {
	if i := slices.IndexFunc(coming, s.Is); i >= 0 {
		return i
	}
	if i := s.Place - 1; i < len(coming) && (s.Type == "" || s.Type == coming[i].Type) {
		return i
	}
	return -1
}
