"""What the STAND-IN for Zuplo makes of managers where the published sources are open.

A test chooses with the control API which of these rules the real servers follow. The
defaults are the most likely ones, by Zuplo's published examples.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from sandbox.zuplo.errors import InvalidRequestError
from sandbox.zuplo.schemas import NewManager

Match = Literal["subject", "invited_address", "manager_address"]


class ManagerRules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    shown_by: frozenset[Match] = frozenset({"subject", "invited_address"})
    """What of a user shows them a consumer in the portal; one match suffices.

    - `subject`: a manager's. Inferred from Zuplo's example dev-portal-with-api-keys,
      all of whose managers have one placeholder as address; 85 to 90 % likely.
    - `invited_address`: an invitation's, as in Zuplo's tutorial; 95 % likely.
    - `manager_address`: a manager's, whatever the subject, as Zuplo's page on end users
      may be read; unknown.
    """

    serves_unverified: bool = False
    """Whether the portal's key API serves a user of an unverified address; unknown."""

    is_schema_literal: bool = False
    """Whether the creation of a consumer refuses a manager without id and createdOn.

    Zuplo's document requires both, although Zuplo sets them; less than 5 % likely.
    """

    def check(self, managers: Sequence[str] | Sequence[NewManager]) -> None:
        """Raise InvalidRequestError if the managers of a new consumer are refused."""
        if not self.is_schema_literal:
            return
        for manager in managers:
            if isinstance(manager, NewManager) and not manager.is_whole():
                msg = "managers: id and createdOn are required"
                raise InvalidRequestError(msg)
