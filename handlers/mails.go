package handlers

import (
	"context"
	"net/mail"
	"time"

	"semaforo/db"
	"semaforo/scheduler"
)

// isAddress reports whether a login is an e-mail address and nothing else.
func isAddress(login string) bool {
	a, err := mail.ParseAddress(login)
	return err == nil && a.Name == "" && a.Address == login
}

// mailInvite puts an invitation into the outbox.
func (s *Server) mailInvite(ctx context.Context, tx *db.Tx, i db.Invite, store string, by stamp, link, until string) error {
	return scheduler.PutMail(ctx, tx, i.Store, "invite:"+i.ID+":"+db.NewID(), scheduler.Mail{
		To:      i.Login,
		Subject: by.name + " convidou você para " + store + " no Semáforo",
		Text: "Olá, " + i.Name + ",\n\n" + by.name + " convidou você para " + store + ", que atende pelo Semáforo, com o perfil " + Role(i.Role).Word() +
			".\n\nPara aceitar e começar a usar, abra este link:\n" + link + "\n\nEle vale até " + until +
			" e uma única vez.\nSe você não esperava este convite, é só ignorar esta mensagem.\n",
	}, by.at)
}

// mailReset puts a link for a new password into the outbox.
func (s *Server) mailReset(ctx context.Context, tx *db.Tx, r db.Reset, user db.User, link, until string, now time.Time) error {
	asked := "Alguém pediu uma senha nova para o seu login no Semáforo."
	if r.By != "" {
		asked = "A administração da sua loja criou um link para você escolher uma senha nova no Semáforo."
	}
	return scheduler.PutMail(ctx, tx, r.Store, "reset:"+user.ID+":"+db.NewID(), scheduler.Mail{
		To:      user.Login,
		Subject: "Sua senha do Semáforo",
		Text: "Olá, " + user.Name + ",\n\n" + asked + "\n\nPara escolher a senha, abra este link:\n" + link + "\n\nEle vale até " + until +
			" e uma única vez.\nSe não foi você, ignore esta mensagem: a sua senha continua a mesma.\n",
	}, now)
}
