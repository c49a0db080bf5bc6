package poverty

import (
	"strings"
	"time"
	"unicode/utf8"
)

// ExportColumn is a column of the workbook that another software asks for: a
// field of the register, the text at its head, and what stands for the field's
// codes (poor → 1, yes → x); a code without an entry stands as the program words
// it.
type ExportColumn struct {
	Field  string            `json:"field"`
	Header string            `json:"header"`
	Values map[string]string `json:"values,omitempty"`
}

// ExportSetting is the columns of that workbook, in order, as the standing
// office of a cycle's owner has set them. Version 0 is the default.
type ExportSetting struct {
	Owner   UnitID         `db:"owner_id" json:"owner"`
	Columns []ExportColumn `db:"columns" json:"columns"`
	Version int            `db:"version" json:"version"`
	SavedAt time.Time      `db:"saved_at" json:"saved_at,omitzero"`
	SavedBy UserID         `db:"saved_by" json:"saved_by,omitempty"`
}

// DefaultExport is what is exported until a standing office has set its own
// columns. No official text names the columns of the ministry's software for
// all its versions, so the headings are plain words, to be changed to what the
// version in use asks for.
var DefaultExport = []ExportColumn{
	{Field: "number", Header: "STT"},
	{Field: "unit_code", Header: "Mã xã"},
	{Field: "unit_name", Header: "Tên xã"},
	{Field: "hamlet", Header: "Thôn"},
	{Field: "code", Header: "Mã hộ"},
	{Field: "head", Header: "Họ và tên chủ hộ"},
	{Field: "head_born", Header: "Năm sinh"},
	{Field: "head_female", Header: "Giới tính", Values: map[string]string{"yes": "2", "no": "1"}},
	{Field: "id_number", Header: "Số định danh"},
	{Field: "members", Header: "Số nhân khẩu"},
	{Field: "ethnic", Header: "Dân tộc thiểu số", Values: map[string]string{"yes": "x", "no": ""}},
	{Field: "declared", Header: "Phân loại", Values: map[string]string{"poor": "1", "near_poor": "2", "not_poor": "3"}},
	{Field: "causes", Header: "Nguyên nhân nghèo"},
	{Field: "deprived", Header: "Chỉ số thiếu hụt"},
}

// maxExport is the most columns of an export.
const maxExport = 200

// CheckExport returns Problems with the columns of an export, by their place
// from 1, that are not whole. Which fields there are depends on the standard of
// the year: known tells.
func CheckExport(columns []ExportColumn, known func(field string) bool) error {
	var wrong Problems
	if len(columns) == 0 || len(columns) > maxExport {
		return InvalidField("columns", "export.count", "max", maxExport)
	}
	for i, c := range columns {
		switch {
		case !known(c.Field):
			wrong = append(wrong, Problem{Row: i + 1, Column: "field", Key: "workbook.unknown_field", Args: []any{"field", c.Field}})
		case strings.TrimSpace(c.Header) == "":
			wrong = append(wrong, Problem{Row: i + 1, Column: "header", Key: "error.required"})
		case utf8.RuneCountInString(c.Header) > maxShort:
			wrong = append(wrong, Problem{Row: i + 1, Column: "header", Key: "error.too_long", Args: []any{"max", maxShort}})
		}
		for code, value := range c.Values {
			if code == "" || utf8.RuneCountInString(code)+utf8.RuneCountInString(value) > maxShort {
				wrong = append(wrong, Problem{Row: i + 1, Column: "values", Key: "error.too_long", Args: []any{"max", maxShort}})
				break
			}
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}
