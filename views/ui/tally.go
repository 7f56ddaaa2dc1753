package ui

// TallyProps describe how many conversations there are of each state. States with none are left out.
type TallyProps struct {
	OnTime, FirstLate, LastLate, Answered, Postponed int
	// Short leaves the words to screen readers and tooltips: a table's cell.
	Short bool
}

func (p TallyProps) counters() []Counter {
	var all []Counter
	for _, c := range []Counter{{State: LastLate, Count: p.LastLate}, {State: FirstLate, Count: p.FirstLate}, {State: OnTime, Count: p.OnTime},
		{State: Answered, Count: p.Answered}, {State: Postponed, Count: p.Postponed}} {
		if c.Count > 0 {
			all = append(all, c)
		}
	}
	return all
}

// Total is how many there are of all states.
func (p TallyProps) Total() int {
	return p.OnTime + p.FirstLate + p.LastLate + p.Answered + p.Postponed
}
