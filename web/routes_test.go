package web_test

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
	"semaforo/handlers"
)

// matrix says who may ask what, one row a route, in the words of the issue
// rather than the program's permissions: A is Administração, S Supervisão,
// T Atendimento, everyone also a stranger; r, c and f are tokens of the scopes
// read, conversations and configuration.
const matrix = `
GET    /                                                       everyone
GET    /entrar                                                 everyone
POST   /entrar                                                 everyone
POST   /sair                                                   A S T
POST   /tema                                                   everyone
POST   /demonstracao                                           A S T
GET    /instalar                                               everyone
POST   /instalar                                               everyone
POST   /primeiros-passos/dispensar                             A
POST   /trocar-loja                                            A S T
GET    /configuracoes/loja                                     A
POST   /configuracoes/loja                                     A
POST   /configuracoes/loja/carteira                            A
POST   /configuracoes/loja/duas-etapas                         A
GET    /entrar/codigo                                          everyone
POST   /entrar/codigo                                          everyone
GET    /nova-senha                                             A S T
POST   /nova-senha                                             A S T
GET    /minha-conta                                            A S T
POST   /minha-conta                                            A S T
GET    /minha-conta/seguranca                                  A S T
POST   /minha-conta/seguranca                                  A S T
GET    /minha-conta/duas-etapas                                A S T
POST   /minha-conta/duas-etapas                                A S T
POST   /minha-conta/duas-etapas/comecar                        A S T
GET    /minha-conta/duas-etapas/codigos                        A S T
POST   /minha-conta/duas-etapas/codigos                        A S T
GET    /minha-conta/duas-etapas/desligar                       A S T
POST   /minha-conta/duas-etapas/desligar                       A S T
GET    /minha-conta/sessoes                                    A S T
POST   /minha-conta/sessoes/encerrar                           A S T
POST   /minha-conta/sessoes/:session/encerrar                  A S T
GET    /conversas                                              A S T
GET    /conversas/:id                                          A S T
GET    /conversas/:id/por-que                                  A S T
GET    /conversas/:id/por-que/:seq                             A S T
POST   /conversas/:id/mensagens                                A S T
POST   /conversas/:id/assumir                                  A S T
GET    /conversas/:id/adiar                                    A S T
POST   /conversas/:id/adiar                                    A S T
POST   /conversas/:id/continuar                                A S T
GET    /conversas/:id/transferir                               A S T
POST   /conversas/:id/transferir                               A S T
POST   /conversas/:id/nao-precisa-de-resposta                  A S T
GET    /conversas/:id/finalizar                                A S T
POST   /conversas/:id/finalizar                                A S T
GET    /clientes                                               A S T
GET    /clientes/exportar                                      A S
GET    /clientes/responsavel                                   A S
POST   /clientes/responsavel                                   A S
GET    /clientes/carteira                                      A S
POST   /clientes/carteira                                      A S
GET    /clientes/importar                                      A S
POST   /clientes/importar                                      A S
GET    /clientes/importar/modelo                               A S
GET    /clientes/importar/:import                              A S
GET    /clientes/importar/:import/erros                        A S
POST   /clientes/importar/:import/importar                     A S
POST   /clientes/importar/:import/cancelar                     A S
GET    /clientes/:customer                                     A S T
GET    /clientes/:customer/editar                              A S T
POST   /clientes/:customer/editar                              A S T
POST   /clientes/:customer/responsavel                         A S T
GET    /clientes/:customer/juntar                              A S
POST   /clientes/:customer/juntar                              A S
GET    /eventos                                                A S T
GET    /resumo                                                 A S T
GET    /presenca                                               A S
POST   /presenca                                               A S T
GET    /presenca/minha                                         A S T
GET    /painel                                                 A S T
GET    /painel/parte                                           A S T
GET    /relatorios                                             A S T
GET    /relatorios.csv                                         A S T
GET    /sw.js                                                  everyone
GET    /minha-conta/notificacoes                               A S T
POST   /minha-conta/notificacoes                               A S T
GET    /minha-conta/notificacoes/navegadores                   A S T
POST   /minha-conta/notificacoes/navegadores                   A S T
POST   /minha-conta/notificacoes/navegadores/conferir          A S T
POST   /minha-conta/notificacoes/navegadores/desativar         A S T
POST   /minha-conta/notificacoes/navegadores/:browser/testar   A S T
POST   /minha-conta/notificacoes/navegadores/:browser/remover  A S T
GET    /automacoes/inatividade                                 A S
GET    /automacoes/inatividade/filas                           A S
GET    /automacoes/inatividade/encerramento/:closing           A S
POST   /automacoes/inatividade/encerramento/:closing           A
GET    /automacoes/inatividade/mapa                            A S
GET    /automacoes/inatividade/mapa/parte                      A S
GET    /automacoes/inatividade/:queue                          A S
GET    /automacoes/inatividade/:queue/fluxos                   A S
POST   /automacoes/inatividade/:queue/principal/teste          A
POST   /automacoes/inatividade/:queue/alternativos/novo/teste  A
POST   /automacoes/inatividade/:queue/alternativos/:flow/teste A
GET    /automacoes/inatividade/:queue/principal                A
POST   /automacoes/inatividade/:queue/principal                A
POST   /automacoes/inatividade/:queue/principal/ativo          A
GET    /automacoes/inatividade/:queue/alternativos/novo        A
POST   /automacoes/inatividade/:queue/alternativos/novo        A
GET    /automacoes/inatividade/:queue/alternativos/:flow       A
POST   /automacoes/inatividade/:queue/alternativos/:flow       A
POST   /automacoes/inatividade/:queue/alternativos/:flow/ativo A
GET    /automacoes/inatividade/:queue/alternativos/:flow/excluir A
POST   /automacoes/inatividade/:queue/alternativos/:flow/excluir A
GET    /automacoes/inatividade/:queue/programacoes/:schedule   A
POST   /automacoes/inatividade/:queue/programacoes/:schedule   A
GET    /automacoes/inatividade/:queue/programacoes/:schedule/cancelar A
POST   /automacoes/inatividade/:queue/programacoes/:schedule/cancelar A
GET    /automacoes/inatividade/:queue/excluidos                A S
GET    /automacoes/inatividade/:queue/historico/:flow          A S
GET    /automacoes/inatividade/:queue/historico/:flow/:version A S
GET    /automacoes/inatividade/:queue/historico/:flow/:version/restaurar A
GET    /configuracoes/auditoria                                A
GET    /configuracoes/auditoria.csv                            A
GET    /configuracoes/importar-historico                       A
POST   /configuracoes/importar-historico                       A
GET    /configuracoes/importar-historico/modelo                A
GET    /configuracoes/importar-historico/:history              A
GET    /configuracoes/importar-historico/:history/erros        A
POST   /configuracoes/importar-historico/:history/nomes        A
POST   /configuracoes/importar-historico/:history/importar     A
POST   /configuracoes/importar-historico/:history/cancelar     A
GET    /configuracoes/importar-historico/:history/excluir      A
POST   /configuracoes/importar-historico/:history/excluir      A
GET    /configuracoes/times                                    A S
GET    /configuracoes/times/novo                               A
POST   /configuracoes/times/novo                               A
GET    /configuracoes/times/:team                              A S
GET    /configuracoes/times/:team/editar                       A
POST   /configuracoes/times/:team/editar                       A
GET    /configuracoes/times/:team/arquivar                     A
POST   /configuracoes/times/:team/arquivar                     A
POST   /configuracoes/times/:team/restaurar                    A
GET    /configuracoes/usuarios                                 A S
GET    /configuracoes/usuarios/convites/novo                   A
POST   /configuracoes/usuarios/convites/novo                   A
GET    /configuracoes/usuarios/convites/:invite/reenviar       A
POST   /configuracoes/usuarios/convites/:invite/reenviar       A
GET    /configuracoes/usuarios/convites/:invite/revogar        A
POST   /configuracoes/usuarios/convites/:invite/revogar        A
GET    /configuracoes/usuarios/:user                           A S
POST   /configuracoes/usuarios/:user                           A
GET    /configuracoes/usuarios/:user/desativar                 A
POST   /configuracoes/usuarios/:user/desativar                 A
POST   /configuracoes/usuarios/:user/reativar                  A
GET    /configuracoes/usuarios/:user/senha                     A
POST   /configuracoes/usuarios/:user/senha                     A
GET    /convite/:invite                                        everyone
POST   /convite/:invite                                        everyone
GET    /senha/:reset                                           everyone
POST   /senha/:reset                                           everyone
GET    /esqueci-minha-senha                                    everyone
POST   /esqueci-minha-senha                                    everyone
GET    /configuracoes/canais                                   A S
GET    /configuracoes/canais/novo                              A
POST   /configuracoes/canais/novo                              A
GET    /configuracoes/canais/chaves                            A
GET    /configuracoes/canais/chaves/nova                       A
POST   /configuracoes/canais/chaves/nova                       A
GET    /configuracoes/canais/chaves/:token/revogar             A
POST   /configuracoes/canais/chaves/:token/revogar             A
GET    /configuracoes/canais/webhooks                          A
GET    /configuracoes/canais/webhooks/novo                     A
POST   /configuracoes/canais/webhooks/novo                     A
POST   /configuracoes/canais/webhooks/:webhook/ativo           A
GET    /configuracoes/canais/webhooks/:webhook/excluir         A
POST   /configuracoes/canais/webhooks/:webhook/excluir         A
GET    /configuracoes/canais/:channel                          A S
GET    /configuracoes/canais/:channel/editar                   A
POST   /configuracoes/canais/:channel/editar                   A
GET    /configuracoes/canais/:channel/ativo                    A
POST   /configuracoes/canais/:channel/ativo                    A
GET    /configuracoes/horarios                                 A S
POST   /configuracoes/horarios                                 A
GET    /configuracoes/horarios/previsao                        A S
GET    /configuracoes/horarios/feriados                        A S
POST   /configuracoes/horarios/feriados                        A
POST   /configuracoes/horarios/feriados/propostos              A
GET    /configuracoes/horarios/feriados/dias/:holiday          A
POST   /configuracoes/horarios/feriados/dias/:holiday          A
GET    /configuracoes/horarios/feriados/dias/:holiday/remover  A
POST   /configuracoes/horarios/feriados/dias/:holiday/remover  A
POST   /configuracoes/horarios/feriados/arquivo                A
POST   /configuracoes/horarios/feriados/importar               A
GET    /configuracoes/horarios/times/:team                     A S
POST   /configuracoes/horarios/times/:team                     A
GET    /configuracoes/horarios/times/:team/previsao            A S
GET    /configuracoes/horarios/times/:team/feriados            A S
POST   /configuracoes/horarios/times/:team/feriados            A
POST   /configuracoes/horarios/times/:team/feriados/propostos  A
GET    /configuracoes/horarios/times/:team/feriados/dias/:holiday A
POST   /configuracoes/horarios/times/:team/feriados/dias/:holiday A
GET    /configuracoes/horarios/times/:team/feriados/dias/:holiday/remover A
POST   /configuracoes/horarios/times/:team/feriados/dias/:holiday/remover A
POST   /configuracoes/horarios/times/:team/feriados/arquivo    A
POST   /configuracoes/horarios/times/:team/feriados/importar   A
POST   /api/v1/messages                                        c f
GET    /api/v1/conversations                                   r c f
GET    /api/v1/conversations/:id                               r c f
GET    /api/v1/conversations/:id/events                        r c f
GET    /api/v1/conversations/:id/messages                      r c f
POST   /api/v1/conversations/:id/messages                      c f
POST   /api/v1/conversations/:id/assume                        c f
POST   /api/v1/conversations/:id/transfer                      c f
POST   /api/v1/conversations/:id/postpone                      c f
POST   /api/v1/conversations/:id/resume                        c f
POST   /api/v1/conversations/:id/no_reply_needed               c f
POST   /api/v1/conversations/:id/close                         c f
GET    /api/v1/flows                                           r c f
POST   /api/v1/flows                                           f
GET    /api/v1/flows/:id                                       r c f
PUT    /api/v1/flows/:id                                       f
DELETE /api/v1/flows/:id                                       f
GET    /api/v1/auto_close                                      r c f
PUT    /api/v1/auto_close                                      f
GET    /api/v1/teams                                           r c f
POST   /api/v1/teams                                           f
GET    /api/v1/teams/:id                                       r c f
PUT    /api/v1/teams/:id                                       f
GET    /api/v1/sellers                                         r c f
POST   /api/v1/sellers                                         f
GET    /api/v1/sellers/:id                                     r c f
PUT    /api/v1/sellers/:id                                     f
GET    /api/v1/channels                                        r c f
POST   /api/v1/channels                                        f
GET    /api/v1/channels/:id                                    r c f
PUT    /api/v1/channels/:id                                    f
GET    /api/v1/contacts                                        r c f
POST   /api/v1/contacts                                        c f
GET    /api/v1/contacts/:id                                    r c f
PUT    /api/v1/contacts/:id                                    c f
GET    /api/v1/webhooks                                        f
POST   /api/v1/webhooks                                        f
DELETE /api/v1/webhooks/:id                                    f
GET    /api/v1/openapi.json                                    everyone
GET    /chat/:store                                            everyone
GET    /chat/:store/mensagens                                  everyone
POST   /chat/:store/mensagens                                  everyone
GET    /chat/:store/eventos                                    everyone
POST   /chat/:store/sair                                       everyone
GET    /embed.js                                               everyone
GET    /static/*                                               everyone
GET    /healthz                                                everyone
GET    /readyz                                                 everyone
GET    /metrics                                                everyone
`

