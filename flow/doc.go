// Package flow is the inactivity engine: the pure core that decides colours,
// alerts, transfers and closings. It does no I/O, never reads the clock and
// uses no chance: the present instant is always an argument, and the same
// arguments always give the same answer.
//
// The shape is a decider. [Decide] turns an event and [Tick] the passing of
// time into [Record]s, the facts that an event log keeps; [Evolve] folds one
// record into a [Conversation]. State therefore is nothing but the fold of its
// log, which [Replay] shows, and everything that looks ahead (what happens
// next, what a flow would have done) runs the very same code.
//
// The rules are those of the specification of the engine, whose section
// numbers (§1 to §7) the comments cite.
package flow
