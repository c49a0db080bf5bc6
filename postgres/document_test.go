package postgres_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"dondoc/documents"
	"dondoc/poverty"
)

const office = "thuongtruc.canbo"

// aDocument is the plan of the cycle, as the standing office drafts it for the
// vice chair.
func aDocument() poverty.Document {
	return poverty.Document{
		Cycle: namDong, Key: "k", Kind: poverty.DocumentPlan, Subject: "cycle", Unit: "nam-dong", Title: "Giúp đỡ hộ nghèo năm 2018", Place: "Nam Đông",
		Day: date("2018-05-03"), Symbol: "UBND", Signer: "nam-dong/vice-chair", Bases: []string{"Căn cứ Luật Tổ chức chính quyền địa phương", "Theo đề nghị của cơ quan thường trực;"},
		Audience: []poverty.UnitID{"thuong-long", "cong-an-huyen"}, Copies: []string{"Thường trực Huyện ủy"}, File: "VT, LĐTBXH",
	}
}

func numbering(d poverty.Document) poverty.DocumentMove {
	return poverty.DocumentMove{Document: d.ID, Version: d.Version, Verb: poverty.DocumentNumber}
}

func columnOf(d poverty.Document, list, column string) []string {
	var all []string
	for _, row := range d.Data.Lists[list] {
		all = append(all, row[column])
	}
	return all
}

func TestDB_documents_are_drafted_by_their_unit_and_read_by_whom_they_go_to_once_issued(t *testing.T) {
	f := listed(t)
	for login, kind := range map[string]poverty.Kind{
		"thuonglong.canbo": poverty.Forbidden, "congan.truong": poverty.Forbidden, "tinh.canbo": poverty.Forbidden, "hdnd.canbo": poverty.Forbidden,
		"quantri": poverty.Forbidden, "camlo.ct": poverty.NotFound,
	} {
		_, err := f.SaveDocument(f.as(login), aDocument())
		f.wantKind(err, kind, "")
	}
	d, err := f.SaveDocument(f.as(office), aDocument())
	f.must(err)
	again, err := f.SaveDocument(f.as(office), aDocument())
	f.must(err)
	if again.ID != d.ID {
		t.Errorf("stored twice: %d and %d", d.ID, again.ID)
	}
	sees := func(step string, want map[string]bool) {
		t.Helper()
		for login, may := range want {
			_, err := f.Document(f.as(login), d.ID)
			if may != (err == nil) || !may && poverty.KindOf(err) != poverty.NotFound {
				t.Errorf("%s, %s: %v", step, login, err)
			}
			f.within(login, func(tx pgx.Tx) {
				if n := column[int](f, tx, "select count(*)::int from documents")[0]; (n == 1) != may {
					t.Errorf("%s, %s finds %d", step, login, n)
				}
			})
		}
	}
	sees("draft", map[string]bool{office: true, "lanhdao.pct": true, "lanhdao.ct": true, "huyen.vanthu": true, "thuonglong.canbo": false, "congan.truong": false, "tinh.canbo": false, "toaan.canbo": false, "quantri": false})
	for login := range map[string]bool{"thuonglong.canbo": true, "congan.truong": true} {
		_, err := f.MoveDocument(f.as(login), numbering(d))
		f.wantKind(err, poverty.NotFound, "document.not_found")
	}
	d, err = f.MoveDocument(f.as("huyen.vanthu"), numbering(d)) // the registry of the office whose paper it is
	f.must(err)
	sees("issued", map[string]bool{office: true, "lanhdao.pct": true, "thuonglong.canbo": true, "congan.truong": true, "tinh.canbo": true, "toaan.canbo": false, "thuongquang.canbo": false, "quantri": false})
	for login, want := range map[string][]poverty.UnitID{
		office: {"cong-an-huyen", "thuong-long"}, "thuonglong.canbo": {"thuong-long"}, "congan.truong": {"cong-an-huyen"}, "toaan.canbo": nil,
	} {
		var told []poverty.UnitID
		for _, n := range mustList(f.Notices(f.as(login), poverty.NoticeFilter{Cycle: namDong, Limit: 500})) {
			if n.Kind != poverty.NoticeDocument {
				continue
			}
			told = append(told, n.Unit)
			if n.Document != d.ID || n.About != d.Title || n.State != poverty.NoticeQueued || !n.At.Equal(*d.IssuedAt) {
				t.Errorf("%+v", n)
			}
		}
		slices.Sort(told)
		if !slices.Equal(told, want) {
			t.Errorf("%s reads of notices to %v, want %v", login, told, want)
		}
	}
	_, err = f.MoveDocument(f.as("thuonglong.canbo"), poverty.DocumentMove{Document: d.ID, Version: d.Version, Verb: poverty.DocumentAnnul, Reason: "x"})
	f.wantKind(err, poverty.Forbidden, "document.forbidden")
	_, err = f.SaveDocument(f.as(office), d)
	f.wantKind(err, poverty.Conflict, "document.issued")
	_, err = f.MoveDocument(f.as(office), numbering(d))
	f.wantKind(err, poverty.Conflict, "document.cannot_move.number")
	d.Version = 1
	_, err = f.MoveDocument(f.as(office), poverty.DocumentMove{Document: d.ID, Version: 1, Verb: poverty.DocumentAnnul, Reason: "x"})
	f.wantKind(err, poverty.Conflict, "document.changed")
}

