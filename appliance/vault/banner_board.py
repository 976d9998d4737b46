# SPDX-License-Identifier: Apache-2.0
"""What the fund tells everybody, in memory: it goes out with every reply, which must cost no look at the store."""

import asyncio
from collections.abc import Sequence

from appliance.link.messages import Banner
from appliance.model.time import Instant
from appliance.model.words import Site, Weight
from appliance.vault.records.tables import KeptBanner


class BannerBoard:
    """A copy of the rows of the table; banners.refresh() keeps it so."""

    def __init__(self) -> None:
        """Nothing has been read yet. Whoever looks at the store for it holds looking."""
        self.looking = asyncio.Lock()
        self._kept: tuple[KeptBanner, ...] = ()

    def hang(self, kept: Sequence[KeptBanner]) -> None:
        """From now on it is these. The important ones come first, then the newest."""
        self._kept = tuple(sorted(kept, key=lambda one: (one.weight is not Weight.IMPORTANT, -one.since, one.id)))

    def shown(self, site: Site, now: Instant) -> tuple[Banner, ...]:
        """What the pages of a site show at an instant."""
        if not self._kept:
            return ()
        return tuple(
            Banner(one.text, one.english, one.weight, one.until)
            for one in self._kept
            if site in one.sites and one.since <= now < one.until
        )
