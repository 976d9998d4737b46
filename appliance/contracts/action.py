# SPDX-License-Identifier: Apache-2.0
"""Action: an act that a plugin adds to the vault, behind the one generic message Act (design §4)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from appliance.model.time import Instant
from appliance.model.words import Permission, Role, Site


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """Who asks for the act, and with which texts. fields are as typed; check them."""

    account: str
    role: Role
    office: str
    now: Instant
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ActionAnswer:
    """What the act says back: texts for the page."""

    fields: Mapping[str, str]


class ActionRefused(Exception):
    """The act is not possible; the text is shown to the person, in Japanese."""


@dataclass(frozen=True, slots=True)
class Action:
    """One act. name is `<plugin>.<verb>` and unique; fields are the texts it takes, each at most 4,000 characters.

    permission is what an office user needs (None: signed in is enough, the policies are asked all the same).
    The handler is awaited, guarded and journaled; it may write through services.records.
    """

    name: str
    sites: frozenset[Site]
    fields: frozenset[str]
    permission: Permission | None
    handler: Callable[[ActionRequest], Awaitable[ActionAnswer]]
