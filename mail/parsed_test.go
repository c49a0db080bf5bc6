package mail

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	gomessage "github.com/emersion/go-message/mail"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"dondoc/poverty"
)

// readParts returns the inline texts and the attached files of a mail, by content type or
// name, as a parser that is not the one it is written with reads them.
func readParts(t *testing.T, raw []byte) (gomessage.Header, map[string]string, map[string]string) {
	t.Helper()
	r, err := gomessage.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	texts, files := map[string]string{}, map[string]string{}
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return r.Header, texts, files
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(p.Body)
		if err != nil {
			t.Fatal(err)
		}
		switch h := p.Header.(type) {
		case *gomessage.InlineHeader:
			kind, params, err := h.ContentType()
			if err != nil || !strings.EqualFold(params["charset"], "utf-8") {
				t.Errorf("%s: %v, %v", kind, params, err)
			}
			texts[kind] = strings.ReplaceAll(string(b), "\r\n", "\n")
		case *gomessage.AttachmentHeader:
			name, err := h.Filename()
			if err != nil {
				t.Error(err)
			}
			files[name] = string(b)
		}
	}
}

func TestMessage_is_read_by_another_parser(t *testing.T) {
	t.Parallel()
	m := notice()
	m.Text += strings.Repeat("Một dòng rất dài không xuống dòng ", 60) + "\n. \n.hết\n"
	m.Files = []File{
		{Name: "giấy-mời.ics", Type: "text/calendar; charset=utf-8; method=REQUEST", Data: []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")},
		{Name: "bảng.bin", Type: "application/octet-stream", Data: []byte{0, 1, 2, 0xff, '\r', '\n', '.', '\r', '\n'}},
	}
	raw, err := m.Raw(from)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		limit := 78 // as RFC 5322 would have it; it asks for 998
		if bytes.HasPrefix(line, []byte("Content-")) {
			limit = 998
		}
		if len(line) > limit {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
		if bytes.ContainsAny(line, "\r\n") {
			t.Errorf("a line ends in one character: %q", line)
		}
		if i := bytes.IndexFunc(line, func(r rune) bool { return r > 126 }); i >= 0 {
			t.Errorf("not ASCII: %q", line)
		}
	}
	h, texts, files := readParts(t, raw)
	if diff := cmp.Diff(map[string]string{"text/plain": m.Text, "text/html": m.HTML}, texts); diff != "" {
		t.Error(diff)
	}
	want := map[string]string{}
	for _, f := range m.Files {
		want[f.Name] = string(f.Data)
	}
	if diff := cmp.Diff(want, files); diff != "" {
		t.Error(diff)
	}
	subject, err := h.Subject()
	if err != nil || subject != m.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	if date, err := h.Date(); err != nil || !date.Equal(planned) {
		t.Errorf("date %s, %v", date, err)
	}
	if id, err := h.MessageID(); err != nil || id != m.ID {
		t.Errorf("Message-ID %q, %v", id, err)
	}
	for field, want := range map[string]gomessage.Address{
		"From": {Name: "Đôn Đốc", Address: "dondoc@namdong.example.vn"}, "To": {Name: "Nguyễn Thị Ước", Address: "huongphu@namdong.example.vn"},
	} {
		list, err := h.AddressList(field)
		if err != nil || len(list) != 1 || *list[0] != want {
			t.Errorf("%s %v, %v", field, list, err)
		}
	}
	if version := h.Get("Mime-Version"); version != "1.0" {
		t.Errorf("MIME-Version %q", version)
	}
	for _, once := range []string{"From", "To", "Subject", "Date", "Message-Id", "Content-Type"} {
		if n := len(h.Values(once)); n != 1 {
			t.Errorf("%s stands %d times", once, n)
		}
	}
}

func TestLetters_both_texts_say_the_same_to_another_parser(t *testing.T) {
	t.Parallel()
	w := Letters{BaseURL: "https://dondoc.example", Domain: "dondoc.example"}
	l := poverty.Letter{
		ID: "k", To: poverty.User{Name: `Hồ "Văn" <A>`, Email: "a@dondoc.example", Language: "vi"}, At: planned,
		Notices: []poverty.Notice{
			{Cycle: "nam-dong:2018", Duty: 7, Kind: poverty.NoticeReminder},
			{Cycle: "nam-dong:2018", Unit: "thuong-long", Kind: poverty.NoticeHandover, OfficeName: "Chủ tịch UBND xã Thượng Long", Text: "12"},
			{Cycle: "nam-dong:2018", Unit: "thuong-long", Kind: poverty.NoticeDocument, Document: 31, About: "Tổng kết năm 2018"},
		},
		Duties: map[poverty.DutyID]poverty.Duty{7: {ID: 7, UnitName: "UBND xã Thượng Long", Title: "Báo cáo <tháng> & quý"}},
	}
	raw, err := w.Message(l).Raw(from)
	if err != nil {
		t.Fatal(err)
	}
	_, texts, files := readParts(t, raw)
	if kinds := slices.Sorted(maps.Keys(texts)); !slices.Equal(kinds, []string{"text/html", "text/plain"}) || len(files) != 0 {
		t.Fatalf("parts %v, files %v", kinds, files)
	}
	for kind, has := range map[string][]string{
		"text/plain": {"https://dondoc.example/duties/7", "https://dondoc.example/cycles/nam-dong:2018/units/thuong-long", "Báo cáo <tháng> & quý", "12 việc", "https://dondoc.example/documents/31", "Văn bản gửi đến: Tổng kết năm 2018"},
		"text/html":  {"https://dondoc.example/duties/7", "https://dondoc.example/cycles/nam-dong:2018/units/thuong-long", "Báo cáo &lt;tháng&gt; &amp; quý", "12 việc", "https://dondoc.example/documents/31", "Văn bản gửi đến: Tổng kết năm 2018"},
	} {
		for _, s := range has {
			if !strings.Contains(texts[kind], s) {
				t.Errorf("%s lacks %q: %s", kind, s, texts[kind])
			}
		}
		if !norm.NFC.IsNormalString(texts[kind]) {
			t.Errorf("%s is not composed", kind)
		}
	}
	whole, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if kind, _, err := whole.Header.ContentType(); err != nil || kind != "multipart/alternative" {
		t.Errorf("the mail is %s, %v", kind, err)
	}
}
