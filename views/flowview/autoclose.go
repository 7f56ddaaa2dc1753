package flowview

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// ClosingForm is what was typed into a row of automatic closing.
type ClosingForm struct {
	Version string `form:"version"`
	// Enabled is posted by the switch: the state it would change to. Saving without it keeps the state.
	Enabled string `form:"enabled" validate:"omitempty,oneof=true false"`
	// Preset is one of the listed times, as Go writes it, or ui.OtherValue.
	Preset    string `form:"preset" label:"Tempo de inatividade" validate:"required,max=20"`
	After     string `form:"after" label:"Tempo" validate:"required_if=Preset other,omitempty,max=20,wholenumber"`
	AfterUnit string `form:"after_unit" label:"Unidade" validate:"unit"`
	Text      string `form:"text" label:"Mensagem" validate:"max=4096,plainlines"`
	// Seen is what saving was shown to do to open conversations (Impact.Digest).
	Seen string `form:"seen"`
}

// Presets are the times offered by name.
var Presets = []time.Duration{
	30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour,
	24 * time.Hour, 48 * time.Hour, 72 * time.Hour, 7 * day,
}

// defaultAfter is offered where nothing was set yet.
const defaultAfter = 24 * time.Hour

// ClosingFormOf fills the form with what is set.
func ClosingFormOf(after time.Duration, text string, version int64) ClosingForm {
	f := ClosingForm{Version: strconv.FormatInt(version, 10), Text: text, AfterUnit: unitHours}
	if after == 0 {
		after = defaultAfter
	}
	for _, p := range Presets {
		if p == after {
			f.Preset = p.String()
			return f
		}
	}
	f.Preset = ui.OtherValue
	f.After, f.AfterUnit = splitDays(after)
	return f
}

// Duration is the chosen time; false where it is none.
func (f ClosingForm) Duration() (time.Duration, bool) {
	if f.Preset == ui.OtherValue {
		return Quantity(f.After, f.AfterUnit)
	}
	for _, p := range Presets {
		if f.Preset == p.String() {
			return p, true
		}
	}
	return 0, false
}

// Trim takes away the spaces around what was typed; browsers send line breaks as two characters.
func (f *ClosingForm) Trim() {
	f.After = strings.TrimSpace(f.After)
	f.Text = strings.TrimSpace(strings.ReplaceAll(f.Text, "\r\n", "\n"))
}

// Readable makes what was typed fit to be shown again, after it was checked.
func (f *ClosingForm) Readable() { f.After, f.Text = readable(f.After), readable(f.Text) }

// ClosingRow is one automatic closing on the page.
type ClosingRow struct {
	Form    ClosingForm
	Errors  Errors
	CanEdit bool
	ClosingStatus
	// Impact is set where saving would close conversations at once, which had not been seen: nothing was written.
	Impact Impact
	// Conflict is set when somebody else saved first: nothing was written.
	Conflict *ClosingConflict
}

// ClosingStatus is what is saved: since when it is on, and what it leaves alone.
type ClosingStatus struct {
	Kind    Closing
	Enabled bool
	After   time.Duration
	Text    string
	Since   time.Time
	// Exempt are the open conversations that began before; More says that there are more than that.
	Exempt int
	More   bool
	// Shown is the version the page shows; Version what is saved, by By.
	Shown, Version string
	By             string
}

// ClosingConflict is what somebody else saved while this form was open. The form's version is theirs: to
// save again is to save over it.
type ClosingConflict struct {
	By     string
	At     time.Time
	Theirs ClosingStatus
}

func (c ClosingConflict) sentence(ctx context.Context) string {
	return c.By + " salvou esta configuração " + since(ctx, c.At) + ". O que você fez ainda não foi salvo: salve de novo para gravar por cima."
}

// Lost keeps what was typed in a row that somebody else saved first: its version is theirs from now on.
func (r *ClosingRow) Lost(form ClosingForm, by string, at time.Time) {
	r.Conflict = &ClosingConflict{By: by, At: at, Theirs: r.ClosingStatus}
	r.Form, r.Form.Version = form, r.Version
}

func closingID(c Closing) string { return "closing-" + closingSlugs[c] }

func (r ClosingRow) title() string { return "Encerrar " + ClosingWord(r.Kind) }

// ClosingWord says when an automatic closing closes.
func ClosingWord(c Closing) string {
	if c == CloseCustomer {
		return "quando o cliente não responde"
	}
	return "quando o cliente espera e ninguém responde"
}

func (r ClosingRow) lead() string {
	if r.Kind == CloseCustomer {
		return "Depois da resposta do vendedor, se o cliente não escreve mais."
	}
	return "Conversas que ficarem muito tempo sem interação, na fila do time, do vendedor ou aguardando."
}

func (r ClosingRow) id(name string) string { return closingID(r.Kind) + "-" + name }

func (r ClosingRow) field(name, label, help string) ui.Field {
	return ui.Field{ID: r.id(name), Name: name, Label: label, Help: help, Error: r.Errors[name],
		Autofocus: r.firstBad() == name}
}

