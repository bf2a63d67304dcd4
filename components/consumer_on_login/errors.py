"""The errors of this package, each with the remedy as its last line.

    ConsumerOnLoginError
    ├── SettingsError           settings that cannot work, before anything is registered
    ├── ActionError             Auth0 would not take the Action as it is
    ├── ZuploError              Zuplo could not confirm the bucket
    │   ├── ZuploKeyRefusedError    401
    │   ├── ZuploStoredKeyError     401 for the key in the state
    │   ├── ZuploForbiddenError     403
    │   ├── ZuploAccountError       the key belongs to another account
    │   ├── ZuploBucketError        404, and the account is right
    │   ├── ZuploEnvironmentError   the bucket is another environment's
    │   ├── ZuploUnreachableError   no answer, or trouble that may pass
    │   └── ZuploAnswerError        an answer that makes no sense
    ├── Auth0Error              Auth0 could not be asked, or may not be
    │   ├── Auth0SettingError       credentials are missing or malformed
    │   ├── Auth0ArgumentError      so are those given as an argument
    │   ├── Auth0LoginError         credentials are refused
    │   ├── Auth0TokenError         the given API token is refused
    │   ├── Auth0GrantError         the application may not use the Management API
    │   ├── Auth0ScopeError         the application lacks scopes
    │   ├── Auth0UnreachableError   no answer, or trouble that may pass
    │   ├── Auth0RefusalError       Auth0 says no, for a reason of its own
    │   └── Auth0AnswerError        an answer that makes no sense
    ├── NamesakeError           an Action of our name that is not of the stack
    ├── ForeignSecretError      a secret on our Action that is not of the stack
    ├── DeliveryError           the tenant does not run what was declared
    │   ├── DraftError              code, dependencies or runtime were not sent
    │   ├── BuildError              Auth0 could not build the draft
    │   ├── NotReadyError           Auth0 did not build or deploy it in time
    │   ├── ActionGoneError         the Action was deleted
    │   ├── InterferenceError       somebody else changed it meanwhile
    │   ├── TwinError               a second Action of its name came up meanwhile
    │   └── LostBindingsError       somebody else's binding was lost meanwhile
    └── ProbeError              a made-up user's login did not go well to its end
        ├── ProbeStepError          Auth0 or Zuplo failed at one step of it
        ├── ActionRaisedError       the Action raised an error
        ├── NoConsumerError         the Action ran and made no consumer
        ├── OtherConsumerError      the consumer of her name is not hers
        └── LeftConsumerError       her consumer could not be removed

Messages never contain a key: the engine prints them and CI keeps them.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pulumi


class ConsumerOnLoginError(pulumi.RunError):
    """Base of all; as a RunError it is printed without a traceback."""


class SettingsError(ConsumerOnLoginError):
    """Say all that is wrong with the settings at once."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        """One sentence per fault, in the order of the settings."""
        super().__init__("\n".join(faults))


class ActionError(ConsumerOnLoginError):
    """The Action is beyond a limit."""

    def __init__(self, fault: str, file: str) -> None:
        super().__init__(
            f"The Action cannot be deployed: {fault}.\nMend it in action/{file}"
        )


class ZuploError(ConsumerOnLoginError):
    """Zuplo could not confirm the bucket."""


class ZuploKeyRefusedError(ZuploError):
    """Zuplo does not know the key (HTTP 401)."""

    def __init__(self, api_url: str) -> None:
        super().__init__(
            f"Zuplo refused the API key (HTTP 401 from {api_url}).\n"
            "Set a valid one with: pulumi config set --secret zuploApiKey"
        )


class ZuploStoredKeyError(ZuploError):
    """A refresh asks with the key in the state, perhaps the one before rotation."""

    def __init__(self, api_url: str) -> None:
        super().__init__(
            f"Zuplo refused the API key in the state (HTTP 401 from {api_url}).\n"
            "If it was rotated, bring the new one into the state first, with: "
            "pulumi up (without --refresh)"
        )


class ZuploForbiddenError(ZuploError):
    """The key is known but may not do a deed to the bucket (HTTP 403).

    Zuplo's document of the Developer API has no 403; this is for the day it comes.
    """

    def __init__(self, account: str, bucket: str, deed: str = "read") -> None:
        super().__init__(
            f'The Zuplo API key may not {deed} bucket "{bucket}" of account '
            f'"{account}" (HTTP 403).\n'
            "Give the key access to the account's buckets in Zuplo, or set another "
            "with: pulumi config set --secret zuploApiKey"
        )


class ZuploAccountError(ZuploError):
    """The key belongs to another account than the one configured."""

    def __init__(self, account: str, key_account: str) -> None:
        super().__init__(
            f'The Zuplo API key belongs to account "{key_account}", '
            f'not to "{account}".\n'
            f"Set the account with: pulumi config set zuploAccount {key_account}"
        )


class ZuploBucketError(ZuploError):
    """The account has no bucket of this name (HTTP 404)."""

    def __init__(self, account: str, bucket: str, nearest: list[str]) -> None:
        self.nearest = nearest
        """The buckets that exist, the most similar name first."""
        held = ", ".join(nearest) if nearest else "none that this key can list"
        super().__init__(
            f'Zuplo account "{account}" has no bucket "{bucket}" (HTTP 404). '
            f"It has: {held}.\n"
            "Set it with: pulumi config set zuploBucket "
            f"{nearest[0] if nearest else '<name>'}"
        )


class ZuploEnvironmentError(ZuploError):
    """The bucket's tags name another environment than the stack is for."""

    def __init__(self, bucket: str, found: str, wanted: str) -> None:
        super().__init__(
            f'Bucket "{bucket}" is of Zuplo\'s environment {found}, but this stack is '
            f"for {wanted}.\n"
            "Set the bucket with: pulumi config set zuploBucket <bucket>; or, if the "
            "bucket is right: pulumi config set zuploEnvironment <environment>"
        )


