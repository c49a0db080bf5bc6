package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dondoc/poverty"
)

// UnreadCount is how many notices of a person were not opened.
type UnreadCount struct {
	Unread int  `json:"unread" doc:"At most 99"`
	More   bool `json:"more" doc:"There are more than that"`
}

func inbox(a huma.API, store poverty.Store) {
	list(a, "notice", "list-inbox", "/inbox", "List what who asks was told over all cycles, newest first", func(ctx context.Context, in *struct {
		Unread bool  `query:"unread" doc:"Only what was not opened"`
		After  int64 `query:"after" minimum:"0" doc:"Continue behind this notice"`
		Limit  int   `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) ([]poverty.Notice, error) {
		return store.Inbox(ctx, poverty.InboxFilter{Unread: in.Unread, After: in.After, Limit: in.Limit})
	})
	read(a, "notice", "count-unread", "/inbox/unread", "Count the notices that who asks has not opened", func(ctx context.Context, _ *struct{}) (UnreadCount, error) {
		n, err := store.Unread(ctx)
		return UnreadCount{min(n, poverty.UnreadMost), n > poverty.UnreadMost}, err
	})
	change(a, http.MethodPut, "notice", "read-notice", "/inbox/{id}/read", "Mark a notice as read", func(ctx context.Context, in *struct {
		ID int64 `path:"id" minimum:"1"`
	}) (poverty.Notice, error) {
		return store.ReadNotice(ctx, in.ID)
	})
	change(a, http.MethodPut, "notice", "read-inbox", "/inbox/read", "Mark everything as read, up to a notice", func(ctx context.Context, in *struct {
		Body struct {
			UpTo int64 `json:"up_to" minimum:"1" doc:"The newest notice that was seen; what came after it stays unread"`
		}
	}) (UnreadCount, error) {
		if _, err := store.ReadAll(ctx, in.Body.UpTo); err != nil {
			return UnreadCount{}, err
		}
		n, err := store.Unread(ctx)
		return UnreadCount{min(n, poverty.UnreadMost), n > poverty.UnreadMost}, err
	})
	read(a, "user", "get-settings", "/me/settings", "Read what who asks decided about oneself", func(ctx context.Context, _ *struct{}) (poverty.Settings, error) {
		return store.Settings(ctx)
	})
	change(a, http.MethodPut, "user", "save-settings", "/me/settings", "Choose one's address, language and which notices come by mail", func(ctx context.Context, in *struct {
		Body struct {
			Email     string `json:"email" maxLength:"200"`
			Language  string `json:"language" enum:"vi,en"`
			Reminders bool   `json:"reminders" doc:"Reminders up to the last day come by mail"`
			Decisions bool   `json:"decisions" doc:"What was decided about duties of one's own unit comes by mail"`
		}
	}) (poverty.Settings, error) {
		b := in.Body
		return store.SaveSettings(ctx, poverty.Settings{Email: b.Email, Language: b.Language, Reminders: b.Reminders, Decisions: b.Decisions})
	})
}