func TestDB_document_says_who_signs_and_to_whom_it_goes_as_of_its_day(t *testing.T) {
	f := listed(t)
	d, err := f.SaveDocument(f.as(office), aDocument())
	f.must(err)
	want := map[string][]string{
		"head": {"Ủy ban nhân dân", "huyện Nam Đông"}, "signature": {"TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"},
		"bases":      {"Căn cứ Luật Tổ chức chính quyền địa phương;", "Theo đề nghị của cơ quan thường trực."},
		"recipients": {"- Công an huyện;", "- UBND xã Thượng Long;", "- Thường trực Huyện ủy;", "- Lưu: VT, LĐTBXH."},
	}
	for list, lines := range want {
		if diff := cmp.Diff(lines, columnOf(d, list, "line")); diff != "" {
			t.Errorf("%s: %s", list, diff)
		}
	}
	if got := d.Data.Fields; got["day"] != "ngày 03 tháng 5 năm 2018" || got["code"] != "      /KH-UBND" || got["signer"] != "Phó Chủ tịch UBND huyện" || got["parent"] != "" {
		t.Errorf("%v", got)
	}
	// Whom it is addressed to is "as above" among the recipients, and not named again.
	addressed := aDocument()
	addressed.Key, addressed.To = "to", []string{"UBND xã Thượng Long"}
	addressed, err = f.SaveDocument(f.as(office), addressed)
	f.must(err)
	if diff := cmp.Diff([]string{"- Như trên;", "- Công an huyện;", "- Thường trực Huyện ủy;", "- Lưu: VT, LĐTBXH."}, columnOf(addressed, "recipients", "line")); diff != "" {
		t.Error(diff)
	}
	// On another day the commune had another name, and somebody else held the office.
	f.exec(`update unit_versions set valid_to = '2018-05-31' where unit_id = 'thuong-long'`)
	f.exec(`insert into unit_versions (unit_id, name, kind, parent_id, line, valid_from) values ('thuong-long', 'UBND xã Thượng Long mới', 'commune', 'nam-dong', 'government', '2018-06-01')`)
	f.must(f.Vacate(f.system(), "nam-dong/vice-chair", date("2018-05-31")))
	f.must(f.Occupy(f.system(), "nam-dong/vice-chair", f.user("vanphong.truong"), date("2018-06-01")))
	later := d
	later.Day = date("2018-06-04")
	later, err = f.SaveDocument(f.as(office), later)
	f.must(err)
	if got := columnOf(later, "recipients", "line")[1]; got != "- UBND xã Thượng Long mới;" || later.Data.Fields["signer"] != "Chánh Văn phòng" {
		t.Errorf("%s, signed by %s", got, later.Data.Fields["signer"])
	}
	// Who stands in for the chair signs as a deputy; where the office is vacant, as acting.
	f.exec(`insert into holdings (office_id, user_id, substitute, basis, valid_from, valid_to) values ('nam-dong/chair', $1, true, 'QĐ', '2018-05-01', '2018-05-31')`, f.user("lanhdao.pct"))
	f.exec(`insert into holdings (office_id, user_id, substitute, basis, valid_from, valid_to) values ('nam-dong/chair', $1, true, 'QĐ', '2018-07-01', '2018-07-31')`, f.user("vanphong.canbo"))
	f.must(f.Vacate(f.system(), "nam-dong/chair", date("2018-06-30")))
	for day, want := range map[string][]string{
		"2018-05-03": {"TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"}, "2018-06-04": {"TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"}, "2018-07-02": {"TM. ỦY BAN NHÂN DÂN", "Q. CHỦ TỊCH"},
	} {
		by := aDocument()
		by.Key, by.Signer, by.Day = day, "nam-dong/chair", date(day)
		by, err := f.SaveDocument(f.as(office), by)
		f.must(err)
		if diff := cmp.Diff(want, columnOf(by, "signature", "line")); diff != "" {
			t.Errorf("on %s: %s", day, diff)
		}
	}
	for _, tt := range []struct {
		change func(*poverty.Document)
		key    string
	}{
		{func(d *poverty.Document) { d.Signer = "thuong-long/head" }, "document.signer_elsewhere"},
		{func(d *poverty.Document) { d.Signer = "nobody/head" }, "document.signer_elsewhere"},
		{func(d *poverty.Document) { d.Subject, d.Key = "meeting:1", "other" }, "document.bad_subject"},
		{func(d *poverty.Document) { d.Audience = []poverty.UnitID{"nowhere"} }, "duty.unknown_unit"},
		{func(d *poverty.Document) { d.Symbol = "UBND VX" }, "document.bad_symbol"},
		{func(d *poverty.Document) { d.Title = strings.Repeat("x", 501) }, "error.too_long"},
	} {
		wrong := aDocument()
		wrong.Key = "another"
		tt.change(&wrong)
		_, err := f.SaveDocument(f.as(office), wrong)
		f.wantKind(err, poverty.Invalid, tt.key)
	}
}

