// Command pulumi-resource-command is a stand-in of the released pulumi-command plugin.
//
// The released plugin's own module cannot be built from a module proxy; the framework
// that it is made of can. This program has that framework in the version of
// pulumi-command 1.2.1. So the framework decodes inputs, compares them and previews, as
// it does in the released plugin.
//
// It serves command:local:Command and nothing else, and refuses the inputs that it does
// not imitate.
package main

import (
	"context"
	"fmt"
	"os"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"

	"consumer-on-login/engine/command-plugin/local"
)

// version is set at build time to that of the Python SDK pulumi-command.
var version = "0.0.0"

func main() {
	served := infer.Provider(infer.Options{
		Resources: []infer.InferredResource{infer.Resource(&local.Command{})},
	})
	if err := provider.RunProvider(context.Background(), "command", version, served); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
