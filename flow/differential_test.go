package flow_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"semaforo/flow"
)

// TestSimulationAgreesWithReference runs random stores and random logs through
// the engine and through the naive second one: every line must be the same.
func TestSimulationAgreesWithReference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		conf := drawConfig(t, drawDay(t))
		base := conf.base
		events := drawEvents(t, conf)
		until := base
		if len(events) > 0 {
			until = events[len(events)-1].At.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "tail")) * time.Minute)
		}
		want := refSimulate(conf.refConfig, events, until)
		got := simulateJSON(t, conf.refConfig, events, until)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("the engine (+) differs from the reference (-):\n%s\nconfig: %s\nevents:\n%s", diff, asJSON(conf.refConfig), eventLines(events))
		}
	})
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func eventLines(events []refEvent) string {
	var b strings.Builder
	for _, e := range events {
		b.WriteString(asJSON(e) + "\n")
	}
	return b.String()
}

var refusedReason = regexp.MustCompile(`("type": "refused".*"reason": )".*"`)

// simulateJSON runs the engine as `semaforo simulate --until --state` does.
func simulateJSON(t interface{ Fatalf(string, ...any) }, conf refConfig, events []refEvent, until time.Time) []string {
	out, err := simulate(asJSON(conf), eventLines(events), until, true)
	if err != nil {
		t.Fatalf("%v\nconfig: %s\nevents:\n%s", err, asJSON(conf), eventLines(events))
	}
	for i, line := range out {
		out[i] = refusedReason.ReplaceAllString(line, `$1"why"`)
	}
	return out
}

// simulate is the command's own path over texts: parse, run, print. A zero
// until is the last event's instant.
func simulate(document, log string, until time.Time, state bool) (lines []string, err error) {
	rules, err := compile(document)
	if err != nil {
		return nil, err
	}
	s := flow.NewSimulation(rules, func(rec flow.Record) {
		if line := flow.AppendRecord(nil, rec); len(line) > 0 {
			lines = append(lines, string(line))
		}
	})
	var last time.Time
	for n, text := range strings.Split(strings.TrimSpace(log), "\n") {
		line, err := flow.ParseLine([]byte(text))
		if text == "" {
			continue
		}
		if err != nil {
			return lines, fmt.Errorf("line %d: %w", n+1, err)
		}
		last = line.At
		if line.Configuration != nil {
			rules, err := flow.Compile(*line.Configuration)
			if err != nil {
				return lines, fmt.Errorf("line %d: %w", n+1, err)
			}
			s.Configure(rules, line.At)
		} else if err := s.Happen(line.Event); err != nil {
			lines = append(lines, string(flow.AppendRefusal(nil, line.Event, err.(*flow.Refusal))))
		}
	}
	if until.IsZero() {
		until = last
	}
	s.Finish(until)
	if state {
		for _, c := range s.Open() {
			lines = append(lines, string(flow.AppendState(nil, s.Rules(), c, until)))
		}
	}
	return lines, nil
}

func compile(document string) (*flow.Rules, error) {
	cfg, err := flow.ParseConfiguration([]byte(document))
	if err != nil {
		return nil, err
	}
	return flow.Compile(cfg)
}
