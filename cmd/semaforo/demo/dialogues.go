package demo

import "slices"

// dialogue is what a customer and a seller say to each other, the customer
// first. No two lines are the same, so that a conversation's messages tell which
// dialogue it is and how far it has come: the movement keeps nothing in memory.
type dialogue struct {
	team  string // who answers such questions
	lines []line
}

type line struct {
	byCustomer bool
	text       string
	thanks     bool // needs no reply
}

func asks(text string) line    { return line{byCustomer: true, text: text} }
func thanks(text string) line  { return line{byCustomer: true, text: text, thanks: true} }
func replies(text string) line { return line{text: text} }

var dialogues = []dialogue{
	{vendas, []line{
		asks("Oi! Vocês entregam em Campinas?"),
		replies("Oi, tudo bem? Entregamos sim! Para Campinas leva de 2 a 3 dias úteis."),
		asks("Ótimo. E o frete fica quanto?"),
		replies("Acima de R$ 199 é grátis. Abaixo disso fica R$ 14,90."),
		thanks("Perfeito, vou fechar o pedido. Agradeço!")}},
	{vendas, []line{
		asks("Boa tarde, o tênis branco do anúncio tem no 38?"),
		replies("Boa tarde! Tem sim, restam três pares no 38. Quer que eu separe um?"),
		asks("Quero! Posso pagar no Pix?"),
		replies("Pode, e no Pix tem 5% de desconto. Já mando o link."),
		thanks("Pago agora mesmo, valeu!")}},
	{vendas, []line{
		asks("Olá, essa jaqueta jeans veste grande ou pequeno?"),
		replies("Olá! Ela veste um pouquinho menor. Se ficar entre dois tamanhos, leve o maior."),
		asks("Uso M normalmente, mas gosto mais soltinho."),
		replies("Então o G é o ideal para você. Ainda temos na cor clara e na escura."),
		thanks("Vou de G escura. Valeu demais pela dica!")}},
	{vendas, []line{
		asks("Bom dia! Vocês fazem orçamento para uniformes? Seriam 40 camisetas."),
		replies("Bom dia! Fazemos sim. A estampa é na frente, nas costas ou nos dois lados?"),
		asks("Só na frente, uma cor. Preciso para o dia 15."),
		replies("Dá tempo! Fica R$ 34,90 por peça, com a arte inclusa. Mando a proposta por e-mail?"),
		thanks("Isso, pode mandar. Até mais!")}},
	{vendas, []line{
		asks("Oi, o cupom BEMVINDO10 não está funcionando no carrinho 😕"),
		replies("Oi! Vou olhar. Os produtos no carrinho estão em promoção?"),
		asks("Um deles está, o vestido floral."),
		replies("É por isso: o cupom não soma com promoção. Tire o vestido e ele entra nos outros itens."),
		thanks("Agora foi! Valeu pela ajuda 💚")}},
	{vendas, []line{
		asks("Vocês parcelam em quantas vezes sem juros?"),
		replies("Em até 6 vezes sem juros no cartão, com parcela mínima de R$ 40."),
		asks("E dá para usar dois cartões?"),
		replies("Dá sim, é só escolher “dois cartões” na hora do pagamento."),
		thanks("Show, era isso. Valeu!")}},
	{vendas, []line{
		asks("Olá! A bolsa caramelo vai voltar ao estoque?"),
		replies("Olá! Chega uma remessa na quinta-feira. Quer que eu avise você?"),
		asks("Quero, por favor! Pode ser neste número mesmo."),
		replies("Combinado, anotado aqui. Aviso assim que chegar!"),
		thanks("Ai, que bom! Fico esperando 😊")}},
	{posVenda, []line{
		asks("Bom dia, meu pedido 48213 ainda não chegou."),
		replies("Bom dia! Já localizei: ele está com a transportadora e a previsão é amanhã até as 18h."),
		asks("Mas a previsão era ontem… dá para confirmar com eles?"),
		replies("Entendo, me desculpe pelo atraso. Abri um chamado de urgência e acompanho por aqui."),
		thanks("Tá bom, fico no aguardo então.")}},
	{posVenda, []line{
		asks("Oi, preciso da segunda via da nota fiscal do pedido 47990."),
		replies("Oi! Claro. Ela está em nome de pessoa física ou CNPJ?"),
		asks("No CNPJ da empresa."),
		replies("Pronto, acabei de enviar para o e-mail do cadastro. Confere para mim?"),
		thanks("Chegou certinho, agradeço!")}},
	{posVenda, []line{
		asks("Boa noite. Quero mudar o endereço de entrega, ainda dá?"),
		replies("Boa noite! Se ainda não saiu, dá sim. Qual é o número do pedido?"),
		asks("É o 48377. Saiu hoje do centro de distribuição?"),
		replies("Ainda não saiu. Me passe o endereço novo com o CEP que eu altero."),
		asks("Rua das Acácias, 120, apto 34, CEP 04567-000."),
		replies("Alterado! Você recebe a confirmação por e-mail em alguns minutos."),
		thanks("Que alívio! Vocês são ótimos.")}},
	{posVenda, []line{
		asks("Oi! A máquina de café parou de esquentar. Está na garantia?"),
		replies("Oi! Sinto muito por isso. Se a compra tem menos de 12 meses, está sim. Sabe a data?"),
		asks("Comprei em maio, tenho a nota aqui."),
		replies("Então está coberta. Vou mandar a etiqueta de envio para a assistência, sem custo."),
		thanks("Perfeito. Agradeço a atenção!")}},
	{posVenda, []line{
		asks("O rastreio diz “entregue”, mas aqui em casa não chegou nada!"),
		replies("Que chato! Vou falar com a transportadora agora. Alguém na portaria pode ter recebido?"),
		asks("Já perguntei, ninguém recebeu."),
		replies("Certo. Abri a contestação; em até 24 horas reenviamos ou devolvemos o valor."),
		thanks("Combinado, aguardo então.")}},
	{trocas, []line{
		asks("Olá, a blusa ficou pequena. Como faço para trocar pelo G?"),
		replies("Olá! A primeira troca é grátis. A peça está com a etiqueta?"),
		asks("Está sim, só provei."),
		replies("Então é só postar com este código nos Correios: a nova sai assim que ela chegar."),
		thanks("Vou postar hoje ainda. Valeu!")}},
	{trocas, []line{
		asks("Recebi o produto errado: pedi a panela vermelha e veio a preta."),
		replies("Poxa, desculpe! Pode me mandar o número do pedido que está na caixa?"),
		asks("Pedido 48105."),
		replies("Já agendei a coleta da preta e a vermelha sai amanhã cedo, sem custo nenhum."),
		thanks("Resolveram rápido, gostei!")}},
	{trocas, []line{
		asks("Quero devolver um fone que comprei semana passada, me arrependi."),
		replies("Sem problema, você tem 7 dias para desistir da compra. Ele chegou em que dia?"),
		asks("Na sexta-feira."),
		replies("Está dentro do prazo! Prefere o estorno no cartão ou um vale para usar na loja?"),
		asks("No cartão, por favor."),
		replies("Feito. Depois que o fone chegar aqui, aparece na sua fatura em até duas."),
		thanks("Ótimo, foi bem fácil!")}},
	{trocas, []line{
		asks("O zíper da mochila veio quebrado. Vocês trocam?"),
		replies("Trocamos sim, isso é defeito. Consegue me mandar uma foto do zíper?"),
		asks("Mandei agora no e-mail de vocês, com o número do pedido."),
		replies("Recebi! A mochila nova vai amanhã e a coleta da outra é na sua casa."),
		thanks("Ótimo atendimento, valeu mesmo!")}},
}

