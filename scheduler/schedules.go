package scheduler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
	"semaforo/views/ui"
)

// step puts in force what is scheduled for now or before, of every store. Whoever
// touches a store's conversations does so first too (work.book): the loop is only who
// does it when nobody else does.
func (s *Scheduler) step(ctx context.Context, now time.Time) error {
	stores, err := s.db.StoresToStep(ctx, now)
	for _, store := range stores {
		if err == nil {
			err = s.passage(context.WithoutCancel(ctx), func(w *work) error {
				_, err := w.book(ctx, store)
				return err
			})
		}
		if err != nil {
			return fmt.Errorf("the scheduled changes of store %s: %w", store, err)
		}
	}
	return err
}

// enact locks the store and makes the scheduled changes that are due: each at its own
// instant, so that the configuration they make is in force since then, however late
// they are made. All of one instant make one configuration, returns before starts.
// It returns the store as it is then.
func (w *work) enact(ctx context.Context, store string) (db.Store, error) {
	s, err := w.tx.LockStore(ctx, store)
	if err != nil {
		return s, err
	}
	for {
		// Read after the lock: another process may have made them while this one waited.
		schedules, err := w.tx.DueSchedules(ctx, store, w.now)
		turns := turnsOf(schedules, w.now)
		if err != nil || len(turns) == 0 {
			return s, err
		}
		at := slices.MinFunc(turns, turn.compare).at
		if err := w.enactAt(ctx, s, at); err != nil {
			return s, err
		}
		w.mark(store, ScopeStore)
		if s, err = w.tx.Store(ctx, store); err != nil {
			return s, err
		}
	}
}

// turn is a step of a schedule that is due.
type turn struct {
	db.FlowSchedule
	at      time.Time
	returns bool
}

