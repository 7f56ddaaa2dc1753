package main

import (
	"errors"
	"fmt"
	"io"
	_ "time/tzdata" // stores' time zones on machines without a zone database

	"github.com/alecthomas/kong"
)

// Exit statuses of every command.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// cli is the whole command line: options, their environment variables
// (SEMAFORO_…) and their help.
type cli struct {
	Simulate simulateCmd `cmd:"" help:"Run the engine over a log of events, without a database."`
}

// streams are the process's standard ones; tests give their own.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError is a wrong use of the command line or malformed input: status 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exitCode ends parsing without ending the process.
type exitCode int

// Run parses and runs one command line and returns its exit status.
func Run(args []string, in io.Reader, out, errOut io.Writer) (status int) {
	std := &streams{in, out, errOut}
	defer func() {
		if code, ok := recover().(exitCode); ok {
			status = int(code)
		}
	}()
	parser, err := kong.New(&cli{},
		kong.Name("semaforo"),
		kong.Description("Semáforo: gestão de inatividade para lojas que vendem por chat."),
		kong.DefaultEnvars("SEMAFORO"),
		kong.Writers(out, errOut),
		kong.Exit(func(code int) { panic(exitCode(code)) }),
	)
	if err != nil {
		panic(err)
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		return report(errOut, usageError{err})
	}
	if err := ctx.Run(std); err != nil {
		return report(errOut, err)
	}
	return exitDone
}

// report writes an error for the operator and returns the exit status it means.
func report(w io.Writer, err error) int {
	fmt.Fprintln(w, "semaforo:", err)
	if usage := (usageError{}); errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}
