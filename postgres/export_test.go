package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

func TestDB_SaveExport_is_the_standing_offices_and_of_one_owner(t *testing.T) {
	f := newFixture(t)
	got, err := f.Export(f.as(registerOfficer), namDong)
	f.must(err)
	if got.Version != 0 || !cmp.Equal(got.Columns, poverty.DefaultExport) {
		t.Errorf("%+v", got)
	}
	columns := []poverty.ExportColumn{{Field: "code", Header: "MAHO"}, {Field: "declared", Header: "LOAI", Values: map[string]string{"poor": "1"}}}
	for _, login := range []string{thuongLong, "lanhdao.ct", "tinh.canbo", "quantri"} {
		_, err := f.SaveExport(f.as(login), namDong, columns, 0)
		f.wantKind(err, poverty.Forbidden, "export.forbidden")
	}
	_, err = f.SaveExport(f.as("congan.truong"), camLo, columns, 0)
	f.wantKind(err, poverty.NotFound, "cycle.not_found")
	saved, err := f.SaveExport(f.as(registerOfficer), namDong, columns, 0)
	f.must(err)
	if saved.Version != 1 || !cmp.Equal(saved.Columns, columns) || saved.SavedBy != f.user(registerOfficer) {
		t.Errorf("%+v", saved)
	}
	_, err = f.SaveExport(f.as(registerOfficer), namDong, columns, 0)
	f.wantKind(err, poverty.Conflict, "export.changed")
	if saved, err = f.SaveExport(f.as(registerOfficer), namDong, columns[:1], 1); err != nil || saved.Version != 2 || len(saved.Columns) != 1 {
		t.Errorf("%+v %v", saved, err)
	}
	_, err = f.SaveExport(f.as(registerOfficer), namDong, nil, 2)
	f.wantKind(err, poverty.Invalid, "export.count")
	if other, err := f.Export(f.as("camlo.ct"), camLo); err != nil || other.Version != 0 {
		t.Errorf("another owner has it: %+v %v", other, err)
	}
}
