package local

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"

	provider "github.com/pulumi/pulumi-go-provider"
)

// run runs a command with the inputs in it, and keeps what it prints in it.
//
// A command that fails is an error with all that it printed. A run that is cancelled ends
// it by SIGKILL, so its signal handlers do not run.
func (it *Outputs) run(ctx context.Context, command *string) error {
	if command == nil {
		return nil
	}
	interpreter := []string{"/bin/sh", "-c"}
	if it.Interpreter != nil && len(*it.Interpreter) > 0 {
		interpreter = *it.Interpreter
	}
	arguments := append(interpreter[1:len(interpreter):len(interpreter)], *command)
	process := exec.CommandContext(ctx, interpreter[0], arguments...)
	process.Env = append(os.Environ(), it.variables()...)
	if it.Dir != nil {
		process.Dir = *it.Dir
	}
	if it.Stdin != nil {
		process.Stdin = strings.NewReader(*it.Stdin)
	}
	var stdout, stderr bytes.Buffer
	both := &shared{}
	log := &lines{say: provider.GetLogger(ctx).InfoStatus}
	process.Stdout = io.MultiWriter(&stdout, both, log.of(it.Logging.shows(logStdout)))
	process.Stderr = io.MultiWriter(&stderr, both, log.of(it.Logging.shows(logStderr)))
	err := process.Run()
	log.end()
	if err != nil {
		return fmt.Errorf("%w: running %q:\n%s", err, *command, both.String())
	}
	it.Stdout = strings.TrimSuffix(stdout.String(), "\n")
	it.Stderr = strings.TrimSuffix(stderr.String(), "\n")
	return nil
}

// variables gives what a command finds in its environment beside the plugin's own.
func (it *Outputs) variables() []string {
	var set []string
	if it.Environment != nil {
		for name, value := range *it.Environment {
			set = append(set, name+"="+value)
		}
	}
	if it.AddPreviousOutputInEnv != nil && !*it.AddPreviousOutputInEnv {
		return set
	}
	if it.Stdout != "" {
		set = append(set, "PULUMI_COMMAND_STDOUT="+it.Stdout)
	}
	if it.Stderr != "" {
		set = append(set, "PULUMI_COMMAND_STDERR="+it.Stderr)
	}
	return set
}

// shared is a buffer that both streams of a process write to at once.
type shared struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (it *shared) Write(text []byte) (int, error) {
	it.mutex.Lock()
	defer it.mutex.Unlock()
	return it.buffer.Write(text)
}

func (it *shared) String() string { return it.buffer.String() }

// lines tells the engine each line as soon as it is whole.
type lines struct {
	mutex sync.Mutex
	rest  []byte
	say   func(string)
}

func (it *lines) of(wanted bool) io.Writer {
	if wanted {
		return it
	}
	return io.Discard
}

func (it *lines) Write(text []byte) (int, error) {
	it.mutex.Lock()
	defer it.mutex.Unlock()
	it.rest = append(it.rest, text...)
	for {
		line, rest, found := bytes.Cut(it.rest, []byte("\n"))
		if !found {
			return len(text), nil
		}
		it.say(string(line))
		it.rest = rest
	}
}

func (it *lines) end() {
	if len(it.rest) > 0 {
		it.say(string(it.rest))
	}
}
