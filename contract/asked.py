"""Statements that need a person: what to do, step by step, and what to look at."""

from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape

from .report import Finding, Outcome, Report
from .statements import Statement

CODE = "action/create-consumer/code.js"
DOCUMENT = "document"


@dataclass(frozen=True)
class Asked:
    """A statement with the steps that show whether it holds."""

    statement: Statement
    steps: tuple[str, ...]
    question: str
    """Its answer is yes if the statement holds."""


def asked(
    id_: str,
    sentence: str,
    *steps: str,
    question: str,
    where: str,
    rests_on: str,
    breaks: str,
) -> Asked:
    return Asked(Statement(id_, sentence, where, rests_on, breaks), steps, question)


ASKED = (
    asked(
        "login-created",
        "A first login through the portal creates a consumer, and Auth0 keeps the "
        "complete line of the Action's log.",
        "Deploy a stack to this tenant and bucket with: pulumi up",
        "Log in to the portal with an account that has a verified address",
        "Open the log of the Action in the dashboard: Monitoring > Logs",
        question='Does the log have a line with "zuplo_consumer":"created"?',
        where=f"{CODE}: log",
        rests_on=DOCUMENT,
        breaks="Nobody gets a consumer, or nobody sees why not.",
    ),
    asked(
        "login-saved",
        "Auth0 saves what `setAppMetadata` sets, once, after all Actions.",
        "Log in to the portal again with the same account",
        "Open the log of the Action",
        question="Is there no second line for this account?",
        where=f"{CODE}: hasConsumer",
        rests_on=DOCUMENT,
        breaks="Each login of each user asks Zuplo.",
    ),
    asked(
        "portal-shows-key",
        "The portal shows a consumer to the user whose id is its manager's `sub`.",
        "Open the portal's page of API keys as this user, and note the key",
        "Change the user's address in the dashboard, and log in to the portal again",
        question="Does the page show the same key as before?",
        where=f"{CODE}: createWithManager",
        rests_on="inferred from Zuplo's example `dev-portal-with-api-keys`",
        breaks="Users do not see their key, or not any more after a change of address.",
    ),
    asked(
        "portal-other-holder",
        "The portal shows a consumer to nobody else who has its manager's address.",
        "Give the old address of the user to a second user, and verify it",
        "Log in to the portal as the second user",
        question="Does the page of API keys show only a key of their own?",
        where="docs/user-lifecycle.md: holder",
        rests_on="not documented",
        breaks="The next holder of an address sees the key of the one before.",
    ),
    asked(
        "login-token-exchange",
        "Token exchanges have the protocols `oauth2-refresh-token` and "
        "`oauth2-token-exchange`.",
        "Remove the key api_consumer from the user's app_metadata in the dashboard",
        "Refresh a token of this user, without a new login",
        "Open the log of the Action",
        question='Does the log have a line with "reason":"token_exchange"?',
        where=f"{CODE}: TOKEN_EXCHANGES",
        rests_on="schema",
        breaks="Each refresh of a token may wait for Zuplo.",
    ),
    asked(
        "login-tenant-id",
        "`event.tenant.id` is the first label of the tenant's own domain.",
        "Run: python -m consumer_on_login.offboarding --dry-run <user id>",
        question="Does it find the consumer of this user?",
        where="offboarding/__main__.py: tenant_of",
        rests_on=DOCUMENT,
        breaks="Offboarding does not find the consumer of a user.",
    ),
    asked(
        "user-blocked",
        "Blocking a user ends their session, but no token that they have.",
        "Block the user in the dashboard, while the portal is open",
        "Load the portal's page of API keys again within a minute",
        question="Does the page still show the key?",
        where="docs/user-lifecycle.md: Blocking",
        rests_on=DOCUMENT,
        breaks="The page tells operators too little, or too much.",
    ),
    asked(
        "user-linked",
        "Linking keeps the primary's id and metadata, and deletes the secondary's "
        "metadata.",
        "Link two users who have consumers, in the dashboard",
        "Look at the app_metadata of the linked user",
        question="Does it have the primary's api_consumer?",
        where="docs/user-lifecycle.md: primary",
        rests_on=DOCUMENT,
        breaks="The page tells operators the wrong consumer.",
    ),
    asked(
        "portal-unverified",
        "The portal's server shows no key to a user with an unverified address.",
        "Create a user of the database connection with the address of a user who has "
        "a key, and do not verify it",
        "Log in to the portal as the new user, and open an API in its playground",
        question="Does the playground offer no key?",
        where=f"{CODE}: reasonToSkip",
        rests_on="not documented; the page of keys requires a verified address",
        breaks="A stranger may see the key of a user.",
    ),
    asked(
        "login-primary-user",
        "After `setPrimaryUser` in an earlier Action, `event.user` is the primary.",
        "Link two accounts in an Action that runs before this one",
        "Log in with the secondary account, and open the log of the Action",
        "Look for the consumer's `user_id` in its metadata, in Zuplo",
        question="Is it the primary's?",
        where=f"{CODE}: consumerOf",
        rests_on="not documented",
        breaks="The consumer has no user in Auth0; nobody gets another person's key.",
    ),
    asked(
        "login-outage",
        "`api.cache` is synchronous, and shared by the processes of a trigger.",
        "Set a wrong key with: pulumi config set --secret zuploApiKey",
        "Deploy with: pulumi up --skip-preview",
        "Log in twice as new users, from two places, within half a minute",
        question='Does the log have a line with "reason":"outage"?',
        where=f"{CODE}: cache",
        rests_on=DOCUMENT,
        breaks="During an outage of Zuplo, each process lets one login wait.",
    ),
    asked(
        "login-idle",
        "An idle connection to Zuplo stays open for 60 s.",
        "Log in as two new users, 50 s apart",
        "Open the log of the Action",
        question='Do both lines have "attempts":1?',
        where=f"{CODE}: KEEP_ALIVE_MS",
        rests_on="guess",
        breaks="Some logins send a second request.",
    ),
    asked(
        "user-deleted",
        "A deleted user comes back with the same id from a social connection, and with "
        "a new id from a database connection.",
        "Delete one user of each, and log in again as both",
        "Compare the user ids",
        question="Is it so?",
        where="docs/user-lifecycle.md: deleted",
        rests_on=DOCUMENT,
        breaks="The page tells operators too little.",
    ),
)


def ask_all(report: Report, console: Console) -> None:
    """Ask each question at the terminal; a person may skip it."""
    console.print("\n[bold]What a person has to look at[/bold]")
    for it in ASKED:
        console.print(f"\n{escape(it.statement.sentence)}")
        for number, step in enumerate(it.steps, 1):
            console.print(f"  {number}. {escape(step)}", highlight=False)
        report.add(_finding(it, _reply(f"{it.question} [y/n, Enter skips] ")))


def _reply(question: str) -> str:
    try:
        return input(question)
    except EOFError:
        return ""


def _finding(it: Asked, reply: str) -> Finding:
    match reply.strip().lower()[:1]:
        case "y":
            return Finding(it.statement, Outcome.HELD)
        case "n":
            seen = it.question, "yes", "no"
            return Finding(it.statement, Outcome.DID_NOT_HOLD, *seen)
    return Finding(it.statement, Outcome.NOT_TRIED, "skipped")
