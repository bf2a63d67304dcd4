"""Why a run cannot use Auth0, each with its remedy.

Auth0Error
├── Auth0MissingError       a credential is set nowhere
├── Auth0SettingError       credentials are malformed, or missing in an argument
├── Auth0LoginError         credentials are refused
├── Auth0TokenError         the given API token is refused
├── Auth0GrantError         the application may not use the Management API
├── Auth0ScopeError         the application lacks scopes
├── Auth0UnreachableError   no response, or a failure that may pass
├── Auth0RefusalError       Auth0 refuses a request, and states the reason
└── Auth0ResponseError      a response that is not of Auth0's form
AnotherTenantError          the stack is deployed in another tenant
NotReadyError               Auth0 did not build or deploy an Action in time
ActionGoneError             the Action was deleted

A remedy sets a credential in the place that the credential came from.
"""

from ..errors import ConsumerOnLoginError
from .origin import Origin


class Auth0Error(ConsumerOnLoginError):
    """The run cannot use Auth0."""


class Auth0MissingError(Auth0Error):
    """Neither the configuration nor the environment has the credential."""

    def __init__(self, name: str) -> None:
        here, outside = Origin(), Origin(of_environment=frozenset({name}))
        super().__init__(
            f"Neither {here.named(name)} nor {outside.named(name)} is set.\n"
            "Without it, this stack cannot log in to Auth0.\n"
            f"To set it for this stack, {here.order(name)}\n"
            f"To set it for every run in this shell, {outside.order(name)}"
        )


class Auth0SettingError(Auth0Error):
    """A credential is invalid, or missing in an argument."""

    def __init__(self, name: str, fault: str, origin: Origin) -> None:
        super().__init__(
            f"{origin.named(name)} {fault}.\n"
            "Without a valid value, this stack cannot log in to Auth0.\n"
            f"To set a valid value, {origin.order(name)}"
        )


class Auth0LoginError(Auth0Error):
    """Auth0 refuses the credentials (HTTP 401)."""

    def __init__(self, domain: str, origin: Origin) -> None:
        both = ("client_id", "client_secret")
        super().__init__(
            f"Auth0 refused the login at {domain} (HTTP 401): "
            f"{' or '.join(map(origin.named, both))} is wrong.\n"
            "This stack cannot read or change the tenant.\n"
            f"To set both values, {origin.order(*both)}"
        )


class Auth0TokenError(Auth0Error):
    """Auth0 refuses the given API token (HTTP 401); such tokens last a day."""

    def __init__(self, domain: str, origin: Origin) -> None:
        name = "api_token"
        super().__init__(
            f"Auth0 refused the API token in {origin.named(name)} at {domain} "
            "(HTTP 401).\n"
            "The token expired, or it belongs to another tenant.\n"
            f"To set a new token, {origin.order(name)}"
        )


class Auth0GrantError(Auth0Error):
    """The application has no grant for the Management API (HTTP 403)."""

    def __init__(self, domain: str, audience: str, origin: Origin) -> None:
        super().__init__(
            f"The Auth0 application of {domain} may not use the API {audience} "
            "(HTTP 403).\n"
            "This stack cannot read or change the tenant.\n"
            "If the API is right, authorize the application in the dashboard: "
            "Applications > APIs > Auth0 Management API > Machine to Machine "
            "Applications\n"
            f"If the domain is a custom domain, {origin.order('audience')}"
        )


class Auth0ScopeError(Auth0Error):
    """The application lacks scopes that a stack needs."""

    def __init__(self, domain: str, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(
            f"The Auth0 application of {domain} lacks these scopes: "
            f"{', '.join(missing)}.\n"
            "This run needs them.\n"
            "To grant the scopes, open the dashboard: Applications > APIs > Auth0 "
            "Management API > Machine to Machine Applications"
        )


class Auth0UnreachableError(Auth0Error):
    """No usable response in time: connection, time-out, 429 or 5xx."""

    def __init__(self, domain: str, reason: str, origin: Origin) -> None:
        super().__init__(
            f"Auth0 cannot be reached at {domain}: {reason}.\n"
            "Until Auth0 responds, this stack cannot read or change the tenant.\n"
            "If the domain is right, wait until Auth0 responds, and run again\n"
            f"If the domain is wrong, {origin.order('domain')}"
        )


class Auth0RefusalError(Auth0Error):
    """Auth0 refuses a request, and the message quotes Auth0's reason."""

    def __init__(self, domain: str, reason: str) -> None:
        super().__init__(
            f"Auth0 refused a request at {domain}: {reason}.\n"
            "Auth0 did not do what the request asked for.\n"
            "Fix the cause that Auth0 names, and run again"
        )


class Auth0ResponseError(Auth0Error):
    """A response that Auth0's Management API does not give."""

    def __init__(self, domain: str, reason: str, origin: Origin) -> None:
        super().__init__(
            f"The response of {domain} is not a response of Auth0: {reason}.\n"
            "A proxy or another server may have sent the response.\n"
            f"If the domain is not a domain of Auth0, {origin.order('domain')}"
        )


class AnotherTenantError(ConsumerOnLoginError):
    """The settings name another tenant than the one that has the stack.

    The way back is a plain `up`, since a refresh uses the settings of the last run.
    """

    def __init__(self, deployed: str, configured: str) -> None:
        lines = [
            f"This stack is deployed in the Auth0 tenant {deployed}, but the settings "
            f"name {configured}.",
            f"The Action in {deployed} stays live, and it keeps Zuplo's API key.",
            "Each tenant needs the credentials of its own application: auth0:clientId "
            "and auth0:clientSecret, or the variables AUTH0_*.",
            f"To go back to {deployed}, run: "
            f"pulumi config set auth0:domain {deployed} && pulumi up",
            "To deploy to both tenants, go back first. For the other tenant, run: "
            "pulumi stack init <name>",
            f"To move to {configured}, go back first. Then run: pulumi destroy && "
            f"pulumi config set auth0:domain {configured} && pulumi up",
            "If both names belong to one tenant, run: "
            f"pulumi config set auth0:audience https://{deployed}/api/v2/",
        ]
        super().__init__("\n".join(lines))


class NotReadyError(ConsumerOnLoginError):
    """Auth0 did not build or deploy the Action in time."""

    def __init__(self, action: str, seconds: float) -> None:
        super().__init__(
            f'Auth0 did not build and deploy the Action "{action}" within '
            f"{seconds:g} s.\n"
            "The version from before, if there is one, stays live.\n"
            "To try again, run: pulumi up"
        )


class ActionGoneError(ConsumerOnLoginError):
    """The tenant no longer has the Action that the state has."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f'The Action "{action}" is no longer in Auth0.\n'
            "New users get no consumer.\n"
            "To create the Action again, run: pulumi up --refresh"
        )
