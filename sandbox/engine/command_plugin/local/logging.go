package local

import "github.com/pulumi/pulumi-go-provider/infer"

// Logging says which output of a command the engine shows while it runs.
type Logging string

const (
	logStdout Logging = "stdout"
	logStderr Logging = "stderr"
	logBoth   Logging = "stdoutAndStderr"
	logNone   Logging = "none"
)

// Values lists them for the framework.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: "stdout", Value: logStdout},
		{Name: "stderr", Value: logStderr},
		{Name: "stdoutAndStderr", Value: logBoth},
		{Name: "none", Value: logNone},
	}
}

// shows tells whether this stream is shown; where nothing is set, both are.
func (it *Logging) shows(stream Logging) bool {
	return it == nil || *it == logBoth || *it == stream
}
