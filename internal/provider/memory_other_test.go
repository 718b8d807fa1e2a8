//go:build !linux

package provider

import "os"

// maxResident is measured on Linux alone.
func maxResident(*os.ProcessState) int64 { return 0 }
