# SPDX-License-Identifier: Apache-2.0
"""Jobs: work that repeats. A job never overlaps itself; a failed run is counted, and the next comes as planned."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """name is unique within the plugin; every_seconds from the end of one run to the start of the next."""

    name: str
    every_seconds: float
    run: Callable[[], Awaitable[None]]
