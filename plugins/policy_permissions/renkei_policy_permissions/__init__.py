# SPDX-License-Identifier: Apache-2.0
"""The rights policy: the seven permissions of office users (R120 to R125) and the roles of a fund (A46)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from appliance.contracts.plugin import Plugin, PluginError, Services, hookimpl
from appliance.contracts.policy import Policy
from renkei_policy_permissions.rights import Rights, RightsPolicy

__all__ = ["PolicyPermissions", "Settings"]


@dataclass(frozen=True)
class Settings:
    """rights is the path of a table of the fund's own, of the form of rights.toml here; "" means the one here.

    acts names those roles of the fund that may do single actions of plugins: `"inquiry.answer" = ["fund_desk"]`.
    """

    rights: str = ""
    acts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class PolicyPermissions(Plugin):
    """Allows what rights.toml names, and denies the rest."""

    Settings = Settings

    def __init__(self, settings: Any, services: Services) -> None:
        """Knows no rights before start(), and so denies everything."""
        super().__init__(settings, services)
        self._policy = RightsPolicy()

    @hookimpl
    def register_policy(self) -> list[Policy]:
        """One policy."""
        return [self._policy]

    async def start(self) -> None:
        """Read the table of rights."""
        own = self.settings.rights
        source = Path(own) if own else files(__package__).joinpath("rights.toml")
        try:
            self._policy.rights = Rights.parse(source.read_text("utf-8"), self.settings.acts)
        except (OSError, ValueError) as error:
            raise PluginError(f"the table of rights {source} cannot be used: {error}") from error
