package poverty

import (
	"slices"
	"strings"
	"testing"
)

func TestSignatory_form_follows_from_office_and_substitution(t *testing.T) {
	chair := Office{ID: "nam-dong/chair", Unit: "nam-dong", Role: RoleHead, Title: "Chủ tịch UBND huyện"}
	vice := Office{ID: "nam-dong/vice-chair", Unit: "nam-dong", Role: RoleDeputy, Title: "Phó Chủ tịch UBND huyện phụ trách giảm nghèo"}
	officer := Office{ID: "nam-dong/officer", Unit: "nam-dong", Role: RoleOfficer, Title: "Chuyên viên"}
	chief := Office{ID: "van-phong/head", Unit: "van-phong", Role: RoleHead, Title: "Chánh Văn phòng HĐND và UBND huyện"}
	deputy := Office{ID: "phong/deputy", Unit: "phong", Role: RoleDeputy, Title: "Phó Trưởng phòng Lao động - TBXH"}
	head := Office{ID: "phong/head", Unit: "phong", Role: RoleHead, Title: "Trưởng phòng Lao động - TBXH"}
	committee := Signatory{Committee: true, Unit: "nam-dong", Head: chair.Title}
	with := func(s Signatory, change func(*Signatory)) Signatory {
		change(&s)
		return s
	}
	for name, c := range map[string]struct {
		s    Signatory
		want string
	}{
		"the chair for the body":                 {with(committee, func(s *Signatory) { s.Office = chair }), "TM. ỦY BAN NHÂN DÂN|CHỦ TỊCH"},
		"the vice chair for the chair":           {with(committee, func(s *Signatory) { s.Office = vice }), "TM. ỦY BAN NHÂN DÂN|KT. CHỦ TỊCH|PHÓ CHỦ TỊCH"},
		"the vice chair who stands in":           {with(committee, func(s *Signatory) { s.Office, s.Substitute, s.Own = chair, true, vice }), "TM. ỦY BAN NHÂN DÂN|KT. CHỦ TỊCH|PHÓ CHỦ TỊCH"},
		"somebody who acts in a vacant office":   {with(committee, func(s *Signatory) { s.Office, s.Substitute, s.Vacant = chair, true, true }), "TM. ỦY BAN NHÂN DÂN|Q. CHỦ TỊCH"},
		"somebody who was given the signature":   {with(committee, func(s *Signatory) { s.Office, s.Substitute, s.Own = chair, true, officer }), "TM. ỦY BAN NHÂN DÂN|TUQ. CHỦ TỊCH|CHUYÊN VIÊN"},
		"the chief of the office by order":       {with(committee, func(s *Signatory) { s.Office, s.OwnHead = chief, chief.Title }), "TL. CHỦ TỊCH|CHÁNH VĂN PHÒNG"},
		"a deputy head of a department by order": {with(committee, func(s *Signatory) { s.Office, s.OwnHead = deputy, head.Title }), "TL. CHỦ TỊCH|KT. TRƯỞNG PHÒNG|PHÓ TRƯỞNG PHÒNG"},
		"the head of a department":               {Signatory{Unit: "phong", Head: head.Title, Office: head}, "TRƯỞNG PHÒNG"},
		"its deputy":                             {Signatory{Unit: "phong", Head: head.Title, Office: deputy}, "KT. TRƯỞNG PHÒNG|PHÓ TRƯỞNG PHÒNG"},
	} {
		if got := strings.Join(c.s.Lines(), "|"); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestSymbolOf_takes_the_initials_of_every_word_that_says_something(t *testing.T) {
	for name, want := range map[string]string{
		"UBND xã Cam An": "UBND", "Phòng Lao động - Thương binh và Xã hội": "PLĐTBXH", "Phòng Lao động - TBXH huyện": "PLĐTBXH", "Trung tâm Y tế huyện": "TTYT",
		"Công an huyện": "CAH", "Phòng Giáo dục và Đào tạo": "PGDĐT", "": "",
	} {
		if got := SymbolOf(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestDocument_code_has_a_leading_nought_and_no_mark_on_a_letter(t *testing.T) {
	for _, c := range []struct {
		d    Document
		want string
	}{
		{Document{Kind: DocumentPlan, Number: 5, Symbol: "UBND"}, "05/KH-UBND"},
		{Document{Kind: DocumentReminder, Number: 123, Symbol: "UBND-VX"}, "123/UBND-VX"},
		{Document{Kind: DocumentSubmission, Symbol: "UBND"}, "      /TTr-UBND"},
		{Document{Kind: DocumentPosting}, ""},
	} {
		if got := c.d.Code(); got != c.want {
			t.Errorf("%s: %q, want %q", c.d.Kind, got, c.want)
		}
	}
}

func TestDocument_moves_from_draft_to_number_to_scan(t *testing.T) {
	draft := Document{Kind: DocumentPlan, State: DocumentDraft}
	posted := Document{Kind: DocumentPosting, State: DocumentDraft}
	issued, err := draft.Move(DocumentMove{Verb: DocumentNumber, Number: 7})
	if err != nil || issued.State != DocumentIssued || issued.Number != 7 || !issued.Typed {
		t.Fatalf("%+v, %v", issued, err)
	}
	filed, err := issued.Move(DocumentMove{Verb: DocumentFile})
	if err != nil || filed.State != DocumentFiled {
		t.Fatalf("%+v, %v", filed, err)
	}
	void, err := filed.Move(DocumentMove{Verb: DocumentAnnul, Reason: "in sai"})
	if err != nil || void.State != DocumentVoid || void.Number != 7 {
		t.Fatalf("%+v, %v", void, err)
	}
	for name, c := range map[string]struct {
		d    Document
		m    DocumentMove
		kind Kind
	}{
		"numbered twice":              {issued, DocumentMove{Verb: DocumentNumber}, Conflict},
		"filed before its number":     {draft, DocumentMove{Verb: DocumentFile}, Conflict},
		"void twice":                  {void, DocumentMove{Verb: DocumentAnnul, Reason: "x"}, Conflict},
		"void without a reason":       {issued, DocumentMove{Verb: DocumentAnnul}, Invalid},
		"a number for a posted list":  {posted, DocumentMove{Verb: DocumentNumber, Number: 1}, Invalid},
		"a number too great":          {draft, DocumentMove{Verb: DocumentNumber, Number: MaxDocumentNumber + 1}, Invalid},
		"a negative number":           {draft, DocumentMove{Verb: DocumentNumber, Number: -1}, Invalid},
		"a verb that there is not":    {draft, DocumentMove{Verb: "sing"}, Invalid},
		"a void document that is not": {void, DocumentMove{Verb: DocumentFile}, Conflict},
	} {
		if _, err := c.d.Move(c.m); KindOf(err) != c.kind {
			t.Errorf("%s: %v, want %s", name, err, c.kind)
		}
	}
}

func TestCycle_MayDocument_is_the_units_own_and_the_owners_for_who_prepares_it(t *testing.T) {
	c := Cycle{Owner: "nam-dong", Rules: Rules{
		Bindings: Bindings{Standing: "phong", Chair: "nam-dong/chair", ViceChair: "nam-dong/vice-chair", Above: []UnitID{"tinh"}},
		Units:    map[UnitID]CycleUnit{"thuong-long": {Role: "commune"}, "cong-an": {Role: "lead"}},
	}}
	seat := func(office OfficeID, unit UnitID) Actor {
		return Actor{User: 1, Seats: []Seat{{Office: office, Unit: unit, Role: RoleOfficer}}}
	}
	for _, x := range []struct {
		a    Actor
		unit UnitID
		kind Kind
	}{
		{seat("thuong-long/officer", "thuong-long"), "thuong-long", ""},
		{seat("phong/officer", "phong"), "nam-dong", ""},
		{seat("nam-dong/chair", "nam-dong"), "nam-dong", ""},
		{seat("nam-dong/registry", "nam-dong"), "nam-dong", ""},
		{seat("nam-dong/registry", "nam-dong"), "thuong-long", Forbidden},
		{seat("phong/officer", "phong"), "thuong-long", Forbidden},
		{seat("cong-an/officer", "cong-an"), "nam-dong", Forbidden},
		{seat("tinh/officer", "tinh"), "nam-dong", Forbidden},
		{seat("tinh/officer", "tinh"), "tinh", Invalid},
	} {
		if _, err := c.MayDocument(x.a, x.unit); KindOf(err) != x.kind {
			t.Errorf("%s for %s: %v, want %q", x.a.Seats[0].Office, x.unit, err, x.kind)
		}
	}
	for _, x := range []struct {
		a    Actor
		kind Kind
	}{{seat("phong/officer", "phong"), ""}, {seat("nam-dong/vice-chair", "nam-dong"), ""}, {seat("thuong-long/head", "thuong-long"), Forbidden}} {
		if err := c.MayTemplate(x.a); KindOf(err) != x.kind {
			t.Errorf("%s: %v, want %q", x.a.Seats[0].Office, err, x.kind)
		}
	}
	c.State = CycleClosed
	if _, err := c.MayDocument(seat("phong/officer", "phong"), "nam-dong"); KindOf(err) != Conflict {
		t.Errorf("a closed cycle: %v", err)
	}
}

func TestCycle_a_paper_is_of_who_said_it_and_nobody_writes_to_themselves(t *testing.T) {
	c := Cycle{Owner: "nam-dong", Rules: Rules{Bindings: Bindings{Standing: "phong", ViceChair: "nam-dong/vice-chair"}, Units: map[UnitID]CycleUnit{"xa": {Role: "commune"}}}}
	actor := func(office OfficeID) Actor {
		return Actor{User: 1, Seats: []Seat{{Office: office, Unit: office.Unit(), Role: RoleOfficer}}}
	}
	for _, x := range []struct {
		who    OfficeID
		kind   DocumentKind
		of     UnitID
		chair  OfficeID
		unit   UnitID
		signer OfficeID
	}{
		{"phong/officer", DocumentConclusion, "phong", "nam-dong/vice-chair", "nam-dong", ""},
		{"phong/officer", DocumentMinutes, "phong", "nam-dong/vice-chair", "nam-dong", "nam-dong/vice-chair"},
		{"phong/officer", DocumentMinutes, "phong", "phong/head", "phong", "phong/head"},
		{"phong/officer", DocumentInvitation, "phong", "nam-dong/vice-chair", "phong", ""},
		{"phong/officer", DocumentConclusion, "phong", "phong/head", "phong", ""},
		{"xa/officer", DocumentMinutes, "xa", "nam-dong/vice-chair", "xa", ""}, // may draft nothing of the owner's
	} {
		if unit, signer := c.MeetingPaper(actor(x.who), x.kind, Meeting{Unit: x.of, Chair: x.chair}); unit != x.unit || signer != x.signer {
			t.Errorf("%+v: %s signed by %q", x, unit, signer)
		}
	}
	for debtors, want := range map[UnitID]UnitID{"xa": "phong", "phong": "nam-dong"} {
		if got := c.ReminderPaper(actor("phong/officer"), "phong", []UnitID{"tinh", debtors}); got != want {
			t.Errorf("to %s: %s, want %s", debtors, got, want)
		}
	}
}

func TestDocumentFields_name_each_field_once(t *testing.T) {
	for _, kind := range DocumentKinds {
		fields := DocumentFields(kind)
		if slices.Sort(fields); len(slices.Compact(slices.Clone(fields))) != len(fields) {
			t.Errorf("%s: %v", kind, fields)
		}
	}
}

func TestDocument_Remind_drops_who_owes_nothing_any_more(t *testing.T) {
	t.Parallel()
	name := func(u UnitID) string { return "UBND xã " + string(u) }
	duty := func(id DutyID, unit UnitID, state DutyState) Duty {
		return Duty{ID: id, Unit: unit, UnitName: "tên cũ " + string(unit), State: state}
	}
	d := Document{
		To:       []string{"UBND xã a", "UBND xã b", "tên cũ b", "Chủ tịch UBND xã b", "UBND xã c"},
		Audience: []UnitID{"a", "b", "c"},
	}
	drafted := d
	owed := d.Remind([]Duty{
		duty(1, "a", DutyDone), duty(2, "a", DutyOpen), duty(3, "b", DutySubmitted), duty(4, "b", DutyExcused), duty(5, "c", DutyReturned),
	}, name)
	if len(owed) != 2 || owed[0].ID != 2 || owed[1].ID != 5 {
		t.Errorf("reminds of %+v", owed)
	}
	if !slices.Equal(d.To, []string{"UBND xã a", "Chủ tịch UBND xã b", "UBND xã c"}) || !slices.Equal(d.Audience, []UnitID{"a", "c"}) {
		t.Errorf("to %q and %q", d.To, d.Audience)
	}
	if len(drafted.To) != 5 || drafted.To[1] != "UBND xã b" || drafted.Audience[1] != "b" {
		t.Errorf("what was drafted changed: %q and %q", drafted.To, drafted.Audience)
	}
}
