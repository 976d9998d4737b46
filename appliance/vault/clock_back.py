# SPDX-License-Identifier: Apache-2.0
"""A clock that was set back has caught up with the journal: the vault goes by it again (clock_watch.py)."""

import logging
from functools import partial

from appliance.model.journal import Entry, Kind
from appliance.model.words import WEB_SITES
from appliance.vault.core import Core
from appliance.vault.door.cutting import cut_off

log = logging.getLogger("renkei.vault")


async def mind_the_clock(core: Core) -> None:
    """End what was begun by the time that was told until now; it would get the hours for a second time."""
    watch = core.clock_watch
    if not watch.has_caught_up():
        return
    for site in WEB_SITES:
        entry_of = partial(_entry, core, site.value)
        await cut_off(core, site, watch.newest, entry_of)
    watch.begin_anew()
    log.warning("the clock was set back and has caught up: all visits ended, and people can sign in again")


def _entry(core: Core, site: str, reason: str) -> Entry:
    return core.own_entry(Kind.LINK_CUT, thing=site, reason=f"the clock was set back: {reason}")