// row is a line of the matrix.
type row struct {
	method, path string
	who          []string
}

func matrixRows(t *testing.T) []row {
	t.Helper()
	var rows []row
	for line := range strings.Lines(strings.TrimSpace(matrix)) {
		cells := strings.Fields(line)
		if len(cells) < 3 {
			t.Fatalf("nobody may %q", line)
		}
		rows = append(rows, row{cells[0], cells[1], cells[2:]})
	}
	return rows
}

func (r row) may(who string) bool {
	return slices.Contains(r.who, who) || slices.Equal(r.who, []string{"everyone"})
}

func TestEveryRouteIsInTheMatrixAndHasAPermission(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	written := map[string]bool{}
	for _, r := range matrixRows(t) {
		written[r.method+" "+r.path] = true
	}
	for _, r := range s.web.Routes() {
		name := r.Method + " " + r.Path
		if !written[name] {
			t.Errorf("%s is not in the matrix", name)
		}
		delete(written, name)
		if r.Permission == "" || r.Handler == nil {
			t.Errorf("%s has no permission or no handler", name)
		}
		if api := strings.HasPrefix(r.Path, "/api/") && r.Path != "/api/v1/openapi.json"; api != r.Permission.OfAPI() {
			t.Errorf("%s asks for %s", name, r.Permission)
		}
	}
	for name := range written {
		t.Errorf("%s is in the matrix and not served", name)
	}
}

