"""An Action of the STAND-IN: its draft, its versions, and the rules of deploying.

Knows nothing of HTTP, of bindings or of other Actions.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from sandbox.auth0.builds import Dependency
from sandbox.auth0.clock import now
from sandbox.auth0.errors import bad_request, invalid_body, not_found
from sandbox.auth0.progress import BuildProgress, Status

VERSIONS_PER_ACTION = 50


class TriggerRef(NamedTuple):
    id: str
    version: str


class Secret(NamedTuple):
    value: str
    updated_at: str


def stored_secrets(
    values: Mapping[str, str | None], updated_at: str, old: Mapping[str, Secret]
) -> dict[str, Secret]:
    """Keep secrets in an order of the server's own, all new values with one timestamp.

    Recording "failed build" shows an order that is neither the request's nor the
    alphabet's; the order by digest is ours. A secret without a value stays as it was:
    see check_secrets.
    """
    in_order = sorted(values, key=lambda name: hashlib.sha256(name.encode()).digest())
    return {
        name: old[name] if value is None else Secret(value, updated_at)
        for name, value in ((name, values[name]) for name in in_order)
    }


def check_secrets(values: Mapping[str, str | None], old: Mapping[str, Secret]) -> None:
    """Refuse a secret that has no value and had none.

    Clients send back the names alone, which is all that they can read. The server
    calls a draft's secret NameValueOptional (issue thread of auth0-deploy-cli). That
    the old value stays, and its timestamp, is inferred, as is the refusal.
    """
    for number, (name, value) in enumerate(values.items()):
        if value is None and name not in old:
            fault = f"'Missing required property: value' on property secrets.{number}"
            raise invalid_body(fault)


def new_id() -> str:
    return str(uuid4())


@dataclass(kw_only=True)
class Contents:
    """What a draft and a version have in common."""

    code: str
    dependencies: list[Dependency]
    runtime: str
    secrets: dict[str, Secret]
    supported_triggers: list[TriggerRef]


@dataclass(kw_only=True)
class Version(Contents):
    """A copy of a draft that is or was deployed."""

    number: int
    id: str = field(default_factory=new_id)
    modules: Path | None
    """The folder that holds node_modules; None without dependencies."""
    created_at: str = field(default_factory=now)
    built_at: str = field(default_factory=now)
    updated_at: str = field(default_factory=now)


@dataclass(kw_only=True)
class Action(Contents):
    """An Action; the inherited contents are those of its draft."""

    name: str
    build: BuildProgress
    id: str = field(default_factory=new_id)
    created_at: str = field(default_factory=now)
    entry_updated_at: str = ""
    """The updated_at shown where a version or binding names its Action: a little
    older than the draft's (recording "create, poll, update, deploy")."""
    updated_at: str = field(default_factory=now)
    versions: list[Version] = field(default_factory=list)
    deployed_version: Version | None = None
    all_changes_deployed: bool = False

    def __post_init__(self) -> None:
        self.entry_updated_at = self.created_at

    @property
    def status(self) -> Status:
        return self.build.status

    @property
    def modules(self) -> Path | None:
        return self.build.modules

    @property
    def current_version(self) -> Version | None:
        return self.versions[-1] if self.versions else None

    def version(self, version_id: str) -> Version:
        for version in self.versions:
            if version.id == version_id:
                return version
        message = "That action version does not exist."  # inferred
        raise not_found(message)

    def changed(self) -> None:
        """Begin the life of a changed draft: not built, not deployed."""
        self.entry_updated_at = now()
        self.updated_at = now()
        self.build = BuildProgress(self.dependencies)
        self.all_changes_deployed = False

    def deploy(self) -> Version:
        """Make the built draft the deployed version.

        Refusal: issue thread (not recorded).
        """
        if self.build.look() != "built":
            message = "A draft must be in the 'built' state before it can be deployed."
            raise bad_request(message)
        self.all_changes_deployed = True
        return self._deploy(self, self.modules)

    def roll_back(self, version_id: str) -> Version:
        """Deploy an earlier version again, as a new version.

        Recording "versions and rollback"; that the draft stays is inferred from the
        Auth0 OpenAPI.
        """
        earlier = self.version(version_id)
        self.all_changes_deployed = False
        return self._deploy(earlier, earlier.modules)

    def _deploy(self, source: Contents, modules: Path | None) -> Version:
        version = Version(
            number=self.versions[-1].number + 1 if self.versions else 1,
            code=source.code,
            dependencies=source.dependencies,
            runtime=source.runtime,
            secrets=source.secrets,
            supported_triggers=source.supported_triggers,
            modules=modules,
        )
        self.versions.append(version)
        self.deployed_version = version
        self._forget_oldest()
        return version

    def _forget_oldest(self) -> None:
        """Keep the documented number of versions; the deployed one always stays."""
        while len(self.versions) > VERSIONS_PER_ACTION:
            unused = (v for v in self.versions if v is not self.deployed_version)
            self.versions.remove(next(unused))
