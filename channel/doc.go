// Package channel is what every way into and out of a store has in common: what
// a customer's message may hold, how names and phone numbers are written down,
// and how a sender says that trying again is of no use.
//
// What it guarantees: what [Text], [Name], [Phone] and [ExternalID] return is
// valid UTF-8 without control characters, within the limits, and returned
// unchanged when given again. The packages below it speak one protocol each:
// chat is the store's own web chat, api the HTTP API's documents, webhook the
// delivery of events to a store's own systems.
package channel
