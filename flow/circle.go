package flow

import "slices"

// The holders of a circle, as Conversation.Holder writes them.
const (
	holderWaiting = "waiting"
	holderTeam    = "team:"
	holderSeller  = "seller:"
)

// Circle follows the transfers that the flow with this id begins and returns
// the first way back to where it began: holders in their order, the first one
// again at the end; nil where there is none. The engine skips the step that
// closes a circle (§5), so it is worth a warning and no error. A holder that a
// flow would transfer to itself is no circle.
func (r *Rules) Circle(id string) []string {
	for _, holder := range r.holders() {
		for _, f := range r.flowsAt(holder) {
			if f.ID != id {
				continue
			}
			for _, next := range r.targetsAt(holder, f) {
				if way := r.wayBack(next, holder, map[string]bool{}); next != holder && way != nil {
					return append([]string{holder}, way...)
				}
			}
		}
	}
	return nil
}

// holders are all of the store's, in a fixed order.
func (r *Rules) holders() []string {
	all := []string{holderWaiting}
	for _, t := range r.configuration.Teams {
		all = append(all, holderTeam+t.ID)
	}
	for _, s := range r.configuration.Sellers {
		all = append(all, holderSeller+s.ID)
	}
	slices.Sort(all[1:])
	return all
}

// flowsAt are the flows that can apply where a holder is: one, but in Aguardando
// one for every channel that has its own.
func (r *Rules) flowsAt(holder string) []Flow {
	queue, target := holderParts(holder)
	var flows []Flow
	if queue == WaitingQueue {
		for _, f := range r.configuration.Flows {
			if f.Active && f.Queue == WaitingQueue {
				flows = append(flows, f)
			}
		}
		return flows
	}
	return []Flow{*r.flowOf(queue, target)}
}

// targetsAt are the holders that a flow's action can lead to from a holder. A
// seller's redistribution goes by the conversation's team, which no flow knows.
func (r *Rules) targetsAt(holder string, f Flow) []string {
	queue, target := holderParts(holder)
	switch f.Action.Type {
	case TransferTeam:
		return []string{holderTeam + f.Action.Team}
	case TransferSeller:
		return []string{holderSeller + f.Action.Seller}
	case ReturnToWaiting:
		return []string{holderWaiting}
	case Redistribute:
		if queue != TeamQueue {
			return nil
		}
		members := make([]string, len(r.members[target]))
		for i, seller := range r.members[target] {
			members[i] = holderSeller + seller
		}
		return members
	}
	return nil
}

// wayBack is the way from a holder to home, both included.
func (r *Rules) wayBack(from, home string, seen map[string]bool) []string {
	if from == home {
		return []string{home}
	}
	if seen[from] {
		return nil
	}
	seen[from] = true
	for _, f := range r.flowsAt(from) {
		for _, next := range r.targetsAt(from, f) {
			if way := r.wayBack(next, home, seen); way != nil {
				return append([]string{from}, way...)
			}
		}
	}
	return nil
}

func holderParts(holder string) (Queue, string) {
	switch {
	case len(holder) > len(holderTeam) && holder[:len(holderTeam)] == holderTeam:
		return TeamQueue, holder[len(holderTeam):]
	case len(holder) > len(holderSeller) && holder[:len(holderSeller)] == holderSeller:
		return SellerQueue, holder[len(holderSeller):]
	}
	return WaitingQueue, ""
}
