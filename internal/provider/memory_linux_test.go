package provider

import (
	"os"
	"syscall"
)

// maxResident returns the most memory that a process had resident, in bytes.
func maxResident(p *os.ProcessState) int64 {
	usage, isRusage := p.SysUsage().(*syscall.Rusage)
	if !isRusage {
		return 0
	}
	return usage.Maxrss << 10
}
