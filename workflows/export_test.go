package workflows

import "time"

// SetPatience sets how long a person waits for a process to decide.
func (e *Engine) SetPatience(d time.Duration) { e.patience = d }
