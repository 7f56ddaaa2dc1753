package handlers

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
)

// MapPage is GET /automacoes/inatividade/mapa.
func (s *Server) MapPage(c echo.Context) error {
	return s.show(c, http.StatusOK, screen{title: "Mapa dos fluxos", path: flowview.MapPath, content: func() (templ.Component, error) {
		m, err := s.flowMap(c)
		return flowview.MapPage(m), err
	}})
}

// MapPart is the map alone, for a page that is open.
func (s *Server) MapPart(c echo.Context) error {
	m, err := s.flowMap(c)
	if err != nil {
		return err
	}
	return renderPart(c, http.StatusOK, flowview.MapPart(m))
}

func (s *Server) flowMap(c echo.Context) (flowview.FlowMap, error) {
	store, err := s.storeFlows(c)
	if err != nil {
		return flowview.FlowMap{}, err
	}
	return store.flowMap(), nil
}

// flowMap puts what the rules do into words.
func (s storeFlows) flowMap() flowview.FlowMap {
	var m flowview.FlowMap
	marked := map[string]bool{}
	for _, f := range s.rules.Findings(s.channels()) {
		found, _ := s.byID(f.Flow)
		finding := flowview.MapFinding{Text: s.directory.FindingWords(f, sentenceName(found)), Href: s.address(found), Link: "Abrir o fluxo", Warning: flowview.Worrying(f.Kind)}
		marked[f.Flow] = marked[f.Flow] || finding.Warning
		m.Findings = append(m.Findings, finding)
	}
	passages := s.rules.Passages()
	slices.SortStableFunc(passages, func(a, b flow.Passage) int { return cmp.Compare(s.order(a), s.order(b)) })
	for _, p := range passages {
		m.Passages = append(m.Passages, s.passage(p, marked[p.Flow]))
	}
	return m
}

// order sorts passages by name, everybody else last.
func (s storeFlows) order(p flow.Passage) string {
	if p.Source == "" {
		return "\uffff"
	}
	return db.Fold(s.source(p))
}

func (s storeFlows) passage(p flow.Passage, marked bool) flowview.MapPassage {
	line := flowview.MapPassage{Queue: p.Queue, Source: s.source(p), Goal: s.goal(p), After: flowview.Duration(p.After),
		Flow: "Cores padrão", Href: flowview.QueuePath(p.Queue), Action: p.Action.Type, Marked: marked}
	if p.Clock == flow.BusinessHours {
		line.Clock = "no horário de atendimento"
	}
	if f, ok := s.byID(p.Flow); ok {
		line.Flow, line.Href = flowview.TitleOf(f.Kind, f.Name), s.address(f)
	}
	return line
}

func (s storeFlows) source(p flow.Passage) string {
	if p.Source != "" {
		return s.directory.Target(p.Queue, p.Source)
	}
	others := false
	for _, f := range s.flows {
		others = others || f.Queue == p.Queue && f.Kind == flow.Alternative && f.Active
	}
	return flowview.EverybodyOf(p.Queue, others)
}

// goal is where the conversations go, or what else becomes of them.
func (s storeFlows) goal(p flow.Passage) string {
	switch p.Action.Type {
	case flow.TransferTeam, flow.TransferSeller, flow.ReturnToWaiting:
		return s.directory.Goal(p.Action.Team, p.Action.Seller)
	case flow.Redistribute:
		return "Outro vendedor do time"
	case flow.CloseAction:
		return "Encerrada"
	}
	return "Nada: fica vermelha"
}

func (s storeFlows) byID(id string) (db.Flow, bool) {
	for _, f := range s.flows {
		if f.ID == id {
			return f, true
		}
	}
	return db.Flow{}, false
}

// sentenceName is a flow at the beginning of a sentence.
func sentenceName(f db.Flow) string {
	return "O " + flowName(f) + " da " + strings.ToLower(flowview.QueueWord(f.Queue))
}

// address is the page a flow is configured on.
func (s storeFlows) address(f db.Flow) string { return flowview.QueuePath(f.Queue) }

// channels are the names of those in use.
func (s storeFlows) channels() []string {
	var names []string
	for _, e := range flowview.Live(s.directory.Channels) {
		names = append(names, e.ID)
	}
	return names
}
