package noticeview

import (
	"strings"
	"time"

	"semaforo/views/ui"
)

// Alert is one alert to be told.
type Alert struct {
	Kind string    // as it is stored: alert1, alert2, skipped, loop, set_aside
	Name string    // the customer's; empty where it is not told
	Wait time.Time // since when the customer waits
}

// nameless stands for a customer without a name, or one that is not told.
const nameless = "cliente"

// Sentence is one alert in a line: “2º alerta: Maria espera há 15 min”.
func Sentence(a Alert, now time.Time) string {
	name := a.Name
	if name == "" {
		name = nameless
	}
	waits := name + " espera há " + ui.For(now, a.Wait)
	switch a.Kind {
	case "alert1":
		return "1º alerta: " + waits
	case "alert2":
		return "2º alerta: " + waits
	case "skipped":
		return "Ação automática não feita: " + waits + ", e não há para quem transferir"
	case "loop":
		return "Ação automática não feita: " + waits + ", e a transferência voltaria para onde a conversa já esteve"
	}
	return "Conversa parada por um erro: " + name + " pode estar sem atendimento"
}

// Several is more than one alert in a line: “3 conversas em alerta”.
func Several(n int) string { return ui.Number(n) + " conversas em alerta" }

// Names lists the customers of several alerts: “Maria e João”, “Maria, João e mais 3”;
// empty where no name is told.
func Names(all []Alert) string {
	var names []string
	for _, a := range all {
		if a.Name != "" {
			names = append(names, a.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	shown := names[:min(2, len(names))]
	rest := len(all) - len(shown)
	switch {
	case rest > 0:
		return strings.Join(shown, ", ") + " e mais " + ui.Number(rest)
	case len(shown) == 2:
		return shown[0] + " e " + shown[1]
	}
	return shown[0]
}

// MailProps are what an e-mail tells: alerts with their conversations' pages, under
// the address where people reach the program.
type MailProps struct {
	Title, Store, URL string
	Now               time.Time
	Alerts            []Alert
	Paths             []string
}

// Mail is the e-mail's subject and text.
func Mail(p MailProps) (subject, text string) {
	var b strings.Builder
	for i, a := range p.Alerts {
		b.WriteString(Sentence(a, p.Now) + ".\n" + p.URL + p.Paths[i] + "\n\n")
	}
	b.WriteString("Você recebe este e-mail porque pediu avisos do 2º alerta da loja " + p.Store + ".\n" +
		"Para mudar isso: " + p.URL + Path + "\n")
	return p.Title + " · " + p.Store, b.String()
}

// Path is the page of one's notices.
const Path = "/minha-conta/notificacoes"
