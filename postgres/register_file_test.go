package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

func TestDB_RegisterFile_is_its_uploaders_alone_and_expires(t *testing.T) {
	f := newFixture(t)
	u := poverty.RegisterFile{ID: "one", Scope: poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long", Basis: basis}, Name: "hộ.xlsx", Stage: poverty.FileWaiting}
	f.must(f.AddRegisterFile(f.as(thuongLong), u, []byte("PK…")))
	got, err := f.RegisterFile(f.as(thuongLong), "one")
	f.must(err)
	if diff := cmp.Diff(u, got); diff != "" {
		t.Error(diff)
	}
	content, err := f.RegisterFileContent(f.as(thuongLong), "one")
	if f.must(err); string(content) != "PK…" {
		t.Errorf("%q", content)
	}
	u.Stage, u.Done, u.Good, u.Counts = poverty.FileChecked, 3, 2, poverty.HouseholdImport{Read: 2, Added: 1}
	u.Findings = poverty.HouseholdFindings{Rows: 3, Errors: poverty.Problems{{File: "Hộ", Row: 7, Column: "C", Key: "household.more_than_members", Args: []any{"name", "Trẻ em", "count", 9}}}}
	u.Failure = &poverty.FileFailure{Kind: poverty.Conflict, Key: "household.code_taken", Args: []any{"code", "1"}}
	f.must(f.SaveRegisterFile(f.as(thuongLong), u))
	if got, err = f.RegisterFile(f.as(thuongLong), "one"); err != nil || !cmp.Equal(u, got) {
		t.Errorf("%v %s", err, cmp.Diff(u, got))
	}

	for _, login := range []string{thuongQuang, registerOfficer, "thuonglong.chutich", "quantri"} { // not even the same commune's chair
		_, err := f.RegisterFile(f.as(login), "one")
		f.wantKind(err, poverty.NotFound, "register.import.gone")
		_, err = f.RegisterFileContent(f.as(login), "one")
		f.wantKind(err, poverty.NotFound, "register.import.gone")
		f.wantKind(f.SaveRegisterFile(f.as(login), u), poverty.NotFound, "register.import.gone")
		if claimed, err := f.ClaimRegisterFile(f.as(login), "one"); err != nil || claimed {
			t.Errorf("%s claims it: %v", login, err)
		}
		f.must(f.DropRegisterFile(f.as(login), "one"))
	}
	_, err = f.RegisterFile(t.Context(), "one")
	f.wantKind(err, poverty.Internal, "error.no_actor")
	for _, want := range []bool{true, false} {
		if claimed, err := f.ClaimRegisterFile(f.as(thuongLong), "one"); err != nil || claimed != want {
			t.Errorf("claimed %v, %v; want %v", claimed, err, want)
		}
	}

	f.set("2018-04-06 10:02") // nobody said anything for two minutes
	got, err = f.RegisterFile(f.as(thuongLong), "one")
	if f.must(err); got.Stage != poverty.FileFailed || got.Failure.Key != "register.import.interrupted" {
		t.Errorf("%+v", got)
	}
	f.set("2018-04-06 12:01")
	_, err = f.RegisterFile(f.as(thuongLong), "one")
	f.wantKind(err, poverty.NotFound, "register.import.gone")
	f.must(f.AddRegisterFile(f.as(thuongQuang), poverty.RegisterFile{ID: "two", Scope: poverty.RegisterScope{Cycle: namDong}}, []byte{}))
	var left int
	f.must(f.super().QueryRow(t.Context(), "select count(*) from register_files").Scan(&left))
	if left != 1 {
		t.Errorf("%d files are kept", left)
	}
}

func TestDB_AddUpload_ones_own_at_rest_make_place(t *testing.T) {
	f := newFixture(t)
	scope := poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long"}
	for _, id := range []string{"checked", "running"} {
		f.must(f.AddRegisterFile(f.as(thuongLong), poverty.RegisterFile{ID: id, Scope: scope}, []byte{}))
	}
	f.must(f.SaveRegisterFile(f.as(thuongLong), poverty.RegisterFile{ID: "checked", Stage: poverty.FileChecked}))
	f.must(f.AddRegisterFile(f.as(thuongLong), poverty.RegisterFile{ID: "new", Scope: scope}, []byte{}))
	for id, there := range map[string]bool{"checked": false, "running": true, "new": true} {
		if _, err := f.RegisterFile(f.as(thuongLong), id); (err == nil) != there {
			t.Errorf("%s: %v", id, err)
		}
	}
	f.exec("insert into register_files (id, user_id, cycle_id, name, content, stage, touched_at, expires_at) select 'x' || n, 1, 'nam-dong:2018', '', '', 'waiting', '2018-04-06', '2019-01-01' from generate_series(1, 200) n")
	f.wantKind(f.AddRegisterFile(f.as(thuongQuang), poverty.RegisterFile{ID: "more", Scope: scope}, []byte{}), poverty.Conflict, "register.import.many")
}