func TestDB_document_keeps_its_data_from_its_number_on(t *testing.T) {
	f := listed(t)
	d, err := f.SaveDocument(f.as(office), aDocument())
	f.must(err)
	d, err = f.MoveDocument(f.as(office), numbering(d))
	f.must(err)
	if d.Number != 1 || d.State != poverty.DocumentIssued || d.Data.Fields["code"] != "01/KH-UBND" || len(d.Data.Lists["targets"]) != 6 {
		t.Fatalf("%+v", d)
	}
	before := *d.Data
	f.exec("update targets set poor = poor + 1")
	f.must(f.Vacate(f.system(), "nam-dong/vice-chair", date("2018-04-30")))
	d, err = f.Document(f.as(office), d.ID)
	f.must(err)
	if diff := cmp.Diff(before, *d.Data); diff != "" {
		t.Error(diff)
	}
}

func TestDB_ten_writers_number_two_hundred_documents_no_number_twice_and_none_missing(t *testing.T) {
	f := listed(t)
	const documents, writers = 200, 10
	list := make([]poverty.Document, documents)
	for i := range list {
		d := aDocument()
		d.Key = fmt.Sprint(i)
		var err error
		list[i], err = f.SaveDocument(f.as(office), d)
		f.must(err)
	}
	logins := []string{office, "thuongtruc.truong", "lanhdao.pct", "lanhdao.ct"}
	ctxs := make([]func() error, 0, documents)
	for i, d := range list {
		ctx := f.as(logins[i%len(logins)])
		ctxs = append(ctxs, func() error { _, err := f.MoveDocument(ctx, numbering(d)); return err })
	}
	work := make(chan func() error)
	failed := make(chan error, documents)
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for move := range work {
				if err := move(); err != nil {
					failed <- err
				}
			}
		})
	}
	for _, move := range ctxs {
		work <- move
	}
	close(work)
	group.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	got := column[int](f, f.super(), "select number from documents where kind = 'plan' order by number")
	want := make([]int, documents)
	for i := range want {
		want[i] = i + 1
	}
	if !slices.Equal(got, want) {
		t.Errorf("numbers %v", got)
	}
	for _, d := range list {
		d, err := f.Document(f.as(office), d.ID)
		f.must(err)
		if d.Data.Fields["code"] != d.Code() {
			t.Errorf("number %d is printed as %s", d.Number, d.Data.Fields["code"])
		}
	}
}

