package flowview

import "semaforo/flow"

// Entry is a team, a seller or a channel that a flow can name.
type Entry struct {
	ID, Name string
	// Gone marks one that is archived or no longer active: flows may still name it, none may newly.
	Gone bool
}

// Directory holds the store's names. A channel's ID is its name, by which flows know it.
type Directory struct{ Teams, Sellers, Channels []Entry }

// Targets are what a queue's exceptions are chosen from.
func (d Directory) Targets(q flow.Queue) []Entry {
	switch q {
	case flow.TeamQueue:
		return d.Teams
	case flow.SellerQueue:
		return d.Sellers
	}
	return d.Channels
}

// Team is a team's name.
func (d Directory) Team(id string) string { return nameOf(d.Teams, id, "time que não existe mais") }

// Seller is a seller's name.
func (d Directory) Seller(id string) string {
	return nameOf(d.Sellers, id, "vendedor que não existe mais")
}

// Target is the name of a queue's exception.
func (d Directory) Target(q flow.Queue, id string) string {
	if q == flow.WaitingQueue {
		return nameOf(d.Channels, id, id)
	}
	return nameOf(d.Targets(q), id, TargetsOf(q).One+" que não existe mais")
}

// TargetNames are the names of several exceptions.
func (d Directory) TargetNames(q flow.Queue, ids []string) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = d.Target(q, id)
	}
	return names
}

// Live are the entries that are not gone.
func Live(all []Entry) []Entry {
	live := make([]Entry, 0, len(all))
	for _, e := range all {
		if !e.Gone {
			live = append(live, e)
		}
	}
	return live
}

// Find is the entry with this id.
func Find(all []Entry, id string) (Entry, bool) {
	for _, e := range all {
		if e.ID == id {
			return e, true
		}
	}
	return Entry{}, false
}

func nameOf(all []Entry, id, otherwise string) string {
	if e, ok := Find(all, id); ok {
		return e.Name
	}
	return otherwise
}
