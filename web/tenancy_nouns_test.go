package web_test

import (
	"semaforo/db"
	"semaforo/db/dbtest"
)

// nouns are the things of a store that an address, a form or a document names:
// how one is made there, and by what it is asked for. A new one is one line.
var nouns = map[string]func(w *world, in *dbtest.Shop) string{
	"conversation": func(w *world, in *dbtest.Shop) string { return w.receive(in).Conversation.ID },
	"customer":     func(w *world, in *dbtest.Shop) string { return w.receive(in).Conversation.ContactID },
	"message":      func(w *world, in *dbtest.Shop) string { return w.receive(in).Message.ExternalID },
	"team":         func(w *world, in *dbtest.Shop) string { return in.Team(w.word(in)).ID },
	"seller":       func(w *world, in *dbtest.Shop) string { return in.Seller(w.word(in)).ID },
	"user":         func(w *world, in *dbtest.Shop) string { return in.Member(w.login(in), w.word(in), db.Agent).User },
	"login":        func(w *world, in *dbtest.Shop) string { return w.someone(in).Person.Login },
	"channel":      func(w *world, in *dbtest.Shop) string { return in.Channel(w.word(in), db.ChannelAPI).ID },
	"channel name": func(w *world, in *dbtest.Shop) string { return in.Channel(w.word(in), db.ChannelAPI).Name },
	"chat":         func(w *world, in *dbtest.Shop) string { return in.Channel(w.word(in), db.ChannelChat).ID },
	"flow":         func(w *world, in *dbtest.Shop) string { return w.flow(in).ID },
	"schedule":     func(w *world, in *dbtest.Shop) string { return w.schedule(in).ID },
	"token":        func(w *world, in *dbtest.Shop) string { return w.token(in).ID },
	"webhook":      func(w *world, in *dbtest.Shop) string { return w.webhook(in).ID },
	"session":      func(w *world, in *dbtest.Shop) string { return w.signIn(in).ID },
	"invite":       func(w *world, in *dbtest.Shop) string { return w.invite(in).ID },
	"reset":        func(w *world, in *dbtest.Shop) string { return w.reset(in).TokenHash },
	"import":       func(w *world, in *dbtest.Shop) string { return w.importing(in).ID },
	"history":      func(w *world, in *dbtest.Shop) string { return w.history(in).ID },
	"browser":      func(w *world, in *dbtest.Shop) string { return w.subscription(in).ID },
	"endpoint":     func(w *world, in *dbtest.Shop) string { return w.subscription(in).Endpoint },
	"holiday":      func(w *world, in *dbtest.Shop) string { return w.holiday(in).String() },
	"store":        func(_ *world, in *dbtest.Shop) string { return in.ID },
	"words":        func(w *world, in *dbtest.Shop) string { w.receive(in); return in.Slug },
}

// missing is what a thing that does not exist is asked for by, where an id is not
// enough.
var missing = map[string]func() string{
	"login":    func() string { return db.NewID() + "@nada.example" },
	"endpoint": func() string { return "https://nada.example/" + db.NewID() },
	"holiday":  func() string { return "2031-03-06" },
}

// An id's noun where the parameter is called id: what stands before it.
var nounsOfID = map[string]string{
	"conversas": "conversation", "conversations": "conversation", "flows": "flow", "teams": "team", "sellers": "seller",
	"channels": "channel", "contacts": "customer", "webhooks": "webhook",
}

// Parameters that name no store's thing, and a value of each. (A store's name in
// addresses is public: its customers write there.)
var constants = map[string]string{":queue": "time", ":closing": "espera", ":store": mine, "*": "nada", ":seq": "1", ":version": "1"}

// fields are the names under which forms and addresses take things; all of them
// are sent to every page.
var fields = map[string]string{
	"team": "team", "teams": "team", "to_team": "team", "seller": "seller", "sellers": "seller", "to_seller": "seller", "user": "user",
	"users": "user", "channel": "channel", "channels": "channel", "canal": "chat", "customer": "customer", "customers": "customer",
	"contact": "customer", "conversation": "conversation", "flow": "flow", "targets": "team", "token": "token", "webhook": "webhook",
	"session": "session", "store": "store", "login": "login", "email": "login", "q": "words", "beside": "conversation",
	"replacement": "team", "holder": "seller", "to": "seller", "responsible": "seller", "by": "user", "noun_id": "team",
	"other": "customer", "id": "customer", "from": "seller", "seller_filter": "seller", "members": "seller", "portfolio": "seller",
	"flows": "seller", "entry": "team", "pessoa": "user", "endpoint": "endpoint", "old": "endpoint", "browser": "browser",
	"invite": "invite", "import": "import", "history": "history", "estado": "words", "para": "login", "shown": "team",
}