func TestDB_numbers_are_typed_in_once_and_gaps_are_explained(t *testing.T) {
	f := listed(t)
	draftOf := func(key string, change func(*poverty.Document)) poverty.Document {
		d := aDocument()
		d.Key = key
		if change != nil {
			change(&d)
		}
		d, err := f.SaveDocument(f.as(office), d)
		f.must(err)
		return d
	}
	typed := numbering(draftOf("a", nil))
	typed.Number = 4
	d, err := f.MoveDocument(f.as(office), typed)
	f.must(err)
	if d.Number != 4 || !d.Typed {
		t.Errorf("%+v", d)
	}
	far := numbering(draftOf("far", nil))
	far.Number = 4 + poverty.MostDocumentGap + 1
	_, err = f.MoveDocument(f.as(office), far)
	f.wantKind(err, poverty.Invalid, "document.number_far")
	again := numbering(draftOf("b", nil))
	again.Number = 4
	_, err = f.MoveDocument(f.as(office), again)
	f.wantKind(err, poverty.Conflict, "document.number_taken")
	again.Number = 0
	d, err = f.MoveDocument(f.as(office), again)
	f.must(err)
	if d.Number != 5 {
		t.Errorf("the next is %d", d.Number)
	}
	// Another year and another kind are books of their own.
	other, err := f.MoveDocument(f.as(office), numbering(draftOf("c", func(d *poverty.Document) { d.Day = date("2019-01-02") })))
	f.must(err)
	if other.Number != 1 {
		t.Errorf("the first of 2019 is %d", other.Number)
	}
	void, err := f.MoveDocument(f.as(office), poverty.DocumentMove{Document: d.ID, Version: d.Version, Verb: poverty.DocumentAnnul, Reason: "in sai"})
	f.must(err)
	if void.Number != 5 || void.State != poverty.DocumentVoid {
		t.Errorf("%+v", void)
	}
	gaps := func() []int {
		list, err := f.DocumentGaps(f.as(office), namDong, "nam-dong")
		f.must(err)
		var open []int
		for _, g := range list {
			if g.Reason == "" {
				open = append(open, g.Number)
			}
		}
		return open
	}
	if got := gaps(); !slices.Equal(got, []int{1, 2, 3}) {
		t.Errorf("gaps %v", got)
	}
	gap := poverty.DocumentGap{Unit: "nam-dong", Year: 2018, Kind: poverty.DocumentPlan, Number: 2, Reason: "Cấp ở sổ giấy cho văn bản khác"}
	f.must(f.ExplainGap(f.as(office), namDong, gap))
	if got := gaps(); !slices.Equal(got, []int{1, 3}) {
		t.Errorf("gaps %v", got)
	}
	gap.Number = 4
	f.wantKind(f.ExplainGap(f.as(office), namDong, gap), poverty.NotFound, "document.gap_not_there")
	gap.Number, gap.Last = 1, 4 // 4 is taken, so none of them is explained
	f.wantKind(f.ExplainGap(f.as(office), namDong, gap), poverty.NotFound, "document.gap_not_there")
	if got := gaps(); !slices.Equal(got, []int{1, 3}) {
		t.Errorf("gaps %v", got)
	}
	gap.Last = 3
	f.must(f.ExplainGap(f.as(office), namDong, gap))
	if got := gaps(); len(got) != 0 {
		t.Errorf("gaps %v", got)
	}
	gap.Last = 0
	gap.Number, gap.Reason = 3, " "
	f.wantKind(f.ExplainGap(f.as(office), namDong, gap), poverty.Invalid, "decision.reason_needed")
	gap.Reason = "x"
	f.wantKind(f.ExplainGap(f.as("thuonglong.canbo"), namDong, gap), poverty.Forbidden, "document.forbidden")
	_, err = f.DocumentGaps(f.as("congan.truong"), namDong, "nam-dong")
	f.wantKind(err, poverty.Forbidden, "document.forbidden")
}

func TestDB_a_signed_scan_is_filed_with_its_document(t *testing.T) {
	f := listed(t)
	d, err := f.SaveDocument(f.as(office), aDocument())
	f.must(err)
	d, err = f.MoveDocument(f.as(office), numbering(d))
	f.must(err)
	file := poverty.DocumentMove{Document: d.ID, Version: d.Version, Verb: poverty.DocumentFile}
	_, err = f.MoveDocument(f.as(office), file)
	f.wantKind(err, poverty.Invalid, "document.no_scan")
	_, err = f.Attach(f.as("thuonglong.canbo"), upload(poverty.SubjectDocument, int64(d.ID), "ban-ky.pdf", "%PDF-1.4 scan"))
	f.wantKind(err, poverty.Forbidden, "attachment.forbidden")
	_, err = f.Attach(f.as("toaan.canbo"), upload(poverty.SubjectDocument, int64(d.ID), "ban-ky.pdf", "%PDF-1.4 scan"))
	f.wantKind(err, poverty.NotFound, "document.not_found")
	x, err := f.Attach(f.as(office), upload(poverty.SubjectDocument, int64(d.ID), "ban-ky.pdf", "%PDF-1.4 scan"))
	f.must(err)
	d, err = f.MoveDocument(f.as(office), file)
	f.must(err)
	if d.State != poverty.DocumentFiled {
		t.Errorf("%+v", d)
	}
	_, content, err := f.AttachmentContent(f.as("thuonglong.canbo"), x.ID) // a recipient
	f.must(err)
	if string(content) != "%PDF-1.4 scan" {
		t.Errorf("%q", content)
	}
	_, _, err = f.AttachmentContent(f.as("toaan.canbo"), x.ID)
	f.wantKind(err, poverty.NotFound, "")
}

