package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dondoc/auth"
	"dondoc/poverty"
)

const (
	maxFiles   = 96 << 20 // bytes of a form with files; more is not read
	fewFiles   = 5        // files of one form
	fileField  = "file"
	photoField = "photo" // the same, from a phone's camera
)

// file is a file as it came with a form.
type file struct {
	Name    string
	Content []byte
}

// filesForm reads a form with files. What was typed is in the form whatever is
// wrong with the files; what is wrong with them is a problem of the form.
func (v *visit) filesForm(name string) (form, []file) {
	slow(v.w, 10*time.Minute)
	values := url.Values{}
	v.r.PostForm = values
	parts, err := v.r.MultipartReader()
	if err != nil { // a form without files
		if v.r.ParseForm() == nil {
			v.r.PostForm = v.r.Form
		}
		return v.sentForm(name), nil
	}
	var files []file
	var wrong error
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = v.filePart(part, values, &files)
		}
		if err != nil {
			if poverty.KindOf(err) != poverty.Invalid {
				err = v.brokenOff(err)
				wrong = err
				break
			}
			wrong = err // read on: what is typed may come behind it
		}
	}
	f := v.sentForm(name)
	if wrong == nil {
		for _, x := range files {
			if _, wrong = poverty.InspectFile(x.Name, x.Content, v.cfg.Files); wrong != nil {
				break
			}
		}
	}
	if wrong != nil {
		f.problem(fileField, v.message(wrong))
	}
	return f, files
}

// brokenOff words what went wrong while a form was read.
func (v *visit) brokenOff(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return poverty.InvalidField(fileField, "attachment.all_too_large", "most", v.cfg.Files.Size>>20)
	}
	return poverty.InvalidField(fileField, "register.import.broken_off")
}

func (v *visit) filePart(part *multipart.Part, values url.Values, files *[]file) error {
	if name := part.FormName(); name != fileField && name != photoField {
		b, err := io.ReadAll(io.LimitReader(part, 4*maxText))
		values.Add(name, string(b))
		return err
	}
	name := sentName(part)
	if name == "" {
		return nil
	}
	if len(*files) == fewFiles {
		return poverty.InvalidField(fileField, "attachment.too_many", "most", fewFiles)
	}
	b, err := io.ReadAll(io.LimitReader(part, v.cfg.Files.Size+1))
	if err != nil {
		return err
	}
	more, err := io.Copy(io.Discard, part)
	if err != nil {
		return err
	}
	if size := int64(len(b)) + more; size > v.cfg.Files.Size {
		return poverty.InvalidField(fileField, "attachment.too_large", "name", name, "most", v.cfg.Files.Size>>20, "size", (size+1<<20-1)>>20)
	}
	*files = append(*files, file{name, b})
	return nil
}

// sentName is the name of a file as the browser sent it: Part.FileName drops
// the path of one that has a path, and we refuse it.
func sentName(part *multipart.Part) string {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return part.FileName()
	}
	return params["filename"]
}

// attach stores the files of a form on a thing. What was stored before one is
// refused stays: the same file sent again is stored once.
func (v *visit) attach(of poverty.Subject, id int64, basis string, files []file) error {
	for _, x := range files {
		if _, err := v.store.Attach(v.ctx(), poverty.Upload{Subject: of, SubjectID: id, Name: x.Name, Content: x.Content, Basis: basis}); err != nil {
			return err
		}
	}
	return nil
}

// attachmentRow is an attachment as a page lists it.
type attachmentRow struct {
	poverty.Attachment
	MayStrike bool
	Back      string // the page on which it stands
}

// Link returns the address under which it is downloaded.
func (a attachmentRow) Link() string { return "/attachments/" + strconv.FormatInt(int64(a.ID), 10) }

// Kilobytes returns its size, rounded up.
func (a attachmentRow) Kilobytes() int { return int(a.Size+1023) >> 10 }

// attachmentRows returns what hangs on some things, by thing.
func (v *visit) attachmentRows(of poverty.Subject, back string, ids ...int64) (map[int64][]attachmentRow, error) {
	by := map[int64][]attachmentRow{}
	if len(ids) == 0 {
		return by, nil
	}
	list, err := v.store.Attachments(v.ctx(), of, ids...)
	for _, a := range list {
		may := v.cycle.State != poverty.CycleClosed && (v.plays(poverty.PartStanding) || len(v.me.In(a.Unit)) > 0)
		by[a.SubjectID] = append(by[a.SubjectID], attachmentRow{a, may, back})
	}
	return by, err
}

func (v *visit) attachmentID() poverty.AttachmentID {
	id, _ := strconv.ParseInt(v.param("attachment"), 10, 64)
	return poverty.AttachmentID(id)
}

// attachment sends a file to be kept, never to be run or shown by the browser as
// a part of this site.
func (s *site) attachment(v *visit) error {
	a, content, err := s.store.AttachmentContent(v.ctx(), v.attachmentID())
	if err != nil {
		return err
	}
	slow(v.w, 10*time.Minute)
	h := v.w.Header()
	h.Set("Content-Type", a.Type)
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+strings.ReplaceAll(url.QueryEscape(a.Name), "+", "%20"))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	if _, err := v.w.Write(content); err != nil {
		v.log("write attachment", err)
	}
	return nil
}

// strikeAttachment takes a file out of sight, with the reason.
func (s *site) strikeAttachment(v *visit) error {
	f := v.sentForm("strike")
	reason := v.text(&f, "reason")
	if _, err := s.store.Strike(v.ctx(), v.attachmentID(), reason); err != nil {
		return err
	}
	return v.redirect(auth.LocalPath(f.Value("back")), "attachment_struck")
}
