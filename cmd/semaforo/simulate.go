package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"semaforo/flow"
)

// simulateCmd is `semaforo simulate`: the engine over a log of events.
type simulateCmd struct {
	Config string  `required:"" placeholder:"FILE" help:"The configuration, a JSON document. - is standard input."`
	Events string  `required:"" placeholder:"FILE" help:"The events, one JSON object a line, in order. - is standard input."`
	Until  *string `placeholder:"INSTANT" help:"Stop at this RFC 3339 instant instead of the last event's; events after it are not read."`
	State  bool    `help:"Write each open conversation's state at the end."`
}

// Run writes one line for each thing the engine did.
func (cmd *simulateCmd) Run(std *streams) error {
	until, err := cmd.until()
	if err != nil {
		return usageError{err}
	}
	if cmd.Config == "-" && cmd.Events == "-" {
		return usageError{errors.New("--config and --events cannot both be standard input")}
	}
	document, err := readAll(std, cmd.Config)
	if err != nil {
		return err
	}
	rules, err := compile(document)
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", cmd.Config, err)}
	}
	events, err := open(std, cmd.Events)
	if err != nil {
		return err
	}
	defer events.Close()
	out := bufio.NewWriterSize(std.out, 1<<16)
	s := &simulateRun{out: out, until: until, name: cmd.Events}
	s.simulation = flow.NewSimulation(rules, s.record)
	err = s.run(bufio.NewReaderSize(events, 1<<16), cmd.State)
	return errors.Join(err, out.Flush())
}

func (cmd *simulateCmd) until() (time.Time, error) {
	if cmd.Until == nil {
		return time.Time{}, nil
	}
	until, err := flow.ParseInstant(*cmd.Until)
	if err != nil {
		return time.Time{}, fmt.Errorf("--until is not an RFC 3339 instant such as 2026-11-23T18:00:00-03:00: %q", *cmd.Until)
	}
	return until, nil
}

func open(std *streams, name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(std.in), nil
	}
	return os.Open(name)
}

func readAll(std *streams, name string) ([]byte, error) {
	f, err := open(std, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func compile(document []byte) (*flow.Rules, error) {
	cfg, err := flow.ParseConfiguration(document)
	if err != nil {
		return nil, err
	}
	return flow.Compile(cfg)
}

// simulateRun is one run: the log so far, and where its output goes.
type simulateRun struct {
	simulation *flow.Simulation
	out        *bufio.Writer
	buffer     []byte
	name       string    // of the log, for errors
	number     int       // of the line being read, from 1
	last       time.Time // the latest event's instant
	until      time.Time // zero: the last event's instant
}

func (s *simulateRun) run(events *bufio.Reader, state bool) error {
	for {
		src, err := readLine(events)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		s.number++
		if len(bytes.TrimSpace(src)) == 0 {
			continue
		}
		line, err := s.parse(src)
		if !s.until.IsZero() && line.At.After(s.until) {
			break // not read further: whatever is wrong with it does not matter
		}
		if err != nil {
			return usageError{fmt.Errorf("%s: line %d: %w", s.name, s.number, err)}
		}
		if err := s.apply(line); err != nil {
			return err
		}
	}
	s.finish(state)
	return nil
}

// readLine returns the next line without its newline, valid until the next
// call; io.EOF after the last.
func readLine(r *bufio.Reader) ([]byte, error) {
	src, err := r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		// A line longer than the buffer: a configuration, most likely.
		head := bytes.Clone(src)
		var tail []byte
		tail, err = r.ReadBytes('\n')
		src = append(head, tail...)
	}
	if err == io.EOF && len(src) > 0 {
		err = nil
	}
	src = bytes.TrimSuffix(src, []byte("\n"))
	return bytes.TrimSuffix(src, []byte("\r")), err
}

func (s *simulateRun) parse(src []byte) (flow.Line, error) {
	line, err := flow.ParseLine(src)
	if err != nil {
		return line, err
	}
	if line.At.Before(s.last) {
		return line, fmt.Errorf("at: %s is earlier than the line before, %s",
			line.At.Format(time.RFC3339Nano), s.last.Format(time.RFC3339Nano))
	}
	return line, nil
}

func (s *simulateRun) apply(line flow.Line) error {
	s.last = line.At
	if line.Type == flow.Config {
		rules, err := flow.Compile(*line.Configuration)
		if err != nil {
			return usageError{fmt.Errorf("%s: line %d: config: %w", s.name, s.number, err)}
		}
		s.simulation.Configure(rules, line.At)
		return nil
	}
	err := s.simulation.Happen(line.Event)
	if refusal := (*flow.Refusal)(nil); errors.As(err, &refusal) {
		s.write(flow.AppendRefusal(s.buffer[:0], line.Event, refusal))
		return nil
	}
	return err
}

func (s *simulateRun) record(rec flow.Record) { s.write(flow.AppendRecord(s.buffer[:0], rec)) }

// write puts one line out; an empty one is nothing. The writer keeps its first error.
func (s *simulateRun) write(line []byte) {
	s.buffer = line
	if len(line) == 0 {
		return
	}
	s.out.Write(line)
	s.out.WriteByte('\n')
}

func (s *simulateRun) finish(state bool) {
	end := s.until
	if end.IsZero() {
		end = s.last
	}
	s.simulation.Finish(end)
	if !state {
		return
	}
	for _, c := range s.simulation.Open() {
		s.write(flow.AppendState(s.buffer[:0], s.simulation.Rules(), c, end))
	}
}
