package web

import (
	"net/http"
	"strconv"

	"dondoc/poverty"
)

// receiptRow is an agency's receipt of a list as pages show it.
type receiptRow struct {
	poverty.Receipt
	CommuneName string
	Key         string // makes a confirmation happen once
	Mine        bool   // the actor confirms it
}

// Link returns the address of the duty to confirm.
func (r receiptRow) Link() string { return "/duties/" + strconv.FormatInt(int64(r.Duty), 10) }

// Plan returns the address of the plan whose list it is.
func (r receiptRow) Plan() string {
	return "/cycles/" + string(r.Cycle) + "/plans/" + string(r.Commune)
}

// Cell returns the mark of where the receipt stands.
func (r receiptRow) Cell() poverty.Cell {
	return poverty.CellOf(poverty.Duty{State: r.State, Overdue: r.Overdue, Verdict: r.Verdict})
}

// receipts returns who has the lists of a commune's plan, or of all plans.
func (v *visit) receipts(unit poverty.UnitID) ([]receiptRow, error) {
	found, err := v.store.Receipts(v.ctx(), v.cycle.ID, unit)
	if err != nil {
		return nil, err
	}
	rows := make([]receiptRow, len(found))
	for i, r := range found {
		rows[i] = receiptRow{Receipt: r, Key: newForm().Key, Mine: r.State.Owed() && len(v.me.In(r.Agency)) > 0 && v.cycle.State != poverty.CycleClosed}
		rows[i].Title = v.title(r.Code, r.Title)
		if rows[i].CommuneName, err = v.unitName(r.Commune); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

type receiptsData struct {
	frame
	Rows []receiptRow
}

var receiptsPage = newPage[receiptsData]("receipt/receipts.html")

// allReceipts shows which agencies have the lists of a cycle's plans.
func (s *site) allReceipts(v *visit) error {
	rows, err := v.receipts("")
	if err != nil {
		return err
	}
	return receiptsPage.show(v, http.StatusOK, receiptsData{v.frame("nav.postings", v.p.T("receipt.title")), rows})
}
