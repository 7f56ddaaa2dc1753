package main

import (
	"fmt"
	"runtime/debug"
)

// versionCmd is `semaforo version`.
type versionCmd struct{}

// Run prints the version, the commit it was built from, and Go's version.
func (versionCmd) Run(std *streams) error {
	version, commit, goVersion := "(unknown)", "(unknown)", "(unknown)"
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
		if info.Main.Version != "" {
			version = info.Main.Version
		}
		commit = commitOf(info.Settings, commit)
	}
	_, err := fmt.Fprintf(std.out, "semaforo %s\ncommit %s\n%s\n", version, commit, goVersion)
	return err
}

func commitOf(settings []debug.BuildSetting, commit string) string {
	changed := ""
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " (changed)"
		}
	}
	return commit + changed
}
