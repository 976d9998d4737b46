# SPDX-License-Identifier: Apache-2.0
"""Messages of live status: a page learns that something has changed, and asks for it as always (design §10)."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Watch:
    """A process of a site wants to be told of changes, until the stream is closed: a stream of framed Touched."""


@dataclass(frozen=True, slots=True)
class Follow:
    """A page of this visit wants to be told. Refused BUSY while no process of the site watches."""


@dataclass(frozen=True, slots=True)
class Following:
    """The name under which the streams of the site tell of this visit; it opens nothing."""

    channel: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Touched:
    """Something changed that the visits behind channels may see; those behind ended are over. Both empty: all well.

    Nobody is told of a visit that has not asked for it, and nobody is told what has changed.
    """

    channels: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
