// Package chat is the store's own web chat as a protocol: who the browser is,
// and what its form may hold.
//
// A customer's browser keeps one random secret per channel in a cookie, and
// nothing else: the contact's external id and the hash stored with it both
// follow from the secret, so nobody can claim another customer's conversation
// without it, and the server's database does not give it away. A message's key
// belongs to its customer: one customer's key never names another's message.
package chat
