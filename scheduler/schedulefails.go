package scheduler

import (
	"context"
	"errors"
	"net/mail"
	"slices"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
	"semaforo/views/ui"
)

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