// session makes a session of a role's member and returns its cookie.
func (s *site) session(store string, m db.Member) string {
	s.t.Helper()
	id, now := handlers.NewSecret(), s.clock.Now()
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return tx.SaveSession(ctx, db.Session{IDHash: handlers.HashSecret(id), Store: store, User: m.User, CreatedAt: now,
			LastUsedAt: now, ExpiresAt: now.Add(time.Hour), Data: `{"role":"` + string(m.Role) + `"}`})
	})
	return "semaforo=" + id
}

func TestRoleByRouteMatrix(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := dbtest.Store(t, s.db, "loja")
	people := map[string]db.Member{
		"A": shop.Member("a@loja", "Ana", db.Admin), "S": shop.Member("s@loja", "Sara", db.Supervisor), "T": shop.Member("t@loja", "Tina", db.Agent),
	}
	tokens := map[string]string{
		"r": s.token(shop.ID, db.ScopeRead), "c": s.token(shop.ID, db.ScopeConversations), "f": s.token(shop.ID, db.ScopeConfiguration),
	}
	for _, r := range matrixRows(t) {
		api := strings.HasPrefix(r.path, "/api/")
		for _, who := range []string{"A", "S", "T", "r", "c", "f", "nobody"} {
			var header []string
			person, isPerson := people[who]
			token, isToken := tokens[who]
			switch {
			case isPerson:
				header = []string{"Cookie", s.session(shop.ID, person)}
			case isToken:
				header = []string{"Authorization", "Bearer " + token}
			}
			got, want := s.ask(r, header), "done"
			switch known := isPerson && !api || isToken && api; {
			case r.may(who):
			case known:
				want = "forbidden"
			default:
				want = "who are you"
			}
			if got != want {
				t.Errorf("%s asks %s %s: %s, want %s", who, r.method, r.path, got, want)
			}
		}
	}
}

