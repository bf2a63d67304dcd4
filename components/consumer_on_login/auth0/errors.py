"""Why Auth0 could not be asked, or may not be, each with its remedy.

Auth0Error
├── Auth0MissingError       a credential is set nowhere
├── Auth0SettingError       credentials are malformed, or missing in an argument
├── Auth0LoginError         credentials are refused
├── Auth0TokenError         the given API token is refused
├── Auth0GrantError         the application may not use the Management API
├── Auth0ScopeError         the application lacks scopes
├── Auth0UnreachableError   no answer, or trouble that may pass
├── Auth0RefusalError       Auth0 says no, for a reason of its own
└── Auth0AnswerError        an answer that makes no sense
AnotherTenantError          the stack is deployed in another tenant
NotReadyError               Auth0 did not build or deploy an Action in time
ActionGoneError             the Action was deleted

What sets a credential does so where it came from.
"""

from ..errors import ConsumerOnLoginError
from .origin import Origin


class Auth0Error(ConsumerOnLoginError):
    """Auth0 could not be asked, or may not be."""


class Auth0MissingError(Auth0Error):
    """A credential that neither configuration nor environment has."""

    def __init__(self, name: str) -> None:
        here, outside = Origin(), Origin(of_environment=frozenset({name}))
        super().__init__(
            f"{here.named(name)} is not set, and neither is {outside.named(name)}.\n"
            f"To set it for this stack, {here.order(name)}\n"
            f"To set it for all runs from here, {outside.order(name)}"
        )


class Auth0SettingError(Auth0Error):
    """A credential that cannot work, or that an argument lacks."""

    def __init__(self, name: str, fault: str, origin: Origin) -> None:
        super().__init__(
            f"{origin.named(name)} {fault}.\nTo set it, {origin.order(name)}"
        )


class Auth0LoginError(Auth0Error):
    """Auth0 refuses the credentials (HTTP 401)."""

    def __init__(self, domain: str, origin: Origin) -> None:
        both = ("client_id", "client_secret")
        super().__init__(
            f"Auth0 refused to log in at {domain}: "
            f"{' or '.join(map(origin.named, both))} is wrong (HTTP 401).\n"
            f"To set both, {origin.order(*both)}"
        )


class Auth0TokenError(Auth0Error):
    """Auth0 refuses the given API token (HTTP 401); such tokens last a day."""

    def __init__(self, domain: str, origin: Origin) -> None:
        name = "api_token"
        super().__init__(
            f"Auth0 refused the API token of {origin.named(name)} at {domain} "
            "(HTTP 401): it expired, or is another tenant's.\n"
            f"To set a new one, {origin.order(name)}"
        )


class Auth0GrantError(Auth0Error):
    """The application has no grant for the Management API (HTTP 403)."""

    def __init__(self, domain: str, audience: str, origin: Origin) -> None:
        super().__init__(
            f"The Auth0 application of {domain} may not use {audience} (HTTP 403).\n"
            "Authorize it in the dashboard: Applications > APIs > Auth0 Management API "
            "> Machine to Machine Applications\n"
            f"With a custom domain, {origin.order('audience')}"
        )


class Auth0ScopeError(Auth0Error):
    """The application may not do all that a stack needs."""

    def __init__(self, domain: str, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(
            f"The Auth0 application of {domain} lacks {', '.join(missing)}.\n"
            "Grant it in the dashboard: Applications > APIs > Auth0 Management API > "
            "Machine to Machine Applications"
        )


class Auth0UnreachableError(Auth0Error):
    """No usable answer within the time limit: connection, time-out, 429 or 5xx."""

    def __init__(self, domain: str, reason: str, origin: Origin) -> None:
        super().__init__(
            f"Auth0 cannot be asked at {domain}: {reason}.\n"
            "Run again when it answers\n"
            f"If the domain is wrong, {origin.order('domain')}"
        )


class Auth0RefusalError(Auth0Error):
    """Auth0 says no to a request, in its own words."""

    def __init__(self, domain: str, reason: str) -> None:
        super().__init__(
            f"Auth0 refused a request at {domain}: {reason}.\n"
            "Fix what it names, and run again"
        )


class Auth0ResponseError(Auth0Error):
    """An answer that Auth0's Management API does not give."""

    def __init__(self, domain: str, reason: str, origin: Origin) -> None:
        super().__init__(
            f"The answer of {domain} does not help: {reason}.\n"
            f"If it is no domain of Auth0, {origin.order('domain')}"
        )


class AnotherTenantError(ConsumerOnLoginError):
    """The credentials lead to another tenant than the one the stack is deployed in.

    A plain `up` leads the way back: a refresh asks with the settings of the last run.
    """

    def __init__(self, deployed: str, configured: str) -> None:
        lines = [
            f"This stack is deployed in the Auth0 tenant {deployed}, but the settings "
            f"lead to {configured}.",
            f"The Action in {deployed} stays live with its key.",
            "Each way needs the application of the tenant that it asks: auth0:clientId "
            "and auth0:clientSecret, or the variables AUTH0_*.",
            f"To go back, run: pulumi config set auth0:domain {deployed} && pulumi up",
            "To deploy to both, go back, and for the other tenant run: "
            "pulumi stack init <name>",
            "To move, go back, and then run: pulumi destroy && "
            f"pulumi config set auth0:domain {configured} && pulumi up",
            "If both names are of one tenant, run: "
            f"pulumi config set auth0:audience https://{deployed}/api/v2/",
        ]
        super().__init__("\n".join(lines))


class NotReadyError(ConsumerOnLoginError):
    """Auth0 did not build or deploy the Action in time."""

    def __init__(self, action: str, seconds: float) -> None:
        super().__init__(
            f'Auth0 has not built and deployed the Action "{action}" within '
            f"{seconds:g} s.\n"
            "Try again with: pulumi up"
        )


class ActionGoneError(ConsumerOnLoginError):
    """The Action of the state is not in the tenant."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f'The Action "{action}" is not in Auth0 any more.\n'
            "Create it again with: pulumi up --refresh"
        )
