"""How each message about the stack's own settings comes about."""

from consumer_on_login.settings.arguments import (
    DEFAULT_ACTION_NAME,
    DEFAULT_LOGIN_TIMEOUT_MS,
    DEFAULT_METADATA_KEY,
)
from sandbox.engine.deployment import Run

from .harness import Remedies
from .table import EVERY, remedy

WRONG = {
    "zuploAccount": "https://portal.zuplo.com/acme",
    "zuploBucket": "",
    "zuploApiUrl": "dev.zuplo.com",
    "zuploEnvironment": "Development",
    "actionName": " blank",
    "portalClientIds": ["*", "portal"],
    "metadataKey": "user_id",
    "consumerMetadata": {"user_id": "ada", "plan": "free"},
    "loginTimeoutMs": 20000,
    "adoptActionId": "https://manage.auth0.com/",
}
"""Not loginProbe, of which the engine itself refuses all but true and false."""
SETTING = "\0 \0. Set it with: \0"


@remedy(SETTING, way=EVERY)
def all_settings_wrong_at_once(harness: Remedies) -> Run:
    sandbox = harness.sandbox
    harness.configure(WRONG)
    harness.values |= {
        "<account>": sandbox.zuplo_account,
        "<bucket>": sandbox.zuplo_bucket,
        "<environment>": "development",
        "<key>": DEFAULT_METADATA_KEY,
        "consumerMetadata.<name>": "consumerMetadata.plan",
        "<text>": "free",
        "'<name>'": f"'{DEFAULT_ACTION_NAME}'",
    }
    harness.timeout_ms = DEFAULT_LOGIN_TIMEOUT_MS
    harness.want(consumer_metadata={"plan": "free"})
    return harness.preview()


@remedy(SETTING)
def key_that_is_no_key(harness: Remedies) -> Run:
    harness.use_key("two words")
    return harness.preview()


@remedy("portalClientIds is not set")
def every_application(harness: Remedies) -> Run:
    harness.configure({"portalClientIds": []})
    return harness.preview()


@remedy("is no setting of the component")
def misspelt_key(harness: Remedies) -> Run:
    harness.configure({"loginTimeoutMS": "1234"})
    harness.timeout_ms = DEFAULT_LOGIN_TIMEOUT_MS
    return harness.preview()
