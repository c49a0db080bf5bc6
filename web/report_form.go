package web

import (
	"fmt"
	"net/http"
	"strings"

	"dondoc/poverty"
)

// spareFields is how many empty lines the page of the form has.
const spareFields = 3

type reportFormData struct {
	frame
	Version int
	Lines   []fieldLine
	Reason  string
	May     bool
	Form    form
	Forms   []poverty.ReportForm // all versions, newest first
	CutOff  int
}

// fieldLine is a field as it stands in the page's form.
type fieldLine struct {
	poverty.ReportField
	No      int
	Choice  string // choices, joined
	Problem string
}

// Kinds, Sources and Whos are what the page offers.
func (reportFormData) Kinds() []poverty.FieldKind { return poverty.FieldKinds }

// Sources returns the sources that the page offers.
func (reportFormData) Sources() []poverty.Source { return poverty.Sources }

// Whos returns who may have to fill a field in.
func (reportFormData) Whos() []string {
	return []string{poverty.FieldOfAll, poverty.FieldOfCommunes, poverty.FieldOfLeads}
}

var reportFormPage = newPage[reportFormData]("report/form.html")

func (s *site) reportForm(v *visit) error {
	forms, err := s.store.ReportForms(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	if len(forms) == 0 {
		return poverty.Errorf(poverty.NotFound, "report_form.not_found")
	}
	return v.showReportForm(http.StatusOK, forms, forms[0].Fields, newForm())
}

func (v *visit) showReportForm(status int, forms []poverty.ReportForm, fields []poverty.ReportField, f form) error {
	data := reportFormData{
		frame: v.frame("nav.matrix", v.p.T("report_form.title")), Version: forms[0].Version, Reason: f.Value("reason"),
		May: v.cycle.MayChangeForm(v.me) == nil, Form: f, Forms: forms, CutOff: v.cycle.Rules.Report.CutOffDay(),
	}
	if data.May {
		for range spareFields {
			fields = append(fields, poverty.ReportField{Who: poverty.FieldOfAll, Kind: poverty.FieldCount})
		}
	}
	for i, x := range fields {
		data.Lines = append(data.Lines, fieldLine{ReportField: x, No: i + 1, Choice: strings.Join(x.Choices, "; "), Problem: f.Problem(fmt.Sprint("field-", i+1))})
	}
	return reportFormPage.show(v, status, data)
}

func (s *site) saveReportForm(v *visit) error {
	forms, err := s.store.ReportForms(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	if len(forms) == 0 {
		return poverty.Errorf(poverty.NotFound, "report_form.not_found")
	}
	f := v.sentForm("form")
	x := poverty.ReportForm{Cycle: v.cycle.ID, Reason: v.needed(&f, "reason")}
	x.Version, _ = v.count(&f, "version")
	at := func(column string, i int) string {
		if list := f.Values[column]; i < len(list) {
			return strings.TrimSpace(list[i])
		}
		return ""
	}
	for i := range f.Values["code"] {
		if at("code", i) == "" && at("label", i) == "" {
			continue // an emptied line is a field that is dropped
		}
		field := poverty.ReportField{
			Code: at("code", i), Label: at("label", i), LabelEN: at("label_en", i), Kind: poverty.FieldKind(at("kind", i)), Unit: at("unit", i),
			Source: poverty.Source(at("source", i)), Needed: at("needed", i) == "yes", Who: at("who", i),
		}
		for choice := range strings.SplitSeq(at("choices", i), ";") {
			if choice = strings.TrimSpace(choice); choice != "" {
				field.Choices = append(field.Choices, choice)
			}
		}
		x.Fields = append(x.Fields, field)
	}
	if !f.Bad() {
		_, err = s.store.SaveReportForm(v.ctx(), x)
	}
	code := http.StatusUnprocessableEntity
	if problems, ok := asProblems(err); ok {
		for _, p := range problems {
			field := "fields"
			if p.Row > 0 {
				field = fmt.Sprint("field-", p.Row)
			}
			f.problem(field, v.p.T(p.Key, p.Args...))
		}
	} else if err != nil {
		if code, err = v.refuse(&f, err); err != nil {
			return err
		}
		if forms, err = s.store.ReportForms(v.ctx(), v.cycle.ID); err != nil {
			return err
		}
	}
	if f.Bad() {
		return v.showReportForm(code, forms, x.Fields, f)
	}
	return v.redirect(v.r.URL.Path, "report_form")
}
