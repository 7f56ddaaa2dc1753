package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"

	"semaforo/static"
)

// write puts the files into out under hashed names with their compressed siblings and the manifest,
// and removes what an earlier run left, except the committed placeholder.
func write(out string, files map[string][]byte) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	keep := map[string]bool{".gitignore": true, "manifest.json": true}
	manifest := static.Manifest{}
	for name, body := range files {
		entry, made, err := writeAsset(out, name, body)
		if err != nil {
			return err
		}
		manifest[name] = entry
		for _, file := range made {
			keep[file] = true
		}
	}
	doc, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "manifest.json"), append(doc, '\n'), 0o644); err != nil {
		return err
	}
	return prune(out, keep)
}

func writeAsset(out, name string, body []byte) (static.Entry, []string, error) {
	sum := sha256.Sum256(body)
	ext := filepath.Ext(name)
	file := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	entry := static.Entry{File: file, Type: static.TypeOf(name), Size: len(body)}
	made := []string{file}
	if err := os.WriteFile(filepath.Join(out, file), body, 0o644); err != nil {
		return entry, nil, err
	}
	zipped, brotlied, err := compress(body)
	if err != nil {
		return entry, nil, fmt.Errorf("%s: %w", name, err)
	}
	for suffix, small := range map[string][]byte{".gz": zipped, ".br": brotlied} {
		if len(small) >= len(body) {
			continue
		}
		if err := os.WriteFile(filepath.Join(out, file+suffix), small, 0o644); err != nil {
			return entry, nil, err
		}
		made = append(made, file+suffix)
		if suffix == ".gz" {
			entry.Gzip = len(small)
		} else {
			entry.Brotli = len(small)
		}
	}
	return entry, made, nil
}

func compress(body []byte) (zipped, brotlied []byte, err error) {
	var gz, br bytes.Buffer
	zw, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return nil, nil, err
	}
	bw := brotli.NewWriterLevel(&br, brotli.BestCompression)
	for _, w := range []interface {
		Write([]byte) (int, error)
		Close() error
	}{zw, bw} {
		if _, err := w.Write(body); err != nil {
			return nil, nil, err
		}
		if err := w.Close(); err != nil {
			return nil, nil, err
		}
	}
	return gz.Bytes(), br.Bytes(), nil
}

func prune(out string, keep map[string]bool) error {
	old, err := os.ReadDir(out)
	if err != nil {
		return err
	}
	for _, file := range old {
		if keep[file.Name()] {
			continue
		}
		if err := os.Remove(filepath.Join(out, file.Name())); err != nil {
			return err
		}
	}
	return nil
}
