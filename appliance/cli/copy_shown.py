# SPDX-License-Identifier: Apache-2.0
"""How far a copy is, as people see it: a bar at a terminal, else a line every ten seconds."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from appliance.vault.copying.progress import Told

BAR_SECONDS, LINE_SECONDS = 0.2, 10.0
WIDTH = 24


class Shown:
    """Draws what it is told, not more often than anybody can read; used as a context."""

    def __init__(self, out: TextIO, monotonic: Callable[[], float] = time.monotonic) -> None:
        """monotonic is in seconds."""
        self._out = out
        self._monotonic = monotonic
        self._is_bar = out.isatty()
        self._stage = ""
        self._began = self._drawn = monotonic()
        self._is_open = False

    def __enter__(self) -> "Shown":
        return self

    def __exit__(self, *error: object) -> None:
        self._end_line()

    def tell(self, told: "Told") -> None:
        """One stage is so far."""
        now = self._monotonic()
        is_new = told.stage != self._stage
        if is_new:
            self._end_line()
            self._stage, self._began = told.stage, now
        is_due = now - self._drawn >= (BAR_SECONDS if self._is_bar else LINE_SECONDS)
        if is_new or is_due or (self._is_bar and told.done == told.total):
            self._drawn = now
            self._draw(line(told, now - self._began, self._is_bar))

    def _draw(self, text: str) -> None:
        if self._is_bar:
            self._out.write(f"\r\x1b[K{text}")
            self._is_open = True
        else:
            self._out.write(f"{text}\n")
        self._out.flush()

    def _end_line(self) -> None:
        if self._is_open:
            self._out.write("\n")
            self._out.flush()
            self._is_open = False


def line(told: "Told", seconds: float, is_bar: bool) -> str:
    """One stage after so many seconds: part, count, bytes, rate and rest, as far as they are known."""
    words = [f"{told.stage.value}:"]
    if told.total and is_bar:
        words.append(bar(told.done / told.total))
    if told.done:
        words.append(f"{told.done:,} of {told.total:,}" if told.total else f"{told.done:,}")
    if told.bytes:
        words.append(f"({size(told.bytes)})")
    if told.done and seconds >= 1:
        words.append(f"{told.done / seconds:,.0f}/s")
        if told.total:
            words.append(f"{rest(told.total - told.done, told.done / seconds)} left")
    return " ".join(words) if len(words) > 1 else f"{words[0].removesuffix(':')} …"


def bar(part: float) -> str:
    """A bar that is full up to part, 0.0 to 1.0."""
    full = round(min(part, 1.0) * WIDTH)
    return f"[{'#' * full}{'.' * (WIDTH - full)}]"


def rest(count: int, rate: float) -> str:
    """How long count things take at so many a second, such as `1:05:09`."""
    seconds = round(max(count, 0) / rate)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def size(count: int) -> str:
    """Bytes in a unit that fits, such as `1.5 MiB`."""
    amount, unit = float(count), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
