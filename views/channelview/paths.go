package channelview

import (
	"net/url"

	"semaforo/views/ui"
)

// The section's three pages.
const (
	Path         = "/configuracoes/canais"
	KeysPath     = Path + "/chaves"
	WebhooksPath = Path + "/webhooks"

	NewPath        = Path + "/novo"
	NewKeyPath     = KeysPath + "/nova"
	NewWebhookPath = WebhooksPath + "/novo"
)

// Reserved are the words that stand where a channel's id does in an address.
var Reserved = []string{"novo", "chaves", "webhooks"}

// The ids of the parts that follow what others save.
const (
	ListID    = "channels"
	ChannelID = "channel"
	KeysID    = "keys"
	HooksID   = "webhooks"
)

// eventStore is the stream's: the store's configuration has changed.
const eventStore = "store"

// ChannelPath is a channel's page.
func ChannelPath(id string) string { return Path + "/" + url.PathEscape(id) }

// EditPath is where a channel's name and team are changed.
func EditPath(id string) string { return ChannelPath(id) + "/editar" }

// SwitchPath is where a channel is switched on and off.
func SwitchPath(id string) string { return ChannelPath(id) + "/ativo" }

// RevokePath is where a key is revoked.
func RevokePath(id string) string { return KeysPath + "/" + url.PathEscape(id) + "/revogar" }

// SwitchHookPath is where a webhook is switched on and off.
func SwitchHookPath(id string) string { return WebhooksPath + "/" + url.PathEscape(id) + "/ativo" }

// DeleteHookPath is where a webhook is deleted.
func DeleteHookPath(id string) string { return WebhooksPath + "/" + url.PathEscape(id) + "/excluir" }

// tabs are the section's pages; keys and webhooks show to who may manage them.
func tabs(current string, keys bool) []ui.Tab {
	all := []ui.Tab{{ID: "tab-channels", Label: "Canais", Icon: ui.IconRadioTower, Href: Path, Count: -1, Current: current == Path}}
	if !keys {
		return all
	}
	return append(all,
		ui.Tab{ID: "tab-keys", Label: "Chaves da API", Icon: ui.IconLock, Href: KeysPath, Count: -1, Current: current == KeysPath},
		ui.Tab{ID: "tab-webhooks", Label: "Webhooks", Icon: ui.IconZap, Href: WebhooksPath, Count: -1, Current: current == WebhooksPath})
}
