package postgres_test

import (
	"testing"

	"dondoc/poverty"
)

// registering is the fixture whose cycle takes registrations above 15 %: Thượng
// Long has 118 of 660 (17,9 %), Hương Hữu 104 of 610 (17,0 %), the others less.
func registering(t *testing.T) *fixture {
	t.Helper()
	f := running(t)
	f.exec(`update cycles set rules = jsonb_set(rules, '{registration}', '{"above": 15}') where id = 'nam-dong:2018'`)
	return f
}

func anOffer(unit poverty.UnitID) poverty.Registration {
	return poverty.Registration{Cycle: namDong, Key: "k", Unit: unit, Agency: "agribank", Offer: "Bò giống", Quantity: 2000, Measure: "con", Value: 30_000_000}
}

func TestRegistrationRules_compare_counts_not_rounded_rates(t *testing.T) {
	r := poverty.RegistrationRules{Above: 25}
	for _, tt := range []struct {
		households, poor int
		want             bool
	}{{100, 25, false}, {100, 26, true}, {10000, 2501, true}, {0, 0, false}} {
		if got := r.Takes(tt.households, tt.poor); got != tt.want {
			t.Errorf("%d of %d: %v", tt.poor, tt.households, got)
		}
	}
	if (poverty.RegistrationRules{}).Takes(1, 1) {
		t.Error("a cycle without a threshold takes registrations")
	}
}

func TestDB_agencies_register_for_communes_above_the_threshold_those_with_nobody_first(t *testing.T) {
	f := registering(t)
	order := func(login string) (list []poverty.UnitID) {
		t.Helper()
		found, err := f.Registrations(f.as(login), namDong)
		f.must(err)
		for _, c := range found {
			list = append(list, c.Unit)
		}
		return list
	}
	if got := order("thuonglong.canbo"); len(got) != 2 || got[0] != "thuong-long" || got[1] != "huong-huu" {
		t.Fatalf("communes above the threshold: %v", got)
	}
	for login, kind := range map[string]poverty.Kind{
		"kiemlam.canbo": poverty.Forbidden, "thuonglong.canbo": poverty.Forbidden, "thuongtruc.canbo": poverty.Forbidden, "lanhdao.ct": poverty.Forbidden, "camlo.ct": poverty.NotFound,
	} {
		_, err := f.AddRegistration(f.as(login), anOffer("thuong-long"))
		f.wantKind(err, kind, "")
	}
	ctx := f.as("agribank.canbo")
	_, err := f.AddRegistration(ctx, anOffer("thuong-quang"))
	f.wantKind(err, poverty.Invalid, "registration.not_taken")
	bare := anOffer("thuong-long")
	bare.Measure = ""
	_, err = f.AddRegistration(ctx, bare)
	f.wantKind(err, poverty.Invalid, "registration.measure_needed")
	bare = anOffer("thuong-long")
	bare.Agency = "thuong-quang"
	_, err = f.AddRegistration(ctx, bare)
	f.wantKind(err, poverty.Invalid, "helper.unknown_unit")
	r, err := f.AddRegistration(ctx, anOffer("thuong-long"))
	f.must(err)
	again, err := f.AddRegistration(ctx, anOffer("thuong-long"))
	f.must(err)
	if again.ID != r.ID {
		t.Error("the same key is stored twice")
	}
	if got := order("kiemlam.canbo"); got[0] != "huong-huu" {
		t.Errorf("the commune with nobody is not first: %v", got)
	}
	f.exec(`update cycles set rules = rules - 'registration' where id = 'nam-dong:2018'`)
	_, err = f.AddRegistration(ctx, anOffer("thuong-long"))
	f.wantKind(err, poverty.Conflict, "registration.none_taken")
}

func TestDB_registrations_are_confirmed_by_the_standing_office_and_withdrawn_until_then(t *testing.T) {
	f := registering(t)
	r, err := f.AddRegistration(f.as("agribank.canbo"), anOffer("thuong-long"))
	f.must(err)
	decline := poverty.RegistrationMove{Registration: r.ID, Version: 1, Verb: poverty.RegistrationDecline, Reason: "Trùng với đơn vị khác"}
	for login, kind := range map[string]poverty.Kind{"agribank.canbo": poverty.Forbidden, "thuonglong.canbo": poverty.Forbidden, "lanhdao.ct": poverty.Forbidden, "hdnd.canbo": poverty.Forbidden, "camlo.ct": poverty.NotFound} {
		_, err := f.MoveRegistration(f.as(login), decline)
		f.wantKind(err, kind, "")
	}
	withdraw := poverty.RegistrationMove{Registration: r.ID, Version: 1, Verb: poverty.RegistrationWithdraw}
	for _, login := range []string{"kiemlam.canbo", "thuongtruc.canbo"} {
		_, err := f.MoveRegistration(f.as(login), withdraw)
		f.wantKind(err, poverty.Forbidden, "registration.forbidden")
	}
	bare := decline
	bare.Reason = ""
	_, err = f.MoveRegistration(f.as("thuongtruc.canbo"), bare)
	f.wantKind(err, poverty.Invalid, "decision.reason_needed")
	_, err = f.MoveRegistration(f.as("thuongtruc.canbo"), decline)
	f.must(err)
	_, err = f.MoveRegistration(f.as("agribank.canbo"), withdraw)
	f.wantKind(err, poverty.Conflict, "registration.moved")
	for login, want := range map[string]int{"kiemlam.canbo": 0, "agribank.canbo": 1, "thuonglong.canbo": 1, "thuongtruc.canbo": 1} {
		list, err := f.Registrations(f.as(login), namDong)
		f.must(err)
		n := 0
		for _, c := range list {
			n += len(c.Registrations)
		}
		if n != want {
			t.Errorf("%s sees %d declined registrations, want %d", login, n, want)
		}
	}
	second := anOffer("thuong-long")
	second.Key = "k2"
	r, err = f.AddRegistration(f.as("agribank.canbo"), second)
	f.must(err)
	_, err = f.MoveRegistration(f.as("thuongtruc.canbo"), poverty.RegistrationMove{Registration: r.ID, Version: 1, Verb: poverty.RegistrationConfirm})
	f.must(err)
	_, err = f.MoveRegistration(f.as("agribank.canbo"), poverty.RegistrationMove{Registration: r.ID, Version: 2, Verb: poverty.RegistrationWithdraw})
	f.wantKind(err, poverty.Conflict, "registration.moved")
	gaps, err := f.Gaps(f.as("thuongtruc.canbo"), namDong)
	f.must(err)
	var missing []poverty.UnitID
	for _, g := range gaps {
		if g.Kind == poverty.GapCommuneUnregistered {
			missing = append(missing, g.Unit)
		}
	}
	if len(missing) != 1 || missing[0] != "huong-huu" {
		t.Errorf("communes that nobody registered for: %v", missing)
	}
}
