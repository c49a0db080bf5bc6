package poverty

// Group is the agencies that help one commune: a lead, who is accountable, and
// its members.
type Group struct {
	Code    string   `json:"code"`
	Name    string   `json:"name"`
	Commune UnitID   `json:"commune"`
	Lead    UnitID   `json:"lead"`
	Members []UnitID `json:"members"`
}
