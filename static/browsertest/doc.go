// Package browsertest drives a real Chromium in tests: one browser for a test
// binary, a context of its own for each tab, and a memory of everything that
// went wrong in it.
package browsertest
