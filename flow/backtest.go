package flow

import "time"

// Backtest is what a draft of a flow would have made of the waits of a period,
// beside what the flows now in force would have: the waits (see Stay) of the
// draft's queue to whose holders the draft would apply (§3). Each wait is tried by
// itself, with the calendars of the present configuration.
type Backtest struct {
	Since, Until time.Time // the period, by when the waits ended: Since is in it, Until is not
	Earliest     time.Time // when the queue's first known wait ended; zero: it has no history at all
	Behind       bool      // waits that have ended are still being entered: the figures are not complete

	Waits    int // of the period
	Imported int // how many of them come from elsewhere

	Draft   Tried
	Present Tried
	InForce []string // the flows that Present tells of, by id: more than one where the draft gathers holders of several

	// Bins are the lengths of all waits on the draft's clock, the shortest first,
	// without gaps. The draft's alerts and its limit are among their edges.
	Bins []Bin
	// Answered is how many waits a seller's message ended, and Percentiles their
	// lengths on the draft's clock, by share; none where none was.
	Answered    int
	Percentiles []Percentile
	Suggested   Suggestion

	After Aftermath
}

// Tried is what a flow would have made of the waits.
type Tried struct {
	Verdicts     // of all waits, those of Cut included: Total is Backtest.Waits
	Cut      Cut // the part of it that is an estimate
}

// Verdicts counts waits by how far they would have come.
type Verdicts struct {
	Green  int // it ended before the 1st alert
	Yellow int // it ended after the 1st alert
	Red    int // it ended after the 2nd alert
	Acted  int // its action came due: it was taken or skipped
}

// Total is how many waits were counted.
func (v Verdicts) Total() int { return v.Green + v.Yellow + v.Red + v.Acted }

// Cut is about the waits that a real action ended before the flow's own limit: how
// long they would have gone on nobody knows. Some of them, spread evenly over the
// period, were replayed through the engine with what really happened afterwards, and
// the verdicts scaled up.
type Cut struct {
	Verdicts     // of all of them: Total is how many there are
	Replayed int // how many were
}

// Aftermath is an estimate of what would have become of the waits that the draft
// would have acted on, Draft.Acted of them. Some, spread evenly over the period, were
// replayed through the engine: its action is taken, and what really happened later
// happens to a conversation that is somewhere else now. The counts are scaled up to
// all of them.
type Aftermath struct {
	Of       int // how many waits: the sum of all counts below
	Replayed int // how many of them were replayed

	Green, Yellow, Red int // answered (or said to need no answer) where it went to, by the new clock's colour
	Again              int // the next flow acted in turn
	Cycle              int // the action was skipped: it had been where it would have gone
	NoTarget           int // the action was skipped: there was nowhere to go
	Closed             int // the action closed it
	Ended              int // a person or an automatic closing closed it where it went to
	Handed             int // a person took it, gave it on or postponed it where it went to
	Open               int // nobody has done anything more, as far as is known
}

// Bin counts the waits that were longer than From, and not longer than To. The first
// counts those of no length as well; the last has no end, its To is zero.
type Bin struct {
	From, To time.Duration
	N        int
}

// Percentile says that a share of the answered waits were not longer than Within.
type Percentile struct {
	Share  float64
	Within time.Duration
}

// The shares that Backtest.Percentiles tells of.
var percentileShares = []float64{0.5, 0.8, 0.9, 0.95}

// Suggestion is a pair of alerts by what the answered waits took, in times that
// people use; without any where too few were.
type Suggestion struct {
	Alert1, Alert2 time.Duration
	Share1, Share2 float64 // of the answered waits, those not longer than each
}

// EnoughToSuggest is how many answered waits it takes to suggest times from them.
const EnoughToSuggest = 20
