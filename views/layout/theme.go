package layout

import "semaforo/views/ui"

// themeChoices are the three looks; an empty value follows the system.
var themeChoices = []struct {
	value, label string
	icon         ui.IconName
}{
	{"light", "Tema claro", ui.IconSun},
	{"dark", "Tema escuro", ui.IconMoon},
	{"", "Tema do sistema", ui.IconMonitor},
}
