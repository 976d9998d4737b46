# SPDX-License-Identifier: Apache-2.0
"""Messages about what the fund tells everybody (お知らせ, SC12): a text on every page of a site, for some time."""

from dataclasses import dataclass

from appliance.model.time import Instant
from appliance.model.words import Site, Weight


@dataclass(frozen=True, slots=True)
class Banner:
    """What a page shows until an instant. english may be "": then there is only the Japanese text."""

    text: str
    english: str
    weight: Weight
    until: Instant


@dataclass(frozen=True, slots=True)
class AskBanners:
    """What is told now? It stands around this reply as around every other: see envelope.Answer."""


@dataclass(frozen=True, slots=True)
class ListBanners:
    """Those that are up and those to come."""


@dataclass(frozen=True, slots=True)
class BannerRow:
    """One of them as the fund's staff see it. by is who put it up."""

    id: str
    text: str
    english: str
    weight: Weight
    since: Instant
    until: Instant
    sites: frozenset[Site]
    by: str


@dataclass(frozen=True, slots=True)
class BannerPage:
    """All there are, the one that begins first at the top; there are never many."""

    rows: tuple[BannerRow, ...]


@dataclass(frozen=True, slots=True)
class PutBanner:
    """Put a text up from one instant until before another."""

    text: str
    weight: Weight
    since: Instant
    until: Instant
    sites: frozenset[Site]
    english: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class BannerPut:
    """It is up, or will be."""

    banner: str


@dataclass(frozen=True, slots=True)
class TakeBannerDown:
    """Take one down before its time."""

    banner: str
    command: str = ""
