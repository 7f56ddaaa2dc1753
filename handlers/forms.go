package handlers

import (
	"errors"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/go-playground/locales/pt_BR"
	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
	translations "github.com/go-playground/validator/v10/translations/pt_BR"
	"github.com/labstack/echo/v4"

	"semaforo/views/flowview"
)

// decodeForm reads a posted form into a form struct, and nothing else of the
// request: no parameter of the address can set a field.
func decodeForm(c echo.Context, form any) error {
	if err := new(echo.DefaultBinder).BindBody(c, form); err != nil {
		var http *echo.HTTPError
		if errors.As(err, &http) && http.Code == 413 {
			return err
		}
		return BadRequest("malformed", "the form could not be read", "O formulário enviado não pôde ser lido. Volte e tente de novo.")
	}
	return nil
}

// checkForm puts what the form struct's tags refuse into words, by the inputs'
// names. With fields it looks at those of the struct alone.
func checkForm(form any, fields ...string) map[string]string {
	v := formRules()
	var err error
	if len(fields) > 0 {
		err = v.validate.StructPartial(form, fields...)
	} else {
		err = v.validate.Struct(form)
	}
	refused := map[string]string{}
	var all validator.ValidationErrors
	if !errors.As(err, &all) {
		return refused
	}
	for _, e := range all {
		name, _, _ := strings.Cut(e.Field(), "[") // an item's error is its list's
		if refused[name] == "" {
			refused[name] = v.words(e)
		}
	}
	return refused
}

type formValidator struct {
	validate   *validator.Validate
	translator ut.Translator
}

// formRules are built once: the validator caches what it learns of the structs.
var formRules = sync.OnceValue(func() formValidator {
	locale := pt_BR.New()
	translator, _ := ut.New(locale, locale).GetTranslator("pt_BR")
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("form") })
	must := func(err error) {
		if err != nil {
			panic("handlers: form rules: " + err.Error())
		}
	}
	must(translations.RegisterDefaultTranslations(v, translator))
	for tag, rule := range map[string]func(string) bool{
		"wholenumber": isWholeNumber, "unit": flowview.KnownUnit, "plaintext": isPlainText, "plainlines": isPlainLines,
	} {
		must(v.RegisterValidation(tag, func(f validator.FieldLevel) bool { return rule(f.Field().String()) }))
	}
	return formValidator{v, translator}
})

// tagWords are for tags that the translations do not have, or say for a
// programmer: what to do beats what was expected. % is the tag's parameter.
var tagWords = map[string]string{
	"required":    "Preencha este campo.",
	"required_if": "Preencha este campo.",
	"oneof":       "Escolha uma das opções.",
	"unit":        "Escolha uma das unidades.",
	"wholenumber": "Informe um número inteiro, sem vírgula, ponto ou sinal.",
	"plaintext":   "O texto tem caracteres que não podem ser usados.",
	"plainlines":  "O texto tem caracteres que não podem ser usados.",
}

func (v formValidator) words(e validator.FieldError) string {
	if e.Tag() == "max" && e.Kind() == reflect.String {
		return "Use no máximo " + e.Param() + " caracteres."
	}
	if words := tagWords[e.Tag()]; words != "" {
		return words
	}
	return e.Translate(v.translator)
}

func isWholeNumber(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	_, err := strconv.ParseUint(s, 10, 32)
	return err == nil
}

// isPlainText is one line that can be read: UTF-8, no control characters, and
// none that turn the text around them.
func isPlainText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	})
}

// isPlainLines is isPlainText with line breaks and tabs.
func isPlainLines(s string) bool {
	return isPlainText(strings.NewReplacer("\r", "", "\n", "", "\t", "").Replace(s))
}
