package bench

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"dondoc/calendar"
	"dondoc/postgres"
	"dondoc/poverty"
)

// perCycle is how many units of a cycle report: about as many as the communes
// and agencies of a district of the source documents, rounded up.
const perCycle = 45

// Names are those of the units of a country: made up, or of a file with the
// columns code, parent, level, kind and name.
type Names struct{ Owners, Communes []string }

// ReadNames reads the names of a units file: its districts, or provinces where
// it has none, own cycles; its communes report.
func ReadNames(file string) (n Names, err error) {
	f, err := os.Open(file)
	if err != nil {
		return n, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	head, err := r.Read()
	if err != nil {
		return n, fmt.Errorf("%s: %w", file, err)
	}
	at := map[string]int{}
	for i, name := range head {
		at[name] = i
	}
	level, levelled := at["level"]
	name, named := at["name"]
	if !levelled || !named {
		return n, fmt.Errorf("%s: no columns level and name", file)
	}
	var provinces []string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return n, fmt.Errorf("%s: %w", file, err)
		}
		switch row[level] {
		case "province":
			provinces = append(provinces, row[name])
		case "district":
			n.Owners = append(n.Owners, row[name])
		case "commune":
			n.Communes = append(n.Communes, row[name])
		}
	}
	if len(n.Owners) == 0 {
		n.Owners = provinces
	}
	if len(n.Owners) == 0 || len(n.Communes) == 0 {
		return n, fmt.Errorf("%s: it names no owners or no communes", file)
	}
	return n, nil
}

// owner and commune name the i-th; a list that is too short begins again.
func (n Names) owner(i int) string {
	if len(n.Owners) == 0 {
		return fmt.Sprintf("Huyện dựng lên %d", i+1)
	}
	return n.Owners[i%len(n.Owners)]
}

func (n Names) commune(i int) string {
	if len(n.Communes) == 0 {
		return fmt.Sprintf("Xã dựng lên %d", i+1)
	}
	return n.Communes[i%len(n.Communes)]
}

// country is many cycles of one year, alike but for their units.
type country struct {
	cycles int
	first  calendar.Month
	last   calendar.Month
	issued time.Time
	names  Names
	plans  int // communes that owe a plan, which also know an approval
}

// ladder is the one of every duty: two rungs that speak, two that demand.
func ladder() poverty.Ladder {
	rungs := calendar.MustLadder("remind 3, overdue 1, overdue 3, overdue 5")
	return poverty.Ladder{
		{Rung: rungs[0], To: []string{"unit"}},
		{Rung: rungs[1], To: []string{"unit", "head"}},
		{Rung: rungs[2], To: []string{"head"}, Demands: poverty.DemandAcknowledgement},
		{Rung: rungs[3], To: []string{"vice_chair"}, Demands: poverty.DemandDecision},
	}
}

func cycleID(i int) poverty.CycleID { return poverty.CycleID(fmt.Sprintf("o%04d:2026", i)) }

// cycle is the i-th cycle as a draft.
func (k country) cycle(i int) poverty.NewCycle {
	owner := fmt.Sprintf("o%04d", i)
	standing := owner + "-tt"
	from := calendar.MustDate("2020-01-01")
	rules := poverty.Rules{
		First: k.first, Last: k.last, NoticeTime: calendar.MustClock("08:00"), Terms: poverty.DefaultTerms(),
		Bindings: poverty.Bindings{Standing: poverty.UnitID(standing), Chair: poverty.OfficeID(owner + "/head"), ViceChair: poverty.OfficeID(owner + "/deputy")},
		Ladders:  map[string]poverty.Ladder{"report": ladder(), "task": ladder()},
		Duties: []poverty.Template{{
			Code: "report", Kind: poverty.DutyReport, Title: "Báo cáo tháng", TitleEN: "Monthly report", Who: []string{"communes"},
			Due: calendar.MustDue("monthly by day 30"), From: k.first, To: k.last, DayOff: calendar.Keep, Ladder: "report",
		}},
		Units: map[poverty.UnitID]poverty.CycleUnit{poverty.UnitID(owner): {Role: "owner"}, poverty.UnitID(standing): {Role: "standing"}},
	}
	n := poverty.NewCycle{Passwords: map[string]string{}}
	put := func(unit, name, parent, kind string) {
		id := poverty.UnitID(unit)
		n.Units = append(n.Units, poverty.Unit{ID: id, Name: name, Kind: kind, Parent: poverty.UnitID(parent), Line: poverty.LineGovernment, ValidFrom: from})
		for _, role := range []poverty.OfficeRole{poverty.RoleHead, poverty.RoleDeputy, poverty.RoleOfficer} {
			if role == poverty.RoleDeputy && kind == "commune" {
				continue
			}
			office, login := poverty.OfficeID(unit+"/"+string(role)), unit+"."+string(role)
			user := poverty.UserID(len(n.Users) + 1)
			n.Offices = append(n.Offices, poverty.Office{ID: office, Unit: id, Role: role, Title: string(role), ValidFrom: from})
			n.Users = append(n.Users, poverty.User{ID: user, Login: login, Name: login, Email: login + "@bench.example", Active: true})
			n.Holdings = append(n.Holdings, poverty.Holding{Office: office, User: user, ValidFrom: from})
		}
	}
	put(owner, k.names.owner(i), "", "district")
	put(standing, "Cơ quan thường trực", owner, "office")
	plans := make([]string, 0, k.plans)
	for j := range perCycle {
		unit := fmt.Sprintf("%s-%02d", owner, j)
		rules.Units[poverty.UnitID(unit)] = poverty.CycleUnit{Role: "commune"}
		put(unit, k.names.commune(i*perCycle+j), owner, "commune")
		if j < k.plans {
			plans = append(plans, unit)
		}
	}
	if len(plans) > 0 {
		rules.Duties = append(rules.Duties,
			poverty.Template{Code: "plan", Kind: poverty.DutyPlan, Title: "Kế hoạch của xã", TitleEN: "Plan", Who: plans,
				Due: calendar.MustDue("by " + k.first.Add(1).Day(15).String()), DayOff: calendar.Keep, Ladder: "report"},
			poverty.Template{Code: "appraisal", Kind: poverty.DutyAppraisal, Title: "Thẩm định", TitleEN: "Appraisal", Who: []string{"standing"},
				Due: calendar.MustDue("within 3 working days of receipt"), Ladder: "report"},
			poverty.Template{Code: "approval", Kind: poverty.DutyApproval, Title: "Phê duyệt", TitleEN: "Approval", Who: []string{owner},
				Due: calendar.MustDue("within 3 working days of appraisal"), Ladder: "report"})
	}
	n.Cycle = poverty.Cycle{ID: cycleID(i), Owner: poverty.UnitID(owner), Year: 2026, Title: "Chu trình dựng lên", IssuedAt: k.issued, Rules: rules}
	return n
}

// create stores all cycles as drafts.
func (k country) create(ctx context.Context, db *postgres.DB) error {
	// A year of which one day off is announced has no others: rungs fall on the
	// days that the measurement counts on.
	days := []calendar.DayOff{{Date: calendar.MustDate("2026-01-01"), Kind: calendar.Holiday, Name: "nghỉ"}}
	if err := db.SetDaysOff(system(ctx), days); err != nil {
		return err
	}
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(4)
	for i := range k.cycles {
		work.Go(func() error {
			if err := db.CreateCycle(system(ctx), k.cycle(i)); err != nil {
				return fmt.Errorf("cycle %s: %w", cycleID(i), err)
			}
			return nil
		})
	}
	return work.Wait()
}
