package scheduler

import (
	"context"
	"slices"
	"strings"

	"semaforo/db"
	"semaforo/flow"
)

// pastBook is what lines of past conversations are read by: whom their names mean, and
// the rules whose colours they get.
type pastBook struct {
	of    string // the import, and what is being done with it
	rules *flow.Rules
	names Names
}

// Names are all that a store's teams, sellers and channels are or were called: by what
// they are, then by id and by name, folded.
type Names map[db.FigureKind]map[string][]db.Named

// OpenNames reads a store's names.
func OpenNames(ctx context.Context, q db.Queries, store string) (Names, error) {
	names := Names{db.OfTeam: {}, db.OfSeller: {}, db.OfChannel: {}}
	all, err := q.EverNamed(ctx, store)
	for _, n := range all {
		called := names[n.Kind]
		called[n.ID] = []db.Named{n}
		called[n.Key] = append(called[n.Key], n)
	}
	return names, err
}

// Called is the present name of what a file calls so; as the file has it where nobody
// is known by it.
func (b Names) Called(kind db.FigureKind, name string) string {
	if found, code := b.find(kind, name); code == "" {
		return found.Name
	}
	return name
}

// openPastBook reads a store's names and its present configuration, which learns whom
// it does not name any more: who has left is in its past.
func openPastBook(ctx context.Context, q db.Queries, store, of string) (*pastBook, error) {
	names, err := OpenNames(ctx, q, store)
	if err != nil {
		return nil, err
	}
	cfg, err := q.BuildConfiguration(ctx, store)
	if err != nil {
		return nil, err
	}
	b := &pastBook{of: of, names: names}
	known := map[string]bool{}
	for _, t := range cfg.Teams {
		known[t.ID] = true
	}
	for _, s := range cfg.Sellers {
		known[s.ID] = true
	}
	for _, id := range names.ids(db.OfTeam) {
		if !known[id] {
			cfg.Teams = append(cfg.Teams, flow.Team{ID: id})
		}
	}
	for _, id := range names.ids(db.OfSeller) {
		if !known[id] {
			cfg.Sellers = append(cfg.Sellers, flow.Seller{ID: id})
		}
	}
	b.rules, err = flow.Compile(cfg.Quiet())
	return b, err
}

// ids are the ids of all of a kind.
func (b Names) ids(kind db.FigureKind) []string {
	var ids []string
	for _, all := range b[kind] {
		for _, n := range all {
			ids = append(ids, n.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// find is whom a name means: of several who are called so, the one who is still there.
func (b Names) find(kind db.FigureKind, name string) (found db.Named, code string) {
	all := b[kind][name]
	if len(all) == 0 {
		all = b[kind][db.Fold(name)]
	}
	if len(all) > 1 {
		there := slices.DeleteFunc(slices.Clone(all), func(n db.Named) bool { return !n.Active })
		slices.SortFunc(there, func(a, b db.Named) int { return strings.Compare(a.ID, b.ID) })
		there = slices.CompactFunc(there, func(a, b db.Named) bool { return a.ID == b.ID })
		if len(there) == 1 {
			all = there
		}
	}
	switch len(all) {
	case 0:
		return found, ProblemUnknown
	case 1:
		return all[0], ""
	}
	if sameID(all) {
		return all[0], ""
	}
	return found, ProblemAmbiguous
}

func sameID(all []db.Named) bool {
	return !slices.ContainsFunc(all, func(n db.Named) bool { return n.ID != all[0].ID })
}

// event is what a line says happened, with the names that the store does not know.
// Those are Nobody, or no channel.
func (b *pastBook) event(l db.ImportLine) (e flow.Event, unknown []db.UnknownName) {
	p := l.Cells.Past
	e = flow.Event{At: l.At, Conversation: l.Story, Type: p.Event, Until: p.Until}
	look := func(kind db.FigureKind, name, without string) (id, label string) {
		if name == "" {
			return "", ""
		}
		found, code := b.names.find(kind, name)
		if code == "" {
			return found.ID, found.Name
		}
		unknown = append(unknown, db.UnknownName{Kind: kind, Name: name, Lines: 1, Line: l.Line, Ambiguous: code == ProblemAmbiguous})
		return without, without
	}
	e.Team, _ = look(db.OfTeam, p.Team, flow.Nobody)
	e.Seller, _ = look(db.OfSeller, p.Seller, flow.Nobody)
	_, e.Channel = look(db.OfChannel, p.Channel, "")
	return e, unknown
}

// inOrder puts the lines of one conversation, by when they happened, into the order in
// which those of one instant did: a file that has the latest first is read backwards.
func inOrder(lines []db.ImportLine) {
	if last := len(lines) - 1; last < 0 || lines[0].N < lines[last].N || !lines[0].At.Before(lines[last].At) {
		return
	}
	slices.SortFunc(lines, func(a, b db.ImportLine) int {
		if order := a.At.Compare(b.At); order != 0 {
			return order
		}
		return b.N - a.N
	})
}
