package api

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"dondoc/blobs"
	"dondoc/calendar"
	"dondoc/documents"
	"dondoc/internal/testkit"
	"dondoc/migrations"
	"dondoc/postgres"
	"dondoc/poverty"
)

// office is a small district at 08:00 on 2 May 2018: two communes, whose report
// of April was due on the 30th, the standing office and someone of neither.
type office struct {
	db     *postgres.DB
	engine poverty.Engine            // answers every decision alike, unless a test says otherwise
	users  map[string]poverty.UserID // by login
	duty   poverty.DutyID            // Thượng Long's report of April
	now    time.Time
	files  string // the folder of attachments
}

// newOffice is the district under its usual rules, or as change makes them.
func newOffice(t *testing.T, change ...func(*poverty.Rules)) *office {
	t.Helper()
	ctx := poverty.WithActor(t.Context(), poverty.System("test"))
	url := testkit.PostgresWith(t, testkit.Schema{Files: migrations.FS, Migrate: postgres.Migrate})
	o := &office{engine: &engine{}, users: map[string]poverty.UserID{}, now: calendar.MustDate("2018-05-02").At(calendar.DefaultNotice)}
	o.files = t.TempDir()
	files, err := blobs.Open(ctx, o.files)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	db, err := postgres.Open(ctx, url, postgres.Options{Now: func() time.Time { return o.now }, Blobs: files})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	o.db = db
	issued := calendar.MustDate("2018-04-02").At(calendar.DefaultNotice)
	n := poverty.NewCycle{Cycle: poverty.Cycle{
		ID: "nam-dong:2018", Owner: "nam-dong", Year: 2018, Title: "Giảm nghèo 2018", IssuedAt: issued,
		Rules: poverty.Rules{
			First: calendar.MustMonth("2018-04"), Last: calendar.MustMonth("2018-05"), NoticeTime: calendar.DefaultNotice,
			Bindings: poverty.Bindings{Standing: "phong-ld", Chair: "nam-dong/head", ViceChair: "nam-dong/deputy"},
			Terms:    poverty.DefaultTerms(),
			Ladders:  map[string]poverty.Ladder{"usual": {{Rung: calendar.MustLadder("remind 3")[0], To: []string{"unit"}}, {Rung: calendar.MustLadder("overdue 1")[0], To: []string{"head"}}}},
			Duties: []poverty.Template{
				{Code: "report", Kind: poverty.DutyReport, Title: "Báo cáo tháng", TitleEN: "Monthly report", Who: []string{"communes"}, Due: calendar.MustDue("monthly by day 30"), From: calendar.MustMonth("2018-04"), To: calendar.MustMonth("2018-05"), DayOff: calendar.Keep, Ladder: "usual"},
				{Code: "plan", Kind: poverty.DutyPlan, Title: "Kế hoạch", TitleEN: "Plan", Who: []string{"communes"}, Due: calendar.MustDue("before 2018-06-01"), DayOff: calendar.Keep, Ladder: "usual"},
			},
			Units: map[poverty.UnitID]poverty.CycleUnit{
				"nam-dong": {Role: "owner"}, "phong-ld": {Role: "standing"},
				"thuong-long": {Role: "commune"}, "huong-phu": {Role: "commune"},
			},
			Groups: []poverty.Group{{Code: "n1", Name: "Nhóm 1", Commune: "thuong-long", Lead: "phong-ld"}},
		},
	}, Passwords: map[string]string{}}
	from := calendar.MustDate("2018-01-01")
	for i, u := range []struct {
		id         poverty.UnitID
		name, kind string
	}{{"nam-dong", "Huyện Nam Đông", "district"}, {"phong-ld", "Phòng LĐ-TBXH", "agency"}, {"thuong-long", "Xã Thượng Long", "commune"}, {"huong-phu", "Xã Hương Phú", "commune"}, {"kho-bac", "Kho bạc", "agency"}} {
		n.Units = append(n.Units, poverty.Unit{ID: u.id, Name: u.name, Kind: u.kind, Line: poverty.LineGovernment, ValidFrom: from})
		for j, role := range []poverty.OfficeRole{poverty.RoleHead, poverty.RoleDeputy, poverty.RoleOfficer} {
			id := poverty.OfficeID(string(u.id) + "/" + string(role))
			login := string(u.id) + "." + string(role)
			user := poverty.UserID(10*i + j + 1)
			n.Offices = append(n.Offices, poverty.Office{ID: id, Unit: u.id, Role: role, Title: string(role), ValidFrom: from})
			n.Users = append(n.Users, poverty.User{ID: user, Login: login, Name: "Cán bộ " + login, Email: login + "@example.vn", Active: true})
			n.Holdings = append(n.Holdings, poverty.Holding{Office: id, User: user, ValidFrom: from})
			n.Passwords[login] = "-"
		}
	}
	for _, fn := range change {
		fn(&n.Cycle.Rules)
	}
	if err := db.CreateCycle(ctx, n); err != nil {
		t.Fatal(err)
	}
	openings, err := db.OpenCycle(ctx, n.Cycle.ID, issued)
	if err != nil {
		t.Fatal(err)
	}
	for _, opening := range openings {
		if _, err := db.StepDuties(ctx, opening.Ref, o.now); err != nil {
			t.Fatal(err)
		}
	}
	for _, u := range n.Users {
		known, _, err := db.Credentials(ctx, u.Login)
		if err != nil {
			t.Fatal(err)
		}
		o.users[u.Login] = known.ID
	}
	d, err := db.DutyByKey(ctx, poverty.DutyKey(n.Cycle.ID, "report", "thuong-long", "2018-04", ""))
	if err != nil {
		t.Fatal(err)
	}
	o.duty = d.ID
	return o
}

