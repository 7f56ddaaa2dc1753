package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"semaforo/flow"
	"semaforo/scheduler"
)

func TestReplyAndNote(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", f.vendas, noSeller)
	at := "/conversas/" + id
	f.ask(part(f.ana), at+"/mensagens", form("text", "só entre nós", "mode", "note")).is(http.StatusOK).says("#thread .message-note", "só entre nós")
	if c := f.conversation(id); !c.Waiting() || c.Seller != "" { // T06
		t.Error("a note answered the customer")
	}
	f.ask(part(f.ana), at+"/mensagens", form("text", " Olá,\r\nMaria <3 \n", "mode", "message")).is(http.StatusOK).
		says("#thread", "Olá, Maria <3", "Ana assumiu a conversa ao responder").says("#talk", "Com você", "Respondida").says("#composer-state")
	all := f.messages(id)
	if last := all[len(all)-1]; last.Text != "Olá,\nMaria <3" || last.Seller != f.ana.Seller || last.Private {
		t.Errorf("kept %+v", last)
	}
	if c := f.conversation(id); c.Waiting() || c.Seller != f.ana.Seller {
		t.Error("a reply assumes and answers")
	}
	a := f.ask(page(f.ana), at+"/mensagens?tab=teams", form("text", "Sem scripts")).is(http.StatusSeeOther)
	if a.Header().Get("Location") != at+"?tab=teams" {
		t.Errorf("leads to %q", a.Header().Get("Location"))
	}
}

func TestWhatIsNotSentIsKept(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", noTeam, f.ana)
	at := "/conversas/" + id
	long := strings.Repeat("é", 4097)
	for text, want := range map[string]string{
		"": "Escreva alguma coisa", " \n\t ": "Escreva alguma coisa", "\x00\x01": "Escreva alguma coisa", "a\xffb": "não podem ser lidos",
		long: "até 4.096 caracteres",
	} {
		f.ask(part(f.ana), at+"/mensagens", form("text", text)).is(http.StatusUnprocessableEntity).says("#composer-error", want)
	}
	f.ask(page(f.ana), at+"/mensagens", form("text", long, "mode", "note")).is(http.StatusUnprocessableEntity).says("#composer textarea", long).says("#composer-error", "4.096")
	if n := len(f.messages(id)); n != 1 {
		t.Errorf("%d messages, want the customer's alone", n)
	}
	f.ask(part(f.ana), at+"/mensagens", form("text", strings.Repeat("é", 4096))).is(http.StatusOK)

	// Somebody else took it meanwhile.
	f.act(f.paulo, scheduler.Act{Conversation: id, Type: flow.Assume, Seller: f.bia.Seller})
	before := len(f.messages(id))
	f.ask(part(f.paulo), at+"/mensagens", form("text", "Já respondo", "holder", "seller:"+f.ana.Seller)).is(http.StatusConflict).
		says("#composer textarea", "Já respondo").says("#composer-error", "passou para Bia").says("#composer-state", "Responder vai assumir a conversa, que está com Bia.")
	// A note does not take anything from anybody.
	f.ask(part(f.paulo), at+"/mensagens", form("text", "nota", "mode", "note", "holder", "seller:"+f.ana.Seller)).is(http.StatusOK)
	f.act(f.bia, scheduler.Act{Conversation: id, Type: flow.Close})
	f.ask(part(f.paulo), at+"/mensagens", form("text", "Tarde demais")).is(http.StatusConflict).says("#composer textarea", "Tarde demais").says("#composer-error", "já foi finalizada")
	if n := len(f.messages(id)); n != before+1 {
		t.Errorf("%d messages, want %d", n, before+1)
	}
}
