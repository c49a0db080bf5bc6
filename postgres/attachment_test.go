package postgres_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

const photo = "\xff\xd8\xff\xe0 a photo"

func (f *fixture) blobs() int {
	f.t.Helper()
	entries, err := os.ReadDir(f.files)
	f.must(err)
	return len(entries)
}

func upload(of poverty.Subject, id int64, name, content string) poverty.Upload {
	return poverty.Upload{Subject: of, SubjectID: id, Name: name, Content: []byte(content)}
}

// delivered is the helped fixture with one delivery; it returns its component
// and its batch.
func delivered(t *testing.T) (*fixture, poverty.Component, int64) {
	t.Helper()
	f := helped(t)
	c := f.component(police, draft("lon-giong", "001"))
	out := f.do("2018-04-20 10:00", police, deliver(c, poverty.NewDelivery{Lines: lines(2000, 0, "001")}))
	return f, c, out.Batch
}

func TestAttach_stores_a_file_once(t *testing.T) {
	f, _, batch := delivered(t)
	first, err := f.Attach(f.as(police), upload(poverty.SubjectDelivery, batch, "a\u0309nh.jpg", photo)) // decomposed, as a Mac writes it
	f.must(err)
	again, err := f.Attach(f.as(police), upload(poverty.SubjectDelivery, batch, "khác.jpg", photo))
	f.must(err)
	if again.ID != first.ID || f.blobs() != 1 || first.Name != "ảnh.jpg" || first.Type != "image/jpeg" {
		t.Errorf("%+v %+v, %d blobs", first, again, f.blobs())
	}
	_, content, err := f.AttachmentContent(f.as(thuongLong), first.ID)
	f.must(err)
	if string(content) != photo {
		t.Errorf("%q", content)
	}
}

func TestAttach_refuses_bad_files_and_stores_neither_row_nor_blob(t *testing.T) {
	f, c, _ := delivered(t)
	before := f.contents()
	for name, tt := range map[string]struct{ content, want string }{
		"ảnh.jpg":       {photo + strings.Repeat("x", 20<<20), "attachment.too_large"},
		"giả.jpg":       {"MZ\x90\x00 a program", "attachment.program"},
		"bom.docx":      {"PK\x03\x04 broken", "attachment.damaged"},
		"../x.jpg":      {photo, "attachment.path_in_name"},
		`C:\temp\x.jpg`: {photo, "attachment.path_in_name"},
	} {
		_, err := f.Attach(f.as(police), upload(poverty.SubjectComponent, int64(c.ID), name, tt.content))
		f.wantKind(err, poverty.Invalid, tt.want)
	}
	if diff := cmp.Diff(before, f.contents()); diff != "" || f.blobs() != 0 {
		t.Errorf("%d blobs\n%s", f.blobs(), diff)
	}
}

func TestAttachments_rights(t *testing.T) {
	f, c, batch := delivered(t)
	f.submit("2018-04-25 10:00", thuongLong, "report/thuong-long/2018-04")
	report := f.duty("report/thuong-long/2018-04")
	onComponent, err := f.Attach(f.as(police), upload(poverty.SubjectComponent, int64(c.ID), "a.jpg", photo))
	f.must(err)
	onDelivery, err := f.Attach(f.as(thuongLong), upload(poverty.SubjectDelivery, batch, "b.jpg", photo)) // the commune's own paper
	f.must(err)
	stamped := upload(poverty.SubjectDuty, int64(report.ID), "c.jpg", photo)
	_, err = f.Attach(f.as(standing), stamped)
	f.wantKind(err, poverty.Invalid, "decision.basis_needed")
	stamped.Basis = "Bản giấy có dấu"
	onReport, err := f.Attach(f.as(standing), stamped)
	f.must(err)

	for login, sees := range map[string][3]bool{
		police:       {true, true, true}, // of the same group, who see the commune's reports
		policeMember: {true, true, false},
		thuongLong:   {true, true, true},
		viceChair:    {true, true, true},
		province:     {false, false, true}, // sees components without whose they are, and no papers
		agriculture:  {false, false, false},
		thuongQuang:  {false, false, false},
	} {
		for i, a := range []poverty.Attachment{onComponent, onDelivery, onReport} {
			_, _, err := f.AttachmentContent(f.as(login), a.ID)
			list, lists := f.Attachments(f.as(login), a.Subject, a.SubjectID)
			f.must(lists)
			_, seesDuty := f.Duty(f.as(login), report.ID)
			want := sees[i]
			if i == 2 {
				want = seesDuty == nil
			}
			if (err == nil) != want || (len(list) == 1) != want {
				t.Errorf("%s, %s: %v, list %d", login, a.Name, err, len(list))
			}
		}
	}
	for _, login := range []string{province, viceChair, agriculture} {
		_, err := f.Attach(f.as(login), upload(poverty.SubjectComponent, int64(c.ID), "d.jpg", photo+"2"))
		if kind := poverty.KindOf(err); kind != poverty.Forbidden && kind != poverty.NotFound {
			t.Errorf("%s attached: %v", login, err)
		}
	}
	if f.blobs() != 3 {
		t.Errorf("%d blobs", f.blobs())
	}

	_, err = f.Strike(f.as(thuongLong), onComponent.ID, "nhầm")
	f.wantKind(err, poverty.Forbidden, "attachment.forbidden.strike")
	_, err = f.Strike(f.as(police), onComponent.ID, " ")
	f.wantKind(err, poverty.Invalid, "attachment.reason_needed")
	struck, err := f.Strike(f.as(police), onComponent.ID, "nhầm ảnh")
	f.must(err)
	if struck.StruckAt == nil || struck.Reason != "nhầm ảnh" {
		t.Errorf("it returns what was before: %+v", struck)
	}
	_, _, err = f.AttachmentContent(f.as(police), onComponent.ID)
	f.wantKind(err, poverty.NotFound, "attachment.not_found")
	if _, err := f.Attach(f.as(police), upload(poverty.SubjectComponent, int64(c.ID), "a.jpg", photo)); err != nil {
		t.Errorf("what was struck by mistake cannot come back: %v", err)
	}
}

