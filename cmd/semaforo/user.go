package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"semaforo/db"
	"semaforo/handlers"
	"semaforo/scheduler"
)

// userCmd are the commands on people.
type userCmd struct {
	Add      userAddCmd      `cmd:"" help:"Add a person to a store."`
	Password userPasswordCmd `cmd:"" help:"Give a person another password and end their sessions."`
	TwoStep  userTwoStepCmd  `cmd:"" help:"Turn a person's two-step sign-in off: they have lost their phone and their recovery codes."`
}

// newPassword is how a password comes in: never as an argument, where every user
// of the machine can read it.
type newPassword struct {
	Generate bool `help:"Make a password and print it, once. Without it, the password is asked for, or read from standard input."`
}

// userAddCmd is `semaforo user add`.
type userAddCmd struct {
	ofStore
	newPassword
	Login string   `arg:"" help:"What the person signs in with, an e-mail address for example. Somebody of another store keeps their name and password."`
	Name  string   `placeholder:"NAME" help:"The person's name. (default: the login)"`
	Role  string   `default:"agent" enum:"admin,supervisor,agent" placeholder:"ROLE" help:"admin (Administração), supervisor (Supervisão) or agent (Atendimento). (default ${default})"`
	Team  []string `placeholder:"NAME" help:"A team the person answers in; several with commas or by repeating it."`
}

// Run adds the person, who is a seller of the store from then on. Somebody who
// signs in to another store already keeps their name and password.
func (cmd *userAddCmd) Run(std *streams) error {
	return cmd.inStore(std, func(ctx context.Context, d *db.DB, store db.Store) error {
		teams, err := teamIDs(ctx, d, store, cmd.Team)
		if err != nil {
			return err
		}
		member, made, err := cmd.person(ctx, std, d, cmd.Login, cmd.Name)
		if err != nil {
			return err
		}
		member.Role, member.Teams = db.Role(cmd.Role), teams
		if err := cmd.add(ctx, std, d, store, member); err != nil {
			return err
		}
		if member.User != "" {
			return cmd.tell(std, made, "%s, who signs in already, was added to %s and keeps the password", member.Login, store.Slug)
		}
		return cmd.tell(std, made, "%s was added to %s", member.Login, store.Slug)
	})
}

// add makes the person a member, where they are none.
func (cmd *userAddCmd) add(ctx context.Context, std *streams, d *db.DB, store db.Store, member handlers.NewMember) error {
	_, err := door(d, std).Configure(ctx, store.ID, scheduler.By{Kind: db.BySystem}, func(tx *db.Tx, now time.Time) error {
		user, err := handlers.AddMember(ctx, tx, store.ID, member, now)
		if err != nil {
			return err
		}
		entry := byOperator()
		entry.Store, entry.At, entry.Noun, entry.NounID, entry.NounName = store.ID, now, db.NounUser, user, member.Name
		entry.Action = db.AuditCreated
		entry.Changes = []db.AuditChange{{Field: "login", After: member.Login}, {Field: "role", After: handlers.Role(member.Role).Word()}}
		if len(cmd.Team) > 0 {
			entry.Changes = append(entry.Changes, db.AuditChange{Field: "teams", After: strings.Join(cmd.Team, ", ")})
		}
		return tx.AppendAudit(ctx, entry)
	})
	if errors.Is(err, db.ErrDuplicate) {
		return alreadyThere(ctx, d, store, member)
	}
	return err
}

// alreadyThere says why somebody cannot be added.
func alreadyThere(ctx context.Context, d *db.DB, store db.Store, member handlers.NewMember) error {
	m, err := d.Membership(ctx, store.ID, member.User)
	switch {
	case errors.Is(err, db.ErrNotFound): // made in the same moment
		return fmt.Errorf("somebody else was just given the login %s: try again", member.Login)
	case err != nil:
		return err
	case m.Disabled:
		return fmt.Errorf("%s is a member of %s who was deactivated: an administrator lets them in again under Usuários", member.Login, store.Slug)
	}
	return fmt.Errorf("%s is a member of %s already", member.Login, store.Slug)
}

// person finds who signs in with a login, or takes a new one's name and password;
// made is a password to print.
func (p newPassword) person(ctx context.Context, std *streams, d *db.DB, login, name string) (m handlers.NewMember, made string, err error) {
	login, name = strings.TrimSpace(login), strings.TrimSpace(name)
	if problem := handlers.LoginProblem(login); problem != "" {
		return m, "", usageError{fmt.Errorf("the login %s", problem)}
	}
	user, err := d.UserByLogin(ctx, login)
	switch {
	case err == nil && user.Disabled:
		return m, "", fmt.Errorf("%s may not sign in any more", user.Login)
	case err == nil:
		return handlers.NewMember{User: user.ID, Name: user.Name, Login: user.Login}, "", nil
	case !errors.Is(err, db.ErrNotFound):
		return m, "", err
	}
	if name == "" {
		name = login
	}
	if problem := handlers.NameProblem(name); problem != "" {
		return m, "", usageError{fmt.Errorf("the name %s", problem)}
	}
	m = handlers.NewMember{Name: name, Login: login}
	made, m.PasswordHash, err = p.password(ctx, std)
	return m, made, err
}

// teamIDs finds teams by their names, however written.
func teamIDs(ctx context.Context, d *db.DB, store db.Store, names []string) ([]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	teams, err := d.Teams(ctx, store.ID)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, name := range names {
		i := slices.IndexFunc(teams, func(t db.Team) bool { return !t.Archived && db.Fold(t.Name) == db.Fold(name) })
		if i < 0 {
			return nil, fmt.Errorf("the store %s has no team %q", store.Slug, name)
		}
		ids = append(ids, teams[i].ID)
	}
	return ids, nil
}