func TestDB_reminder_names_what_is_late_and_asks_where_it_cannot_order(t *testing.T) {
	f := running(t)
	f.advance("2018-04-20 09:00")
	late := f.duty("plan/thuong-long")
	meeting := f.duty("meeting/thuong-long")
	d := aDocument()
	d.Kind, d.Subject, d.Day, d.Unit, d.Signer = poverty.DocumentReminder, fmt.Sprintf("duties:%d,%d", late.ID, meeting.ID), date("2018-04-20"), "nam-dong", "nam-dong/vice-chair"
	d.To, d.Symbol, d.Urgency = []string{"UBND xã Thượng Long"}, "UBND-VX", "urgent"
	d, err := f.SaveDocument(f.as(office), d)
	f.must(err)
	if got := columnOf(d, "overdue", "late"); len(got) != 2 || got[0] != "5" {
		t.Errorf("late %v", got)
	}
	if got := d.Data.Fields; got["verb"] != "yêu cầu" || got["code"] != "      /UBND-VX" || got["to_one"] != "UBND xã Thượng Long." || got["urgency"] != "Khẩn" {
		t.Errorf("%v", got)
	}
	d.Unit, d.Signer, d.Key, d.ID = "phong-ldtbxh", "phong-ldtbxh/head", "own", 0
	d, err = f.SaveDocument(f.as(office), d)
	f.must(err)
	own := d.ID
	if got := d.Data.Fields; got["verb"] != "đề nghị" || got["parent"] != "UBND huyện Nam Đông" {
		t.Errorf("%v", got)
	}
	if diff := cmp.Diff([]string{"TRƯỞNG PHÒNG"}, columnOf(d, "signature", "line")); diff != "" {
		t.Error(diff)
	}
	// What is done before the letter goes out is left out of it; with nothing left there is no letter.
	long, quang := f.duty("meeting/thuong-long"), f.duty("meeting/thuong-quang")
	d.ID, d.Key, d.Subject = 0, "two", fmt.Sprintf("duties:%d,%d,%d", late.ID, long.ID, quang.ID)
	d.To, d.Audience = []string{"UBND xã Thượng Long", "UBND xã Thượng Quảng", "Chủ tịch UBND xã Thượng Long"}, []poverty.UnitID{"thuong-long", "thuong-quang"}
	two, err := f.SaveDocument(f.as(office), d)
	f.must(err)
	f.exec("update duties set state = 'done' where id = $1", late.ID)
	two, err = f.Document(f.as(office), two.ID)
	f.must(err)
	if got := columnOf(two, "overdue", "what"); len(got) != 2 || two.Data.Fields["count"] != "2" || len(two.To) != 3 || len(two.Audience) != 2 {
		t.Errorf("reminds of %v, count %s, to %v and %v", got, two.Data.Fields["count"], two.To, two.Audience)
	}
	f.exec("update duties set state = 'excused' where id = $1", long.ID)
	two, err = f.MoveDocument(f.as(office), poverty.DocumentMove{Document: two.ID, Version: two.Version, Verb: poverty.DocumentNumber})
	f.must(err)
	if got := columnOf(two, "overdue", "unit"); !slices.Equal(got, []string{"UBND xã Thượng Quảng"}) ||
		!slices.Equal(two.To, []string{"UBND xã Thượng Quảng", "Chủ tịch UBND xã Thượng Long"}) || !slices.Equal(two.Audience, []poverty.UnitID{"thuong-quang"}) {
		t.Errorf("reminds %v, to %v and %v", got, two.To, two.Audience)
	}
	d, err = f.Document(f.as(office), own)
	f.must(err)
	if got := columnOf(d, "overdue", "what"); len(got) != 0 {
		t.Errorf("reminds of %v", got)
	}
	_, err = f.MoveDocument(f.as(office), poverty.DocumentMove{Document: d.ID, Version: d.Version, Verb: poverty.DocumentNumber})
	f.wantKind(err, poverty.Conflict, "document.all_done")
	d.ID, d.Key, d.Subject = 0, "none", "duties:987654"
	_, err = f.SaveDocument(f.as(office), d)
	f.wantKind(err, poverty.NotFound, "duty.not_found")
}

