package web

import (
	"net/http"

	"dondoc/poverty"
)

func (s *site) logCall(v *visit) error {
	d, err := v.loadDuty()
	if err != nil {
		return err
	}
	f := v.sentForm("call")
	x := poverty.Call{Key: f.Key, Duty: d.ID, Whom: v.needed(&f, "whom"), Said: v.needed(&f, "said"), At: v.at(&f)}
	if f.Bad() {
		return v.showDuty(http.StatusUnprocessableEntity, d, f)
	}
	if _, err := s.store.LogCall(v.ctx(), x); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showDuty(code, d, f)
	}
	return v.redirect(dutyRow{Duty: d}.Link()+"?done=call#calls", "")
}

// maxReminder is how long a reminder may be that is pasted into a chat, in
// characters.
const maxReminder = 300

// reminder words a duty as a short text with its address, to be pasted into a
// chat; "" where nothing is owed.
func (v *visit) reminder(row dutyRow) string {
	if !row.Owed() {
		return ""
	}
	key := "reminder.undated"
	switch {
	case row.Overdue:
		key = "reminder.overdue"
	case row.State == poverty.DutyReturned:
		key = "reminder.returned"
	case !row.LastDay.IsZero():
		key = "reminder.due"
	}
	what := row.Name
	if row.Period != "" {
		what += " " + v.p.Period(row.Period)
	}
	word := func(unit, what string) string {
		return v.p.T(key, "unit", unit, "what", what, "day", row.LastDay, "count", row.Days, "link", v.cfg.BaseURL+row.Link())
	}
	text := word(row.UnitName, what)
	for short := []rune(what); len([]rune(text)) > maxReminder && len(short) > 20; {
		short = short[:max(20, len(short)-(len([]rune(text))-maxReminder)-1)]
		text = word(row.UnitName, string(short)+"…")
	}
	return text
}
