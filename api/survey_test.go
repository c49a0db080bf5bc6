package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"dondoc/calendar"
	"dondoc/internal/testkit"
	"dondoc/postgres"
	"dondoc/poverty"
	"dondoc/workflows"
)

const (
	head  = "thuong-long.head"
	owner = "nam-dong.deputy"
)

// request is one step of a story told by the API, and what its answer must and
// must not hold.
type request struct {
	name, on                string // on: the day, at 08:00; as before where it is empty
	who, method, path, body string
	status                  int
	has, hasNot             []string
}

// tell plays a story; a failure that is answered names the problem, and where it
// lies in what was sent.
func (o *office) tell(t *testing.T, story []request) {
	t.Helper()
	for _, r := range story {
		t.Run(r.name, func(t *testing.T) {
			if r.on != "" {
				o.now = calendar.MustDate(r.on).At(calendar.DefaultNotice)
			}
			w := o.ask(t, r.who, r.method, o.named(t, r.path), o.named(t, r.body))
			body := w.Body.String()
			if w.Code != r.status {
				t.Fatalf("status %d, want %d: %s", w.Code, r.status, body)
			}
			for _, s := range r.has {
				if !strings.Contains(body, s) {
					t.Errorf("the body lacks %q: %s", s, body)
				}
			}
			for _, s := range append(r.hasNot, "⟦") {
				if strings.Contains(body, s) {
					t.Errorf("the body has %q: %s", s, body)
				}
			}
			if w.Code < 400 {
				return
			}
			var p Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Header().Get("Content-Type") != "application/problem+json" ||
				p.Status != w.Code || p.Title == "" || !strings.HasPrefix(p.Type, "urn:dondoc:error:") {
				t.Errorf("not a problem (%v): %s", err, body)
			}
			if w.Code == http.StatusUnprocessableEntity && (len(p.Errors) == 0 || !strings.HasPrefix(p.Errors[0].Location, "body") || p.Errors[0].Message == "") {
				t.Errorf("it does not say where: %s", body)
			}
		})
	}
}

// named writes the numbers that were given on the way for the names of what has
// them: {0001} for a household's row on Thượng Long's list, {case 1} for its
// first case.
func (o *office) named(t *testing.T, text string) string {
	t.Helper()
	if !strings.Contains(text, "{0") && !strings.Contains(text, "{case ") {
		return text
	}
	ctx := poverty.WithActor(t.Context(), poverty.System("test"))
	sheet, err := o.db.Survey(ctx, "nam-dong:2018", "thuong-long")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range sheet.Rows {
		text = strings.ReplaceAll(text, "{"+r.Code+"}", strconv.FormatInt(int64(r.ID), 10))
	}
	cases, err := o.db.Cases(ctx, "nam-dong:2018", "thuong-long")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		text = strings.ReplaceAll(text, "{case "+strconv.Itoa(c.No)+"}", strconv.FormatInt(int64(c.ID), 10))
	}
	return text
}

// idle is the store of an engine without a worker: a process that was started
// again would answer nobody, and the store decides alone.
type idle struct{ *postgres.DB }

func (idle) Unfinished(context.Context, poverty.CycleID) ([]poverty.Ref, error) { return nil, nil }

