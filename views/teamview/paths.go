package teamview

import "net/url"

// Base is the address of the list of teams.
const Base = "/configuracoes/times"

// hours is the address of the editor of hours; a team's own are below it.
const hours = "/configuracoes/horarios"

// NewPath is the panel of a team that does not exist yet.
const NewPath = Base + "/novo"

// TeamPath is the address of a team's page.
func TeamPath(id string) string { return Base + "/" + url.PathEscape(id) }

// EditPath is the panel that edits a team.
func EditPath(id string) string { return TeamPath(id) + "/editar" }

// ArchivePath asks about archiving a team, and archives it.
func ArchivePath(id string) string { return TeamPath(id) + "/arquivar" }

// RestorePath brings an archived team back.
func RestorePath(id string) string { return TeamPath(id) + "/restaurar" }

// HoursPath is the editor of a team's hours.
func HoursPath(id string) string { return hours + "/times/" + url.PathEscape(id) }

// Live stream events at which the pages fetch their parts: a change of the store's configuration, and
// of any conversation.
const (
	eventStore         = "store"
	eventConversations = "list"
)
