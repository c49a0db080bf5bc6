package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/calendar"
	"dondoc/poverty"
)

// DocumentBody is a draft as it is written.
type DocumentBody struct {
	Version  int              `json:"version,omitempty" minimum:"0" doc:"The version that was edited; 409 when another is there now"`
	Unit     poverty.UnitID   `json:"unit" maxLength:"100" doc:"Whose paper it is, and whose book numbers it"`
	Title    string           `json:"title" minLength:"1" maxLength:"500" doc:"Trích yếu"`
	Place    string           `json:"place" minLength:"1" maxLength:"200"`
	Day      calendar.Date    `json:"day" doc:"Of issue; offices and holders are named as of it"`
	Symbol   string           `json:"symbol,omitempty" maxLength:"200" doc:"Behind the number and the abbreviation of the kind"`
	Signer   poverty.OfficeID `json:"signer" maxLength:"200"`
	To       []string         `json:"to,omitempty" maxItems:"100" doc:"Kính gửi"`
	Bases    []string         `json:"bases,omitempty" maxItems:"100" doc:"Căn cứ"`
	Audience []poverty.UnitID `json:"audience,omitempty" maxItems:"1000" doc:"Recipients that are units of the cycle; they read it once it is issued"`
	Copies   []string         `json:"copies,omitempty" maxItems:"100" doc:"Further recipients"`
	File     string           `json:"file,omitempty" maxLength:"200" doc:"Who keeps it"`
	Urgency  string           `json:"urgency,omitempty" enum:",urgent,very_urgent,express"`
	Text     string           `json:"body,omitempty" maxLength:"20000"`
	AnswerBy calendar.Date    `json:"answer_by,omitzero"`
}

func (b DocumentBody) document() poverty.Document {
	return poverty.Document{
		Version: b.Version, Unit: b.Unit, Title: b.Title, Place: b.Place, Day: b.Day, Symbol: b.Symbol, Signer: b.Signer, To: b.To, Bases: b.Bases,
		Audience: b.Audience, Copies: b.Copies, File: b.File, Urgency: b.Urgency, Body: b.Text, AnswerBy: b.AnswerBy,
	}
}

// DocumentPath is the address of a document.
type DocumentPath struct {
	ID poverty.DocumentID `path:"id" minimum:"1"`
}

// TemplatePath is the address of a kind's template.
type TemplatePath struct {
	CyclePath
	Kind poverty.DocumentKind `path:"kind" enum:"plan,conclusion,report,review,reminder,invitation,minutes,submission,posting,summary"`
}

const docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

func sentFile(name, mediaType string, content []byte) *Content {
	return &Content{Type: mediaType, Disposition: `attachment; filename="` + name + `"`, Sniff: "nosniff", Policy: "sandbox; default-src 'none'", Body: content}
}

