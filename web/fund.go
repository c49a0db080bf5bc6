package web

import (
	"net/http"
	"slices"
	"strconv"

	"dondoc/poverty"
)

// fundRow is a fund as a page shows it.
type fundRow struct{ poverty.Fund }

// Link returns the address of the fund's page.
func (f fundRow) Link() string {
	return "/cycles/" + string(f.Cycle) + "/funds/" + strconv.FormatInt(int64(f.ID), 10)
}

type fundsData struct {
	frame
	Rows   []fundRow
	Units  []poverty.Unit // for which the actor may open one
	Basis  bool           // it would be in their stead
	Left   int64
	Year   int
	MayAdd bool
	Form   form
}

var fundsPage = newPage[fundsData]("fund/funds.html")

func (s *site) funds(v *visit) error { return v.showFunds(http.StatusOK, newForm()) }

func (v *visit) showFunds(status int, f form) error {
	list, err := v.store.Funds(v.ctx(), v.cycle.ID)
	if err != nil {
		return err
	}
	data := fundsData{frame: v.frame("nav.components", v.p.T("fund.all")), Form: f, Year: v.cycle.Year, Basis: v.plays(poverty.PartStanding)}
	for _, x := range list {
		data.Rows = append(data.Rows, fundRow{x})
		data.Left += x.Left()
	}
	all, err := v.cycleUnits()
	if err != nil {
		return err
	}
	for _, u := range all {
		move := poverty.FundMove{Verb: poverty.FundOpen, Basis: "x"}
		role := v.cycle.Rules.Units[u.ID].Role
		if _, _, err := (poverty.Fund{Unit: u.ID}).MayMove(*v.cycle, v.me, move); err == nil && (role == "lead" || role == "member" || role == "commune") {
			data.Units = append(data.Units, u)
		}
	}
	data.MayAdd = len(data.Units) > 0
	return fundsPage.show(v, status, data)
}

// openFund makes a fund.
func (s *site) openFund(v *visit) error {
	f := v.sentForm("open")
	m := poverty.FundMove{
		Verb: poverty.FundOpen, Unit: poverty.UnitID(f.Value("unit")), Code: v.needed(&f, "code"), Name: v.needed(&f, "name"),
		Amount: v.amount(&f, "amount"), Basis: v.text(&f, "basis"),
	}
	m.Year, _ = v.count(&f, "year")
	if f.Bad() {
		return v.showFunds(http.StatusUnprocessableEntity, f)
	}
	x, err := v.move(&f, m)
	if err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showFunds(code, f)
	}
	return v.redirect(fundRow{x}.Link(), "fund_opened")
}

func (v *visit) move(f *form, m poverty.FundMove) (poverty.Fund, error) {
	m.Key, m.Cycle, m.Office = f.Key, v.cycle.ID, v.me.Office
	return v.engine.MoveFund(v.ctx(), m)
}

type fundData struct {
	frame
	Row        fundRow
	Entries    []poverty.FundEntry // newest first
	Components []componentRow
	MayWrite   bool
	OnBehalf   bool
	MayCarry   bool
	Next       int // the year to which it is carried
	Form       form
}

var fundPage = newPage[fundData]("fund/fund.html")

func (v *visit) loadFund() (poverty.Fund, error) {
	return load(v, "fund", "fund.not_found", v.store.Fund, func(x poverty.Fund) poverty.CycleID { return x.Cycle })
}

func (s *site) fund(v *visit) error {
	x, err := v.loadFund()
	if err != nil {
		return err
	}
	return v.showFund(http.StatusOK, x, newForm())
}

func (v *visit) showFund(status int, x poverty.Fund, f form) error {
	data := fundData{frame: v.frame("nav.components", x.Name), Row: fundRow{x}, Form: f, Next: v.cycle.Year + 1}
	var err error
	if data.Entries, err = v.store.FundEntries(v.ctx(), x.ID); err != nil {
		return err
	}
	slices.Reverse(data.Entries)
	if data.Components, err = v.componentRows(poverty.ComponentFilter{Fund: x.ID}); err != nil {
		return err
	}
	_, other, err := x.MayMove(*v.cycle, v.me, poverty.FundMove{Verb: poverty.FundRaise, Basis: "x"})
	data.MayWrite, data.OnBehalf = err == nil, other
	_, _, err = x.MayMove(*v.cycle, v.me, poverty.FundMove{Verb: poverty.FundCarry})
	data.MayCarry = err == nil && x.Left() > 0
	return fundPage.show(v, status, data)
}

// moveFund enters money, takes a line back, or carries what is left.
func (s *site) moveFund(v *visit) error {
	x, err := v.loadFund()
	if err != nil {
		return err
	}
	f := v.sentForm(v.r.PostForm.Get("do"))
	m := poverty.FundMove{
		Verb: poverty.FundVerb(f.Name), Fund: x.ID, Amount: v.amount(&f, "amount"), Day: v.day(&f, "day"),
		Basis: v.text(&f, "basis"), Reason: v.text(&f, "reason"),
	}
	m.Entry, _ = strconv.ParseInt(f.Value("entry"), 10, 64)
	if m.Verb == poverty.FundCarry && f.Value("confirm") == "" {
		f.problem("confirm", v.p.T("error.required"))
	}
	if m.Verb == poverty.FundOpen {
		return poverty.InvalidField("verb", "decision.unknown_act", "act", f.Name)
	}
	code := http.StatusUnprocessableEntity
	if !f.Bad() {
		_, err := v.move(&f, m)
		if err == nil {
			return v.redirect(fundRow{x}.Link(), "fund_"+f.Name)
		}
		if code, err = v.refuse(&f, err); err != nil {
			return err
		}
	}
	return v.showFund(code, x, f)
}
