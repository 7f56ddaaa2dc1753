package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("static", "static", "folder of the asset sources, with src and node_modules inside")
	out := flag.String("out", "", "folder to write (default: dist inside -static)")
	flag.Parse()
	if *out == "" {
		*out = filepath.Join(*root, "dist")
	}
	if err := build(*root, *out); err != nil {
		fmt.Fprintln(os.Stderr, "static/gen:", err)
		os.Exit(1)
	}
}

// build makes every asset in memory first, so that a mistake in a source leaves the last good dist
// as it was.
func build(root, out string) error {
	files, err := bundle(root)
	if err != nil {
		return err
	}
	sprite, err := spriteOf(
		filepath.Join(root, "src", "icons.txt"),
		filepath.Join(root, "node_modules", "@iconify-json", "lucide", "icons.json"))
	if err != nil {
		return err
	}
	files["icons.svg"] = sprite
	marks, err := filepath.Glob(filepath.Join(root, "src", "favicon", "*.svg"))
	if err != nil {
		return err
	}
	for _, mark := range marks {
		if files[filepath.Base(mark)], err = os.ReadFile(mark); err != nil {
			return err
		}
	}
	return write(out, files)
}
