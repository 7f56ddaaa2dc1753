package handlers

import (
	"slices"

	"semaforo/db"
)

// Role is what a person is in a store.
type Role db.Role

// The roles, from the one that may do everything downwards.
const (
	Admin      Role = Role(db.Admin)      // Administração
	Supervisor Role = Role(db.Supervisor) // Supervisão
	Agent      Role = Role(db.Agent)      // Atendimento
)

// Roles lists every role, the most powerful first.
var Roles = []Role{Admin, Supervisor, Agent}

// Word is the role in the reader's words.
func (r Role) Word() string {
	switch r {
	case Admin:
		return "Administração"
	case Supervisor:
		return "Supervisão"
	case Agent:
		return "Atendimento"
	}
	return ""
}

// Permission is what a row of the route table asks for, and what a view asks
// before it shows a control.
type Permission string

// What a page can ask for.
const (
	// Public needs nobody: sign-in, the customer's chat, assets, health.
	Public Permission = "public"
	// SignedIn is anybody of the store.
	SignedIn Permission = "signed_in"
	// SeeConversations opens the inbox; CanSee says which conversations are in it.
	SeeConversations Permission = "see_conversations"
	// ActOnConversations answers, assumes, transfers, postpones and closes what CanSee shows.
	ActOnConversations Permission = "act_conversations"
	// SeeAllConversations is the tab Todas: every holder's.
	SeeAllConversations Permission = "see_all_conversations"
	// SeeConfiguration opens Gestão de Inatividade, Times, Horários and Canais.
	SeeConfiguration Permission = "see_configuration"
	// EditConfiguration changes flows, automatic closing, teams, hours and channels.
	EditConfiguration Permission = "edit_configuration"
	// SeeCustomers opens Clientes: all of them for managers, Atendimento its portfolio.
	SeeCustomers Permission = "see_customers"
	// AssignCustomers sets anybody's portfolio, many customers at once, and by CSV.
	AssignCustomers Permission = "assign_customers"
	// SeePeople opens Usuários, and says who is on.
	SeePeople Permission = "see_people"
	// ManagePeople invites, changes and deactivates people.
	ManagePeople Permission = "manage_people"
	// ManageKeys makes and revokes API tokens and webhooks.
	ManageKeys Permission = "manage_keys"
	// ManageStore changes the store's name, zone and rules for its people.
	ManageStore Permission = "manage_store"
	// SeeAudit opens Auditoria.
	SeeAudit Permission = "see_audit"
	// SeeReports is the whole store's Painel and Relatórios; who lacks it sees their own figures there.
	SeeReports Permission = "see_reports"
	// SeeTrouble shows conversations that could not be processed.
	SeeTrouble Permission = "see_trouble"
)

// What an API token's scope can be asked for; each scope includes the one before.
const (
	APIRead          Permission = "api:read"
	APIConversations Permission = "api:conversations"
	APIConfiguration Permission = "api:configuration"
)

var allowed = map[Permission][]Role{
	Public:              Roles,
	SignedIn:            Roles,
	SeeConversations:    Roles,
	ActOnConversations:  Roles,
	SeeAllConversations: {Admin, Supervisor},
	SeeConfiguration:    {Admin, Supervisor},
	EditConfiguration:   {Admin},
	SeeCustomers:        Roles,
	AssignCustomers:     {Admin, Supervisor},
	SeePeople:           {Admin, Supervisor},
	ManagePeople:        {Admin},
	ManageKeys:          {Admin},
	ManageStore:         {Admin},
	SeeAudit:            {Admin},
	SeeReports:          {Admin, Supervisor},
	SeeTrouble:          {Admin},
}

// Can reports whether people of this role have the permission. A role nobody
// knows has none.
func (r Role) Can(p Permission) bool { return slices.Contains(allowed[p], r) }

// Scope is how much an API token may do.
type Scope db.Scope

