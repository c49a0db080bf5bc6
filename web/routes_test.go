package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/client"

	"dondoc/auth"
	"dondoc/blobs"
	"dondoc/calendar"
	"dondoc/documents"
	"dondoc/internal/testkit"
	"dondoc/migrations"
	"dondoc/postgres"
	"dondoc/poverty"
	"dondoc/web"
	"dondoc/workflows"
)

const (
	cycle     = "nam-dong:2018"
	at        = "/cycles/" + cycle
	standing  = "thuongtruc.truong"
	viceChair = "lanhdao.pct"
	chair     = "lanhdao.ct"
	commune   = "thuonglong.chutich"
	officer   = "thuonglong.canbo"
	other     = "thuongquang.chutich"
	agency    = "congan.truong"
	above     = "tinh.canbo"
	admin     = "quantri"
)

// district is the example on 2 May 2018 at 09:00, in which nobody has done
// anything: plans are overdue since 15 April, April's reports since 1 May.
type district struct {
	db       *postgres.DB
	now      time.Time
	pages    http.Handler
	engine   poverty.Engine
	door     *door
	line     *line  // to PostgreSQL
	files    string // the folder of its attachments
	database string // its address, past the line
}

// line is a connection to a server that can be cut.
type line struct {
	mu    sync.Mutex
	ends  []io.Closer
	isCut bool
}

func newLine(t *testing.T, address string) (string, *line) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	server := u.Host
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{ends: []io.Closer{listener}}
	t.Cleanup(l.cut)
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := (&net.Dialer{}).DialContext(context.WithoutCancel(t.Context()), "tcp", server)
			if err != nil || !l.add(near, far) {
				near.Close()
				continue
			}
			go func() { _, _ = io.Copy(far, near); far.Close() }()
			go func() { _, _ = io.Copy(near, far); near.Close() }()
		}
	}()
	u.Host = listener.Addr().String()
	return u.String(), l
}

func (l *line) add(ends ...io.Closer) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ends = append(l.ends, ends...)
	return !l.isCut
}

func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.isCut = true
	for _, end := range l.ends {
		end.Close()
	}
}

// door stands for auth, which has tests of its own.
type door struct {
	refuse error
	office poverty.OfficeID
	path   string
	form   url.Values

	changed string
}

func (d *door) SignIn(http.ResponseWriter, *http.Request, string, string) error { return d.refuse }
func (d *door) ChangePassword(_ http.ResponseWriter, _ *http.Request, old, next string) error {
	d.changed = old + " to " + next
	return d.refuse
}
func (d *door) SignOut(*http.Request) error                          { return nil }
func (d *door) SetOffice(_ context.Context, office poverty.OfficeID) { d.office = office }

func (d *door) Keep(_ context.Context, path string, form url.Values) bool {
	d.path, d.form = path, form
	return true
}
func (d *door) Kept(context.Context) (string, url.Values) { return d.path, d.form }
func (d *door) Forget(context.Context)                    { d.path, d.form = "", nil }

var _ web.Door = (*auth.Auth)(nil)

// idle is the store of an engine without a worker: a process that was started
// again would answer nobody, and the store decides alone.
type idle struct{ *postgres.DB }

func (idle) Unfinished(context.Context, poverty.CycleID) ([]poverty.Ref, error) { return nil, nil }

// newDistrict is the example's cycle, played forward to each of some days; to 2
// May where none is named.
func newDistrict(t *testing.T, days ...string) *district {
	t.Helper()
	temporal, _ := testkit.Temporal(t)
	return newDistrictWith(t, temporal, days...)
}

func newDistrictWith(t *testing.T, temporal client.Client, days ...string) *district {
	t.Helper()
	if len(days) == 0 {
		days = []string{"2018-04-16", "2018-05-02"}
	}
	ctx := poverty.WithActor(t.Context(), poverty.System("test"))
	d := &district{door: &door{}}
	address := testkit.PostgresWith(t, testkit.Schema{Files: migrations.FS, Migrate: postgres.Migrate})
	d.database = address
	address, d.line = newLine(t, address)
	d.files = t.TempDir()
	files, err := blobs.Open(ctx, d.files)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	db, err := postgres.Open(ctx, address, postgres.Options{Now: func() time.Time { return d.now }, Blobs: files})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	d.db = db
	r, _, err := documents.InspectCycle(os.DirFS("../examples/nam-dong-2018"))
	if err != nil {
		t.Fatal(err)
	}
	d.now = r.New.Cycle.IssuedAt
	if err := db.CreateCycle(ctx, r.New); err != nil {
		t.Fatal(err)
	}
	if _, err := db.OpenCycle(ctx, cycle, d.now); err != nil {
		t.Fatal(err)
	}
	for _, day := range days {
		d.now = calendar.MustDate(day).At(calendar.MustClock("09:00"))
		openings, err := db.Openings(ctx, cycle)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range openings {
			if o.At.After(d.now) {
				continue
			}
			if _, err := db.StepDuties(ctx, o.Ref, d.now); err != nil {
				t.Fatal(err)
			}
		}
	}
	d.engine = workflows.NewEngine(temporal, idle{db})
	d.pages = web.New(db, d.engine, d.door, web.Config{
		Now:       func() time.Time { return d.now },
		Workbooks: books{}, Invitations: calendars{}, Feeds: newCalendarFeeds(t), Press: documents.Press{}, BaseURL: "https://dondoc.example.vn",
		Demo: []web.Account{{Login: viceChair, Password: "thu-nghiem", Name: "Phó Chủ tịch"}},
	})
	return d
}

