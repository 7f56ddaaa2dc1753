package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestStories tells the stories of flow/testdata/stories to the real command
// and compares every line of its output. Their README says how to read them.
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../flow/testdata/stories/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		stories, err := readStories(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range stories {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				s.tell(t)
			})
		}
	}
}

// story is one story: what goes in, and the lines that have to come out.
type story struct {
	name   string
	config string
	events []string
	want   []string
	args   []string
}

func (s *story) tell(t *testing.T) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "store.json")
	if err := os.WriteFile(config, []byte(s.config), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	args := append([]string{"simulate", "--config", config, "--events=-"}, s.args...)
	status := Run(args, strings.NewReader(strings.Join(s.events, "\n")), &out, &errOut)
	if status != exitDone || errOut.Len() > 0 {
		t.Fatalf("status %d: %s", status, &errOut)
	}
	want := ""
	for _, line := range s.want {
		want += line + "\n"
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(out.String(), "\n")); diff != "" {
		t.Errorf("the output (+) is not the story's (-):\n%s", diff)
	}
}

func readStories(file string) ([]*story, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var stories []*story
	config := ""
	for n, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		name, isName := strings.CutPrefix(line, "== ")
		switch {
		case isName:
			stories = append(stories, &story{name: name, config: config})
		case len(stories) == 0:
			config += line + "\n"
		default:
			if err := stories[len(stories)-1].read(line); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, n+1, err)
			}
		}
	}
	return stories, nil
}

// read takes in one line of a story.
func (s *story) read(line string) error {
	expected := strings.HasPrefix(line, "  ")
	if config, ok := strings.CutPrefix(line, "config "); ok {
		s.config = config
		return nil
	}
	words := storyWord.FindAllString(line, -1)
	switch words[0] {
	case "until":
		at, err := storyInstant(words[1])
		s.args = append(s.args, "--until", at.Format(time.RFC3339Nano))
		return err
	case "state":
		s.args = append(s.args, "--state")
		return nil
	}
	if !expected && words[1] == "config" {
		_, config, _ := strings.Cut(line, " config ")
		words, line = words[:2], config
	}
	members, err := storyMembers(words, expected)
	if err != nil {
		return err
	}
	if len(words) == 2 {
		members = append(members, `"config": `+line)
	}
	object := "{" + strings.Join(members, ", ") + "}"
	if expected {
		s.want = append(s.want, object)
	} else {
		s.events = append(s.events, object)
	}
	return nil
}

// storyWord is a word of a line: what spaces part, quoted text being one with
// what precedes it.
var storyWord = regexp.MustCompile(`(?:[^\s"]|"(?:[^"\\]|\\.)*")+`)

// storyMembers are a line's members in its own order: the instant, due, the
// conversation, the type, then key=value.
func storyMembers(words []string, utc bool) ([]string, error) {
	keys := []string{"at", "conversation", "type"}
	if len(words) == 2 {
		keys = []string{"at", "type"}
	}
	var members []string
	for _, word := range words {
		key, value, named := strings.Cut(word, "=")
		if !named || strings.HasPrefix(word, `"`) {
			if len(keys) == 0 {
				return nil, fmt.Errorf("a word too many: %s", word)
			}
			key, value, keys = keys[0], word, keys[1:]
		}
		if storyInstants[key] {
			at, err := storyInstant(value)
			if err != nil {
				return nil, err
			}
			if utc {
				at = at.UTC()
			}
			value = at.Format(time.RFC3339Nano)
		}
		if !strings.HasPrefix(value, `"`) {
			quoted, _ := json.Marshal(value)
			value = string(quoted)
		}
		members = append(members, fmt.Sprintf("%q: %s", key, value))
	}
	return members, nil
}

var storyInstants = map[string]bool{"at": true, "due": true, "until": true, "wait_start": true,
	"clock_start": true, "postponed_until": true, "next_at": true}

// storyInstant reads 09:00 or 09:00:30 on Monday, 23 November 2026 in São
// Paulo, 27/09:00 on another day of that month, or RFC 3339.
func storyInstant(s string) (time.Time, error) {
	if strings.Contains(s, "T") {
		return time.Parse(time.RFC3339Nano, s)
	}
	day, clock, ok := strings.Cut(s, "/")
	if !ok {
		day, clock = "23", s
	}
	if strings.Count(clock, ":") == 1 {
		clock += ":00"
	}
	return time.Parse(time.RFC3339Nano, "2026-11-"+day+"T"+clock+"-03:00")
}