// parameter is a part of a route's path that an address fills in.
var parameter = regexp.MustCompile(`:[a-z]+|\*`)

// filled is an address of a route at which nothing is, but for the words that
// name one of a few.
func filled(path string) string {
	words := map[string]string{":queue": "time", ":store": "loja", ":closing": "espera"}
	return parameter.ReplaceAllStringFunc(path, func(name string) string { return cmp.Or(words[name], "nada") })
}

// ask says how a request ended: done (also with a refusal of what was asked),
// forbidden, or sent to sign in.
func (s *site) ask(r row, header []string) string {
	s.t.Helper()
	path := filled(r.path)
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel() // ends a stream
	request, err := http.NewRequestWithContext(ctx, r.method, s.url+path, strings.NewReader(""))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	a, err := s.browser().http.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer a.Body.Close()
	public := slices.Equal(r.who, []string{"everyone"})
	switch {
	case a.StatusCode >= 500:
		s.t.Errorf("%s %s: %d", r.method, path, a.StatusCode)
	case a.StatusCode == http.StatusForbidden:
		return "forbidden"
	case a.StatusCode == http.StatusUnauthorized:
		return "who are you"
	case !public && a.StatusCode == http.StatusSeeOther && strings.HasPrefix(a.Header.Get("Location"), "/entrar"):
		if r.path != "/sair" {
			return "who are you"
		}
	case a.StatusCode == http.StatusMethodNotAllowed:
		s.t.Errorf("%s %s: %d", r.method, path, a.StatusCode)
	}
	return "done"
}

