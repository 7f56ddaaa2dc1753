//go:build !linux

package main

import (
	"io"
	"os"
)

// isTerminal is known on Linux alone: elsewhere a password is read from standard
// input as it comes.
func isTerminal(io.Reader) bool { return false }

func hideTyping(*os.File) (restore func(), err error) { return func() {}, nil }
