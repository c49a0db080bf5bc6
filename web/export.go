package web

import (
	"cmp"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dondoc/poverty"
)

const (
	previewRows = 5 // of an export
	freeLines   = 3 // of its form, for more columns
)

// ExportField is a field of the register that may be a column of an export.
type ExportField struct {
	Code, Name string
	Values     []string // its codes, where it has few
}

type exportData struct {
	frame
	At      string
	Fields  []ExportField
	Lines   []exportLine
	Version int
	Default bool // nothing is set yet
	May     bool
	Preview [][]string // headings, then the first rows
	Form    form
}

// exportLine is a column as it stands in the form.
type exportLine struct {
	N                            int
	Place, Field, Header, Values string
	Problem                      string
}

var exportPage = newPage[exportData]("export/export.html")

// mayExport reports whether the actor may set the columns.
func (v *visit) mayExport() bool {
	_, ok := v.me.InCycle(*v.cycle, poverty.PartStanding)
	return ok && v.cycle.State != poverty.CycleClosed
}

// export shows the columns of the workbook for the ministry's software, with a
// preview.
func (s *site) export(v *visit) error {
	set, err := v.exportSetting()
	if err != nil {
		return err
	}
	return v.showExport(http.StatusOK, set.Columns, set.Version, linesOf(set.Columns), newForm())
}

// exportSetting returns the columns that are set; NotFound to who does not see
// the registers of all communes.
func (v *visit) exportSetting() (poverty.ExportSetting, error) {
	if !v.seesRegister() {
		return poverty.ExportSetting{}, poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	return v.store.Export(v.ctx(), v.cycle.ID)
}

func linesOf(columns []poverty.ExportColumn) []exportLine {
	var lines []exportLine
	for i, c := range columns {
		var values []string
		for _, code := range slices.Sorted(maps.Keys(c.Values)) {
			values = append(values, code+"="+c.Values[code])
		}
		lines = append(lines, exportLine{Place: strconv.Itoa(10 * (i + 1)), Field: c.Field, Header: c.Header, Values: strings.Join(values, "; ")})
	}
	return lines
}

func (v *visit) showExport(status int, columns []poverty.ExportColumn, version int, lines []exportLine, f form) error {
	sheet, err := v.householdSheet("")
	if err != nil {
		return err
	}
	for range freeLines {
		lines = append(lines, exportLine{})
	}
	for i := range lines {
		lines[i].N = i
	}
	data := exportData{
		frame: v.frame("register.title", v.p.T("export.title")), At: v.registerPath(""), Fields: v.cfg.Workbooks.Fields(sheet),
		Lines: lines, Version: version, Default: version == 0, May: v.mayExport(), Form: f,
	}
	if !f.Bad() {
		list, err := v.store.Households(v.ctx(), poverty.HouseholdFilter{Cycle: v.cycle.ID, Limit: previewRows})
		if err != nil {
			return err
		}
		if data.Preview, err = v.cfg.Workbooks.Preview(list, sheet, columns, v.seesAllSensitive(sheet)); err != nil && poverty.KindOf(err) != poverty.Invalid {
			return err
		}
	}
	return exportPage.show(v, status, data)
}

// seesAllSensitive reports whether the reader may see the sensitive fields of
// all communes of a sheet.
func (v *visit) seesAllSensitive(sheet HouseholdSheet) bool {
	return !slices.ContainsFunc(sheet.Units, func(u poverty.Unit) bool { return !v.cycle.SeesSensitive(v.me, u.ID) })
}

// saveExport sets the columns, or shows what the typed ones would give.
func (s *site) saveExport(v *visit) error {
	if _, err := v.exportSetting(); err != nil {
		return err
	}
	if !v.mayExport() {
		return poverty.Errorf(poverty.Forbidden, "export.forbidden")
	}
	sheet, err := v.householdSheet("")
	if err != nil {
		return err
	}
	f := v.sentForm("export")
	version, _ := v.count(&f, "version")
	if f.Value("do") == "default" {
		return v.showExport(http.StatusOK, poverty.DefaultExport, version, linesOf(poverty.DefaultExport), f)
	}
	columns, lines := v.typedExport(&f)
	fields := s.cfg.Workbooks.Fields(sheet)
	err = poverty.CheckExport(columns, func(field string) bool {
		return slices.ContainsFunc(fields, func(known ExportField) bool { return known.Code == field })
	})
	if problems, ok := errors.AsType[poverty.Problems](err); ok {
		for _, p := range problems {
			lines[p.Row-1].Problem = v.p.T(p.Key, p.Args...)
		}
		f.Banner = v.p.T("web.check_fields")
	} else if err != nil {
		f.Banner = v.message(err)
	}
	if f.Bad() {
		return v.showExport(http.StatusUnprocessableEntity, columns, version, lines, f)
	}
	if f.Value("do") == "preview" {
		return v.showExport(http.StatusOK, columns, version, lines, f)
	}
	if _, err := s.store.SaveExport(v.ctx(), v.cycle.ID, columns, version); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showExport(code, columns, version, lines, f)
	}
	return v.redirect("/cycles/"+string(v.cycle.ID)+"/export", "export_saved")
}

// typedExport reads the lines of the form in the order of their places; a line
// without a field is none.
func (v *visit) typedExport(f *form) ([]poverty.ExportColumn, []exportLine) {
	fields := f.Values["field"]
	at := func(name string, i int) string {
		if i < len(f.Values[name]) {
			return strings.TrimSpace(f.Values[name][i])
		}
		return ""
	}
	var lines []exportLine
	for i, field := range fields {
		if field != "" {
			lines = append(lines, exportLine{Place: at("place", i), Field: field, Header: at("header", i), Values: at("values", i)})
		}
	}
	place := func(l exportLine) int {
		n, err := strconv.Atoi(l.Place)
		if err != nil {
			return 1 << 30 // behind those that have one
		}
		return n
	}
	slices.SortStableFunc(lines, func(a, b exportLine) int { return cmp.Compare(place(a), place(b)) })
	columns := make([]poverty.ExportColumn, 0, len(lines))
	for i, l := range lines {
		c := poverty.ExportColumn{Field: l.Field, Header: l.Header}
		for pair := range strings.SplitSeq(l.Values, ";") {
			if strings.TrimSpace(pair) == "" {
				continue
			}
			code, value, ok := strings.Cut(pair, "=")
			if !ok {
				lines[i].Problem = v.p.T("export.bad_values")
				f.Banner = v.p.T("web.check_fields")
				continue
			}
			if c.Values == nil {
				c.Values = map[string]string{}
			}
			c.Values[strings.TrimSpace(code)] = strings.TrimSpace(value)
		}
		columns = append(columns, c)
	}
	return columns, lines
}

// exportWorkbook answers with the workbook for the ministry's software.
func (s *site) exportWorkbook(v *visit) error {
	set, err := v.exportSetting()
	if err != nil {
		return err
	}
	sheet, err := v.householdSheet("")
	if err != nil {
		return err
	}
	rows := allHouseholds(v.ctx(), s.store, poverty.HouseholdFilter{Cycle: v.cycle.ID})
	return v.download(v.fileName("phan-mem-bo", ""), func(w io.Writer) error {
		return s.cfg.Workbooks.Export(w, rows, sheet, set.Columns, v.seesAllSensitive(sheet))
	})
}
