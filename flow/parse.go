package flow

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ParseConfiguration reads a configuration document strictly and validates it.
// The error is a Problems.
func ParseConfiguration(document []byte) (Configuration, error) {
	r := &reader{src: document}
	root := r.value(0)
	r.end()
	if r.problem != "" {
		return Configuration{}, Problems{{Code: CodeSyntax, Arg: r.problem}}
	}
	return configurationOf(root)
}

func configurationOf(root node) (Configuration, error) {
	p := &parser{}
	cfg := p.configuration(root)
	if len(p.problems) > 0 {
		return Configuration{}, p.problems
	}
	if ps := cfg.Validate(); len(ps) > 0 {
		return Configuration{}, ps
	}
	return cfg, nil
}

// parser turns nodes into a configuration and gathers what is wrong with them.
type parser struct{ problems Problems }

// fields calls field for each member of an object; unknown and repeated keys
// are problems, and so is a value that is no object.
func (p *parser) fields(path string, n node, field map[string]func(path string, n node)) {
	if !p.kind(path, n, '{') {
		return
	}
	for i, key := range n.keys {
		at := key
		if path != "" {
			at = path + "." + key
		}
		read, known := field[key]
		switch {
		case !known:
			p.problems.add(at, CodeUnknownField, "")
		case slices.Contains(n.keys[:i], key):
			p.problems.add(at, CodeRepeated, key)
		default:
			read(at, n.values[i])
		}
	}
}

func (p *parser) kind(path string, n node, kind byte) bool {
	if n.kind != kind {
		p.problems.add(path, CodeType, kindNames[kind])
	}
	return n.kind == kind
}

func (p *parser) text(into *string) func(string, node) {
	return func(path string, n node) {
		if p.kind(path, n, '"') {
			*into = n.text
		}
	}
}

// word reads text into one of the engine's named string types.
func word[T ~string](p *parser, into *T) func(string, node) {
	return func(path string, n node) {
		if p.kind(path, n, '"') {
			*into = T(n.text)
		}
	}
}

func (p *parser) flag(into *bool) func(string, node) {
	return func(path string, n node) {
		if n.kind != 't' && n.kind != 'f' {
			p.problems.add(path, CodeType, kindNames['t'])
			return
		}
		*into = n.kind == 't'
	}
}

func (p *parser) duration(into *time.Duration) func(string, node) {
	return func(path string, n node) {
		if !p.kind(path, n, '"') {
			return
		}
		d, err := time.ParseDuration(n.text)
		if err != nil {
			p.problems.add(path, CodeDuration, n.text)
			return
		}
		*into = d
	}
}

// list calls item for each element; more than one list at a path cannot be.
func (p *parser) list(item func(path string, n node)) func(string, node) {
	return func(path string, n node) {
		if !p.kind(path, n, '[') {
			return
		}
		for i, v := range n.values {
			item(fmt.Sprintf("%s[%d]", path, i), v)
		}
	}
}

func (p *parser) texts(into *[]string) func(string, node) {
	return p.list(func(path string, n node) {
		var s string
		p.text(&s)(path, n)
		*into = append(*into, s)
	})
}

func (p *parser) configuration(root node) Configuration {
	cfg := Configuration{Timezone: "America/Sao_Paulo"}
	p.fields("", root, map[string]func(string, node){
		"timezone": p.text(&cfg.Timezone),
		"hours":    p.week(&cfg.Hours),
		"holidays": p.dates(&cfg.Holidays),
		"teams": p.list(func(path string, n node) {
			cfg.Teams = append(cfg.Teams, p.team(path, n))
		}),
		"sellers": p.list(func(path string, n node) {
			var s Seller
			p.fields(path, n, map[string]func(string, node){"id": p.text(&s.ID), "teams": p.texts(&s.Teams)})
			cfg.Sellers = append(cfg.Sellers, s)
		}),
		"flows": p.list(func(path string, n node) {
			cfg.Flows = append(cfg.Flows, p.flow(path, n))
		}),
		"auto_close":          p.autoClose(&cfg.AutoClose),
		"auto_close_customer": p.autoClose(&cfg.AutoCloseCustomer),
	})
	return cfg
}

func (p *parser) team(path string, n node) Team {
	var t Team
	p.fields(path, n, map[string]func(string, node){
		"id": p.text(&t.ID), "hours": p.week(&t.Hours), "holidays": p.dates(&t.Holidays),
	})
	return t
}

