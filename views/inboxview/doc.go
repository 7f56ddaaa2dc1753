// Package inboxview draws Conversas, a conversation, and the questions its
// buttons ask. It puts states, records and coming steps into words; what they are
// comes from package flow, and who may see them from the caller.
//
// Live parts have fixed ids and are fetched anew by the page itself: ListID with
// the list's own address, HeadID with the conversation's, whose answer carries the
// other parts along (Parts). The composer is never replaced while it is open, so
// that what somebody types is theirs.
package inboxview