// documents are what a route takes beside its path: a query, a form or JSON, with
// <nouns> for things, <new> for a word, and <new nouns> where the asker chooses what
// a thing is called: there it is what one of the other store is called. What the API's routes take must be written here; pages also
// get all fields.
var documents = map[string][]string{
	"GET /conversas":                                        {"?tab=all&team=<team>", "?tab=all&seller=<seller>", "?tab=all&channel=<channel>", "?tab=all&q=<words>"},
	"POST /conversas/:id/transferir":                        {"kind=team&team=<team>&holder=waiting", "kind=seller&seller=<seller>&holder=waiting"},
	"POST /conversas/:id/mensagens":                         {"text=Oi&holder=seller:<seller>"},
	"POST /entrar":                                          {"login=<login>&password=uma+senha+errada"},
	"POST /trocar-loja":                                     {"store=<store>"},
	"POST /configuracoes/loja":                              {"store=<store>&name=Outra&timezone=America/Manaus&seen_name=x&seen_timezone=y"},
	"POST /configuracoes/loja/carteira":                     {"store=<store>&on=true"},
	"POST /esqueci-minha-senha":                             {"login=<login>"},
	"GET /clientes":                                         {"?seller=<seller>", "?q=<words>", "?after=<customer>"},
	"GET /clientes/exportar":                                {"?seller=<seller>", "?q=<words>"},
	"GET /clientes/responsavel":                             {"?id=<customer>&seller=<seller>"},
	"POST /clientes/responsavel":                            {"of=ticked&id=<customer>&to=nobody", "of=ticked&id=<customer>&to=<seller>", "of=found&seller=<seller>&to=<seller>"},
	"GET /clientes/carteira":                                {"?from=<seller>"},
	"POST /clientes/carteira":                               {"from=<seller>&to=<seller>", "from=<seller>&to=nobody"},
	"POST /clientes/:customer/responsavel":                  {"responsible=<seller>&version=1"},
	"GET /clientes/:customer/juntar":                        {"?other=<customer>", "?q=<words>"},
	"POST /clientes/:customer/juntar":                       {"other=<customer>&version=1&theirs=1"},
	"POST /configuracoes/times/novo":                        {"name=<new>&members=<seller>"},
	"POST /configuracoes/times/:team/editar":                {"name=<new>&members=<seller>&seen="},
	"GET /configuracoes/times/:team/arquivar":               {"?replacement=<team>"},
	"POST /configuracoes/times/:team/arquivar":              {"replacement=<team>&shown=<team>", "go=preview&replacement=<team>"},
	"POST /configuracoes/importar-historico/:history/nomes": {"names=as_none"},
	"GET /configuracoes/usuarios":                           {"?team=<team>", "?q=<words>", "?after=<user>", "?tab=invites", "?tab=disabled"},
	"POST /configuracoes/usuarios/convites/novo": {
		"name=<new>&login=<new login>&role=agent", "name=<new>&login=<new login>&role=agent&teams=<team>"},
	"POST /configuracoes/usuarios/:user": {"name=<new>&role=agent&teams=<team>&seen="},
	"POST /configuracoes/usuarios/:user/desativar": {"to=team&to_team=<team>", "to=seller&to_seller=<seller>", "portfolio=<seller>",
		"go=preview&flows=<seller>"},
	"GET /configuracoes/canais/:channel":                    {"?team=<team>"},
	"POST /configuracoes/canais/novo":                       {"name=<new>&kind=api&team=<team>"},
	"POST /configuracoes/canais/:channel/editar":            {"name=<new>&version=1&team=<team>"},
	"GET /configuracoes/auditoria":                          {"?pessoa=<user>"},
	"GET /configuracoes/auditoria.csv":                      {"?pessoa=<user>"},
	"POST /minha-conta/notificacoes/navegadores":            {"endpoint=<endpoint>&old=<endpoint>"},
	"POST /minha-conta/notificacoes/navegadores/conferir":   {"endpoint=<endpoint>"},
	"POST /minha-conta/notificacoes/navegadores/desativar":  {"endpoint=<endpoint>"},
	"POST /chat/:store/mensagens":                           {"?canal=<chat>"},
	"GET /chat/:store":                                      {"?canal=<chat>"},
	"POST " + flowPath + "/alternativos/novo":               {flowForm + "&name=<new>&action=close&targets=<team>", flowForm + "&name=<new>&action=transfer_seller&seller=<seller>&targets=<team>"},
	"POST " + flowPath + "/principal/teste":                 {flowForm + "&period=30&of=team:<team>", flowForm + "&period=30&action=transfer_team&team=<team>"},
	"POST " + flowPath + "/alternativos/novo/teste":         {flowForm + "&period=90&targets=<team>", flowForm + "&of=team:<team>"},
	"POST " + flowPath + "/alternativos/:flow/teste":        {flowForm + "&targets=<team>"},
	"POST " + flowPath + "/principal":                       {flowForm + "&action=transfer_team&team=<team>", flowForm + "&action=transfer_seller&seller=<seller>"},
	"POST " + flowPath + "/programacoes/:schedule":          {flowForm + "&action=close&schedule_version=1&from=2031-01-01T00:00"},
	"POST " + flowPath + "/programacoes/:schedule/cancelar": {"schedule_version=1"},

	"POST /api/v1/messages": {
		`{"channel": "<channel>", "external_id": "<new>", "contact": {"external_id": "<new>", "name": "x"}, "text": "x"}`,
		`{"channel": "<channel name>", "external_id": "<new>", "contact": {"external_id": "<new>", "name": "x"}, "text": "x"}`,
		`{"channel": "porta", "external_id": "<new message>", "contact": {"external_id": "<new>", "name": "x"}, "text": "x"}`,
		`{"channel": "porta", "external_id": "<new>", "contact": {"external_id": "<new message>", "name": "x"}, "text": "x", "team": "<team>"}`,
		`{"channel": "porta", "external_id": "<new>", "contact": {"external_id": "<new>", "name": "x"}, "text": "x", "seller": "<seller>"}`},
	"GET /api/v1/conversations":                      {"?team=<team>", "?seller=<seller>"},
	"POST /api/v1/conversations/:id/messages":        {`{"text": "x", "from": "seller", "seller": "<seller>"}`},
	"POST /api/v1/conversations/:id/assume":          {`{"seller": "<seller>"}`},
	"POST /api/v1/conversations/:id/transfer":        {`{"team": "<team>"}`, `{"seller": "<seller>"}`},
	"POST /api/v1/conversations/:id/postpone":        {`{"for": "30m"}`},
	"POST /api/v1/conversations/:id/resume":          {`{}`},
	"POST /api/v1/conversations/:id/no_reply_needed": {`{"seller": "<seller>"}`},
	"POST /api/v1/conversations/:id/close":           {`{}`},
	"POST /api/v1/flows": {
		`{"id": "<new flow>", ` + flowDocument + `, "targets": ["<team>"]}`,
		`{` + flowDocument + `, "targets": ["<team>"], "action": {"type": "transfer_seller", "seller": "<seller>"}}`},
	"PUT /api/v1/flows/:id": {
		`{"version": 1, ` + flowDocument + `, "targets": ["<team>"]}`,
		`{"version": 1, ` + flowDocument + `, "targets": ["<team>"], "action": {"type": "transfer_seller", "seller": "<seller>"}}`},
	"DELETE /api/v1/flows/:id": {"?version=1"},
	"PUT /api/v1/auto_close":   {`{}`},
	"POST /api/v1/teams":       {`{"id": "<new team>", "name": "<new>"}`},
	"PUT /api/v1/teams/:id":    {`{"name": "<new>"}`},
	"POST /api/v1/sellers":     {`{"id": "<new seller>", "name": "x"}`, `{"name": "x", "teams": ["<team>"]}`},
	"PUT /api/v1/sellers/:id":  {`{"name": "x", "teams": ["<team>"]}`},
	"POST /api/v1/channels":    {`{"name": "<new channel name>"}`, `{"name": "<new>", "team": "<team>"}`},
	"PUT /api/v1/channels/:id": {`{"name": "<new>", "team": "<team>"}`},
	"POST /api/v1/contacts":    {`{"channel": "<channel>", "external_id": "<new>", "name": "x"}`, `{"channel": "porta", "external_id": "<new>", "name": "x", "seller": "<seller>"}`},
	"PUT /api/v1/contacts/:id": {`{"name": "x", "seller": "<seller>"}`},
	"POST /api/v1/webhooks":    {`{"url": "https://x.example/"}`},
}

const (
	mine, theirs = "loja", "zafira" // theirs is in everything that the other store has
	flowPath     = "/automacoes/inatividade/:queue"
	flowForm     = "version=0&go=save&step=action&alert1=5&alert1_unit=minutes&alert2=15&alert2_unit=minutes&when=alert2&delay_unit=minutes&clock=always"
	flowDocument = `"queue": "team", "kind": "alternative", "alert1": "5m", "alert2": "15m"`
)
