package locale

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"dondoc/calendar"
)

// Day is a date of the calendar; calendar.Date is one, and so is time.Time.
type Day interface {
	Year() int
	Month() time.Month
	Day() int
}

// Date writes a day as 15/04/2018, and nothing for a zero one. An instant is
// written as the day it falls on in Vietnam.
func (p *Printer) Date(d Day) string {
	if z, ok := d.(interface{ IsZero() bool }); d == nil || ok && z.IsZero() {
		return ""
	}
	if t, ok := d.(time.Time); ok {
		d = t.In(calendar.Zone)
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.Day(), int(d.Month()), d.Year())
}

// DateTime writes an instant as 15/04/2018 08:00 in Vietnam's time, and
// nothing for the zero one.
func (p *Printer) DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone).Format("02/01/2006 15:04")
}

// Month writes a month, given as a calendar.Month or its text "2018-04":
// tháng 4/2018 or April 2018. A text that is no month comes back as it was.
func (p *Printer) Month(month any) string {
	text := fmt.Sprint(month)
	m, err := calendar.ParseMonth(text)
	if err != nil {
		return text
	}
	name := strconv.Itoa(int(m.Month()))
	if p.lang == "en" {
		name = m.Month().String()
	}
	return p.T("month.of_year", "month", name, "year", m.Year())
}

// Weekday writes a day of the week: thứ Hai, or Monday.
func (p *Printer) Weekday(d time.Weekday) string {
	return p.T("weekday." + strings.ToLower(d.String()))
}

// Number writes a whole number: 1.411 in Vietnamese, 1,411 in English.
func (p *Printer) Number(n int) string {
	return p.grouped(strconv.Itoa(n))
}

// Decimal writes f with a fixed number of places, halves rounded away from
// zero as statistics do: 9,92 in Vietnamese, 9.92 in English. What is not a
// number, such as a share of nothing, is written as a dash.
func (p *Printer) Decimal(f float64, places int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	// The shortest text of f is what a person typed; rounding its binary value
	// would make 2.675 a 2.67.
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'f', -1, 64))
	return p.grouped(r.FloatString(max(places, 0)))
}

// Percent writes f, which is in percent already: 9.92 is written 9,92 % with
// a no-break space in Vietnamese and 9.92% in English.
func (p *Printer) Percent(f float64, places int) string {
	s := p.Decimal(f, places)
	switch {
	case s == "–":
		return s
	case p.lang == "en":
		return s + "%"
	}
	return s + "\u00a0%"
}

// Money writes a sum of đồng: 18.500.000 đ.
func (p *Printer) Money(amount int64) string {
	return p.grouped(strconv.FormatInt(amount, 10)) + "\u00a0đ"
}

// Quantity writes thousandths as the number that they are, without zeros at its
// end: 9920 is 9,92, and 9000 is 9.
func (p *Printer) Quantity(thousandths int64) string {
	whole := big.NewRat(thousandths, 1000).FloatString(3)
	return p.grouped(strings.TrimSuffix(strings.TrimRight(whole, "0"), "."))
}

// ParseQuantity reads a number by Vietnamese rules into thousandths: "1.411,5"
// is 1411500. More than three decimals are refused; the error wraps ErrNumber.
func ParseQuantity(s string) (int64, error) {
	t := strings.TrimSpace(spaces.Replace(s))
	whole, fraction, _ := strings.Cut(t, ",")
	if !decimalNumber.MatchString(t) || len(fraction) > 3 {
		return 0, fmt.Errorf("%q: %w", s, ErrNumber)
	}
	n, err := strconv.ParseInt(strings.NewReplacer(".", "", " ", "").Replace(whole)+(fraction + "000")[:3], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q: %w", s, ErrNumber)
	}
	return n, nil
}

func (p *Printer) grouped(s string) string {
	group, point := ".", ","
	if p.lang == "en" {
		group, point = ",", "."
	}
	sign := ""
	if strings.HasPrefix(s, "-") {
		if strings.Trim(s, "-0.") != "" {
			sign = "-"
		}
		s = s[1:]
	}
	digits, fraction, hasFraction := strings.Cut(s, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteRune(d)
	}
	if hasFraction {
		b.WriteString(point + fraction)
	}
	return b.String()
}

// ErrNumber says that a text is not a number in Vietnamese notation.
var ErrNumber = errors.New("not a number in Vietnamese notation")

var (
	wholeNumber   = regexp.MustCompile(`^-?(\d+|\d{1,3}([. ]\d{3})+)$`)
	decimalNumber = regexp.MustCompile(`^-?(\d+|\d{1,3}([. ]\d{3})+)(,\d+)?$`)
	spaces        = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2212", "-")
)

// ParseInt reads a whole number by Vietnamese rules: "1.411" is 1411. A comma
// starts decimals and is refused. readAs is the number as it was understood,
// to be shown to whoever typed it; the error wraps ErrNumber.
func ParseInt(s string) (n int, readAs string, err error) {
	t := strings.TrimSpace(spaces.Replace(s))
	if !wholeNumber.MatchString(t) {
		return 0, "", fmt.Errorf("%q: %w", s, ErrNumber)
	}
	n, err = strconv.Atoi(strings.NewReplacer(".", "", " ", "").Replace(t))
	if err != nil {
		return 0, "", fmt.Errorf("%q: %w", s, ErrNumber)
	}
	return n, For("vi").Number(n), nil
}

// ParseDecimal reads a number by Vietnamese rules: "1.411,5" is 1411.5. A dot
// that does not stand before three digits is refused, since "9.92" may mean
// either 9,92 or a slip. readAs and the error are as in ParseInt.
func ParseDecimal(s string) (f float64, readAs string, err error) {
	t := strings.TrimSpace(spaces.Replace(s))
	if !decimalNumber.MatchString(t) {
		return 0, "", fmt.Errorf("%q: %w", s, ErrNumber)
	}
	f, err = strconv.ParseFloat(strings.NewReplacer(".", "", " ", "", ",", ".").Replace(t), 64)
	if err != nil {
		return 0, "", fmt.Errorf("%q: %w", s, ErrNumber)
	}
	_, fraction, _ := strings.Cut(t, ",")
	return f, For("vi").Decimal(f, len(fraction)), nil
}
