// Package local holds the resource command:local:Command.
//
// Its inputs and outputs are those that the Python SDK pulumi-command 1.2.1 documents.
package local

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command runs a program when it is created, updated or deleted.
type Command struct{}

// Inputs of a Command.
//
// A change of any input is an update, and of triggers a replacement: the framework
// compares triggers as a whole, the SDK's replaceOnChanges each of its elements.
type Inputs struct {
	Create                 *string            `pulumi:"create,optional"`
	Update                 *string            `pulumi:"update,optional"`
	Delete                 *string            `pulumi:"delete,optional"`
	Triggers               *[]any             `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Interpreter            *[]string          `pulumi:"interpreter,optional"`
	Dir                    *string            `pulumi:"dir,optional"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *Logging           `pulumi:"logging,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
	AssetPaths             *[]string          `pulumi:"assetPaths,optional"`
	ArchivePaths           *[]string          `pulumi:"archivePaths,optional"`
}

// Annotate names the one default.
func (it *Inputs) Annotate(a infer.Annotator) {
	a.SetDefault(&it.AddPreviousOutputInEnv, true)
}

// Outputs are the inputs and what the last run printed.
type Outputs struct {
	Inputs
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

var errNotImitated = errors.New(
	"this stand-in of the command plugin does not imitate assetPaths and archivePaths")

func (it *Inputs) refuseOthers() error {
	if it.AssetPaths != nil || it.ArchivePaths != nil {
		return errNotImitated
	}
	return nil
}

// Create runs `create`, if it is set.
func (*Command) Create(
	ctx context.Context, req infer.CreateRequest[Inputs],
) (infer.CreateResponse[Outputs], error) {
	created := infer.CreateResponse[Outputs]{Output: Outputs{Inputs: req.Inputs}}
	if err := req.Inputs.refuseOthers(); err != nil {
		return created, err
	}
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err != nil {
		return created, err
	}
	created.ID = id
	if !req.DryRun {
		err = created.Output.run(ctx, req.Inputs.Create)
	}
	return created, err
}

// Update runs `update`, or `create` where that is not set.
func (*Command) Update(
	ctx context.Context, req infer.UpdateRequest[Inputs, Outputs],
) (infer.UpdateResponse[Outputs], error) {
	updated := infer.UpdateResponse[Outputs]{Output: req.State}
	updated.Output.Inputs = req.Inputs
	if err := req.Inputs.refuseOthers(); err != nil || req.DryRun {
		return updated, err
	}
	command := req.Inputs.Update
	if command == nil {
		command = req.Inputs.Create
	}
	return updated, updated.Output.run(ctx, command)
}

// Delete runs `delete`, if it is set.
func (*Command) Delete(
	ctx context.Context, req infer.DeleteRequest[Outputs],
) (infer.DeleteResponse, error) {
	return infer.DeleteResponse{}, req.State.run(ctx, req.State.Inputs.Delete)
}