class ZuploUnreachableError(ZuploError):
    """No usable answer within the time limit: connection, time-out, 429 or 5xx."""

    def __init__(self, api_url: str, reason: str) -> None:
        super().__init__(
            f"Zuplo cannot be asked at {api_url}: {reason}.\n"
            "Run again when it answers; if the address is wrong, set it with: "
            "pulumi config set zuploApiUrl <address>"
        )


class ZuploAnswerError(ZuploError):
    """An answer that Zuplo's Developer API does not give."""

    def __init__(self, api_url: str, reason: str) -> None:
        super().__init__(
            f"The answer from {api_url} is not one of Zuplo's Developer API: "
            f"{reason}.\n"
            "Check the address and set it with: pulumi config set zuploApiUrl "
            "https://dev.zuplo.com"
        )


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
            "Set them with: pulumi config set auth0:clientId <id> and "
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
            "> Machine to Machine Applications; or, with a custom domain, set: "
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
            "Run again when it answers; if the domain is wrong, set it with: "
            "pulumi config set auth0:domain <tenant>.eu.auth0.com"
        )


class Auth0RefusalError(Auth0Error):
    """Auth0 says no to a request, in its own words."""

    def __init__(self, domain: str, reason: str) -> None:
        super().__init__(
            f"Auth0 refused a request at {domain}: {reason}.\n"
            "Mend what it names and run again with: pulumi up"
        )


class Auth0AnswerError(Auth0Error):
    """An answer that Auth0's Management API does not give."""

    def __init__(self, domain: str, reason: str) -> None:
        super().__init__(
            f"The answer of {domain} does not help: {reason}.\n"
            "If it is no domain of Auth0, set it with: "
            "pulumi config set auth0:domain <tenant>.eu.auth0.com"
        )


class NamesakeError(ConsumerOnLoginError):
    """The tenant has Actions of the name that are not of this stack."""

    def __init__(self, name: str, ids: list[str]) -> None:
        super().__init__(
            f'Auth0 has an Action "{name}" that is not of this stack '
            f"({', '.join(ids)}): left by an interrupted run, or made by hand.\n"
            f"Adopt it with: pulumi config set adoptActionId {ids[0]}; or delete it "
            f"with: auth0 api delete 'actions/actions/{ids[0]}?force=true'"
        )


class ForeignSecretError(ConsumerOnLoginError):
    """The Action holds secrets that the next update would delete."""

    def __init__(self, name: str, secrets: list[str]) -> None:
        super().__init__(
            f'The Action "{name}" holds {", ".join(secrets)}, which is not of this '
            "stack and would be deleted.\n"
            "Move it elsewhere and remove it in the dashboard, then deploy there: "
            f"Actions > Library > {name}"
        )


class DeliveryError(ConsumerOnLoginError):
    """The tenant does not run what was declared."""


class DraftError(DeliveryError):
    """The draft is not what the provider should have sent."""

    def __init__(self, action: str, unlike: list[str]) -> None:
        super().__init__(
            f'{" and ".join(unlike)} of the Action "{action}" in Auth0 are not what '
            "was declared.\n"
            "Send them again with: pulumi up --refresh"
        )


