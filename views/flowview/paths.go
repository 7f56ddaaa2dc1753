package flowview

import (
	"net/url"
	"strconv"

	"semaforo/flow"
)

// Base is the address of Gestão de Inatividade.
const Base = "/automacoes/inatividade"

// QueuesPath answers the overview's three cards alone.
const QueuesPath = Base + "/filas"

// ImportHistoryPath takes the past conversations of another platform.
const ImportHistoryPath = "/configuracoes/importar-historico"

// Live stream events at which the pages fetch their parts: a change of the store's configuration, and
// of any conversation.
const (
	EventStore         = "store"
	EventConversations = "list"
)

// Closing names one of the two automatic closings, as the database does.
type Closing string

// The two settings of automatic closing.
const (
	CloseIdle     Closing = "auto_close"
	CloseCustomer Closing = "auto_close_customer"
)

// Closings lists both in the order of the page.
var Closings = []Closing{CloseIdle, CloseCustomer}

var queueSlugs = map[flow.Queue]string{flow.TeamQueue: "time", flow.SellerQueue: "vendedor", flow.WaitingQueue: "aguardando"}

var closingSlugs = map[Closing]string{CloseIdle: "espera", CloseCustomer: "cliente"}

// Queues are the three in the order of the page.
var Queues = []flow.Queue{flow.TeamQueue, flow.SellerQueue, flow.WaitingQueue}

// QueueOf is the queue with this name in an address.
func QueueOf(slug string) (flow.Queue, bool) { return byValue(queueSlugs, slug) }

// ClosingOf is the automatic closing with this name in an address.
func ClosingOf(slug string) (Closing, bool) { return byValue(closingSlugs, slug) }

func byValue[K ~string](slugs map[K]string, slug string) (K, bool) {
	for k, s := range slugs {
		if s == slug {
			return k, true
		}
	}
	return "", false
}

// QueuePath is the address of a queue's page.
func QueuePath(q flow.Queue) string { return Base + "/" + queueSlugs[q] }

// FlowsPath answers the flows of a queue's page alone.
func FlowsPath(q flow.Queue) string { return QueuePath(q) + "/fluxos" }

// MainPath is the panel of the main flow; without a step it opens at the first.
func MainPath(q flow.Queue, step Step) string { return withStep(QueuePath(q)+"/principal", step) }

// MainSwitchPath switches the main flow on and off.
func MainSwitchPath(q flow.Queue) string { return QueuePath(q) + "/principal/ativo" }

// NewPath is the panel of an alternative flow that does not exist yet.
func NewPath(q flow.Queue) string { return QueuePath(q) + "/alternativos/novo" }

// EditPath is the panel of an alternative flow.
func EditPath(q flow.Queue, id string, step Step) string { return withStep(alternative(q, id), step) }

// SwitchPath switches an alternative flow on and off.
func SwitchPath(q flow.Queue, id string) string { return alternative(q, id) + "/ativo" }

// DeletePath asks about deleting an alternative flow, and deletes it.
func DeletePath(q flow.Queue, id string) string { return alternative(q, id) + "/excluir" }

// HistoryPath is the page of what a flow has been, one that was deleted too.
func HistoryPath(q flow.Queue, id string) string {
	return QueuePath(q) + "/historico/" + url.PathEscape(id)
}

// VersionPath is the page of the conversations that a version of a flow acted on.
func VersionPath(q flow.Queue, id string, version int64) string {
	return HistoryPath(q, id) + "/" + strconv.FormatInt(version, 10)
}

// RestorePath is the panel filled with a version of a flow.
func RestorePath(q flow.Queue, id string, version int64) string {
	return VersionPath(q, id, version) + "/restaurar"
}

// DeletedPath is the page of a queue's deleted flows.
func DeletedPath(q flow.Queue) string { return QueuePath(q) + "/excluidos" }

// SchedulePath is the panel of a scheduled change.
func SchedulePath(q flow.Queue, id string) string {
	return QueuePath(q) + "/programacoes/" + url.PathEscape(id)
}

// ClosingPath saves an automatic closing.
func ClosingPath(c Closing) string { return Base + "/encerramento/" + closingSlugs[c] }

// ClosingStatusPath answers since when an automatic closing is on, to a page that shows this version.
func ClosingStatusPath(c Closing, version string) string {
	return ClosingPath(c) + "?version=" + url.QueryEscape(version)
}

func alternative(q flow.Queue, id string) string {
	return QueuePath(q) + "/alternativos/" + url.PathEscape(id)
}

func withStep(path string, step Step) string {
	if step == "" {
		return path
	}
	return path + "?step=" + string(step)
}
