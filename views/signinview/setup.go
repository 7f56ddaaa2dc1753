package signinview

import (
	"strings"

	"semaforo/views/ui"
)

// SetUpForm is what was typed into the set-up form. Errors are by the inputs' names.
type SetUpForm struct {
	Code     string `form:"code" validate:"required"`
	Store    string `form:"store" validate:"required,max=80,plaintext"`
	Slug     string `form:"slug" validate:"max=40"` // empty: made of the store's name
	Timezone string `form:"timezone" validate:"required"`
	Name     string `form:"name" validate:"required,max=80,plaintext"`
	Login    string `form:"login" validate:"required,max=254"`
	Password string `form:"password" validate:"required"`

	Errors map[string]string `form:"-" validate:"-"`
}

// Trim takes away what nobody meant to type.
func (f *SetUpForm) Trim() {
	for _, text := range []*string{&f.Code, &f.Store, &f.Slug, &f.Name, &f.Login} {
		*text = strings.TrimSpace(*text)
	}
}

// fields are the form's, in its order.
var fields = []string{"code", "store", "slug", "timezone", "name", "login", "password"}

// first is the field the cursor goes to: the first that is wrong.
func (f SetUpForm) first() string {
	for _, name := range fields {
		if f.Errors[name] != "" {
			return name
		}
	}
	return fields[0]
}

func (f SetUpForm) field(name, label, help string) ui.Field {
	return ui.Field{Name: name, Label: label, Help: help, Error: f.Errors[name], Required: name != "slug", Autofocus: f.first() == name}
}

func (f SetUpForm) problems() []string {
	if len(f.Errors) == 0 {
		return nil
	}
	return []string{"Corrija os campos marcados para continuar. Digite a senha de novo."}
}
