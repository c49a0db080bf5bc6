package poverty

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"iter"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// AttachmentID identifies an attachment.
type AttachmentID int64

// Subject is a thing that attachments hang on. Whoever sees it sees them.
type Subject string

// The subjects.
const (
	SubjectComponent Subject = "component"
	SubjectDelivery  Subject = "delivery" // its number is that of a batch
	SubjectDuty      Subject = "duty"     // a paper report with its stamp
	SubjectDocument  Subject = "document" // its signed scan
)

// Attachment is a paper or photo that hangs on something. It is a file as it was
// received, byte for byte: also where a photo says in itself where it was
// taken, which no page shows.
type Attachment struct {
	ID        AttachmentID `db:"id" json:"id"`
	Cycle     CycleID      `db:"cycle_id" json:"cycle"`
	Subject   Subject      `db:"subject" json:"subject"`
	SubjectID int64        `db:"subject_id" json:"subject_id"`
	Unit      UnitID       `db:"unit_id" json:"unit"` // who put it there
	Name      string       `db:"name" json:"name"`
	Type      string       `db:"type" json:"type"` // media type
	Size      int64        `db:"size" json:"size"` // bytes
	SHA256    []byte       `db:"sha256" json:"sha256"`
	SavedAt   time.Time    `db:"saved_at" json:"saved_at"`
	SavedBy   UserID       `db:"saved_by" json:"saved_by,omitempty"`
	ByName    string       `db:"saved_by_name" json:"saved_by_name,omitempty"`
	StruckAt  *time.Time   `db:"struck_at" json:"struck_at,omitempty"`
	Reason    string       `db:"reason" json:"reason,omitempty"`
	Blob      string       `db:"blob" json:"-"`
}

// Upload is a file on its way in.
type Upload struct {
	Subject   Subject
	SubjectID int64
	Name      string
	Content   []byte
	Basis     string // of who writes in the stead of the unit whose thing it is
}

// Blobs keeps the contents of attachments. Keys are made by the store and hold
// nothing that a person typed. Every method returns Unavailable when the place
// cannot be reached.
type Blobs interface {
	Write(ctx context.Context, key, mediaType string, content []byte) error
	// Read returns NotFound when there is no such blob.
	Read(ctx context.Context, key string) ([]byte, error)
	// Delete of what is not there does nothing.
	Delete(ctx context.Context, key string) error
	// Older returns the keys of the blobs that were written before an instant.
	Older(ctx context.Context, before time.Time) iter.Seq2[string, error]
}

// FileLimits bound what may be attached.
type FileLimits struct {
	Size     int64 // bytes of a file
	Unpacked int64 // bytes of all that is in a workbook or document
	Entries  int   // files in a workbook or document
}

// DefaultFileLimits are 10 MB a file, 100 MB unpacked, 2000 files in one.
func DefaultFileLimits() FileLimits {
	return FileLimits{Size: 10 << 20, Unpacked: 100 << 20, Entries: 2000}
}

// fileTypes are what may be attached, by extension.
var fileTypes = map[string]string{
	"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "heic": "image/heic", "heif": "image/heic",
	"pdf":  "application/pdf",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"doc":  "application/msword", "xls": "application/vnd.ms-excel",
}

// FileExtensions are the extensions of what may be attached, as pages name them.
const FileExtensions = ".jpg, .jpeg, .png, .webp, .heic, .heif, .pdf, .docx, .xlsx, .doc, .xls"

