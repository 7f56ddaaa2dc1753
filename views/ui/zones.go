package ui

import "slices"

// zones are the time zones to choose from: Brazil's first, by the places people know them by.
var zones = []Option{
	{Group: "Brasil", Value: "America/Sao_Paulo", Label: "Brasília, São Paulo, Rio de Janeiro, Porto Alegre"},
	{Group: "Brasil", Value: "America/Bahia", Label: "Salvador"},
	{Group: "Brasil", Value: "America/Fortaleza", Label: "Fortaleza, São Luís, Natal, Teresina, João Pessoa"},
	{Group: "Brasil", Value: "America/Recife", Label: "Recife"},
	{Group: "Brasil", Value: "America/Maceio", Label: "Maceió, Aracaju"},
	{Group: "Brasil", Value: "America/Belem", Label: "Belém, Macapá"},
	{Group: "Brasil", Value: "America/Araguaina", Label: "Palmas"},
	{Group: "Brasil", Value: "America/Santarem", Label: "Santarém"},
	{Group: "Brasil", Value: "America/Cuiaba", Label: "Cuiabá"},
	{Group: "Brasil", Value: "America/Campo_Grande", Label: "Campo Grande"},
	{Group: "Brasil", Value: "America/Manaus", Label: "Manaus"},
	{Group: "Brasil", Value: "America/Porto_Velho", Label: "Porto Velho"},
	{Group: "Brasil", Value: "America/Boa_Vista", Label: "Boa Vista"},
	{Group: "Brasil", Value: "America/Rio_Branco", Label: "Rio Branco"},
	{Group: "Brasil", Value: "America/Eirunepe", Label: "Eirunepé"},
	{Group: "Brasil", Value: "America/Noronha", Label: "Fernando de Noronha"},
	{Group: "Outros países", Value: "America/Asuncion", Label: "Assunção"},
	{Group: "Outros países", Value: "America/Bogota", Label: "Bogotá"},
	{Group: "Outros países", Value: "America/Argentina/Buenos_Aires", Label: "Buenos Aires"},
	{Group: "Outros países", Value: "America/Caracas", Label: "Caracas"},
	{Group: "Outros países", Value: "America/Chicago", Label: "Chicago"},
	{Group: "Outros países", Value: "America/Mexico_City", Label: "Cidade do México"},
	{Group: "Outros países", Value: "America/La_Paz", Label: "La Paz"},
	{Group: "Outros países", Value: "America/Lima", Label: "Lima"},
	{Group: "Outros países", Value: "Europe/Lisbon", Label: "Lisboa"},
	{Group: "Outros países", Value: "Europe/London", Label: "Londres"},
	{Group: "Outros países", Value: "America/Los_Angeles", Label: "Los Angeles"},
	{Group: "Outros países", Value: "Africa/Luanda", Label: "Luanda"},
	{Group: "Outros países", Value: "Europe/Madrid", Label: "Madri"},
	{Group: "Outros países", Value: "Africa/Maputo", Label: "Maputo"},
	{Group: "Outros países", Value: "America/Montevideo", Label: "Montevidéu"},
	{Group: "Outros países", Value: "America/New_York", Label: "Nova York"},
	{Group: "Outros países", Value: "America/Santiago", Label: "Santiago"},
	{Group: "Outros países", Value: "Asia/Tokyo", Label: "Tóquio"},
	{Group: "Outros países", Value: "UTC", Label: "Tempo universal (UTC)"},
}

// KnownZone reports whether a time zone is one of those to choose from.
func KnownZone(zone string) bool {
	return slices.ContainsFunc(zones, func(z Option) bool { return z.Value == zone })
}

// ZoneWord is a time zone in a reader's words; one that is not to be chosen is its own name.
func ZoneWord(zone string) string {
	for _, z := range zones {
		if z.Value == zone {
			return z.Label
		}
	}
	return zone
}

// Zones are the choices with one selected; one that an operator set and nobody else would offer stands last.
func Zones(selected string) []Option {
	options := slices.Clone(zones)
	if selected != "" && !KnownZone(selected) {
		options = append(options, Option{Group: "Outros países", Value: selected, Label: selected})
	}
	for i := range options {
		options[i].Selected = options[i].Value == selected
	}
	return options
}

// grouped parts the options where their group changes; those without one come by themselves.
func grouped(options []Option) [][]Option {
	var groups [][]Option
	for i, o := range options {
		if i == 0 || options[i-1].Group != o.Group {
			groups = append(groups, nil)
		}
		last := &groups[len(groups)-1]
		*last = append(*last, o)
	}
	return groups
}
