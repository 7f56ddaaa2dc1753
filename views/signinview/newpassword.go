package signinview

import "semaforo/views/ui"

// NewPasswordForm is the page that asks for a password of one's own. Errors are by
// field: new, again.
type NewPasswordForm struct {
	// Back is the page to go to after.
	Back   string
	Login  string
	Errors map[string]string
}

func (f NewPasswordForm) field(name, label, help string) ui.Field {
	bad := f.Errors[name] != ""
	return ui.Field{Name: name, Label: label, Help: help, Error: f.Errors[name], Required: true, Autofocus: bad || name == "new" && len(f.Errors) == 0}
}
