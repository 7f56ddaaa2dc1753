package gallery

import (
	"time"

	"semaforo/views/layout"
	"semaforo/views/ui"
)

// Now is the gallery's instant: 14:30 of a Monday in São Paulo.
var Now = time.Date(2026, 11, 23, 17, 30, 0, 0, time.UTC)

// Location is the gallery's store's.
var Location = time.FixedZone("-03", -3*60*60)

func ago(d time.Duration) time.Time { return Now.Add(-d) }
func in(d time.Duration) time.Time  { return Now.Add(d) }

// Frame is the frame of a gallery page.
func Frame(title, current string) layout.Page {
	return layout.Page{
		Title: title, Summary: ui.Summary{Count: 3, Colour: ui.Red}, Store: "Casa Aurora Móveis",
		User: &layout.User{Name: "Beatriz Nogueira", Role: "Supervisão"}, Now: Now, Speed: 1,
		Sections: []layout.Section{
			{Label: "Atendimento", Items: []layout.Item{{Label: "Conversas", Href: "/inbox", Icon: ui.IconInbox, Current: current == "inbox", Count: 3}}},
			{Label: "Automações", Items: []layout.Item{{Label: "Gestão de Inatividade", Href: "/flows", Icon: ui.IconTimer, Current: current == "flows"}}},
			{Label: "Análise", Items: []layout.Item{{Label: "Painel", Href: "/kit", Icon: ui.IconGauge, Current: current == "kit"}, {Label: "Relatórios", Href: "/kit", Icon: ui.IconChartNoAxesColumn}}},
			{Label: "Configurações", Items: []layout.Item{
				{Label: "Times", Href: "/kit", Icon: ui.IconUsers}, {Label: "Usuários", Href: "/kit", Icon: ui.IconUser},
				{Label: "Horários", Href: "/kit", Icon: ui.IconClock}, {Label: "Canais", Href: "/kit", Icon: ui.IconRadioTower},
				{Label: "Loja", Href: "/kit", Icon: ui.IconStore}, {Label: "Auditoria", Href: "/kit", Icon: ui.IconShieldCheck},
			}},
		},
		Demo: &layout.Demo{Action: "/kit"},
	}
}

type conversation struct {
	id, name, from, preview, channel, holder string
	team                                     bool
	state                                    ui.State
	wait, next                               time.Duration
}

var conversations = []conversation{
	{"c1", "Mariana Alves", "", "Oi, meu sofá chegou com o pé quebrado, como faço para trocar?", "WhatsApp da loja", "Vendas", true, ui.LastLate, 42 * time.Minute, 8 * time.Minute},
	{"c2", "João Pedro Siqueira", "", "E o frete para Santos?", "Chat do site", "Beatriz Nogueira", false, ui.LastLate, 21 * time.Minute, 0},
	{"c3", "Construtora Vale do Sol Empreendimentos Imobiliários Ltda.", "", "Precisamos de orçamento para 40 mesas e 160 cadeiras, com entrega em três endereços diferentes até o fim do mês.", "WhatsApp da loja", "Aguardando", true, ui.FirstLate, 12 * time.Minute, 3 * time.Minute},
	{"c4", "Renata Campos", "", "Obrigada! Vocês aceitam Pix?", "Chat do site", "Carlos Lima", false, ui.FirstLate, 7 * time.Minute, 8 * time.Minute},
	{"c5", "+55 11 98888-1234", "", "Bom dia", "WhatsApp da loja", "Plantão", true, ui.OnTime, 4 * time.Minute, 1 * time.Minute},
	{"c6", "Luiza Prado", "", "Vou ver com meu marido e já volto", "Chat do site", "Beatriz Nogueira", false, ui.OnTime, 30 * time.Second, 5 * time.Minute},
	{"c7", "Otávio Ramos", "Você", "Claro, a entrega é na quinta-feira.", "WhatsApp da loja", "Beatriz Nogueira", false, ui.Answered, 0, 0},
	{"c8", "Sílvia Teles", "Carlos", "Retorno assim que o fornecedor responder.", "Chat do site", "Carlos Lima", false, ui.Postponed, 0, 0},
	{"c9", "Ana Beatriz", "Bot", "Posso ajudar em algo mais?", "Chat do site", "Vendas", true, ui.Closed, 0, 0},
}

func row(c conversation) ui.RowProps {
	p := ui.RowProps{
		ID: c.id, Href: "/conversation", Name: c.name, From: c.from, Preview: c.preview, Channel: c.channel, Holder: c.holder,
		HolderIcon: ui.IconUser, ChannelIcon: ui.IconMessageCircle, Status: ui.StatusProps{State: c.state},
		Menu: ui.SharedMenuButton("row-"+c.id+"-menu", "row-menu", "Ações de "+c.name, nil),
	}
	if c.team {
		p.HolderIcon = ui.IconUsers
	}
	switch c.state {
	case ui.Postponed:
		p.Status.Until = "16:00"
		p.WaitText, p.NextText = "ninguém espera", "volta às 16:00"
	case ui.Answered, ui.Closed:
		p.WaitText = "ninguém espera"
	default:
		p.Wait = ui.TimeProps{At: ago(c.wait), Prefix: "espera "}
		p.Next = ui.TimeProps{At: in(c.next), Mode: ui.TimeIn, Prefix: map[ui.State]string{ui.OnTime: "muda para amarelo ", ui.FirstLate: "muda para vermelho ", ui.LastLate: "vai para Plantão "}[c.state]}
		p.Wait.Prefix, p.Wait.Mode = "espera há ", ui.TimeFor
		if c.next == 0 {
			p.Next = ui.TimeProps{}
			p.NextText = "sem ação"
		}
	}
	return p
}

// Rows are the conversations of the inbox in their order.
func Rows() []ui.RowProps {
	var all []ui.RowProps
	for _, c := range conversations {
		all = append(all, row(c))
	}
	return all
}

func steps(prefix string) []ui.StepProps {
	return []ui.StepProps{
		{ID: prefix + "-1", State: ui.FirstLate, Label: "1º alerta", Value: "5 min", Note: "até lá, verde", Href: "/panel"},
		{ID: prefix + "-2", State: ui.LastLate, Label: "2º alerta", Value: "15 min", Note: "até lá, amarelo", Href: "/panel"},
		{ID: prefix + "-3", Icon: ui.IconArrowRight, Label: "Ação", Value: "Transferir para Plantão", Note: "no 2º alerta", Href: "/panel"},
	}
}

// Waits is a picture of how long customers wait, with lines at some times.
func Waits(marks ...time.Duration) ui.HistogramProps {
	p := ui.HistogramProps{Tone: ui.Green}
	edges := []time.Duration{0, 30 * time.Second, time.Minute, 2 * time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute,
		20 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 0}
	for i, n := range []int{120, 210, 380, 290, 140, 60, 22, 9, 4, 0, 3, 1, 1} {
		p.Bars = append(p.Bars, ui.HistogramBar{From: edges[i], To: edges[i+1], N: n})
	}
	words, tones := []string{"1º alerta ", "2º alerta ", "ação "}, []ui.Tone{ui.Yellow, ui.Red, ui.Accent}
	for i, at := range marks {
		p.Marks = append(p.Marks, ui.HistogramMark{At: at, Label: words[i] + ui.Duration(at), Tone: tones[i]})
	}
	return p
}