func TestStrangersComeBackAfterSigningIn(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	for path, want := range map[string]string{
		"/conversas":                   "/entrar",
		"/conversas?tab=all&q=maria":   "/entrar?volta=%2Fconversas%3Ftab%3Dall%26q%3Dmaria",
		"/automacoes/inatividade/time": "/entrar?volta=%2Fautomacoes%2Finatividade%2Ftime",
	} {
		if got := s.browser().get(path).is(t, http.StatusSeeOther).Header.Get("Location"); got != want {
			t.Errorf("%s leads to %s, want %s", path, got, want)
		}
	}
}

func TestWhichConversationsOpen(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop, other := dbtest.Store(t, s.db, "loja"), dbtest.Store(t, s.db, "outra")
	vendas, suporte := shop.Team("Vendas"), shop.Team("Suporte")
	members := map[db.Role]db.Member{
		db.Admin: shop.Member("a@loja", "Ana", db.Admin), db.Supervisor: shop.Member("s@loja", "Sara", db.Supervisor),
		db.Agent: shop.Member("t@loja", "Tina", db.Agent, vendas.ID),
	}
	make := func(in *dbtest.Shop, name, team, seller string) string {
		channel := in.Channel("canal "+name, db.ChannelChat)
		return in.Conversation(in.Contact(channel.ID, name, ""), func(c *db.Conversation) {
			c.Conversation = held(c.Conversation, team, seller)
		}).ID
	}
	tina, ana := members[db.Agent].Seller, members[db.Admin].Seller
	for _, test := range []struct {
		name, id       string
		manager, agent int
	}{
		{"Aguardando", make(shop, "um", "", ""), 200, 200},
		{"her own", make(shop, "dois", suporte.ID, tina), 200, 200},
		{"in her team", make(shop, "três", vendas.ID, ""), 200, 200},
		{"in another team", make(shop, "quatro", suporte.ID, ""), 200, 404},
		{"a colleague's", make(shop, "cinco", vendas.ID, ana), 200, 404},
		{"another store's", make(other, "seis", "", ""), 404, 404},
		{"none", db.NewID(), 404, 404},
	} {
		for role, m := range members {
			want := test.manager
			if role == db.Agent {
				want = test.agent
			}
			got := s.browser().get("/conversas/"+test.id, "Cookie", s.session(shop.ID, m))
			if got.StatusCode != want {
				t.Errorf("%s opens %s: %d, want %d", role, test.name, got.StatusCode, want)
			}
			acted := s.browser().do(http.MethodPost, "/conversas/"+test.id+"/nao-precisa-de-resposta", "", "Cookie", s.session(shop.ID, m))
			if denied := acted.StatusCode == 403 || acted.StatusCode == 404; denied != (want != 200) {
				t.Errorf("%s acts on %s: %d", role, test.name, acted.StatusCode)
			}
		}
	}
}

