package rehearsal_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"dondoc/calendar"
	"dondoc/documents"
	"dondoc/internal/rehearsal"
	"dondoc/internal/services"
	"dondoc/internal/testkit"
	"dondoc/migrations"
	"dondoc/postgres"
	"dondoc/poverty"
)

// unclosed plays an example with all that its script says but the closing of the
// year, and leaves the clock at an instant after it.
func unclosed(t *testing.T, folder, until string) (*postgres.DB, poverty.Rehearsal, *rehearsal.Clock) {
	t.Helper()
	clock := &rehearsal.Clock{}
	store, err := postgres.Open(t.Context(), testkit.PostgresWith(t, testkit.Schema{Files: migrations.FS, Migrate: postgres.Migrate}), postgres.Options{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	r, err := documents.ReadCycle(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	r.Script = slices.DeleteFunc(r.Script, func(l poverty.Line) bool { return l.Act == "close" })
	at, err := time.ParseInLocation("2006-01-02 15:04", until, calendar.Zone)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rehearsal.Run(t.Context(), store, clock, r, rehearsal.Options{Until: at}); err != nil {
		t.Fatal(err)
	}
	clock.Set(at)
	return store, r, clock
}

func as(t *testing.T, store *postgres.DB, login string) context.Context {
	t.Helper()
	u, _, err := store.Credentials(poverty.WithActor(t.Context(), poverty.System("test")), login)
	if err != nil {
		t.Fatal(err)
	}
	return poverty.WithActor(t.Context(), poverty.Actor{User: u.ID})
}

// numberedReview drafts the report of a year-end review as the standing office
// and numbers it.
func numberedReview(t *testing.T, store *postgres.DB, login string, d poverty.Document) poverty.Document {
	t.Helper()
	ctx := as(t, store, login)
	d.Kind, d.Subject, d.Key, d.Symbol, d.File, d.Unit = poverty.DocumentReview, "review:year-end", "k", "UBND", "VT", poverty.UnitID(strings.Split(string(d.Cycle), ":")[0])
	d, err := store.SaveDocument(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	d, err = store.MoveDocument(ctx, poverty.DocumentMove{Document: d.ID, Version: d.Version, Verb: poverty.DocumentNumber})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// body returns the main part of a DOCX.
func body(t *testing.T, d poverty.Document) (*etree.Document, []byte) {
	t.Helper()
	docx, err := documents.WriteDocument(nil, d)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	tree := etree.NewDocument()
	if err := tree.ReadFromBytes(content); err != nil {
		t.Fatal(err)
	}
	return tree, docx
}

// rowsOf returns the rows of the table below a heading, cells as text; lines of a
// cell are parted by " | ".
func rowsOf(t *testing.T, tree *etree.Document, heading string) (rows [][]string) {
	t.Helper()
	text := func(x *etree.Element) string {
		var lines []string
		for _, p := range x.FindElements(".//p") {
			line := ""
			for _, r := range p.FindElements(".//t") {
				line += r.Text()
			}
			lines = append(lines, line)
		}
		return strings.Join(lines, " | ")
	}
	below := false
	for _, x := range tree.FindElement("//body").ChildElements() {
		switch {
		case x.Tag == "p":
			p := ""
			for _, r := range x.FindElements(".//t") {
				p += r.Text()
			}
			below = below || p == heading
		case x.Tag == "tbl" && below:
			for _, r := range x.FindElements("./tr") {
				var row []string
				for _, c := range r.FindElements("./tc") {
					row = append(row, text(c))
				}
				rows = append(rows, row)
			}
			return rows
		}
	}
	t.Fatalf("no table below %q", heading)
	return nil
}

func pdfText(t *testing.T, docx []byte, name string) string {
	t.Helper()
	soffice, pdftoppm, err := services.Converter(t.Context(), func(step string) { t.Log(step) })
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := documents.NewConverter(soffice).PDF(t.Context(), docx)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.ArtifactDir(), name+".pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), filepath.Join(filepath.Dir(pdftoppm), "pdftotext"), "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// The target table that Cam Lộ issued for 2019 (seed 002) stands in its year-end
// report as DOCX and PDF, and as a workbook: the source's counts, the percentages
// that these give, and a note wherever the source prints another.
func TestRun_cam_lo_2019_reports_its_year_with_the_target_table_as_issued(t *testing.T) {
	t.Parallel()
	store, r, _ := unclosed(t, "../../examples/cam-lo-2019", "2019-12-27 08:00")
	enact(t, store, "camlo.thuongtruc.canbo", poverty.Proposal{Review: &poverty.ReviewMove{
		Cycle: r.New.Cycle.ID, Kind: "year-end", Verb: poverty.ReviewMeasures, Code: "loans", Base: 1329, Reached: 1196}})
	d := numberedReview(t, store, "camlo.thuongtruc.canbo", poverty.Document{
		Cycle: r.New.Cycle.ID, Title: "Tổng kết công tác giảm nghèo năm 2019", Place: "Cam Lộ", Day: calendar.MustDate("2019-12-27"), Signer: "cam-lo/vice-chair",
		To: []string{"UBND tỉnh Quảng Trị"}, Audience: []poverty.UnitID{"cam-tuyen", "cam-thuy"},
	})
	tree, docx := body(t, d)
	want := [][]string{
		{"1", "UBND xã Cam Tuyền", "1.411", "140", "9,92", "14", "0,99", "126", "8,93", "14", "0,99", "126", "8,93"},
		{"2", "UBND xã Cam Thủy", "1.446", "66", "4,56", "16", "1,11 (1)", "50", "3,46 (2)", "16", "1,11 (3)", "50", "3,46 (4)"},
		{"3", "UBND xã Cam Hiếu", "1.747", "85", "4,87", "13", "0,74", "72", "4,12", "13", "0,74", "72", "4,12"},
		{"4", "UBND xã Cam An", "1.779", "79", "4,44", "5", "0,28", "74", "4,16", "5", "0,28", "74", "4,16"},
		{"5", "UBND xã Cam Thành", "2.182", "76", "3,48", "14", "0,64", "62", "2,84", "14", "0,64", "62", "2,84"},
		{"6", "UBND thị trấn Cam Lộ", "2.153", "54", "2,51", "7", "0,33", "47", "2,18", "7", "0,33", "47", "2,18"},
		{"7", "UBND xã Cam Thanh", "853", "41", "4,81", "4", "0,47", "37", "4,34", "4", "0,47", "37", "4,34"},
		{"8", "UBND xã Cam Nghĩa", "1.647", "38", "2,31", "7", "0,43", "31", "1,88", "7", "0,43", "31", "1,88"},
		{"9", "UBND xã Cam Chính", "1.435", "30", "2,09", "2", "0,14", "28", "1,95", "2", "0,14", "28", "1,95"},
		{"", "Tổng cộng", "14.653", "609", "4,16", "82", "0,56", "527", "3,60 (5)", "82", "0,56", "527", "3,60"},
	}
	got := rowsOf(t, tree, "Phụ lục I")
	if diff := cmp.Diff([]string{"A", "B", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10=2-8", "11"}, got[2]); diff != "" {
		t.Errorf("numbers of the columns: %s", diff)
	}
	if diff := cmp.Diff(want, got[3:]); diff != "" {
		t.Errorf("target table (-want +got):\n%s", diff)
	}
	notes := []string{
		"(1) UBND xã Cam Thủy, tỷ lệ hộ CSGN: văn bản in 1,10\u00a0%, tính từ số hộ là 1,11\u00a0%.",
		"(2) UBND xã Cam Thủy, tỷ lệ hộ nghèo cứng: văn bản in 3,45\u00a0%, tính từ số hộ là 3,46\u00a0%.",
		"(3) UBND xã Cam Thủy, tỷ lệ chỉ tiêu hộ nghèo giảm: văn bản in 1,10\u00a0%, tính từ số hộ là 1,11\u00a0%.",
		"(4) UBND xã Cam Thủy, tỷ lệ hộ nghèo cuối năm: văn bản in 3,45\u00a0%, tính từ số hộ là 3,46\u00a0%.",
		"(5) Tổng cộng, tỷ lệ hộ nghèo cứng: văn bản in 3,59\u00a0%, tính từ số hộ là 3,60\u00a0%.",
		"(6) Hộ dân tộc thiểu số (80 trên 14.653): văn bản in 0,54 %, tính từ số hộ là 0,55 %.",
	}
	if diff := cmp.Diff(notes, textsOf(tree, "Note")[1:len(notes)+1]); diff != "" {
		t.Errorf("notes below the table (-want +got):\n%s", diff)
	}
	// The preliminary result and the official one stand apart, each under its name.
	results := rowsOf(t, tree, "Phụ lục II")
	if got, want := results[0][len(results[0])-2:], []string{"Kết quả sơ bộ", "Kết quả chính thức"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got, want := results[len(results)-1], []string{"", "Tổng cộng", "82", "82", "100,00", "0", "0", "34", "527", "3,60", "706", "561", "3,83", "677"}; !slices.Equal(got, want) {
		t.Errorf("results %q, want %q", got, want)
	}
	if got, want := rowsOf(t, tree, "Các chỉ tiêu khác:")[5], []string{"5", "Được vay vốn tín dụng ưu đãi (hộ nghèo, hộ cận nghèo)", "90 %", "1.329", "1.196", "89,99"}; !slices.Equal(got, want) {
		t.Errorf("indicator %q, want %q", got, want)
	}

	text := regexp.MustCompile(`\s+`).ReplaceAllString(pdfText(t, docx, "cam-lo-2019"), " ")
	for _, want := range []string{"1 UBND xã Cam Tuyền 1.411 140 9,92 14 0,99 126 8,93 14 0,99 126 8,93", "Tổng cộng 14.653 609 4,16 82 0,56 527 3,60 (5) 82 0,56 527 3,60", "(1) UBND xã Cam Thủy, tỷ lệ hộ CSGN: văn bản in 1,10 %, tính từ số hộ là 1,11 %."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the PDF", want)
		}
	}

	ctx := as(t, store, "camlo.thuongtruc.canbo")
	table, err := store.TargetTable(ctx, r.New.Cycle.ID)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := documents.WriteTargets(&b, table, documents.TargetSheet{Year: 2019, Language: "vi"}); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	sheet := book.GetSheetList()[0]
	cells, err := book.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range want {
		n := len(cells) - len(notes) - 1 - len(want) + i
		for j, cell := range row[2:] {
			cell, _, _ = strings.Cut(cell, " (") // there the note is on the cell
			if got := strings.NewReplacer(",", ".", ".", ",").Replace(cells[n][j+2]); got != cell {
				t.Errorf("%s of the workbook's %s: %q, want %q", cells[5][j+2], row[1], got, cell)
			}
		}
	}
	for i, want := range notes {
		if got := cells[len(cells)-len(notes)+i]; len(got) != 2 || got[1] != want {
			t.Errorf("note below the sheet %q, want %q", got, want)
		}
	}
	comments, err := book.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, c := range comments {
		for _, p := range c.Paragraph {
			said[c.Cell] += p.Text
		}
	}
	if diff := cmp.Diff(map[string]string{"G8": "in 1,10", "I8": "in 3,45", "K8": "in 1,10", "M8": "in 3,45", "I16": "in 3,59"}, said); diff != "" {
		t.Errorf("notes on cells (-want +got):\n%s", diff)
	}
}

// The closing document of 2018 names the delay of the police group with its days,
// and what the year leaves open stands in 2019.
func TestRun_nam_dong_2018_closes_with_the_police_groups_delay_and_carries_what_is_open(t *testing.T) {
	t.Parallel()
	store, r, clock := unclosed(t, namDong, "2019-01-15 09:00")
	id := r.New.Cycle.ID
	owed := func(code, due string) poverty.DutyID {
		return enact(t, store, "lanhdao.pct", poverty.Proposal{Add: &poverty.NewDuty{Cycle: id, Code: code, Title: "Việc " + code, Unit: "cong-an-huyen", Due: due}}).Duty
	}
	dated, undated := owed("so-du", "by 2019-01-10"), owed("danh-sach", "none")
	d := numberedReview(t, store, "thuongtruc.canbo", poverty.Document{
		Cycle: id, Title: "Tổng kết công tác giảm nghèo năm 2018", Place: "Nam Đông", Day: calendar.MustDate("2019-01-15"), Signer: "nam-dong/vice-chair",
		To: []string{"UBND tỉnh"}, Audience: []poverty.UnitID{"cong-an-huyen"},
	})
	tree, docx := body(t, d)
	late := rowsOf(t, tree, "Phụ lục III")
	i := slices.IndexFunc(late, func(row []string) bool {
		return row[1] == "Công an huyện" && strings.HasPrefix(row[2], "Bắt đầu hợp phần")
	})
	if i < 0 {
		t.Fatalf("the police group's delay is not in %q", late)
	}
	want := []string{
		"Công an huyện", "Bắt đầu hợp phần sinh kế từ nguồn huy động năm 2017", "15/05/2018", "16/05/2018",
		"16/05/2018: quá hạn 1 ngày làm việc, Trưởng Công an huyện | 28/05/2018: quá hạn 3 ngày làm việc, Phó Chủ tịch UBND huyện phụ trách giảm nghèo | " +
			"29/05/2018: quá hạn 4 ngày làm việc, Phó Chủ tịch UBND huyện phụ trách giảm nghèo",
		"17/05/2018: Trưởng Công an huyện nhận, hẹn xong 25/05/2018 | 26/05/2018: hết ngày đã hẹn 25/05/2018 | " +
			"29/05/2018: Phó Chủ tịch UBND huyện phụ trách giảm nghèo chỉ đạo, thời hạn 05/06/2018",
		"05/06/2018", "15",
	}
	if diff := cmp.Diff(want, late[i][1:]); diff != "" {
		t.Errorf("delay of the police group (-want +got):\n%s", diff)
	}
	// A plan that was late and then returned is late from its own day on.
	if got, want := late[1][1:5], []string{"UBND xã Thượng Long", "Kế hoạch giúp đỡ hộ nghèo của xã", "14/04/2018", "15/04/2018"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	carried := [][]string{
		{"1", "Việc so-du", "Công an huyện", "hạn cũ 10/01/2019"},
		{"2", "Trình kế hoạch giúp đỡ hộ nghèo của năm sau", "Phòng Lao động - Thương binh và Xã hội", "31/01/2019"},
		{"3", "Xin trại giống của huyện dành giống cho sáu xã", "Phòng Nông nghiệp và Phát triển nông thôn", "chưa ấn định thời hạn"},
		{"4", "Vận động nguồn dự phòng giúp hộ gặp thiên tai", "Ủy ban Mặt trận Tổ quốc Việt Nam huyện", "chưa ấn định thời hạn"},
		{"5", "Việc danh-sach", "Công an huyện", "chưa ấn định thời hạn"},
		{"6", "Số dư Nguồn huy động giúp hộ nghèo của nhóm công an (2017): 6.000.000\u00a0đ", "Công an huyện", "–"},
	}
	if diff := cmp.Diff(carried, rowsOf(t, tree, "Các việc chưa xong, chuyển sang năm 2019 cùng các tồn tại chưa khắc phục:")[1:]); diff != "" {
		t.Errorf("what is carried over (-want +got):\n%s", diff)
	}
	if text := pdfText(t, docx, "nam-dong-2018"); !strings.Contains(text, "Phụ lục III") {
		t.Error("the delays are not in the PDF")
	}

	enact(t, store, "lanhdao.pct", poverty.Proposal{Close: &poverty.CycleClosing{Cycle: id, Items: []poverty.ClosingItem{{Duty: dated, As: poverty.CloseCarried, Due: "by 2019-03-29"}}}})
	ctx := poverty.WithActor(t.Context(), poverty.System("test"))
	next := documents.Shift(r, 12).New
	next.Targets, next.Households, next.Funds, next.Components = nil, nil, nil, nil
	if err := store.CreateCycle(ctx, next); err != nil {
		t.Fatal(err)
	}
	clock.Set(next.Cycle.IssuedAt)
	if _, err := store.OpenCycle(ctx, next.Cycle.ID, next.Cycle.IssuedAt); err != nil {
		t.Fatal(err)
	}
	list, err := store.Duties(ctx, poverty.DutyFilter{Cycle: next.Cycle.ID, Code: "carried", Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	stands := map[string]string{}
	for _, d := range list {
		stands[d.Title] = string(d.Unit) + " " + d.LastDay.String() + " " + string(d.State)
	}
	// Besides what was open: the remedies of shortcomings that are not mended, and
	// without a term what the conferences asked for and nobody dated anew.
	if diff := cmp.Diff(map[string]string{
		"Việc so-du":     "cong-an-huyen 2019-03-29 open",
		"Việc danh-sach": "cong-an-huyen  open",
		"Nắm nhu cầu học nghề từng thôn, đề nghị mở lớp":                       "ubmttq  open",
		"Tuyên truyền tại các thôn, có chính hộ đã thoát nghèo kể việc làm ăn": "ubmttq  open",
		"Trình kế hoạch giúp đỡ hộ nghèo của năm sau":                          "phong-ldtbxh  open",
		"Vận động nguồn dự phòng giúp hộ gặp thiên tai":                        "ubmttq  open",
		"Xin trại giống của huyện dành giống cho sáu xã":                       "phong-nnptnt  open",
	}, stands); diff != "" {
		t.Errorf("duties %d and %d in 2019 (-want +got):\n%s", dated, undated, diff)
	}
	// What the closed year said stays as it was.
	again, err := store.Document(as(t, store, "congan.truong"), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d.Data, again.Data); diff != "" {
		t.Errorf("the document after the close: %s", diff)
	}
}

// enact proposes and enacts as a person.
func enact(t *testing.T, store *postgres.DB, login string, p poverty.Proposal) poverty.Outcome {
	t.Helper()
	stored, err := store.Propose(as(t, store, login), p)
	if err == nil && stored.Outcome != nil {
		return *stored.Outcome
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := store.Enact(as(t, store, login), stored.ID, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// textsOf returns the paragraphs of a style.
func textsOf(tree *etree.Document, style string) (list []string) {
	for _, p := range tree.FindElements("//body/p") {
		if s := p.FindElement("./pPr/pStyle"); s != nil && s.SelectAttrValue("w:val", "") == style {
			text := ""
			for _, r := range p.FindElements(".//t") {
				text += r.Text()
			}
			list = append(list, text)
		}
	}
	return list
}
