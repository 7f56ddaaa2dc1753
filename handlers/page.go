package handlers

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/historyview"
	"semaforo/views/layout"
	"semaforo/views/presenceview"
	"semaforo/views/reportview"
	"semaforo/views/ui"
)

// Addresses that several pages name.
const (
	StreamPath     = "/eventos"
	SummaryPath    = "/resumo"
	InactivityPath = "/automacoes/inatividade"
	CustomersPath  = "/clientes"
	TeamsPath      = "/configuracoes/times"
	UsersPath      = "/configuracoes/usuarios"
	HoursPath      = "/configuracoes/horarios"
	ChannelsPath   = "/configuracoes/canais"
	StorePath      = "/configuracoes/loja"
	AuditPath      = "/configuracoes/auditoria"
	HistoryPath    = historyview.Path
	AccountPath    = layout.AccountPath
)

// page is the frame of a signed-in page: what the sidebar shows and what a tab
// tells while nobody looks. One statement.
func (s *Server) page(c echo.Context, title string) (layout.Page, error) {
	v := ViewerOf(c)
	summary, err := summaryOf(c.Request().Context(), s.DB.Queries, v)
	if err != nil {
		return layout.Page{}, err
	}
	return s.frame(c, title, summary), nil
}

// frame is page for who has read the summary already.
func (s *Server) frame(c echo.Context, title string, summary ui.Summary) layout.Page {
	v := ViewerOf(c)
	p := layout.Page{
		Title: title, Summary: summary, Sections: sections(c, v.Role), Store: v.Store.Name,
		User:  &layout.User{Name: v.User.Name, Role: v.Role.Word(), Current: within(c, AccountPath)},
		Theme: v.Theme, Now: v.Now, Speed: s.Clock.Speed,
		Presence:  presenceview.Control(presenceview.Own{Away: v.Away}),
		StreamURL: StreamPath, SummaryURL: SummaryPath, Toasts: s.Sessions.TakeToasts(c),
	}
	p.Demo = s.demo(c.Request().Context(), v)
	p.StoreID, p.Stores = v.Store.ID, s.storesOf(c.Request().Context(), v)
	return p
}

// menu is the sidebar, in its order; who may not open an item does not see it.
var menu = []struct {
	section, label, href string
	icon                 ui.IconName
	permission           Permission
}{
	{"Atendimento", "Conversas", HomePath, ui.IconInbox, SeeConversations},
	{"Atendimento", "Clientes", CustomersPath, ui.IconUser, SeeCustomers},
	{"Atendimento", "Equipe", presenceview.Path, ui.IconUserCheck, SeePeople},
	{"Análise", "Painel", reportview.PanelPath, ui.IconGauge, SeeConversations},
	{"Análise", "Relatórios", reportview.ReportPath, ui.IconChartNoAxesColumn, SeeConversations},
	{"Automações", "Gestão de Inatividade", InactivityPath, ui.IconTimer, SeeConfiguration},
	{"Configurações", "Times", TeamsPath, ui.IconUsers, SeeConfiguration},
	{"Configurações", "Usuários", UsersPath, ui.IconUserPlus, SeePeople},
	{"Configurações", "Horários", HoursPath, ui.IconCalendarClock, SeeConfiguration},
	{"Configurações", "Canais", ChannelsPath, ui.IconRadioTower, SeeConfiguration},
	{"Configurações", "Loja", StorePath, ui.IconStore, ManageStore},
	{"Configurações", "Auditoria", AuditPath, ui.IconClipboardList, SeeAudit},
}

// sections are the sidebar's, with what this role may open.
func sections(c echo.Context, role Role) []layout.Section {
	var all []layout.Section
	for _, m := range menu {
		if !role.Can(m.permission) {
			continue
		}
		if n := len(all); n == 0 || all[n-1].Label != m.section {
			all = append(all, layout.Section{Label: m.section})
		}
		last := &all[len(all)-1]
		last.Items = append(last.Items, layout.Item{Label: m.label, Href: m.href, Icon: m.icon,
			Current: within(c, m.href)})
	}
	return all
}

// within reports whether the page is an address or below it.
func within(c echo.Context, path string) bool {
	at := c.Request().URL.Path
	return at == path || strings.HasPrefix(at, path+"/")
}

// summaryOf is what a tab tells of one's own conversations: how many wait, and
// the worst colour among them.
func summaryOf(ctx context.Context, q db.Queries, v *Viewer) (ui.Summary, error) {
	counts, err := q.CountConversations(ctx, v.Store.ID, db.ListQuery{Tab: db.TabMine, Me: v.Seller})
	if err != nil {
		return ui.Summary{}, err
	}
	return summaryIn(counts.Ranks), nil
}

func summaryIn(mine db.Ranks) ui.Summary {
	sum := ui.Summary{Count: mine[db.RankRed] + mine[db.RankYellow] + mine[db.RankGreen], Colour: ui.Neutral}
	for _, rank := range []struct {
		rank int
		tone ui.Tone
	}{{db.RankGreen, ui.Green}, {db.RankYellow, ui.Yellow}, {db.RankRed, ui.Red}} {
		if mine[rank.rank] > 0 {
			sum.Colour = rank.tone
		}
	}
	return sum
}

// render answers a signed-in page: it is drawn into memory first, so that a page
// is whole or not sent.
func render(c echo.Context, status int, page layout.Page, content templ.Component) error {
	var b bytes.Buffer
	if err := layout.App(page).Render(templ.WithChildren(c.Request().Context(), content), &b); err != nil {
		return err
	}
	vary(c.Response().Header())
	return c.HTMLBlob(status, b.Bytes())
}

// renderPart answers what htmx asked for: a part of a page, with the server's clock.
func renderPart(c echo.Context, status int, part templ.Component) error {
	var b bytes.Buffer
	if err := part.Render(c.Request().Context(), &b); err != nil {
		return err
	}
	h := c.Response().Header()
	vary(h)
	if v := ViewerOf(c); v != nil {
		h.Set(ui.HeaderNow, strconv.FormatInt(v.Now.UnixMilli(), 10))
	}
	return c.HTMLBlob(status, b.Bytes())
}

// wantsPart reports whether htmx asks for a part rather than the whole page.
func wantsPart(c echo.Context) bool {
	h := c.Request().Header
	return h.Get("HX-Request") == "true" && h.Get("HX-Request-Type") != "full"
}

func vary(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "HX-Request, HX-Request-Type")
}
