package locale

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
)

var update = flag.Bool("update", false, "rewrite vi.json and en.json sorted, one key a line")

func TestCatalogue_is_sorted_one_key_a_line(t *testing.T) {
	for _, lang := range Languages {
		t.Run(lang, func(t *testing.T) {
			name := lang + ".json"
			got, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want, err := sorted(got)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Equal(got, want) {
				return
			}
			if *update {
				if err := os.WriteFile(name, want, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("%s is not sorted; run go test ./locale -update\n%s", name,
				cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")))
		})
	}
}

// sorted returns the catalogue with its keys in order. A key that comes twice
// is an error: encoding/json would keep the last one without a word.
func sorted(src []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(src))
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	values := map[string]json.RawMessage{}
	var keys []string
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
		k := key.(string)
		if _, twice := values[k]; twice {
			return nil, fmt.Errorf("%q comes twice", k)
		}
		values[k] = value
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var out bytes.Buffer
	out.WriteString("{\n")
	for i, k := range keys {
		end := ","
		if i == len(keys)-1 {
			end = ""
		}
		value := regexp.MustCompile(`\n\s*`).ReplaceAll(values[k], nil)
		fmt.Fprintf(&out, "  %q: %s%s\n", k, value, end)
	}
	out.WriteString("}\n")
	return out.Bytes(), nil
}

func TestCatalogue_has_every_key_in_every_language(t *testing.T) {
	for _, lang := range Languages {
		CheckKeys(t, Keys(lang))
	}
}

func TestCatalogue_keys_are_lower_case_words_joined_by_dots(t *testing.T) {
	shape := regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)*$`)
	// These would make go-i18n take the whole file for one message.
	reserved := []string{"id", "description", "hash", "leftdelim", "rightdelim", "zero", "one", "two", "few", "many", "other"}
	for _, key := range Keys("vi") {
		if !shape.MatchString(key) || slices.Contains(reserved, key) {
			t.Errorf("%q is not a key", key)
		}
	}
}

func TestCatalogue_asks_for_the_same_fields_in_every_language(t *testing.T) {
	for _, key := range Keys("vi") {
		if diff := cmp.Diff(fields["vi"][key], fields["en"][key]); diff != "" {
			t.Errorf("%s (-vi +en):\n%s", key, diff)
		}
	}
}

func TestCatalogue_messages_are_simple_composed_and_not_empty(t *testing.T) {
	for _, lang := range Languages {
		for key, text := range texts[lang] {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s %s is empty", lang, key)
			}
			if strings.Contains(field.ReplaceAllString(text, ""), "{{") {
				t.Errorf("%s %s: only {{.name}} is allowed: %s", lang, key, text)
			}
			if text != NFC(text) {
				t.Errorf("%s %s is not in NFC", lang, key)
			}
		}
	}
}

func TestPrinter_T(t *testing.T) {
	tests := []struct {
		name, lang, key string
		args            []any
		want            string
	}{
		{"plain", "vi", "yes", nil, "Có"},
		{"English", "en", "yes", nil, "Yes"},
		{"an unknown language is Vietnamese", "fr", "yes", nil, "Có"},
		{"a missing key is seen", "vi", "no.such_key", nil, "⟦no.such_key⟧"},
		{"a missing field is seen", "vi", "day.count", nil, "⟦count⟧ ngày"},
		{"an argument without a value is no panic", "vi", "day.count", []any{"count"}, "⟦count⟧ ngày"},
		{"fields by pairs", "vi", "page.of", []any{"page", 2, "pages", 3}, "Trang 2/3"},
		{"fields by a map", "en", "page.of", []any{map[string]any{"page": 2, "pages": 3}}, "Page 2 of 3"},
		{"one", "en", "day.count", []any{"count", 1}, "1 day"},
		{"many", "en", "day.count", []any{"count", 1411}, "1,411 days"},
		{"Vietnamese has no plural", "vi", "day.count", []any{"count", 1411}, "1.411 ngày"},
		{"a year is not grouped", "vi", "month.of_year", []any{"month", 4, "year", 2018}, "tháng 4/2018"},
		{"what is typed is not a template", "vi", "error.read_as", []any{"value", "{{.x}} <b>"}, "Hệ thống hiểu số này là {{.x}} <b>."},
		{"an instant", "vi", "error.read_as", []any{"value", time.Date(2018, 4, 15, 1, 0, 0, 0, time.UTC)}, "Hệ thống hiểu số này là 15/04/2018 08:00."},
		{"a month", "en", "error.read_as", []any{"value", calendar.MustMonth("2018-04")}, "This number was read as April 2018."},
		{"a day", "vi", "error.read_as", []any{"value", calendar.MustDate("2018-04-15")}, "Hệ thống hiểu số này là 15/04/2018."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := For(tt.lang).T(tt.key, tt.args...); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPrinter_serves_many_goroutines(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				For("en").T("day.count", "count", 2)
				Compare("Đăk Lăk", "Dương")
			}
		})
	}
	wg.Wait()
}

func TestMatch_chooses_by_accept_language(t *testing.T) {
	for header, want := range map[string]string{
		"": "vi", "vi-VN,vi;q=0.9,en;q=0.8": "vi", "en-US,en;q=0.9": "en",
		"fr,en;q=0.5": "en", "fr": "vi", "not a header;;": "vi", "en;q=0.2,vi;q=0.7": "vi",
	} {
		if got := Match(header).Lang(); got != want {
			t.Errorf("Match(%q) = %s, want %s", header, got, want)
		}
	}
}

func TestPrinter_formats(t *testing.T) {
	vi, en := For("vi"), For("en")
	late := time.Date(2018, 4, 15, 18, 30, 0, 0, time.UTC)
	for _, tt := range []struct{ got, want string }{
		{vi.Date(calendar.MustDate("2018-04-05")), "05/04/2018"},
		{vi.Date(late), "16/04/2018"},
		{vi.Date(time.Time{}), ""},
		{vi.Date(calendar.Date{}), ""},
		{vi.Date(nil), ""},
		{vi.DateTime(late), "16/04/2018 01:30"},
		{vi.DateTime(time.Time{}), ""},
		{vi.Month("2018-04"), "tháng 4/2018"},
		{en.Month("2018-04"), "April 2018"},
		{vi.Month(calendar.MustMonth("2018-12")), "tháng 12/2018"},
		{vi.Month(calendar.Month{}), ""},
		{vi.Month("2018"), "2018"},
		{vi.Weekday(time.Monday), "thứ Hai"},
		{vi.Number(0), "0"},
		{vi.Number(999), "999"},
		{vi.Number(1411), "1.411"},
		{en.Number(-1234567), "-1,234,567"},
		{vi.Decimal(9.92, 2), "9,92"},
		{en.Decimal(9.92, 2), "9.92"},
		{vi.Decimal(2.675, 2), "2,68"},
		{vi.Decimal(1411.5, 1), "1.411,5"},
		{vi.Decimal(-0.001, 2), "0,00"},
		{vi.Percent(9.92, 2), "9,92\u00a0%"},
		{en.Percent(9.92, 2), "9.92%"},
		{vi.Percent(100*zero/zero, 2), "–"},
		{vi.Money(18_500_000), "18.500.000\u00a0đ"},
		{en.Money(-1000), "-1,000\u00a0đ"},
		{vi.Quantity(9920), "9,92"},
		{vi.Quantity(1_411_000), "1.411"},
		{vi.Quantity(-500), "-0,5"},
		{vi.Quantity(0), "0"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

var zero float64

func TestParseInt_reads_dots_as_thousands(t *testing.T) {
	for _, tt := range []struct {
		in     string
		n      int
		readAs string
		ok     bool
	}{
		{"1.411", 1411, "1.411", true},
		{" 1411 ", 1411, "1.411", true},
		{"1 411", 1411, "1.411", true},
		{"1\u00a0411", 1411, "1.411", true},
		{"1.234.567", 1234567, "1.234.567", true},
		{"-7", -7, "-7", true},
		{"007", 7, "7", true},
		{"1,411", 0, "", false},
		{"1.41", 0, "", false},
		{"1.4111", 0, "", false},
		{"1411.000", 0, "", false},
		{"", 0, "", false},
		{"mười", 0, "", false},
		{"99999999999999999999", 0, "", false},
	} {
		n, readAs, err := ParseInt(tt.in)
		if n != tt.n || readAs != tt.readAs || (err == nil) != tt.ok {
			t.Errorf("ParseInt(%q) = %d, %q, %v", tt.in, n, readAs, err)
		}
	}
}

func TestParseDecimal_reads_a_comma_as_decimals(t *testing.T) {
	for _, tt := range []struct {
		in     string
		f      float64
		readAs string
		ok     bool
	}{
		{"9,92", 9.92, "9,92", true},
		{"1.411,5", 1411.5, "1.411,5", true},
		{"1.411", 1411, "1.411", true},
		{"9.92", 0, "", false},
		{",5", 0, "", false},
	} {
		f, readAs, err := ParseDecimal(tt.in)
		if f != tt.f || readAs != tt.readAs || (err == nil) != tt.ok {
			t.Errorf("ParseDecimal(%q) = %v, %q, %v", tt.in, f, readAs, err)
		}
	}
}

func TestParseQuantity_reads_thousandths(t *testing.T) {
	for in, want := range map[string]int64{"9,92": 9920, "1.411,5": 1_411_500, "20": 20_000, "0,001": 1, "-2,5": -2500} {
		if got, err := ParseQuantity(in); err != nil || got != want {
			t.Errorf("ParseQuantity(%q) = %d, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "9.92", "1,2345", "hai", "99999999999999999999"} {
		if got, err := ParseQuantity(in); err == nil {
			t.Errorf("ParseQuantity(%q) = %d", in, got)
		}
	}
}

func TestSort_follows_the_Vietnamese_alphabet(t *testing.T) {
	want := []string{"An", "Ăn", "Ân", "Dương", "Đăk", "Điện", "Êban", "Ơn", "Ưng"}
	got := []string{"Ưng", "Điện", "Ăn", "Đăk", "Êban", "Ân", "Ơn", "Dương", "An"}
	Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSort_orders_tones_and_numbers(t *testing.T) {
	for _, want := range [][]string{
		{"ma", "mà", "mả", "mã", "má", "mạ"},
		{"Thôn 2", "Thôn 10", "Thôn 10A"},
		{"Cam An", "Cam Chính", "Cam Hiếu", "Cam Thanh", "Cam Thành", "Cam Tuyền"},
	} {
		got := slices.Clone(want)
		slices.Reverse(got)
		Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestSortBy_takes_composed_and_decomposed_names_alike(t *testing.T) {
	if Compare("Ân", "A\u0302n") != 0 {
		t.Error("NFC and NFD of one name differ")
	}
	type unit struct{ name string }
	units := []unit{{"Đông"}, {"A\u0302n"}, {"An"}}
	SortBy(units, func(u unit) string { return u.name })
	if units[0].name != "An" || units[2].name != "Đông" {
		t.Error(units)
	}
}

func TestFold_makes_spellings_of_one_word_meet(t *testing.T) {
	for in, want := range map[string]string{
		"hoá": "hoa", "hóa": "hoa", "HÓA": "hoa", "uỷ ban": "uy ban", "Ủy  ban ": "uy ban",
		"Đăk Lăk": "dak lak", "Nguyễn Thị Ước": "nguyen thi uoc", "D\u031bo\u031bng": "dong",
		" \t ": "", "Thôn 2": "thon 2", "A\u0302\u0301n": "an",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestUsedKeys_finds_keys_in_templates_and_code(t *testing.T) {
	fsys := fstest.MapFS{
		"a/list.html": {Data: []byte(`<h1>{{.T "plan.title"}}</h1>{{$.P.T "plan.due" "date" .Due}} "not.key"`)},
		"b/plan.go":   {Data: []byte("p.T(\"plan.cannot_move\"); Error{Key: \"plan.missing\"}; p.T(`plan.raw`)")},
		"c/readme.md": {Data: []byte(`T "plan.ignored"`)},
	}
	got, err := UsedKeys(fsys, "*.html", "*.go")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"plan.cannot_move", "plan.due", "plan.missing", "plan.raw", "plan.title"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

type fake struct{ failures []string }

func (f *fake) Helper() {}
func (f *fake) Errorf(format string, args ...any) {
	f.failures = append(f.failures, fmt.Sprintf(format, args...))
}

func TestCheckKeys_names_each_language_that_lacks_a_key(t *testing.T) {
	var f fake
	CheckKeys(&f, []string{"yes", "no.such_key"})
	want := []string{`vi.json has no "no.such_key"`, `en.json has no "no.such_key"`}
	if diff := cmp.Diff(want, f.failures); diff != "" {
		t.Error(diff)
	}
}