// nudges are what customers write who have waited too long.
var nudges = []string{"Oi? Alguém pode me atender?", "Ainda estou aguardando…", "Conseguem me responder, por favor?"}

// apologies are what a seller answers who has nothing else to say.
var apologies = []string{
	"Oi! Desculpe a demora, já estou com o seu atendimento. Como posso ajudar?",
	"Olá! Agradeço a espera. Só um instante que vou verificar para você.",
	"Prontinho! Posso ajudar em mais alguma coisa?",
}

// notes are what sellers tell each other.
var notes = []string{"Cliente de longa data, sempre compra na coleção nova.", "Já falei com o estoque, aguardando retorno.",
	"Prefere mensagem: não ligar."}

// reasons are why sellers postpone.
var reasons = []string{"Almoço", "Consultando o estoque", "Esperando a transportadora", "Em reunião", "Cliente pediu para voltar mais tarde"}

// dialogueIn is the dialogue that a conversation's texts are of, and how many of
// its lines have been said; nil where it is none.
func dialogueIn(texts []string) (d *dialogue, said int) {
	for i := range dialogues {
		for n, l := range dialogues[i].lines {
			if slices.Contains(texts, l.text) {
				d, said = &dialogues[i], n+1
			}
		}
		if d != nil {
			return d, said
		}
	}
	return nil, 0
}

// next is what the customer, or the seller, says after the first lines; false
// when they have said it all.
func (d *dialogue) next(said int, byCustomer bool) (line, bool) {
	if d == nil {
		return line{}, false
	}
	for _, l := range d.lines[min(said, len(d.lines)):] {
		if l.byCustomer == byCustomer {
			return l, true
		}
	}
	return line{}, false
}
