// Package userview draws Usuários: a store's people, their invitations and what is
// done to them, and the public pages that links of one use lead to.
package userview
