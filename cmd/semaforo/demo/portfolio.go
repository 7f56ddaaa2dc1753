package demo

import (
	"context"

	"semaforo/db"
)

// entrust puts every third of the customers who have written so far into the portfolio
// of one of the sellers, in turns: their next conversations go straight to them.
func entrust(ctx context.Context, d *db.DB, store string) error {
	page, err := d.Customers(ctx, store, db.CustomerQuery{})
	if err != nil {
		return err
	}
	var sellers []string
	for _, p := range people {
		if p.role == db.Agent {
			sellers = append(sellers, p.id)
		}
	}
	portfolios := map[string][]string{}
	for i := 0; i < len(page.Rows); i += 3 {
		seller := sellers[i/3%len(sellers)]
		portfolios[seller] = append(portfolios[seller], page.Rows[i].ID)
	}
	return d.Tx(ctx, func(tx *db.Tx) error {
		for _, seller := range sellers {
			if _, err := tx.AssignCustomers(ctx, store, portfolios[seller], seller); err != nil {
				return err
			}
		}
		return nil
	})
}
