package handlers

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/chatview"
	"semaforo/views/ui"
)

// What a customer is shown when they open the page: the latest messages of their
// latest conversations.
const (
	chatConversations = 5
	chatMessages      = 100
)

// chatCursor is a message's place among all of a customer's: conversations have
// ids in the order they were opened.
type chatCursor struct {
	conversation string
	key          db.MessageKey
}

func (p chatCursor) String() string {
	if p.conversation == "" {
		return ""
	}
	return p.conversation + "." + strconv.FormatInt(p.key.Seq, 10) + "." + p.key.ID
}

// parseChatCursor reads what String wrote; anything else is the beginning.
func parseChatCursor(s string) chatCursor {
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return chatCursor{}
	}
	seq, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return chatCursor{}
	}
	return chatCursor{parts[0], db.MessageKey{Seq: seq, ID: parts[2]}}
}

// thread is what a customer may see: never a private note.
type thread struct {
	latest   *db.Conversation // nil before the first
	messages []db.Message
	last     chatCursor
	earlier  bool      // there are older messages than these
	before   time.Time // of the message before the first; zero: none that is known
}

// threadOf reads a customer's messages that come after a place.
func (s *Server) threadOf(ctx context.Context, v *visit, after chatCursor) (thread, error) {
	t := thread{last: after}
	if v.contact == nil {
		return t, nil
	}
	conversations, err := s.DB.ConversationsOf(ctx, v.store.ID, v.contact.ID, "", chatConversations)
	if err != nil || len(conversations) == 0 {
		return t, err
	}
	t.earlier = len(conversations) == chatConversations
	slices.Reverse(conversations)
	t.latest = &conversations[len(conversations)-1]
	for _, c := range conversations {
		if err := s.readThread(ctx, &t, c, after); err != nil {
			return t, err
		}
	}
	if after.conversation != "" {
		return t, nil
	}
	if n := len(t.messages) - chatMessages; n > 0 {
		t.before, t.messages, t.earlier = t.messages[n-1].At, t.messages[n:], true
	}
	return t, nil
}

func (s *Server) readThread(ctx context.Context, t *thread, c db.Conversation, after chatCursor) error {
	var messages []db.Message
	var err error
	switch {
	case c.ID < after.conversation:
		return nil
	case c.ID == after.conversation:
		if m, err := s.DB.Message(ctx, c.Store, after.key.ID); err == nil && m.Conversation == c.ID {
			t.before = m.At
		}
		messages, err = s.DB.MessagesAfter(ctx, c.Store, c.ID, after.key, chatMessages)
	default:
		messages, err = s.DB.Messages(ctx, c.Store, c.ID, nil, chatMessages)
		t.earlier = t.earlier || len(messages) == chatMessages
	}
	for _, m := range messages {
		t.last = chatCursor{c.ID, m.Key()}
		if !m.Private {
			t.messages = append(t.messages, m)
		}
	}
	return err
}

// chatPage is the page's model.
func (s *Server) chatPage(ctx context.Context, v *visit) (chatview.Page, error) {
	page := chatview.Page{Store: v.store.Name, Paths: v.paths(), State: chatIdle, Closed: v.closed()}
	if v.contact == nil {
		return page, nil
	}
	page.Name = v.contact.Name
	t, err := s.threadOf(ctx, v, chatCursor{})
	if err != nil {
		return page, err
	}
	sellers := sellerNames{s: s, store: v.store.ID}
	page.Messages, page.Earlier, page.Cursor = sellers.bubbles(ctx, v, t), t.earlier, t.last.String()
	page.State, page.Notice = sellers.state(ctx, t.latest)
	s.arrived(ctx, v, t.messages)
	return page, sellers.err
}

// chatClosed is what a customer is told while the channel is switched off.
const chatClosed = "O chat está fechado agora. O que você escrever fica aqui na página: envie quando ele abrir de novo."

// closed says so, empty while the chat is open.
func (v *visit) closed() string {
	if v.channel.Active {
		return ""
	}
	return chatClosed
}

// news is what a page that shows everything up to a place does not show yet.
func (s *Server) news(ctx context.Context, v *visit, after string) (chatview.News, error) {
	t, err := s.threadOf(ctx, v, parseChatCursor(after))
	if err != nil {
		return chatview.News{}, err
	}
	sellers := sellerNames{s: s, store: v.store.ID}
	news := chatview.News{Closed: v.closed(), Messages: sellers.bubbles(ctx, v, t), Cursor: t.last.String()}
	news.State, news.Notice = sellers.state(ctx, t.latest)
	s.arrived(ctx, v, t.messages)
	return news, sellers.err
}

// sellerNames reads each seller's name once. err is the first that failed.
type sellerNames struct {
	s     *Server
	store string
	names map[string]string
	err   error
}

func (n *sellerNames) of(ctx context.Context, id string) string {
	if id == "" || n.err != nil {
		return ""
	}
	if name, known := n.names[id]; known {
		return name
	}
	seller, err := n.s.DB.Seller(ctx, n.store, id)
	n.err = err
	if n.names == nil {
		n.names = map[string]string{}
	}
	n.names[id] = seller.Name
	return seller.Name
}

func (n *sellerNames) bubbles(ctx context.Context, v *visit, t thread) []chatview.Message {
	out := make([]chatview.Message, len(t.messages))
	for i, m := range t.messages {
		name := n.of(ctx, m.Seller)
		if m.From == string(scheduler.FromBot) {
			name = "Atendimento automático"
		}
		out[i] = chatview.Message{ID: m.ID, From: m.From, Name: name, Text: m.Text, At: m.At, Time: ui.Clock(m.At, v.location)}
	}
	chatview.Days(out, t.before, v.now, v.location)
	return out
}

// chatIdle is the state before the first message.
const chatIdle = "Atendimento por chat"

// state says to the customer who answers, and what has ended.
func (n *sellerNames) state(ctx context.Context, c *db.Conversation) (state, notice string) {
	switch {
	case c == nil:
		return chatIdle, ""
	case !c.IsOpen():
		return "Conversa finalizada", "Esta conversa foi finalizada. Se precisar de algo mais, é só escrever: uma nova conversa começa."
	case c.Seller == "":
		return "Aguardando atendimento", ""
	}
	name := n.of(ctx, c.Seller)
	if c.LastFrom == flow.FromSeller || !c.AnsweredWait.IsZero() {
		return name + " está atendendo", ""
	}
	return n.held(ctx, c, name), ""
}

// held is the state of a conversation whose customer waits for the seller who
// holds it: someone who has written before is at it, someone else has yet to begin.
func (n *sellerNames) held(ctx context.Context, c *db.Conversation, name string) string {
	messages, err := n.s.DB.SellerMessagesSince(ctx, c.Store, c.ID, c.OpenedAt)
	if err != nil && n.err == nil {
		n.err = err
	}
	if slices.ContainsFunc(messages, func(m db.Message) bool { return m.Seller == c.Seller }) {
		return name + " está atendendo"
	}
	return name + " vai responder em instantes"
}

// arrived reports that messages have reached the customer's browser. A report
// that fails is made again with the next look.
func (s *Server) arrived(ctx context.Context, v *visit, messages []db.Message) {
	for _, m := range messages {
		if m.From == string(flow.FromCustomer) || m.Delivery != db.DeliverySent {
			continue
		}
		err := s.Door.Report(ctx, v.store.ID, scheduler.Delivery{MessageID: m.ID, State: db.DeliveryDelivered})
		if err != nil {
			s.Log.Warn("the arrival of a message could not be noted", "message", m.ID, "error", err)
		}
	}
}