func held(c flow.Conversation, team, seller string) flow.Conversation {
	c.Team, c.Seller = team, seller
	return c
}

// stream opens a person's live stream and reads its first line.
func (s *site) stream(cookie string) (*http.Response, *bufio.Reader) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	s.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/eventos", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Cookie", cookie)
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Accept-Encoding", "gzip")
	a, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { a.Body.Close() })
	lines := bufio.NewReader(a.Body)
	if _, err := lines.ReadString('\n'); err != nil {
		s.t.Fatalf("no first line: %v", err)
	}
	return a, lines
}

func TestStreamsAreNotCompressedAndEndWithTheServer(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := dbtest.Store(t, s.db, "loja")
	cookie := s.session(shop.ID, shop.Member("a@loja", "Ana", db.Admin))
	a, lines := s.stream(cookie)
	if a.Header.Get("Content-Encoding") != "" || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/event-stream") {
		t.Errorf("headers: %v", a.Header)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := s.web.Shutdown(ctx); err != nil {
		t.Fatalf("the open stream kept the server up: %v", err)
	}
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Errorf("the stream was torn off: %v", err)
	}
}

func TestAPITokens(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	token := s.token(shop.ID, db.ScopeRead)
	ask := func(authorization string) answer {
		return s.browser().get("/api/v1/conversations", "Authorization", authorization)
	}
	ask("Bearer "+token).is(t, http.StatusOK)
	ask("bearer "+token).is(t, http.StatusOK)
	for _, wrong := range []string{"", "Bearer", "Bearer ", "Basic " + token, "Bearer " + token + "x", "Bearer " + handlers.HashSecret(token)} {
		a := ask(wrong).is(t, http.StatusUnauthorized)
		if got := a.Header.Get("WWW-Authenticate"); got != `Bearer realm="semaforo"` {
			t.Errorf("WWW-Authenticate: %q", got)
		}
	}
	used := func() time.Time {
		found, err := s.db.TokenByHash(context.Background(), handlers.HashSecret(token))
		if err != nil {
			t.Fatal(err)
		}
		return found.LastUsedAt
	}
	first := used()
	s.clock.pass(59 * time.Second)
	ask("Bearer " + token)
	if !used().Equal(first) {
		t.Error("each use is written down")
	}
	s.clock.pass(time.Second)
	ask("Bearer " + token)
	if used().Equal(first) {
		t.Error("a later use is not written down")
	}
}

func TestAPIIsLimitedByToken(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	busy, calm := s.token(shop.ID, db.ScopeRead), s.token(shop.ID, db.ScopeConversations)
	// The clock stands still: what a token may do at once is all it may do.
	for range 400 {
		s.browser().get("/api/v1/teams", "Authorization", "Bearer "+busy).is(t, http.StatusOK)
	}
	a := s.browser().get("/api/v1/teams", "Authorization", "Bearer "+busy)
	a.is(t, http.StatusTooManyRequests)
	a.has(t, `"status":429`)
	if a.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.clock.pass(10 * time.Millisecond)
	s.browser().get("/api/v1/teams", "Authorization", "Bearer "+busy).is(t, http.StatusOK)
	s.browser().get("/api/v1/teams", "Authorization", "Bearer "+calm).is(t, http.StatusOK)
}
