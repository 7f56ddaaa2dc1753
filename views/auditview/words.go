package auditview

import "strings"

// The codes that entries are stored with are package db's; a test holds these
// words against every code that the program writes.

var nouns = []struct{ code, subject, named string }{
	{"store", "Loja", "a loja"},
	{"team", "Times", "o time"},
	{"user", "Usuários", "o usuário"},
	{"seller", "Vendedores", "o vendedor"},
	{"invite", "Convites", "o convite de"},
	{"account", "Contas", "a conta de"},
	{"session", "Entradas e sessões", "a sessão de"},
	{"hours", "Horários e feriados", "o horário de atendimento:"},
	{"flow", "Fluxos", "o"},
	{"schedule", "Programações", "a programação do"},
	{"closing", "Encerramento automático", "o encerramento automático"},
	{"channel", "Canais", "o canal"},
	{"token", "Chaves da API", "a chave"},
	{"webhook", "Webhooks", "o webhook"},
	{"customer", "Clientes", "o cliente"},
	{"portfolio", "Carteiras", "clientes:"},
	{"history", "Histórico", "o histórico de"},
}

var verbs = map[string]string{
	"created": "Criou", "changed": "Alterou", "deleted": "Excluiu", "archived": "Arquivou", "restored": "Desarquivou",
	"enabled": "Ativou", "disabled": "Desativou", "reset": "Redefiniu", "revoked": "Revogou", "accepted": "Aceitou",
	"imported": "Importou", "exported": "Exportou", "transferred": "Transferiu", "failed": "Não pôde cumprir",
	"signed_in": "Entrou", "signed_out": "Saiu", "refused": "Teve a entrada recusada",
}

// fields are the labels of what an entry says has changed.
var fields = map[string]string{
	"name": "Nome", "active": "Ativo", "teams": "Times",
	"targets": "Exceções", "alert1": "1º alerta", "alert2": "2º alerta", "action": "Ação", "action_when": "Quando",
	"clock": "O tempo conta", "members": "Membros", "replacement": "Time que ficou no lugar", "conversations": "Conversas movidas",
	"hours": "Horário", "holidays": "Feriados", "team": "Time", "role": "Perfil", "until": "Válido até", "portfolio": "Carteira",
	"slug": "Nome no endereço", "timezone": "Fuso horário", "administrator": "Administração", "first_steps": "Lista de primeiros passos",
	"open_portfolio": "Vendedores veem clientes fora da própria carteira", "two_step_required": "Verificação em duas etapas exigida", "login": "Login",
	"recovery_codes": "Códigos de recuperação", "sessions_ended": "Sessões encerradas", "reason": "Motivo", "attempts": "Tentativas",
	"holiday": "Feriado", "holidays_file": "Feriados de arquivo", "kind": "Tipo", "phone": "Telefone", "seller": "Responsável", "joined": "Cliente juntado", "customers_created": "Clientes novos",
	"customers_changed": "Clientes mudados", "scope": "Pode",
	"must_change_password": "Troca de senha exigida", "two_step": "Verificação em duas etapas", "password": "Senha",
	"schedule": "Programação", "problem": "Por quê", "starts_at": "Começa", "ends_at": "Volta a ser como antes",
	"restored_version": "Versão restaurada", "past_conversations": "Conversas", "waits": "Esperas", "after": "Tempo", "closing_text": "Mensagem ao cliente", "enabled": "Ligado",
}

// NounWord is what entries of a noun are about, in a list of subjects; empty for
// an unknown code.
func NounWord(code string) string {
	for _, n := range nouns {
		if n.code == code {
			return n.subject
		}
	}
	return ""
}

// ActionWord is the verb of an action; empty for an unknown code.
func ActionWord(code string) string { return verbs[code] }

// FieldWord is a field's label; empty for an unknown code.
func FieldWord(code string) string { return fields[code] }

// Sentence says what was done to what: “Alterou o time Vendas”.
func Sentence(noun, action, name string) string {
	verb := verbs[action]
	switch action {
	case "signed_in", "signed_out", "refused":
		return verb
	}
	for _, n := range nouns {
		if n.code == noun && name != "" {
			return verb + " " + n.named + " " + name
		}
		if n.code == noun {
			return verb + " " + strings.TrimSuffix(n.named, ":")
		}
	}
	return verb
}
