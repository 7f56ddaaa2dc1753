package accountview

import (
	"strings"

	"semaforo/views/ui"
)

// maxPassword is the longest a password can be.
const maxPassword = 200

// TwoStep is the set-up of two-step sign-in.
type TwoStep struct {
	Store string
	// Owed says that the store lets nothing else be done first.
	Owed bool
	// Back is the page to go to after.
	Back string
	// Secret is the app's, in base32; empty before it was made. App is the address that opens the app with it, Code
	// its drawing to scan.
	Secret, App string
	Code        ui.QRImage
	// Error is what is wrong with the code that was typed.
	Error string
}

// spaced is the secret as one reads it out.
func (t TwoStep) spaced() string {
	var groups []string
	for rest := t.Secret; rest != ""; {
		n := min(4, len(rest))
		groups, rest = append(groups, rest[:n]), rest[n:]
	}
	return strings.Join(groups, " ")
}

// Codes are new recovery codes, shown this once.
type Codes struct {
	Login, Made string
	Codes       []string
	// First says that two-step sign-in was turned on with them.
	First bool
	// Back is the page to go to after.
	Back string
}

func (c Codes) title() string {
	if c.First {
		return "Verificação em duas etapas ligada"
	}
	return "Novos códigos de recuperação"
}

func (c Codes) lead() string {
	if c.First {
		return "Falta guardar os códigos de recuperação: eles não serão mostrados de novo."
	}
	return "Os códigos de antes não valem mais. Estes não serão mostrados de novo."
}

func (c Codes) text() string { return strings.Join(c.Codes, "\n") }

// file is what the download holds.
func (c Codes) file() string {
	return "Semáforo: códigos de recuperação de " + c.Login + "\r\nGerados em " + c.Made + ". Cada um vale uma vez.\r\n\r\n" +
		strings.Join(c.Codes, "\r\n") + "\r\n"
}

// Purpose is what password and code are asked for.
type Purpose string

// The purposes.
const (
	TurnOff    Purpose = "desligar"
	RenewCodes Purpose = "codigos"
)

// Proof asks for password and code before the second step is changed.
type Proof struct {
	Purpose      Purpose
	Login, Store string
	// Required says that the store asks for two-step sign-in.
	Required bool
	// Errors are by field: password, code. Problems are of the whole.
	Errors   map[string]string
	Problems []string
}

func (p Proof) title() string {
	if p.Purpose == TurnOff {
		return "Desligar a verificação em duas etapas"
	}
	return "Gerar novos códigos de recuperação"
}

func (p Proof) submit() string {
	if p.Purpose == TurnOff {
		return "Desligar"
	}
	return "Gerar novos códigos"
}

func (p Proof) field(name, label, help string) ui.Field {
	return ui.Field{ID: "proof-" + name, Name: name, Label: label, Help: help, Error: p.Errors[name], Required: true,
		Autofocus: name == "password" && p.Errors["code"] == "" || name == "code" && p.Errors["password"] == "" && p.Errors["code"] != ""}
}
