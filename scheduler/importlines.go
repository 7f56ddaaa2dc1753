package scheduler

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"semaforo/db"
)

// resolver finds out what a line of a file means.
type resolver struct {
	*carrier
	line *db.ImportLine
}

func (r resolver) problem(column, code, arg string) {
	r.line.Problems = append(r.line.Problems, db.ImportProblem{Column: column, Code: code, Arg: arg})
}

func (r resolver) resolve(ctx context.Context) error {
	l := r.line
	l.ChannelID, l.ExternalID, l.Identity, l.Contact = "", "", "", ""
	present, err := r.customer(ctx)
	if err != nil || len(l.Problems) > 0 {
		return err
	}
	next := present
	if present.ID == "" {
		next = db.Customer{Store: l.Store, ID: db.NewID(), CreatedAt: r.now}
		if l.Cells.Name == "" {
			r.problem(ColumnName, ProblemRequired, "")
		}
	}
	if l.Cells.Name != "" {
		next.Name = l.Cells.Name
	}
	if l.Cells.Phone != "" {
		next.Phone, next.Vouched = l.Cells.Phone, true
	}
	if err := r.seller(ctx, &next); err != nil {
		return err
	}
	l.Customer, l.Action = next, action(present, next, l.ChannelID != "")
	return r.unique(ctx, present)
}

// action is what becomes of a customer.
func action(present, next db.Customer, contact bool) db.ImportAction {
	assigned := present
	assigned.Seller = next.Seller
	switch {
	case present.ID == "":
		return db.LineNew
	case assigned != next:
		return db.LineChange
	case present != next || contact:
		return db.LineAssign
	}
	return db.LineSame
}

// customer is whom the line is about: by the code that an export gave them, by their
// contact, or by a number that is theirs alone; the zero one is somebody new.
func (r resolver) customer(ctx context.Context) (db.Customer, error) {
	l := r.line
	var found db.Customer
	var err error
	if l.Cells.Code != "" {
		found, err = r.tx.Customer(ctx, l.Store, l.Cells.Code)
		if errors.Is(err, db.ErrNotFound) {
			r.problem(ColumnCode, ProblemUnknown, l.Cells.Code)
			return found, nil
		}
		if err != nil {
			return found, err
		}
	}
	if l.Cells.Channel != "" {
		if found, err = r.contact(ctx, found); err != nil || len(l.Problems) > 0 {
			return found, err
		}
	}
	if found.ID != "" || l.Cells.Phone == "" {
		return found, nil
	}
	all, err := r.tx.CustomersByPhone(ctx, l.Store, l.Cells.Phone, 2)
	switch {
	case err != nil || len(all) == 0:
		return found, err
	case len(all) > 1:
		r.problem(ColumnPhone, ProblemAmbiguous, l.Cells.Phone)
		return found, nil
	}
	return all[0], nil
}

// contact is the customer of the channel's contact that the line names; where there
// is no such contact the import makes it.
func (r resolver) contact(ctx context.Context, coded db.Customer) (db.Customer, error) {
	l := r.line
	channel, err := r.channel(ctx)
	if err != nil || len(l.Problems) > 0 {
		return coded, err
	}
	contact, err := r.tx.ContactByExternal(ctx, l.Store, channel.ID, l.Cells.External)
	switch {
	case errors.Is(err, db.ErrNotFound) && channel.Kind != db.ChannelAPI:
		r.problem(ColumnExternal, ProblemKind, channel.Name)
		return coded, nil
	case errors.Is(err, db.ErrNotFound):
		l.ChannelID, l.ExternalID, l.Contact = channel.ID, l.Cells.External, channel.ID+" "+l.Cells.External
		return coded, nil
	case err != nil:
		return coded, err
	case coded.ID != "" && coded.ID != contact.Customer:
		r.problem(ColumnExternal, ProblemConflict, l.Cells.External)
		return coded, nil
	}
	return r.tx.Customer(ctx, l.Store, contact.Customer)
}

func (r resolver) channel(ctx context.Context) (db.Channel, error) {
	l := r.line
	channel, err := r.tx.ChannelByName(ctx, l.Store, l.Cells.Channel)
	if errors.Is(err, db.ErrNotFound) {
		channel, err = r.tx.Channel(ctx, l.Store, l.Cells.Channel)
	}
	if errors.Is(err, db.ErrNotFound) {
		r.problem(ColumnChannel, ProblemUnknown, l.Cells.Channel)
		return channel, nil
	}
	return channel, err
}

// seller gives the customer the line's seller; an empty cell leaves theirs.
func (r resolver) seller(ctx context.Context, next *db.Customer) error {
	l := r.line
	if l.Cells.Release {
		next.Seller = ""
	}
	if strings.TrimSpace(l.Cells.Seller) == "" {
		return nil
	}
	found, err := r.sellersCalled(ctx, l.Cells.Seller)
	if err != nil {
		return err
	}
	var active []db.Seller
	for _, s := range found {
		if s.Active {
			active = append(active, s)
		}
	}
	switch {
	case len(active) == 1:
		next.Seller = active[0].ID
	case len(active) > 1:
		r.problem(ColumnSeller, ProblemAmbiguous, l.Cells.Seller)
	case len(found) > 0 && found[0].ID == next.Seller:
		// Whom an export wrote may have left since: the customer stays theirs.
	case len(found) > 0:
		r.problem(ColumnSeller, ProblemInactive, l.Cells.Seller)
	default:
		r.problem(ColumnSeller, ProblemUnknown, l.Cells.Seller)
	}
	return nil
}

func (r resolver) sellersCalled(ctx context.Context, word string) ([]db.Seller, error) {
	if found, known := r.sellers[word]; known {
		return found, nil
	}
	found, err := r.tx.SellersByWord(ctx, r.line.Store, word)
	if r.sellers == nil {
		r.sellers = map[string][]db.Seller{}
	}
	r.sellers[word] = found
	return found, err
}

// unique refuses a line about somebody whom an earlier one is about.
func (r resolver) unique(ctx context.Context, present db.Customer) error {
	l := r.line
	switch {
	case present.ID != "":
		l.Identity = "customer " + present.ID
	case l.Cells.Phone != "":
		l.Identity = "phone " + db.PhoneKey(l.Cells.Phone)
	}
	earlier, err := r.tx.EarlierLine(ctx, *l)
	if err == nil && earlier > 0 {
		column := ColumnPhone
		if l.Cells.Phone == "" {
			column = ColumnExternal
		}
		r.problem(column, ProblemRepeated, fmt.Sprint(earlier))
	}
	return err
}