func (o *office) ask(t *testing.T, who, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, strings.ReplaceAll(path, "{duty}", strconv.FormatInt(int64(o.duty), 10)), strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", strings.Join(strings.Fields(t.Name()), ""))
	if who != "" {
		r = r.WithContext(poverty.WithActor(r.Context(), poverty.Actor{User: o.users[who]}))
	}
	w := httptest.NewRecorder()
	New(o.db, o.engine, documents.Press{}).ServeHTTP(w, r)
	return w
}

const (
	standing = "phong-ld.officer"
	own      = "thuong-long.officer"
	other    = "huong-phu.officer"
	stranger = "kho-bac.officer"
)

func TestAPI_shows_each_only_what_is_theirs_to_see(t *testing.T) {
	o := newOffice(t)
	for _, tt := range []struct {
		name, who, path string
		status          int
		has, hasNot     []string
	}{
		{"the standing office sees all", standing, "/duties?cycle=nam-dong:2018&period=2018-04", 200, []string{"thuong-long", "huong-phu", `"overdue":true`, `"last_day":"2018-04-30"`, `"overdue_at":"2018-05-01T00:00:00+07:00"`}, nil},
		{"a commune sees its own", own, "/duties?cycle=nam-dong:2018", 200, []string{"thuong-long"}, []string{"huong-phu"}},
		{"a stranger sees none", stranger, "/duties", 200, []string{`{"items":[]}`}, []string{"thuong-long"}},
		{"nobody sees nothing", "", "/duties", 401, nil, []string{"thuong-long"}},
		{"one duty with its rungs", own, "/duties/{duty}", 200, []string{`"rungs":[{"rung":"remind 3"`, `"code":"report"`}, nil},
		{"another's duty is not there", other, "/duties/{duty}", 404, []string{"urn:dondoc:error:"}, []string{"thuong-long", "Báo cáo"}},
		{"a stranger's cycle is not there", stranger, "/cycles/nam-dong:2018", 404, nil, []string{"Giảm nghèo"}},
		{"filters join", standing, "/duties?overdue=true&unit=huong-phu&kind=report", 200, []string{"huong-phu"}, []string{"thuong-long", `"code":"plan"`}},
		{"a limit", standing, "/duties?limit=1", 200, []string{`{"items":[{`}, []string{"},{"}},
		{"me", own, "/me", 200, []string{`"office":"thuong-long/officer"`, "Xã Thượng Long"}, []string{"huong-phu"}},
		{"units by name without accents", own, "/units?query=thuong", 200, []string{"Xã Thượng Long"}, []string{"Hương Phú"}},
		{"units that were not there yet", own, "/units?on=2017-12-31", 200, []string{`{"items":[]}`}, nil},
		{"a unit", own, "/units/huong-phu", 200, []string{"Xã Hương Phú", `"valid_from":"2018-01-01"`}, nil},
		{"no unit", own, "/units/nowhere", 404, nil, nil},
		{"offices", own, "/units/thuong-long/offices", 200, []string{"thuong-long/head"}, nil},
		{"holdings", own, "/units/thuong-long/holdings", 200, []string{"Cán bộ thuong-long.head"}, []string{"@example.vn"}},
		{"cycles come without their rules", own, "/cycles", 200, []string{`"id":"nam-dong:2018"`, `"issued_at":"2018-04-02T08:00:00+07:00"`}, []string{`"rules"`}},
		{"a cycle has its rules", own, "/cycles/nam-dong:2018", 200, []string{`"due":"monthly by day 30"`, `"notice_time":"08:00"`, `"first":"2018-04"`}, nil},
		{"timeline", standing, "/cycles/nam-dong:2018/timeline", 200, []string{`"code":"report"`}, nil},
		{"board", standing, "/cycles/nam-dong:2018/board", 200, []string{`"overdue":2`}, nil},
		{"waiting", own, "/cycles/nam-dong:2018/waiting", 200, []string{`"act":"submit"`}, []string{"huong-phu"}},
		{"periods", own, "/cycles/nam-dong:2018/periods", 200, []string{`"code":"2018-04"`, `"starts_on":"2018-04-01"`}, nil},
		{"matrix", standing, "/cycles/nam-dong:2018/matrix", 200, []string{`"state":"missing"`, "huong-phu"}, []string{"null"}},
		{"groups", own, "/cycles/nam-dong:2018/groups", 200, []string{`"code":"n1"`, `"members":[]`}, nil},
		{"plans", own, "/cycles/nam-dong:2018/plans", 200, []string{`"state":"draft"`}, nil},
		{"postings", own, "/cycles/nam-dong:2018/postings", 200, []string{`{"items":[]}`}, nil},
		{"no posting", own, "/postings/9", 404, []string{"posting.not_found"}, nil},
		{"objections", own, "/cycles/nam-dong:2018/objections?state=open", 200, []string{`{"items":[]}`}, nil},
		{"no objection", own, "/objections/9", 404, []string{"objection.not_found"}, nil},
		{"receipts", own, "/cycles/nam-dong:2018/receipts", 200, []string{`{"items":[]}`}, nil},
		{"reports", own, "/reports/{duty}", 200, []string{`"items":[`}, nil},
		{"another's reports", other, "/reports/{duty}", 200, []string{`{"items":[]}`}, nil},
		{"escalations", standing, "/escalations?open=true", 200, []string{`{"items":[]}`}, nil},
		{"notices", standing, "/notices?cycle=nam-dong:2018", 200, []string{`"rung":"remind 3"`}, []string{"@example.vn"}},
		{"history", own, "/history?duty={duty}", 200, []string{`"event":"overdue"`, `"effective_at":"2018-05-01T00:00:00+07:00"`}, []string{"huong-phu"}},
		{"another's history", other, "/history?duty={duty}", 200, []string{`{"items":[]}`}, nil},
		{"surveys", own, "/cycles/nam-dong:2018/surveys", 200, []string{`"items":[`}, nil},
		{"targets", own, "/cycles/nam-dong:2018/targets", 200, []string{`"items":[`}, nil},
		{"reviews", own, "/cycles/nam-dong:2018/reviews", 200, []string{`"items":[`}, nil},
		{"kinds of support", own, "/cycles/nam-dong:2018/component-kinds", 200, []string{`"code":"livestock"`}, nil},
		{"one's own draft, and what it lacks", own, "/cycles/nam-dong:2018/plans/thuong-long/draft", 200, []string{`"field":"solutions"`, `"missing":[`}, nil},
		{"another's draft", other, "/cycles/nam-dong:2018/plans/thuong-long/draft", 404, nil, []string{"missing"}},
		{"rounds of a plan that was not sent", own, "/cycles/nam-dong:2018/plans/thuong-long/rounds", 200, []string{`"items":[]`}, nil},
		{"a round that was not sent", own, "/cycles/nam-dong:2018/plans/thuong-long/rounds/1", 404, nil, nil},
		{"days off", own, "/days-off/2018", 200, []string{`"date":"2018-04-30"`, `"kind":"holiday"`}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := o.ask(t, tt.who, http.MethodGet, tt.path, "")
			if w.Code != tt.status {
				t.Errorf("status %d, want %d", w.Code, tt.status)
			}
			for _, want := range tt.has {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("no %s", want)
				}
			}
			for _, not := range tt.hasNot {
				if strings.Contains(w.Body.String(), not) {
					t.Errorf("has %s", not)
				}
			}
			if t.Failed() {
				t.Log(w.Body)
			}
		})
	}
}

