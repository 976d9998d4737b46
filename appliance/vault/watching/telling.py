# SPDX-License-Identifier: Apache-2.0
"""The handlers of Watch and Follow: a site listens, and a page of a visit is told of."""

from collections.abc import AsyncIterator

from appliance.link.envelope import frame
from appliance.link.messages import Follow, Following, Nothing, Touched, Watch
from appliance.model.things import Visit
from appliance.model.words import Site
from appliance.vault.caller import Caller, Streamed
from appliance.vault.core import Core
from appliance.vault.door.passwords import keyed_hash
from appliance.vault.grouping.serving import goes_on
from appliance.vault.reading import journal_reading
from appliance.vault.watching.watching import Stream

CHANNEL_BYTES = 16


async def watch(core: Core, caller: Caller, message: Watch) -> Streamed:
    """The stream of a process of the site. Raises Refused BUSY when there are enough of them."""
    core.watching.need_place(caller.call.site)
    return Streamed(Nothing(), _frames(core, caller.call.site))


async def follow(core: Core, caller: Caller, message: Follow) -> Following:
    """Tell of this visit from now on. Raises Refused BUSY while no process of the site watches."""
    await journal_reading(core, caller, "")
    channel = channel_of(core, caller.call.token)
    core.watching.follow(channel, caller.visiting)
    return Following(channel)


def channel_of(core: Core, token: str) -> str:
    """By which name a visit is told of; whoever knows it cannot tell the token."""
    return keyed_hash(core.pepper, "watch", token)[:CHANNEL_BYTES].hex()


async def _frames(core: Core, site: Site) -> AsyncIterator[bytes]:
    """The place is taken when the first frame is asked for: a stream that nobody begins to read holds none."""
    stream = core.watching.open(site)
    try:
        yield frame(Touched())
        while (touched := await core.watching.next(stream)) is not None:
            yield frame(await _told(core, stream, touched))
    finally:
        core.watching.end(stream)


async def _told(core: Core, stream: Stream, touched: set[str]) -> Touched:
    """What a process is told of those touched that its site still follows, and of the visits that are over."""
    followed, now = core.watching.followed(stream.site), core.clock_watch.now()
    ended = {channel for channel, visit in followed.items() if now >= visit.ends_at}
    touched &= followed.keys() - ended
    ended |= await _ended(core, {channel: followed[channel] for channel in touched})
    core.watching.over(stream.site, ended)
    over, stream.over = stream.over, set()
    return Touched(tuple(sorted(touched - over)), tuple(sorted(over)))


async def _ended(core: Core, asked: dict[str, Visit]) -> set[str]:
    """Those of asked that somebody has ended before their time, or whose delegation has ended."""
    if not asked:
        return set()
    now = core.clock_watch.now()
    return await core.read(
        lambda snapshot: {channel for channel, visit in asked.items() if not goes_on(snapshot, visit, now)}
    )