func TestDB_report_of_a_review_is_the_owners_alone_and_has_the_book_of_reports(t *testing.T) {
	f := listed(t)
	review := func(key string, change func(*poverty.Document)) poverty.Document {
		d := aDocument()
		d.Key, d.Kind, d.Subject = key, poverty.DocumentReview, "review:interim"
		if change != nil {
			change(&d)
		}
		return d
	}
	own := review("own", func(d *poverty.Document) { d.Unit, d.Signer, d.Audience = "thuong-long", "thuong-long/head", nil })
	_, err := f.SaveDocument(f.as("thuonglong.canbo"), own)
	f.wantKind(err, poverty.Forbidden, "document.not_seen")
	for _, login := range []string{"thuonglong.canbo", "congan.truong", "tinh.canbo", "hdnd.canbo"} {
		_, err = f.SaveDocument(f.as(login), review("k", nil))
		f.wantKind(err, poverty.Forbidden, "document.forbidden")
	}
	_, err = f.SaveDocument(f.as(office), review("k", func(d *poverty.Document) { d.Subject = "review:weekly" }))
	f.wantKind(err, poverty.NotFound, "review.not_found")

	d, err := f.SaveDocument(f.as(office), review("k", nil))
	f.must(err)
	if got := d.Data.Fields; got["period_end"] != "6 tháng đầu năm 2018" || got["official_units"] != "" || got["expected"] != "12" || got["received"] != "0" || len(d.Data.Lists["results"]) != 6 || d.Data.Lists["results"][0]["official"] != "–" {
		t.Errorf("before anything is known: %v %v", got, d.Data.Lists["results"])
	}
	d, err = f.MoveDocument(f.as(office), numbering(d))
	f.must(err)
	if d.Data.Fields["code"] != "01/BC-UBND" {
		t.Errorf("%s", d.Data.Fields["code"])
	}
	f.exec("update documents set kind = 'report' where id = $1", d.ID) // as if the report of a month had taken it
	d, err = f.SaveDocument(f.as(office), review("second", nil))
	f.must(err)
	typed := numbering(d)
	typed.Number = 1
	_, err = f.MoveDocument(f.as(office), typed)
	f.wantKind(err, poverty.Conflict, "document.number_taken")
	d, err = f.MoveDocument(f.as(office), numbering(d))
	f.must(err)
	if d.Number != 2 {
		t.Errorf("the second report of the book is number %d", d.Number)
	}
	gaps, err := f.DocumentGaps(f.as(office), namDong, "nam-dong")
	f.must(err)
	if len(gaps) != 0 {
		t.Errorf("gaps %v", gaps)
	}
}

func TestDB_papers_of_a_commune_plan_need_a_plan_and_the_sight_of_it(t *testing.T) {
	f := listed(t)
	d := aDocument()
	d.Kind, d.Subject, d.Unit, d.Signer, d.Audience = poverty.DocumentSummary, "plan:thuong-quang", "thuong-quang", "thuong-quang/head", nil
	d, err := f.SaveDocument(f.as("thuongquang.canbo"), d)
	f.must(err)
	if diff := cmp.Diff([]string{"Không có vốn sản xuất, kinh doanh"}, columnOf(d, "causes", "name")); diff != "" || d.Data.Fields["planned"] != "2" || d.Data.Lists["hamlets"][0]["to_leave"] != "2" {
		t.Errorf("%s %+v", diff, d.Data)
	}
	issued, err := f.MoveDocument(f.as("thuongquang.canbo"), numbering(d))
	f.must(err)
	if issued.Number != 0 || issued.State != poverty.DocumentIssued {
		t.Errorf("%+v", issued)
	}
	d.ID, d.Key, d.Unit, d.Signer, d.Symbol = 0, "other", "thuong-long", "thuong-long/head", "x"
	_, err = f.SaveDocument(f.as("thuonglong.canbo"), d)
	f.wantKind(err, poverty.NotFound, "plan.not_found")
	d.Subject = "plan:thuong-long"
	_, err = f.SaveDocument(f.as("thuonglong.canbo"), d)
	f.wantKind(err, poverty.Conflict, "document.no_plan")
}

