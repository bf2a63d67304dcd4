"""The bucket check: a dynamic resource that reads from Zuplo at every preview and up.

It owns nothing in Zuplo. To create, update or delete it changes only the state. Its
purpose is `check`, which stops a preview before the engine registers other resources.
The program's process sends no request to Zuplo: the engine runs the provider in its own
plugin process, which finds this module by its path. Every state stores that path, so
module and class names stay.
"""

from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from ..errors import remedy_alone
from ..process_memory import MEMORY
from ..settings import rules
from ..settings.settings import SETTINGS
from .client import Bucket, ZuploClient
from .errors import (
    ZuploBucketError,
    ZuploEnvironmentError,
    ZuploError,
    ZuploKeyRefusedError,
    ZuploStoredKeyError,
)

_IDENTITY = ("api_url", "account", "bucket")
_LOOK_UP = (*_IDENTITY, "api_key")
_INPUTS = (*_LOOK_UP, "environment", "metadata_key")
_FOUND = ("bucket_id", "tags")
"""What the check adds to the inputs, if it knows all of them."""
_ARGUMENTS = {name: f"zuplo_{name}" for name in (*_LOOK_UP, "environment")} | {
    "metadata_key": "metadata_key"
}
"""The component's arguments by input."""


class ZuploBucketProvider(ResourceProvider):
    """Has no fields, so that a state stores it by reference and without a key."""

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Read the bucket. The engine calls this first, at every preview and up.

        The check adds what Zuplo reports to the inputs, for the other resources.
        A failure names bucket or account as its property, if one of them is wrong. It
        never names the key, since the engine may print the property's value
        (pulumi/pulumi#19465).
        If inputs are unknown in a preview, only the `up` checks the bucket.
        """
        if faults := _faults(news):
            return CheckResult(news, [CheckFailure("", "\n".join(faults))])
        if any(_is_unknown(news, name) for name in (*_LOOK_UP, "environment")):
            return CheckResult(news, [])
        try:
            found = _outputs_of(news, _find_once(news))
        except ZuploError as error:
            return CheckResult(news, [CheckFailure(error.of, str(error))])
        _warn_of_changed_bucket(olds, found)
        return CheckResult({**news, **found}, [])

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Store what the check found."""
        return CreateResult(props["bucket_id"], _outputs(props))

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Replace the resource for another bucket. Update it for a rotated key.

        A bucket that was deleted and made again under its name is another bucket. An
        unknown value in a preview may stay the same, so it replaces nothing yet.
        """
        names = (*_INPUTS, *_FOUND) if news.get("bucket_id") else _INPUTS
        changed = [name for name in names if olds.get(name) != news.get(name)]
        known = (name for name in changed if not _is_unknown(news, name))
        return DiffResult(
            changes=bool(changed),
            replaces=[name for name in known if name in (*_IDENTITY, "bucket_id")],
        )

    def update(
        self, _id: str, _olds: dict[str, Any], news: dict[str, Any]
    ) -> UpdateResult:
        """Store what the check found."""
        return UpdateResult(_outputs(news))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Refresh. The bucket is gone only if Zuplo says so.

        Raises:
            ZuploError: any other failure, so that a short failure drops nothing.
        """
        with remedy_alone():
            try:
                return ReadResult(id_, _outputs_of(props, _find(props)))
            except ZuploBucketError:
                return ReadResult(None, {})
            except ZuploKeyRefusedError:
                raise ZuploStoredKeyError(props["api_url"]) from None


class ZuploBucket(Resource, module="zuplo", name="Bucket"):
    """An API key bucket that must exist."""

    account: pulumi.Output[str]
    bucket: pulumi.Output[str]
    """The bucket's name."""
    bucket_id: pulumi.Output[str]
    """Zuplo's id, bckt_..."""
    tags: pulumi.Output[dict[str, str]]
    """The bucket's tags as Zuplo reports them."""

    def __init__(
        self,
        name: str,
        *,
        api_url: pulumi.Input[str],
        account: pulumi.Input[str],
        bucket: pulumi.Input[str],
        api_key: pulumi.Input[str],
        environment: pulumi.Input[str] | None,
        metadata_key: pulumi.Input[str],
        provider: ZuploBucketProvider,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the check.

        The bucket's tags must name `environment`, if the stack sets one. The request
        does not need `metadata_key`: the check warns if the bucket changes and this key
        does not.
        """
        props = {
            "api_url": api_url,
            "account": account,
            "bucket": bucket,
            "api_key": pulumi.Output.secret(api_key),
            "environment": environment,
            "metadata_key": metadata_key,
            # Filled by the check.
            "bucket_id": None,
            "tags": None,
        }
        super().__init__(provider, name, props, opts)


def _is_unknown(inputs: dict[str, Any], name: str) -> bool:
    return pulumi.contains_unknowns(inputs.get(name))


def _faults(inputs: dict[str, Any]) -> list[str]:
    """Check the form of known values, above all that the address begins with https.

    Arguments that were Outputs in the program are known here for the first time.
    """
    return [
        SETTINGS[argument].fault(wrong)
        for name, argument in _ARGUMENTS.items()
        if not _is_unknown(inputs, name)
        and (wrong := SETTINGS[argument].wrong(inputs.get(name)))
    ]


def _find_once(props: dict[str, Any]) -> Bucket:
    """Read a bucket once, since components may share it; raises ZuploError."""
    look_up = tuple(props[name] for name in _LOOK_UP)
    return MEMORY.once(look_up, lambda: _find(props))


def _find(props: dict[str, Any]) -> Bucket:
    """Read the bucket; raises ZuploError if Zuplo does not confirm it."""
    with ZuploClient(props["api_url"], props["account"], props["api_key"]) as zuplo:
        return zuplo.find_bucket(props["bucket"])


def _outputs_of(props: dict[str, Any], found: Bucket) -> dict[str, Any]:
    """Give all outputs: the inputs, and what Zuplo reports.

    Raises:
        ZuploEnvironmentError: the bucket belongs to another environment.
    """
    _require_environment(found, props.get("environment"))
    return _outputs({**props, "bucket_id": found.id, "tags": found.tags})


def _outputs(props: dict[str, Any]) -> dict[str, Any]:
    return {name: props.get(name) for name in (*_INPUTS, *_FOUND)}


def _require_environment(bucket: Bucket, wanted: str | None) -> None:
    """Raise ZuploEnvironmentError if the bucket's tags name another environment."""
    found = bucket.tags.get("environmentType")
    if wanted and found != rules.ENVIRONMENT_TAGS[wanted]:
        names = {tag: name for name, tag in rules.ENVIRONMENT_TAGS.items()}
        other = names.get(found or "")
        setting = f"set zuploEnvironment {other}" if other else "rm zuploEnvironment"
        raise ZuploEnvironmentError(bucket.name, other or found, wanted, setting)


def _warn_of_changed_bucket(olds: dict[str, Any], news: dict[str, Any]) -> None:
    """Warn through the plugin's standard error, since a check has no other way.

    The engine shows the text among the diagnostics, with the word "warning".
    """
    # The id changes with all of them, and alone if the bucket was made again.
    names = ("bucket_id", *_IDENTITY)
    changed = [name for name in names if olds.get(name) != news[name]]
    if olds and changed and olds.get("metadata_key") == news["metadata_key"]:
        name = changed[-1]
        pulumi.log.warn(
            f'The {name} changes from "{olds.get(name)}" to "{news[name]}", but '
            f'metadataKey stays "{news["metadata_key"]}".\n'
            "Users who have a consumer in the old bucket get none in the new bucket.\n"
            "To give them a new consumer, run: pulumi config set metadataKey <key>"
        )
