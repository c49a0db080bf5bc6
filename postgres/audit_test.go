package postgres_test

import (
	"strings"
	"testing"

	"dondoc/poverty"
)

// An audit finds nothing where everything was looked after, and each fault that
// is planted: a step that did not happen, a notice that is gone, one that waits.
func TestDB_Audit_finds_each_planted_fault_and_invents_none(t *testing.T) {
	f := running(t)
	f.advance("2018-05-08 09:00")
	f.deliver(f.letters("2018-05-08 09:00"))
	kinds := func(now string) map[poverty.FlawKind]int {
		f.set(now)
		found, err := f.Audit(f.system(), at(now))
		f.must(err)
		if found.Duties < 12 {
			t.Errorf("looked at %d duties", found.Duties)
		}
		kinds := map[poverty.FlawKind]int{}
		for _, x := range found.Flaws {
			kinds[x.Kind]++
		}
		return kinds
	}
	if clean := kinds("2018-05-08 09:00"); len(clean) > 0 {
		t.Fatalf("invented: %v", clean)
	}
	f.exec("delete from notices where rung = 'overdue 3' and unit_id = 'thuong-long' and period = '2018-04'")
	if got := kinds("2018-05-08 09:30"); got[poverty.FlawUnposted] != 1 || len(got) != 1 {
		t.Errorf("a notice that is gone: %v", got)
	}
	f.exec("update notices set state = 'queued', attempts = 0 where rung = 'overdue 5' and unit_id = 'thuong-long'")
	if got := kinds("2018-05-08 09:31"); got[poverty.FlawUnsent] == 0 {
		t.Errorf("a notice that waits: %v", got)
	}
	f.exec("update notices set state = 'sent', letter = key where rung = 'overdue 5'")
	f.exec(`insert into notices (key, cycle_id, duty_id, unit_id, kind, rung, office_id, user_id, at, try_at, state, letter)
		select key || 'x', cycle_id, duty_id, unit_id, kind, rung, office_id, user_id, at, try_at, 'sent', key || 'x'
		from notices where rung = 'overdue 1' and unit_id = 'thuong-long' and period = '2018-04'`)
	if got := kinds("2018-05-08 09:32"); got[poverty.FlawTwice] != 1 {
		t.Errorf("a person who was told twice: %v", got)
	}
	// A notice of an earlier ladder is none of this one.
	f.exec("delete from notices where key like '%|1|overdue 1|%' and unit_id = 'huong-son' and period = '2018-04'")
	f.exec(`insert into notices (key, cycle_id, duty_id, unit_id, period, kind, rung, office_id, at, try_at, state)
		select key || '|2|overdue 1|x', cycle_id, id, unit_id, period, 'overdue', 'overdue 1', 'huong-son/head', '2018-05-02', '2018-05-02', 'sent'
		from duties where code = 'report' and unit_id = 'huong-son' and period = '2018-04'`)
	if got := kinds("2018-05-08 09:33"); got[poverty.FlawUnposted] != 2 {
		t.Errorf("a rung whose notice is another ladder's: %v", got)
	}
	if got := kinds("2018-05-15 09:00"); got[poverty.FlawLate] < 12 { // nobody stepped since
		t.Errorf("steps that did not happen: %v", got)
	}
	if _, err := f.Audits(f.as("thuongtruc.truong"), 10); poverty.KindOf(err) != poverty.Forbidden {
		t.Errorf("read by the standing office: %v", err)
	}
	list, err := f.Audits(poverty.WithActor(t.Context(), poverty.Actor{User: f.user("quantri")}), 10)
	f.must(err)
	if len(list) != 6 || len(list[0].Flaws) == 0 || !strings.Contains(list[0].Flaws[0].Key, "nam-dong:2018/") {
		t.Errorf("%d audits are kept", len(list))
	}
}
