package userview

import (
	"strings"

	"semaforo/views/ui"
)

// role is what a person can be in a store.
type role struct {
	value, word, help string
	icon              ui.IconName
}

var roles = []role{
	{"admin", "Administração", "Configura a loja, as pessoas, os fluxos e os canais, e faz tudo o que os outros perfis fazem.", ui.IconShieldCheck},
	{"supervisor", "Supervisão", "Vê e distribui todas as conversas, e consulta as configurações sem mudá-las.", ui.IconEye},
	{"agent", "Atendimento", "Atende as suas conversas, as dos seus times e as que estão aguardando.", ui.IconMessageCircle},
}

func roleWord(value string) string {
	for _, r := range roles {
		if r.value == value {
			return r.word
		}
	}
	return ""
}

func roleOptions(selected string) []ui.Option {
	options := make([]ui.Option, len(roles))
	for i, r := range roles {
		options[i] = ui.Option{Value: r.value, Label: r.word, Selected: r.value == selected}
	}
	return options
}

// roleCards are the roles to choose one of.
func roleCards(field ui.Field, selected string) ui.ChoicesProps {
	p := ui.ChoicesProps{Field: field}
	for _, r := range roles {
		p.Choices = append(p.Choices, ui.Choice{Value: r.value, Label: r.word, Help: r.help, Icon: r.icon, Checked: r.value == selected})
	}
	return p
}

func presenceOptions(selected string) []ui.Option {
	var options []ui.Option
	for _, p := range []ui.Presence{ui.PresenceAvailable, ui.PresenceAway, ui.PresenceOffline} {
		options = append(options, ui.Option{Value: string(p), Label: p.Word(), Selected: string(p) == selected})
	}
	return options
}

// chosen marks one of several options.
func chosen(all []ui.Option, value string) []ui.Option {
	options := make([]ui.Option, len(all))
	for i, o := range all {
		o.Selected = o.Value == value
		options[i] = o
	}
	return options
}

func labelOf(all []ui.Option, value string) string {
	for _, o := range all {
		if o.Value == value {
			return o.Label
		}
	}
	return ""
}

// listed puts names into a cell: the first few of many.
func listed(names []string) string {
	const most = 4
	switch {
	case len(names) == 0:
		return "—"
	case len(names) > most:
		return strings.Join(names[:most], ", ") + " e mais " + ui.Number(len(names)-most)
	}
	return strings.Join(names, ", ")
}

// conversations says how many conversations somebody holds, and how urgent they
// are: "12 conversas abertas (3 vermelhas, 1 amarela, 2 adiadas)".
func conversations(open, red, yellow, postponed int) string {
	var parts []string
	for _, p := range []struct {
		n         int
		one, many string
	}{{red, "vermelha", "vermelhas"}, {yellow, "amarela", "amarelas"}, {postponed, "adiada", "adiadas"}} {
		if p.n > 0 {
			parts = append(parts, ui.Count(p.n, p.one, p.many))
		}
	}
	text := ui.Count(open, "conversa aberta", "conversas abertas")
	if len(parts) > 0 {
		text += " (" + strings.Join(parts, ", ") + ")"
	}
	return text
}
