package accountview

import (
	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// The tabs of the account, as Tabs takes them.
const (
	TabProfile  = "perfil"
	TabSecurity = "seguranca"
	TabSessions = "sessoes"
	TabNotices  = "notificacoes"
)

const (
	base         = "/minha-conta"
	securityPath = base + "/seguranca"
	twoStepPath  = base + "/duas-etapas"
	sessionsPath = base + "/sessoes"
	noticesPath  = base + "/notificacoes"
)

// allTabs are the tabs in their order.
var allTabs = []struct{ name, label, href string }{
	{TabProfile, "Perfil", base},
	{TabSecurity, "Segurança", securityPath},
	{TabSessions, "Sessões", sessionsPath},
	{TabNotices, "Notificações", noticesPath},
}

func tabs(current string) []ui.Tab {
	all := make([]ui.Tab, len(allTabs))
	for i, t := range allTabs {
		all[i] = ui.Tab{ID: "tab-" + t.name, Label: t.label, Href: t.href, Count: -1, Current: t.name == current}
	}
	return all
}

// ProfileForm is what the profile's form holds.
type ProfileForm struct {
	Name string `form:"name" validate:"required,max=80,plaintext"`
	// Seen is the name the form was opened with.
	Seen string `form:"seen"`
}

// Profile is the page of who one is here.
type Profile struct {
	Form   ProfileForm
	Errors map[string]string
	// Meanwhile is what the name has become since the form was opened.
	Meanwhile          string
	Login, Role, Store string
	Teams              []string
	Themes             templ.Component
}

// Security is the page of password and second step.
type Security struct {
	Login, Store string
	// Errors are of the password's form: present, new, again; Problems of the whole of it.
	Errors   map[string]string
	Problems []string
	// Since is the day the second step was turned on; empty: it is off. Required says that the store asks for it.
	Since     string
	Required  bool
	CodesLeft int
}

// field is one of the password's; the cursor goes to the first bad one.
func (s Security) field(name, label, help string) ui.Field {
	first := ""
	for _, name := range []string{"present", "new", "again"} {
		if first == "" && s.Errors[name] != "" {
			first = name
		}
	}
	return ui.Field{ID: "password-" + name, Name: name, Label: label, Help: help, Error: s.Errors[name], Required: true, Autofocus: name == first}
}

func (s Security) fewCodes() bool { return s.CodesLeft <= 3 }

// Sessions is the page of where one is signed in.
type Sessions struct {
	Rows []SessionRow
	// Full says that there are more than are shown.
	Full bool
}

// SessionRow is one session in words.
type SessionRow struct {
	ID, Device, Address, Store, Begun, Used string
	Current                                 bool
}

// endOthers is the button for all but this one, where there are others.
func (s Sessions) endOthers() templ.Component {
	if len(s.Rows) < 2 {
		return nil
	}
	return endAll()
}

func (r SessionRow) endPath() string { return sessionsPath + "/" + r.ID + "/encerrar" }

func (s Sessions) table() ui.TableProps {
	p := ui.TableProps{ID: "sessions", Caption: "Onde a sua conta está aberta", Columns: []ui.Column{
		{Label: "Dispositivo"}, {Label: "Loja"}, {Label: "Início"}, {Label: "Último uso"}, {Label: "Ações", Bare: true},
	}}
	for _, r := range s.Rows {
		p.Rows = append(p.Rows, ui.TableRow{ID: "session-" + r.ID, Cells: []templ.Component{
			sessionDevice(r), ui.Words(r.Store), ui.Words(r.Begun), ui.Words(r.Used), sessionEnd(r),
		}})
	}
	return p
}
