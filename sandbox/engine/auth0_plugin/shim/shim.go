// Package shim opens the Auth0 provider's internal constructor to the plugin.
//
// Go lets only packages below github.com/auth0/terraform-provider-auth0 import
// its internal folder. This module is a local folder that bears such a path
// (see the replace directive in ../go.mod); it holds no code of the provider.
package shim

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"

	"github.com/auth0/terraform-provider-auth0/internal/provider"
)

// New builds the provider.
func New() *schema.Provider { return provider.New() }
