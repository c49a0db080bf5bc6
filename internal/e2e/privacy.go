// Package e2e tests the program whole, on servers of its own that it kills and
// starts again. What other tests on real servers need as well is here.
package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/reflect/protopath"
	"google.golang.org/protobuf/reflect/protorange"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Personal returns what a workflow's history must not hold: every name, address
// and login of the database at url, and every text that a person typed.
func Personal(ctx context.Context, url string) ([]string, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `
		select name from users union select email from accounts union select login from accounts
		union select x.value from plan_drafts p, jsonb_each_text(p.texts) x union select x.value from plan_rounds p, jsonb_each_text(p.texts) x
		union select remarks from plans union select shortfall from plan_drafts union select text from plan_remarks union select answer from plan_remarks
		union select note from plan_households union select cause_other from plan_households union select what from plan_measures
		union select helper_other from plan_measures
		union select text from reports union select late_reason from reports union select remarks from reports
		union select conclusion from reviews
		union select title from meetings union select place from meetings union select delegate from meeting_invitations
		union select agenda from meeting_minutes union select minutes from meeting_minutes union select paper from meeting_minutes
		union select text from meeting_conclusions
		union select text from obstacles union select opinion from obstacles union select answer from obstacles
		union select head from survey_households union select note from survey_households
		union select chair from survey_meetings union select minutes from survey_meetings union select opinion_text from surveys
		union select head from survey_cases union select text from survey_cases union select refusal from survey_cases
		union select minutes from postings union select unnest(places) from postings union select reason from posting_changes
		union select unnest(array[objector, contact, text, answer, settlement]) from objections
		union select name from mentors union select head from mentors union select found from visits union select other from helpers union select head from helpers
		union select offer from registrations union select reason from registrations
		union select unnest(array[title, what, helpers, result, decision]) from pilots union select head from pilot_households
		union select unnest(array[title, place, body, reason]) from documents union select unnest(array[head, reason]) from watches
		union select found from watch_visits union select text from watch_events union select unnest(array[text, found, help, outcome]) from watch_alerts
		union select unnest(array[text, remedy, outcome]) from shortcomings union select unnest(array[results, shortcomings, proposals]) from review_inputs
		union select basis from history where actor_id is not null
		union select reason from history where actor_id is not null
		union select typed #>> '{}' from decisions, unnest(array['reason', 'basis', 'text', 'late_reason', 'title', 'source', 'key', 'minutes', 'chair', 'objector', 'contact', 'head', 'found', 'other',
		      'agenda', 'paper', 'place', 'delegate', 'body', 'help', 'outcome', 'remedy', 'results', 'shortcomings', 'proposals']) field,
		      jsonb_path_query(payload, ('$.**.' || field)::jsonpath) typed
		      where jsonb_typeof(typed) = 'string'`)
	if err != nil {
		return nil, err
	}
	words, err := pgx.CollectRows(rows, pgx.RowTo[string])
	// The reason of an entry that the program adds is a word of its own.
	return slices.DeleteFunc(words, func(w string) bool { return w == "" || !strings.ContainsAny(w, " @.") && isASCII(w) }), err
}

func isASCII(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0 }

// Leaks returns which of the words occur in a history, wherever in it: inputs,
// results, failures, summaries, memos, names and IDs.
func Leaks(h *history.History, words []string) ([]string, error) {
	found := map[string]bool{}
	look := func(event int64, text string) {
		for _, w := range words {
			if strings.Contains(text, w) {
				found[fmt.Sprintf("event %d: %q", event, w)] = true
			}
		}
	}
	for _, e := range h.GetEvents() {
		err := protorange.Range(e.ProtoReflect(), func(p protopath.Values) error {
			switch v := p.Index(-1).Value.Interface().(type) {
			case string:
				look(e.GetEventId(), v)
			case []byte:
				for _, text := range texts(v) {
					look(e.GetEventId(), text)
				}
			case protoreflect.Map:
				v.Range(func(k protoreflect.MapKey, _ protoreflect.Value) bool {
					look(e.GetEventId(), k.String())
					return true
				})
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	list := make([]string, 0, len(found))
	for f := range found {
		list = append(list, f)
	}
	slices.Sort(list)
	return list, nil
}

// texts returns a payload as it is and, where it is JSON, each string of it as
// it reads.
func texts(payload []byte) []string {
	list := []string{string(payload)}
	var decoded any
	if json.Unmarshal(payload, &decoded) != nil {
		return list
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			list = append(list, v)
		case []any:
			for _, one := range v {
				walk(one)
			}
		case map[string]any:
			for key, one := range v {
				list = append(list, key)
				walk(one)
			}
		}
	}
	walk(decoded)
	return list
}