func (d *district) serve(t *testing.T, who string, r *http.Request) *http.Response {
	t.Helper()
	if who != "" {
		user, _, err := d.db.Credentials(poverty.WithActor(t.Context(), poverty.System("test")), who)
		if err != nil {
			t.Fatal(err)
		}
		r = r.WithContext(poverty.WithActor(r.Context(), poverty.Actor{User: user.ID, Name: user.Name, Admin: user.Admin}))
	}
	w := httptest.NewRecorder()
	d.pages.ServeHTTP(w, r)
	return w.Result()
}

func (d *district) get(t *testing.T, who, path string) (int, string) {
	t.Helper()
	res := d.serve(t, who, httptest.NewRequest(http.MethodGet, path, nil))
	return res.StatusCode, read(t, res)
}

// post sends a form and returns the status, the page and where it led.
func (d *district) post(t *testing.T, who, path string, pairs ...string) (int, string, string) {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res := d.serve(t, who, r)
	d.now = d.now.Add(time.Minute)
	return res.StatusCode, read(t, res), res.Header.Get("Location")
}

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (d *district) duty(t *testing.T, code, unit, period string) string {
	t.Helper()
	key := poverty.DutyKey(cycle, code, poverty.UnitID(unit), period, "")
	found, err := d.db.DutyByKey(poverty.WithActor(t.Context(), poverty.System("test")), key)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatInt(int64(found.ID), 10)
}

// subject is duty for one that a subject tells from others.
func (d *district) subject(t *testing.T, code, unit, subject string) string {
	t.Helper()
	found, err := d.db.DutyByKey(poverty.WithActor(t.Context(), poverty.System("test")), poverty.DutyKey(cycle, code, poverty.UnitID(unit), "", subject))
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatInt(int64(found.ID), 10)
}

func check(t *testing.T, page string, has, hasNot []string) {
	t.Helper()
	for _, s := range has {
		if !strings.Contains(page, s) {
			t.Errorf("the page lacks %q", s)
		}
	}
	for _, s := range append(hasNot, "⟦", "ERROR:", "pgx", "SQLSTATE", "poverty.") {
		if strings.Contains(page, s) {
			t.Errorf("the page has %q", s)
		}
	}
}

