// Package scheduler is the only writer of conversation state.
//
// Everything that happens to a conversation goes through one door: a customer's
// message, a seller's reply, a transfer, a postponement, a new configuration
// and the passing of time. A passage loads the conversation, lets what is due
// fire, asks package flow, and writes the log, the row, the counts and whatever
// must leave the building in one transaction. What it guarantees:
//
//   - Exactly once. A record is appended under (conversation, seq); whoever loses
//     a race has written nothing.
//   - In order. Whatever was due before an event has fired before it.
//   - Nothing is announced before commit: live screens, the loop and the outbox
//     are woken from the transaction's after-commit list.
//   - Nothing is forgotten: the loop keeps only a timer in memory. What is due is
//     in the database, and a start begins with what fell due meanwhile (§7).
//   - One bad conversation stops nobody else's: it is set aside with its error
//     and tried again, with growing patience.
//   - Whoever is put away leaves nothing behind: a relocation hands each of their
//     conversations over once, whatever is killed meanwhile, and ends when none is
//     left.
//   - Whoever an alert concerns is told once by each way they want: a notice is put
//     with the alert, becomes a row for each person and way in one transaction, and
//     what it tells is looked at again right before it is sent.
//   - A receiver that is slow or dead holds up no other: the outbox has lanes.
package scheduler
