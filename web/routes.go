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
	Secret                        // its address holds a secret: no log and no other site may have it
	Long                          // may take minutes: a file that goes out or comes in
	Large                         // takes a file
	Huge                          // takes a file that is read as it comes
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
		keys      = handlers.ManageKeys
		read      = handlers.APIRead
		talk      = handlers.APIConversations
		configure = handlers.APIConfiguration

		seePeople, managePeople = handlers.SeePeople, handlers.ManagePeople
		users                   = "/configuracoes/usuarios"
		user                    = users + "/:user"
		manageStore             = handlers.ManageStore
		storePage               = handlers.StorePath
		seeCustomers            = handlers.SeeCustomers
		assign                  = handlers.AssignCustomers
		customers               = handlers.CustomersPath
		customer                = customers + "/:customer"
		imports                 = customers + "/importar"

		conversation = "/conversas/:id"
		notices      = handlers.AccountPath + "/notificacoes"
		browsers     = notices + "/navegadores"
		inactivity   = "/automacoes/inatividade"
		queue        = inactivity + "/:queue"
		alternative  = queue + "/alternativos/:flow"
		hours        = handlers.HoursPath
		teamHours    = hours + "/times/:team"
		api          = apiPath
		chat         = "/chat/:store"
		teams        = handlers.TeamsPath
		team         = teams + "/:team"
		channels     = handlers.ChannelsPath
		histories    = handlers.HistoryPath
		past         = histories + "/:history"
	)
	h := s.handlers
	return []Route{
		{get, "/", public, h.Home, 0},
		{get, "/entrar", public, h.SignInPage, 0},
		{post, "/entrar", public, h.SignIn, 0},
		{post, "/sair", signedIn, h.SignOut, 0},
		{post, "/tema", public, h.Theme, Anonymous},
		{post, "/demonstracao", signedIn, h.PauseDemo, 0},
		{get, "/instalar", public, h.SetUpPage, Anonymous},
		{post, "/instalar", public, h.CreateStore, Anonymous | Limited},
		{post, "/primeiros-passos/dispensar", manageStore, h.HideFirstSteps, 0},
		{post, "/trocar-loja", signedIn, h.SwitchStore, 0},
		{get, storePage, manageStore, h.StorePage, 0},
		{post, storePage, manageStore, h.SaveStore, 0},
		{post, storePage + "/carteira", manageStore, h.SwitchPortfolio, 0},
		{post, storePage + "/duas-etapas", manageStore, h.SwitchTwoStep, 0},

		{get, handlers.SecondStepPath, public, h.SecondStepPage, 0},
		{post, handlers.SecondStepPath, public, h.GiveSecondStep, 0},
		{get, handlers.NewPasswordPath, signedIn, h.NewPasswordPage, 0},
		{post, handlers.NewPasswordPath, signedIn, h.ChooseNewPassword, 0},
		{get, handlers.AccountPath, signedIn, h.AccountPage, 0},
		{post, handlers.AccountPath, signedIn, h.SaveProfile, 0},
		{get, handlers.SecurityPath, signedIn, h.SecurityPage, 0},
		{post, handlers.SecurityPath, signedIn, h.ChangePassword, 0},
		{get, handlers.TwoStepPath, signedIn, h.TwoStepPage, 0},
		{post, handlers.TwoStepPath, signedIn, h.EnableTwoStep, 0},
		{post, handlers.TwoStepPath + "/comecar", signedIn, h.BeginTwoStep, 0},
		{get, handlers.TwoStepPath + "/codigos", signedIn, h.NewCodesPage, 0},
		{post, handlers.TwoStepPath + "/codigos", signedIn, h.RenewCodes, 0},
		{get, handlers.TwoStepPath + "/desligar", signedIn, h.TwoStepOffPage, 0},
		{post, handlers.TwoStepPath + "/desligar", signedIn, h.TurnTwoStepOff, 0},
		{get, handlers.SessionsPath, signedIn, h.SessionsPage, 0},
		{post, handlers.SessionsPath + "/encerrar", signedIn, h.EndOtherSessions, 0},
		{post, handlers.SessionsPath + "/:session/encerrar", signedIn, h.EndSession, 0},

		{get, "/conversas", see, h.ListConversations, 0},
		{get, conversation, see, h.ShowConversation, 0},
		{get, conversation + "/por-que", see, h.WhyStep, 0},
		{get, conversation + "/por-que/:seq", see, h.WhyEvent, 0},
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
		{get, customers, seeCustomers, h.ListCustomers, 0},
		{get, customers + "/exportar", assign, h.ExportCustomers, Long},
		{get, customers + "/responsavel", assign, h.BulkAssignPage, 0},
		{post, customers + "/responsavel", assign, h.BulkAssign, 0},
		{get, customers + "/carteira", assign, h.PortfolioPage, 0},
		{post, customers + "/carteira", assign, h.MovePortfolio, 0},
		{get, imports, assign, h.ImportsPage, 0},
		{post, imports, assign, h.UploadImport, Long | Large},
		{get, imports + "/modelo", assign, h.ImportTemplate, 0},
		{get, imports + "/:import", assign, h.ImportPage, 0},
		{get, imports + "/:import/erros", assign, h.ImportProblems, Long},
		{post, imports + "/:import/importar", assign, h.ApplyImport, 0},
		{post, imports + "/:import/cancelar", assign, h.CancelImport, 0},
		{get, customer, seeCustomers, h.CustomerPage, 0},
		{get, customer + "/editar", seeCustomers, h.EditCustomerPage, 0},
		{post, customer + "/editar", seeCustomers, h.EditCustomer, 0},
		{post, customer + "/responsavel", seeCustomers, h.AssignCustomer, 0},
		{get, customer + "/juntar", assign, h.JoinCustomerPage, 0},
		{post, customer + "/juntar", assign, h.JoinCustomer, 0},

		{get, "/eventos", signedIn, h.Events, Stream},
		{get, "/resumo", signedIn, h.Summary, 0},
		{get, "/presenca", handlers.SeePeople, h.PresencePage, 0},
		{post, "/presenca", signedIn, h.SetPresence, 0},
		{get, "/presenca/minha", signedIn, h.OwnPresence, 0},

		{get, "/painel", see, h.PanelPage, 0},
		{get, "/painel/parte", see, h.PanelPart, 0},
		{get, "/relatorios", see, h.ReportPage, 0},
		{get, "/relatorios.csv", see, h.ReportCSV, 0},

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
		{get, inactivity + "/mapa", seeFlows, h.MapPage, 0},
		{get, inactivity + "/mapa/parte", seeFlows, h.MapPart, 0},
		{get, queue, seeFlows, h.QueuePage, 0},
		{get, queue + "/fluxos", seeFlows, h.QueueFlows, 0},
		{post, queue + "/principal/teste", editFlows, h.TryMainFlow, 0},
		{post, queue + "/alternativos/novo/teste", editFlows, h.TryNewFlow, 0},
		{post, alternative + "/teste", editFlows, h.TryFlow, 0},
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
		{get, queue + "/programacoes/:schedule", editFlows, h.SchedulePanel, 0},
		{post, queue + "/programacoes/:schedule", editFlows, h.SaveSchedule, 0},
		{get, queue + "/programacoes/:schedule/cancelar", editFlows, h.CancelSchedulePage, 0},
		{post, queue + "/programacoes/:schedule/cancelar", editFlows, h.CancelSchedule, 0},
		{get, queue + "/excluidos", seeFlows, h.DeletedFlows, 0},
		{get, queue + "/historico/:flow", seeFlows, h.FlowHistory, 0},
		{get, queue + "/historico/:flow/:version", seeFlows, h.FlowActs, 0},
		{get, queue + "/historico/:flow/:version/restaurar", editFlows, h.RestorePanel, 0},

		{get, handlers.AuditPath, handlers.SeeAudit, h.AuditPage, 0},
		{get, handlers.AuditPath + ".csv", handlers.SeeAudit, h.AuditCSV, 0},
		{get, histories, editFlows, h.HistoryPage, 0},
		{post, histories, editFlows, h.UploadHistory, Long | Huge},
		{get, histories + "/modelo", editFlows, h.HistoryTemplate, 0},
		{get, past, editFlows, h.HistoryImport, 0},
		{get, past + "/erros", editFlows, h.HistoryProblems, Long},
		{post, past + "/nomes", editFlows, h.ChooseNames, 0},
		{post, past + "/importar", editFlows, h.ApplyHistory, 0},
		{post, past + "/cancelar", editFlows, h.CancelHistory, 0},
		{get, past + "/excluir", editFlows, h.DeleteHistoryPage, 0},
		{post, past + "/excluir", editFlows, h.DeleteHistory, 0},
		{get, teams, seeFlows, h.TeamsPage, 0},
		{get, teams + "/novo", editFlows, h.NewTeamPanel, 0},
		{post, teams + "/novo", editFlows, h.CreateTeam, 0},
		{get, team, seeFlows, h.TeamPage, 0},
		{get, team + "/editar", editFlows, h.TeamPanel, 0},
		{post, team + "/editar", editFlows, h.SaveTeam, 0},
		{get, team + "/arquivar", editFlows, h.ArchiveTeamPage, 0},
		{post, team + "/arquivar", editFlows, h.ArchiveTeam, 0},
		{post, team + "/restaurar", editFlows, h.RestoreTeam, 0},
		{get, users, seePeople, h.ListUsers, 0},
		{get, users + "/convites/novo", managePeople, h.NewInvitePanel, 0},
		{post, users + "/convites/novo", managePeople, h.CreateInvite, 0},
		{get, users + "/convites/:invite/reenviar", managePeople, h.RenewInvitePage, 0},
		{post, users + "/convites/:invite/reenviar", managePeople, h.RenewInvite, 0},
		{get, users + "/convites/:invite/revogar", managePeople, h.RevokeInvitePage, 0},
		{post, users + "/convites/:invite/revogar", managePeople, h.RevokeInvite, 0},
		{get, user, seePeople, h.UserPanel, 0},
		{post, user, managePeople, h.SaveUser, 0},
		{get, user + "/desativar", managePeople, h.DeactivatePage, 0},
		{post, user + "/desativar", managePeople, h.Deactivate, 0},
		{post, user + "/reativar", managePeople, h.Reactivate, 0},
		{get, user + "/senha", managePeople, h.UserPasswordPanel, 0},
		{post, user + "/senha", managePeople, h.SaveUserPassword, 0},
		{get, "/convite/:invite", public, h.AcceptPage, Anonymous | Limited | Secret},
		{post, "/convite/:invite", public, h.Accept, Anonymous | Limited | Secret},
		{get, "/senha/:reset", public, h.ResetPage, Anonymous | Limited | Secret},
		{post, "/senha/:reset", public, h.Reset, Anonymous | Limited | Secret},
		{get, "/esqueci-minha-senha", public, h.ForgotPage, Anonymous | Limited},
		{post, "/esqueci-minha-senha", public, h.Forgot, Anonymous | Limited},
		{get, channels, seeFlows, h.ListChannels, 0},
		{get, channels + "/novo", editFlows, h.NewChannel, 0},
		{post, channels + "/novo", editFlows, h.CreateChannel, 0},
		{get, channels + "/chaves", keys, h.ListKeys, 0},
		{get, channels + "/chaves/nova", keys, h.NewKey, 0},
		{post, channels + "/chaves/nova", keys, h.CreateKey, 0},
		{get, channels + "/chaves/:token/revogar", keys, h.RevokeKeyPage, 0},
		{post, channels + "/chaves/:token/revogar", keys, h.RevokeKey, 0},
		{get, channels + "/webhooks", keys, h.ListWebhooks, 0},
		{get, channels + "/webhooks/novo", keys, h.NewWebhook, 0},
		{post, channels + "/webhooks/novo", keys, h.CreateWebhook, 0},
		{post, channels + "/webhooks/:webhook/ativo", keys, h.SwitchWebhook, 0},
		{get, channels + "/webhooks/:webhook/excluir", keys, h.DeleteWebhookPage, 0},
		{post, channels + "/webhooks/:webhook/excluir", keys, h.DeleteWebhook, 0},
		{get, channels + "/:channel", seeFlows, h.ShowChannel, 0},
		{get, channels + "/:channel/editar", editFlows, h.EditChannel, 0},
		{post, channels + "/:channel/editar", editFlows, h.SaveChannel, 0},
		{get, channels + "/:channel/ativo", editFlows, h.SwitchChannelPage, 0},
		{post, channels + "/:channel/ativo", editFlows, h.SwitchChannel, 0},
		{get, hours, seeFlows, h.HoursPage, 0},
		{post, hours, editFlows, h.SaveHours, 0},
		{get, hours + "/previsao", seeFlows, h.HoursPreview, 0},
		{get, hours + "/feriados", seeFlows, h.HolidaysPage, 0},
		{post, hours + "/feriados", editFlows, h.AddHoliday, 0},
		{post, hours + "/feriados/propostos", editFlows, h.SwitchProposal, 0},
		{get, hours + "/feriados/dias/:holiday", editFlows, h.HolidayPage, 0},
		{post, hours + "/feriados/dias/:holiday", editFlows, h.SaveHoliday, 0},
		{get, hours + "/feriados/dias/:holiday/remover", editFlows, h.RemoveHolidayPage, 0},
		{post, hours + "/feriados/dias/:holiday/remover", editFlows, h.RemoveHoliday, 0},
		{post, hours + "/feriados/arquivo", editFlows, h.ReadHolidayFile, 0},
		{post, hours + "/feriados/importar", editFlows, h.ImportHolidays, 0},
		{get, teamHours, seeFlows, h.HoursPage, 0},
		{post, teamHours, editFlows, h.SaveHours, 0},
		{get, teamHours + "/previsao", seeFlows, h.HoursPreview, 0},
		{get, teamHours + "/feriados", seeFlows, h.HolidaysPage, 0},
		{post, teamHours + "/feriados", editFlows, h.AddHoliday, 0},
		{post, teamHours + "/feriados/propostos", editFlows, h.SwitchProposal, 0},
		{get, teamHours + "/feriados/dias/:holiday", editFlows, h.HolidayPage, 0},
		{post, teamHours + "/feriados/dias/:holiday", editFlows, h.SaveHoliday, 0},
		{get, teamHours + "/feriados/dias/:holiday/remover", editFlows, h.RemoveHolidayPage, 0},
		{post, teamHours + "/feriados/dias/:holiday/remover", editFlows, h.RemoveHoliday, 0},
		{post, teamHours + "/feriados/arquivo", editFlows, h.ReadHolidayFile, 0},
		{post, teamHours + "/feriados/importar", editFlows, h.ImportHolidays, 0},

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