func papers(a huma.API, store poverty.Store, press poverty.Press) {
	list(a, "document", "list-documents", "/cycles/{id}/documents", "List documents", func(ctx context.Context, in *struct {
		CyclePath
		Kind    string         `query:"kind" maxLength:"20"`
		Year    int            `query:"year" minimum:"0" doc:"Of the day of issue"`
		Unit    poverty.UnitID `query:"unit" maxLength:"100"`
		Subject string         `query:"subject" maxLength:"2000" doc:"What they are made from, such as meeting:12"`
		State   string         `query:"state" maxLength:"20"`
		Limit   int            `query:"limit" minimum:"1" maximum:"1000" default:"100"`
		Offset  int            `query:"offset" minimum:"0" maximum:"1000000"`
	}) ([]poverty.Document, error) {
		return store.Documents(ctx, poverty.DocumentFilter{
			Cycle: in.ID, Kind: poverty.DocumentKind(in.Kind), Year: in.Year, Unit: in.Unit, Subject: in.Subject, State: poverty.DocumentState(in.State),
			Limit: in.Limit, Offset: in.Offset,
		})
	})
	read(a, "document", "get-document", "/documents/{id}", "Read a document with its data", func(ctx context.Context, in *DocumentPath) (poverty.Document, error) {
		return store.Document(ctx, in.ID)
	})
	change(a, http.MethodPost, "document", "add-document", "/cycles/{id}/documents", "Draft a document", func(ctx context.Context, in *struct {
		Decided
		CyclePath
		Body struct {
			Kind    poverty.DocumentKind `json:"kind" enum:"plan,conclusion,report,review,reminder,invitation,minutes,submission,posting,summary"`
			Subject string               `json:"subject" minLength:"1" maxLength:"2000" doc:"cycle, meeting:ID, period:CODE, review:interim, review:year-end, duties:ID,ID, hamlet:COMMUNE/HAMLET/NUMBER, plan:COMMUNE or posting:ID"`
			DocumentBody
		}
	}) (poverty.Document, error) {
		d := in.Body.document()
		d.Cycle, d.Kind, d.Subject, d.Key = in.ID, in.Body.Kind, in.Body.Subject, in.Key
		return store.SaveDocument(ctx, d)
	})
	change(a, http.MethodPut, "document", "save-document", "/documents/{id}", "Change a draft", func(ctx context.Context, in *struct {
		DocumentPath
		Body DocumentBody
	}) (poverty.Document, error) {
		d := in.Body.document()
		d.ID = in.ID
		return store.SaveDocument(ctx, d)
	})
	change(a, http.MethodPut, "document", "move-document", "/documents/{id}/moves", "Number a document, file its signed scan, or void it", func(ctx context.Context, in *struct {
		DocumentPath
		Body struct {
			Version int                  `json:"version" minimum:"1" doc:"The version that was looked at; 409 when another is there now"`
			Verb    poverty.DocumentVerb `json:"verb" enum:"number,file,void"`
			Number  int                  `json:"number,omitempty" minimum:"0" maximum:"99999" doc:"From the registry's own book; 0 takes the next"`
			Reason  string               `json:"reason,omitempty" maxLength:"20000"`
		}
	}) (poverty.Document, error) {
		b := in.Body
		return store.MoveDocument(ctx, poverty.DocumentMove{Document: in.ID, Version: b.Version, Verb: b.Verb, Number: b.Number, Reason: b.Reason})
	})
	documentFiles(a, store, press)
	list(a, "document", "list-document-gaps", "/cycles/{id}/units/{unit}/document-gaps", "List the numbers that no document bears", func(ctx context.Context, in *struct {
		CyclePath
		Unit poverty.UnitID `path:"unit" maxLength:"100"`
	}) ([]poverty.DocumentGap, error) {
		return store.DocumentGaps(ctx, in.ID, in.Unit)
	})
	change(a, http.MethodPut, "document", "explain-document-gap", "/cycles/{id}/units/{unit}/document-gaps", "Say why a number is borne by no document", func(ctx context.Context, in *struct {
		CyclePath
		Unit poverty.UnitID `path:"unit" maxLength:"100"`
		Body struct {
			Year   int                  `json:"year" minimum:"1"`
			Kind   poverty.DocumentKind `json:"kind" maxLength:"20"`
			Number int                  `json:"number" minimum:"1"`
			Reason string               `json:"reason" minLength:"1" maxLength:"2000"`
		}
	}) (List[poverty.DocumentGap], error) {
		b := in.Body
		if err := store.ExplainGap(ctx, in.ID, poverty.DocumentGap{Unit: in.Unit, Year: b.Year, Kind: b.Kind, Number: b.Number, Reason: b.Reason}); err != nil {
			return List[poverty.DocumentGap]{}, err
		}
		items, err := store.DocumentGaps(ctx, in.ID, in.Unit)
		return List[poverty.DocumentGap]{items}, err
	})
	list(a, "document", "list-document-templates", "/cycles/{id}/document-templates", "List the templates that the owner uploaded", func(ctx context.Context, in *CyclePath) ([]poverty.DocumentTemplate, error) {
		return store.DocumentTemplates(ctx, in.ID)
	})
	save := changing(http.MethodPut, "document", "save-document-template", "/cycles/{id}/document-templates/{kind}", "Upload a template, or restore the built-in one")
	save.MaxBodyBytes = poverty.MaxTemplate * 3 / 2 // as base64, and what stands around it
	register(a, save, func(ctx context.Context, in *struct {
		TemplatePath
		Body struct {
			Name    string `json:"name,omitempty" maxLength:"200"`
			Content []byte `json:"content,omitempty" maxLength:"2800000" doc:"A DOCX in base64; none restores the built-in one"`
		}
	}) (List[poverty.DocumentTemplate], error) {
		b := in.Body
		if len(b.Content) > 0 {
			if wrong := press.Check(in.Kind, b.Content); len(wrong) > 0 {
				return List[poverty.DocumentTemplate]{}, wrong
			}
		}
		if err := store.SaveDocumentTemplate(ctx, in.ID, poverty.DocumentTemplate{Kind: in.Kind, Name: b.Name, Content: b.Content}); err != nil {
			return List[poverty.DocumentTemplate]{}, err
		}
		items, err := store.DocumentTemplates(ctx, in.ID)
		return List[poverty.DocumentTemplate]{items}, err
	})
}

func documentFiles(a huma.API, store poverty.Store, press poverty.Press) {
	docx := func(ctx context.Context, id poverty.DocumentID) (poverty.Document, []byte, error) {
		d, err := store.Document(ctx, id)
		if err != nil {
			return d, nil, err
		}
		content, err := d.DOCX(ctx, store, press)
		return d, content, err
	}
	huma.Register(a, operation(http.MethodGet, "document", "download-document", "/documents/{id}/docx", "Download a document as DOCX"),
		func(ctx context.Context, in *DocumentPath) (*Content, error) {
			d, content, err := docx(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return sentFile(fmt.Sprintf("%s-%d.docx", d.Kind, d.ID), docxType, content), nil
		})
	huma.Register(a, operation(http.MethodGet, "document", "download-document-pdf", "/documents/{id}/pdf", "Download a document as PDF; 503 where there is no converter"),
		func(ctx context.Context, in *DocumentPath) (*Content, error) {
			d, content, err := docx(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			pdf, err := press.PDF(ctx, content)
			if err != nil {
				return nil, err
			}
			return sentFile(fmt.Sprintf("%s-%d.pdf", d.Kind, d.ID), "application/pdf", pdf), nil
		})
	huma.Register(a, operation(http.MethodGet, "document", "download-document-template", "/cycles/{id}/document-templates/{kind}", "Download the template in force"),
		func(ctx context.Context, in *TemplatePath) (*Content, error) {
			t, err := store.DocumentTemplate(ctx, in.ID, in.Kind, 0)
			if err != nil {
				return nil, err
			}
			if t.Content == nil {
				t.Content = press.Builtin(in.Kind)
			}
			return sentFile(string(in.Kind)+".docx", docxType, t.Content), nil
		})
}