// surveying is an office whose year has a survey with the opinion of the owner,
// and cases; Thượng Long's register of two households is frozen.
func surveying(t *testing.T) *office {
	t.Helper()
	o := newOffice(t, func(r *poverty.Rules) {
		r.Bindings.Opinion = "nam-dong"
		survey := poverty.Template{Kind: poverty.DutySurvey, Who: []string{"communes"}, DayOff: calendar.Keep, Ladder: "usual"}
		early, late := survey, survey
		early.Code, early.Title, early.TitleEN, early.Due = "survey-preliminary", "Kết quả sơ bộ", "Preliminary result", calendar.MustDue("before 2018-11-15")
		late.Code, late.Title, late.TitleEN, late.Due = "survey-official", "Kết quả chính thức", "Official result", calendar.MustDue("before 2018-12-15")
		r.Duties = append(r.Duties, early, late,
			poverty.Template{Code: "survey-opinion", Kind: poverty.DutyOpinion, Title: "Cho ý kiến", TitleEN: "Opinion", Who: []string{"nam-dong"},
				Due: calendar.MustDue("within 3 working days of receipt"), DayOff: calendar.Keep, Ladder: "usual"},
			poverty.Template{Code: "survey-case", Kind: poverty.DutyCase, Title: "Đề nghị của hộ", TitleEN: "Request of a household", Who: []string{"communes"},
				Due: calendar.MustDue("none"), DayOff: calendar.Keep, Ladder: "usual"})
	})
	temporal, _ := testkit.Temporal(t)
	o.engine = workflows.NewEngine(temporal, idle{o.db})
	hamlets := []poverty.Hamlet{{Unit: "thuong-long", Code: "t1", Name: "Thôn 1"}, {Unit: "thuong-long", Code: "t2", Name: "Thôn 2"}}
	ctx := poverty.WithActor(t.Context(), poverty.Actor{User: o.users[own]})
	if err := o.db.PutHamlets(ctx, poverty.RegisterScope{Cycle: "nam-dong:2018", Unit: "thuong-long"}, hamlets); err != nil {
		t.Fatal(err)
	}
	o.tell(t, []request{
		{"the register", "", own, http.MethodPut, "/cycles/nam-dong:2018/households", `{"unit":"thuong-long","households":[
			{"hamlet":"t1","code":"0001","head":"Hồ Văn Ứng","members":3,"declared":"poor"},{"hamlet":"t1","code":"0002","head":"Kăn Đợi","members":4,"declared":"near_poor"}]}`,
			200, []string{`"added":2`}, nil},
		{"frozen", "", own, http.MethodPut, "/cycles/nam-dong:2018/freezes", `{"unit":"thuong-long","basis":"QĐ 25"}`, 200, nil, nil},
	})
	return o
}

// dutyOf is the duty of Thượng Long with a code, by its address.
func (o *office) dutyOf(t *testing.T, code string) string {
	t.Helper()
	d, err := o.db.DutyByKey(poverty.WithActor(t.Context(), poverty.System("test")), poverty.DutyKey("nam-dong:2018", code, "thuong-long", "", ""))
	if err != nil {
		t.Fatal(err)
	}
	return "/duties/" + strconv.FormatInt(int64(d.ID), 10)
}

