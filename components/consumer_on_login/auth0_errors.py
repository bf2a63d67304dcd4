"""Why Auth0 could not be asked, or may not be, each with its remedy.

Auth0Error
├── Auth0SettingError       credentials are missing or malformed
├── Auth0ArgumentError      so are those given as an argument
├── Auth0LoginError         credentials are refused
├── Auth0TokenError         the given API token is refused
├── Auth0GrantError         the application may not use the Management API
├── Auth0ScopeError         the application lacks scopes
├── Auth0UnreachableError   no answer, or trouble that may pass
├── Auth0RefusalError       Auth0 says no, for a reason of its own
└── Auth0AnswerError        an answer that makes no sense
"""

from .errors import ConsumerOnLoginError


class Auth0Error(ConsumerOnLoginError):
    """Auth0 could not be asked, or may not be."""


class Auth0SettingError(Auth0Error):
    """Credentials that are missing or malformed."""

    def __init__(self, key: str, fault: str) -> None:
        super().__init__(
            f"auth0:{key} {fault}.\n"
            f"Set it with: pulumi config set {_AUTH0_SETTINGS[key]}"
        )


_AUTH0_SETTINGS = {
    "domain": "auth0:domain <tenant>.eu.auth0.com",
    "clientId": "auth0:clientId <client id>",
    "clientSecret": "--secret auth0:clientSecret",
    "apiToken": "--secret auth0:apiToken",
}


class Auth0ArgumentError(Auth0Error):
    """Credentials of an explicit provider that are missing or malformed."""

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(
            f'auth0_credentials: "{name}" {fault}.\n'
            f'Give the component auth0_credentials with "{name}"'
        )


class Auth0LoginError(Auth0Error):
    """Auth0 refuses the credentials (HTTP 401)."""

    def __init__(self, domain: str) -> None:
        super().__init__(
            f"Auth0 refused to log in at {domain}: clientId or clientSecret is wrong "
            "(HTTP 401).\n"
            "To set both, run: pulumi config set auth0:clientId <id> && "
            "pulumi config set --secret auth0:clientSecret"
        )


class Auth0TokenError(Auth0Error):
    """Auth0 refuses the given API token (HTTP 401); such tokens last a day."""

    def __init__(self, domain: str) -> None:
        super().__init__(
            f"Auth0 refused the API token at {domain} (HTTP 401): it expired, or is "
            "another tenant's.\n"
            "Set a new one with: pulumi config set --secret auth0:apiToken"
        )


class Auth0GrantError(Auth0Error):
    """The application has no grant for the Management API (HTTP 403)."""

    def __init__(self, domain: str, audience: str) -> None:
        super().__init__(
            f"The Auth0 application of {domain} may not use {audience} (HTTP 403).\n"
            "Authorize it in the dashboard: Applications > APIs > Auth0 Management API "
            "> Machine to Machine Applications\n"
            "With a custom domain, run: "
            "pulumi config set auth0:audience https://<tenant>.eu.auth0.com/api/v2/"
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

    def __init__(self, domain: str, reason: str) -> None:
        super().__init__(
            f"Auth0 cannot be asked at {domain}: {reason}.\n"
            "Run again when it answers\n"
            "If the domain is wrong, run: "
            "pulumi config set auth0:domain <tenant>.eu.auth0.com"
        )


class Auth0RefusalError(Auth0Error):
    """Auth0 says no to a request, in its own words."""

    def __init__(self, domain: str, reason: str) -> None:
        super().__init__(
            f"Auth0 refused a request at {domain}: {reason}.\n"
            "Fix what it names, then run: pulumi up"
        )


class Auth0AnswerError(Auth0Error):
    """An answer that Auth0's Management API does not give."""

    def __init__(self, domain: str, reason: str) -> None:
        super().__init__(
            f"The answer of {domain} does not help: {reason}.\n"
            "If it is no domain of Auth0, set it with: "
            "pulumi config set auth0:domain <tenant>.eu.auth0.com"
        )
