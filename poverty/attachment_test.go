package poverty_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"

	"dondoc/poverty"
)

const jpeg = "\xff\xd8\xff\xe0\x00\x10JFIF"

// packed is a workbook or document with some files in it.
func packed(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func document(t *testing.T, more map[string]string) string {
	t.Helper()
	files := map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"}
	maps.Copy(files, more)
	return packed(t, files)
}

// lying is a document whose entry says that it is small and unpacks to much.
func lying(t *testing.T) string {
	t.Helper()
	raw := []byte(document(t, map[string]string{"word/media/a.png": strings.Repeat("0", 3<<20)}))
	for at := 0; ; { // the uncompressed size stands 24 bytes into each entry of the directory
		i := bytes.Index(raw[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return string(raw)
		}
		at += i + 4
		copy(raw[at+20:at+24], []byte{10, 0, 0, 0})
	}
}

func TestInspectFile_takes_what_offices_send(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"ảnh giao lợn giống.JPG": jpeg,
		"a.png":                  "\x89PNG\r\n\x1a\n....",
		"a.webp":                 "RIFF\x00\x00\x00\x00WEBPVP8 ",
		"IMG_0001.HEIC":          "\x00\x00\x00\x18ftypheic....",
		"biên bản.pdf":           "%PDF-1.7\n",
		"tờ trình.docx":          document(t, nil),
		"danh sách.xlsx":         packed(t, map[string]string{"[Content_Types].xml": "x", "xl/workbook.xml": "x"}),
		"cũ.doc":                 "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....",
	} {
		if kind, err := poverty.InspectFile(name, []byte(content), poverty.DefaultFileLimits()); err != nil || kind == "" {
			t.Errorf("%s: %s, %v", name, kind, err)
		}
	}
}

func TestInspectFile_refuses_what_may_do_harm_and_says_why(t *testing.T) {
	t.Parallel()
	wide := func(s string) string {
		var b strings.Builder
		for _, c := range s {
			b.WriteString(string(c) + "\x00")
		}
		return b.String()
	}
	ole := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
	many := map[string]string{}
	for i := range 60 {
		many[fmt.Sprintf("word/%d.xml", i)] = "x"
	}
	limits := poverty.FileLimits{Size: 10 << 20, Unpacked: 2 << 20, Entries: 50}
	for _, tt := range []struct{ rule, name, content, want string }{
		{"20 MB", "ảnh.jpg", jpeg + strings.Repeat("x", 20<<20), "attachment.too_large"},
		{"a renamed program", "ảnh.jpg", "MZ\x90\x00", "attachment.program"},
		{"a renamed program of Linux", "biên bản.pdf", "\x7fELF", "attachment.program"},
		{"a script", "a.pdf", "#!/bin/sh\n", "attachment.program"},
		{"a program by its own name", "setup.exe", "MZ", "attachment.program"},
		{"a zip bomb", "a.docx", document(t, map[string]string{"word/a.xml": strings.Repeat("0", 3<<20)}), "attachment.bomb"},
		{"too many files in one", "a.docx", document(t, many), "attachment.bomb"},
		{"an entry that lies about its size", "a.docx", lying(t), "attachment.damaged"},
		{"a path in the name", "../../etc/passwd.jpg", jpeg, "attachment.path_in_name"},
		{"a path of Windows", `C:\Users\a.jpg`, jpeg, "attachment.path_in_name"},
		{"a hidden file", ".htaccess", jpeg, "attachment.bad_name"},
		{"a name that reads backwards", "a\u202egpj.exe", jpeg, "attachment.bad_name"},
		{"no name", "", jpeg, "attachment.bad_name"},
		{"nothing in it", "a.jpg", "", "attachment.empty"},
		{"a page", "a.html", "<script>", "attachment.unknown_type"},
		{"a drawing that may hold a script", "a.svg", "<svg/>", "attachment.unknown_type"},
		{"an archive", "a.zip", document(t, nil), "attachment.unknown_type"},
		{"a page named as a photo", "a.jpg", "<html>", "attachment.not_what_it_says"},
		{"a PDF named as a photo", "a.png", "%PDF-1.7", "attachment.not_what_it_says"},
		{"an archive named as a document", "a.docx", packed(t, map[string]string{"a.exe": "MZ"}), "attachment.not_what_it_says"},
		{"macros", "a.docx", document(t, map[string]string{"word/vbaProject.bin": "x"}), "attachment.macros"},
		{"macros of old", "a.doc", ole + wide("_VBA_PROJECT"), "attachment.macros"},
		{"a path within", "a.docx", document(t, map[string]string{"../../x": "x"}), "attachment.damaged"},
		{"a broken document", "a.docx", "PK\x03\x04....", "attachment.damaged"},
	} {
		_, err := poverty.InspectFile(tt.name, []byte(tt.content), limits)
		if told := poverty.Refusal(err); told.Key != tt.want || told.Kind != poverty.Invalid || told.Field != "file" {
			t.Errorf("%s: %v, want %s", tt.rule, err, tt.want)
		}
	}
}
