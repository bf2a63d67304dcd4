"""The consumers of killed login probes, and a resource that removes them.

A probe removes its own consumer, unless the engine kills it at a cancelled `up`. The
next probe of the Action removes that consumer. If no probe follows, the resource
removes it: at a destroy, when the probe is turned off, or when the stack moves.
The resource is in the state before the first probe runs. Every state stores the path of
this module and the names of its classes, so they stay.
"""

import re
import secrets
from typing import Any

import pulumi
from pulumi.dynamic import (
    CreateResult,
    DiffResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from ..consumer_name import consumer_name
from ..errors import ConsumerOnLoginError
from ..zuplo.client import Consumer, ZuploClient
from ..zuplo.errors import ZuploBucketError

USER_PREFIX = "login-probe|"
"""Beginning of the users' ids. Auth0's ids begin with the name of a strategy, and no
strategy has this name."""
ACTION_TAGS = {"source": "auth0-login"}
"""Tags of every consumer of the Action, see action/create-consumer/code.js."""

_IDENTITY = ("api_url", "account", "bucket", "tenant", "action_id")
_INPUTS = (*_IDENTITY, "api_key")


def new_user_id(action_id: str) -> str:
    """Make an id for a user of an Action's probe. Nobody can guess the id."""
    return f"{USER_PREFIX}{action_id}|{secrets.token_hex(16)}"


def is_leftover(consumer: Consumer, tenant: str, action_id: str) -> bool:
    """Tell whether a probe of this Action has left the consumer.

    The consumer's name must be the name for its user, which no other user has.
    """
    user = consumer.metadata.get("user_id")
    beginning = re.escape(f"{USER_PREFIX}{action_id}|")
    return (
        isinstance(user, str)
        and re.fullmatch(rf"{beginning}[0-9a-f]{{32}}", user) is not None
        and consumer.name == consumer_name(tenant, user)
    )


def remove_leftovers(
    zuplo: ZuploClient, bucket: str, tenant: str, action_id: str
) -> int:
    """Remove the consumers that probes of an Action have left, and count them.

    No probe of this Action runs meanwhile: the engine runs one operation of a stack at
    a time.

    Raises:
        ZuploError: some of the consumers may still exist.
    """
    found = list(zuplo.consumers(bucket, ACTION_TAGS))
    left = [it.name for it in found if is_leftover(it, tenant, action_id)]
    for name in left:
        zuplo.delete_consumer(bucket, name)
    return len(left)


class ProbeLeftoversProvider(ResourceProvider):
    """Has no fields, so that a state stores it by reference and without a key."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Store where the probes run."""
        return CreateResult(props["action_id"], _outputs(props))

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Never replace the resource, since a protected component does not allow it."""
        return DiffResult(changes=any(olds[it] != news[it] for it in _INPUTS))

    def update(
        self, id_: str, olds: dict[str, Any], news: dict[str, Any]
    ) -> UpdateResult:
        """Store the new key. For a new place, remove the leftovers of the old one."""
        if any(olds[it] != news[it] for it in _IDENTITY):
            self.delete(id_, olds)
        return UpdateResult(_outputs(news))

    def delete(self, _id: str, props: dict[str, Any]) -> None:
        """Remove the leftovers. Only warn: a destroy needs no key and no bucket."""
        place = (props["api_url"], props["account"], props["api_key"])
        bucket, tenant, action_id = (props[it] for it in _IDENTITY[2:])
        try:
            with ZuploClient(*place) as zuplo:
                remove_leftovers(zuplo, bucket, tenant, action_id)
        except ZuploBucketError:
            return
        except ConsumerOnLoginError as error:
            pulumi.log.warn(
                f'Consumers of login probes may be left in bucket "{bucket}": '
                f"{str(error).splitlines()[0]}\n"
                "This run goes on, and later runs may not remove them.\n"
                "To remove them, delete in Zuplo the consumers whose metadata.user_id "
                f"begins with {USER_PREFIX}{action_id}|"
            )


def _outputs(props: dict[str, Any]) -> dict[str, Any]:
    return {name: props[name] for name in _INPUTS}


class ProbeLeftovers(Resource, module="zuplo", name="ProbeLeftovers"):
    """The consumers that login probes of one Action may leave in a bucket."""

    def __init__(
        self,
        name: str,
        *,
        api_url: pulumi.Input[str],
        account: pulumi.Input[str],
        bucket: pulumi.Input[str],
        api_key: pulumi.Input[str],
        tenant: pulumi.Input[str],
        action_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Declare where the probes run; `tenant` is the tenant's name."""
        props = {
            "api_url": api_url,
            "account": account,
            "bucket": bucket,
            "api_key": pulumi.Output.secret(api_key),
            "tenant": tenant,
            "action_id": action_id,
        }
        super().__init__(ProbeLeftoversProvider(), name, props, opts)
