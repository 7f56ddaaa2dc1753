// Package demo is the demonstration: a store that fills an empty database, and a
// movement of customers and sellers that keeps it alive.
//
// Nothing in it is painted. [Open] tells the store's past to the one door under a
// clock that it steps through the last hour and a half, so that every colour,
// transfer and closing on the screens is a timer that fired or a thing somebody
// did, with its line in the log. [Movement] then writes as customers and sellers
// do, over HTTP: through the customer's chat and the API.
package demo
