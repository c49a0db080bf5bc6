package main

import (
	"io"
	"iter"

	"dondoc/documents"
	"dondoc/poverty"
	"dondoc/web"
)

// workbooks lets the pages read and write registers as documents does.
type workbooks struct{}

func sheetOf(s web.HouseholdSheet) documents.HouseholdSheet {
	return documents.HouseholdSheet{
		Cycle: s.Cycle, Units: s.Units, Hamlets: s.Hamlets, Standard: s.Standard, Needs: s.Needs, Today: s.Today, Language: s.Language, File: s.File,
	}
}

// WriteTables writes tables as a workbook.
func (workbooks) WriteTables(w io.Writer, tables []poverty.Table) error {
	return documents.WriteTables(w, tables)
}

func (workbooks) Template(w io.Writer, s web.HouseholdSheet) error {
	return documents.WriteHouseholdTemplate(w, sheetOf(s))
}

func (workbooks) Read(r io.ReaderAt, size int64, s web.HouseholdSheet, progress func(row int)) ([]web.HouseholdRow, poverty.HouseholdFindings, error) {
	var read []documents.HouseholdRow
	var found documents.HouseholdFindings
	var err error
	if s.CSV {
		read, found, err = documents.ReadGoodHouseholdsCSV(io.NewSectionReader(r, 0, size), sheetOf(s), progress)
	} else {
		read, found, err = documents.ReadHouseholds(r, size, sheetOf(s), progress)
	}
	rows := make([]web.HouseholdRow, len(read))
	for i, row := range read {
		rows[i] = web.HouseholdRow(row)
	}
	return rows, poverty.HouseholdFindings{Rows: found.Rows, Errors: found.Errors, Notices: found.Notices, Whole: found.Whole}, err
}

func (workbooks) Mark(r io.ReaderAt, size int64, found poverty.HouseholdFindings, language string, w io.Writer) error {
	return documents.MarkHouseholds(r, size, documents.HouseholdFindings{
		Rows: found.Rows, Errors: found.Errors, Notices: found.Notices, Whole: found.Whole,
	}, language, w)
}

func (workbooks) Write(w io.Writer, rows iter.Seq2[poverty.Household, error], s web.HouseholdSheet, sensitive bool) error {
	return documents.WriteHouseholds(w, rows, documents.HouseholdExport{HouseholdSheet: sheetOf(s), Sensitive: sensitive})
}

func (workbooks) WriteTargets(w io.Writer, table poverty.TargetTable, s web.TargetSheet) error {
	return documents.WriteTargets(w, table, documents.TargetSheet(s))
}

func (workbooks) ReadTargets(r io.ReaderAt, size int64, s web.TargetSheet) (poverty.TargetImport, poverty.Problems, error) {
	return documents.ReadTargets(r, size, documents.TargetSheet(s))
}

func (workbooks) Export(w io.Writer, rows iter.Seq2[poverty.Household, error], s web.HouseholdSheet, columns []poverty.ExportColumn, sensitive bool) error {
	return documents.WriteHouseholds(w, rows, documents.HouseholdExport{HouseholdSheet: sheetOf(s), Columns: columns, Sensitive: sensitive})
}

func (workbooks) Preview(rows []poverty.Household, s web.HouseholdSheet, columns []poverty.ExportColumn, sensitive bool) ([][]string, error) {
	return documents.PreviewHouseholds(rows, documents.HouseholdExport{HouseholdSheet: sheetOf(s), Columns: columns, Sensitive: sensitive})
}

func (workbooks) Fields(s web.HouseholdSheet) []web.ExportField {
	var list []web.ExportField
	for _, f := range sheetOf(s).NamedFields() {
		list = append(list, web.ExportField(f))
	}
	return list
}
