// Command pulumi-resource-auth0 puts Auth0's own Terraform provider behind
// Pulumi's bridge, which is what the released pulumi-auth0 plugin is made of.
//
// It exists for machines where Pulumi's release downloads are out of reach.
// Tokens, inputs and API calls are those of the released plugin; its schema is
// reduced to name and version, so it serves no code generation.
package main

import (
	"fmt"

	"github.com/auth0/terraform-provider-auth0/shim"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
)

// version is set at build time to that of the Python SDK pulumi-auth0.
var version = "0.0.0"

func main() {
	info := tfbridge.ProviderInfo{
		P:            shimv2.NewProvider(shim.New()),
		Name:         "auth0",
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata([]byte("{}")),
	}
	info.MustComputeTokens(tokens.SingleModule("auth0_", "index", tokens.MakeStandard("auth0")))
	schema := fmt.Appendf(nil, `{"name": "auth0", "version": %q}`, version)
	tfbridge.Main("auth0", version, info, schema)
}