func TestAPI_survey_of_a_commune_from_its_list_to_its_confirmation(t *testing.T) {
	o := surveying(t)
	const (
		post, put, get = http.MethodPost, http.MethodPut, http.MethodGet
		survey         = "/cycles/nam-dong:2018/survey/thuong-long"
		moves, rows    = survey + "/moves", survey + "/rows"
	)
	meet := func(on string, present, agreed int) string {
		return `{"verb":"meet","hamlet":"t1","on":"` + on + `","present":` + strconv.Itoa(present) + `,"agreed":` + strconv.Itoa(agreed) +
			`,"chair":"Trưởng thôn","minutes":"Biên bản 7"}`
	}
	const poor = `{"id":{0001},"version":1,"members":3,"result":"not_poor","movement":"passed"}`
	preliminary, official := o.dutyOf(t, "survey-preliminary"), o.dutyOf(t, "survey-official")
	o.tell(t, []request{
		{"no results without a list", "2018-09-04", own, put, rows, `{"rows":[{"id":1,"members":3,"result":"poor"}]}`, 409, []string{"survey.no_list"}, nil},
		{"nobody", "", "", post, moves, `{"verb":"list"}`, 401, nil, nil},
		{"another commune's", "", other, post, moves, `{"verb":"list"}`, 404, nil, nil},
		{"a stranger's", "", stranger, post, moves, `{"verb":"list"}`, 404, nil, nil},
		{"in its stead without a basis", "", standing, post, moves, `{"verb":"list"}`, 422, []string{"body.basis"}, nil},
		{"no such decision", "", own, post, moves, `{"verb":"close"}`, 422, []string{"body.verb"}, nil},
		{"the list", "", own, post, moves, `{"verb":"list"}`, 200, []string{`"households":2`, `"open":2`}, nil},
		{"another commune does not read it", "", other, get, survey, "", 404, nil, []string{"Hồ Văn Ứng"}},
		{"a result that is none", "", own, put, rows, `{"rows":[{"id":{0001},"version":1,"members":3,"result":"rich"}]}`, 422, []string{"body.rows[0].result"}, nil},
		{"one wrong, none stored", "", own, put, rows, `{"rows":[` + poor + `,{"members":3,"code":"0002","why":"asked"}]}`, 422, []string{"body[2].code", "0002"}, nil},
		{"a movement that does not fit is kept and named", "", own, put, rows, `{"rows":[` + poor + `,{"id":{0002},"version":1,"members":4,"result":"near_poor","movement":"passed"}]}`,
			200, []string{`"code":"0002","key":"survey.fault.mismatch"`}, nil},
		{"over another version", "", own, put, rows, `{"rows":[` + poor + `]}`, 409, []string{"survey.row_changed"}, nil},
		{"not reviewed while it does not add up", "", own, post, moves, `{"verb":"review"}`, 409, []string{"survey.unbalanced", "1 điểm"}, nil},
		{"nor confirmed", "", head, post, preliminary + "/decisions", `{"act":"done"}`, 409, []string{"survey.unbalanced"}, nil},
		{"mended", "", own, put, rows, `{"rows":[{"id":{0002},"version":2,"members":4,"result":"near_poor","movement":"stays"}]}`, 200, []string{`"faults":[]`}, []string{"mismatch"}},
		{"a household is added", "", own, put, rows, `{"rows":[{"code":"0009","hamlet":"t1","head":"Trần Thị Mơ","why":"asked","members":2,"result":"not_poor","movement":"outside"}]}`,
			200, []string{"Trần Thị Mơ", `"movement":"outside"`}, nil},
		{"other counts than the list's", "", head, post, preliminary + "/decisions", `{"act":"done","survey":{"households":600,"poor":1,"near_poor":1}}`, 422, []string{"survey.typed_differs.poor"}, nil},
		{"the preliminary result", "", head, post, preliminary + "/decisions", `{"act":"done","survey":{"households":600,"poor":0,"near_poor":1}}`, 200, []string{`"state":"done"`}, nil},
		{"reviewed", "2018-11-20", own, post, moves, `{"verb":"review"}`, 200, []string{`"reviewed_at"`}, nil},
		{"a meeting to come", "", own, post, moves, meet("2018-11-21", 40, 30), 422, []string{"body.on"}, nil},
		{"more agree than are there", "", own, post, moves, meet("2018-11-20", 40, 41), 422, []string{"body.agreed"}, nil},
		{"less than half", "", own, post, moves, meet("2018-11-20", 40, 19), 200, []string{`"agreed":0`}, nil},
		{"so it does not leave the commune", "", own, post, moves, `{"verb":"ask"}`, 409, []string{"survey.not_agreed", "t1"}, nil},
		{"a second meeting", "2018-11-22", own, post, moves, meet("2018-11-22", 40, 20), 200, []string{`"agreed":1`}, nil},
		{"both stay", "", own, get, survey, "", 200, []string{`"no":1`, `"no":2`}, nil},
		{"no opinion that was not asked", "", owner, post, moves, `{"verb":"opine","opinion":"agrees"}`, 409, []string{"survey.not_asked"}, nil},
		{"asked", "", own, post, moves, `{"verb":"ask"}`, 200, []string{`"asked_at"`}, nil},
		{"the commune gives no opinion", "", head, post, moves, `{"verb":"opine","opinion":"agrees"}`, 403, []string{"survey.forbidden.opine"}, nil},
		{"remarks without words", "", owner, post, moves, `{"verb":"opine","opinion":"remarks"}`, 422, []string{"body.text"}, nil},
		{"not recognised before", "", head, post, moves, `{"verb":"recognise","decision":"QĐ 63","on":"2018-11-22"}`, 409, []string{"survey.no_opinion"}, nil},
		{"agreed", "2018-11-23", owner, post, moves, `{"verb":"opine","opinion":"agrees"}`, 200, []string{`"opinion":"agrees"`}, nil},
		{"the officer does not recognise", "", own, post, moves, `{"verb":"recognise","decision":"QĐ 63","on":"2018-11-23"}`, 403, []string{"survey.forbidden.recognise"}, nil},
		{"without a number", "", head, post, moves, `{"verb":"recognise","on":"2018-11-23"}`, 422, []string{"body.decision"}, nil},
		{"over another version of it", "", head, post, moves, `{"verb":"recognise","version":1,"decision":"QĐ 63","on":"2018-11-23"}`, 409, []string{"survey.changed"}, nil},
		{"not confirmed before", "", head, post, official + "/decisions", `{"act":"done"}`, 409, []string{"survey.not_recognised"}, nil},
		{"recognised", "", head, post, moves, `{"verb":"recognise","decision":"QĐ 63","on":"2018-11-23"}`, 200, []string{`"decision":"QĐ 63"`, `"recognised_on":"2018-11-23"`}, nil},
		{"no result changes under it", "", own, put, rows, `{"rows":[` + strings.Replace(poor, `"version":1`, `"version":0`, 1) + `]}`, 409, []string{"survey.recognised", "QĐ 63"}, nil},
		{"the officer does not take it back", "", own, post, moves, `{"verb":"revoke","text":"Nhầm số"}`, 403, []string{"survey.forbidden.revoke"}, nil},
		{"nor the chair without a reason", "", head, post, moves, `{"verb":"revoke"}`, 422, []string{"body.text"}, nil},
		{"taken back", "", head, post, moves, `{"verb":"revoke","text":"Nhầm số"}`, 200, nil, []string{"QĐ 63"}},
		{"recognised again", "", head, post, moves, `{"verb":"recognise","decision":"QĐ 64","on":"2018-11-23"}`, 200, []string{`"decision":"QĐ 64"`}, nil},
		{"confirmed", "", head, post, official + "/decisions", `{"act":"done","survey":{"households":600,"poor":0,"near_poor":1}}`, 200, []string{`"state":"done"`}, nil},
		{"the results of the year", "", standing, get, "/cycles/nam-dong:2018/surveys", "", 200, []string{`"stage":"official"`}, nil},
		{"not closed while another commune is open", "", standing, post, "/cycles/nam-dong:2018/survey-close", "", 409, []string{"survey.not_all", "Hương Phú"}, nil},
		{"the commune does not return its own result", "", head, post, official + "/decisions", `{"act":"return","reason":"x","basis":"x"}`, 403, nil, nil},
		{"nor the standing office without a basis", "", standing, post, official + "/decisions", `{"act":"return","reason":"Sót hộ"}`, 422, []string{"body.basis"}, nil},
		{"returned", "", standing, post, official + "/decisions", `{"act":"return","reason":"Sót hộ","basis":"CV 9"}`, 200, []string{`"state":"returned"`}, nil},
		{"and to be recognised anew", "", own, get, survey, "", 200, nil, []string{`"decision":"QĐ 64"`}},
	})
}

