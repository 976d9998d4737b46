# SPDX-License-Identifier: Apache-2.0
"""How figures are taken: ours and the peer in turn, several rounds, and the ratio of each round."""

import platform
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROUNDS = 5
PARTS = ("renkei-gateway", "aiohttp", "uvloop", "lmdb", "cryptography", "msgspec")

Once = Callable[[], Awaitable[float]]


@dataclass(frozen=True)
class Spread:
    """The rounds of one figure."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The figure to quote."""
        return statistics.median(self.values)

    def show(self, digits: int) -> str:
        """median (min to max)."""
        return f"{self.median:,.{digits}f} ({min(self.values):,.{digits}f} to {max(self.values):,.{digits}f})"


@dataclass(frozen=True)
class Row:
    """One line of the table. ratio is ours to the peer's, where there is one; want is what the project wants."""

    what: str
    unit: str
    ours: Spread
    want: str
    peer: str = ""
    peers: Spread | None = None
    ratio: Spread | None = None
    digits: int = 0

    def show(self) -> str:
        """The line as Markdown."""
        beside = f"{self.peer}: {self.peers.show(self.digits)}" if self.peers else "–"
        ratio = f"{self.ratio.show(3)}×" if self.ratio else "–"
        return f"| {self.what} | {self.ours.show(self.digits)} {self.unit} | {beside} | {ratio} | {self.want} |"


HEAD = "| what | ours: median (min to max) | beside | ratio | want |\n|---|---|---|---|---|"


async def beside(
    what: str, unit: str, ours: Once, peer: str, peers: Once, want: str, *, rounds: int = ROUNDS, digits: int = 0
) -> Row:
    """Ours and the peer's in turn, and the ratio of each pair."""
    pairs = [(await ours(), await peers()) for _ in range(rounds)]
    mine, theirs = zip(*pairs, strict=True)
    ratios = tuple(own / other for own, other in pairs)
    return Row(what, unit, Spread(mine), want, peer, Spread(theirs), Spread(ratios), digits)


def machine() -> str:
    """What the figures were taken on."""
    info = Path("/proc/cpuinfo").read_text("utf-8")
    name = next((line.split(":")[1].strip() for line in info.splitlines() if "model name" in line), "?")
    parts = ", ".join(f"{part} {version(part)}" for part in PARTS)
    system = f"Linux {platform.release()}, Python {platform.python_version()}"
    return f"{info.count('processor')} × {name}, {system}, {parts}"


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        """Begins now."""
        self._since = time.perf_counter()

    @property
    def seconds(self) -> float:
        """So far."""
        return time.perf_counter() - self._since


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