func (r ClosingRow) firstBad() string {
	for _, name := range []string{"preset", "after", "text"} {
		if r.Errors[name] != "" {
			return name
		}
	}
	return ""
}

func (r ClosingRow) preset() ui.SelectProps {
	options := []ui.Option{}
	for _, p := range Presets {
		options = append(options, ui.Option{Value: p.String(), Label: Duration(p), Selected: r.Form.Preset == p.String()})
	}
	options = append(options, ui.Option{Value: ui.OtherValue, Label: "Outro tempo…", Selected: r.Form.Preset == ui.OtherValue})
	return ui.SelectProps{Field: r.field("preset", "Tempo de inatividade", ""), Options: options}
}

func (r ClosingRow) other() ui.QuantityProps {
	f := r.field("after", "Outro tempo", "De 1 minuto a 30 dias.")
	if f.Error == "" {
		f.Error = r.Errors["after_unit"]
	}
	return ui.QuantityProps{Field: f, Value: r.Form.After, UnitName: "after_unit", Units: unitOptions(r.Form.AfterUnit, unitDays)}
}

func (r ClosingRow) text() ui.TextareaProps {
	return ui.TextareaProps{
		Field: r.field("text", "Mensagem para o cliente (opcional)", "Enviada antes de encerrar. Em branco, a conversa é encerrada sem mensagem."),
		Value: r.Form.Text, MaxLength: 4096, Rows: 2, Placeholder: "Como não tivemos retorno, estamos encerrando o atendimento.",
	}
}

func (r ClosingRow) switchProps() ui.SwitchProps {
	label := "Desligado"
	if r.Enabled {
		label = "Ligado"
	}
	return ui.SwitchProps{ID: r.id("switch"), Name: "enabled", On: r.Enabled, Label: label,
		Values: []ui.Option{{Value: "version", Label: r.Form.Version}}}
}

// coming says what switching on would do: nothing to what is open already (§5).
func (s ClosingStatus) coming() string {
	const on = "Ao ligar, vale para o que começar daí em diante: nenhuma conversa é encerrada agora"
	switch {
	case s.Exempt == 0:
		return on + "."
	case s.More:
		return on + ", e mais de " + ui.Number(s.Exempt) + " que estão abertas ficam de fora."
	case s.Exempt == 1:
		return on + ", e a que está aberta fica de fora."
	}
	return on + ", e as " + ui.Number(s.Exempt) + " que estão abertas ficam de fora."
}

func (s ClosingStatus) exempt() string {
	switch {
	case s.More:
		return "Mais de " + ui.Number(s.Exempt) + " conversas abertas ficam de fora porque começaram antes."
	case s.Exempt == 0:
		return "Nenhuma conversa aberta fica de fora."
	case s.Exempt == 1:
		return "1 conversa aberta fica de fora porque começou antes."
	}
	return ui.Number(s.Exempt) + " conversas abertas ficam de fora porque começaram antes."
}

// stale reports that somebody else saved since the page was drawn.
func (s ClosingStatus) stale() bool { return s.Shown != "" && s.Shown != s.Version }

// saveWord says what saving does at once, where that is to be seen first.
func (r ClosingRow) saveWord() string {
	if doing := r.Impact.Doing(); doing != "" {
		return "Salvar e " + doing
	}
	return "Salvar"
}

func onWord(on bool) string {
	if on {
		return "Ligado"
	}
	return "Desligado"
}

func (r ClosingRow) lines() []ui.ComparedLine {
	theirs := r.Conflict.Theirs
	mine := r.Form.After
	if d, ok := r.Form.Duration(); ok {
		mine = Duration(d)
	}
	wanted := theirs.Enabled
	if r.Form.Enabled != "" {
		wanted = r.Form.Enabled == "true"
	}
	lines := []ui.ComparedLine{
		{Label: "Tempo", Theirs: Duration(theirs.After), Mine: mine},
		{Label: "Situação", Theirs: onWord(theirs.Enabled), Mine: onWord(wanted)},
	}
	if r.Kind == CloseCustomer {
		lines = append(lines, ui.ComparedLine{Label: "Mensagem", Theirs: theirs.Text, Mine: r.Form.Text})
	}
	return lines
}

// closingForm has the answer take the row's place.
func closingForm(ctx context.Context, c Closing) templ.Attributes {
	return ui.HX(ctx, "post", ClosingPath(c), "target", "#"+closingID(c), "swap", "outerHTML", "sync", "this:drop")
}

// closingLive counts anew with every change of the configuration, but what conversations change only now
// and then: the count reads many rows.
func closingLive(ctx context.Context, s ClosingStatus) templ.Attributes {
	live := ui.Live(ctx, ClosingStatusPath(s.Kind, s.Shown), EventStore)
	live["hx-trigger"] = fmt.Sprintf("%v, %s from:body throttle:10s", live["hx-trigger"], EventConversations)
	return live
}

func since(ctx context.Context, t time.Time) string { return ui.When(ui.Now(ctx), t, ui.Location(ctx)) }
