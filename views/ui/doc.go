// Package ui is the kit every page is built from: buttons, fields, badges, rows, dialogs and the words
// for times and durations.
//
// Class names live here and in static/src/css alone; a page composes components and passes ids, names
// and htmx attributes (HX). Components are pure functions of their props and the context; the context
// carries the page's nonce (templ.WithNonce) and its clock (WithClock). Every visible word is Brazilian
// Portuguese; instants are UTC until a helper is told the store's location.
package ui
