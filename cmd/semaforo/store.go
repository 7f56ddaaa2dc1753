package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"semaforo/db"
	"semaforo/handlers"
	"semaforo/views/auditview"
)

// storeCmd are the commands on stores.
type storeCmd struct {
	Add  storeAddCmd  `cmd:"" help:"Open another store on this installation."`
	List storeListCmd `cmd:"" help:"List the stores."`
}

// storeAddCmd is `semaforo store add`.
type storeAddCmd struct {
	database
	newPassword
	Slug      string `arg:"" help:"The store's name in addresses, as in /chat/SLUG: lower case letters, digits and hyphens."`
	Name      string `placeholder:"NAME" help:"The store's name. (default: the slug)"`
	Timezone  string `default:"America/Sao_Paulo" placeholder:"ZONE" help:"The store's time zone, as America/Manaus. (default ${default})"`
	Admin     string `required:"" placeholder:"LOGIN" help:"Who administers the store. Somebody who signs in already keeps the password."`
	AdminName string `placeholder:"NAME" help:"The name of a new administrator. (default: the login)"`
}

// Run opens the store, which begins as the first one does.
func (cmd *storeAddCmd) Run(std *streams) (err error) {
	store, err := cmd.store()
	if err != nil {
		return usageError{err}
	}
	ctx := context.Background()
	d, err := cmd.beside(ctx, std)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	switch _, err := d.StoreBySlug(ctx, store.Slug); {
	case err == nil:
		return errTaken(store)
	case !errors.Is(err, db.ErrNotFound):
		return err
	}
	admin, made, err := cmd.person(ctx, std, d, cmd.Admin, cmd.AdminName)
	if err != nil {
		return err
	}
	admin.Role = db.Admin
	err = d.Tx(ctx, func(tx *db.Tx) error {
		_, err := handlers.OpenStore(ctx, tx, store, admin, byOperator())
		return err
	})
	if errors.Is(err, db.ErrDuplicate) { // in the same moment
		return errTaken(store)
	}
	if err != nil {
		return err
	}
	return cmd.tell(std, made, "the store %s is open, its chat is at /chat/%s; %s", store.Name, store.Slug, administers(admin))
}

// store is what the options describe, if they can.
func (cmd *storeAddCmd) store() (db.Store, error) {
	s := db.Store{ID: db.NewID(), Slug: cmd.Slug, Name: strings.TrimSpace(cmd.Name), Timezone: cmd.Timezone, CreatedAt: time.Now()}
	if s.Name == "" {
		s.Name = s.Slug
	}
	if problem := handlers.SlugProblem(s.Slug); problem != "" {
		return s, fmt.Errorf("the slug %s", problem)
	}
	if problem := handlers.NameProblem(s.Name); problem != "" {
		return s, fmt.Errorf("the name %s", problem)
	}
	if _, err := time.LoadLocation(s.Timezone); err != nil || s.Timezone == "" || s.Timezone == "Local" {
		return s, fmt.Errorf("there is no time zone %q: write it as America/Sao_Paulo", s.Timezone)
	}
	return s, nil
}

func errTaken(store db.Store) error {
	return fmt.Errorf("there already is a store %q", store.Slug)
}

func administers(admin handlers.NewMember) string {
	if admin.User != "" {
		return admin.Login + " administers it too, with the password they have"
	}
	return admin.Login + " administers it"
}

// byOperator is who an operator's command is in the audit trail.
func byOperator() db.Audit { return db.Audit{ByKind: db.BySystem, ByName: auditview.OperatorName} }

// storeListCmd is `semaforo store list`.
type storeListCmd struct{ database }

// Run prints a line for each store.
func (cmd *storeListCmd) Run(std *streams) (err error) {
	ctx := context.Background()
	d, err := cmd.beside(ctx, std)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	stores, err := d.Stores(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SLUG\tNAME\tTIME ZONE\tSINCE")
	for _, s := range stores {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", s.Slug, s.Name, s.Timezone, s.CreatedAt.Format(time.DateOnly))
	}
	return table.Flush()
}
