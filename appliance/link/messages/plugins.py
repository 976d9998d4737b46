# SPDX-License-Identifier: Apache-2.0
"""Messages that plugins add acts with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """An action that a plugin added. name is `<plugin>.<verb>`."""

    name: str
    fields: dict[str, str]
    command: str = ""


@dataclass(frozen=True, slots=True)
class Acted:
    """What the action said."""

    fields: dict[str, str]
