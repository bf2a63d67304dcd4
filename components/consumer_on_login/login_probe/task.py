"""The login probe's settings, which the component gives as environment variables."""

import os
from dataclasses import asdict, dataclass, fields
from typing import Self

from ..errors import SettingsError
from ..settings.settings import SETTINGS


@dataclass(frozen=True)
class ProbeTask:
    """All settings of a probe, without Auth0's credentials.

    The variable of a field has the field's name in capitals.
    """

    zuplo_api_url: str
    zuplo_account: str
    zuplo_bucket: str
    zuplo_api_key: str
    login_probe_action_id: str
    login_probe_action_name: str
    login_probe_tenant: str
    """The tenant's name, which is the beginning of its own domain."""
    login_probe_client_id: str
    """The application of the login. The Action must create consumers for it."""

    def __repr__(self) -> str:
        return f"ProbeTask({self.login_probe_action_id!r})"

    @classmethod
    def from_environment(cls) -> Self:
        """Read the variables; raises SettingsError with all faults."""
        names = [field.name for field in fields(cls)]
        values = {name: os.environ.get(name.upper(), "") for name in names}
        if faults := [fault for name in names if (fault := _fault(name, values[name]))]:
            raise SettingsError(faults)
        return cls(**values)

    def as_environment(self) -> dict[str, str]:
        """Give the variables from which `from_environment` reads the same."""
        return {name.upper(): value for name, value in asdict(self).items()}


def _fault(name: str, value: str) -> str | None:
    if setting := SETTINGS.get(name):
        wrong = setting.wrong(value)
        return wrong and setting.fault(wrong)
    return (
        None
        if value
        else (
            f"{name.upper()} is not set. A deployment with the login probe sets it. To "
            "deploy with the login probe, run: "
            "pulumi config set loginProbe true && pulumi up"
        )
    )
