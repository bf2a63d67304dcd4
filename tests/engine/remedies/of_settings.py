"""How each message about the stack's own settings comes about."""

from consumer_on_login.settings.settings import SETTINGS
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
        "<key>": SETTINGS["metadata_key"].default,
        "consumerMetadata.<name>": "consumerMetadata.plan",
        "<text>": "free",
        "'<name>'": f"'{SETTINGS['action_name'].default}'",
    }
    harness.timeout_ms = SETTINGS["login_timeout_ms"].default
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
    harness.timeout_ms = SETTINGS["login_timeout_ms"].default
    return harness.preview()