// The scopes, each with all of the one before.
const (
	ScopeRead          Scope = Scope(db.ScopeRead)
	ScopeConversations Scope = Scope(db.ScopeConversations)
	ScopeConfiguration Scope = Scope(db.ScopeConfiguration)
)

// Scopes lists every scope, the narrowest first.
var Scopes = []Scope{ScopeRead, ScopeConversations, ScopeConfiguration}

var scopes = map[Permission][]Scope{
	APIRead:          Scopes,
	APIConversations: {ScopeConversations, ScopeConfiguration},
	APIConfiguration: {ScopeConfiguration},
}

// Can reports whether a token of this scope has the permission.
func (s Scope) Can(p Permission) bool { return slices.Contains(scopes[p], s) }

// OfAPI reports whether the permission is asked of tokens, not of people.
func (p Permission) OfAPI() bool { return scopes[p] != nil }

// CanSee reports whether a person may open a conversation: managers every one
// of their store, Atendimento what they hold, what waits in their teams, and
// Aguardando.
func CanSee(v *Viewer, c db.Conversation) bool {
	switch {
	case v == nil || c.Store != v.Store.ID || !v.Role.Can(SeeConversations):
		return false
	case v.Role.Can(SeeAllConversations):
		return true
	case c.Seller != "":
		return c.Seller == v.Seller
	case c.Team != "":
		return slices.Contains(v.Teams, c.Team)
	}
	return true
}

// CanAct reports whether a person may do something to a conversation.
func CanAct(v *Viewer, c db.Conversation) bool {
	return CanSee(v, c) && v.Role.Can(ActOnConversations)
}

// SeesAllCustomers reports whether a person's list has every customer of the store:
// managers', and everybody's where the store has opened its portfolios. Otherwise it
// is their own portfolio.
func SeesAllCustomers(v *Viewer) bool {
	return v != nil && v.Role.Can(SeeCustomers) && (v.Role.Can(AssignCustomers) || v.Store.OpenPortfolio)
}

// Insight is how much of a customer a person may see.
type Insight int

// The insights, from none upwards.
const (
	// NoInsight: the customer might as well not exist.
	NoInsight Insight = iota
	// TalkInsight: the name, and what the conversations show that the person may see.
	TalkInsight
	// FullInsight: everything but conversations that CanSee hides.
	FullInsight
)

// InsightInto says how much of a customer a person may see; talks, whether they may
// see one of the customer's conversations.
func InsightInto(v *Viewer, k db.Customer, talks bool) Insight {
	switch {
	case v == nil || k.Store != v.Store.ID || !v.Role.Can(SeeCustomers):
		return NoInsight
	case SeesAllCustomers(v) || k.Seller != "" && k.Seller == v.Seller:
		return FullInsight
	case talks:
		return TalkInsight
	}
	return NoInsight
}

// CanEditCustomer reports whether a person may change a customer's name and number:
// managers every one's, a seller those of their portfolio.
func CanEditCustomer(v *Viewer, k db.Customer) bool {
	if v == nil || k.Store != v.Store.ID || !v.Role.Can(SeeCustomers) {
		return false
	}
	return v.Role.Can(AssignCustomers) || k.Seller != "" && k.Seller == v.Seller
}

// CanAssign reports whether a person who may see a customer may put them into a
// seller's portfolio, or with no seller into nobody's: managers whichever, a seller may
// take whom nobody has, and give up their own.
func CanAssign(v *Viewer, k db.Customer, to string) bool {
	switch {
	case v == nil || k.Store != v.Store.ID || !v.Role.Can(SeeCustomers):
		return false
	case v.Role.Can(AssignCustomers):
		return true
	case v.Seller == "":
		return false
	}
	return k.Seller == "" && to == v.Seller || k.Seller == v.Seller && to == ""
}

// sightOf is CanSee as the database asks it.
func sightOf(v *Viewer) db.Sight {
	return db.Sight{All: v.Role.Can(SeeAllConversations), Seller: v.Seller, Teams: v.Teams}
}
