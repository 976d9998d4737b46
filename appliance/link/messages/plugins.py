# SPDX-License-Identifier: Apache-2.0
"""Messages that plugins add acts with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """An action that a plugin added. name is `<plugin>.<verb>`; thing is a filing or notice it is about, or ""."""

    name: str
    fields: dict[str, str]
    command: str = ""
    thing: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """The same, of one that only reads."""

    name: str
    fields: dict[str, str]
    thing: str = ""


@dataclass(frozen=True, slots=True)
class Acted:
    """What the action said: texts, and rows of them."""

    fields: dict[str, str]
    rows: tuple[dict[str, str], ...] = ()