// InspectFile returns the media type of a file that may be attached. It is
// Invalid, naming what is wrong, when the file is too large, its name holds a
// path, its contents are not what its extension says, it is a program, it holds
// macros, or it unpacks to more than the limits allow.
func InspectFile(name string, content []byte, limits FileLimits) (string, error) {
	invalid := func(key string, args ...any) (string, error) {
		return "", InvalidField("file", key, append([]any{"name", shown(name)}, args...)...)
	}
	if strings.ContainsAny(name, `/\`) {
		return invalid("attachment.path_in_name")
	}
	if name == "" || strings.HasPrefix(name, ".") || !utf8.ValidString(name) || utf8.RuneCountInString(name) > 150 ||
		strings.ContainsFunc(name, func(r rune) bool {
			return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>:"|?*`, r)
		}) {
		return invalid("attachment.bad_name")
	}
	if int64(len(content)) > limits.Size {
		return invalid("attachment.too_large", "most", limits.Size>>20, "size", (int64(len(content))+1<<20-1)>>20)
	}
	if len(content) == 0 {
		return invalid("attachment.empty")
	}
	if isProgram(content) {
		return invalid("attachment.program")
	}
	extension := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	want, known := fileTypes[extension]
	if !known {
		return invalid("attachment.unknown_type", "known", FileExtensions)
	}
	switch extension {
	case "docx", "xlsx":
		part := map[string]string{"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[extension]
		if key := inspectPackage(content, part, limits); key != "" {
			return invalid(key, "most", limits.Unpacked>>20)
		}
		return want, nil
	case "doc", "xls":
		if !bytes.HasPrefix(content, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) {
			return invalid("attachment.not_what_it_says", "extension", extension)
		}
		if bytes.Contains(content, wide("_VBA_PROJECT")) || bytes.Contains(content, wide("Macros")) {
			return invalid("attachment.macros")
		}
		return want, nil
	}
	if sniff(content) != want {
		return invalid("attachment.not_what_it_says", "extension", extension)
	}
	return want, nil
}

// shown is a name as a message may repeat it.
func shown(name string) string {
	name = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name), "")
	if r := []rune(name); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return name
}

// isProgram reports whether something could be run: a program of Windows, Linux
// or macOS, or a script.
func isProgram(content []byte) bool {
	for _, magic := range []string{"MZ", "\x7fELF", "#!", "\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe"} {
		if bytes.HasPrefix(content, []byte(magic)) {
			return true
		}
	}
	return false
}

// sniff tells images and PDF by their first bytes.
func sniff(content []byte) string {
	at := func(i int, s string) bool {
		return len(content) >= i+len(s) && string(content[i:i+len(s)]) == s
	}
	switch {
	case at(0, "\xff\xd8\xff"):
		return "image/jpeg"
	case at(0, "\x89PNG\r\n\x1a\n"):
		return "image/png"
	case at(0, "RIFF") && at(8, "WEBP"):
		return "image/webp"
	case at(0, "%PDF-"):
		return "application/pdf"
	case at(4, "ftyp"):
		for _, brand := range []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"} {
			if at(8, brand) {
				return "image/heic"
			}
		}
	}
	return ""
}

// inspectPackage looks into a workbook or document without unpacking more than
// the limits; it returns the key of what is wrong.
func inspectPackage(content []byte, part string, limits FileLimits) string {
	if !bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		return "attachment.not_what_it_says"
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "attachment.damaged"
	}
	if len(z.File) > limits.Entries {
		return "attachment.bomb"
	}
	var found, types bool
	left := limits.Unpacked
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		switch {
		case strings.Contains(name, "..") || strings.HasPrefix(name, "/") || strings.Contains(name, `\`):
			return "attachment.damaged"
		case strings.HasSuffix(name, "vbaproject.bin"):
			return "attachment.macros"
		}
		found, types = found || f.Name == part, types || f.Name == "[Content_Types].xml"
		// What an entry says of its size may be a lie: count what comes out.
		r, err := f.Open()
		if err != nil {
			return "attachment.damaged"
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, left+1))
		_ = r.Close() // read-only
		if left -= n; left < 0 {
			return "attachment.bomb"
		}
		if err != nil {
			return "attachment.damaged"
		}
	}
	if !found || !types {
		return "attachment.not_what_it_says"
	}
	return ""
}

// wide is a name as the old Office formats write it: UTF-16, little-endian.
func wide(s string) []byte {
	var b []byte
	for _, c := range s {
		b = binary.LittleEndian.AppendUint16(b, uint16(c))
	}
	return b
}
