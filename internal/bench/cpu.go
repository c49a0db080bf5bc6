package bench

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ticks is how many of the kernel's clock ticks a second has.
const ticks = 100

// cpu is the processor time, in seconds, that the processes of a stand have
// used, by what they are: on a machine that is shared it tells more than the
// clock on the wall. Empty where the system does not tell.
func cpu(root int) map[string]float64 {
	type process struct {
		name   string
		parent int
		used   float64
	}
	all := map[int]process{}
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state ppid …; a name may hold anything, even brackets.
		open, end := strings.IndexByte(string(text), '('), strings.LastIndexByte(string(text), ')')
		if open < 1 || end < open {
			continue
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(text[:open])))
		fields := strings.Fields(string(text[end+1:]))
		if err != nil || len(fields) < 15 {
			continue
		}
		p := process{name: string(text[open+1 : end])}
		p.parent, _ = strconv.Atoi(fields[1])
		for _, f := range fields[11:15] { // utime, stime, and those of children that ended
			n, _ := strconv.ParseFloat(f, 64)
			p.used += n / ticks
		}
		all[pid] = p
	}
	used := map[string]float64{}
	for pid, p := range all {
		for ancestor, far := pid, 0; far < 8 && ancestor > 1; far++ {
			if ancestor == root {
				if pid != root {
					used[p.name] += p.used
				}
				break
			}
			ancestor = all[ancestor].parent
		}
	}
	return used
}