func (p *parser) flow(path string, n node) Flow {
	f := Flow{Clock: Always, Action: Action{Type: ActionNone}, Active: true}
	p.fields(path, n, map[string]func(string, node){
		"id": p.text(&f.ID), "queue": word(p, &f.Queue), "kind": word(p, &f.Kind),
		"targets": p.texts(&f.Targets), "alert1": p.duration(&f.Alert1), "alert2": p.duration(&f.Alert2),
		"clock": word(p, &f.Clock), "active": p.flag(&f.Active),
		"action": func(path string, n node) { f.Action = p.action(path, n) },
	})
	for _, key := range []string{"alert1", "alert2"} {
		if n.kind == '{' && !slices.Contains(n.keys, key) {
			p.problems.add(path+"."+key, CodeRequired, "")
		}
	}
	return f
}

func (p *parser) action(path string, n node) Action {
	a := Action{Type: ActionNone}
	p.fields(path, n, map[string]func(string, node){
		"type": word(p, &a.Type), "team": p.text(&a.Team), "seller": p.text(&a.Seller), "delay": p.duration(&a.Delay),
	})
	return a
}

func (p *parser) autoClose(into *AutoClose) func(string, node) {
	return func(path string, n node) {
		p.fields(path, n, map[string]func(string, node){
			"enabled": p.flag(&into.Enabled),
			"after": func(path string, n node) {
				before := len(p.problems)
				p.duration(&into.After)(path, n)
				if len(p.problems) == before && into.After <= 0 {
					p.problems.add(path, CodeNotPositive, "")
				}
			},
			"enabled_at": func(path string, n node) {
				if !p.kind(path, n, '"') {
					return
				}
				at, err := ParseInstant(n.text)
				if err != nil {
					p.problems.add(path, CodeInstant, n.text)
				}
				into.EnabledAt = at
			},
		})
	}
}

var errInstant = errors.New("before the year 1 or after 9999")

// ParseInstant reads an RFC 3339 instant strictly, and gives it in UTC. The
// zero instant is no instant here, and what RFC 3339 cannot write back in UTC
// is none either.
func ParseInstant(s string) (time.Time, error) { return parseInstant([]byte(s)) }

func parseInstant(text []byte) (time.Time, error) {
	var t time.Time
	if err := t.UnmarshalText(text); err != nil {
		return time.Time{}, err
	}
	t = t.UTC()
	if !t.After(time.Time{}) || t.Year() > 9999 {
		return time.Time{}, errInstant
	}
	return t, nil
}

func (p *parser) dates(into *[]Date) func(string, node) {
	return func(path string, n node) {
		*into = []Date{}
		p.list(func(path string, n node) {
			if !p.kind(path, n, '"') {
				return
			}
			d, err := ParseDate(n.text)
			if err != nil {
				p.problems.add(path, CodeDate, n.text)
				return
			}
			*into = append(*into, d)
		})(path, n)
	}
}

func (p *parser) week(into **Week) func(string, node) {
	return func(path string, n node) {
		week := &Week{}
		*into = week
		fields := make(map[string]func(string, node), len(days))
		for d, key := range days {
			fields[key] = func(path string, n node) {
				p.list(func(path string, n node) {
					if s, ok := p.slot(path, n); ok {
						week[d] = append(week[d], s)
					}
				})(path, n)
				slices.SortFunc(week[d], func(a, b Slot) int { return a.Open - b.Open })
			}
		}
		p.fields(path, n, fields)
	}
}

func (p *parser) slot(path string, n node) (Slot, bool) {
	if n.kind != '[' || len(n.values) != 2 {
		p.problems.add(path, CodeType, `a pair such as ["09:00", "18:00"]`)
		return Slot{}, false
	}
	begin, ok1 := p.timeOfDay(path+"[0]", n.values[0], minutesPerDay-1)
	end, ok2 := p.timeOfDay(path+"[1]", n.values[1], minutesPerDay)
	return Slot{begin, end}, ok1 && ok2
}

func (p *parser) timeOfDay(path string, n node, last int) (int, bool) {
	if !p.kind(path, n, '"') {
		return 0, false
	}
	minute, ok := ParseTimeOfDay(n.text)
	if !ok || minute > last {
		p.problems.add(path, CodeTime, n.text)
		return 0, false
	}
	return minute, true
}

// ParseTimeOfDay reads HH:MM, from 00:00 to 24:00, as minutes after midnight.
func ParseTimeOfDay(s string) (int, bool) {
	if len(s) != 5 || s[2] != ':' || strings.Trim(s[:2]+s[3:], "0123456789") != "" {
		return 0, false
	}
	hour, minute := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
	total := hour*60 + minute
	return total, minute < 60 && total <= minutesPerDay
}

// FormatTimeOfDay writes minutes after midnight as ParseTimeOfDay reads them.
func FormatTimeOfDay(minutes int) string {
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}
