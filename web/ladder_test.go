package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rungs is the ladder: a folder may import folders of lower rungs alone.
var rungs = map[string]int{
	"cmd": 5, "web": 4, "handlers": 3, "scheduler": 2,
	"db": 1, "views": 1, "channel": 1,
	"flow": 0, "static": 0,
}

// shared are the packages that their own folder's others may import; elsewhere
// in a folder, siblings do not know each other.
var shared = []string{"views/ui", "views/layout", "channel", "db", "static", "cmd/semaforo/demo"}

// forbidden in flow: the clock, the outside world and chance are arguments.
var forbidden = []string{"os", "io/fs", "net", "net/http", "database/sql", "math/rand", "math/rand/v2", "crypto/rand", "syscall"}

// forbiddenTime are the functions of package time that read the clock or wait.
var forbiddenTime = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer"}

func TestLadder(t *testing.T) {
	t.Parallel()
	files := 0
	eachSource(t, func(folder, path string, file *ast.File) {
		files++
		from := room(folder)
		rung, known := rungs[from]
		if !known {
			t.Errorf("%s: the folder %s has no rung on the ladder", path, from)
			return
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if from == "flow" {
				checkPure(t, path, name)
			}
			to, ours := strings.CutPrefix(name, "semaforo/")
			if !ours {
				continue
			}
			switch target, known := rungs[room(to)]; {
			case !known:
				t.Errorf("%s imports %s, which has no rung", path, name)
			case room(to) == from && to != folder && !slices.Contains(shared, to):
				t.Errorf("%s imports its sibling %s", path, name)
			case room(to) != from && target >= rung:
				t.Errorf("%s (rung %d) imports %s (rung %d): a step up or sideways", path, rung, name, target)
			}
		}
		if from == "flow" {
			checkClock(t, path, file)
		}
	})
	if files < 50 {
		t.Errorf("only %d files were read: the test looks in the wrong place", files)
	}
}

func room(folder string) string {
	first, _, _ := strings.Cut(folder, "/")
	return first
}

func checkPure(t *testing.T, path, name string) {
	t.Helper()
	first, _, _ := strings.Cut(name, "/")
	if slices.Contains(forbidden, name) || strings.Contains(first, ".") || first == "semaforo" {
		t.Errorf("%s imports %s: flow is pure and needs the standard library alone", path, name)
	}
}

func checkClock(t *testing.T, path string, file *ast.File) {
	t.Helper()
	ast.Inspect(file, func(n ast.Node) bool {
		use, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := use.X.(*ast.Ident); ok && pkg.Name == "time" && slices.Contains(forbiddenTime, use.Sel.Name) {
			t.Errorf("%s uses time.%s: time is an argument", path, use.Sel.Name)
		}
		return true
	})
}

// eachSource parses every Go file of the module that is no test.
func eachSource(t *testing.T, do func(folder, path string, file *ast.File)) {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative := strings.TrimPrefix(strings.TrimPrefix(path, root), string(filepath.Separator))
		if entry.IsDir() {
			name := entry.Name()
			if relative != "" && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || relative == "tools" || relative == "bin") {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		do(strings.TrimSuffix(relative[:strings.LastIndex(relative, "/")+1], "/"), relative, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
