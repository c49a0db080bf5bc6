// Package locale says things in Vietnamese, and in English for those who ask:
// messages by key from vi.json and en.json, dates, numbers, the Vietnamese
// alphabetical order and a search key without accents.
package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"dondoc/calendar"
)

//go:embed vi.json en.json
var files embed.FS

// Languages are the languages of the catalogue, the default one first.
var Languages = []string{"vi", "en"}

var (
	bundle  = i18n.NewBundle(language.Vietnamese)
	matcher = language.NewMatcher([]language.Tag{language.Vietnamese, language.English})

	// texts holds every message of a language, its plural forms joined;
	// fields holds the names that a message asks for; simple the messages of one
	// form, taken apart.
	texts    = map[string]map[string]string{}
	fields   = map[string]map[string][]string{}
	simple   = map[string]map[string]message{}
	printers = map[string]*Printer{}

	field = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)
)

func init() {
	for _, lang := range Languages {
		if err := load(lang); err != nil {
			panic(err) // the files are part of the binary, and a test reads them
		}
	}
}

func load(lang string) error {
	name := lang + ".json"
	src, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	if _, err := bundle.ParseMessageFileBytes(src, name); err != nil {
		return fmt.Errorf("locale: %s: %w", name, err)
	}
	var raw map[string]any
	if err := json.Unmarshal(src, &raw); err != nil {
		return fmt.Errorf("locale: %s: %w", name, err)
	}
	texts[lang], fields[lang], simple[lang] = map[string]string{}, map[string][]string{}, map[string]message{}
	for key, value := range raw {
		text := joined(value)
		var inOrder []string
		for _, m := range field.FindAllStringSubmatch(text, -1) {
			inOrder = append(inOrder, m[1])
		}
		names := slices.Sorted(slices.Values(inOrder))
		texts[lang][key], fields[lang][key] = text, slices.Compact(names)
		if _, single := value.(string); single {
			simple[lang][key] = message{texts: field.Split(text, -1), names: inOrder}
		}
	}
	printers[lang] = &Printer{lang: lang, localizer: i18n.NewLocalizer(bundle, lang)}
	return nil
}

func joined(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case map[string]any:
		var forms []string
		for _, form := range slices.Sorted(maps.Keys(v)) {
			forms = append(forms, fmt.Sprint(v[form]))
		}
		return strings.Join(forms, " ")
	}
	return ""
}

// Printer speaks one language. It may be used by many goroutines at once.
type Printer struct {
	lang      string
	localizer *i18n.Localizer
}

// For returns the printer of a language, the Vietnamese one for any language
// that the catalogue does not have.
func For(lang string) *Printer {
	if p, ok := printers[lang]; ok {
		return p
	}
	return printers["vi"]
}

// Match returns the printer that suits an Accept-Language header best, the
// Vietnamese one when none does.
func Match(acceptLanguage string) *Printer {
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(tags) == 0 {
		return For("vi")
	}
	_, i, _ := matcher.Match(tags...)
	return For(Languages[i])
}

// Lang returns the printer's language: "vi" or "en".
func (p *Printer) Lang() string { return p.lang }

// T returns the message of key in p's language. Its fields come either as one
// map[string]any or as pairs of name and value; dates, times and numbers among
// them are written as p writes them, except that a whole number named "year"
// or "…_year" stays ungrouped. The field "count" chooses the plural form.
//
// A key or a field that is missing shows itself between ⟦ and ⟧; T never
// panics.
func (p *Printer) T(key string, args ...any) string {
	if m, ok := simple[p.lang][key]; ok {
		return p.fill(m, args)
	}
	names, known := fields[p.lang][key]
	if !known {
		return "⟦" + key + "⟧"
	}
	given := pairs(args)
	config := i18n.LocalizeConfig{MessageID: key, TemplateData: p.data(names, given)}
	if n, ok := whole(given["count"]); ok {
		config.PluralCount = n
	}
	text, err := p.localizer.Localize(&config)
	if err != nil && text == "" {
		return "⟦" + key + "⟧"
	}
	return text
}

func (p *Printer) data(names []string, given map[string]any) map[string]any {
	data := make(map[string]any, len(names))
	for _, name := range names {
		data[name] = p.field(name, given)
	}
	return data
}

func (p *Printer) field(name string, given map[string]any) string {
	if v, ok := given[name]; ok {
		return p.value(name, v)
	}
	return "⟦" + name + "⟧"
}

// message is a message of one form: texts, and between them the names of fields.
type message struct{ texts, names []string }

// fill writes a message of one form, which pages do thousands of times.
func (p *Printer) fill(m message, args []any) string {
	if len(m.names) == 0 {
		return m.texts[0]
	}
	given := pairs(args)
	var b strings.Builder
	for i, name := range m.names {
		b.WriteString(m.texts[i])
		b.WriteString(p.field(name, given))
	}
	b.WriteString(m.texts[len(m.names)])
	return b.String()
}

// Has reports whether the catalogue has key.
func (p *Printer) Has(key string) bool {
	_, ok := texts[p.lang][key]
	return ok
}

func pairs(args []any) map[string]any {
	if len(args) == 1 {
		if m, ok := args[0].(map[string]any); ok {
			return m
		}
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			m[name] = args[i+1]
		}
	}
	return m
}

func (p *Printer) value(name string, v any) string {
	if n, ok := whole(v); ok {
		if name == "year" || strings.HasSuffix(name, "_year") {
			return fmt.Sprint(n)
		}
		return p.Number(n)
	}
	switch v := v.(type) {
	case string:
		return v
	case time.Time:
		return p.DateTime(v)
	case Day:
		return p.Date(v)
	case calendar.Month:
		return p.Month(v)
	case float64:
		return p.Decimal(v, 2)
	}
	return fmt.Sprint(v)
}

func whole(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, true
	case int64:
		return int(n), true
	case int32:
		return int(n), true
	}
	return 0, false
}

// Keys returns every key of a language, sorted.
func Keys(lang string) []string {
	return slices.Sorted(maps.Keys(texts[lang]))
}
