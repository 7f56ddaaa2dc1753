package errorview

import "semaforo/views/ui"

// Page is what an error page says: what happened and what to do next.
type Page struct {
	Status      int
	Title, Text string
	Ways        []Way
	// Request names the request in the server's log; empty where nobody needs it.
	Request string
}

// Way is a link onwards; the first is the one most people want.
type Way struct{ Label, Href string }

func (p Page) icon() ui.IconName {
	switch {
	case p.Status == 404:
		return ui.IconSearch
	case p.Status == 401 || p.Status == 403:
		return ui.IconLock
	case p.Status == 429:
		return ui.IconHourglass
	case p.Status >= 500:
		return ui.IconCircleX
	}
	return ui.IconInfo
}

func variant(i int) ui.Variant {
	if i == 0 {
		return ui.Primary
	}
	return ui.Secondary
}
