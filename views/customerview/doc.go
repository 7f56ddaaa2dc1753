// Package customerview draws Clientes: the list, a customer's page, the dialogs about
// portfolios, and the imports. It never fetches.
package customerview