func TestAPI_case_from_the_request_to_the_decision(t *testing.T) {
	o := surveying(t)
	const (
		post, get = http.MethodPost, http.MethodGet
		all       = "/cycles/nam-dong:2018/cases"
		ask       = `{"unit":"thuong-long","on":"2018-05-02","code":"0009","head":"Trần Thị Mơ","members":2,"wish":"poor","cause":"illness","text":"mổ tim"`
	)
	o.tell(t, []request{
		{"nobody", "2018-05-02", "", post, all, ask + `,"hamlet":"t2"}`, 401, nil, nil},
		{"another commune", "", other, post, all, ask + `,"hamlet":"t2"}`, 403, nil, nil},
		{"in its stead without a basis", "", standing, post, all, ask + `,"hamlet":"t2"}`, 422, []string{"body.basis"}, nil},
		{"of a hamlet that is not there", "", own, post, all, ask + `,"hamlet":"t9"}`, 422, []string{"body.hamlet"}, nil},
		{"on a day to come", "", own, post, all, strings.Replace(ask, "05-02", "05-03", 1) + `,"hamlet":"t2"}`, 422, []string{"body.on"}, nil},
		{"for a reason that is none", "", own, post, all, strings.Replace(ask, "illness", "luck", 1) + `,"hamlet":"t2"}`, 422, []string{"body.cause"}, nil},
		{"asked", "", own, post, all, ask + `,"hamlet":"t2"}`, 200, []string{`"state":"open"`, `"last_day":"2018-05-11"`, `"before":"not_poor"`}, nil},
		{"asked twice", "", own, post, all, ask + `,"hamlet":"t2"}`, 409, []string{"case.open_already"}, nil},
		{"it is owed", "", own, get, "/duties?cycle=nam-dong:2018&kind=case&owed=true", "", 200, []string{`"last_day":"2018-05-11"`}, nil},
		{"read with what it tells", "", standing, get, "/cases/{case 1}", "", 200, []string{"mổ tim"}, nil},
		{"not by another commune", "", other, get, "/cases/{case 1}", "", 404, nil, []string{"Trần Thị Mơ", "mổ tim"}},
		{"nor in its list", "", other, get, all, "", 200, []string{`{"items":[]}`}, nil},
		{"the officer does not decide", "2018-05-04", own, post, "/cases/{case 1}/decisions", `{"verb":"accept","on":"2018-05-04","decision":"QĐ 9","movement":"new"}`, 403, []string{"case.forbidden"}, nil},
		{"nor the standing office", "", standing, post, "/cases/{case 1}/decisions", `{"verb":"accept","on":"2018-05-04","decision":"QĐ 9","movement":"new"}`, 403, nil, nil},
		{"nor another commune's chair", "", "huong-phu.head", post, "/cases/{case 1}/decisions", `{"verb":"accept","on":"2018-05-04","decision":"QĐ 9","movement":"new"}`, 404, nil, nil},
		{"without a number", "", head, post, "/cases/{case 1}/decisions", `{"verb":"accept","on":"2018-05-04","movement":"new"}`, 422, []string{"body.decision"}, nil},
		{"before it was asked", "", head, post, "/cases/{case 1}/decisions", `{"verb":"accept","on":"2018-05-01","decision":"QĐ 9","movement":"new"}`, 422, []string{"body.on"}, nil},
		{"by a movement that does not lead there", "", head, post, "/cases/{case 1}/decisions", `{"verb":"accept","on":"2018-05-04","decision":"QĐ 9","movement":"passed"}`, 422, []string{"body.movement"}, nil},
		{"refused without a reason", "", head, post, "/cases/{case 1}/decisions", `{"verb":"refuse","on":"2018-05-04"}`, 422, []string{"body.reason"}, nil},
		{"accepted", "", head, post, "/cases/{case 1}/decisions", `{"verb":"accept","version":1,"on":"2018-05-04","decision":"QĐ 9","movement":"new"}`, 200, []string{`"state":"accepted"`, `"class":"poor"`}, nil},
		{"decided once", "", head, post, "/cases/{case 1}/decisions", `{"verb":"refuse","on":"2018-05-04","reason":"x"}`, 409, []string{"case.decided", `"state":"accepted"`}, nil},
		{"it is done", "", own, get, "/duties?cycle=nam-dong:2018&kind=case", "", 200, []string{`"state":"done"`}, nil},
		{"it stands in the register", "", own, get, "/cycles/nam-dong:2018/households?query=tran+thi+mo", "", 200, []string{`"declared":"poor"`}, nil},
	})
}
