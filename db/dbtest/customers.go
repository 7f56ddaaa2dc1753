package dbtest

import (
	"fmt"

	"semaforo/db"
)

var (
	firstNames = []string{"Maria", "José", "Ana", "João", "Antônio", "Francisca", "Carlos", "Paulo", "Pedro", "Lucas", "Luiz", "Marcos", "Luís",
		"Gabriel", "Rafael", "Daniel", "Marcelo", "Bruno", "Eduardo", "Felipe", "Raimunda", "Rodrigo", "Manoel", "Mateus", "André", "Conceição"}
	lastNames = []string{"da Silva", "dos Santos", "Oliveira", "Souza", "Rodrigues", "Ferreira", "Alves", "Pereira", "Lima", "Gomes", "Costa",
		"Ribeiro", "Martins", "Carvalho", "Almeida", "Lopes", "Soares", "Fernandes", "Vieira", "Barbosa", "Rocha", "Dias", "Nascimento", "Andrade",
		"Moreira", "Nunes", "Marques", "Machado", "Mendes", "Freitas", "Cardoso", "D'Ávila"}
)

// Customers makes n customers as a Brazilian shop has them, few names shared by many;
// half of them in the portfolio of one of the sellers. It writes beside the
// package, as Seed does, and is for benchmarks on SQLite.
func (s *Shop) Customers(n int, sellers []db.Seller) {
	s.t.Helper()
	raw := rawConnection(s.t, s.DB)
	defer raw.Close()
	check := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	_, err := raw.Exec(`DROP INDEX customer_terms_term`)
	check(err)
	tx, err := raw.Begin()
	check(err)
	customer, err := tx.Prepare(`INSERT INTO customers (store_id, id, name, name_key, phone, phone_digits, phone_key, seller_id, version, created_at)
	  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, 1)`)
	check(err)
	word, err := tx.Prepare(`INSERT INTO customer_terms (store_id, customer_id, term) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`)
	check(err)
	for i := range n {
		name := firstNames[i%len(firstNames)] + " " + lastNames[i/7%len(lastNames)] + " " + lastNames[i/11%len(lastNames)]
		digits := fmt.Sprintf("55%d9%08d", 11+i%80, i*7919%100_000_000)
		var seller any
		if draw := i * 40503 % 65536; draw < 32768 && len(sellers) > 0 { // no name goes with a seller
			seller = sellers[draw%len(sellers)].ID
		}
		id := fmt.Sprintf("k%09d", i)
		_, err := customer.Exec(s.ID, id, name, db.Fold(name), "+"+digits, digits, db.PhoneKey("+"+digits), seller)
		check(err)
		terms := db.Terms(name)
		for from := range len(digits) - 3 {
			terms = append(terms, digits[from:])
		}
		for _, term := range terms {
			_, err := word.Exec(s.ID, id, []byte(term))
			check(err)
		}
	}
	check(tx.Commit())
	_, err = raw.Exec(`CREATE INDEX customer_terms_term ON customer_terms (store_id, term, customer_id)`)
	check(err)
}