func TestSweepBlobs_deletes_what_a_crash_left_and_nothing_else(t *testing.T) {
	f, c, _ := delivered(t)
	a, err := f.Attach(f.as(police), upload(poverty.SubjectComponent, int64(c.ID), "a.jpg", photo))
	f.must(err)
	left, underway := strings.Repeat("l", 26), strings.Repeat("u", 26)
	for name, age := range map[string]time.Duration{
		left: 8 * 24 * time.Hour, underway: 6 * 24 * time.Hour,
		"backup.tar.gz": 90 * 24 * time.Hour, "archive/" + left: 90 * 24 * time.Hour, // somebody else's
	} {
		f.oldBlob(name, age)
	}
	f.must(os.Chtimes(filepath.Join(f.files, column[string](f, f.super(), "select blob from attachments")[0]), at("2018-04-01 08:00"), at("2018-04-01 08:00")))
	n, err := f.SweepBlobs(f.system())
	f.must(err)
	for _, name := range []string{underway, "backup.tar.gz", "archive/" + left} {
		if _, err := os.Stat(filepath.Join(f.files, name)); err != nil {
			t.Error(err)
		}
	}
	if n != 1 || f.blobs() != 4 {
		t.Errorf("swept %d, %d left", n, f.blobs())
	}
	if _, _, err := f.AttachmentContent(f.as(police), a.ID); err != nil {
		t.Error(err)
	}
	_, err = f.SweepBlobs(f.as(police))
	f.wantKind(err, poverty.Forbidden, "error.forbidden")
}

func TestSweepBlobs_deletes_nothing_where_the_place_is_not_its_own(t *testing.T) {
	f, c, _ := delivered(t)
	f.oldBlob(strings.Repeat("a", 26), 90*24*time.Hour)
	if n, err := f.SweepBlobs(f.system()); err == nil || n != 0 || f.blobs() != 1 {
		t.Errorf("no row knows the place: swept %d, %d left, %v", n, f.blobs(), err)
	}
	_, err := f.Attach(f.as(police), upload(poverty.SubjectComponent, int64(c.ID), "a.jpg", photo))
	f.must(err)
	f.must(os.Chtimes(filepath.Join(f.files, column[string](f, f.super(), "select blob from attachments")[0]), at("2018-01-01 08:00"), at("2018-01-01 08:00")))
	f.oldBlob(strings.Repeat("b", 26), 90*24*time.Hour)
	n, err := f.SweepBlobs(f.system())
	if err == nil || n != 0 || f.blobs() != 3 || !strings.Contains(err.Error(), "2 of 3") {
		t.Errorf("two of three have no row: swept %d, %d left, %v", n, f.blobs(), err)
	}
}

// oldBlob puts a file into the place of the attachments that was written a while
// ago.
func (f *fixture) oldBlob(name string, age time.Duration) {
	f.t.Helper()
	path, at := filepath.Join(f.files, name), f.clock().Add(-age)
	f.must(os.MkdirAll(filepath.Dir(path), 0o700))
	f.must(os.WriteFile(path, []byte(photo), 0o600))
	f.must(os.Chtimes(path, at, at))
}
