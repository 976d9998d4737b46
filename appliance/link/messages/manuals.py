# SPDX-License-Identifier: Apache-2.0
"""Messages about the manuals that offices get as PDFs (R59, R248)."""

from dataclasses import dataclass

from appliance.model.time import Instant

MOST_MANUAL = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ListManuals:
    """All of them, as people see them who may download them."""


@dataclass(frozen=True, slots=True)
class ManualRow:
    """One of them. dated is "YYYY-MM-DD"; engine names the scanners that called it clean at scanned_at.

    of_fund: the fund has added it. replaces is the one of the product in whose place it stands, or "".
    """

    manual: str
    title: str
    file_name: str
    dated: str
    size: int
    engine: str = ""
    scanned_at: Instant = 0
    of_fund: bool = False
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class ManualPage:
    """The product's first, in the order in which people need them."""

    rows: tuple[ManualRow, ...]


@dataclass(frozen=True, slots=True)
class OpenManual:
    """One of them, with its bytes."""

    manual: str


@dataclass(frozen=True, slots=True)
class ManualOpened:
    """What follows."""

    file_name: str
    size: int


@dataclass(frozen=True, slots=True)
class AddManual:
    """A PDF of the fund, whose bytes come along. dated is "YYYY-MM-DD"; replaces is one of the product, or ""."""

    title: str
    dated: str
    replaces: str
    size: int
    command: str = ""


@dataclass(frozen=True, slots=True)
class ManualAdded:
    """It is offered from now on. engine as in ManualRow."""

    manual: str
    engine: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawManual:
    """One of the fund's goes away; that of the product in whose place it stood is back."""

    manual: str
    command: str = ""
