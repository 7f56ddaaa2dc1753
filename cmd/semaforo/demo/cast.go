package demo

import (
	"fmt"
	"time"

	"semaforo/channel"
	"semaforo/channel/chat"
	"semaforo/db"
	"semaforo/flow"
	"semaforo/handlers"
)

// The store's names. Its slug is in the address of its chat.
const (
	Slug      = "demo"
	storeName = "Loja Demonstração"
	timezone  = "America/Sao_Paulo"
)

// Password is everybody's in the demonstration; the sign-in page shows it.
const Password = "demonstracao"

// Ids of teams and channels' names: short words, since a newcomer meets them in
// the API.
const (
	vendas   = "vendas"
	plantao  = "plantao"
	posVenda = "pos-venda"
	trocas   = "trocas"

	chatChannel = "Chat da loja"
	apiChannel  = "api"
)

type team struct {
	id, name string
	hours    *flow.Week
}

func slots(times ...int) []flow.Slot {
	var all []flow.Slot
	for i := 0; i+1 < len(times); i += 2 {
		all = append(all, flow.Slot{Open: times[i] * 60, Close: times[i+1] * 60})
	}
	return all
}

// storeHours is Monday to Friday from nine to six, Saturday until one.
func storeHours() *flow.Week {
	var w flow.Week
	for d := time.Monday; d <= time.Friday; d++ {
		w[d] = slots(9, 18)
	}
	w[time.Saturday] = slots(9, 13)
	return &w
}

// dutyHours are when the store is closed and somebody is on duty all the same.
func dutyHours() *flow.Week {
	var w flow.Week
	for d := time.Monday; d <= time.Friday; d++ {
		w[d] = slots(7, 9, 18, 24)
	}
	w[time.Saturday] = slots(13, 22)
	w[time.Sunday] = slots(10, 20)
	return &w
}

func teams() []team {
	return []team{
		{vendas, "Vendas", nil},
		{plantao, "Plantão", dutyHours()},
		{posVenda, "Pós-venda", nil},
		{trocas, "Trocas e devoluções", nil},
	}
}

// person is one of the store's people; id is their seller's.
type person struct {
	id, name string
	role     db.Role
	teams    []string
}

func (p person) login() string { return p.id + "@loja.demo" }

var people = []person{
	{"helena", "Helena Duarte", db.Admin, nil},
	{"marcos", "Marcos Teixeira", db.Supervisor, nil},
	{"ana", "Ana Beatriz Souza", db.Agent, []string{vendas}},
	{"bruno", "Bruno Carvalho", db.Agent, []string{vendas}},
	{"camila", "Camila Rocha", db.Agent, []string{vendas, plantao}},
	{"diego", "Diego Martins", db.Agent, []string{posVenda}},
	{"eduarda", "Eduarda Lima", db.Agent, []string{trocas, posVenda}},
	{"felipe", "Felipe Nunes", db.Agent, []string{plantao, trocas}},
}

// SignIns are the people a newcomer can be, for the sign-in page.
func SignIns() []handlers.DemoSignIn {
	signIns := make([]handlers.DemoSignIn, len(people))
	for i, p := range people {
		signIns[i] = handlers.DemoSignIn{Login: p.login(), Password: Password, Name: p.name, Role: handlers.Role(p.role).Word()}
	}
	return signIns
}

// customer is one of the store's simulated customers. There is a fixed number of
// them, and they come back.
type customer struct {
	n           int
	name, phone string
	visitor     chat.Visitor // who writes in the chat; else through the API
	chats       bool
}

// customers is how many there are.
const customers = 160

var firstNames = []string{"Mariana", "João Pedro", "Beatriz", "Rafael", "Larissa", "Gustavo", "Fernanda", "Thiago", "Juliana", "Lucas",
	"Patrícia", "André", "Letícia", "Rodrigo", "Amanda", "Vinícius", "Débora", "Caio", "Renata", "Matheus", "Aline", "Leonardo",
	"Priscila", "Otávio", "Natália", "Henrique", "Sônia", "Márcio", "Tatiane", "Igor", "Luciana", "Fábio"}

var lastNames = []string{"Alves", "Barbosa", "Cardoso", "da Silva", "Esteves", "Ferreira", "Gonçalves", "de Oliveira", "Mendes", "Nogueira",
	"Pereira", "Queiroz", "Ribeiro", "dos Santos", "Tavares", "Vasconcelos", "Araújo", "Batista", "Correia", "Dias", "Freitas", "Moraes",
	"Pinheiro", "Rezende", "Siqueira", "Teles", "Viana"}

var areaCodes = []int{11, 11, 11, 19, 21, 31, 41, 51, 61, 71, 81, 85}

// customerOf is the n-th customer of a store: always the same, so that a restart
// knows them again. Mobile numbers after 9 0 are nobody's.
func customerOf(store string, n int) customer {
	c := customer{n: n, chats: n%2 == 0, name: firstNames[n%len(firstNames)] + " " + lastNames[n*5%len(lastNames)]}
	phone := fmt.Sprintf("+55 %d 90%03d-%04d", areaCodes[n%len(areaCodes)], (n*37+314)%1000, (n*7919+1204)%10000)
	if clean, err := channel.Phone(phone); err == nil {
		c.phone = clean
	}
	if c.chats {
		c.visitor = visitorOf(store, n)
	}
	return c
}

// externalID is what the customer's channel calls them.
func (c customer) externalID() string {
	if c.chats {
		return c.visitor.ExternalID()
	}
	return fmt.Sprintf("cliente-%03d", c.n)
}

func (c customer) channelName() string {
	if c.chats {
		return chatChannel
	}
	return apiChannel
}
