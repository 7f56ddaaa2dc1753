package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"semaforo/handlers"
	"semaforo/static"
)

// Route is one row of the table: who may ask what of whom.
type Route struct {
	Method, Path string
	Permission   handlers.Permission
	Handler      echo.HandlerFunc
	Traits       Traits
}

// Traits are what is special about a row.
type Traits uint

// The traits.
const (
	Anonymous  Traits = 1 << iota // nobody is looked up: not even Public rows' viewers
	Stream                        // answers for as long as it is watched: no deadline, no compression
	Embeddable                    // a shop's own pages may hold it
	Limited                       // strangers may ask it, at a rate
)

// Is reports whether the row has a trait.
func (r Route) Is(t Traits) bool { return r.Traits&t != 0 }

const (
	apiPath    = "/api/v1"
	staticPath = static.Prefix + "*"
	get        = http.MethodGet
	post       = http.MethodPost
	put        = http.MethodPut
	del        = http.MethodDelete
)

// routes is THE table. A row without a permission is one nobody may ask.
func (s *Server) routes() []Route {
	const (
		public    = handlers.Public
		signedIn  = handlers.SignedIn
		see       = handlers.SeeConversations
		act       = handlers.ActOnConversations
		seeFlows  = handlers.SeeConfiguration
		editFlows = handlers.EditConfiguration
		read      = handlers.APIRead
		talk      = handlers.APIConversations
		configure = handlers.APIConfiguration

		conversation = "/conversas/:id"
		notices      = handlers.AccountPath + "/notificacoes"
		browsers     = notices + "/navegadores"
		inactivity   = "/automacoes/inatividade"
		queue        = inactivity + "/:queue"
		alternative  = queue + "/alternativos/:flow"
		api          = apiPath
		chat         = "/chat/:store"
	)
	h := s.handlers
	return []Route{
		{get, "/", public, h.Home, Anonymous},
		{get, "/entrar", public, h.SignInPage, 0},
		{post, "/entrar", public, h.SignIn, 0},
		{post, "/sair", signedIn, h.SignOut, 0},
		{post, "/tema", public, h.Theme, Anonymous},
		{post, "/demonstracao", signedIn, h.PauseDemo, 0},
		{get, "/instalar", public, h.SetUpPage, Anonymous},
		{post, "/instalar", public, h.CreateStore, Anonymous | Limited},

		{get, "/conversas", see, h.ListConversations, 0},
		{get, conversation, see, h.ShowConversation, 0},
		{post, conversation + "/mensagens", act, h.SendMessage, 0},
		{post, conversation + "/assumir", act, h.Assume, 0},
		{get, conversation + "/adiar", act, h.PostponePage, 0},
		{post, conversation + "/adiar", act, h.Postpone, 0},
		{post, conversation + "/continuar", act, h.Resume, 0},
		{get, conversation + "/transferir", act, h.TransferPage, 0},
		{post, conversation + "/transferir", act, h.Transfer, 0},
		{post, conversation + "/nao-precisa-de-resposta", act, h.NoReplyNeeded, 0},
		{get, conversation + "/finalizar", act, h.ClosePage, 0},
		{post, conversation + "/finalizar", act, h.Close, 0},
		{get, "/eventos", signedIn, h.Events, Stream},
		{get, "/resumo", signedIn, h.Summary, 0},

		{get, "/sw.js", public, h.Worker, Anonymous},
		{get, notices, signedIn, h.NoticesPage, 0},
		{post, notices, signedIn, h.SaveNotices, 0},
		{get, browsers, signedIn, h.Browsers, 0},
		{post, browsers, signedIn, h.Subscribe, 0},
		{post, browsers + "/conferir", signedIn, h.CheckBrowser, 0},
		{post, browsers + "/desativar", signedIn, h.Unsubscribe, 0},
		{post, browsers + "/:browser/testar", signedIn, h.TestBrowser, 0},
		{post, browsers + "/:browser/remover", signedIn, h.RemoveBrowser, 0},

		{get, inactivity, seeFlows, h.InactivityPage, 0},
		{get, inactivity + "/filas", seeFlows, h.InactivityQueues, 0},
		{get, inactivity + "/encerramento/:closing", seeFlows, h.ClosingStatus, 0},
		{post, inactivity + "/encerramento/:closing", editFlows, h.SaveClosing, 0},
		{get, queue, seeFlows, h.QueuePage, 0},
		{get, queue + "/fluxos", seeFlows, h.QueueFlows, 0},
		{get, queue + "/principal", editFlows, h.MainFlowPanel, 0},
		{post, queue + "/principal", editFlows, h.SaveMainFlow, 0},
		{post, queue + "/principal/ativo", editFlows, h.SwitchMainFlow, 0},
		{get, queue + "/alternativos/novo", editFlows, h.NewFlowPanel, 0},
		{post, queue + "/alternativos/novo", editFlows, h.CreateFlow, 0},
		{get, alternative, editFlows, h.FlowPanel, 0},
		{post, alternative, editFlows, h.SaveFlow, 0},
		{post, alternative + "/ativo", editFlows, h.SwitchFlow, 0},
		{get, alternative + "/excluir", editFlows, h.DeleteFlowPage, 0},
		{post, alternative + "/excluir", editFlows, h.DeleteFlow, 0},

		{post, api + "/messages", talk, h.APIReceive, 0},
		{get, api + "/conversations", read, h.APIConversations, 0},
		{get, api + "/conversations/:id", read, h.APIConversation, 0},
		{get, api + "/conversations/:id/events", read, h.APIEvents, 0},
		{get, api + "/conversations/:id/messages", read, h.APIMessages, 0},
		{post, api + "/conversations/:id/messages", talk, h.APISay, 0},
		{post, api + "/conversations/:id/assume", talk, h.APIAssume, 0},
		{post, api + "/conversations/:id/transfer", talk, h.APITransfer, 0},
		{post, api + "/conversations/:id/postpone", talk, h.APIPostpone, 0},
		{post, api + "/conversations/:id/resume", talk, h.APIResume, 0},
		{post, api + "/conversations/:id/no_reply_needed", talk, h.APINoReplyNeeded, 0},
		{post, api + "/conversations/:id/close", talk, h.APIClose, 0},
		{get, api + "/flows", read, h.APIFlows, 0},
		{post, api + "/flows", configure, h.APICreateFlow, 0},
		{get, api + "/flows/:id", read, h.APIFlow, 0},
		{put, api + "/flows/:id", configure, h.APIUpdateFlow, 0},
		{del, api + "/flows/:id", configure, h.APIDeleteFlow, 0},
		{get, api + "/auto_close", read, h.APIAutoClose, 0},
		{put, api + "/auto_close", configure, h.APISetAutoClose, 0},
		{get, api + "/teams", read, h.APITeams, 0},
		{post, api + "/teams", configure, h.APICreateTeam, 0},
		{get, api + "/teams/:id", read, h.APITeam, 0},
		{put, api + "/teams/:id", configure, h.APIUpdateTeam, 0},
		{get, api + "/sellers", read, h.APISellers, 0},
		{post, api + "/sellers", configure, h.APICreateSeller, 0},
		{get, api + "/sellers/:id", read, h.APISeller, 0},
		{put, api + "/sellers/:id", configure, h.APIUpdateSeller, 0},
		{get, api + "/channels", read, h.APIChannels, 0},
		{post, api + "/channels", configure, h.APICreateChannel, 0},
		{get, api + "/channels/:id", read, h.APIChannel, 0},
		{put, api + "/channels/:id", configure, h.APIUpdateChannel, 0},
		{get, api + "/contacts", read, h.APIContacts, 0},
		{post, api + "/contacts", talk, h.APICreateContact, 0},
		{get, api + "/contacts/:id", read, h.APIContact, 0},
		{put, api + "/contacts/:id", talk, h.APIUpdateContact, 0},
		{get, api + "/webhooks", configure, h.APIWebhooks, 0},
		{post, api + "/webhooks", configure, h.APICreateWebhook, 0},
		{del, api + "/webhooks/:id", configure, h.APIDeleteWebhook, 0},

		{get, api + "/openapi.json", public, h.OpenAPI, Anonymous},

		{get, chat, public, h.ChatPage, Anonymous | Embeddable | Limited},
		{get, chat + "/mensagens", public, h.ChatMessages, Anonymous | Embeddable | Limited},
		{post, chat + "/mensagens", public, h.ChatSend, Anonymous | Embeddable | Limited},
		{get, chat + "/eventos", public, h.ChatEvents, Anonymous | Embeddable | Limited | Stream},
		{post, chat + "/sair", public, h.ChatLeave, Anonymous | Embeddable | Limited},
		{get, "/embed.js", public, h.Embed, Anonymous | Embeddable},

		{get, staticPath, public, echo.WrapHandler(static.Handler()), Anonymous},
		{get, "/healthz", public, s.healthz, Anonymous},
		{get, "/readyz", public, s.readyz, Anonymous},
	}
}
