package flow

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Validate returns everything that is wrong with the configuration, in the
// order of its document.
func (cfg Configuration) Validate() Problems {
	var ps Problems
	if _, err := loadZone(cfg.Timezone); err != nil {
		ps.add("timezone", CodeZone, cfg.Timezone)
	}
	validateWeek(&ps, "hours", cfg.Hours)
	validateDates(&ps, "holidays", cfg.Holidays)
	validateTeams(&ps, cfg.Teams)
	validateSellers(&ps, cfg.Sellers)
	validateFlows(&ps, cfg.Flows)
	validateAutoClose(&ps, "auto_close", cfg.AutoClose)
	validateAutoClose(&ps, "auto_close_customer", cfg.AutoCloseCustomer)
	return ps
}

var errZone = errors.New("not an IANA zone")

// loadZone is time.LoadLocation without the names that mean the machine's zone,
// and without the database's private ones, which only some machines have.
func loadZone(name string) (*time.Location, error) {
	switch {
	case name == "", name == "Local", name == "localtime", name == "posixrules",
		strings.HasPrefix(name, "posix/"), strings.HasPrefix(name, "right/"):
		return nil, errZone
	}
	return time.LoadLocation(name)
}

// days are the keys of hours, by time.Weekday.
var days = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func validateWeek(ps *Problems, path string, week *Week) {
	if week == nil {
		return
	}
	for d, slots := range week {
		sorted := slices.SortedFunc(slices.Values(slots), func(a, b Slot) int { return a.Open - b.Open })
		for i, s := range sorted {
			if s.Open < 0 || s.Close > minutesPerDay {
				ps.add(path+"."+days[d], CodeTime, FormatTimeOfDay(s.Open)+"-"+FormatTimeOfDay(s.Close))
			} else if s.Close <= s.Open {
				ps.add(path+"."+days[d], CodeReversed, "")
			} else if i > 0 && s.Open < sorted[i-1].Close {
				ps.add(path+"."+days[d], CodeOverlap, "")
			}
		}
	}
}

func validateDates(ps *Problems, path string, dates []Date) {
	for i, d := range dates {
		if read, err := ParseDate(d.String()); err != nil || read != d {
			ps.add(fmt.Sprintf("%s[%d]", path, i), CodeDate, fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day))
		}
	}
}

// unique reports ids that are empty or given twice.
func unique(ps *Problems, seen map[string]bool, path, id string) {
	switch {
	case id == "":
		ps.add(path, CodeRequired, "")
	case seen[id]:
		ps.add(path, CodeRepeated, id)
	}
	seen[id] = true
}

func validateTeams(ps *Problems, teams []Team) {
	seen := make(map[string]bool, len(teams))
	for i, t := range teams {
		path := fmt.Sprintf("teams[%d]", i)
		unique(ps, seen, path+".id", t.ID)
		validateWeek(ps, path+".hours", t.Hours)
		validateDates(ps, path+".holidays", t.Holidays)
		if t.Hours == nil && t.Holidays != nil {
			ps.add(path+".holidays", CodeHolidays, "")
		}
	}
}

func validateSellers(ps *Problems, sellers []Seller) {
	seen := make(map[string]bool, len(sellers))
	for i, s := range sellers {
		path := fmt.Sprintf("sellers[%d]", i)
		unique(ps, seen, path+".id", s.ID)
		teams := make(map[string]bool, len(s.Teams))
		for j, t := range s.Teams {
			unique(ps, teams, fmt.Sprintf("%s.teams[%d]", path, j), t)
		}
	}
}

// queueFlows is what §3 counts in each queue.
type queueFlows struct {
	main         bool
	alternatives int
	targets      map[string]string // target → the flow that names it
}

func validateFlows(ps *Problems, flows []Flow) {
	seen := make(map[string]bool, len(flows))
	queues := make(map[Queue]*queueFlows)
	for i, f := range flows {
		path := fmt.Sprintf("flows[%d]", i)
		unique(ps, seen, path+".id", f.ID)
		if f.ID == DefaultFlow {
			ps.add(path+".id", CodeReserved, "")
		}
		validateFlow(ps, path, f)
		q := queues[f.Queue]
		if q == nil {
			q = &queueFlows{targets: make(map[string]string)}
			queues[f.Queue] = q
		}
		q.count(ps, path, f)
	}
}

// count checks a flow against those of its queue before it (§3).
func (q *queueFlows) count(ps *Problems, path string, f Flow) {
	switch f.Kind {
	case Main:
		if q.main {
			ps.add(path+".kind", CodeSecondMain, "")
		}
		q.main = true
		if len(f.Targets) > 0 {
			ps.add(path+".targets", CodeMainTargets, "")
		}
	case Alternative:
		q.alternative(ps, path, f)
	}
}

func (q *queueFlows) alternative(ps *Problems, path string, f Flow) {
	q.alternatives++
	if q.alternatives == MaxAlternatives+1 {
		ps.add(path, CodeTooMany, "")
	}
	if len(f.Targets) == 0 {
		ps.add(path+".targets", CodeNoTargets, "")
	}
	own := make(map[string]bool, len(f.Targets))
	for j, target := range f.Targets {
		at := fmt.Sprintf("%s.targets[%d]", path, j)
		unique(ps, own, at, target)
		if other, taken := q.targets[target]; taken && other != f.ID {
			ps.add(at, CodeTaken, other)
		}
		q.targets[target] = f.ID
	}
}

// validateFlow checks what a flow says of itself (§4, §5).
func validateFlow(ps *Problems, path string, f Flow) {
	oneOf(ps, path+".queue", f.Queue, Queues...)
	oneOf(ps, path+".kind", f.Kind, Main, Alternative)
	oneOf(ps, path+".clock", f.Clock, Always, BusinessHours)
	if f.Alert1 <= 0 {
		ps.add(path+".alert1", CodeNotPositive, "")
	}
	if f.Alert2 <= f.Alert1 {
		ps.add(path+".alert2", CodeOrder, "")
	}
	validateAction(ps, path+".action", f.Action)
}

func validateAction(ps *Problems, path string, a Action) {
	oneOf(ps, path+".type", a.Type, ActionNone, TransferTeam, TransferSeller, Redistribute, ReturnToWaiting, CloseAction)
	if a.Type == TransferTeam && a.Team == "" {
		ps.add(path+".team", CodeRequired, "")
	}
	if a.Type == TransferSeller && a.Seller == "" {
		ps.add(path+".seller", CodeRequired, "")
	}
	if a.Delay < 0 {
		ps.add(path+".delay", CodeNegative, "")
	}
}

func oneOf[T ~string](ps *Problems, path string, value T, values ...T) {
	if value == "" {
		ps.add(path, CodeRequired, "")
	} else if !slices.Contains(values, value) {
		ps.add(path, CodeUnknown, allowed(string(value), values))
	}
}

// allowed names a value that is none of a closed list's, and the list.
func allowed[T ~string](value string, values []T) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	return value + " (allowed: " + strings.Join(names, ", ") + ")"
}

func validateAutoClose(ps *Problems, path string, a AutoClose) {
	if a.Enabled && a.EnabledAt.IsZero() {
		ps.add(path+".enabled_at", CodeRequired, "")
	}
	if a.After < 0 || a.Enabled && a.After == 0 {
		ps.add(path+".after", CodeNotPositive, "")
	}
}
