//go:build unix

package db

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// fileLock is an operating system lock: it ends with the process, however that
// ends. Its file stays behind; it must not be removed, or a third process could
// lock another file of the same name.
type fileLock struct{ f *os.File }

func lockFile(path string) (*fileLock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		return nil, fmt.Errorf("%w%s", ErrInUse, holderOf(f))
	}
	if err := f.Truncate(0); err == nil {
		_, err = fmt.Fprintf(f, "%d\n", os.Getpid())
		if err != nil {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
		}
	}
	return &fileLock{f}, nil
}

// holderOf says which process wrote its number into a locked file.
func holderOf(f *os.File) string {
	pid, err := io.ReadAll(io.LimitReader(f, 32))
	if number := strings.TrimSpace(string(pid)); err == nil && number != "" {
		return " (pid " + number + "); stop it first, or give each its own database"
	}
	return ""
}

func (l *fileLock) release() error { return l.f.Close() }
