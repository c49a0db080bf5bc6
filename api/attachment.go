package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// maxFile is the longest file that is read; how much may be stored is a setting.
const maxFile = 96 << 20

// AttachmentQuery names what attachments hang on.
type AttachmentQuery struct {
	Subject   poverty.Subject `query:"subject" required:"true" maxLength:"31" doc:"component, delivery (a batch) or duty" example:"delivery"`
	SubjectID int64           `query:"subject_id" required:"true" minimum:"1"`
}

// AttachmentPath is the address of an attachment.
type AttachmentPath struct {
	ID poverty.AttachmentID `path:"id" minimum:"1"`
}

// StrikeBody says why an attachment is taken out of sight.
type StrikeBody struct {
	Reason string `json:"reason" minLength:"1" maxLength:"4000"`
}

// Content is a file as it is downloaded.
type Content struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Sniff       string `header:"X-Content-Type-Options"`
	Policy      string `header:"Content-Security-Policy"`
	Body        []byte
}

func attachments(a huma.API, store poverty.Store) {
	list(a, "attachment", "list-attachments", "/attachments", "List what hangs on something", func(ctx context.Context, in *AttachmentQuery) ([]poverty.Attachment, error) {
		return store.Attachments(ctx, in.Subject, in.SubjectID)
	})
	add := operation(http.MethodPut, "attachment", "attach", "/attachments",
		"Attach a file, which is the body; the same file on the same thing is stored once")
	add.MaxBodyBytes = maxFile
	add.Errors = append(add.Errors, http.StatusConflict, http.StatusRequestEntityTooLarge)
	register(a, add, func(ctx context.Context, in *struct {
		AttachmentQuery
		Name    string `query:"name" required:"true" maxLength:"300" doc:"The file's name, without a path" example:"bien-ban.pdf"`
		Basis   string `query:"basis" maxLength:"1000" doc:"The document by which someone else attaches in the stead of the unit whose thing it is"`
		RawBody []byte `contentType:"application/octet-stream"`
	}) (poverty.Attachment, error) {
		return store.Attach(ctx, poverty.Upload{Subject: in.Subject, SubjectID: in.SubjectID, Name: in.Name, Content: in.RawBody, Basis: in.Basis})
	})
	read(a, "attachment", "get-attachment", "/attachments/{id}", "Get what is known of an attachment", func(ctx context.Context, in *AttachmentPath) (poverty.Attachment, error) {
		return store.Attachment(ctx, in.ID)
	})
	huma.Register(a, operation(http.MethodGet, "attachment", "download-attachment", "/attachments/{id}/content", "Download an attachment"),
		func(ctx context.Context, in *AttachmentPath) (*Content, error) {
			x, content, err := store.AttachmentContent(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return &Content{
				Type: x.Type, Disposition: "attachment; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(x.Name), "+", "%20"),
				Sniff: "nosniff", Policy: "sandbox; default-src 'none'", Body: content,
			}, nil
		})
	change(a, http.MethodPut, "attachment", "strike-attachment", "/attachments/{id}/strike", "Take an attachment out of sight", func(ctx context.Context, in *struct {
		AttachmentPath
		Body StrikeBody
	}) (poverty.Attachment, error) {
		return store.Strike(ctx, in.ID, in.Body.Reason)
	})
}
