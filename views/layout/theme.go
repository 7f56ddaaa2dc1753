package layout

import "semaforo/views/ui"

// themeChoices are the three looks; an empty value follows the system.
var themeChoices = []struct {
	value, label, word string
	icon               ui.IconName
}{
	{"light", "Tema claro", "Claro", ui.IconSun},
	{"dark", "Tema escuro", "Escuro", ui.IconMoon},
	{"", "Tema do sistema", "Sistema", ui.IconMonitor},
}
