package flow

import (
	"math"
	"time"
)

// Kind tells a queue's main flow (fluxo principal) from its alternative ones
// (fluxos alternativos).
type Kind string

// The kinds of flow (§3).
const (
	Main        Kind = "main"
	Alternative Kind = "alternative"
)

// Clock says which time a flow counts (§4).
type Clock string

// Real time, or open time of the calendar.
const (
	Always        Clock = "always"
	BusinessHours Clock = "business_hours"
)

// ActionType is what happens when a conversation passes its limit (§5).
type ActionType string

// The actions of §5.
const (
	ActionNone      ActionType = "none"
	TransferTeam    ActionType = "transfer_team"
	TransferSeller  ActionType = "transfer_seller"
	Redistribute    ActionType = "redistribute"
	ReturnToWaiting ActionType = "return_to_waiting"
	CloseAction     ActionType = "close"
)

// DefaultFlow is the id records carry where no flow applies and the default
// colours do (§3). No flow may have it.
const DefaultFlow = "default"

// Limits of a configuration (§3, §4).
const (
	MaxAlternatives = 20
	MaxDeadline     = 366 * 24 * time.Hour
	DefaultAlert1   = 5 * time.Minute
	DefaultAlert2   = 15 * time.Minute
)

// Action is a flow's third step.
type Action struct {
	Type   ActionType
	Team   string        // transfer_team
	Seller string        // transfer_seller
	Delay  time.Duration // counted from the second alert; 0 means at it
}

// Flow (fluxo) is one configured 1º alerta → 2º alerta → ação of a queue (§4).
type Flow struct {
	ID      string
	Queue   Queue
	Kind    Kind
	Targets []string      // alternative: team ids, seller ids or channel names, by queue
	Alert1  time.Duration // from the clock's start
	Alert2  time.Duration // from the clock's start; later than Alert1
	Clock   Clock
	Action  Action
	Active  bool
}

// limit is when the action is taken, from the clock's start; more than any
// deadline there is where it does not fit.
func (f *Flow) limit() time.Duration {
	if f.Action.Delay > MaxDeadline {
		return math.MaxInt64
	}
	return min(f.Alert2, MaxDeadline+1) + f.Action.Delay
}

// Team (time) is a group of sellers.
type Team struct {
	ID       string
	Hours    *Week  // nil: the store's, holidays included
	Holidays []Date // only with Hours
}

// Seller (vendedor) is who answers.
type Seller struct {
	ID    string
	Teams []string
}

// AutoClose is one automatic closing (encerramento automático) (§5).
type AutoClose struct {
	Enabled   bool
	After     time.Duration // real time since the last interaction
	EnabledAt time.Time     // UTC; what began before it is never touched
}

// Configuration is all that a store configures, as one value: engine.md's
// configuration document. Compile makes it ready for use.
type Configuration struct {
	Timezone          string // IANA name
	Hours             *Week  // nil: always open but on holidays
	Holidays          []Date
	Teams             []Team
	Sellers           []Seller
	Flows             []Flow
	AutoClose         AutoClose
	AutoCloseCustomer AutoClose
}
