package api

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dondoc/poverty"
)

// What is known of an attachment is told while its contents are out of reach.
func TestAttachments_are_described_without_their_contents_and_struck_as_they_are_then(t *testing.T) {
	o := newOffice(t)
	w := o.ask(t, own, http.MethodPut, "/attachments?subject=duty&subject_id={duty}&name=anh.jpg", "\xff\xd8\xff\xe0 a photo")
	var x poverty.Attachment
	if err := json.Unmarshal(w.Body.Bytes(), &x); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %s %v", w.Code, w.Body, err)
	}
	kept, err := filepath.Glob(filepath.Join(o.files, "*"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("%v %v", kept, err)
	}
	if err := os.Remove(kept[0]); err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("/attachments/%d", x.ID)
	if w := o.ask(t, own, http.MethodGet, address, ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"anh.jpg"`) {
		t.Errorf("described: %d %s", w.Code, w.Body)
	}
	if w := o.ask(t, own, http.MethodGet, address+"/content", ""); w.Code != http.StatusNotFound {
		t.Errorf("contents that are gone: %d", w.Code)
	}
	w = o.ask(t, own, http.MethodPut, address+"/strike", `{"reason":"nhầm ảnh"}`)
	if err := json.Unmarshal(w.Body.Bytes(), &x); err != nil || w.Code != http.StatusOK || x.StruckAt == nil || x.Reason != "nhầm ảnh" {
		t.Errorf("struck: %d %s %v", w.Code, w.Body, err)
	}
}

func TestDocumentTemplates_may_be_as_large_as_the_document_says(t *testing.T) {
	o := newOffice(t)
	for size, want := range map[int]int{poverty.MaxTemplate: http.StatusUnprocessableEntity, 2 * poverty.MaxTemplate: http.StatusRequestEntityTooLarge} {
		body := `{"name":"mau.docx","content":"` + base64.StdEncoding.EncodeToString(make([]byte, size)) + `"}`
		w := o.ask(t, standing, http.MethodPut, "/cycles/nam-dong:2018/document-templates/plan", body)
		if w.Code != want || want == http.StatusUnprocessableEntity && !strings.Contains(w.Body.String(), ".docx") {
			t.Errorf("%d bytes: %d %.300s", size, w.Code, w.Body)
		}
	}
}
