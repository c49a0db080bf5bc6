//go:build unix && !linux

package services

import "syscall"

// Only Linux can tie a child's life to its parent's: elsewhere what a killed
// run leaves behind is stopped by the next start.
func dieWithParent(*syscall.SysProcAttr, syscall.Signal) {}
