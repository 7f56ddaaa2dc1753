//go:build !unix

package db

import (
	"errors"
	"os"
)

// fileLock keeps the file open; systems without flock refuse SQLite rather than
// let two processes write to one file.
type fileLock struct{ f *os.File }

func lockFile(string) (*fileLock, error) {
	return nil, errors.New("SQLite needs a Unix system's file locks here; use a postgres:// database")
}

func (l *fileLock) release() error { return l.f.Close() }