func TestPages_show_each_what_is_theirs_to_see(t *testing.T) {
	d := newDistrict(t)
	report, police := d.duty(t, "report", "thuong-long", "2018-04"), d.duty(t, "start-fund-2017", "cong-an-huyen", "")
	for _, tt := range []struct {
		name, who, path string
		status          int
		has, hasNot     []string
	}{
		{"the standing office's board", standing, at + "/board", 200, []string{"Nhiệm vụ quá hạn", "UBND xã Thượng Long", "Giao nhiệm vụ", "Quá hạn, chưa có"}, nil},
		{"the board filtered by unit", standing, at + "/board?unit=huong-son", 200, []string{">UBND xã Hương Sơn</a>"}, []string{">UBND xã Thượng Long</a>"}},
		{"a commune's board holds its own", commune, at + "/board", 200, []string{"/units/thuong-long"}, []string{`href="` + at + `/units/huong-son"`, "Giao nhiệm vụ"}},
		{"the tier above reads", above, at + "/board", 200, []string{"UBND xã Thượng Long"}, []string{"Giao nhiệm vụ"}},
		{"the matrix", standing, at + "/matrix", 200, []string{`class="cell missing"`, "tháng 4/2018: Quá hạn, chưa nộp"}, nil},
		{"the timeline", standing, at + "/timeline", 200, []string{"Hôm nay, 02/05/2018", "0/6 đã xong"}, nil},
		{"what waits for the vice chair", viceChair, at + "/waiting", 200, []string{"Quá hạn, cần chỉ đạo", "Gửi chỉ đạo"}, nil},
		{"a commune's own page", commune, at + "/units/thuong-long", 200, []string{"Việc phải làm tiếp theo", "Công an huyện", "Chưa có phần giải pháp"}, nil},
		{"an agency's own page", agency, at + "/units/cong-an-huyen", 200, []string{"Nhóm giúp đỡ xã Thượng Long", "Nhận nhiệm vụ chủ trì"}, nil},
		{"plans", standing, at + "/plans", 200, []string{"UBND xã Thượng Nhật", "Đang soạn"}, nil},
		{"the chair's own plan can be sent", commune, at + "/plans/thuong-long", 200, []string{"Ký và gửi", "Chỉ tiêu được giao 20 hộ"}, nil},
		{"the officer's cannot", officer, at + "/plans/thuong-long", 200, []string{"Lưu dự thảo"}, []string{`value="send"`}},
		{"another commune's plan is not there", other, at + "/plans/thuong-long", 404, []string{"Không tìm thấy"}, []string{"Thượng Long"}},
		{"one's own report", commune, "/reports/" + report, 200, []string{"Gửi báo cáo", "Lý do nộp muộn"}, nil},
		{"on behalf", standing, "/reports/" + report, 200, []string{"ghi thay đơn vị", "Ngày nhận"}, nil},
		{"another's report is not there", other, "/reports/" + report, 404, nil, []string{"Thượng Long"}},
		{"an undated duty can be dated", viceChair, "/duties/" + police, 200, []string{"Ấn định thời hạn", "chưa ấn định thời hạn"}, []string{"Gia hạn</summary>"}},
		{"not by its debtor", agency, "/duties/" + police, 200, []string{"Báo đã hoàn thành"}, []string{"Ấn định thời hạn</summary>"}},
		{"several are extended at once", viceChair, at + "/duties/extend?only=owed", 200, []string{"Gia hạn các việc đã chọn", `name="duty"`}, nil},
		{"but not by who owes them", commune, at + "/duties/extend", 403, []string{"không tự gia hạn"}, []string{`name="duty"`}},
		{"no such duty", standing, "/duties/999999", 404, []string{"Không tìm thấy"}, nil},
		{"not even a number", standing, "/duties/x", 404, []string{"Không tìm thấy"}, nil},
		{"no such page", standing, "/nowhere", 404, []string{"Không tìm thấy", "Theo dõi"}, nil},
		{"escalations", viceChair, at + "/escalations", 200, []string{"cần quyết định"}, nil},
		{"notices", standing, at + "/notices", 200, []string{"Nhắc việc", "Chờ gửi"}, nil},
		{"history", standing, at + "/history", 200, []string{"Quá hạn", "Đôn đốc"}, nil},
		{"units by name without accents", standing, "/units?q=huong+son", 200, []string{"UBND xã Hương Sơn"}, []string{"Thượng Long"}},
		{"a unit and its offices", standing, "/units/thuong-long", 200, []string{"Chủ tịch UBND xã Thượng Long"}, nil},
		{"days off are read by all", commune, "/settings/calendar?year=2018", 200, []string{"Giỗ Tổ Hùng Vương"}, []string{`name="day"`}},
		{"and edited by an administrator", admin, "/settings/calendar?year=2018", 200, []string{`name="day"`}, nil},
		{"a year that is not announced is provisional", admin, "/settings/calendar?year=2031", 200, []string{"tạm tính"}, nil},
		{"help", commune, "/help", 200, []string{"Thang đôn đốc"}, nil},
		{"the year", standing, at, 200, []string{"3.010", "12,5\u00a0%"}, []string{"Khóa sổ năm"}},
		{"leadership may close it", chair, at + "/close", 200, []string{"Khóa sổ năm 2018"}, nil},
		{"others may not", commune, at + "/close", 403, []string{"Không có quyền"}, []string{`name="confirm"`}},
		{"nor add a duty", commune, at + "/duties/new", 403, []string{"Không có quyền"}, []string{`name="title"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, page := d.get(t, tt.who, tt.path)
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			check(t, page, tt.has, tt.hasNot)
		})
	}
}

func TestPages_speak_English_to_those_who_chose_it(t *testing.T) {
	d := newDistrict(t)
	r := httptest.NewRequest(http.MethodGet, at+"/board", nil)
	r.AddCookie(&http.Cookie{Name: "language", Value: "en"})
	check(t, read(t, d.serve(t, standing, r)), []string{`<html lang="en">`, "Overdue duties", "Monthly progress report"}, []string{"Nhiệm vụ quá hạn"})
}

func TestPages_send_nobody_to_sign_in_and_back(t *testing.T) {
	d := newDistrict(t)
	res := d.serve(t, "", httptest.NewRequest(http.MethodGet, at+"/board?unit=x", nil))
	if got := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || got != "/dang-nhap?next="+url.QueryEscape(at+"/board?unit=x") {
		t.Errorf("%d %s", res.StatusCode, got)
	}
	if body := read(t, res); strings.Contains(body, "Thượng Long") {
		t.Error("the answer holds data")
	}
}

func TestHome_leads_each_to_the_page_of_the_seat(t *testing.T) {
	d := newDistrict(t)
	for who, want := range map[string]string{
		standing: at + "/board", viceChair: at + "/waiting", commune: at + "/units/thuong-long",
		agency: at + "/units/cong-an-huyen", above: at + "/board", admin: "/settings/calendar",
	} {
		res := d.serve(t, who, httptest.NewRequest(http.MethodGet, "/", nil))
		if got := res.Header.Get("Location"); got != want {
			t.Errorf("%s is led to %s, want %s", who, got, want)
		}
	}
	res := d.serve(t, standing, httptest.NewRequest(http.MethodGet, "/plans/thuong-long", nil))
	if got := res.Header.Get("Location"); got != at+"/plans/thuong-long" {
		t.Errorf("a short address leads to %s", got)
	}
}

func TestDecide_carries_out_once_however_often_it_is_sent(t *testing.T) {
	d := newDistrict(t)
	plan := "/duties/" + d.duty(t, "plan", "thuong-long", "")
	for range 2 {
		status, _, to := d.post(t, viceChair, plan, "act", "direct", "key", "k1", "by", "2018-05-08", "reason", "Gửi kế hoạch ngay", "back", at+"/waiting")
		if status != http.StatusSeeOther || to != at+"/waiting?done=direct" {
			t.Fatalf("%d %s", status, to)
		}
	}
	_, page := d.get(t, viceChair, plan+"?done=direct")
	check(t, page, []string{"Đã ghi nhận ý kiến chỉ đạo", "tạm dừng đôn đốc đến hết 08/05/2018"}, nil)
	if n := strings.Count(page, "Gửi kế hoạch ngay"); n != 1 {
		t.Errorf("the instruction is there %d times", n)
	}
}

func TestDecide_refused_keeps_what_was_typed(t *testing.T) {
	d := newDistrict(t)
	plan := "/duties/" + d.duty(t, "plan", "thuong-long", "")
	for _, tt := range []struct {
		name, who string
		form      []string
		status    int
		has       []string
	}{
		{"a day that is over", viceChair, []string{"act", "extend", "due_kind", "by", "due_day", "1/4/2018", "reason", "Mưa lũ"}, 422, []string{"Hãy chọn một ngày chưa qua.", `value="1/4/2018"`, "Mưa lũ"}},
		{"not a day", viceChair, []string{"act", "extend", "due_kind", "before", "due_day", "31/2/2018", "reason", "Mưa lũ"}, 422, []string{"Ngày không hợp lệ", `value="31/2/2018"`}},
		{"a promise too far", commune, []string{"act", "acknowledge", "by", "2018-06-29", "reason", "Đang làm"}, 422, []string{"Chỉ được cam kết trong 7 ngày làm việc", "Đang làm"}},
		{"no tick", viceChair, []string{"act", "excuse", "basis", "CV 12", "reason", "Sáp nhập"}, 422, []string{"Hãy đánh dấu để xác nhận.", "CV 12", "Sáp nhập"}},
		{"no basis on behalf", standing, []string{"act", "acknowledge", "by", "2018-05-08", "reason", "Họ gọi"}, 422, []string{"Hãy ghi căn cứ.", "Họ gọi"}},
		{"not theirs to decide", commune, []string{"act", "direct", "by", "2018-05-08", "reason", "x"}, 403, []string{"Chỉ lãnh đạo được chỉ đạo."}},
		{"too long", viceChair, []string{"act", "note", "reason", strings.Repeat("ơ", 20001)}, 422, []string{"dài quá 20.000 ký tự"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, page, _ := d.post(t, tt.who, plan, append(tt.form, "key", "k-"+tt.name)...)
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			check(t, page, tt.has, nil)
		})
	}
}

func TestDecide_mended_after_a_refusal_is_carried_out(t *testing.T) {
	d := newDistrict(t)
	plan := "/duties/" + d.duty(t, "plan", "thuong-long", "")
	_, page, _ := d.post(t, commune, plan, "act", "acknowledge", "key", "m1", "by", "2018-06-29")
	key := regexp.MustCompile(`name="act" value="acknowledge"><input type="hidden" name="key" value="([^"]+)"`).FindStringSubmatch(page)
	if key == nil {
		t.Fatal("the form has no key")
	}
	if status, _, _ := d.post(t, commune, plan, "act", "acknowledge", "key", key[1], "by", "2018-05-08"); status != http.StatusSeeOther {
		t.Errorf("status %d", status)
	}
}

func TestDecide_while_the_workflow_engine_is_down_keeps_the_form(t *testing.T) {
	lost, err := client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(lost.Close)
	d := newDistrictWith(t, lost)
	status, page, _ := d.post(t, commune, at+"/plans/thuong-long", "do", "send", "key", "k-down", "to_leave", "20", "focal", "thuong-long/head",
		"situation", "Kế hoạch viết dở", "solutions", "x", "organisation", "x", "version", "1", "confirm", "1")
	if status != http.StatusServiceUnavailable {
		t.Fatalf("status %d", status)
	}
	check(t, page, []string{"Bộ phận điều hành quy trình", "Kế hoạch viết dở", `value="20"`, `name="key" value="k-down"`}, []string{"Cơ sở dữ liệu đang"})
}

// unanswered is a workflow engine whose processes do not answer in time.
type unanswered struct{ client.Client }

func (unanswered) UpdateWorkflow(context.Context, client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	return nil, client.NewWorkflowUpdateServiceTimeoutOrCanceledError(context.DeadlineExceeded)
}

func TestDecide_without_an_answer_says_that_it_is_taken_down(t *testing.T) {
	lost, err := client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(lost.Close)
	d := newDistrictWith(t, unanswered{lost})
	status, page, _ := d.post(t, commune, at+"/plans/thuong-long", "do", "send", "key", "k-late", "to_leave", "20", "focal", "thuong-long/head",
		"situation", "Kế hoạch viết dở", "solutions", "x", "organisation", "x", "version", "1", "confirm", "1")
	if status != http.StatusServiceUnavailable {
		t.Fatalf("status %d", status)
	}
	check(t, page, []string{"Đã ghi nhận quyết định", "Kế hoạch viết dở", `name="key" value="k-late"`}, nil)
}

func TestDecide_while_the_store_is_down_offers_what_was_typed(t *testing.T) {
	d := newDistrict(t)
	user, _, err := d.db.Credentials(poverty.WithActor(t.Context(), poverty.System("test")), viceChair)
	if err != nil {
		t.Fatal(err)
	}
	d.line.cut()
	r := httptest.NewRequest(http.MethodPost, "/duties/1", strings.NewReader(url.Values{"act": {"note"}, "key": {"k-store"}, "reason": {"Đã gọi điện"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	d.pages.ServeHTTP(w, r.WithContext(poverty.WithActor(r.Context(), poverty.Actor{User: user.ID})))
	if w.Code != http.StatusServiceUnavailable {
		t.Fatalf("status %d", w.Code)
	}
	check(t, w.Body.String(), []string{"Cơ sở dữ liệu đang không kết nối được", "Đã gọi điện", `value="k-store"`, `action="/duties/1"`}, nil)
}

func TestPlan_goes_its_way_from_draft_to_approval(t *testing.T) {
	d := newDistrict(t)
	path := at + "/plans/thuong-long"
	version := regexp.MustCompile(`name="version" value="(\d+)"`)
	seen := func(who string) string {
		_, page := d.get(t, who, path)
		if m := version.FindStringSubmatch(page); m != nil {
			return m[1]
		}
		return ""
	}
	first := seen(officer)
	step := func(who, done string, form ...string) {
		t.Helper()
		status, page, to := d.post(t, who, path, append(form, "key", strings.Join(form, "."))...)
		if status != http.StatusSeeOther || to != path+"?done="+done {
			t.Fatalf("%d %s %s", status, to, regexp.MustCompile(`(?s)class="refused".{0,300}`).FindString(page))
		}
	}
	draft := func(leave, text string, form ...string) []string {
		return append(form, "to_leave", leave, "focal", "thuong-long/deputy", "situation", text, "solutions", text, "organisation", text)
	}
	step(officer, "plan_save", draft("20", "Nguyên nhân, nhu cầu", "do", "save", "version", first)...)

	status, page, _ := d.post(t, officer, path, draft("18", "Viết trên trang cũ", "do", "save", "version", first)...)
	if status != http.StatusConflict {
		t.Fatalf("a stale draft: %d", status)
	}
	check(t, page, []string{"Viết trên trang cũ", "Nguyên nhân, nhu cầu", `value="18"`}, nil)

	status, page, _ = d.post(t, officer, path, draft("20", "Nguyên nhân, nhu cầu", "do", "send", "version", seen(officer), "confirm", "1")...)
	if status != http.StatusForbidden {
		t.Fatalf("sent by the officer: %d", status)
	}
	check(t, page, []string{"Chỉ Chủ tịch hoặc Phó Chủ tịch UBND xã được gửi kế hoạch."}, nil)

	step(commune, "plan_send", draft("20", "Nguyên nhân, nhu cầu", "do", "send", "version", seen(commune), "confirm", "1")...)
	step(standing, "plan_return", "do", "return", "version", seen(standing), "reason", "Thiếu nhu cầu của từng hộ")
	_, page = d.get(t, commune, path)
	check(t, page, []string{"Thiếu nhu cầu của từng hộ", "Thời hạn làm lại: 04/05/2018"}, nil)
	_, page = d.get(t, commune, at+"/units/thuong-long")
	check(t, page, []string{"1 việc bị trả lại"}, nil)
	step(commune, "plan_send", draft("20", "Đủ nhu cầu từng hộ", "do", "send", "version", seen(commune), "confirm", "1")...)
	step(standing, "plan_appraise", "do", "appraise", "version", seen(standing))
	step(viceChair, "plan_approve", "do", "approve", "version", seen(viceChair), "confirm", "1")
	_, page = d.get(t, commune, path)
	check(t, page, []string{"Đã phê duyệt", "Đủ nhu cầu từng hộ"}, []string{"Lưu dự thảo"})
}

func TestPlan_says_what_is_missing_beside_the_field(t *testing.T) {
	d := newDistrict(t)
	status, page, _ := d.post(t, commune, at+"/plans/thuong-long", "do", "send", "version", "0", "to_leave", "", "situation", "", "confirm", "1")
	if status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", status)
	}
	check(t, page, []string{`href="#solutions"`, `class="problem">Chưa có phần giải pháp`, `class="problem">Chưa chọn lãnh đạo xã phụ trách`}, nil)
}

func TestReport_is_submitted_returned_and_accepted(t *testing.T) {
	d := newDistrict(t)
	id := d.duty(t, "report", "thuong-long", "2018-04")
	path := "/reports/" + id
	status, page, _ := d.post(t, officer, path, "do", "submit", "key", "r1", "figures.visits", "1.41", "text", "Đã giúp", "confirm", "1")
	if status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", status)
	}
	check(t, page, []string{`value="1.41"`, "Số không hợp lệ", "hãy ghi lý do nộp muộn", "Đã giúp"}, nil)

	if status, _, to := d.post(t, officer, path, "do", "save", "key", "r2", "figures.visits", "1.411", "text", "Nháp"); status != http.StatusSeeOther || to != path+"?done=report_save" {
		t.Fatalf("save: %d %s", status, to)
	}
	_, page = d.get(t, officer, path)
	check(t, page, []string{`value="1.411"`, "bản nháp"}, nil)
	if status, _, _ := d.post(t, officer, path, "do", "submit", "key", "r3", "version", "1", "figures.visits", "1.411", "text", "Đã giúp", "late_reason", "Mưa", "confirm", "1"); status != http.StatusSeeOther {
		t.Fatalf("submit: %d", status)
	}
	if status, _, _ := d.post(t, standing, "/duties/"+id, "act", "return", "key", "r4", "reason", "Thiếu số lượt thăm", "back", path); status != http.StatusSeeOther {
		t.Fatalf("return: %d", status)
	}
	_, page = d.get(t, officer, path)
	check(t, page, []string{"Thiếu số lượt thăm", `value="1.411"`}, nil)
}

func TestReport_of_a_paper_that_came_in_time_is_on_time(t *testing.T) {
	d := newDistrict(t)
	id := d.duty(t, "report", "huong-huu", "2018-04")
	status, _, _ := d.post(t, standing, "/duties/"+id, "act", "submit", "key", "p1", "basis", "Dấu công văn đến 112", "at_day", "27/4/2018", "at_time", "15:30", "confirm", "1")
	if status != http.StatusSeeOther {
		t.Fatalf("status %d", status)
	}
	_, page := d.get(t, standing, "/duties/"+id)
	check(t, page, []string{"27/04/2018 15:30", "ghi vào hệ thống 02/05/2018 09:00", "Dấu công văn đến 112", "<dd>Đúng hạn</dd>"}, nil)
}

func TestReport_of_nothing_new_takes_one_press(t *testing.T) {
	d := newDistrict(t)
	ctx := poverty.WithActor(t.Context(), poverty.System("test"))
	d.now = calendar.MustDate("2018-05-21").At(calendar.MustClock("09:00"))
	openings, err := d.db.Openings(ctx, cycle)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range openings {
		if !o.At.After(d.now) {
			if _, err := d.db.StepDuties(ctx, o.Ref, d.now); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := "/reports/" + d.duty(t, "report", "thuong-long", "2018-05")
	_, page := d.get(t, officer, path)
	check(t, page, []string{"Không phát sinh trong kỳ"}, nil)
	if status, _, to := d.post(t, officer, path, "do", "nothing", "key", "n1", "version", "0"); status != http.StatusSeeOther || to != path+"?done=submit" {
		t.Fatalf("%d %s", status, to)
	}
	_, page = d.get(t, standing, path)
	check(t, page, []string{"Đã nộp, chờ chấp nhận", "Không phát sinh trong kỳ.", "Chấp nhận"}, nil)
}

func TestAssignment_is_declined_with_a_reason_only(t *testing.T) {
	d := newDistrict(t, "2018-04-09") // before silence counts as a yes
	id := d.duty(t, "acceptance", "cong-an-huyen", "")
	_, page := d.get(t, agency, "/duties/"+id)
	check(t, page, []string{"Nhận phân công"}, nil)
	status, page, _ := d.post(t, agency, "/duties/"+id+"/answer", "key", "a1", "answer", "decline")
	if status != http.StatusUnprocessableEntity {
		t.Fatalf("without a reason: %d", status)
	}
	check(t, page, []string{"Hãy ghi lý do."}, nil)
	status, _, to := d.post(t, agency, "/duties/"+id+"/answer", "key", "a2", "answer", "decline", "reason", "đã nhận hai xã khác")
	if status != http.StatusSeeOther {
		t.Fatalf("with a reason: %d %s", status, to)
	}
	_, page = d.get(t, agency, "/duties/"+id)
	check(t, page, []string{"đã nhận hai xã khác"}, nil)
}

func TestDuty_is_added_by_hand(t *testing.T) {
	d := newDistrict(t)
	form := []string{"key", "d1", "unit", "thuong-lo", "title", "Kiểm tra nhà ở", "kind", "task", "ladder", "task", "due_kind", "within"}
	status, page, _ := d.post(t, viceChair, at+"/duties", append(form, "due_days", "nhiều")...)
	if status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", status)
	}
	check(t, page, []string{"Kiểm tra nhà ở", `value="nhiều"`, `value="thuong-lo" selected`}, nil)
	status, _, to := d.post(t, viceChair, at+"/duties", append(form, "due_days", "3")...)
	if status != http.StatusSeeOther || !strings.HasSuffix(to, "?done=add") {
		t.Fatalf("%d %s", status, to)
	}
	_, page = d.get(t, viceChair, to)
	check(t, page, []string{"Kiểm tra nhà ở", "UBND xã Thượng Lộ", "ngày cuối 07/05/2018"}, nil)
	if status, _, _ := d.post(t, commune, at+"/duties", append(form, "due_days", "3")...); status != http.StatusForbidden {
		t.Errorf("added by a commune: %d", status)
	}
}

func TestCalendar_is_previewed_before_it_is_saved(t *testing.T) {
	d := newDistrict(t)
	days := []string{"year", "2018", "day", "2/9/2018", "kind", "holiday", "name", "Quốc khánh", "day", "6/10/2018", "kind", "work", "name", "Làm bù"}
	status, page, _ := d.post(t, admin, "/settings/calendar", append(days, "do", "preview")...)
	if status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	check(t, page, []string{"bản xem trước", `class="work" title="Làm bù"`}, nil)
	_, page = d.get(t, admin, "/settings/calendar?year=2018")
	check(t, page, nil, []string{"Làm bù\""})
	if status, page, _ = d.post(t, admin, "/settings/calendar", "year", "2018", "do", "save", "day", "1/10/2018", "kind", "work", "name", "x"); status != http.StatusUnprocessableEntity {
		t.Fatalf("a make-up day on a Monday: %d", status)
	}
	check(t, page, []string{"phải là thứ Bảy hoặc Chủ nhật", `value="1/10/2018"`}, nil)
	if status, _, _ := d.post(t, commune, "/settings/calendar", append(days, "do", "save")...); status != http.StatusForbidden {
		t.Errorf("saved by a commune: %d", status)
	}
}

func TestSignIn_keeps_the_login_and_never_the_password(t *testing.T) {
	d := newDistrict(t)
	_, page := d.get(t, "", "/dang-nhap?next=/help")
	check(t, page, []string{"Đăng nhập", viceChair, "thu-nghiem", `name="next" value="/help"`}, nil)
	d.door.refuse = poverty.Errorf(poverty.Forbidden, "auth.bad_credentials")
	status, page, _ := d.post(t, "", "/dang-nhap", "login", "ai.do", "password", "bi-mat", "next", "/help")
	if status != http.StatusForbidden {
		t.Errorf("status %d", status)
	}
	check(t, page, []string{`value="ai.do"`, `value="/help"`}, []string{"bi-mat"})
	d.door.refuse = nil
	for next, want := range map[string]string{"/help": "/help", "//evil.example": "/", "": "/"} {
		if _, _, to := d.post(t, "", "/dang-nhap", "login", "a", "password", "b", "next", next); to != want {
			t.Errorf("next %q leads to %s", next, to)
		}
	}
}

func TestOffice_is_chosen_among_those_held(t *testing.T) {
	d := newDistrict(t)
	if status, _, _ := d.post(t, viceChair, "/office", "office", "nam-dong/chair"); status != http.StatusForbidden || d.door.office != "" {
		t.Errorf("status %d, office %q", status, d.door.office)
	}
	if status, _, to := d.post(t, viceChair, "/office", "office", "nam-dong/vice-chair"); to != "/?done=office" || d.door.office != "nam-dong/vice-chair" {
		t.Errorf("%d %s %q", status, to, d.door.office)
	}
}

func TestPages_carry_the_headers_of_safety(t *testing.T) {
	d := newDistrict(t)
	for _, path := range []string{"/dang-nhap", at + "/board", "/nowhere", "/static/site.css"} {
		res := d.serve(t, standing, httptest.NewRequest(http.MethodGet, path, nil))
		csp := res.Header.Get("Content-Security-Policy")
		for _, rule := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, rule) {
				t.Errorf("%s: the policy lacks %s", path, rule)
			}
		}
		if strings.Contains(csp, "unsafe") || res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Referrer-Policy") == "" {
			t.Errorf("%s: %v", path, res.Header)
		}
		if len(res.Cookies()) > 0 {
			t.Errorf("%s sets a cookie", path)
		}
	}
	_, page := d.get(t, standing, at+"/board")
	for _, inline := range []string{"<script", " style=", " onclick=", "<style"} {
		if strings.Contains(page, inline) {
			t.Errorf("the page has %s", inline)
		}
	}
}

func TestPages_weigh_at_most_100_kB(t *testing.T) {
	d := newDistrict(t)
	packed := func(path string) int {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		return len(read(t, d.serve(t, standing, r)))
	}
	fixed := packed("/static/site.css")
	for _, font := range []string{"latin-400", "latin-600", "vietnamese-400", "vietnamese-600"} {
		n := packed("/static/be-vietnam-pro-" + font + "-normal.woff2")
		if n < 10_000 {
			t.Fatalf("font %s: %d bytes", font, n)
		}
		fixed += n
	}
	for _, path := range []string{"/dang-nhap", at + "/board", at + "/matrix", at + "/timeline", at + "/duties", at + "/history", at + "/notices", at, "/help", "/settings/calendar"} {
		if n := fixed + packed(path); n > 100_000 {
			t.Errorf("%s weighs %d bytes", path, n)
		}
	}
}

func TestStatic_is_kept_by_browsers_and_packed(t *testing.T) {
	d := newDistrict(t)
	r := httptest.NewRequest(http.MethodGet, "/static/site.css", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	res := d.serve(t, "", r)
	if !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
		t.Error(res.Header.Get("Cache-Control"))
	}
	z, err := gzip.NewReader(strings.NewReader(read(t, res)))
	if err != nil {
		t.Fatal(err)
	}
	css, err := io.ReadAll(z)
	if err != nil || bytes.Count(css, []byte("\n")) > 400 {
		t.Errorf("%d lines, %v", bytes.Count(css, []byte("\n")), err)
	}
	if status, _ := d.get(t, standing, "/static/../page.go"); status != http.StatusNotFound {
		t.Errorf("outside of static: %d", status)
	}
}

// The page that closes a year says how many open duties it does not list, and
// what becomes of them.
func TestCycle_closing_tells_how_many_more_are_open(t *testing.T) {
	d := newDistrict(t, "2018-12-20")
	for i := range 50 {
		if status, page, _ := d.post(t, standing, at+"/duties", "key", "d"+strconv.Itoa(i), "unit", "thuong-lo", "title", "Kiểm tra nhà ở", "kind", "task", "ladder", "task", "due_kind", "none"); status != http.StatusSeeOther {
			t.Fatalf("%d %s", status, page)
		}
	}
	board, err := d.db.Board(poverty.WithActor(t.Context(), poverty.System("test")), cycle)
	if err != nil {
		t.Fatal(err)
	}
	_, page := d.get(t, chair, at+"/close")
	listed := strings.Count(page, `<select name="as-`)
	if listed == 0 || listed >= board.Owed {
		t.Fatalf("%d listed of %d", listed, board.Owed)
	}
	check(t, page, []string{"Còn " + strconv.Itoa(board.Owed-listed) + " việc đang mở nữa", `href="` + at + `/duties?only=owed"`}, nil)

	d = newDistrict(t, "2018-04-02")
	_, page = d.get(t, chair, at+"/close")
	check(t, page, nil, []string{"việc đang mở nữa"})
}
