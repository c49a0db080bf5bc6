package mail

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"dondoc/locale"
)

func opened(t *testing.T, dir string) *Catcher {
	t.Helper()
	c, err := NewCatcher(CatcherConfig{Dir: dir, Log: quiet(), Now: func() time.Time { return planned }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func deliver(t *testing.T, c *Catcher, mails ...Message) {
	t.Helper()
	for _, m := range mails {
		raw, err := m.Raw(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Deliver(raw); err != nil {
			t.Fatal(err)
		}
	}
}

func to(address, subject string, date time.Time) Message {
	return Message{To: address, Subject: subject, Text: "Kính gửi", Date: date}
}

func request(c *Catcher, method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, r)
	return w
}

func subjects(mails []Caught) []string {
	var s []string
	for _, m := range mails {
		s = append(s, m.Subject)
	}
	return s
}

func TestCatcher_orders_by_planned_date_not_by_arrival(t *testing.T) {
	dir := t.TempDir()
	c := opened(t, dir)
	deliver(t, c,
		to("a@x.vn", "tháng 4", planned),
		to("a@x.vn", "tháng 6", planned.AddDate(0, 2, 0)),
		to("a@x.vn", "tháng 5", planned.AddDate(0, 1, 0)),
		to("b@x.vn", "tháng 4, thư sau", planned))
	want := []string{"tháng 6", "tháng 5", "tháng 4, thư sau", "tháng 4"}
	if diff := cmp.Diff(want, subjects(caught(t, c, 4))); diff != "" {
		t.Error(diff)
	}
	names, err := filepath.Glob(filepath.Join(dir, "20180415T010000Z-*.eml"))
	if err != nil || len(names) != 2 {
		t.Error(names, err)
	}

	t.Run("after a restart too", func(t *testing.T) {
		if diff := cmp.Diff(want, subjects(caught(t, opened(t, dir), 4))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCatcher_sees_what_another_catcher_does_in_the_same_folder(t *testing.T) {
	dir := t.TempDir()
	a, b := opened(t, dir), opened(t, dir)
	deliver(t, a, to("a@x.vn", "một", planned))
	deliver(t, b, to("a@x.vn", "hai", planned))
	caught(t, a, 2)
	caught(t, b, 2)
	if err := a.DeleteAll(); err != nil {
		t.Fatal(err)
	}
	caught(t, b, 0)
}

func TestCatcher_keeps_a_mail_as_it_came(t *testing.T) {
	c := opened(t, t.TempDir())
	raw := []byte("Subject: khong co ngay\r\nTo: a@x.vn\r\n\r\nthan")
	if err := c.Deliver(raw); err != nil {
		t.Fatal(err)
	}
	m := caught(t, c, 1)[0]
	got, err := c.Raw(m.ID)
	if err != nil || string(got) != string(raw) {
		t.Errorf("%q, %v", got, err)
	}
	if !m.Date.Equal(planned) {
		t.Errorf("a mail without a date got %v", m.Date)
	}
}

func TestCatcher_starts_with_a_foreign_file_in_its_folder(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"foreign.eml": "no mail at all", "readme.txt": "x", ".new-1": "half a mail"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := opened(t, dir)
	caught(t, c, 1)
	if w := request(c, "GET", "/m/foreign"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "no mail at all") {
		t.Error(w.Code, w.Body)
	}
	if err := c.DeleteAll(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "readme.txt")); err != nil {
		t.Error(err)
	}
}

func TestCatcher_Raw_serves_nothing_but_its_mails(t *testing.T) {
	dir := t.TempDir()
	c := opened(t, filepath.Join(dir, "mails"))
	if err := os.WriteFile(filepath.Join(dir, "secret.eml"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", "../secret", ".", "..", "no-such", "/etc/passwd"} {
		if raw, err := c.Raw(id); err == nil {
			t.Errorf("%q gave %q", id, raw)
		}
	}
	if w := request(c, "GET", "/m/..%2Fsecret/raw"); w.Code != http.StatusNotFound {
		t.Error(w.Code)
	}
}

func TestCatcher_list_searches_without_accents_and_filters_by_recipient(t *testing.T) {
	c := opened(t, t.TempDir())
	deliver(t, c,
		to("Xã Hương Phú <huongphu@x.vn>", "Nhắc báo cáo tháng 4", planned),
		to("Xã Thượng Nhật <thuongnhat@x.vn>", "Báo cáo quá hạn", planned),
		to("huongphu@x.vn", "Kế hoạch được phê duyệt", planned))
	for _, tt := range []struct {
		name  string
		query Query
		want  []string
	}{
		{"all", Query{}, []string{"Kế hoạch được phê duyệt", "Báo cáo quá hạn", "Nhắc báo cáo tháng 4"}},
		{"without accents", Query{Search: "bao cao"}, []string{"Báo cáo quá hạn", "Nhắc báo cáo tháng 4"}},
		{"every word", Query{Search: "CÁO qua"}, []string{"Báo cáo quá hạn"}},
		{"name of the recipient", Query{Search: "thuong nhat"}, []string{"Báo cáo quá hạn"}},
		{"recipient", Query{To: "HuongPhu@x.vn"}, []string{"Kế hoạch được phê duyệt", "Nhắc báo cáo tháng 4"}},
		{"both", Query{Search: "duyet", To: "huongphu@x.vn"}, []string{"Kế hoạch được phê duyệt"}},
		{"none", Query{Search: "không có"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mails, err := c.Mails(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, subjects(mails)); diff != "" {
				t.Error(diff)
			}
			page := request(c, "GET", "/?"+url.Values{"q": {tt.query.Search}, "to": {tt.query.To}}.Encode()).Body.String()
			for _, subject := range subjects(caught(t, c, 3)) {
				if strings.Contains(page, subject) != slices.Contains(tt.want, subject) {
					t.Errorf("%q on the page: %v", subject, strings.Contains(page, subject))
				}
			}
		})
	}
}

func TestCatcher_list_has_fifty_mails_a_page(t *testing.T) {
	c := opened(t, t.TempDir())
	for i := range 101 {
		deliver(t, c, to("a@x.vn", fmt.Sprintf("thư số %03d.", i), planned.Add(time.Duration(i)*time.Minute)))
	}
	for _, tt := range []struct {
		page        string
		first, last string
		links       []string
		no          string
	}{
		{"", "100", "051", []string{"page=2"}, "page=0"},
		{"2", "050", "001", []string{"page=1", "page=3"}, "page=2&"},
		{"3", "000", "000", []string{"page=2"}, "page=4"},
		{"99", "000", "000", []string{"page=2"}, "page=100"},
		{"x", "100", "051", []string{"page=2"}, "page=0"},
	} {
		body := request(c, "GET", "/?page="+tt.page).Body.String()
		if n := strings.Count(body, "thư số"); n != 50 && tt.first != "000" {
			t.Errorf("page %q has %d mails", tt.page, n)
		}
		for _, want := range append(tt.links, "thư số "+tt.first+".", "thư số "+tt.last+".") {
			if !strings.Contains(body, want) {
				t.Errorf("page %q has no %q", tt.page, want)
			}
		}
		if strings.Contains(body, tt.no) {
			t.Errorf("page %q links to %q", tt.page, tt.no)
		}
	}
}

func TestCatcher_list_says_that_it_is_empty(t *testing.T) {
	body := request(opened(t, t.TempDir()), "GET", "/").Body.String()
	if !strings.Contains(body, "Chưa có thư nào.") || strings.Contains(body, "<form") {
		t.Error(body)
	}
}

func TestCatcher_message_shows_text_HTML_headers_and_original(t *testing.T) {
	c := opened(t, t.TempDir())
	m := notice()
	m.Text += "<script>alert(1)</script>"
	m.HTML += "<script>alert(2)</script>"
	deliver(t, c, m)
	id := caught(t, c, 1)[0].ID

	body := request(c, "GET", "/m/"+id).Body.String()
	for _, want := range []string{
		`lang="vi"`, m.Subject, "15/04/2018 08:00", "huongphu@namdong.example.vn", "Nguyễn Thị Ước",
		`<a href="https://dondoc.example.vn/bao-cao?nam=2018&amp;thang=4"`, "&lt;script&gt;alert(1)",
		`src="` + id + `/html"`, `sandbox=`, "X-Dondoc-Notice", `href="` + id + `/raw"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	for _, no := range []string{"<script", "⟦", "&lt;script&gt;alert(2)"} {
		if strings.Contains(body, no) {
			t.Errorf("the page has %q", no)
		}
	}

	w := request(c, "GET", "/m/"+id+"/html")
	policy := w.Header().Get("Content-Security-Policy")
	if !strings.Contains(w.Body.String(), "Kính gửi <b>UBND xã Hương Phú</b>") ||
		!strings.Contains(policy, "sandbox") || strings.Contains(policy, "allow-scripts") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("%s\n%s", policy, w.Body)
	}

	w = request(c, "GET", "/m/"+id+"/raw")
	raw, err := c.Raw(id)
	if err != nil || w.Body.String() != string(raw) || w.Header().Get("Content-Type") != "message/rfc822" ||
		!strings.Contains(w.Header().Get("Content-Disposition"), id+".eml") {
		t.Error(err, w.Header())
	}
}

func TestCatcher_message_reads_base64_and_names_attachments(t *testing.T) {
	c := opened(t, t.TempDir())
	raw := strings.ReplaceAll(`Date: Sun, 15 Apr 2018 08:00:00 +0700
To: a@x.vn
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

S8OtbmggZ+G7rWk=
--b
Content-Type: text/plain
Content-Disposition: attachment; filename="=?utf-8?q?k=E1=BA=BF_ho=E1=BA=A1ch.txt?="

1234567
--b--
`, "\n", "\r\n")
	if err := c.Deliver([]byte(raw)); err != nil {
		t.Fatal(err)
	}
	body := request(c, "GET", "/m/"+caught(t, c, 1)[0].ID).Body.String()
	for _, want := range []string{"Kính gửi", "kế hoạch.txt (7 B)", "(không có tiêu đề)"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %s", want, body)
		}
	}
	if strings.Contains(body, "<iframe") {
		t.Error("a frame for no HTML")
	}
}

func TestCatcher_delete_asks_first_and_then_removes_all(t *testing.T) {
	dir := t.TempDir()
	c := opened(t, dir)
	deliver(t, c, to("a@x.vn", "một", planned), to("a@x.vn", "hai", planned))
	if body := request(c, "GET", "/delete").Body.String(); !strings.Contains(body, "Xóa toàn bộ 2 thư?") {
		t.Error(body)
	}
	caught(t, c, 2)
	if w := request(c, "POST", "/delete", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
		t.Errorf("another site may delete: %d", w.Code)
	}
	caught(t, c, 2)
	w := request(c, "POST", "/delete", "Sec-Fetch-Site", "same-origin")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "./" {
		t.Error(w.Code, w.Header())
	}
	caught(t, c, 0)
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Error(left, err)
	}
	deliver(t, c, to("a@x.vn", "ba", planned))
	caught(t, c, 1)
}

func TestCatcher_pages_work_under_a_prefix_and_without_scripts(t *testing.T) {
	c := opened(t, t.TempDir())
	for range perPage + 1 {
		deliver(t, c, notice())
	}
	for _, path := range []string{"/", "/?page=2", "/delete", "/m/" + caught(t, c, perPage+1)[0].ID} {
		body := request(c, "GET", path).Body.String()
		for _, no := range []string{`href="/`, `src="/`, `action="/`, "<script", " onclick"} {
			if strings.Contains(body, no) {
				t.Errorf("%s has %s", path, no)
			}
		}
	}
	if w := request(c, "GET", "/style.css"); w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") {
		t.Error(w.Code, w.Header())
	}
	if w := request(c, "GET", "/m/no-such"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "Không tìm thấy") {
		t.Error(w.Code, w.Body)
	}
}

func TestCatcher_speaks_English_when_told(t *testing.T) {
	c, err := NewCatcher(CatcherConfig{Dir: t.TempDir(), Lang: "en"})
	if err != nil {
		t.Fatal(err)
	}
	if body := request(c, "GET", "/").Body.String(); !strings.Contains(body, "Test mailbox") {
		t.Error(body)
	}
}

func TestCatcher_holds_five_thousand_mails(t *testing.T) {
	dir := t.TempDir()
	deliver(t, opened(t, dir), notice())
	first := filepath.Join(dir, "20180415T010000Z-000001.eml")
	for n := 2; n <= 5000; n++ {
		if err := os.Link(first, filepath.Join(dir, fmt.Sprintf("20180415T010000Z-%06d.eml", n))); err != nil {
			t.Fatal(err)
		}
	}
	c := opened(t, dir)
	deliver(t, c, to("a@x.vn", "thư cuối", planned))
	if got := caught(t, c, 5001)[0].Subject; got != "thư cuối" {
		t.Error(got)
	}
}

func TestCatcher_takes_mails_from_many_at_once(t *testing.T) {
	c, s := catching(t)
	const senders, each = 4, 10
	done := make(chan []error, senders)
	for range senders {
		go func() {
			mails := make([]Message, each)
			for i := range mails {
				mails[i] = notice()
			}
			done <- outcomes(s.SendAll(t.Context(), mails))
		}()
	}
	for range senders {
		for _, err := range <-done {
			if err != nil {
				t.Error(err)
			}
		}
	}
	caught(t, c, senders*each)
}

func TestTemplates_use_keys_of_the_catalogue(t *testing.T) {
	sub, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := locale.UsedKeys(sub, "*.html")
	if err != nil || len(keys) < 15 {
		t.Fatal(keys, err)
	}
	locale.CheckKeys(t, keys)
	if err := fstest.TestFS(sub, "frame.html", "list.html", "message.html", "delete.html", "style.css"); err != nil {
		t.Error(err)
	}
}

func FuzzCatcher_any_mail_can_be_shown(f *testing.F) {
	f.Add([]byte("Subject: x\r\n\r\ny"))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		bodyOf(raw)
		headersOf(raw)
	})
}