// userPasswordCmd is `semaforo user password`.
type userPasswordCmd struct {
	ofStore
	newPassword
	Login string `arg:"" help:"What the person signs in with."`
}

// Run changes the password of a member of the store. One that the program made is
// known to whoever ran it, so the person has to choose another first.
func (cmd *userPasswordCmd) Run(std *streams) error {
	return cmd.inStore(std, func(ctx context.Context, d *db.DB, store db.Store) error {
		user, err := memberOf(ctx, d, store, cmd.Login)
		if err != nil {
			return err
		}
		password, hash, err := cmd.password(ctx, std)
		if err != nil {
			return err
		}
		err = d.Tx(ctx, func(tx *db.Tx) error {
			return errors.Join(tx.SetPassword(ctx, user.ID, hash, cmd.Generate), reset(ctx, tx, store, user, db.AuditChange{Field: "password"}))
		})
		if err != nil {
			return err
		}
		return cmd.tell(std, password, "%s has a new password and has to sign in again", user.Login)
	})
}

// userTwoStepCmd is `semaforo user two-step`.
type userTwoStepCmd struct {
	ofStore
	Login string `arg:"" help:"What the person signs in with."`
	Off   bool   `required:"" help:"Turn it off. People turn it on themselves, in Minha conta."`
}

// Run turns the two-step sign-in of a member of the store off.
func (cmd *userTwoStepCmd) Run(std *streams) error {
	return cmd.inStore(std, func(ctx context.Context, d *db.DB, store db.Store) error {
		user, err := memberOf(ctx, d, store, cmd.Login)
		if err != nil {
			return err
		}
		two, err := d.TwoStep(ctx, user.ID)
		if err != nil {
			return err
		}
		if !two.Enabled() {
			return fmt.Errorf("%s does not sign in in two steps", user.Login)
		}
		err = d.Tx(ctx, func(tx *db.Tx) error {
			return errors.Join(tx.DeleteTwoStep(ctx, user.ID), reset(ctx, tx, store, user, db.AuditChange{Field: "two_step", Before: "sim", After: "não"}))
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.err, "%s signs in with the password alone and has to sign in again\n", user.Login)
		return err
	})
}

// memberOf is who signs in to a store with a login.
func memberOf(ctx context.Context, d *db.DB, store db.Store, login string) (db.User, error) {
	user, err := d.UserByLogin(ctx, login)
	if err == nil {
		_, err = d.Membership(ctx, store.ID, user.ID)
	}
	if errors.Is(err, db.ErrNotFound) {
		err = fmt.Errorf("nobody signs in to %s as %s", store.Slug, login)
	}
	return user, err
}

// reset ends a person's sessions and notes what an operator did to their account in
// the trail of each store they sign in to, and of the one that was named.
func reset(ctx context.Context, tx *db.Tx, store db.Store, user db.User, change db.AuditChange) error {
	members, err := tx.MembershipsOf(ctx, user.ID)
	if err != nil {
		return err
	}
	stores := []string{store.ID}
	for _, m := range members {
		if m.Store != store.ID {
			stores = append(stores, m.Store)
		}
	}
	entry := byOperator()
	entry.At, entry.Noun, entry.NounID, entry.NounName = scheduler.RealClock().Now(), db.NounAccount, user.ID, user.Name
	entry.Action, entry.Changes = db.AuditReset, []db.AuditChange{change}
	for _, entry.Store = range stores {
		if err := errors.Join(tx.Notify(ctx, entry.Store), tx.AppendAudit(ctx, entry)); err != nil {
			return err
		}
	}
	return tx.DeleteUserSessions(ctx, user.ID, "")
}

// password makes, asks for or reads a password; made is the one to print.
func (p newPassword) password(ctx context.Context, std *streams) (made, hash string, err error) {
	var password string
	switch {
	case p.Generate:
		password = handlers.NewPassword()
		made = password
	case isTerminal(std.in):
		password, err = askPassword(std)
	default:
		password, err = firstLine(std.in)
	}
	if err != nil {
		return "", "", err
	}
	if problem := handlers.PasswordProblem(password); problem != "" {
		return "", "", usageError{fmt.Errorf("the password %s", problem)}
	}
	hash, err = handlers.HashPassword(ctx, password)
	return made, hash, err
}

// tell says what was done; a password that was made stands alone on standard output.
func (p newPassword) tell(std *streams, made, format string, args ...any) error {
	_, err := fmt.Fprintf(std.err, format+"\n", args...)
	if made != "" {
		_, printed := fmt.Fprintln(std.out, made)
		err = errors.Join(err, printed)
	}
	return err
}

const maxLine = 4096

func firstLine(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, maxLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// askPassword asks twice, without showing what is typed.
func askPassword(std *streams) (string, error) {
	terminal := std.in.(*os.File)
	restore, err := hideTyping(terminal)
	if err != nil {
		return "", err
	}
	defer restore()
	lines := bufio.NewReader(io.LimitReader(terminal, 2*maxLine))
	var typed [2]string
	for i, question := range []string{"Password: ", "Once more: "} {
		fmt.Fprint(std.err, question)
		line, err := lines.ReadString('\n')
		fmt.Fprintln(std.err)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		typed[i] = strings.TrimRight(line, "\r\n")
	}
	if typed[0] != typed[1] {
		return "", usageError{errors.New("the two passwords differ")}
	}
	return typed[0], nil
}
