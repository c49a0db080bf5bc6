package web

import (
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

const (
	maxForm = 256 << 10
	maxText = 20000 // characters of a text that a person types
)

// form is a form as it is shown: with what was typed, and what was wrong.
type form struct {
	Name     string // which form of the page was sent; "" when none was
	Values   url.Values
	Problems map[string]string // by field
	Banner   string            // what concerns no field
	Down     []string          // what cannot be reached
	Key      string            // makes a decision happen once, however often it is sent
}

// newForm returns an empty form.
func newForm() form { return form{Values: url.Values{}, Key: rand.Text()} }

// sentForm returns the form that was sent, to be filled with problems.
func (v *visit) sentForm(name string) form {
	f := form{Name: name, Values: v.r.PostForm, Problems: map[string]string{}, Key: v.r.PostForm.Get("key")}
	if f.Key == "" || len(f.Key) > 64 {
		f.Key = rand.Text()
	}
	return f
}

// Value returns what was typed into a field.
func (f form) Value(field string) string { return f.Values.Get(field) }

// Or returns what was typed into a field, or what stands there before.
func (f form) Or(field, before string) string {
	if f.Values.Has(field) {
		return f.Values.Get(field)
	}
	return before
}

// Problem returns what is wrong with a field.
func (f form) Problem(field string) string { return f.Problems[field] }

// Said returns what is wrong, each thing once however many fields have it.
func (f form) Said() []string {
	list := slices.Sorted(maps.Values(f.Problems))
	return slices.Compact(list)
}

// Is reports whether a value was chosen in a field.
func (f form) Is(field, value string) bool { return f.Values.Get(field) == value }

// Failed reports whether the form of a name was sent and refused.
func (f form) Failed(name string) bool {
	return f.Name == name && (f.Banner != "" || len(f.Problems) > 0)
}

// Bad reports whether anything was refused.
func (f form) Bad() bool { return f.Banner != "" || len(f.Problems) > 0 }

// refuse puts an error into the form and returns the status to answer with. An
// error that no form can mend comes back.
func (v *visit) refuse(f *form, err error) (int, error) {
	kind := poverty.KindOf(err)
	if kind != poverty.Unavailable {
		// The key stands for what was refused; what is mended is another decision.
		f.Key = rand.Text()
	}
	switch kind {
	case poverty.NotFound, poverty.Internal:
		return 0, err
	case poverty.Unavailable:
		v.log("decision not carried out", err)
		f.Banner, f.Down = v.p.T("web.unavailable_kept"), v.down()
		if key := poverty.Refusal(err).Key; key == poverty.DecisionUnconfirmed || key == poverty.DecisionGivenUp {
			f.Banner = v.message(err)
		}
		v.w.Header().Set("Retry-After", "30")
	case poverty.Invalid, poverty.Conflict, poverty.Forbidden:
		e, ok := errors.AsType[*poverty.Error](err)
		if ok && kind == poverty.Invalid && e.Field != "" {
			f.Problems[inputOf(e)] = v.message(err)
		} else {
			f.Banner = v.message(err)
		}
	}
	return status(kind), nil
}

// inputOf returns the input of a page that a field of the domain is typed into.
func inputOf(e *poverty.Error) string {
	switch e.Field {
	case "survey":
		return "households"
	case "plan":
		return e.Key[strings.LastIndexByte(e.Key, '.')+1:]
	}
	return e.Field
}

// problem notes what a field's check found, unless an earlier one found
// something.
func (f *form) problem(field, message string) {
	if f.Problems[field] == "" {
		f.Problems[field] = message
	}
}

// text reads a text of at most maxText characters.
func (v *visit) text(f *form, field string) string {
	s := locale.NFC(strings.TrimSpace(strings.ReplaceAll(f.Value(field), "\r\n", "\n")))
	if utf8.RuneCountInString(s) > maxText {
		f.problem(field, v.p.T("error.too_long", "max", maxText))
	}
	return s
}

// needed reads a text that must be there.
func (v *visit) needed(f *form, field string) string {
	s := v.text(f, field)
	if s == "" {
		f.problem(field, v.p.T("error.required"))
	}
	return s
}

// count reads a whole number that is not negative; false when the field is
// empty or wrong.
func (v *visit) count(f *form, field string) (int, bool) {
	s := strings.TrimSpace(f.Value(field))
	if s == "" {
		return 0, false
	}
	n, _, err := locale.ParseInt(s)
	if err != nil || n < 0 || n > 1e12 {
		f.problem(field, v.p.T("error.not_a_number"))
		return 0, false
	}
	return n, true
}

// day reads a day as people write it; no date when the field is empty.
func (v *visit) day(f *form, field string) calendar.Date {
	s := strings.TrimSpace(f.Value(field))
	if s == "" {
		return calendar.Date{}
	}
	d, ok := parseDay(s)
	if !ok {
		f.problem(field, v.p.T("error.not_a_date"))
	}
	return d
}

// at reads an earlier instant from a day and a clock; zero when no day is
// given, which means now.
func (v *visit) at(f *form) time.Time {
	d := v.day(f, "at_day")
	if d.IsZero() {
		return time.Time{}
	}
	clock := strings.TrimSpace(f.Value("at_time"))
	if clock == "" {
		clock = "00:00"
	}
	c, err := calendar.ParseClock(clock)
	if err != nil {
		f.problem("at", v.p.T("web.not_a_time"))
		return time.Time{}
	}
	return d.At(c)
}

// parseDay reads 15/4/2018, 15-04-2018, 15.4.2018, 15042018 and 2018-04-15.
func parseDay(s string) (calendar.Date, bool) {
	if d, err := calendar.ParseDate(s); err == nil {
		return d, true
	}
	if len(s) == 8 && strings.Trim(s, "0123456789") == "" {
		s = s[:2] + "/" + s[2:4] + "/" + s[4:]
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("/-. ", r) })
	if len(parts) != 3 || len(parts[2]) != 4 {
		return calendar.Date{}, false
	}
	var n [3]int
	for i, part := range parts {
		var err error
		if n[i], err = strconv.Atoi(part); err != nil {
			return calendar.Date{}, false
		}
	}
	d, err := calendar.NewDate(n[2], time.Month(n[1]), n[0])
	return d, err == nil
}

// upload reads a form with one file of at most so many bytes, which is small
// enough to be read whole; done removes what of it lies on the disk.
func (v *visit) upload(most int) (done func(), err error) {
	if err := v.r.ParseMultipartForm(int64(most)); err != nil {
		return nil, tooBig(err, most)
	}
	v.r.PostForm = v.r.MultipartForm.Value
	return func() {
		if err := v.r.MultipartForm.RemoveAll(); err != nil {
			v.log("upload not removed", err)
		}
	}, nil
}

// tooBig words what went wrong while a file of at most so many bytes came in.
func tooBig(err error, most int) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &poverty.Error{Kind: poverty.Invalid, Key: "workbook.too_big", Args: []any{"megabytes", most >> 20}, Field: "file", Err: err}
	}
	return &poverty.Error{Kind: poverty.Invalid, Key: "register.import.broken_off", Field: "file", Err: err}
}