func TestDB_document_templates_are_the_owners_and_the_old_one_stays_with_what_was_issued(t *testing.T) {
	f := listed(t)
	save := func(login string, content string) error {
		return f.SaveDocumentTemplate(f.as(login), namDong, poverty.DocumentTemplate{Kind: poverty.DocumentPlan, Name: "mau.docx", Content: []byte(content)})
	}
	for _, login := range []string{"thuonglong.chutich", "congan.truong", "tinh.canbo"} {
		f.wantKind(save(login, "x"), poverty.Forbidden, "document.template_forbidden")
	}
	f.must(save(office, "one"))
	d, err := f.SaveDocument(f.as(office), aDocument())
	f.must(err)
	d, err = f.MoveDocument(f.as(office), numbering(d))
	f.must(err)
	f.must(save("lanhdao.pct", "two"))
	now, err := f.DocumentTemplate(f.as("thuonglong.canbo"), namDong, poverty.DocumentPlan, 0)
	f.must(err)
	old, err := f.DocumentTemplate(f.as("thuonglong.canbo"), namDong, poverty.DocumentPlan, d.Template)
	f.must(err)
	if string(now.Content) != "two" || string(old.Content) != "one" {
		t.Errorf("now %q, of the document %q", now.Content, old.Content)
	}
	f.must(f.SaveDocumentTemplate(f.as(office), namDong, poverty.DocumentTemplate{Kind: poverty.DocumentPlan}))
	now, err = f.DocumentTemplate(f.as(office), namDong, poverty.DocumentPlan, 0)
	f.must(err)
	other, err := f.DocumentTemplate(f.as(office), namDong, poverty.DocumentReport, 0)
	f.must(err)
	if now.Content != nil || other.Content != nil {
		t.Errorf("%q %q", now.Content, other.Content)
	}
}

func TestDB_plan_of_Cam_Lo_has_the_counts_of_its_source_and_notes_where_it_prints_otherwise(t *testing.T) {
	f := newFixture(t)
	f.set("2019-01-21 09:00")
	d := poverty.Document{
		Cycle: camLo, Key: "k", Kind: poverty.DocumentPlan, Subject: "cycle", Unit: "cam-lo", Title: "Thực hiện chương trình giảm nghèo năm 2019", Place: "Cam Lộ",
		Day: date("2019-01-21"), Symbol: "UBND", Signer: "cam-lo/vice-chair", Bases: []string{"Căn cứ Luật Tổ chức chính quyền địa phương"}, File: "VT, LĐTBXH",
	}
	d, err := f.SaveDocument(f.as("camlo.ct"), d)
	f.must(err)
	first, sum := d.Data.Lists["targets"][0], d.Data.Lists["total"][0]
	if first["households"] != "1.411" || first["poor"] != "140" || first["poor_pct"] != "9,92" {
		t.Errorf("%v", first)
	}
	table, err := f.TargetTable(f.as("camlo.ct"), camLo)
	f.must(err)
	notes := len(table.Differences()) + 1 // the ethnic minority's share, below the table, is printed otherwise too
	if len(d.Data.Lists["targets"]) != 9 || sum["poor"] != fmt.Sprint(table.Sum.Poor) || len(d.Data.Lists["notes"]) != notes || len(table.Differences()) == 0 {
		t.Errorf("%d rows, %v, %d notes of %d differences", len(d.Data.Lists["targets"]), sum, len(d.Data.Lists["notes"]), len(table.Differences()))
	}
	content, err := documents.WriteDocument(nil, d)
	f.must(err)
	f.must(os.WriteFile(filepath.Join(t.ArtifactDir(), "ke-hoach.docx"), content, 0o600))
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	f.must(err)
	part, err := z.Open("word/document.xml")
	f.must(err)
	defer part.Close()
	text, err := io.ReadAll(part)
	f.must(err)
	for _, want := range []string{"1.411", "9,92", "10=2-8", "UBND xã Cam Thành", "UBND xã Cam Thanh", columnOf(d, "notes", "line")[0]} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in the DOCX", want)
		}
	}
}