// compare orders steps: by instant, returns first, then as they were scheduled.
func (t turn) compare(other turn) int {
	return cmp.Or(t.at.Compare(other.at), cmp.Compare(btoi(other.returns), btoi(t.returns)), cmp.Compare(t.ID, other.ID))
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// turnsOf are the steps that wait and are due at now.
func turnsOf(schedules []db.FlowSchedule, now time.Time) []turn {
	var turns []turn
	for _, s := range schedules {
		switch {
		case s.Start.State == db.StepWaiting:
			turns = append(turns, turn{s, s.Start.At, false})
		case s.Return.State == db.StepWaiting && !s.Return.At.After(now):
			turns = append(turns, turn{s, s.Return.At, true})
		}
	}
	return turns
}

// enactAt makes the changes of one instant, and the configuration that they make.
func (w *work) enactAt(ctx context.Context, s db.Store, at time.Time) error {
	since, err := w.sinceFor(ctx, s, at)
	if err != nil {
		return err
	}
	for {
		schedules, err := w.tx.DueSchedules(ctx, s.ID, at)
		if err != nil {
			return err
		}
		turns := turnsOf(schedules, at)
		if len(turns) == 0 {
			break
		}
		if err := w.take(ctx, slices.MinFunc(turns, turn.compare), since); err != nil {
			return err
		}
	}
	cfg, err := w.tx.BuildConfiguration(ctx, s.ID)
	if err != nil {
		return err
	}
	version, err := w.publish(ctx, s, db.Configuration{At: since, ByLabel: db.BySchedule}, cfg)
	if err != nil || version == s.ConfigVersion {
		return err
	}
	return w.tx.SetStepConfig(ctx, s.ID, at, version)
}

// sinceFor is the instant from which a change is in force: the scheduled one, but never
// before what is in force came.
func (w *work) sinceFor(ctx context.Context, s db.Store, at time.Time) (time.Time, error) {
	if s.ConfigVersion == 0 {
		return at, nil
	}
	b, err := w.rules.present(ctx, w.tx.Queries, s)
	return later(at, b.since), err
}

// take makes one change, or notes why it cannot be made.
func (w *work) take(ctx context.Context, t turn, since time.Time) error {
	names, err := FlowNames(ctx, w.tx.Queries, t.Store)
	if err != nil {
		return err
	}
	flows, err := w.tx.Flows(ctx, t.Store)
	if err != nil {
		return err
	}
	e := enactment{work: w, turn: t, names: names, flows: flows, since: since}
	if t.returns {
		return e.giveBack(ctx)
	}
	return e.begin(ctx)
}

// enactment is one scheduled change as it is made.
type enactment struct {
	*work
	turn
	names flowview.Directory
	flows []db.Flow
	since time.Time
}

// present is the flow that the schedule is of; the zero flow where there is none. A
// queue's main flow is the one it has.
func (e *enactment) present() db.Flow {
	for _, f := range e.flows {
		if f.ID == e.Becomes.ID || e.Becomes.Kind == flow.Main && f.Kind == flow.Main && f.Queue == e.Becomes.Queue {
			return f
		}
	}
	return db.Flow{}
}

func (e *enactment) begin(ctx context.Context) error {
	present := e.present()
	next := e.Becomes
	next.Active = true
	if present.ID != "" {
		next.ID = present.ID
	}
	problem, err := e.problemOf(ctx, next)
	if err != nil {
		return err
	}
	if e.Existing && present.ID == "" {
		problem = "O fluxo foi excluído."
	}
	if problem != "" {
		return e.fail(ctx, &e.Start, problem)
	}
	if next, err = e.write(ctx, present, next); err != nil {
		return err
	}
	if present.ID != "" {
		e.Back = &present
	}
	e.Becomes.ID, e.Applied = next.ID, next.Version
	return e.settle(ctx, &e.Start, db.StepDone)
}

// giveBack makes the flow what it was, unless somebody has changed it since: what a
// person did last is not undone behind their back.
func (e *enactment) giveBack(ctx context.Context) error {
	present := e.present()
	if present.ID == "" || present.Version != e.Applied {
		e.Return.Problem = present.UpdatedBy
		return e.settle(ctx, &e.Return, db.StepKept)
	}
	if e.Back == nil {
		gone := present
		gone.UpdatedAt, gone.UpdatedBy, gone.Schedule = e.since, e.UpdatedBy, e.ID
		if err := e.tx.DeleteFlow(ctx, gone); err != nil {
			return err
		}
		if err := e.audit(ctx, present, db.Flow{}); err != nil {
			return err
		}
		return e.settle(ctx, &e.Return, db.StepDone)
	}
	problem, err := e.problemOf(ctx, *e.Back)
	if err != nil {
		return err
	}
	if problem != "" {
		return e.fail(ctx, &e.Return, problem)
	}
	if _, err := e.write(ctx, present, *e.Back); err != nil {
		return err
	}
	return e.settle(ctx, &e.Return, db.StepDone)
}

// write makes the flow what it shall be and returns it with its version.
func (e *enactment) write(ctx context.Context, present, next db.Flow) (db.Flow, error) {
	next.Store, next.ID, next.UpdatedAt, next.UpdatedBy, next.Schedule = e.Store, cmp.Or(present.ID, next.ID), e.since, e.UpdatedBy, e.FlowSchedule.ID
	var err error
	if next.Version = present.Version; present.ID != "" {
		err = e.tx.UpdateFlow(ctx, next)
	} else {
		err = e.tx.InsertFlow(ctx, next)
	}
	if err != nil {
		return next, err
	}
	if err := e.audit(ctx, present, next); err != nil {
		return next, err
	}
	return e.tx.Flow(ctx, e.Store, next.ID)
}

// settle notes what has become of a step.
func (e *enactment) settle(ctx context.Context, step *db.ScheduleStep, state db.StepState) error {
	step.State, step.Settled = state, e.now
	return e.tx.UpdateSchedule(ctx, e.FlowSchedule)
}

// fail gives a step up with a sentence that the managers are told; with a start its
// return is off too.
func (e *enactment) fail(ctx context.Context, step *db.ScheduleStep, problem string) error {
	step.Problem = problem
	if !e.returns && !e.Return.At.IsZero() {
		e.Return.State, e.Return.Settled = db.StepCancelled, e.now
	}
	err := e.tx.AppendAudit(ctx, db.Audit{Store: e.Store, At: e.now, ByKind: db.BySystem, ByName: e.name(), Noun: db.NounSchedule, NounID: e.ID,
		NounName: FlowTitle(e.Becomes), Action: db.AuditFailed, Changes: []db.AuditChange{{Field: "problem", After: problem}}})
	if err == nil {
		err = e.tell(ctx, problem)
	}
	if err != nil {
		return err
	}
	return e.settle(ctx, step, db.StepFailed)
}

// name is who changes the flow, for the audit trail.
func (e *enactment) name() string { return "Programação de " + e.UpdatedBy }

// audit records what a step made of the flow.
func (e *enactment) audit(ctx context.Context, before, after db.Flow) error {
	of := after
	if of.ID == "" {
		of = before
	}
	done := "Começou"
	if e.returns {
		done = "Terminou"
	}
	return e.tx.AppendAudit(ctx, db.Audit{Store: e.Store, At: e.now, ByKind: db.BySystem, ByName: e.name(), Noun: db.NounFlow, NounID: of.ID, NounName: FlowTitle(of),
		Action: FlowDone(before, after), Changes: append(FlowChanges(e.names, before, after), db.AuditChange{Field: "schedule", After: done})})
}

// tell e-mails the store's managers, where e-mail is sent, that something did not
// happen. The pages of the queue say so too.
func (e *enactment) tell(ctx context.Context, problem string) error {
	if !e.ways.Mail {
		return nil
	}
	loc, err := zone(ctx, e.tx.Queries, e.Store)
	if err != nil {
		return err
	}
	managers, err := e.tx.Recipients(ctx, e.Store, db.Managers, time.Time{}, "")
	if err != nil {
		return err
	}
	what := "A mudança programada"
	if e.returns {
		what = "A volta programada"
	}
	for _, m := range managers {
		if a, err := mail.ParseAddress(m.Login); err != nil || a.Address != m.Login {
			continue
		}
		err := PutMail(ctx, e.tx, e.Store, "schedule:"+e.FlowSchedule.ID+":"+what+":"+m.User, Mail{To: m.Login,
			Subject: what + " do " + FlowName(e.Becomes) + " não aconteceu",
			Text: what + " do " + FlowTitle(e.Becomes) + " para " + ui.Exact(e.at, loc) + " não aconteceu: " + problem +
				"\n\nO fluxo continua como estava. Veja em Gestão de Inatividade o que fazer.\n",
		}, e.now)
		if err != nil {
			return err
		}
	}
	return nil
}

// problemOf says why a flow cannot become what it shall, empty where it can: what it
// names may have been put away meanwhile, or be in another flow.
func (e *enactment) problemOf(ctx context.Context, next db.Flow) (string, error) {
	cfg, err := e.tx.BuildConfiguration(ctx, e.Store)
	if err != nil {
		return "", err
	}
	cfg.Flows = slices.DeleteFunc(slices.Clone(cfg.Flows), func(f flow.Flow) bool { return f.ID == next.ID })
	cfg.Flows = append(cfg.Flows, next.Flow)
	rules, err := flow.Compile(cfg)
	var problems flow.Problems
	switch {
	case errors.As(err, &problems):
		return e.takenWords(next), nil
	case err != nil:
		return "", err
	case next.Action.Type == flow.TransferTeam && !rules.KnowsTeam(next.Action.Team):
		return "O fluxo transferiria para o time " + e.names.Team(next.Action.Team) + ", que foi arquivado.", nil
	case next.Action.Type == flow.TransferSeller && !rules.KnowsSeller(next.Action.Seller):
		return "O fluxo transferiria para " + e.names.Seller(next.Action.Seller) + ", que não está mais na loja.", nil
	case next.Kind == flow.Alternative && !slices.ContainsFunc(flowview.Live(e.names.Targets(next.Queue)), func(x flowview.Entry) bool { return slices.Contains(next.Targets, x.ID) }):
		return "Nenhuma das exceções do fluxo está mais ativa.", nil
	}
	return "", nil
}

// takenWords say which flow stands in the way.
func (e *enactment) takenWords(next db.Flow) string {
	for _, f := range e.flows {
		for _, target := range f.Targets {
			if f.ID != next.ID && f.Queue == next.Queue && slices.Contains(next.Targets, target) {
				return e.names.Target(f.Queue, target) + " já está no fluxo " + f.Name + "."
			}
		}
	}
	return "A fila já tem o máximo de fluxos alternativos, ou este fluxo não combina com o que está configurado."
}
