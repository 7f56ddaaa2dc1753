package userview

import "net/url"

// Base is the list's address; a person's is below it.
const Base = "/configuracoes/usuarios"

// NewInvitePath is where somebody is invited.
const NewInvitePath = Base + "/convites/novo"

// ForgotPath is where one asks for a new password.
const ForgotPath = "/esqueci-minha-senha"

// Path is a person's panel.
func Path(user string) string { return Base + "/" + url.PathEscape(user) }

// DeactivatePath is the question before a person is deactivated.
func DeactivatePath(user string) string { return Path(user) + "/desativar" }

// ReactivatePath brings a person back.
func ReactivatePath(user string) string { return Path(user) + "/reativar" }

// PasswordPath is what can be done about a person's password.
func PasswordPath(user string) string { return Path(user) + "/senha" }

func invitePath(invite string) string { return Base + "/convites/" + url.PathEscape(invite) }

// RenewPath gives an invitation another link.
func RenewPath(invite string) string { return invitePath(invite) + "/reenviar" }

// RevokePath takes an invitation back.
func RevokePath(invite string) string { return invitePath(invite) + "/revogar" }

// AcceptPath is the page an invitation's link leads to.
func AcceptPath(secret string) string { return "/convite/" + url.PathEscape(secret) }

// ResetPath is the page that a link for a new password leads to.
func ResetPath(secret string) string { return "/senha/" + url.PathEscape(secret) }