class BuildError(DeliveryError):
    """Auth0 could not build the draft; it gives no reason."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f'Auth0 could not build the Action "{action}"; the version from before '
            "stays deployed.\n"
            "Try again with: pulumi up"
        )


class NotReadyError(DeliveryError):
    """Auth0 did not build or deploy the Action in time."""

    def __init__(self, action: str, seconds: float) -> None:
        super().__init__(
            f'Auth0 has not built and deployed the Action "{action}" within '
            f"{seconds:g} s.\n"
            "Try again with: pulumi up"
        )


class ActionGoneError(DeliveryError):
    """The Action of the state is not in the tenant."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f'The Action "{action}" is not in Auth0 any more.\n'
            "Create it again with: pulumi up --refresh"
        )


class InterferenceError(DeliveryError):
    """Somebody else changed our Action or its binding during the deployment."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f'The Action "{action}" or its binding was changed by somebody else while '
            "it was deployed.\n"
            "Deploy it again with: pulumi up --refresh"
        )


class TwinError(DeliveryError):
    """More Actions of our name: the provider repeats a create whose answer was lost.

    The command spares an Action that is bound, which may be another stack's.
    """

    def __init__(self, action: str, ids: list[str]) -> None:
        deletions = [f"auth0 api delete 'actions/actions/{item}'" for item in ids]
        super().__init__(
            f'Auth0 has more than one Action "{action}": {", ".join(ids)} is not of '
            "this stack, but made by a repeated request or by hand.\n"
            f"Delete what is no other stack's with: {' && '.join(deletions)}; then "
            "run: pulumi up"
        )


class LostBindingsError(DeliveryError):
    """Bindings of others vanished while ours was written."""

    def __init__(self, actions: list[str]) -> None:
        names = ", ".join(f'"{name}"' for name in actions)
        super().__init__(
            f"The login flow lost {names} while this stack wrote its binding: somebody "
            "else wrote at the same time.\n"
            "Bind it again in the dashboard: Actions > Triggers > post-login"
        )


class ProbeError(ConsumerOnLoginError):
    """A made-up user's login did not go well to its end."""


class ProbeStepError(ProbeError):
    """Auth0 or Zuplo failed at one step, whose error tells the remedy."""

    def __init__(self, step: str, error: ConsumerOnLoginError) -> None:
        super().__init__(f"{step}: {error}")


class ActionRaisedError(ProbeError):
    """Auth0 reports an error, whose text may quote anything and is not shown."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f'The Action "{action}" ended with an error in Auth0.\n'
            "Deploy it again with: pulumi up --refresh"
        )


class NoConsumerError(ProbeError):
    """The Action ran to its end, but Zuplo has no consumer of the user's name."""

    def __init__(self, action: str, bucket: str) -> None:
        super().__init__(
            f'Auth0 ran the Action "{action}", but bucket "{bucket}" has no consumer '
            "of its user.\n"
            "The Action's log says why, and docs/login-log.md what it means (after an "
            "outage, wait half a minute); then try again with: pulumi up"
        )


class OtherConsumerError(ProbeError):
    """The consumer of the user's name names somebody else as its user."""

    def __init__(self, action: str, bucket: str, consumer: str) -> None:
        super().__init__(
            f'Auth0 ran the Action "{action}", but consumer "{consumer}" in bucket '
            f'"{bucket}" does not name its user in metadata.user_id.\n'
            "Deploy the Action of this stack again with: pulumi up --refresh"
        )


class LeftConsumerError(ProbeError):
    """The made-up user's consumer is there yet, as far as can be known."""

    def __init__(
        self, bucket: str, consumer: str, minutes: int, error: ConsumerOnLoginError
    ) -> None:
        reason = str(error).splitlines()[0]
        super().__init__(
            f'The probe\'s consumer "{consumer}" could not be removed from bucket '
            f'"{bucket}": {reason}\n'
            f"Delete it in Zuplo, or after {minutes} minutes with: pulumi up"
        )


@contextmanager
def remedy_alone() -> Iterator[None]:
    """Keep the traceback from an error of this package in a dynamic provider.

    The plugin sends every exception's traceback to the engine, and only Python's own
    limit shortens it. Other exceptions keep theirs.
    """
    try:
        yield
    except ConsumerOnLoginError:
        sys.tracebacklimit = 0
        raise
