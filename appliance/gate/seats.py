# SPDX-License-Identifier: Apache-2.0
"""Who may connect, as the vault told it: all at first, page by page, and then what changes."""

from collections.abc import Iterable

from appliance.contracts.tunnel import TunnelSeat


class Seats:
    """told: all of them were told since the start. version counts how often all were told."""

    def __init__(self) -> None:
        """Nobody may, and nobody was told."""
        self._seats: dict[str, TunnelSeat] = {}
        self._pages: dict[str, TunnelSeat] = {}
        self.version = 0

    @property
    def told(self) -> bool:
        """Whether it is known who may connect."""
        return self.version > 0

    def page(self, seats: Iterable[TunnelSeat], *, first: bool, last: bool) -> None:
        """One page of all of them; with the last one they count, and no others."""
        if first:
            self._pages = {}
        self._pages.update((seat.name, seat) for seat in seats)
        if last:
            self._seats, self._pages = self._pages, {}
            self.version += 1

    def add(self, seats: Iterable[TunnelSeat]) -> None:
        """These may connect too."""
        for seat in seats:
            self._seats[seat.name] = seat
            self._pages[seat.name] = seat

    def remove(self, names: Iterable[str]) -> None:
        """These may not any more; also not by a page that is on its way."""
        for name in names:
            self._seats.pop(name, None)
            self._pages.pop(name, None)

    def get(self, name: str) -> TunnelSeat | None:
        """The seat of this name, None where it may not connect."""
        return self._seats.get(name)

    def all(self) -> list[TunnelSeat]:
        """All of them."""
        return list(self._seats.values())
