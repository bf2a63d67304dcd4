"""Statements that neither a program nor a person can try at will, and why."""

from dataclasses import dataclass

from .statements import Statement

CODE = "action/create-consumer/code.js"
DOCUMENT = "document"


@dataclass(frozen=True)
class Untried:
    """A statement with what stands against trying it."""

    statement: Statement
    reason: str


def untried(
    id_: str, sentence: str, reason: str, *, where: str, rests_on: str, breaks: str
) -> Untried:
    return Untried(Statement(id_, sentence, where, rests_on, breaks), reason)


UNTRIED = (
    untried(
        "zuplo-no-key-left",
        "Zuplo may fail between creating the consumer and its key.",
        "it cannot be forced",
        where=f"{CODE}: requireKey",
        rests_on="guess",
        breaks="Nothing: the Action sends a request too many.",
    ),
    untried(
        "zuplo-manager-refused",
        "If Zuplo refuses a manager without `id` and `createdOn`, the status is 400.",
        "`zuplo-manager-object` shows the status, if there is a refusal",
        where=f"{CODE}: isRefused",
        rests_on="document",
        breaks="Nobody gets a consumer.",
    ),
    untried(
        "zuplo-expired-key",
        "The response to a key that has expired is 401.",
        "it takes a key that expires",
        where="zuplo/errors.py: ZuploKeyRefusedError",
        rests_on="guess",
        breaks="A preview with such a key names another reason.",
    ),
    untried(
        "zuplo-rate-limit",
        "429 comes with `retry-after` in seconds.",
        "it takes 101 requests in a second, which other users of the account feel",
        where=f"{CODE}: retryAfter",
        rests_on="document, example 60",
        breaks="Logins in a burst give up too early.",
    ),
    untried(
        "zuplo-plan-full",
        "Past a plan's number of consumers, Zuplo refuses with a status or accepts.",
        "it takes a full plan",
        where=f"{CODE}: heed",
        rests_on="not documented",
        breaks="Logins wait for Zuplo, although no consumer can be made.",
    ),
    untried(
        "zuplo-invitation",
        "A manager or an invitation of `example.com` has no effect.",
        "nobody reads the mail of example.com",
        where="login_probe/__main__.py: login_event",
        rests_on="guess",
        breaks="Each login probe sends an e-mail to nobody.",
    ),
    untried(
        "login-not-saved",
        "If Auth0 cannot save the metadata, the login works. One reason is a profile "
        "of more than 10 KB and its allowance.",
        "it takes such a user, whose logins may fail from then on",
        where=f"{CODE}: setAppMetadata",
        rests_on="not documented; Auth0's page says that such a login may fail",
        breaks="A user with a profile beyond Auth0's limit cannot log in.",
    ),
    untried(
        "login-look-up",
        "A name look-up that still waits when the handler returns delays no login.",
        "it cannot be forced",
        where=f"{CODE}: inTime",
        rests_on="guess",
        breaks="A login may wait for a name server that does not respond.",
    ),
    untried(
        "login-event",
        "The event is as the schema says: it has `email_verified`, `app_metadata` and "
        "`tenant.id`.",
        "a copy of an event holds personal data; `login-created` shows what counts",
        where=f"{CODE}: reasonToSkip",
        rests_on="schema",
        breaks="First logins end with `no_id` or `email_not_verified`.",
    ),
    untried(
        "login-seconds",
        "All Actions of a login together have 20 s.",
        "an Action that sleeps holds up every login of the tenant",
        where="settings/rules.py: LOGIN_TIMEOUT_MS",
        rests_on=DOCUMENT,
        breaks="Auth0 ends a login that waits for Zuplo.",
    ),
    untried(
        "login-version",
        "A login runs the version that is deployed when the login begins.",
        "it takes a deployment within a login",
        where="docs/key-rotation.md: version",
        rests_on="guess",
        breaks="A login during a rotation may use the old key.",
    ),
    untried(
        "login-unverified",
        "Some enterprise connections leave `email_verified` false.",
        "it takes an enterprise connection",
        where=f"{CODE}: reasonToSkip",
        rests_on=DOCUMENT,
        breaks="Nothing: all users of such a connection get a consumer.",
    ),
    untried(
        "auth0-custom-domain",
        "With a custom domain, the audience names the tenant's own domain.",
        "it takes a custom domain",
        where="auth0/credentials.py: TenantIdentity",
        rests_on="document of the Auth0 provider",
        breaks="A preview with a custom domain is refused.",
    ),
    untried(
        "auth0-client-of-one-tenant",
        "An application's client id belongs to one tenant.",
        "two tenants cannot show it",
        where="auth0/credentials.py: TenantIdentity",
        rests_on="guess",
        breaks="A stack may be deployed in another tenant without a warning.",
    ),
    untried(
        "auth0-rate-limit",
        "429 comes with `x-ratelimit-reset` in seconds since the epoch.",
        "it takes a burst, which the tenant's other clients feel",
        where="auth0/session.py: reset_header",
        rests_on="document; no recording",
        breaks="A run repeats a request too early, and fails after some attempts.",
    ),
    untried(
        "auth0-command-line",
        "Auth0's command line sends what the commands in messages and pages say.",
        "it is a program of its own",
        where="delivery/errors.py: auth0",
        rests_on="its source",
        breaks="A command of a message fails.",
    ),
)
