package demo

import (
	"time"

	"semaforo/flow"
)

// What happens in a story. says and answers speak the next line of the story's
// dialogue.
const (
	says      = flow.CustomerMessage
	answers   = flow.SellerMessage
	assumes   = flow.Assume
	transfers = flow.Transfer
	postpones = flow.Postpone
	finishes  = flow.Close
	settles   = flow.NoReplyNeeded
	noted     = flow.Note
)

// step is one thing that happens in a story, so long before the present.
type step struct {
	ago   time.Duration
	what  flow.EventType
	who   string        // the seller
	team  string        // transfers: to which
	lasts time.Duration // postpones
}

// story is one conversation's past. What the flows did in it is not told: they
// do it again.
type story struct {
	about int    // the dialogue
	team  string // where it is routed; empty: Aguardando
	chats bool   // in the chat, else through the API
	steps []step
}

// before is minutes and seconds before the present.
func before(minutes, seconds int) time.Duration {
	return time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second
}

func customerAt(minutes, seconds int) step { return step{ago: before(minutes, seconds), what: says} }

func sellerAt(minutes, seconds int, what flow.EventType, who string) step {
	return step{ago: before(minutes, seconds), what: what, who: who}
}

func postponedAt(minutes, seconds int, who string, d time.Duration) step {
	return step{ago: before(minutes, seconds), what: postpones, who: who, lasts: d}
}

// stories are the conversations a newcomer finds: every colour in every queue,
// and the next changes a few seconds apart. Those whose team is told waited
// there; what came of it (an alert, a transfer) is the flows' doing.
func stories() []story {
	var all []story
	all = append(all, waitingStories()...)
	all = append(all, teamStories()...)
	all = append(all, sellerStories()...)
	all = append(all, answeredStories()...)
	return append(all, closedStories()...)
}

// waitingStories stand in Aguardando: 1 minute, 2 minutes, to Vendas a minute later.
func waitingStories() []story {
	at := func(about int, chats bool, minutes, seconds int) story {
		return story{about: about, chats: chats, steps: []step{customerAt(minutes, seconds)}}
	}
	return []story{
		at(0, true, 0, 14),  // green
		at(4, true, 0, 48),  // yellow soon
		at(6, true, 1, 32),  // yellow
		at(2, true, 2, 12),  // red
		at(5, false, 3, 20), // yellow: the API's own flow
	}
}

// teamStories stand in a team's queue, or stood there too long.
func teamStories() []story {
	at := func(team string, about int, chats bool, minutes, seconds int) story {
		return story{team: team, about: about, chats: chats, steps: []step{customerAt(minutes, seconds)}}
	}
	return []story{
		at(vendas, 1, true, 0, 40),     // green
		at(vendas, 3, false, 4, 38),    // yellow soon
		at(vendas, 2, true, 7, 30),     // yellow
		at(vendas, 0, false, 14, 24),   // yellow, and off to Plantão soon
		at(vendas, 5, true, 16, 5),     // at Plantão for a minute: green
		at(vendas, 6, false, 17, 40),   // at Plantão: yellow
		at(vendas, 4, true, 19, 8),     // at Plantão: red
		at(vendas, 1, false, 22, 0),    // redistributed by Plantão
		at(trocas, 12, true, 2, 55),    // yellow in a moment
		at(trocas, 13, false, 8, 0),    // red
		at(posVenda, 10, true, 6, 20),  // counts in business hours
		at(posVenda, 11, false, 41, 0), // closed automatically, nobody came
	}
}

// sellerStories are held by a seller while the customer waits: 3 minutes, 8
// minutes, to a colleague 4 minutes later.
func sellerStories() []story {
	held := func(who, team string, about int, chats bool, minutes, seconds int) story {
		return story{team: team, about: about, chats: chats, steps: []step{
			customerAt(minutes+6, 0), sellerAt(minutes+2, 10, answers, who), customerAt(minutes, seconds)}}
	}
	postponed := func(who, team string, about int, minutes int, d time.Duration) story {
		return story{team: team, about: about, chats: true, steps: []step{
			customerAt(minutes+3, 0), sellerAt(minutes+2, 20, answers, who), customerAt(minutes+1, 5),
			postponedAt(minutes, 0, who, d)}}
	}
	assumed := story{team: trocas, about: 15, chats: true, steps: []step{
		customerAt(7, 20), sellerAt(5, 10, assumes, "eduarda"), sellerAt(5, 0, noted, "eduarda")}}
	return []story{
		held("ana", vendas, 2, true, 1, 0),      // green
		held("ana", vendas, 6, false, 2, 50),    // yellow soon
		held("ana", vendas, 4, true, 4, 20),     // yellow
		held("ana", vendas, 0, true, 9, 10),     // red
		held("bruno", vendas, 1, true, 7, 40),   // yellow, red soon
		held("camila", vendas, 3, false, 11, 6), // red, and off to a colleague soon
		held("diego", posVenda, 7, true, 2, 0),  // green
		held("felipe", trocas, 14, false, 8, 40),
		assumed, // yellow
		postponed("ana", vendas, 5, 12, before(40, 0)),
		postponed("bruno", vendas, 3, 9, before(10, 30)),
		postponed("diego", posVenda, 9, 6, before(6, 50)), // back in a moment
	}
}

// answeredStories wait for the customer.
func answeredStories() []story {
	at := func(who, team string, about int, chats bool, minutes int) story {
		return story{team: team, about: about, chats: chats, steps: []step{customerAt(minutes+3, 20), sellerAt(minutes, 40, answers, who)}}
	}
	satisfied := story{team: vendas, about: 5, chats: true, steps: []step{
		customerAt(13, 0), sellerAt(11, 30, answers, "camila"), customerAt(9, 20), sellerAt(7, 0, answers, "camila"),
		customerAt(5, 45), sellerAt(5, 0, settles, "camila")}}
	passedOn := story{team: vendas, about: 8, chats: false, steps: []step{
		customerAt(18, 0), sellerAt(16, 0, assumes, "bruno"), {ago: before(15, 30), what: transfers, team: posVenda},
		sellerAt(13, 0, answers, "diego")}}
	return []story{
		at("ana", vendas, 1, true, 3),
		at("bruno", vendas, 0, false, 8),
		at("camila", plantao, 4, true, 1),
		at("eduarda", trocas, 12, false, 5),
		satisfied, passedOn,
	}
}

// closedStories have ended: most with a thank-you, one because nobody answered,
// one because the customer did not.
func closedStories() []story {
	done := func(who, team string, about int, chats bool, minutes int) story {
		return story{team: team, about: about, chats: chats, steps: []step{
			customerAt(minutes+12, 0), sellerAt(minutes+10, 30, answers, who), customerAt(minutes+8, 0),
			sellerAt(minutes+6, 10, answers, who), customerAt(minutes+2, 0), sellerAt(minutes, 0, finishes, who)}}
	}
	return []story{
		done("ana", vendas, 6, true, 22), done("ana", vendas, 3, false, 51), done("bruno", vendas, 2, true, 34),
		done("camila", vendas, 5, false, 12), done("diego", posVenda, 8, true, 44), done("eduarda", trocas, 13, true, 27),
		done("felipe", trocas, 15, false, 63),
		{about: 0, chats: true, steps: []step{customerAt(66, 0)}}, // moved three times, then closed automatically
		{team: posVenda, about: 7, steps: []step{customerAt(58, 0), sellerAt(54, 0, answers, "diego")}},
	}
}
