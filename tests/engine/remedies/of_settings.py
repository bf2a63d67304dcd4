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
def all_settings_wrong_at_once(stage: Remedies) -> Run:
    sandbox = stage.sandbox
    stage.configure(WRONG)
    stage.values |= {
        "<account>": sandbox.zuplo_account,
        "<bucket>": sandbox.zuplo_bucket,
        "<environment>": "development",
        "<key>": SETTINGS["metadata_key"].default,
        "consumerMetadata.<name>": "consumerMetadata.plan",
        "<text>": "free",
        "'<name>'": f"'{SETTINGS['action_name'].default}'",
    }
    stage.timeout_ms = SETTINGS["login_timeout_ms"].default
    stage.want(consumer_metadata={"plan": "free"})
    return stage.preview()


@remedy(SETTING)
def key_that_is_no_key(stage: Remedies) -> Run:
    stage.use_key("two words")
    return stage.preview()


@remedy("portalClientIds is not set")
def every_application(stage: Remedies) -> Run:
    stage.configure({"portalClientIds": []})
    return stage.preview()


@remedy("is no setting of the component")
def misspelt_key(stage: Remedies) -> Run:
    stage.configure({"loginTimeoutMS": "1234"})
    stage.timeout_ms = SETTINGS["login_timeout_ms"].default
    return stage.preview()