func TestAPI_saves_drafts_of_those_whose_they_are(t *testing.T) {
	o := newOffice(t)
	const plan = "/cycles/nam-dong:2018/plans/thuong-long"
	const report = "/reports/{duty}"
	for _, tt := range []struct {
		name, who, path, body string
		status                int
		has, hasNot           []string
	}{
		{"a plan", own, plan, `{"version":1,"to_leave":12,"texts":{"solutions":"Hỗ trợ bò giống"}}`, 200, []string{`"to_leave":12`, "bò giống"}, nil},
		{"over a version that is gone", own, plan, `{"version":1,"to_leave":13,"texts":{}}`, 409, nil, nil},
		{"another's plan", other, plan, `{"version":1,"to_leave":1,"texts":{"solutions":"x"}}`, 404, nil, []string{"bò giống"}},
		{"no household of the register", own, plan + "/households", `{"put":[{"code":"x-1","goal":"help"}]}`, 422, []string{"x-1"}, nil},
		{"another's households", other, plan + "/households", `{"add":[1]}`, 404, nil, []string{"bò giống"}},
		{"nobody", "", plan, `{"version":1,"to_leave":1,"texts":{"solutions":"x"}}`, 401, nil, []string{"bò giống"}},
		{"a report", own, report, `{"version":0,"figures":{"visits":3},"text":"Đã thăm 3 hộ"}`, 200, []string{`"visits":3`, `"saved_at":"2018-05-02T08:00:00+07:00"`}, nil},
		{"another's report", other, report, `{"version":0,"figures":{"visits":4},"text":"x"}`, 404, nil, []string{"Đã thăm"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := o.ask(t, tt.who, http.MethodPut, tt.path, tt.body)
			if w.Code != tt.status {
				t.Errorf("status %d, want %d", w.Code, tt.status)
			}
			for _, want := range tt.has {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("no %s", want)
				}
			}
			for _, not := range tt.hasNot {
				if strings.Contains(w.Body.String(), not) {
					t.Errorf("has %s", not)
				}
			}
			if t.Failed() {
				t.Log(w.Body)
			}
		})
	}
}
