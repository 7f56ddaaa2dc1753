package signinview

import "semaforo/views/ui"

// SetUpForm is what was typed into the set-up form. Errors are by field name:
// code, store, slug, timezone, name, login, password.
type SetUpForm struct {
	Store, Slug, Timezone string
	Name, Login           string
	Errors                map[string]string
}

// zones are Brazil's, by the places people know them by.
var zones = []ui.Option{
	{Value: "America/Sao_Paulo", Label: "Brasília, São Paulo, Rio de Janeiro, Porto Alegre"},
	{Value: "America/Bahia", Label: "Salvador"},
	{Value: "America/Fortaleza", Label: "Fortaleza, São Luís, Natal, Teresina, João Pessoa"},
	{Value: "America/Recife", Label: "Recife"},
	{Value: "America/Maceio", Label: "Maceió, Aracaju"},
	{Value: "America/Belem", Label: "Belém, Macapá"},
	{Value: "America/Araguaina", Label: "Palmas"},
	{Value: "America/Santarem", Label: "Santarém"},
	{Value: "America/Cuiaba", Label: "Cuiabá"},
	{Value: "America/Campo_Grande", Label: "Campo Grande"},
	{Value: "America/Manaus", Label: "Manaus"},
	{Value: "America/Porto_Velho", Label: "Porto Velho"},
	{Value: "America/Boa_Vista", Label: "Boa Vista"},
	{Value: "America/Rio_Branco", Label: "Rio Branco"},
	{Value: "America/Noronha", Label: "Fernando de Noronha"},
}

// KnownZone reports whether the form offers a time zone.
func KnownZone(zone string) bool {
	for _, z := range zones {
		if z.Value == zone {
			return true
		}
	}
	return false
}

func (f SetUpForm) zones() []ui.Option {
	options := make([]ui.Option, len(zones))
	for i, z := range zones {
		z.Selected = z.Value == f.Timezone
		options[i] = z
	}
	return options
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
	return ui.Field{Name: name, Label: label, Help: help, Error: f.Errors[name], Required: true, Autofocus: f.first() == name}
}

func (f SetUpForm) problems() []string {
	if len(f.Errors) == 0 {
		return nil
	}
	return []string{"Corrija os campos marcados para continuar. Digite a senha de novo."}
}
